"""Any cell as a tree: its formula, its value, and the cells that the formula reads, down to what was typed in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from xlperf.errors import CellError
from xlperf.evaluation.filled import Filled, written
from xlperf.explain.explanation import Node
from xlperf.formula.addresses import Area, column_letters, corner, position, reference, sheet_name
from xlperf.formula.parsing import GrammarError, parsed
from xlperf.formula.tree import Name, Reference, walk
from xlperf.values import Value, as_text, is_blank, is_number, round_half_up
from xlperf.wording import shown
from xlperf.workbook.names import Place
from xlperf.workbook.sheets.all_sheets import computed_place, shown_place
from xlperf.workbook.sheets.ledger import KEY_END, choice

DEPTH = 8
EXPANDED = 10
TITLES = "_xlnm.Print_Titles"
# Columns that number or group the lines instead of saying what they are.
_UNTELLING = ("编码", "序号", "要点", "一级指标", "二级指标", "题号", "编号")
_LONGEST = 40
_TOLD = "见上"
# In the titles of printed pages, which may name columns as well.
_REPEATED_ROWS = re.compile(r"\$\d+:\$(\d+)")


class CellTrace:
    """Goes from cells to the cells that they are calculated from; each is told in full once.

    A brief trace leaves out formulas and blank cells: what is left are the figures and where they were typed in.
    """

    def __init__(self, filled: Filled, *, is_brief: bool = False) -> None:
        self._filled = filled
        self._package, self._names = filled.package, filled.names
        self._is_brief = is_brief
        self._told: set[Place] = set()

    def node(self, place: Place, depth: int = DEPTH) -> Node:
        """A cell with its precedents. Cells told before are not told again, so that the tree ends."""
        place = self._computed(place)
        sheet, ref = place
        value, formula = self._package.value(sheet, ref), self._package.formulas(sheet).get(ref)
        label, text = self.label(place) or written(place), self._text(place, value)
        if formula is None:
            return Node("cell", label, text, value, "" if is_blank(value) else "填入", written(place))
        note = "" if self._is_brief else f"公式 ={formula}"
        if place in self._told:
            return Node("cell", label, text, value, _TOLD, written(place))
        # Why a cell is blank is told only where it was asked for.
        if depth == 0 or (is_blank(value) and depth < DEPTH):
            return Node("cell", label, text, value, note, written(place))
        self._told.add(place)
        return Node("cell", label, text, value, note, written(place), self.precedents(place, depth))

    def _computed(self, place: Place) -> Place:
        """The cell that calculates what a cell only shows."""
        sheet, ref = computed_place(place)
        return (sheet, ref) if ref in self._package.formulas(sheet) else place

    def precedents(self, place: Place, depth: int = DEPTH) -> tuple[Node, ...]:
        """What the formula of a cell reads; nothing where the cell holds none."""
        sheet, ref = place
        formula = self._package.formulas(sheet).get(ref)
        if formula is None:
            return ()
        found = [self._area(name, cells, depth - 1) for name, cells in self._read(formula, sheet)]
        return tuple(node for node in found if not self._is_brief or _is_filled(node))

    def label(self, place: Place) -> str:
        """What a cell is called: an input or a rate, or the label of its line and the heading of its column."""
        name = self._names.of_cells.get(place, "")
        if name in self._filled.inputs or name in self._filled.rates:
            return self._filled.label(name)
        sheet, ref = shown_place(place)
        row, column = position(ref)
        header = self._headers.get(sheet, 0)
        heading = self._constant(sheet, header, column) if header and header < row else ""
        line = self._line(sheet, row, column, header)
        return "　".join(part for part in (line, heading) if part)

    def _text(self, place: Place, value: Value) -> str:
        name = self._names.of_cells.get(place, "")
        if name in self._filled.inputs or name in self._filled.rates:
            return shown(value, self._filled.kind(name), self._filled.unit(name))
        if place in self._keys and not is_blank(value):
            return self._indicator(str(value))
        return shown(value)

    @cached_property
    def _keys(self) -> frozenset[Place]:
        """The cells that hold an indicator's code as formulas look for it."""
        name = "problem_indicator_key"
        return frozenset(self._names.places(name)) if self._names.has(name) else frozenset()

    def _indicator(self, key: str) -> str:
        """An indicator as people call it, from its code with a sign behind it."""
        code = key.removesuffix(KEY_END)
        known = self._filled.indicators.get(code)
        return choice(code, known.name) if known else "没有这个指标"

    def _line(self, sheet: str, row: int, column: int, header: int) -> str:
        """The text left of a cell that says what its line is."""
        found = {
            self._constant(sheet, header, left) if header else "": text
            for left in range(column - 1, 0, -1)
            if (text := self._constant(sheet, row, left))
        }
        telling = [text for heading, text in found.items() if heading not in _UNTELLING]
        return (telling or list(found.values()) or [""])[-1]

    def _constant(self, sheet: str, row: int, column: int) -> str:
        """The text of a cell without a formula, shortened; empty where there is none."""
        cell = self._package.cells(sheet).get(reference(row, column))
        if cell is None or cell.formula is not None or not isinstance(cell.value, str):
            return ""
        text = " ".join(cell.value.split())
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

    @cached_property
    def _headers(self) -> dict[str, int]:
        """The row of headings of each sheet: the last that is repeated on every printed page."""
        found = {}
        for name in self._package.names:
            if name.name == TITLES and name.sheet is not None and (rows := _REPEATED_ROWS.search(name.text)):
                found[name.sheet] = int(rows[1])
        return found

    def _read(self, formula: str, sheet: str) -> list[tuple[str, Area]]:
        """The areas that a formula reads, each once, in the order in which they stand."""
        found: dict[tuple[str, Area], None] = {}
        for read in self._references(formula, sheet):
            found.setdefault(read)
        return list(found)

    def _references(self, formula: str, sheet: str) -> Iterator[tuple[str, Area]]:
        """Cells and areas of cells, and names of such; whole columns, other workbooks and what can't be read are left out."""
        try:
            tree = parsed(formula)
        except GrammarError:
            return
        for node in walk(tree.root):
            if isinstance(node, Name) and self._names.has(node.text):
                yield self._names.area(node.text)
            elif isinstance(node, Reference) and "[" not in node.sheet and all(corner(node.first)):
                yield sheet_name(node.sheet) if node.sheet else sheet, node.area

    def _area(self, sheet: str, cells: Area, depth: int) -> Node:
        """What a formula reads: one cell with its own precedents, or a range."""
        if cells.size == 1:
            return self.node((sheet, reference(cells.top, cells.left)), depth)
        filled = [
            (sheet, ref)
            for ref, cell in self._package.cells(sheet).items()
            if cells.covers(cell.row, cell.column) and not is_blank(cell.value)
        ]
        values = [self._package.value(*place) for place in filled]
        numbers = [float(value) for value in values if is_number(value)]
        text = f"{cells.size} 格，{len(filled)} 格有内容"
        if numbers:
            text += f"，{len(numbers)} 个数合计 {as_text(round_half_up(sum(numbers), 6))}"
        if errors := [value for value in values if isinstance(value, CellError)]:
            text += f"，{len(errors)} 个错误值"
        heading, where = self._heading(sheet, cells), f"{sheet}!{cells}"
        if len(filled) > EXPANDED:
            return Node("range", heading, text, None, "格数多，不逐格列", where)
        if filled and (sheet, str(cells)) in self._told:
            return Node("range", heading, text, None, _TOLD, where)
        self._told.add((sheet, str(cells)))
        return Node("range", heading, text, None, "", where, tuple(self.node(place, depth) for place in filled))

    def _heading(self, sheet: str, cells: Area) -> str:
        """What a range is called: the heading of its column, if it has one only."""
        header = self._headers.get(sheet, 0)
        if header and cells.left == cells.right and header < cells.top:
            return self._constant(sheet, header, cells.left) or f"{column_letters(cells.left)} 列"
        return "区域"


def _is_filled(node: Node) -> bool:
    """Whether there is anything in a cell or range."""
    return bool(node.children) or node.note == _TOLD if node.kind == "range" else not is_blank(node.value)
