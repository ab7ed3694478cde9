"""要点评分底稿: the unit of scoring, point by point: wording, finding, rule score, basis, problems, evidence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlperf.frameworks.indicators import Indicator, Point
from xlperf.frameworks.parts import shown_weight
from xlperf.rules.finding_cell import FindingCell
from xlperf.rules.rule import Places, Scale
from xlperf.values import Value
from xlperf.workbook import appearance, flags, rule_formulas
from xlperf.workbook.columns import Cells, Column, Columns, Formula
from xlperf.workbook.ledger_lines import printed_numbers
from xlperf.workbook.needs import Needs
from xlperf.workbook.plan import Plan, SheetDeclaration, join
from xlperf.workbook.roles import Role
from xlperf.workbook.sheets.ledger import KEY_END, WRONG
from xlperf.workbook.waiting import TEXT_CHANGED, shown

if TYPE_CHECKING:
    from xlperf.workbook.drawing.sheet import Sheet

COLUMNS = Columns(
    code=Column("要点", 7, is_centred=True),
    indicator=Column("指标", 20, is_named=False),
    text=Column("要点原文", 52, is_named=False),
    weight=Column("分值", 7, "score", is_centred=True),
    kind=Column("评分方式", 11, is_centred=True, is_named=False),
    finding=Column("核查结果", 13, "general", is_input=True, is_centred=True),
    shown_low=Column("规则分下限", 10, "score", is_centred=True, is_named=False),
    shown_high=Column("规则分上限", 10, "score", is_centred=True, is_named=False),
    basis=Column("核查依据", 46, is_input=True),
    problems=Column("问题编号", 12, is_input=True),
    evidence=Column("佐证", 22, is_input=True),
    low=Column("规则分下限", 10, "score", is_hidden=True, shown_in="shown_low"),
    high=Column("规则分上限", 10, "score", is_hidden=True, shown_in="shown_high"),
    confirmed=Column("确认过的原文", 14, is_hidden=True, is_named=False),
    listed=Column("所列编号", 8, "general", is_hidden=True, is_named=False),
    cited=Column("编号核对", 8, "general", is_hidden=True),
    adopted=Column("采用的结果", 8, "general", is_hidden=True, shown_in="origin"),
    origin=Column("由台账推出", 11, "general", is_centred=True),
)
# Only where a finding can follow from the ledger: the one that counts, and what follows.
ADOPTED = "adopted"
FOLLOWING = (ADOPTED, "origin")
# In front of a finding that follows from the ledger; and what stands there where its lines leave it open.
FROM_LEDGER, LEFT_OPEN = "台账：", "台账定不了，请填"
# Behind a number that the ledger doesn't have.
UNKNOWN = "查无此号"
# So many numbers of one cell are looked up, each of so many characters.
MOST_CITED, LONGEST_NUMBER = 6, 20


def lay_out(plan: Plan) -> None:
    """Lays out the sheet; the rows are those of each indicator's points."""
    followed = Needs(plan.framework).followed
    sheet = plan.draw(SHEET.title, COLUMNS if followed else COLUMNS.without(*FOLLOWING))
    note = "逐条填“核查结果”：要点核查选符合程度，按处扣分填问题处数，选项、定性分档选一项；灰字的由数据算出，不用填。"
    sheet.title(SHEET.title, f"{note}“由台账推出”里已有结果的也不用填，填了的以填的为准。" if followed else note)
    sheet.header()
    first, rows = sheet.row, {}
    for indicator in plan.indicators:
        start = sheet.row
        for number, point in enumerate(indicator.points, 1):
            _line(sheet, plan, indicator, number, point, is_followed=indicator.point_code(number) in followed)
        rows[indicator.code] = range(start, sheet.row)
    plan.rows[SHEET.title] = rows
    last = sheet.row - 1
    sheet.name_columns("point", first, last)
    if followed:
        open_line = f'{sheet.at(first, "column").origin}="{LEFT_OPEN}"'
        sheet.colour(sheet.span("origin", first, last), open_line, appearance.WARNING_FILL)
    bounds, pinned = sheet.span("shown_low", first, last, to="shown_high"), sheet.at(first, "column")
    sheet.colour(bounds, f"ISERROR({sheet.at(first).low})", appearance.WARNING_FILL)
    sheet.colour(bounds, f"{pinned.low}<{pinned.high}", appearance.SECTION_FILL)
    cited = sheet.span("problems", first, last)
    sheet.colour(cited, f'{pinned.cited}<>""', appearance.ALARM_FILL, appearance.ALARM)
    message = "可以不填。写问题台账里的编号，几个用顿号隔开，如 W02、W03。"
    sheet.suggest(cited, "problem_id", "问题编号", message)


def _line(sheet: Sheet, plan: Plan, indicator: Indicator, number: int, point: Point, *, is_followed: bool) -> None:
    code, at, asked = indicator.point_code(number), sheet.at(), point.rule.finding
    found = at.adopted if is_followed else at.finding
    low, high = _bounds(point, Places(at.weight, found, at.low, code), is_confirmed(at))
    untaken = "（标准未载明）" if point.rule.scale is Scale.UNSTATED else "（由数据算）"
    row = sheet.line(
        {
            "code": code,
            "indicator": indicator.name,
            "text": point.text,
            "confirmed": point.text,
            "weight": _weight(sheet, plan, indicator, number),
            "kind": point.rule.label,
            "low": low,
            "high": high,
            "shown_low": None if low is None else Formula(_shown(at, "low")),
            "shown_high": None if high is None else Formula(_shown(at, "high")),
            "listed": Formula(_listed(at)),
            "cited": Formula(_cited(at)),
            **_given(plan, code),
            **(_followed(indicator, asked, at) if asked and is_followed else {}),
            **({} if asked else {"finding": untaken}),
        },
        formats={"finding": asked.format} if asked and asked.format else None,
    )
    if asked:
        _allow(sheet, at.finding, asked, code)
    else:
        sheet.lock(row, "finding")
        sheet.tint(row, "finding", appearance.MUTED, is_bold=False)


