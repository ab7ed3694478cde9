"""A workbook's formulas as a plan: shapes that formulas share, and the formulas in an order in which each comes after its cells."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from xlperf.engines.compiled.constant_folding import folded
from xlperf.engines.compiled.copied_formulas import CopiedFormula
from xlperf.engines.compiled.formula_shapes import Shaped, shaped, without_texts
from xlperf.engines.compiled.library.function_table import is_known
from xlperf.engines.compiled.node_facts import is_many
from xlperf.engines.compiled.nodes import FILLED, SPILLING, Node, lowered
from xlperf.engines.protocol import CellPlace
from xlperf.formula.addresses import reference
from xlperf.formula.names import NameUsed, Place, Resolver
from xlperf.formula.tree import NotUnderstoodError
from xlperf.package import Cell, Formula, Package
from xlperf.package.cells import LACKING, lacks_cells

CYCLE = "循环引用"
_WIDEST = 512
# Whole rows are as many columns; of so few that does no harm.
_MOST_WHOLE_ROWS = 3
MOST_FILLED = 10_000
# In signs; the largest workbook of ours has a third of it.
_MOST_KEPT = 2_400_000
# Of workbooks with the same names, so many sheets with so many formulas.
_MOST_SHEETS, _LARGEST_KEPT = 128, 10_000


class Step(NamedTuple):
    """A formula: its cell, the number of its shape, the references and texts in the order of the shape's slots."""

    sheet: str
    row: int
    column: int
    shape: int
    references: tuple[Node, ...]
    # How many rows and columns it fills.
    height: int = 1
    width: int = 1
    texts: tuple[str, ...] = ()

    @property
    def place(self) -> CellPlace:
        """The cell as engines name it."""
        return self.sheet, reference(self.row, self.column)


@dataclass(frozen=True)
class Plan:
    """What has to be calculated, in order; and the formulas that can't be, with the reasons."""

    shapes: tuple[Node, ...]
    steps: tuple[Step, ...]
    unable: Mapping[CellPlace, str]


def planned(package: Package, ours: Collection[str]) -> Plan:
    """The plan of a workbook, given the names of the worksheet functions of ours."""
    shapes: dict[Node, int] = {}
    unable: dict[CellPlace, str] = {}
    steps: list[Step] = []
    taken_apart = _Formulas(package, ours)
    for sheet in package.worksheets:
        own = taken_apart.sheet(package, sheet.name)
        numbers = [shapes.setdefault(shape, len(shapes)) for shape in own.shapes]
        steps += [step._replace(shape=numbers[step.shape]) for step in own.steps]
        unable |= own.unable
    ordered = list(_ordered(steps))
    if len(ordered) < len(steps):
        placed = {id(step) for step in ordered}
        unable |= {step.place: CYCLE for step in steps if id(step) not in placed}
    return Plan(tuple(shapes), tuple(ordered), unable)


def planned_apart(package: Package, ours: Collection[str], texts: Mapping[CellPlace, str]) -> Plan:
    """The plan of some formulas by themselves, whose texts may be others than the workbook's.

    Each comes before those whose cells it refers to, so that it finds there what was put there.
    """
    shapes: dict[Node, int] = {}
    unable: dict[CellPlace, str] = {}
    steps: list[Step] = []
    taken_apart = _Formulas(package, ours)
    for (sheet, ref), text in texts.items():
        cell = package.cells(sheet)[ref]
        try:
            found = taken_apart.formula(sheet, cell, text)
        except NotUnderstoodError as error:
            unable[sheet, ref] = str(error)
            continue
        number = shapes.setdefault(found.shape, len(shapes))
        steps.append(Step(sheet, cell.row, cell.column, number, found.references, *_size(cell), found.texts))
    return Plan(tuple(shapes), tuple(reversed(list(_ordered(steps)))), unable)


