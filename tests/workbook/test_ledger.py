"""The ledger in a workbook: what an evaluator writes there, and what follows from it by formula."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.support import workbooks
from tests.support.small_framework import ORIGIN, TEXT
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.scoring import recalculated
from xlperf.frameworks.loading import parse_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.ledger_lines import deductions_of, facts_of, read_lines
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.plan import SheetDeclaration
from xlperf.workbook.roles import Copy
from xlperf.workbook.sheets import ledger, scoring
from xlperf.workbook.sheets.deduction_texts import CUT
from xlperf.workbook.sheets.ledger import LONGEST_TEXT
from xlperf.workbook.sheets.points import UNKNOWN

DATA = """\
schema_version = 1
framework = "mini-2021"

[unit]
name = "某局"
year = 2021

[inputs.quota_used]
value = 80
source = "表"

[inputs.quota_issued]
value = 100
source = "表"

[points."2.1"]
finding = "部分符合"
basis = "制度缺一项"
problems = ["P7"]

[points."2.2"]
finding = 1
basis = "发现一处"

[points."2.3"]
finding = "公开"
basis = "网站"

[awards.2]
award = 2.5
reason = "按材料酌情认定"
problems = ["P7", "P8"]
source = "表"

[[problems]]
id = "P7"
fact = "缺少采购制度。"
clause = "第三条"
category = "财务管理"
cause = "人员变动"
suggestion = "补订"
indicators = ["2"]
source = "现场"

[[problems]]
id = "P8"
fact = "报销单没有审批"
indicators = ["2", "1"]
source = "凭证"

