"""The sheets of the workbook, in the order in which people go through them: the build, the cover's contents and the order
of the tabs derive from this list.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlperf.formula.addresses import position
from xlperf.frameworks.schema import Framework
from xlperf.workbook.names import Place
from xlperf.workbook.plan import SheetDeclaration
from xlperf.workbook.roles import Role
from xlperf.workbook.sheets import (
    bonus_items,
    checks,
    cover,
    figures,
    imports,
    ledger,
    parameters,
    paste_reading,
    points,
    rates,
    reviews,
    scoring,
    scoring_table,
    sources,
    standard_readings,
    summary,
    survey_counts,
    survey_schemes,
    surveys,
)
from xlperf.workbook.tables.all_tables import BUDGET_TABLES, EVIDENCE_TABLES
from xlperf.workbook.tables.table import sheet_of

SHEETS: tuple[SheetDeclaration, ...] = (
    cover.SHEET,
    parameters.SHEET,
    *imports.SHEETS,
    *map(sheet_of, BUDGET_TABLES),
    figures.SHEET,
    sources.SHEET,
    rates.SHEET,
    surveys.SHEET,
    survey_schemes.SHEET,
    survey_counts.SHEET,
    points.SHEET,
    scoring.SHEET,
    standard_readings.SHEET,
    bonus_items.SHEET,
    ledger.SHEET,
    *map(sheet_of, EVIDENCE_TABLES),
    reviews.SHEET,
    checks.SHEET,
    summary.SHEET,
    scoring_table.SHEET,
    paste_reading.SHEET,
)

_BY_TITLE = {sheet.title: sheet for sheet in SHEETS}

# By sheet: the column that people see, and the hidden one that holds its results.
_SHOWN = [
    (sheet.title, sheet.columns.letter(column.shown_in), sheet.columns.letter(identifier))
    for sheet in SHEETS
    for identifier, column in zip(sheet.columns.ids, sheet.columns, strict=True)
    if column.shown_in
]


def shown_place(place: Place) -> Place:
    """Where people see what a cell holds: beside it, where it stands in a hidden column."""
    return _moved(place, {hidden: shown for sheet, shown, hidden in _SHOWN if sheet == place[0]})


def computed_place(place: Place) -> Place:
    """Where what people see in a cell is calculated; see `shown_place`."""
    return _moved(place, {shown: hidden for sheet, shown, hidden in _SHOWN if sheet == place[0]})


def _moved(place: Place, letters: Mapping[str, str]) -> Place:
    letter = place[1].rstrip("0123456789")
    return place[0], letters.get(letter, letter) + place[1].removeprefix(letter)


def role_at(place: Place, framework: Framework) -> Role:
    """Who fills in a cell. Where nobody should but somebody may, such as the total that a report prints: the evaluator."""
    declared = _BY_TITLE.get(place[0])
    if declared is None:
        return Role.COMPUTED
    number = position(place[1])[1]
    is_known = number <= len(declared.columns)
    role = (
        declared.role_of(declared.columns.ids[number - 1], framework) if is_known else declared.filled_by.of(framework)
    )
    return Role.EVALUATOR if role is Role.COMPUTED else role


def sheets_of(framework: Framework) -> tuple[SheetDeclaration, ...]:
    """The sheets that a framework's workbook has."""
    return tuple(sheet for sheet in SHEETS if sheet.is_used(framework))
