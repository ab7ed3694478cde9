"""A framework's own relations: the schema, where their figures stand, each kind and unit on the sheet, the findings."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.findings.check_sheet import Checking, lines
from tests.support.command_here import Run
from tests.support.small_framework import ORIGIN, changed
from tests.support.workbooks import built
from xlperf.checks.loading import shipped_relations
from xlperf.errors import UserError
from xlperf.frameworks.loading import parse_framework
from xlperf.values import Value
from xlperf.workbook.drawing.sheet import Sheet
from xlperf.workbook.names import NamedCells
from xlperf.workbook.plan import Plan
from xlperf.workbook.sheets import checks

INPUT = """
[[inputs]]
id = "{id}"
label = "{id}"
group = "{type}"
type = "{type}"
{more}
help = "报告"
"""
RELATION = """
[[relations]]
id = "{id}"
topic = "{topic}"
kind = "{kind}"
severity = "{severity}"
statement = "{id} 应对得上"
advice = "请核对。"
source = "报告二"
unit = "{unit}"
{sides}
"""


def entry(name: str, kind: str, unit: str, sides: str, *, topic: str = "报告中的数字", severity: str = "error") -> str:
    return RELATION.format(id=name, kind=kind, unit=unit, sides=sides, topic=topic, severity=severity)


def terms(left: str, *right: str) -> str:
    """The two sides; a figure with ? may be blank, one with - is taken off."""
    shown = []
    for fact in right:
        more = ", sign = -1" if fact[0] == "-" else ", optional = true" if fact[-1] == "?" else ""
        shown.append(f'{{ fact = "{fact.strip("-?")}"{more} }}')
    return f'left = [{{ fact = "{left}" }}]' + (f"\nright = [{', '.join(shown)}]" if right else "")


INPUTS = "".join(
    INPUT.format(id=name, type=kind, more=f'fact = "{fact}"' if fact else "")
    for name, kind, fact in (
        ("cost_total", "money", ""),
        ("cost_first", "money", ""),
        ("cost_second", "money", ""),
        ("public_cost", "money", "spending_public_final"),
        ("video_total", "count", ""),
        ("video_new", "count", ""),
        ("video_reused", "count", ""),
        ("hours_total", "number", ""),
        ("hours_first", "number", ""),
        ("printed_rate", "rate", ""),
        ("other_rate", "rate", ""),
    )
)
RATES = """
[[rates]]
id = "unspent_rate"
label = "未支出率"
formula = "1 - spending_rate"
definition = "1－支出率"
source = "评分表"
"""
OWN = "".join(
    (
        entry("video_points", "identity", "count", terms("video_total", "video_new", "video_reused")),
        entry("cost_sum", "identity", "money", terms("cost_total", "cost_first", "cost_second?")),
        entry("hours_same", "identity", "count", terms("hours_total", "hours_first"), severity="warning"),
        entry("cost_kept", "continuity", "money", terms("cost_first", "cost_total", "-cost_second"), topic="跨年"),
        entry("spending_printed", "identity", "rate", terms("printed_rate", "spending_rate")),
        entry("rates_whole", "identity", "rate", terms("other_rate", "printed_rate", "unspent_rate?")),
        entry("videos_order", "order", "count", terms("video_new", "video_total"), severity="warning"),
        entry("rates_order", "order", "rate", terms("printed_rate", "other_rate")),
        entry("rate_bound", "bound", "rate", terms("other_rate") + "\nlimit = 0.03", severity="warning"),
        entry("change_bound", "bound", "rate", terms("printed_rate") + "\nlimit = -0.05", severity="hint"),
        entry("cost_bound", "bound", "money", terms("cost_total") + "\nlimit = 30"),
        entry("video_bound", "bound", "count", terms("video_total") + "\nlimit = 0"),
        entry("cost_near", "threshold", "money", terms("cost_first", "cost_second") + "\nlimit = 0.3"),
        entry("rates_near", "threshold", "rate", terms("printed_rate", "other_rate") + "\nlimit = 0.1"),
        entry("public_same", "identity", "money", terms("public_cost", "spending_staff_final")),
    )
)


def with_relations(relations: str) -> str:
    return changed(("[[rates]]", INPUTS + "\n[[rates]]"), ("[[indicators]]\ncode = \"1\"", RATES + "\n[[indicators]]\ncode = \"1\""), add=relations)  # fmt: skip


FRAMEWORK = parse_framework(with_relations(OWN), ORIGIN)
CHECKING = Checking(FRAMEWORK)


def refusal(relations: str) -> str:
    with pytest.raises(UserError) as caught:
        parse_framework(with_relations(relations), ORIGIN)
    return str(caught.value)


def layout_refusal(relations: str) -> str:
    with pytest.raises(UserError) as caught:
        checks.lay_out(Plan(parse_framework(with_relations(relations), ORIGIN), None, partial(Sheet, Workbook())))
    return str(caught.value)


VIDEOS = terms("video_total", "video_new")


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        (entry("bad_flag", "identity", "count", terms("video_total", "has_rules")), ("bad_flag", "不是数", "has_rules")),
        (entry("bad_text", "order", "count", terms("main_goal", "video_new")), ("bad_text", "不是数", "main_goal")),
        (entry("bad_unit", "identity", "count", terms("cost_total", "video_new")), ("bad_unit", "count", "money", "cost_total")),
        (entry("bad_rate", "identity", "rate", terms("printed_rate", "hours_total")), ("bad_rate", "rate", "number", "hours_total")),
        (entry("rate_money", "identity", "money", terms("spending_rate", "cost_total")), ("rate_money", "spending_rate")),
        (entry("any_sources", "sources", "count", ""), ("any_sources", "sources")),
        (entry("with_number", "identity", "count", VIDEOS + "\nnumber = 3"), ("number", "不认识的键")),
        (entry("twice_here", "identity", "count", VIDEOS) * 2, ("twice_here 重复",)),
        (entry("no_limit", "bound", "count", terms("video_total")), ("no_limit", "limit")),
        (entry("two_sides", "bound", "count", VIDEOS + "\nlimit = 3"), ("two_sides", "bound")),
        (entry("order_limit", "order", "count", VIDEOS + "\nlimit = 3"), ("order_limit", "limit")),
        (entry("zero_limit", "threshold", "count", VIDEOS + "\nlimit = 0"), ("zero_limit", "大于 0")),
        (entry("one_side", "order", "count", terms("video_total")), ("one_side", "两边")),
        (entry("bad_kind", "bounds", "count", VIDEOS), ("relations.1.kind", "bounds")),
        (entry("bad_measure", "identity", "percent", VIDEOS), ("relations.1.unit", "percent")),
        (entry("no_columns", "identity", "money", terms("cost_{column}", "spending_{column}")), ("no_columns", "{column}")),
        (entry("Bad", "identity", "count", VIDEOS), ("relations.1.id", "Bad")),
    ],
)  # fmt: skip
def test_mistakes_are_refused_at_loading(relation: str, words: tuple[str, ...]) -> None:
    message = refusal(relation)
    assert message.startswith(f"{ORIGIN}：")
    assert [word for word in words if word not in message] == [], message


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        (entry("no_cell", "identity", "count", terms("video_total", "videos_new")), ("no_cell", "videos_new")),
        (entry("no_fact", "identity", "money", terms("cost_total", "spending_year_finals")), ("no_fact", "spending_year_finals")),
        (entry("staffing_sum", "identity", "count", VIDEOS), ("staffing_sum", "同名")),
        (entry("sources_agree", "identity", "count", VIDEOS), ("sources_agree", "同名")),
        (entry("no_column", "order", "money", terms("{column}_final", "{column}_adjusted") + '\ncolumns = ["spending"]'),
         ("no_column", "spending", "spending_year")),
    ],
)  # fmt: skip
def test_what_the_workbook_does_not_have_is_refused_by_the_layout(relation: str, words: tuple[str, ...]) -> None:
    message = layout_refusal(relation)
    assert message.startswith("指标体系 mini-2021 的关系")
    assert [word for word in words if word not in message] == [], message


@pytest.mark.whole
def test_an_input_never_stands_for_a_figure_of_the_shipped_relations() -> None:
    relation = entry("running_same", "order", "money", terms("agency_running_final", "spending_year_final"))
    text = with_relations(relation).replace("cost_total", "agency_running_final")
    package = built(parse_framework(text, ORIGIN))
    names = NamedCells(package)
    ids = zip(names.column("check_id"), names.places("check_id"), strict=True)
    rows = {str(name): ref[1:] for name, (_, ref) in ids}
    formulas = package.formulas("勾稽校验")
    assert "tbl_agency_running_final" in formulas[f"D{rows['agency_running_same']}"]
    own = formulas[f"C{rows['running_same']}"]
    assert "agency_running_final" in own
    assert "tbl_" not in own
    assert "tbl_spending_year_final" in formulas[f"D{rows['running_same']}"]


def test_columns_of_the_budget_sheets_serve_too() -> None:
    sides = terms("spending_year_{column}", "cost_{column}").replace("cost_{column}", "spending_basic_{column}")
    relation = entry("by_column", "identity", "money", f'{sides}\ncolumns = ["initial", "final"]')
    framework = parse_framework(with_relations(relation), ORIGIN).framework
    ids = [line.id for line in shipped_relations().lines(framework.relations) if line.number is None]
    assert ids == ["by_column.initial", "by_column.final"]
    checks.lay_out(Plan(parse_framework(with_relations(relation), ORIGIN), None, partial(Sheet, Workbook())))


def videos(total: Value, new: Value, reused: Value) -> dict[str, Value]:
    return {"video_total": total, "video_new": new, "video_reused": reused}


def costs(total: Value, first: Value, second: Value) -> dict[str, Value]:
    return {"cost_total": total, "cost_first": first, "cost_second": second}


def rates(printed: Value, other: Value = None, used: Value = None, issued: Value = None) -> dict[str, Value]:
    return {"printed_rate": printed, "other_rate": other, "quota_used": used, "quota_issued": issued}


def missing(left: Value, right: Value, tolerance: Value = None) -> tuple[Value, ...]:
    return (left, right, None, tolerance, "缺数据", None)


WRONG = (None, None, "数据有误", "错误")
CASES: list[tuple[str, dict[str, Value], str, tuple[Value, ...]]] = [
    ("counts fit", videos(120, 80, 40), "video_points", (120, 120, 0, None, "相符", None)),
    ("counts have no tolerance", videos(121, 80, 40), "video_points", (121, 120, 1, None, "不符", "错误")),
    ("a count is missing", videos(120, 80, None), "video_points", missing(120, None)),
    ("zero is a count", videos(80, 80, 0), "video_points", (80, 80, 0, None, "相符", None)),
    ("text for a count", videos(120, "八十", 40), "video_points", (120, "数据有误", *WRONG)),
    ("parts of a count are seen", {"hours_total": 7.5, "hours_first": 7}, "hours_same", (7.5, 7, 0.5, None, "不符", "警告")),
    ("amounts fit", costs(10.3, 5.1, 5.2), "cost_sum", (10.3, 10.3, 0, 0.03, "相符", None)),
    ("amounts within", costs(10.33, 5.1, 5.2), "cost_sum", (10.33, 10.3, 0.03, 0.03, "舍入差", "提示")),
    ("amounts beyond", costs(10.34, 5.1, 5.2), "cost_sum", (10.34, 10.3, 0.04, 0.03, "不符", "错误")),
    ("an amount that may be blank", costs(10.34, 10.34, None), "cost_sum", (10.34, 10.34, 0, 0.02, "相符", None)),
    ("a term taken off", costs(10, 7, 2), "cost_kept", (7, 8, -1, 0.03, "不符", "错误")),
    ("nothing to take off", costs(10, 7, None), "cost_kept", missing(7, None)),
    ("a rate as printed", rates(0.9792, None, 209.26, 213.7), "spending_printed",
     (0.9792, 0.9792232101, -0.0000232101, 0.00005, "舍入差", "提示")),
    ("the very rate", rates(0.5, None, 1, 2), "spending_printed", (0.5, 0.5, 0, 0.00005, "相符", None)),
    ("half of the last place", rates(0.98, None, 0.97995, 1), "spending_printed",
     (0.98, 0.97995, 0.00005, 0.00005, "舍入差", "提示")),
    ("more than half", rates(0.98, None, 0.979949, 1), "spending_printed",
     (0.98, 0.979949, 0.000051, 0.00005, "不符", "错误")),
    ("a rate misprinted", rates(0.9729, None, 209.26, 213.7), "spending_printed",
     (0.9729, 0.9792232101, -0.0063232101, 0.00005, "不符", "错误")),
    ("a rate without data", rates(0.98, None, 209.26, None), "spending_printed", missing(0.98, None)),
    ("no printed rate", rates(None, None, 1, 2), "spending_printed", missing(None, 0.5)),
    ("a rate without base", rates(0.98, None, 1, 0), "spending_printed", (0.98, "基数为零", None, None, "基数为零", None)),
    ("a rate of text", rates(0.98, None, "无", 2), "spending_printed", (0.98, "数据有误", *WRONG)),
    ("a printed rate of text", rates("98%", None, 1, 2), "spending_printed", ("数据有误", 0.5, *WRONG)),
    ("text beside no base", rates("98%", 1, 1, 0), "rates_whole", (1, "数据有误", *WRONG)),
    ("a rate that may be missing", rates(0.8, 0.8), "rates_whole", (0.8, 0.8, 0, 0.00005, "相符", None)),
    ("a rate that is there", rates(0.5, 0.8, 3, 4), "rates_whole", (0.8, 0.75, 0.05, 0.00005, "不符", "错误")),
    ("an order kept", videos(5, 5, None), "videos_order", (5, 5, 0, None, "相符", None)),
    ("an order broken", videos(4, 5, None), "videos_order", (5, 4, 1, None, "超限", "警告")),
    ("an order of one", videos(None, 5, None), "videos_order", missing(5, None)),
    ("rates in order", rates(0.2, 0.20001), "rates_order", (0.2, 0.20001, -0.00001, None, "相符", None)),
    ("rates out of order", rates(0.20001, 0.2), "rates_order", (0.20001, 0.2, 0.00001, None, "超限", "错误")),
    ("at the bound", rates(None, 0.03), "rate_bound", (0.03, 0.03, 0, None, "相符", None)),
    ("in binary at the bound", rates(None, 0.1 + 0.2 - 0.27), "rate_bound", (0.03, 0.03, 0, None, "相符", None)),
    ("over the bound", rates(None, 0.0301), "rate_bound", (0.0301, 0.03, 0.0001, None, "超限", "警告")),
    ("no rate to bound", rates(0.5), "rate_bound", missing(None, 0.03)),
    ("text over a bound", rates(None, "3%"), "rate_bound", ("数据有误", 0.03, *WRONG)),
    ("a fall that is enough", rates(-0.06), "change_bound", (-0.06, -0.05, -0.01, None, "相符", None)),
    ("a fall that is not", rates(-0.04), "change_bound", (-0.04, -0.05, 0.01, None, "超限", "提示")),
    ("an amount below", costs(29.99, None, None), "cost_bound", (29.99, 30, -0.01, None, "相符", None)),
    ("an amount above", costs(30.01, None, None), "cost_bound", (30.01, 30, 0.01, None, "超限", "错误")),
    ("in yuan", costs(300000.01, None, None) | {"money_unit": "元"}, "cost_bound",
     (300000.01, 300000, 0.01, None, "超限", "错误")),
    ("nothing above none", videos(0, None, None), "video_bound", (0, 0, 0, None, "相符", None)),
    ("one above none", videos(1, None, None), "video_bound", (1, 0, 1, None, "超限", "错误")),
    ("near", costs(None, 13, 10), "cost_near", (13, 10, 3, 0.3, "相符", None)),
    ("far", costs(None, 6.9, 10), "cost_near", (6.9, 10, -3.1, 0.3, "超限", "错误")),
    ("near nothing", costs(None, 6.9, 0), "cost_near", (6.9, 0, 6.9, 0.3, "基数为零", None)),
    ("near no figure", costs(None, 6.9, None), "cost_near", missing(6.9, None, 0.3)),
    ("rates near", rates(0.11, 0.1), "rates_near", (0.11, 0.1, 0.01, 0.1, "相符", None)),
    ("rates far", rates(0.111, 0.1), "rates_near", (0.111, 0.1, 0.011, 0.1, "超限", "错误")),
    ("a budget sheet's figure", {"public_cost": 3, "budget_typed.spending_staff": 4}, "public_same",
     (3, 4, -1, 0.02, "不符", "错误")),
    ("an input from a budget sheet", {"budget_typed.spending_public": 4, "budget_typed.spending_staff": 4}, "public_same",
     (4, 4, 0, 0.02, "相符", None)),
]  # fmt: skip


@pytest.mark.whole
@pytest.mark.parametrize(("given", "line", "expected"), [pytest.param(*c[1:], id=c[0]) for c in CASES])
def test_lines_of_the_sheet(given: dict[str, Value], line: str, expected: tuple[Value, ...]) -> None:
    assert lines(CHECKING.filled(given))[line] == expected


def test_every_kind_and_unit_has_a_case() -> None:
    used = {case[2] for case in CASES}
    assert {r.id for r in FRAMEWORK.framework.relations} == used
    pairs = {(r.kind, r.unit) for r in FRAMEWORK.framework.relations}
    assert {(kind, unit) for kind in ("identity", "bound") for unit in ("money", "count", "rate")} <= pairs
    assert {kind for kind, _ in pairs} == {"identity", "continuity", "order", "bound", "threshold"}


@pytest.mark.whole
def test_own_relations_stand_after_the_others_under_their_topics() -> None:
    shipped = [line.id for line in shipped_relations().lines()]
    ids = list(lines(CHECKING.blank))
    assert ids[: len(shipped)] == shipped
    assert sorted(ids[len(shipped) :]) == sorted(r.id for r in FRAMEWORK.framework.relations)
    assert ids[-1] == "cost_kept"
    column = [cell.value for ref, cell in CHECKING.blank.cells("勾稽校验").items() if ref.startswith("A")]
    assert [text for text in column if isinstance(text, str)][-2:] == ["报告中的数字", "跨年"]


@pytest.mark.whole
def test_a_blank_workbook_compares_nothing() -> None:
    assert {(line[-2], line[-1]) for line in lines(CHECKING.blank).values()} == {("缺数据", None)}
    assert CHECKING.found(CHECKING.blank) == []


SAID: list[tuple[dict[str, Value], str, str, str]] = [
    (videos(121, 80, 40), "video_points", "error", "：121 ≠ 120，差 1。请核对。"),
    (costs(10.33, 5.1, 5.2), "cost_sum", "hint", "：10.33 ≠ 10.30，差 0.03 万元，在舍入差以内（容差 0.03）。"),
    (rates(0.9729, None, 209.26, 213.7), "spending_printed", "error", "：97.29% ≠ 97.92%，差 0.63 个百分点。请核对。"),
    (
        rates(0.9792, None, 209.26, 213.7),
        "spending_printed",
        "hint",
        "：97.9200% ≠ 97.9223%，差 0.0023 个百分点，在舍入差以内（容差 0.005 个百分点）。",
    ),
    (rates(None, 0.0325), "rate_bound", "warning", "：3.25% > 3.00%，超 0.25 个百分点。请核对。"),
    (rates(None, 0.030004), "rate_bound", "warning", "：3.0004% > 3.0000%，超 0.0004 个百分点。请核对。"),
    (costs(31, None, None), "cost_bound", "error", "：31 > 30，超 1 万元。请核对。"),
    (costs(None, 6.9, 10), "cost_near", "error", "：6.90 与 10 万元 相差 -31.00%。请核对。"),
    (rates(0.12, 0.1), "rates_near", "error", "：12.00% 与 10.00% 相差 +20.00%。请核对。"),
    (
        videos(120, "八十", 40),
        "video_points",
        "error",
        "：<video_new>（“八十”）不是数字，没有比较；请改成数字或留空。",
    ),
    (rates("98%", None, 1, 2), "spending_printed", "error", "：<printed_rate>（“98%”）不是数字"),
    (rates(0.98, None, "无", 2), "spending_printed", "error", "：<quota_used>（“无”）不是数字"),
    (
        {"budget_typed.spending_public": "无", "budget_typed.spending_staff": 4},
        "public_same",
        "error",
        "：收支预决算总表!K47（“无”）",
    ),
]


@pytest.mark.whole
@pytest.mark.parametrize(("given", "relation", "severity", "words"), SAID)
def test_what_findings_say(given: dict[str, Value], relation: str, severity: str, words: str) -> None:
    words = re.sub("<([^>]+)>", lambda match: CHECKING.inputs[match[1]].cell, words)
    told = {f.code: f for f in CHECKING.found(CHECKING.filled(given))}[f"relation_{relation}"]
    assert told.severity == severity
    assert told.cell.startswith("勾稽校验!G")
    assert words in told.message


def test_the_cover_counts_own_errors() -> None:
    package = CHECKING.filled(videos(121, 80, 40) | rates(0.9729, None, 209.26, 213.7))
    cells = package.cells("封面与说明")
    (row,) = (cell[1:] for cell, content in cells.items() if content.value == "勾稽错误（项）")
    own = [finding for finding in CHECKING.found(package) if finding.severity == "error"]
    assert package.value("封面与说明", f"B{row}") == len(own) > 1


@pytest.mark.whole
def test_commands_know_own_relations(run: Run, tmp_path: Path) -> None:
    file, wrong, book = tmp_path / "mini.toml", tmp_path / "wrong.toml", tmp_path / "mini.xlsm"
    file.write_text(with_relations(OWN), encoding="utf-8")
    wrong.write_text(with_relations(OWN).replace('fact = "video_reused"', 'fact = "video_rented"'), encoding="utf-8")
    status, told, _ = run("frameworks", "show", str(file))
    assert status == 0
    assert "spending_printed 应对得上" in told
    assert run("frameworks", "lint", str(file))[0] == 0
    for words in (("frameworks", "lint", str(wrong)), ("new", str(wrong), "-o", str(book))):
        status, _, told = run(*words)
        assert status == 2
        assert "video_points" in told
        assert "video_rented" in told
    book.write_bytes(CHECKING.filled(videos(121, 80, 40)).data)
    status, told, _ = run("check", str(book))
    assert status == 1
    assert "121 ≠ 120" in told
