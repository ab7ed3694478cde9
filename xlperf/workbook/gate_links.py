"""Links from the two lines of the cover to the first place that closes a gate (see `gates`): a cell, or the top of a sheet."""

from __future__ import annotations

from xlperf.frameworks.schema import Framework
from xlperf.workbook.gate_condition import RESULT, SUBMISSION, Condition, First
from xlperf.workbook.gates import PASSED, STATUS, conditions
from xlperf.workbook.sheets import checks, figures, ledger, points, scoring, summary

# The cells of the cover.
LINK = {SUBMISSION: "submission_link", RESULT: "result_link"}
TO_REASON, TO_RESULT = "→ 点这里，到这一条所在的地方", "→ 点这里，看“汇总”"
_SHEETS = {
    "figure": figures.SHEET,
    "point": points.SHEET,
    "indicator": scoring.SHEET,
    "problem": ledger.SHEET,
    "check": checks.SHEET,
}
# No sheet of lines that are checked is longer.
_LAST_ROW = 2000


def link_formula(gate: str, framework: Framework) -> str:
    """The formula for a link to the first place that closes a gate; to the result where it is open."""
    text = f'IF({STATUS[gate]}="{PASSED[gate]}","{TO_RESULT}","{TO_REASON}")'
    return f"=HYPERLINK({target(gate, framework)},{text})"


def target(gate: str, framework: Framework) -> str:
    """The formula (without equals sign) for where the link leads, as Excel and LibreOffice take it."""
    place = _top(summary.SHEET.title)
    for condition in reversed([c for c in conditions(framework) if c.closes(gate, framework)]):
        place = f"IF({condition.name}>0,{_place(condition)},{place})"
    return place


def _place(condition: Condition) -> str:
    first = condition.first or condition.near
    return _cell(first) if first else _top(condition.sheet)


def _top(sheet: str) -> str:
    return f"\"#'{sheet}'!A1\""


def _cell(first: First) -> str:
    """The first cell with the text: its row is told by a search from the top of the sheet."""
    prefix, _, column = first.column.partition("_")
    sheet = _SHEETS[prefix]
    searched = sheet.span(column, 1, _LAST_ROW, pin="both")
    return f'"#\'{sheet.title}\'!{sheet.columns.letter(column)}"&MATCH("{first.text}",{searched},0)'
