"""A finding that nobody types follows from the ledger, where the ledger leaves no doubt of it."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support import workbooks
from tests.support.ledger_framework import COUNTED, JUDGED, PASSED, filled, lines
from tests.support.small_framework import ORIGIN, TEXT, framework
from xlperf.editions.conversion import Edition
from xlperf.errors import CellError
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import Evaluation, PointResult
from xlperf.frameworks.loading import find_framework, parse_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.data_files import parse_data
from xlperf.workbook.ledger_lines import lines_of
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells
from xlperf.workbook.needs import Needs
from xlperf.workbook.sheets.points import LEFT_OPEN

EDITIONS = tuple(Edition)


def point(package: Package | Evaluation, code: str) -> PointResult:
    result = package if isinstance(package, Evaluation) else read_evaluation(package)
    return next(one for one in result.points if one.code == code)


def column(package: Package, name: str) -> dict[Value, Value]:
    """A column of points or indicators by the code."""
    names = NamedCells(package)
    return dict(zip(names.column(f"{name.partition('_')[0]}_code"), names.column(name), strict=True))


def outcome(package: Package, code: str) -> tuple[Value, Value, Value]:
    """The finding that counts and the score of a point, and what stands beside it."""
    origin = column(package, "point_origin")[code]
    one = point(package, code)
    return one.finding, one.rule_score, origin or ""


TWO = lines(COUNTED, COUNTED)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("values", "code", "expected"),
    [
        # No line is no finding.
        ({}, "2.1", (None, None, "")),
        (lines(JUDGED), "2.1", (None, None, "")),
        (lines(COUNTED), "2.1", ("1", 1.0, "台账：1 处")),
        (TWO, "2.1", ("2", 0.0, "台账：2 处")),
        (lines(COUNTED, PASSED, COUNTED), "2.1", ("2", 0.0, "台账：2 处")),
        # What is typed counts, also where it is nothing at all.
        ({**TWO, "finding__2__1": 1}, "2.1", ("1", 1.0, "")),
        ({**TWO, "finding__2__1": 0}, "2.1", ("0", 2.0, "")),
        # A fact of another indicator that stands here too counts here too.
        (
            {**lines(PASSED), "problem_indicator__2": COUNTED, "problem_same_as__2": "W01"},
            "2.1",
            ("1", 1.0, "台账：1 处"),
        ),
        # One fact twice is a mistake; so is a number that isn't there.
        ({**lines(COUNTED), "problem_indicator__2": COUNTED, "problem_same_as__2": "W01"}, "2.1", (None, None, LEFT_OPEN)),
        ({**lines(COUNTED), "problem_same_as__1": "W77"}, "2.1", (None, None, LEFT_OPEN)),
        # An indicator without a fact may become one.
        ({**lines(COUNTED), "problem_indicator__2": COUNTED}, "2.1", (None, None, LEFT_OPEN)),
        # Points that are stated say what was lost; the rule must not take it off again.
        ({**lines(COUNTED), "problem_points__1": 0.5}, "2.1", (None, None, LEFT_OPEN)),
        ({**TWO, "problem_points__2": 0.5}, "2.1", (None, None, LEFT_OPEN)),
        # A group may be one problem or several.
        ({**TWO, "problem_group__1": 1, "problem_group__2": 1}, "2.1", (None, None, LEFT_OPEN)),
        (lines(PASSED), "3.1", ("不符合", 0.0, "台账：不符合")),
        (lines(PASSED, PASSED), "3.1", ("不符合", 0.0, "台账：不符合")),
        ({**lines(PASSED), "finding__3__1": "符合"}, "3.1", ("符合", 1.0, "")),
        ({**lines(PASSED), "problem_points__1": 1}, "3.1", (None, None, LEFT_OPEN)),
        (lines(JUDGED), "4.1", (None, None, "")),
    ],
)  # fmt: skip
def test_what_follows(edition: Edition, values: dict[str, Value], code: str, expected: tuple[Value, ...]) -> None:
    assert outcome(filled(edition, **values), code) == expected


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_score_follows(edition: Edition) -> None:
    """Points are lost once: nothing is left to explain, and nothing to type."""
    everything = {**lines(COUNTED, PASSED), "finding__4__1": "符合"}
    package = filled(edition, **everything)
    result, names = read_evaluation(package), NamedCells(package)
    assert result.total == 8.0
    assert names.value("gate_pending") == 0
    assert names.column("indicator_check") == ["", "", "", ""]
    assert names.column("indicator_status") == ["按规则"] * 4
    assert column(package, "indicator_deduction_note")["2"] == "事实1，扣 1 分"
    assert [f for f in result.findings if f.code in ("deductions_differ", "problem_deducted_twice")] == []


def test_a_finding_that_follows_is_not_missing() -> None:
    def missing(**values: Value) -> set[str]:
        found = read_evaluation(filled(**values)).findings
        return {
            f.message.partition("（finding.")[2][:3]
            for f in found
            if f.code == "input_missing" and "finding." in f.message
        }

    assert missing() == {"2.1", "3.1", "4.1"}
    assert missing(**lines(COUNTED, PASSED, JUDGED)) == {"4.1"}
    assert missing(**{**lines(COUNTED), "problem_points__1": 1}) == {"2.1", "3.1", "4.1"}


def test_an_award_that_the_ledger_explains() -> None:
    """With points of its own a line explains an award as ever: the point is asked for, and what was lost agrees."""
    values = {**lines(COUNTED), "problem_points__1": 0.5, "award__2": 1.5, "reason__2": "情节轻微"}
    package = filled(**values)
    assert outcome(package, "2.1") == (None, None, LEFT_OPEN)
    assert column(package, "indicator_check")["2"] == ""
    assert column(filled(**{**values, "award__2": 1.0}), "indicator_check")["2"] == "对不上"


def test_the_cover_counts_what_is_left() -> None:
    def told(**values: Value) -> str:
        package = filled(**values)
        texts = [str(cell.value) for cell in package.cells("封面与说明").values() if cell.formula]
        return next(text for text in texts if text.startswith("下一步：在“要点评分底稿”"))

    assert told() == "下一步：在“要点评分底稿”填核查结果，还有 3 条"
    assert told(**lines(COUNTED, PASSED)) == "下一步：在“要点评分底稿”填核查结果，还有 1 条"
    assert told(**lines(COUNTED, PASSED), finding__2__1=0) == "下一步：在“要点评分底稿”填核查结果，还有 1 条"
    assert told(**{**lines(COUNTED), "problem_points__1": 1}) == "下一步：在“要点评分底稿”填核查结果，还有 3 条"


_PASS = '{ kind = "pass", conditions = [{ value = "has_rules", threshold = true, text = "有制度" }] }'


@pytest.mark.parametrize(
    ("changes", "add", "expected"),
    [
        ([], "", {"2.1"}),
        ([('{ kind = "deduct", points = 1 }', '{ kind = "deduct_share", share = 0.5 }')], "", {"2.1"}),
        ([('{ kind = "deduct", points = 1 }', '{ kind = "finding" }')], "", {"2.1"}),
        ([('{ kind = "deduct", points = 1 }', '{ kind = "finding", partial = "open" }')], "", set()),
        ([('{ kind = "deduct", points = 1 }', '{ kind = "choice", options = "好:2; 差:0" }')], "", set()),
        ([('{ kind = "deduct", points = 1 }', _PASS)], "", set()),
        # What a line is about is open where the indicator has further points, a gate, another measure.
        ([('没有问题"\nweight = 4', '没有问题"\nweight = 2')], '\n[[indicators.points]]\ntext = "另一要点"\nweight = 2\nrule = ' + _PASS, set()),
        ([], '\n[indicators.gate]\ntext = "有制度"\nconditions = [{ value = "has_rules", threshold = true, text = "有制度" }]\n', set()),
        ([], '\n[indicators.points.alternative]\ntext = "另一口径"\nwhen = "has_rules"\nrule = { kind = "done", done = "quota_used", total = "quota_issued" }\n', set()),
        ([('evaluation = "third_party"', 'evaluation = "self"')], "", set()),
    ],
)  # fmt: skip
def test_which_points_can_follow(changes: list[tuple[str, str]], add: str, expected: set[str]) -> None:
    """Asked of the kinds of rule themselves, and of nothing beside them."""
    end = TEXT.index('[[indicators.points]]\ntext = "有制度"')
    single = '[[indicators.points]]\ntext = "没有问题"\nweight = 4\nrule = { kind = "deduct", points = 1 }\n'
    assert Needs(framework((TEXT[end:], single), *changes, add=add)).followed == expected


def test_a_sheet_without_such_points_has_no_such_columns() -> None:
    assert not NamedCells(workbooks.built(parse_framework(TEXT, ORIGIN))).has("point_origin")


def test_real_ledgers() -> None:
    """Where the reports of two counties record problems, the ledger alone would leave open or find what was found.

    In 延津 one fact counts as two, and a point with problems fulfils its standard: points are stated of the one, the
    other has a figure beside it.
    """
    outcomes = Counter[bool]()
    for name in ("renhua-2021", "yanjin-2022"):
        source = find_framework(name).framework
        text = (workbooks_folder() / "examples" / f"{name}.toml").read_text(encoding="utf-8")
        data = parse_data(text, source, name)
        facts = Counter(line.indicator for line in lines_of(data) if line.is_fact)
        stated = {line.indicator for line in lines_of(data) if line.points or line.group}
        for code in Needs(source).followed:
            indicator = code.rpartition(".")[0]
            outcomes[indicator in stated] += indicator in facts
        if name == "yanjin-2022":
            assert (facts["A21"], data.points["A21.1"].finding, "A21" in stated) == (1, 2, True)
            assert (facts["C13"], data.points["C13.1"].finding) == (3, "符合")
            assert "C13.1" not in Needs(source).followed
    assert outcomes == {True: 6, False: 0}


@pytest.mark.whole
def test_a_report_scored_by_its_ledger() -> None:
    """仁化 2 and 3 with the finding blank and the points left to the rule score as the report does."""
    text = (workbooks_folder() / "examples" / "renhua-2021.toml").read_text(encoding="utf-8")
    package = workbooks.built("renhua-2021", text, edition=Edition.NATIVE)
    numbers = [f"problem_{column}__{n}" for n in (2, 3, 4) for column in ("points", "group")]
    unstated: dict[str, Value] = dict.fromkeys(numbers)
    result = read_evaluation(workbooks.after(package, **unstated, finding__2__1=None, finding__3__1=None))
    typed = read_evaluation(package)
    assert (point(result, "2.1").finding, point(result, "3.1").finding) == ("2", "不符合")
    assert [point(result, c).rule_score for c in ("2.1", "3.1")] == [point(typed, c).rule_score for c in ("2.1", "3.1")]
    assert result.total == typed.total == 82.57


def test_nothing_is_no_number() -> None:
    """A point that nothing was found of waits as ever."""
    assert column(filled(), "point_low")["2.1"] == CellError("#N/A")
