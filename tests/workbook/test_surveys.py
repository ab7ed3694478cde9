"""Surveys in the workbook: the schemes side by side, the one that counts, and what is found."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from tests.support.command_here import Run, refused
from tests.support.workbooks import built
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import Evaluation
from xlperf.evaluation.scoring import recalculated
from xlperf.findings.finding import ERROR, WARNING, Finding
from xlperf.formula.addresses import position, reference
from xlperf.package import Package, open_package
from xlperf.values import Value, round_half_up
from xlperf.workbook.catalogue import InputCell, catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

pytestmark = pytest.mark.whole

EXAMPLE = workbooks_folder() / "examples" / "yanjin-2022.xlsm"
QUARTERS = "100/75/50/25/0"
PUBLIC, STAFF = 1, 2


@cache
def example() -> Package:
    return built("yanjin-2022", EXAMPLE.with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def inputs() -> dict[str, InputCell]:
    return catalogue(NamedCells(example()), read_identity(example()).framework.framework)


def with_inputs(**values: Value) -> Package:
    """The example recalculated; `survey_scheme__public_survey` stands for `survey_scheme.public_survey`."""
    items = {inputs()[name.replace("__", ".")]: value for name, value in values.items()}
    return recalculated(example(), {(item.sheet, item.ref): value for item, value in items.items()}).package


def with_count(survey: str, question: int, option: str, value: Value) -> tuple[str, Package]:
    """The example with another count, and the place of the count."""
    names = NamedCells(example())
    rows = list(zip(names.column("question_survey"), names.column("question_number"), strict=True))
    called = dict(zip(names.column("surveys_id"), names.column("surveys_number"), strict=True))
    place = names.places(f"question_count_{option.lower()}")[rows.index((called[survey], question))]
    return "!".join(place), recalculated(example(), {place: value}).package


def rule_score(result: Evaluation, code: str) -> float | None:
    return next(i.rule_score for i in result.indicators if i.code == code)


def found(package: Package, code: str) -> list[Finding]:
    return [finding for finding in read_evaluation(package).findings if finding.code == code]


def shown(package: Package, survey: int, scheme: str) -> list[tuple[float, Value]]:
    """The rate in percent and the points of a scheme (the last line with it), for every combination."""
    names = NamedCells(package)
    schemes = names.column(f"survey_{survey}_scheme")
    row = len(schemes) - 1 - schemes[::-1].index(scheme)
    results = []
    for n in range(1, 5 if survey == PUBLIC else 2):
        rate = names.column(f"survey_{survey}_result_{n}")[row]
        assert isinstance(rate, float)
        results.append((round_half_up(rate * 100), names.column(f"survey_{survey}_points_{n}")[row]))
    return results


@pytest.mark.parametrize(
    ("survey", "scheme", "expected"),
    [
        (STAFF, "前两档,题平均", [(97.88, 5)]),
        (STAFF, "前两档,合并", [(97.88, 5)]),
        (STAFF, "100/80/60/40/20,题平均", [(96.55, 5)]),
        (STAFF, f"{QUARTERS},题平均", [(95.68, 5)]),
        (PUBLIC, "前两档,题平均", [(94.76, 6), (95.17, 6), (91.03, 6), (91.79, 6)]),
        (PUBLIC, "100/80/60/40/20,题平均", [(93.01, 6), (93.34, 6), (90.64, 6), (91.25, 6)]),
        (PUBLIC, "100/80/60/40/0,合并,截断", [(92.89, 6), (93.32, 6), (90.42, 6), (91.2, 6)]),
        (PUBLIC, f"{QUARTERS},题平均", [(91.26, 6), (91.67, 6), (88.3, 5), (89.06, 5)]),
        (PUBLIC, f"{QUARTERS},合并", [(91.26, 6), (91.69, 6), (88.3, 5), (89.06, 5)]),
    ],
)
def test_schemes_side_by_side(survey: int, scheme: str, expected: list[tuple[float, int]]) -> None:
    assert shown(example(), survey, scheme) == expected


def test_what_is_chosen_by_default() -> None:
    names = NamedCells(example())
    assert names.column("survey_scheme") == ["按报告数", "前两档,题平均,四舍五入"]
    assert names.column("survey_check") == ["结论依赖口径", "各口径得分相同"]
    assert (names.value("result_public_survey"), names.value("public_satisfaction")) == ("", 0.9332)
    assert (names.value("result_staff_survey"), names.value("staff_satisfaction")) == (0.9788, 0.9788)
    statuses = dict(zip(names.column("figure_id"), names.column("figure_status"), strict=True))
    assert (statuses["staff_satisfaction"], statuses["public_satisfaction"]) == ("", "")


def test_the_staff_figure_comes_from_the_counts() -> None:
    package = with_inputs(staff_satisfaction=0.5)
    assert NamedCells(package).value("staff_satisfaction") == 0.9788
    _, changed = with_count("staff_survey", 1, "A", 39)
    assert NamedCells(changed).value("staff_satisfaction") == round_half_up((44 / 45 + 269 / 55) / 6, 4)
    chosen = with_inputs(staff_satisfaction=0.5, survey_scheme__staff_survey="按报告数")
    assert NamedCells(chosen).value("staff_satisfaction") == 0.5


@pytest.mark.parametrize(
    ("questions", "unaware", "rate", "points"),
    [
        ("五级题", "计入", 0.883013, 5),
        ("五级题", "剔除", 0.890578, 5),
        ("全部题", "计入", 0.912587, 6),
        ("全部题", "剔除", 0.916714, 6),
    ],
)
def test_the_score_of_d31_depends_on_the_questions(questions: str, unaware: str, rate: float, points: float) -> None:
    assert len(found(example(), "survey_scheme_matters")) == 1
    package = with_inputs(
        survey_scheme__public_survey=QUARTERS,
        survey_questions__public_survey=questions,
        survey_unaware__public_survey=unaware,
    )
    result = read_evaluation(package)
    assert NamedCells(package).value("public_satisfaction") == pytest.approx(rate, abs=1e-6)
    assert rule_score(result, "D31") == points
    assert rule_score(result, "D32") == 5
    assert [finding.cell for finding in result.findings if finding.code == "survey_scheme_matters"] == ["问卷口径!J4"]
    names = NamedCells(package)
    statuses = dict(zip(names.column("figure_id"), names.column("figure_status"), strict=True))
    assert statuses["public_satisfaction"] == "两数不一"


def test_the_warning_stands_before_the_scheme_is_changed() -> None:
    result = read_evaluation(example())
    assert (result.total, rule_score(result, "D31")) == (86.0, 6)
    (finding,) = found(example(), "survey_scheme_matters")
    assert finding.severity == WARNING
    for part in ("指标 D31“群众满意度”", "按报告数）得 6 分", QUARTERS, "91.26% 得 6 分", "88.30% 得 5 分"):
        assert part in finding.message, finding.message


def test_own_weights() -> None:
    package = with_inputs(
        survey_scheme__public_survey="100/90/60/30/0，四舍五入", survey_questions__public_survey="五级题"
    )
    assert NamedCells(package).value("public_satisfaction") == 0.9301


def test_no_warning_where_every_scheme_gives_the_same() -> None:
    findings = found(example(), "survey_scheme_matters")
    assert [finding for finding in findings if "D32" in finding.message] == []


@pytest.mark.parametrize(
    ("option", "count", "severity", "code", "parts"),
    [
        ("A", 59, ERROR, "survey_counts", ["问卷1 第 1 题", "80", "多于有效问卷 78"]),
        ("A", 50, WARNING, "survey_counts_differ", ["问卷1 第 1 题", "71", "少于有效问卷 78"]),
        ("C", -3, ERROR, "survey_counts", ["第 1 题选项 C", "非负整数", "-3"]),
        ("C", 0.5, ERROR, "survey_counts", ["第 1 题选项 C", "0.5"]),
        ("C", "三", ERROR, "survey_counts", ["第 1 题选项 C", "三"]),
    ],
)
def test_counts_that_can_not_be(option: str, count: Value, severity: str, code: str, parts: list[str]) -> None:
    place, package = with_count("public_survey", 1, option, count)
    (finding,) = found(package, code)
    row = position(place.partition("!")[2])[0]
    assert finding.severity == severity
    assert finding.cell in (place, f"问卷!{reference(row, 15)}")
    assert [part for part in parts if part not in finding.message] == [], finding.message
    assert package.value("问卷", reference(row, 15)) != ""


def test_more_valid_than_issued() -> None:
    place = NamedCells(example()).places("surveys_issued")[0]
    (finding,) = found(recalculated(example(), {place: 70}).package, "survey_counts")
    assert "有效 78 份，多于发放的 70 份" in finding.message


def test_a_question_of_an_unknown_survey() -> None:
    place = NamedCells(example()).places("question_survey")[2]
    (finding,) = found(recalculated(example(), {place: "other_survey"}).package, "survey_unknown")
    assert (finding.severity, finding.cell) == (ERROR, "!".join(place))


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("survey_scheme__public_survey", "满意就行", "看得懂的口径"),
        ("survey_scheme__public_survey", "100/80", ""),
        ("survey_scheme__public_survey", 100, "看得懂的口径"),
        ("survey_questions__public_survey", "三级题", "全部题、五级题"),
        ("survey_unaware__public_survey", "忽略", "计入、剔除"),
    ],
)
def test_a_choice_that_is_not_known_is_an_error_and_never_a_score(name: str, value: Value, wanted: str) -> None:
    choices = {"survey_scheme__public_survey": QUARTERS, name: value}
    package = with_inputs(**choices)
    findings = found(package, "input_wrong_type")
    item = inputs()[name.replace("__", ".")]
    assert [f.cell for f in findings if item.id in f.message and wanted in f.message] == ([item.cell] if wanted else [])
    if name != "survey_unaware__public_survey":
        assert rule_score(read_evaluation(package), "D31") is None


def test_the_command_changes_the_scheme(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "改后.xlsm"
    words = (f"survey_scheme.public_survey={QUARTERS}", "survey_questions.public_survey=五级题")
    assert run("set", EXAMPLE, *words, "-o", target)[0] == 0
    status, out, _ = run("score", target, "--json")
    indicators = {i["code"]: i for i in json.loads(out)["indicators"]}
    assert (status, indicators["D31"]["rule_score"]) == (0, 5)
    refused(
        run("set", EXAMPLE, "survey_scheme.public_survey=满意就行", "-o", target),
        "survey_scheme.public_survey",
        "看不懂",
    )
    refused(run("set", EXAMPLE, "survey_questions.public_survey=三级题", "-o", target), "全部题、五级题")


def test_a_blank_workbook_calculates_once_counts_are_typed() -> None:
    """Questions name their survey by its number; who knows its id may write that."""
    blank = built("yanjin-2022")
    names = NamedCells(blank)
    assert names.column("surveys_id") == ["public_survey", "staff_survey"]
    assert names.column("surveys_number") == ["问卷1", "问卷2"]
    assert names.column("survey_check") == ["", ""]
    given: dict[tuple[str, str], Value] = {}
    for row, (survey, counts) in enumerate((("问卷2", (8, 1, 1)), ("问卷1", (1, 1, 2)), ("staff_survey", (9, 1)))):
        given[names.places("question_survey")[row]] = survey
        given[names.places("question_number")[row]] = row + 1
        for letter, count in zip("abc", counts, strict=False):
            given[names.places(f"question_count_{letter}")[row]] = count
    result = NamedCells(recalculated(blank, given).package)
    assert (result.value("staff_satisfaction"), result.value("public_satisfaction")) == (0.95, "")
    assert result.column("survey_1_result_1")[-2:] == [0.6875, 0.6875]


def test_a_blank_satisfaction_is_missing_and_never_zero() -> None:
    blank = NamedCells(open_package(workbooks_folder() / "yanjin-2022.xlsm"))
    statuses = dict(zip(blank.column("figure_id"), blank.column("figure_status"), strict=True))
    for name in ("staff_satisfaction", "public_satisfaction"):
        assert (blank.value(name), statuses[name]) == ("", "缺数据")