[[deductions]]
id = "K1"
indicator = "2"
points = 1.5
problems = ["P7", "P8"]
note = "没有分摊"
source = "报告"
"""


def package() -> Package:
    return workbooks.built(parse_framework(TEXT, ORIGIN), DATA)


def after(**values: Value) -> NamedCells:
    return NamedCells(workbooks.after(package(), **values))


def cells(names: NamedCells, row: int, *columns: str) -> tuple[Value, ...]:
    return names.rows(*columns)[row]


@pytest.mark.whole
def test_a_data_file_becomes_lines_with_printed_numbers() -> None:
    names = NamedCells(package())
    columns = ("id", "indicator", "fact", "points", "group", "same_as", "category", "points_basis")
    lines = names.rows(*(f"problem_{column}" for column in columns))
    assert lines[:4] == [
        ("W01", "2｜制度健全", "缺少采购制度。", 1.5, "K1", None, "财务管理", "没有分摊；报告"),
        ("W02", "2｜制度健全", "报销单没有审批", None, "K1", None, None, None),
        ("W03", "1｜支出率", None, None, None, "W02", None, None),
        ("W04", None, None, None, None, None, None, None),
    ]
    assert names.column("point_problems")[1] == "W01"
    first, second = read_evaluation(package()).problems
    assert (first.id, first.category, first.cause, first.suggestion) == ("W01", "财务管理", "人员变动", "补订")
    assert (second.id, second.indicators) == ("W02", ("2", "1"))


@pytest.mark.whole
def test_the_text_of_an_indicator_follows_from_its_lines() -> None:
    names = NamedCells(package())
    assert names.column("indicator_problems") == ["W02", "W01、W02"]
    assert names.column("indicator_deduction_note") == [
        "报销单没有审批，扣 3 分",
        "（1）缺少采购制度；（2）报销单没有审批，合计扣 1.5 分",
    ]
    assert names.column("indicator_draft") == [
        "",
        "（1）缺少采购制度；（2）报销单没有审批；规则分 2～3 分，评定 2.5 分",
    ]
    assert names.column("indicator_check") == ["", ""]


@pytest.mark.whole
def test_what_a_formula_explains_needs_no_line() -> None:
    names = after(problem_indicator__3=None, problem_same_as__3=None)
    assert cells(names, 0, "indicator_problems", "indicator_check") == ("", "")
    assert names.column("indicator_deduction_note")[0] == "支出率 80%，按规则得 3 分，扣 3 分"


@pytest.mark.whole
def test_points_of_their_own_are_told_line_by_line() -> None:
    names = after(problem_points__1=0.5, problem_points__2=1.0, problem_group__1="甲", problem_group__2="乙")
    assert names.column("indicator_deduction_note")[1] == (
        "（1）缺少采购制度。（扣 0.5 分）；（2）报销单没有审批（扣 1 分），合计扣 1.5 分"
    )
    assert names.column("indicator_check")[1] == ""
    assert after(problem_points__1=0.5).column("indicator_check")[1] == "对不上"


def test_lines_without_points_explain_what_was_lost_together() -> None:
    assert after(problem_points__1=None).column("indicator_check")[1] == ""
    blank: dict[str, Value] = {f"problem_{c}__{n}": None for c in ("indicator", "fact", "points") for n in (1, 2)}
    assert after(**blank).column("indicator_check")[1] == "对不上"


def test_a_long_text_is_cut() -> None:
    note = str(after(problem_fact__1="长" * 3000).column("indicator_deduction_note")[1])
    assert note == f"（1）{'长' * (LONGEST_TEXT - 3)}{CUT}，合计扣 1.5 分"
    assert CUT not in str(after(problem_fact__2="短" * 20).column("indicator_deduction_note")[1])


@pytest.mark.parametrize(
    ("values", "row", "status"),
    [
        ({}, 1, "一事列几处"),
        ({}, 0, ""),
        ({}, 5, ""),
        ({"problem_indicator__1": "2"}, 0, ""),
        ({"problem_indicator__1": "99｜没有"}, 0, "请改：没有这个指标"),
        ({"problem_indicator__1": None}, 0, "请改：扣分组跨了指标"),
        ({"problem_fact__4": "只写了事实"}, 3, "没有选指标"),
        ({"problem_same_as__3": "W09"}, 2, "请改：没有这个事实号"),
        ({"problem_same_as__3": "W88"}, 2, "请改：没有这个事实号"),
        ({"problem_points__1": "一分"}, 0, "请改：扣分应为数"),
        ({"problem_points__2": 1.0}, 1, "请改：一组填了两处扣分"),
        ({"problem_group__3": "K1"}, 2, "请改：扣分组跨了指标"),
        ({"problem_indicator__3": "2"}, 2, "请改：同一指标列了两次"),
    ],
)
def test_a_wrong_line_says_so_itself(values: dict[str, Value], row: int, status: str) -> None:
    names = NamedCells(recalculated(package(), {_place(name): value for name, value in values.items()}).package)
    assert names.column("problem_status")[row] == status
    wrong = sum(str(value).startswith("请改：") for value in names.column("problem_status"))
    assert (wrong > 0) == status.startswith("请改：")
    assert names.value("gate_ledger") == wrong
    told = [f.code for f in read_evaluation(names.package).findings if f.code == "ledger_line_wrong"]
    assert len(told) == wrong


def _place(name: str) -> Place:
    column, _, line = name.rpartition("__")
    return NamedCells(package()).places(column)[int(line) - 1]


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("W01", True),
        ("W02、W01", True),
        ("W03；w01", True),
        ("W04", False),
        ("W1", False),
        ("W01，W77", False),
        ("甲", False),
    ],
)
def test_a_citation_of_what_is_not_there(text: str, is_known: bool) -> None:
    names = after(point_problems__2__1=text)
    assert names.column("point_cited") == ["", "" if is_known else UNKNOWN, "", ""]
    assert names.value("gate_citations") == (0 if is_known else 1)
    told = [f for f in read_evaluation(names.package).findings if f.code == "problem_unknown"]
    assert (told == []) is is_known


@pytest.mark.whole
def test_a_reason_holds_for_the_score_that_it_was_written_for() -> None:
    def outcome(**values: Value) -> tuple[Any, ...]:
        found = read_evaluation(workbooks.after(package(), **values))
        return (
            found.indicators[1].status,
            found.indicators[1].score,
            [f.code for f in found.findings if "reason" in f.code],
        )

    assert outcome() == ("区间内认定", 2.5, [])
    assert outcome(award__2=2.2) == ("理由过期", None, ["reason_outdated"])
    assert outcome(review__2=2.2) == ("理由过期", None, ["reason_outdated"])
    assert outcome(award__2=2.2, reason__2="另按材料认定", reason_score__2=2.2) == ("区间内认定", 2.2, [])
    assert outcome(award__2=2.2, reason_score__2=None) == ("区间内认定", 2.2, [])
    assert outcome(award__2=4, reason__2=None) == ("缺理由", None, ["award_without_reason"])
    # What the rule gives needs no reason, and an old one does no harm.
    assert outcome(award__1=3, reason__1="同规则", reason_score__1=4) == ("区间内认定", 2.5, [])


def test_the_gates_say_so() -> None:
    names = after(award__2=2.2)
    assert (names.value("gate_outdated"), names.value("gate_unbound")) == (1, 0)
    assert str(names.value("result_status")).startswith("不可出结果：")
    assert after(reason_score__2=None).value("gate_unbound") == 1


class Former(NamedCells):
    """The names of a workbook whose deductions stood on a sheet of their own."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Value]] = {
            **{f"problem_{c}": [None, None] for c in ("voucher", "amount", "clause", "source")},
            "problem_id": ["W01", "W02"],
            "problem_indicators": ["1、2", "2"],
            "problem_fact": ["甲", "乙"],
            "deduction_id": ["K1", "K2", None],
            "deduction_indicator": ["2", "1", None],
            "deduction_points": [1.5, 0.1, None],
            "deduction_problems": ["W01、W02", None, None],
            "deduction_note": ["没有分摊", None, None],
            "deduction_source": ["报告", None, None],
        }

    def has(self, name: str) -> bool:
        return name in self.columns

    def rows(self, *names: str) -> list[tuple[Value, ...]]:
        return list(zip(*(self.columns[name] for name in names), strict=True))

    def places(self, name: str) -> list[Place]:
        return [("表", f"{name}{row}") for row in range(len(self.columns[name]))]


