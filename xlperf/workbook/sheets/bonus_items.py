"""加减分: bonus and penalty items, what is claimed for the evaluated year, and what of it counts."""

from __future__ import annotations

from xlperf.frameworks.adjustments import Extras
from xlperf.frameworks.parts import UNSTATED, shown_weight
from xlperf.values import Value
from xlperf.workbook.data import ExtraClaim
from xlperf.workbook.plan import EXTRAS, Plan
from xlperf.workbook.sheets import styles
from xlperf.workbook.sheets.sheet import Column, Formula, Sheet

COLUMNS = (
    Column("序号", 6, "general", is_centred=True),
    Column("加减分项", 24, is_input=True),
    Column("事由", 40, is_input=True),
    Column("事实年度", 9, "general", is_input=True, is_centred=True),
    Column("文件年度", 9, "general", is_input=True, is_centred=True),
    Column("分值", 8, "score", is_input=True, is_centred=True),
    Column("认定", 9, is_input=True, is_centred=True),
    Column("佐证", 30, is_input=True),
    Column("出处", 26, is_input=True),
    Column("适用年度", 9, "general", is_centred=True),
    Column("状态", 10, "general", is_centred=True),
    Column("加分计入", 9, "score", is_centred=True),
    Column("减分计入", 9, "score", is_centred=True),
)
INPUTS = (
    ("item", 2, "加减分项", "choice"),
    ("fact", 3, "事由", "text"),
    ("fact_year", 4, "事实年度", "count"),
    ("document_year", 5, "文件年度", "count"),
    ("points", 6, "分值", "points"),
    ("ruling", 7, "认定", "choice"),
    ("evidence", 8, "佐证", "text"),
)
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


def add(plan: Plan) -> None:
    """Lays out the sheet where the framework has bonus or penalty items."""
    extras = plan.framework.extras
    if extras is None:
        return
    sheet = Sheet(plan.book, EXTRAS, COLUMNS)
    sheet.title("加减分", NOTE)
    _items(sheet, extras)
    sheet.section("申报的加减分")
    sheet.header(is_frozen=False)
    first = sheet.row
    claims = plan.data.extras if plan.data else ()
    for number in range(1, len(claims) + CLAIM_LINES + 1):
        _claim(sheet, extras, number, claims[number - 1] if number <= len(claims) else None)
    last = sheet.row - 1
    names = [("line", 1), *((name, column) for name, column, _, _ in INPUTS), ("status", 11), ("bonus", 12)]
    sheet.name_columns([(f"extra_{name}", column) for name, column in [*names, ("penalty", 13)]], first, last)
    status = f"K{first}:K{last}"
    sheet.colour(status, f'K{first}="{EXPIRED}"', styles.ALARM_FILL, styles.ALARM)
    sheet.colour(status, f'OR(K{first}="{UNDECIDED}",K{first}="{NO_YEAR}")', styles.WARNING_FILL)


def _items(sheet: Sheet, extras: Extras) -> None:
    """The items with their maxima and years, the maximum of all bonuses, and whether they count within the full score."""
    sheet.section("加减分项（办法）")
    headings = ("编码", "加减分项", "办法原文", "类别", "", "分值上限", "有效年度按")
    sheet.header(is_frozen=False, headings=(*headings, *[""] * (len(COLUMNS) - len(headings))))
    first = sheet.row
    for item in extras.items:
        line: list[Value] = [item.code, item.name, item.standard, KINDS[item.kind], None, shown_weight(item.maximum)]
        _fixed(sheet, [*line, YEARS[item.year_by]])
    named = (("code", 1), ("name", 2), ("kind", 4), ("maximum", 6), ("year", 7))
    sheet.name_columns([(f"extra_item_{name}", column) for name, column in named], first, sheet.row - 1)
    source = extras.source.document + ("" if extras.source.is_verified else "（未核对原文）")
    row = _fixed(sheet, [None, "加分合计上限", source, None, None, shown_weight(extras.maximum)])
    sheet.name("extra_maximum", 6, row)
    row = _fixed(sheet, [None, "计入方式", "满分内：总分不超过满分；满分外：可以超过满分", None, None, None])
    cell = sheet.page.cell(row, 6, COUNTS.get(extras.counts))
    cell.number_format = styles.FORMATS["general"]
    sheet.unlock(row, 6)
    sheet.allow_list(f"F{row}", tuple(COUNTS.values()), "计入方式")
    sheet.name("extra_counts", 6, row)


def _fixed(sheet: Sheet, values: list[Value]) -> int:
    row = sheet.line([*values, *[None] * (len(COLUMNS) - len(values))])
    for column in range(1, len(COLUMNS) + 1):
        sheet.lock(row, column)
    return row


def _claim(sheet: Sheet, extras: Extras, number: int, given: ExtraClaim | None) -> None:
    r = sheet.row
    item = f"MATCH(B{r},extra_item_name,0)"
    basis, maximum = f"INDEX(extra_item_year,{item})", f"INDEX(extra_item_maximum,{item})"
    either = f'IF(AND(D{r}<>"",D{r}=E{r}),D{r},"")'
    year = f'IF({basis}="事实年度",D{r},IF({basis}="文件年度",E{r},{either}))'
    counted = f"IF(ISNUMBER({maximum}),PERF_TOTAL(F{r},{maximum}),PERF_TOTAL(F{r}))"
    counts = f'AND(F{r}<>"",OR(K{r}="{VALID}",K{r}="{RULED_VALID}"))'
    sheet.line(
        [
            number,
            *_given(extras, given),
            Formula(f'=IF(B{r}="","",IF({year}="","",{year}))'),
            Formula(_status(r, basis)),
            *(
                Formula(f'=IF(B{r}="","",IF({counts},IF(INDEX(extra_item_kind,{item})="{kind}",{sign}{counted},0),0))')
                for kind, sign in (("加分", ""), ("减分", "-"))
            ),
        ]
    )
    sheet.allow_list(f"B{r}", tuple(i.name for i in extras.items), "加减分项")
    sheet.allow_list(f"G{r}", RULINGS, "认定")
    sheet.allow_number(f"D{r}:E{r}", "1990", "2100", "年度", "填四位数的年度，如 2021。")
    sheet.allow_number(f"F{r}", "0", "100", "分值", "填正数；加分还是减分由加减分项决定。")


def _given(extras: Extras, claim: ExtraClaim | None) -> list[Value]:
    if claim is None:
        return [None] * 8
    name = next(item.name for item in extras.items if item.code == claim.item)
    years: list[Value] = [claim.fact_year, claim.document_year]
    return [name, claim.fact, *years, claim.points, claim.ruling or None, claim.evidence or None, claim.source]


def _status(r: int, basis: str) -> str:
    """Whether a claim counts: by the evaluator's ruling, else by its year; two years of which neither is ours expire too."""
    is_past = f'AND(D{r}<>"",E{r}<>"",D{r}<>evaluation_year,E{r}<>evaluation_year)'
    open_year = f'IF({basis}="{UNSTATED}",IF({is_past},"{EXPIRED}","{UNDECIDED}"),"{NO_YEAR}")'
    by_year = f'IF(J{r}="",{open_year},IF(J{r}=evaluation_year,"{VALID}","{EXPIRED}"))'
    return f'=IF(B{r}="","",IF(G{r}="",{by_year},IF(G{r}="有效","{RULED_VALID}",G{r})))'
