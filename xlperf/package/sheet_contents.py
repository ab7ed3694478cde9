"""What a worksheet part was read as: its cells, formulas and saved results."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from xlperf.package.cells import Cell
from xlperf.package.edit.cached_values import result_cells
from xlperf.package.shared_formulas import expanded
from xlperf.package.sheet_xml import SheetXml
from xlperf.values import Value

Row = Mapping[str, Cell]
Place = tuple[int, int]
_ROW = b"<row "
_MARKER = b"<!"


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
        return seen

    def cell(self, ref: str, row: int) -> Cell | None:
        """A cell that holds something, given its row too."""
        return self.cells.get(ref)

    @cached_property
    def formulas(self) -> Mapping[str, str]:
        """The formulas by reference, shared ones written out."""
        return expanded(self.xml.sheet, self.cells)

    @cached_property
    def formula_items(self) -> tuple[tuple[str, str], ...]:
        """The formulas as pairs, to compare and to hash."""
        return tuple(self.formulas.items())

    @cached_property
    def results(self) -> Mapping[tuple[str, str], Value]:
        """The saved values of the cells that formulas fill, by sheet and reference; None where there is none."""
        sheet = self.xml.sheet
        return {(sheet, ref): cell.value for ref, cell in result_cells(self.cells).items()}

    @cached_property
    def constants(self) -> Mapping[Place, Value]:
        """The values of the cells without a formula, by row and column."""
        return {(cell.row, cell.column): cell.value for cell in self.cells.values() if cell.formula is None}

    @cached_property
    def rows(self) -> Mapping[int, Row]:
        """The cells by row."""
        found: dict[int, dict[str, Cell]] = {}
        for ref, cell in self.cells.items():
            found.setdefault(cell.row, {})[ref] = cell
        return found

    @cached_property
    def is_comparable(self) -> bool:
        """Whether rows and cells may be told from the bytes with which they begin."""
        xml = self.xml
        return not (xml.grammar.prefix or xml.is_closed or xml.content.count(_MARKER))

    @cached_property
    def pieces(self) -> list[bytes]:
        """The part cut before each row's number."""
        return self.xml.content.split(_ROW)

    @cached_property
    def is_plain(self) -> bool:
        """Whether all formulas are ordinary ones, so that rows can be read by themselves."""
        return self.is_comparable and all(
            cell.formula is None or cell.formula.is_ordinary for cell in self.cells.values()
        )
