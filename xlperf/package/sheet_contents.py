"""What a worksheet part was read as: its cells, formulas and saved results."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from xlperf.errors import UserError
from xlperf.formula.tokens import Copied, tokens
from xlperf.package.cells import Cell, Formula, lacks_cells
from xlperf.package.edit.cached_values import result_cells, with_values
from xlperf.package.sheet_xml import SheetXml
from xlperf.values import Value

Place = tuple[int, int]
# Reference, formula, whether cells that it fills are lacking.
UnusualFormula = tuple[str, Formula, bool]


class SheetContents:
    """A worksheet part with its cells and formulas, read as a whole."""

    def __init__(self, xml: SheetXml, cells: Mapping[str, Cell]) -> None:
        self.xml = xml
        self._cells = cells
        self._origin: SheetContents | None = None

    @cached_property
    def cells(self) -> Mapping[str, Cell]:
        """The cells that hold a value or a formula, by reference, in order."""
        return self._cells

    @property
    def root(self) -> SheetContents:
        """The reading that this one is a variation of; itself where it is none."""
        return self

    @property
    def origin(self) -> SheetContents:
        """The reading that this one has its constants from."""
        return self._origin or self

    @property
    def differing(self) -> Mapping[Place, Value]:
        """The constants that differ from those of the root, by row and column; None where a cell holds nothing now."""
        return {}

    def seen_with(self, values: Mapping[str, Value]) -> SheetContents:
        """This reading with other saved values in some of its cells."""
        return self._seen(dict(self.cells), values)

    def _seen(self, cells: dict[str, Cell], values: Mapping[str, Value]) -> SheetContents:
        for ref, value in values.items():
            row, column, _, formula, start, end = cells[ref]
            cells[ref] = Cell(row, column, value, formula, start, end)
        seen = SheetContents(self.xml, cells)
        seen._origin = self.origin
        seen.formulas, seen.formula_items = self.formulas, self.formula_items
        seen.unusual_formulas = self.unusual_formulas
        return seen

    def with_results(self, values: Mapping[str, Value]) -> bytes | None:
        """The part with other saved results of its formulas, or None where all are as they were.

        Errors: a UserError naming a cell that is no result of a formula, or a value that can't be stored.
        """
        return with_values(self.xml, self.cells, values)

    @cached_property
    def formulas(self) -> Mapping[str, str]:
        """The formulas by reference, shared ones written out."""
        return _expanded(self.xml.sheet, self.cells)

    @cached_property
    def formula_items(self) -> tuple[tuple[str, str], ...]:
        """The formulas as pairs, to compare and to hash."""
        return tuple(self.formulas.items())

    @cached_property
    def unusual_formulas(self) -> tuple[UnusualFormula, ...]:
        """The formulas that are more than their text: array formulas and data tables."""
        found = ((ref, cell, cell.formula) for ref, cell in self.cells.items() if cell.formula is not None)
        return tuple(
            (ref, formula, lacks_cells(cell, self.cells))
            for ref, cell, formula in found
            if formula.kind not in ("normal", "shared") or formula.is_dynamic
        )

    @cached_property
    def has_rich_texts(self) -> bool:
        """Whether a cell may have a text of its own in which a part is in another font."""
        return self.xml.plain is None and self.xml.content.find(b"rPr", self.xml.start, self.xml.end) >= 0

    @cached_property
    def results(self) -> Mapping[tuple[str, str], Value]:
        """The saved values of the cells that formulas fill, by sheet and reference; None where there is none."""
        sheet = self.xml.sheet
        return {(sheet, ref): cell.value for ref, cell in result_cells(self.cells).items()}

    @cached_property
    def constants(self) -> Mapping[Place, Value]:
        """The values of the cells without a formula, by row and column."""
        return {(cell.row, cell.column): cell.value for cell in self.cells.values() if cell.formula is None}


def _expanded(sheet: str, cells: Mapping[str, Cell]) -> dict[str, str]:
    """The formulas of a sheet by reference, without the equals sign, shared ones written out. Data tables have none.

    Errors: a UserError naming a cell that shares a formula which is nowhere.
    """
    found: dict[str, str] = {}
    masters: dict[int, tuple[int, int, Copied]] = {}
    for ref, cell in cells.items():
        formula = cell.formula
        if formula is None:
            continue
        if formula.text is not None:
            found[ref] = formula.text
            if formula.kind == "shared" and formula.group is not None and formula.area is not None:
                masters[formula.group] = cell.row, cell.column, Copied(tokens(formula.text))
        elif formula.kind == "shared":
            master = masters.get(-1 if formula.group is None else formula.group)
            if master is None:
                raise UserError(f"{sheet}!{ref} 的共享公式找不到原式，文件已损坏，请重新取得一份完整的文件")
            row, column, copied = master
            found[ref] = copied.shifted(cell.row - row, cell.column - column)
    return found
