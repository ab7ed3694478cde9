"""加减分: bonus and penalty items, what is claimed for the evaluated year, and what of it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlperf.frameworks.adjustments import Extras
from xlperf.frameworks.parts import UNSTATED, shown_weight
from xlperf.values import Value
from xlperf.workbook import appearance
from xlperf.workbook.columns import Cells, Column, Columns, Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.roles import Role

if TYPE_CHECKING:
    from xlperf.workbook.data_schema import ExtraClaim
    from xlperf.workbook.drawing.sheet import Sheet

COLUMNS = Columns(
    line=Column("序号", 6, "general", is_centred=True),
    item=Column("加减分项", 24, is_input=True),
    fact=Column("事由", 40, is_input=True),
    fact_year=Column("事实年度", 9, "general", is_input=True, is_centred=True),
    document_year=Column("文件年度", 9, "general", is_input=True, is_centred=True),
    points=Column("分值", 8, "score", is_input=True, is_centred=True),
    ruling=Column("认定", 9, is_input=True, is_centred=True, filled_by=Role.SCORER),
    evidence=Column("佐证", 30, is_input=True),
    source=Column("出处", 26, is_input=True),
    year=Column("适用年度", 9, "general", is_centred=True, is_named=False),
    status=Column("状态", 10, "general", is_centred=True),
    bonus=Column("加分计入", 9, "score", is_centred=True),
    penalty=Column("减分计入", 9, "score", is_centred=True),
)
# What a claim takes, and what kind of input it is.
INPUTS = (
    ("item", "choice"),
    ("fact", "text"),
    ("fact_year", "count"),
    ("document_year", "count"),
    ("points", "points"),
    ("ruling", "choice"),
    ("evidence", "text"),
    ("source", "text"),
)
# The items stand above the claims, in the same columns.
ITEM_FIELDS = {"code": "line", "name": "item", "kind": "fact_year", "maximum": "points", "year": "ruling"}
_STANDARD = "fact"
YEARS = {"fact": "事实年度", "document": "文件年度", UNSTATED: UNSTATED}
KINDS = {"bonus": "加分", "penalty": "减分"}
COUNTS = {"within": "满分内", "on_top": "满分外"}
VALID, RULED_VALID, EXPIRED, UNDECIDED, NO_YEAR = "有效", "认定有效", "过期", "待认定", "缺年度"
RULINGS = ("有效", "无效")
CLAIM_LINES = 10
NOTE = (
    "每一项加减分只在它的适用年度等于评价年度时计入；办法没写按哪个年度的，两个年度不同就是“待认定”，"
    "由评价人在“认定”里选有效或无效。加分合计不超过上限。"
)


def lay_out(plan: Plan) -> None:
    """Lays out the sheet."""
    extras = plan.framework.extras
    if extras is None:
        return
    sheet = plan.draw(SHEET.title, COLUMNS)
    sheet.title(SHEET.title, NOTE)
    _items(sheet, extras)
    sheet.section("申报的加减分")
    sheet.header(is_frozen=False)
    first = sheet.row
    claims = plan.data.extras if plan.data else ()
    for number in range(1, len(claims) + plan.free_lines("extra", len(claims), CLAIM_LINES) + 1):
        _claim(sheet, extras, number, claims[number - 1] if number <= len(claims) else None)
    last = sheet.row - 1
    sheet.name_columns("extra", first, last)
    states, status = sheet.span("status", first, last), sheet.at(first).status
    sheet.colour(states, f'{status}="{EXPIRED}"', appearance.ALARM_FILL, appearance.ALARM)
    sheet.colour(states, f'OR({status}="{UNDECIDED}",{status}="{NO_YEAR}")', appearance.WARNING_FILL)


def _items(sheet: Sheet, extras: Extras) -> None:
    """The items with their maxima and years, the maximum of all bonuses, and whether they count within the full score."""
    sheet.section("加减分项（办法）")
    headings = {"code": "编码", "name": "加减分项", "kind": "类别", "maximum": "分值上限", "year": "有效年度按"}
    shown = {ITEM_FIELDS[name]: heading for name, heading in headings.items()}
    sheet.header(is_frozen=False, headings={**shown, _STANDARD: "办法原文"})
    first = sheet.row
    for item in extras.items:
        facts = {"code": item.code, "name": item.name, "kind": KINDS[item.kind], "year": YEARS[item.year_by]}
        _fixed(sheet, {**facts, "maximum": shown_weight(item.maximum)}, item.standard)
    named = {f"extra_item_{name}": column for name, column in ITEM_FIELDS.items()}
    sheet.name_each(named, first, sheet.row - 1)
    source = extras.source.document + ("" if extras.source.is_verified else "（未核对原文）")
    row = _fixed(sheet, {"name": "加分合计上限", "maximum": shown_weight(extras.maximum)}, source)
    sheet.name("extra_maximum", "points", row)
    row = _fixed(sheet, {"name": "计入方式"}, "满分内：总分不超过满分；满分外：可以超过满分")
    sheet.set(row, "points", COUNTS.get(extras.counts), "general")
    sheet.unlock(row, "points")
    sheet.allow_list(sheet.at(row).points, tuple(COUNTS.values()), "计入方式")
    sheet.name("extra_counts", "points", row)


def _fixed(sheet: Sheet, facts: dict[str, Value], standard: str) -> int:
    row = sheet.line({**{ITEM_FIELDS[name]: value for name, value in facts.items()}, _STANDARD: standard})
    sheet.lock(row, *COLUMNS.ids)
    return row


def _claim(sheet: Sheet, extras: Extras, number: int, given: ExtraClaim | None) -> None:
    at = sheet.at()
    item = f"MATCH({at.item},extra_item_name,0)"
    basis, maximum = f"INDEX(extra_item_year,{item})", f"INDEX(extra_item_maximum,{item})"
    either = f'IF(AND({at.fact_year}<>"",{at.fact_year}={at.document_year}),{at.fact_year},"")'
    year = f'IF({basis}="事实年度",{at.fact_year},IF({basis}="文件年度",{at.document_year},{either}))'
    counted = f"IF(ISNUMBER({maximum}),PERF_TOTAL({at.points},{maximum}),PERF_TOTAL({at.points}))"
    counts = f'AND({at.points}<>"",OR({at.status}="{VALID}",{at.status}="{RULED_VALID}"))'
    amounts: dict[str, Value] = {}
    for column, sign in (("bonus", ""), ("penalty", "-")):
        is_of_kind = f'INDEX(extra_item_kind,{item})="{KINDS[column]}"'
        amounts[column] = Formula(f'=IF({at.item}="","",IF({counts},IF({is_of_kind},{sign}{counted},0),0))')
    sheet.line(
        {
            "line": number,
            **_given(extras, given),
            "year": Formula(f'=IF({at.item}="","",IF({year}="","",{year}))'),
            "status": Formula(_status(at, basis)),
            **amounts,
        }
    )
    sheet.allow_list(at.item, tuple(i.name for i in extras.items), "加减分项")
    sheet.allow_list(at.ruling, RULINGS, "认定")
    years = f"{at.fact_year}:{at.document_year}"
    sheet.allow_number(years, "1990", "2100", "年度", "填四位数的年度，如 2021。")
    sheet.allow_number(at.points, "0", "100", "分值", "填正数；加分还是减分由加减分项决定。")


def _given(extras: Extras, claim: ExtraClaim | None) -> dict[str, Value]:
    if claim is None:
        return {}
    return {
        # None has the code where only the layout of the data is known (data_shape).
        "item": next((item.name for item in extras.items if item.code == claim.item), None),
        "fact": claim.fact,
        "fact_year": claim.fact_year,
        "document_year": claim.document_year,
        "points": claim.points,
        "ruling": claim.ruling or None,
        "evidence": claim.evidence or None,
        "source": claim.source,
    }


def _status(at: Cells, basis: str) -> str:
    """Whether a claim counts: by the evaluator's ruling, else by its year; two years of which neither is ours expire too."""
    are_given = f'{at.fact_year}<>"",{at.document_year}<>""'
    is_past = f"AND({are_given},{at.fact_year}<>evaluation_year,{at.document_year}<>evaluation_year)"
    open_year = f'IF({basis}="{UNSTATED}",IF({is_past},"{EXPIRED}","{UNDECIDED}"),"{NO_YEAR}")'
    by_year = f'IF({at.year}="",{open_year},IF({at.year}=evaluation_year,"{VALID}","{EXPIRED}"))'
    ruled = f'IF({at.ruling}="有效","{RULED_VALID}",{at.ruling})'
    return f'=IF({at.item}="","",IF({at.ruling}="",{by_year},{ruled}))'


SHEET: SheetDeclaration = SheetDeclaration(
    "加减分",
    "加分、减分：适用年度、上限、是否计入",
    COLUMNS,
    lay_out,
    Role.UNIT,
    is_used=lambda framework: framework.extras is not None,
)
