"""Money: income and spending, budget beside final figures, and what they consist of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlperf.report.document.blocks import CENTRE, Bar, Block, Cell, Chart, Paragraph, Table, Written, heads, merged, row
from xlperf.report.document.subject import NONE, Line, Subject, amount, chinese, plain, share
from xlperf.values import Value, is_number
from xlperf.workbook.tables import budget, economic, projects, three_public
from xlperf.workbook.tables import fund_sources as sources_of_funds

_COLUMNS = ("used_initial", "used_adjusted", "final")
_GRANTS = ("income_general", "income_fund", "income_capital")
_INCOMES = ("income_superior", "income_business", "income_operating", "income_affiliated", "income_other")
_LABELS = {line.code: line.label.strip("　").removeprefix("其中：") for line in budget.TABLE.lines}
_PLACE = f"“{budget.TABLE.sheet}”表，或粘贴决算表"
_BLANK: Line = {}


def _figures(subject: Subject, code: str) -> list[Value]:
    line = subject.fixed(budget.TABLE).get(code, _BLANK)
    return [line.get(column) for column in _COLUMNS]


def _final(subject: Subject, code: str) -> Value:
    return _figures(subject, code)[2]


def _is_filled(figures: Sequence[Value]) -> bool:
    return any(map(is_number, figures))


def _income_rows(subject: Subject) -> list[tuple[str, list[Value]]]:
    """The kinds of income that are filled in, then the sums."""
    grants = [code for code in _GRANTS if _is_filled(_figures(subject, code))]
    found = [(_LABELS[code], _figures(subject, code)) for code in grants]
    if not grants and _is_filled(_figures(subject, "grant_income")):
        found = [("财政拨款收入", _figures(subject, "grant_income"))]
    found += [(_LABELS[code], _figures(subject, code)) for code in _INCOMES if _is_filled(_figures(subject, code))]
    rows = [(f"{chinese(place)}、{label}", figures) for place, (label, figures) in enumerate(found, 1)]
    for code, label in (
        ("income_year", "本年收入合计"),
        ("income_carryover", "年初结转和结余"),
        ("income_total", "总计"),
    ):
        if _is_filled(_figures(subject, code)):
            rows.append((label, _figures(subject, code)))
    return rows


def income(subject: Subject) -> Iterator[Block]:
    """Income: initial, adjusted and final, with parts of the whole (表1-3, 表2-1)."""
    rows = _income_rows(subject)
    if not rows:
        yield Written("收入情况", (), "年初预算数、调整预算数、决算数", _PLACE)
        return
    whole = next((code for code in ("income_total", "income_year") if _is_filled(_figures(subject, code))), "")
    initial, _, final = _figures(subject, whole)
    if is_number(initial) and is_number(final):
        begins, ends = subject.money(initial), subject.money(final)
        carried = "（含年初结转和结余）" if whole == "income_total" else ""
        yield Paragraph(f"{subject.year} 年部门收入{carried}年初预算数 {begins}，决算数 {ends}（见下表）。")
    body = []
    for label, figures in rows:
        is_sum = label in ("本年收入合计", "总计")
        body.append(row([label, *map(amount, figures), share(figures[2], final)], "lrrrr", is_bold=is_sum))
    yield Table(
        "部门整体收入基本情况",
        (36, 16, 16, 16, 16),
        (heads("项目", "年初预算数", "调整预算数", "决算数", "占总收入比例"),),
        tuple(body),
        unit=subject.money_unit,
    )


def spending(subject: Subject) -> Iterator[Block]:
    """Spending by nature: initial, adjusted and final, with parts of the whole (表1-4)."""
    figures = {code: _figures(subject, f"spending_{code}") for code in ("basic", "staff", "public", "project", "year")}
    if not _is_filled(figures["year"]):
        yield Written("支出情况", (), "基本支出、项目支出的年初预算数、调整预算数、决算数", _PLACE)
        return
    whole = figures["year"][2]
    parts = [
        f"{_LABELS[f'spending_{c}']} {subject.money(v)}" for c in ("basic", "project") if is_number(v := figures[c][2])
    ]
    if is_number(whole):
        told = f"，其中{'、'.join(parts)}" if parts else ""
        yield Paragraph(f"{subject.year} 年部门支出决算数 {subject.money(whole)}{told}（见下表）。")
    labels = ("一、基本支出", "其中：人员经费", "　　　公用经费", "二、项目支出", "本年支出合计")
    body = []
    for label, (code, found) in zip(labels, figures.items(), strict=True):
        part = NONE if code in ("staff", "public") else share(found[2], whole)
        body.append(row([label, *map(amount, found), part], "lrrrr", is_bold=code == "year"))
    yield Table(
        "部门整体支出基本情况表",
        (36, 16, 16, 16, 16),
        (heads("项目（按支出性质）", "年初预算数", "调整预算数", "决算数", "支出数占比"),),
        tuple(body),
        unit=subject.money_unit,
    )


_WIDE = ("staff", "public", "basic", "project", "year", "carryover", "total")


def spending_wide(subject: Subject) -> Iterator[Block]:
    """Spending with its kinds side by side, and how much of the budget was spent (表2-2)."""
    columns = [_figures(subject, f"spending_{code}") for code in _WIDE]
    if not _is_filled(columns[4]):
        yield Written("支出情况", (), "基本支出、项目支出的年初预算数、调整预算数、决算数", _PLACE)
        return
    initial, _, final = columns[4]
    basic, project = (subject.money(columns[place][2]) for place in (2, 3))
    yield Paragraph(
        f"{subject.year} 年度支出年初预算 {subject.money(initial)}，决算数 {subject.money(final)}；"
        f"决算数中基本支出 {basic}，项目支出 {project}（见下表）。"
    )
    labels = ("年初预算数", "调整预算数", "决算数")
    body = [row([label, *(amount(c[n]) for c in columns)], "lrrrrrrr") for n, label in enumerate(labels)]
    body.append(row(["预算完成率", *(share(c[2], c[1]) for c in columns)], "lrrrrrrr", is_bold=True))
    tall = [Cell(text, 2, 1, CENTRE, True) for text in ("本年支出合计", "年末结转和结余", "总计")]
    first = (
        Cell("类别", 2, 1, CENTRE, True),
        Cell("基本支出", 1, 3, CENTRE, True),
        Cell("项目支出", 1, 1, CENTRE, True),
    )
    yield Table(
        f"{subject.year} 年度支出预算执行情况表",
        (16, 12, 12, 12, 12, 12, 12, 12),
        ((*first, *tall), heads("人员经费", "公用经费", "小计", "小计")),
        tuple(body),
        unit=subject.money_unit,
        is_small=True,
    )


def basic(subject: Subject) -> Iterator[Block]:
    """Basic spending by economic classification (表2-3); nothing where it isn't filled in."""
    found = subject.fixed(economic.TABLE)
    finals = {code: line.get("final") for code, line in found.items() if is_number(line.get("final"))}
    sums = [finals.get(f"economic_{code}") for code in economic.CLASSES]
    whole = sum(float(value) for value in sums if is_number(value))
    if not whole:
        return
    rows: list[tuple[Cell, ...]] = []
    for code, (label, items) in economic.CLASSES.items():
        for item, name in (*items.items(), ("", "小计")):
            if (value := finals.get(f"economic_{code}{item}")) is not None:
                rows.append(row([label, name, amount(value), share(value, whole)], "clrr", is_bold=not item))
    initial, adjusted, final = _figures(subject, "spending_basic")
    yield Paragraph(
        f"基本支出：年初预算 {subject.money(initial)}，调整预算 {subject.money(adjusted)}，"
        f"决算数 {subject.money(final)}（按经济分类见下表）。"
    )
    yield Table(
        f"{subject.year} 年度基本支出情况表",
        (28, 36, 18, 18),
        (heads("类", "款", "决算数", "结构占比"),),
        (*merged(rows, 1), row(["总计", "", amount(whole), share(whole, whole)], "clrr", is_bold=True)),
        unit=subject.money_unit,
        is_small=True,
    )