def _given(plan: Plan, code: str) -> dict[str, Value]:
    """What the data file says of a point, with the numbers of problems as the ledger prints them."""
    given = plan.data.points.get(code) if plan.data else None
    if plan.data is None or given is None:
        return {}
    numbers = printed_numbers(plan.data)
    return {
        "finding": given.finding,
        "basis": given.basis,
        "problems": join(tuple(numbers[problem] for problem in given.problems)),
        "evidence": given.evidence or None,
    }


def _followed(indicator: Indicator, asked: FindingCell, at: Cells) -> dict[str, Value]:
    """The finding that counts, and what of it follows from the ledger: all of the indicator's lines, or nothing.

    Each has to be a fact; points stated on any of them say what was lost altogether; lines of a group may be one problem
    or several; a wrong one may be any of these.
    """
    lines = f'problem_indicator_key,"{indicator.code}{KEY_END}"'
    count, facts = f"COUNTIF({lines})", f'COUNTIFS({lines},problem_own,"?*")'
    others = ("points", "<>"), ("group", "<>"), ("status", f"{WRONG}*")
    unclear = "+".join(f'COUNTIFS({lines},problem_{column},"{criterion}")' for column, criterion in others)
    told = f'IF(AND({count}>0,{facts}={count},{unclear}=0),{asked.recorded(count)},"")'
    unit = f'&" {asked.unit}"' if asked.unit else ""
    otherwise = f'IF({count}>0,"{LEFT_OPEN}","")'
    origin = f'IF({at.adopted}<>"","{FROM_LEDGER}"&{at.adopted}{unit},{otherwise})'
    return {
        "adopted": Formula(f'=IF({at.finding}<>"",{at.finding},{told})'),
        "origin": Formula(f'=IF({at.finding}<>"","",{origin})'),
    }


def _listed(at: Cells) -> str:
    """The numbers that a cell lists, with a blank between them."""
    listed = at.problems
    for mark in ("、", "，", ",", "；", ";"):
        listed = f'SUBSTITUTE({listed},"{mark}"," ")'
    return f'=TRIM(SUBSTITUTE({listed},CHAR(10)," "))'


def _cited(at: Cells) -> str:
    """Whether all numbers that a cell lists are in the ledger; of more than are looked up nothing is said.

    Number by number, since not every program goes through a list of texts within a formula.
    """
    count = f'LEN({at.listed})-LEN(SUBSTITUTE({at.listed}," ",""))+1'
    apart = f'SUBSTITUTE({at.listed}," ",REPT(" ",{LONGEST_NUMBER}))'
    starts = range(1, MOST_CITED * LONGEST_NUMBER, LONGEST_NUMBER)
    each = [f"TRIM(MID({apart},{start},{LONGEST_NUMBER}))" for start in starts]
    known = "+".join(f'COUNTIFS(problem_id,{number},problem_own,"?*")' for number in each)
    return f'=IF({at.listed}="","",IF({count}>{MOST_CITED},"",IF({known}={count},"","{UNKNOWN}")))'


def _weight(sheet: Sheet, plan: Plan, indicator: Indicator, number: int) -> Value:
    if not plan.framework.has_editable_weights:
        return shown_weight(indicator.points[number - 1].weight)
    above = sheet.span("weight", sheet.row - number + 1, sheet.row - 1) if number > 1 else ""
    return Formula(rule_formulas.point_weight(indicator, number, above))


def is_confirmed(at: Cells, text: str = "text") -> str:
    """Whether the official text is still that whose rule is carried out; a literal would hold 255 characters."""
    return f"EXACT({at[text]},{at.confirmed})"


def _shown(at: Cells, bound: str) -> str:
    return f'=IF({is_confirmed(at)},{shown(at[bound])[1:]},"{TEXT_CHANGED}")'


def _bounds(point: Point, places: Places, confirmed: str) -> tuple[Value, Value]:
    """The formulas for both bounds; where the standard allows another measure, a flag decides between the two.

    A text that nobody has confirmed has none.
    """
    usual = point.rule.formulas(places)
    if usual is None:
        return None, None
    low, high = usual
    other = point.alternative.rule.formulas(replace(places, code="")) if point.alternative else None
    if point.alternative and other:
        when = point.alternative.when
        low, high = (f'IF({when}="{flags.YES}",{a},{u})' for u, a in zip(usual, other, strict=True))
    return Formula(f"=IF({confirmed},{low},NA())"), Formula(f"=IF({confirmed},{high},NA())")


def _allow(sheet: Sheet, address: str, finding: FindingCell, code: str) -> None:
    if finding.choices:
        sheet.allow_list(address, finding.choices, f"要点 {code}")
    elif finding.suggestions:
        sheet.suggest(address, f'"{",".join(finding.suggestions)}"', f"要点 {code}", finding.hint)
    else:
        sheet.allow_number(address, "0", "1000", f"要点 {code}", finding.hint)


SHEET: SheetDeclaration = SheetDeclaration(
    "要点评分底稿",
    "逐要点核查和规则分",
    COLUMNS,
    lay_out,
    Role.SCORER,
    # Where nothing is asked, the points only repeat what the scores are.
    is_needed=lambda needs: needs.is_evaluation or needs.findings_asked > 0,
)
