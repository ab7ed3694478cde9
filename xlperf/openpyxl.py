"""The bridge to openpyxl: the values of an openpyxl workbook's formulas, without Excel.

openpyxl writes formulas without their results, so that nothing in such a file says what they should give: a result needs
an engine with a good record, or two that agree. Submitted files are never saved by openpyxl here, since
it loses every cached value and the parts that it doesn't know; a Book saves without losing a byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from xlperf.api.errors import UnknownNameError, told_as
from xlperf.engines.recalculation import AUTO, saved_results
from xlperf.errors import CellError
from xlperf.evaluation.scoring import recalculated
from xlperf.package import open_package
from xlperf.values import Value

if TYPE_CHECKING:
    from openpyxl import Workbook

PlainValue = float | str | bool | None


@dataclass(frozen=True)
class Values(Mapping[str, Mapping[str, PlainValue]]):
    """The results of formula cells by sheet and cell: `values["Sheet1"]["B2"]`; an error is its text ("#DIV/0!").

    `unwitnessed`: the cells (sheet!A1) that nobody vouches for, which only `force` gives. `notes`: what the engine had to
    say, such as how many cells had no saved value and who vouches for them.
    """

    by_sheet: Mapping[str, Mapping[str, PlainValue]]
    unwitnessed: tuple[str, ...]
    notes: tuple[str, ...]

    def __getitem__(self, sheet: str) -> Mapping[str, PlainValue]:
        if sheet not in self.by_sheet:
            raise UnknownNameError(f"{sheet}：没有这张表，或者它没有公式。")
        return self.by_sheet[sheet]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_sheet)

    def __len__(self) -> int:
        return len(self.by_sheet)


def recalculate(workbook: Workbook, *, engine: str = AUTO, force: bool = False) -> Values:
    """The values of a workbook's formula cells; the workbook itself is not changed.

    `force`: cells that the engine can't do are left blank and named in `notes`, and results that nobody vouches for are
    given and listed, instead of refusing the workbook.
    Errors: Error (calculation): formulas that can't be calculated or vouched for, with their cells.
    """
    with told_as("calculation"):
        package = open_package(_content(workbook))
        result = recalculated(package, engine=engine, force=force)
        results = saved_results(result.seen)
    found: dict[str, dict[str, PlainValue]] = {}
    for (sheet, ref), value in results.items():
        found.setdefault(sheet, {})[ref] = plain(value)
    nobody = () if result.witnesses is None else result.witnesses.unwitnessed
    unwitnessed = tuple(f"{sheet}!{ref}" for sheet, ref in nobody)
    return Values(found, unwitnessed, result.notes)


def write_values(workbook: Workbook, *, engine: str = AUTO, force: bool = False) -> Workbook:
    """A copy in which each formula has become its value, as `load_workbook(…, data_only=True)` shows a saved file.

    Errors: as for `recalculate`.
    """
    from openpyxl import load_workbook

    values = recalculate(workbook, engine=engine, force=force)
    copy = load_workbook(BytesIO(_content(workbook)))
    for sheet, cells in values.items():
        for ref, value in cells.items():
            copy[sheet][ref].value = value
    return copy


def _content(workbook: Workbook) -> bytes:
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def plain(value: Value) -> PlainValue:
    """A value with an error as its text."""
    return value.code if isinstance(value, CellError) else value