class _Formulas:
    """Takes the formulas of one workbook apart."""

    def __init__(self, package: Package, ours: Collection[str]) -> None:
        self._ours = ours
        self._resolver = Resolver(package, lambda name: name in ours or is_known(name), ours.__contains__)
        self._sheets = {sheet.name for sheet in package.worksheets}
        self._refusal = _refusal(package)
        self._latest: dict[tuple[str, int], CopiedFormula] = {}
        self._kept = _taken_apart(frozenset(ours))
        self._known = None if any(package.links) else _sheets(_facts(package, ours))

    def sheet(self, package: Package, name: str) -> Plan:
        """The formulas of a sheet in their order: those of an altered workbook are mostly another's, sheet by sheet."""
        reading = package.reading(name)
        key = name, reading.formula_items, reading.unusual_formulas
        known = None if self._known is None else self._known.get(key)
        if known is not None:
            return known
        self._resolver.has_shown_formulas = False
        made = self._sheet(package, name)
        if self._known is not None and not self._resolver.has_shown_formulas and len(made.steps) <= _LARGEST_KEPT:
            self._known[key] = made
            if len(self._known) > _MOST_SHEETS:
                del self._known[next(iter(self._known))]
        return made

    def _sheet(self, package: Package, name: str) -> Plan:
        shapes: dict[Node, int] = {}
        unable: dict[CellPlace, str] = {}
        steps: list[Step] = []
        texts = package.formulas(name)
        for ref, cell in package.cells(name).items():
            if cell.formula is None:
                continue
            try:
                if lacks_cells(cell, package.cells(name)):
                    raise NotUnderstoodError(LACKING)
                found = self.formula(name, cell, texts.get(ref))
            except NotUnderstoodError as error:
                unable[name, ref] = str(error)
                continue
            number = shapes.setdefault(found.shape, len(shapes))
            steps.append(Step(name, cell.row, cell.column, number, found.references, *_size(cell), found.texts))
        return Plan(tuple(shapes), tuple(steps), unable)

    def formula(self, sheet: str, cell: Cell, text: str | None) -> Shaped:
        """A formula taken apart.

        Errors: NotUnderstoodError: it can't be compiled.
        """
        formula = cell.formula
        if self._refusal:
            raise NotUnderstoodError(self._refusal)
        if formula is None or text is None or formula.kind == "datatable":
            raise NotUnderstoodError("模拟运算表（数据表）不能重算")
        if formula.fills is not None and formula.fills.size > MOST_FILLED:
            raise NotUnderstoodError("公式的结果展开到几个单元格")
        if formula.fills is not None and (formula.fills.top, formula.fills.left) != (cell.row, cell.column):
            raise NotUnderstoodError("数组公式的区域不从它自己的单元格开始")
        column = sheet, cell.column
        above = self._latest.get(column) if formula.kind != "array" else None
        if above is not None and (copied := above.copied(text, cell.row)) is not None:
            return copied
        try:
            found = self._whole(text, (sheet, cell.row, cell.column), formula)
        except RecursionError:
            raise NotUnderstoodError("公式嵌套过深") from None
        if formula.kind != "array" and not found.is_bound_to_row:
            self._latest[column] = CopiedFormula.of(text, cell.row, found, above)
        return found

    def _whole(self, text: str, place: Place, formula: Formula) -> Shaped:
        """A formula taken apart by itself, unless one at its place was in a workbook before that meant the same."""
        is_array = formula.kind == "array"
        key = text, place, is_array, formula.is_dynamic, formula.fills is not None
        resolver, known = self._resolver, self._kept.get(key)
        if known is not None and known.sheets <= self._sheets and resolver.stand_for(known.names, place):
            return known.shaped
        resolver.forget_uses()
        tree = lowered(text, place, resolver)
        found = shaped(tree, place, self._ours, is_array=is_array)
        shape = folded(found.shape)
        if is_array and not formula.is_dynamic and (formula.fills or is_many(shape)):
            shape = ("call", FILLED, shape)
        elif formula.fills or (formula.is_dynamic and is_many(found.shape) and found != self._as_one(tree, place)):
            # Where the two ways of reading it differ, it may give several values, which fill as many cells as there are.
            shape = ("call", FILLED, shape, SPILLING)
        found = without_texts(found._replace(shape=shape))
        self._check(found.references)
        if not resolver.hangs_on_more:
            self._kept.keep(key, _Apart(found, frozenset(resolver.sheets_used), tuple(resolver.names_used.items())))
        return found

    def _as_one(self, tree: Node, place: Place) -> Shaped | None:
        """A formula read as one that gives one value, if it can be."""
        try:
            return shaped(tree, place, self._ours)
        except NotUnderstoodError:
            return None

    def _check(self, references: Iterable[Node]) -> None:
        """Errors: NotUnderstoodError: a reference to a sheet that isn't there, or to many whole rows."""
        for node in references:
            if node[1] not in self._sheets:
                raise NotUnderstoodError(f"公式引用了“{node[1]}”，本文件没有这张工作表")
            if node[0] == "range" and node[5] - node[3] >= _WIDEST and node[4] - node[2] >= _MOST_WHOLE_ROWS:
                raise NotUnderstoodError("公式引用了许多整行")