def test_a_workbook_of_an_earlier_version() -> None:
    lines = read_lines(Former())
    facts = {fact: (under[0].fact, [line.indicator for line in under][:2]) for fact, under in facts_of(lines).items()}
    assert facts == {"W01": ("甲", ["1", "2"]), "W02": ("乙", ["2", "2"])}
    assert [(d.id, d.indicator, d.points, d.problems, d.note) for d in deductions_of(lines)] == [
        ("K1", "2", 1.5, ("W01", "W02"), "没有分摊；报告"),
        ("K2", "1", 0.1, (), ""),
    ]


@pytest.mark.whole
@pytest.mark.parametrize(("sheet", "last"), [(ledger.SHEET, "source"), (scoring.SHEET, "score")])
def test_what_is_printed_can_be_read(sheet: SheetDeclaration, last: str) -> None:
    """In two halves, each of which fits A4 across at a scale that leaves type of ten points at eight."""
    path = workbooks.built(parse_framework(TEXT, ORIGIN)).data
    page = load_workbook(BytesIO(path), keep_vba=False)[sheet.title]
    assert not page.sheet_properties.pageSetUpPr.fitToPage
    assert 10 * page.page_setup.scale / 100 >= 8
    [broken] = [brk.id for brk in page.col_breaks.brk]
    assert page.print_title_cols == "$A:$A"
    columns = list(sheet.columns)[: sheet.columns.number(last)]
    if any(not column.is_hidden for column in list(sheet.columns)[len(columns) :]):
        assert page.print_area.replace("$", "").endswith(f"A1:{sheet.columns.letter(last)}{page.max_row}")
    widths = [0 if column.is_hidden else column.width for column in columns]
    halves = sum(widths[:broken]), widths[0] + sum(widths[broken:])
    # So many characters LibreOffice puts on A4 across at that scale; other programs more.
    assert max(halves) <= 126


@pytest.mark.whole
def test_a_units_copy_prints_on_one_page_across_what_is_not_hidden_from_it() -> None:
    """The half that evaluators fill in would be pages with hardly anything on them."""
    framework = parse_framework(TEXT, ORIGIN)
    for copy, is_one in ((Copy.UNIT, True), (Copy.EVALUATOR, False)):
        page = load_workbook(BytesIO(workbooks.built(framework, copy=copy).data))[scoring.SHEET.title]
        assert (page.sheet_properties.pageSetUpPr.fitToPage, not page.col_breaks.brk) == (is_one, is_one)