def three_public_funds(subject: Subject) -> Iterator[Block]:
    """The three public expenses in a sentence."""
    line = subject.fixed(three_public.TABLE).get("three_public_total", _BLANK)
    planned, spent = line.get("budget"), line.get("final")
    if not is_number(planned) or not is_number(spent):
        yield Written("三公经费", (), "“三公”经费预算数、决算数", f"“{three_public.TABLE.sheet}”表")
        return
    compared = "与预算数相同" if planned == spent else "未超预算数" if spent < planned else "超过预算数"
    rated = f"，控制率 {share(spent, planned)}" if planned else ""
    yield Paragraph(
        f"{subject.year} 年度“三公”经费预算数 {subject.money(planned)}，决算数 {subject.money(spent)}，{compared}{rated}。"
    )


def project_funds(subject: Subject) -> Iterator[Block]:
    """The projects with their money."""
    found = subject.lines(projects.TABLE)
    if not found:
        yield Written("项目资金", (), "项目的预算数、支出数", f"“{projects.TABLE.sheet}”表")
        return
    columns = ("initial", "adjusted", "spent")
    body = [
        row([plain(str(line["name"] or NONE)), *(amount(line[c]) for c in columns), share(line["spent"], line["adjusted"])], "lrrrr")
        for line in found
    ]  # fmt: skip
    heading = heads("项目名称", "年初预算数", "调整预算数", "支出数", "执行率")
    yield Table("项目资金情况表", (40, 15, 15, 15, 15), (heading,), tuple(body), unit=subject.money_unit)


def fund_sources(subject: Subject) -> Iterator[Block]:
    """The money of the project by where it comes from; nothing where that was not filled in."""
    lines = subject.fixed(sources_of_funds.TABLE)
    if not lines:
        return
    labels = {line.code: line.label for line in sources_of_funds.TABLE.lines}
    columns = sources_of_funds.AMOUNTS
    body = []
    for code, line in lines.items():
        cells = [labels[code], *(amount(line[c]) for c in columns), share(line["spent"], line["adjusted"])]
        body.append(row(cells, "lrrrr", is_bold=code == "funds_total"))
    heading = heads("资金来源", "年初预算数", "全年预算数", "全年执行数", "执行率")
    yield Table("项目资金来源情况表", (36, 16, 16, 16, 16), (heading,), tuple(body), unit=subject.money_unit)


def spending_chart(subject: Subject) -> Iterator[Block]:
    """What the spending consists of, as a chart."""
    whole = _final(subject, "spending_year")
    if not is_number(whole) or not whole:
        return
    parts = [(code, _final(subject, f"spending_{code}")) for code in ("staff", "public", "project")]
    bars = [
        Bar(_LABELS[f"spending_{code}"], float(value) / float(whole), f"{subject.money(value)}，{share(value, whole)}")
        for code, value in parts
        if is_number(value)
    ]
    if bars:
        yield Chart(f"{subject.year} 年支出结构（占本年支出合计 {subject.money(whole)}）", tuple(bars))