def _facts(package: Package, ours: Collection[str]) -> tuple[Any, ...]:
    """What the formulas of a sheet mean, but for their texts."""
    sheets = tuple(sheet.name for sheet in package.sheets), tuple(sheet.name for sheet in package.worksheets)
    return frozenset(ours), package.names, package.tables, sheets, _refusal(package)


def forget() -> None:
    """Takes the next workbooks apart as if there had been none."""
    _taken_apart.cache_clear()
    _sheets.cache_clear()


@lru_cache(maxsize=4)
def _sheets(facts: tuple[Any, ...]) -> dict[tuple[Any, ...], Plan]:
    """The sheets that were taken apart in workbooks of the same names."""
    return {}


def _size(cell: Cell) -> tuple[int, int]:
    """How many rows and columns the formula of a cell fills."""
    filled = None if cell.formula is None else cell.formula.fills
    return (1, 1) if filled is None else (filled.bottom - filled.top + 1, filled.right - filled.left + 1)


class _Apart(NamedTuple):
    """A formula taken apart, with the sheets that it refers to and what its names stand for."""

    shaped: Shaped
    sheets: frozenset[str]
    names: tuple[tuple[NameUsed, str], ...]


class _Kept(dict[tuple[str, Place, bool, bool, bool], _Apart]):
    """Formulas taken apart, by text, place and kind; begun anew where they are too many."""

    def __init__(self) -> None:
        super().__init__()
        self._signs = 0

    def keep(self, key: tuple[str, Place, bool, bool, bool], found: _Apart) -> None:
        """Keeps a formula for the next workbook that has it."""
        self._signs += len(key[0])
        if self._signs > _MOST_KEPT:
            self.clear()
            self._signs = len(key[0])
        self[key] = found


@lru_cache(maxsize=4)
def _taken_apart(ours: frozenset[str]) -> _Kept:
    """What was taken apart before, given the worksheet functions: two editions of a workbook have most in common."""
    return _Kept()


def _refusal(package: Package) -> str:
    """Why no formula of a workbook may be compiled; nothing where they may."""
    return "工作簿用 1904 日期系统" if package.date1904 else ""


def _ordered(steps: Sequence[Step]) -> Iterator[Step]:
    """The steps, each after those whose cells it refers to; those in a circle and those that need them are left out."""
    waiting, needed_by = _dependencies(steps)
    ready = [number for number in range(len(steps) - 1, -1, -1) if not waiting[number]]
    while ready:
        number = ready.pop()
        yield steps[number]
        for other in needed_by[number]:
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)


def in_circles(steps: Sequence[Step]) -> set[CellPlace]:
    """The places of the steps that go in circles or hang on such."""
    placed = {step.place for step in _ordered(steps)}
    return {step.place for step in steps} - placed


def _dependencies(steps: Sequence[Step]) -> tuple[list[int], dict[int, list[int]]]:
    """How many steps each waits for, and who waits for each."""
    cells = {place: number for number, step in enumerate(steps) for place in filled_cells(step)}
    within = _ranges(cells)
    waiting = [0] * len(steps)
    needed_by: dict[int, list[int]] = defaultdict(list)
    for number, step in enumerate(steps):
        needs: set[int] = set()
        for node in step.references:
            if node[0] == "range":
                needs.update(within(node))
            elif node[1:] in cells:
                needs.add(cells[node[1:]])
        waiting[number] = len(needs)
        for need in needs:
            needed_by[need].append(number)
    return waiting, needed_by


def filled_cells(step: Step) -> list[tuple[str, int, int]]:
    """The cells that a step fills."""
    if step.height == step.width == 1:
        return [(step.sheet, step.row, step.column)]
    rows, columns = range(step.row, step.row + step.height), range(step.column, step.column + step.width)
    return [(step.sheet, row, column) for row in rows for column in columns]


def _ranges(cells: Mapping[tuple[str, int, int], int]) -> Callable[[Node], Iterable[int]]:
    """A function that gives the steps whose cells lie in a range."""
    columns: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for (sheet, row, column), number in cells.items():
        columns[sheet, column].append((row, number))
    for listed in columns.values():
        listed.sort()
    known: dict[Node, tuple[int, ...]] = {}

    def within(node: Node) -> tuple[int, ...]:
        if node not in known:
            _, sheet, top, left, bottom, right = node
            found: list[int] = []
            for column in range(left, right + 1):
                listed = columns.get((sheet, column), ())
                first, last = bisect_left(listed, (top, -1)), bisect_right(listed, (bottom, len(cells)))
                found += (number for _, number in listed[first:last])
            known[node] = tuple(found)
        return known[node]

    return within
