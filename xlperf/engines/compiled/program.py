"""A plan as running code: Python functions made from the shapes, bound to the columns of values they work on."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from itertools import chain, compress, repeat
from types import CodeType
from typing import Any

from xlperf.engines.compiled.book import RunningBook
from xlperf.engines.compiled.code_names import names_of_code
from xlperf.engines.compiled.dependents import Readers
from xlperf.engines.compiled.displayed_precision import DisplayedPrecision
from xlperf.engines.compiled.library.function_table import SUBTOTALS
from xlperf.engines.compiled.library.ranges import Column, Span
from xlperf.engines.compiled.library.references import Place
from xlperf.engines.compiled.library.scalars import Stop
from xlperf.engines.compiled.nodes import FILLED, SPILLING, Node
from xlperf.engines.compiled.plan import CYCLE, Plan, Step, filled_cells, in_circles
from xlperf.engines.compiled.shape_code import ShapeCode
from xlperf.engines.compiled.spilling import element, filled_besides, spilling
from xlperf.engines.protocol import CellPlace, Functions
from xlperf.formula.addresses import position, reference
from xlperf.formula.tree import NotUnderstoodError
from xlperf.registry import Kind
from xlperf.values import Value

Action = tuple[Callable[..., Value], tuple[Any, ...], Column, int]
_MOST_SHAPES = 2048
_RANGES = frozenset({Kind.NUMBERS, Kind.VALUES, Kind.TABLE})


class Program:
    """The columns of a workbook's values, and the actions that fill in the results.

    An action is run only where a value that it reads has changed since the last run. The first run needs none of that,
    and many a program is run but once: what reads what is found out for the second.
    """

    def __init__(
        self, plan: Plan, made: ShapeCode, functions: Functions, displayed: DisplayedPrecision | None = None
    ) -> None:
        self._displayed = displayed
        self.columns: dict[tuple[str, int], Column] = {}
        self.unable: dict[int, str] = {}
        namespace = names_of_code(functions, (one for one in made.code if isinstance(one, CodeType)))
        self.book = RunningBook(self.column)
        code = [self._function(number, one, namespace) for number, one in enumerate(made.code)]
        self._steps = [step for step in plan.steps if code[step.shape] is not None]
        self._actions: list[Action] = []
        # The steps whose cells are found only while they run; and why a step could not be done, by its number.
        self._dynamic = [n for n, step in enumerate(self._steps) if step.shape in made.dynamic]
        self._reads: dict[int, frozenset[Node]] = {}
        self.refused: dict[int, str] = {}
        dynamic = frozenset(self._dynamic)
        # A third of the references are different ones.
        bound = cache(self._bound)
        for step in self._steps:
            if step.shape in made.subtotalling:
                self._note_subtotal(step, plan.shapes[step.shape])
            arguments = (*chain.from_iterable(map(bound, step.references)), *step.texts)
            column = self.column(step.sheet, step.column, step.row)
            if (function := code[step.shape]) is not None:
                function = self._filling(function, plan.shapes[step.shape], step)
                if len(self._actions) in dynamic:
                    function = self._reading(function, len(self._actions))
                self._actions.append((function, arguments, column, step.row - 1))
        self.places = [step.place for step in self._steps]
        self._waiting = bytearray(b"\1" * len(self._actions))
        self._is_all_waiting = True
        self._filled = filled_besides(self._steps)
        self._taken_out: dict[int, Action] = {}

    def _filling(self, function: Callable[..., Any], shape: Node, step: Step) -> Callable[..., Value]:
        """The function of a formula that fills several cells, or gives one value, which may be rounded as it is shown."""
        if shape[:2] == ("call", FILLED):
            return self._spreading(spilling(function, step) if shape[3:] == (SPILLING,) else function, step)
        if self._displayed is not None:
            return self._displayed.rounding(function, step.sheet, step.row, step.column)
        return function

    def column(self, sheet: str, number: int, height: int = 0) -> Column:
        """A column of values, at least so high."""
        column = self.columns.setdefault((sheet, number), [])
        if len(column) < height:
            column += [None] * (height - len(column))
        return column

    def put(self, sheet: str, row: int, number: int, value: Value) -> None:
        """Puts a constant into a cell, if any formula may read it."""
        if not (self._filled and (sheet, row, number) in self._filled):
            self._put(sheet, row, number, value)

    def _put(self, sheet: str, row: int, number: int, value: Value) -> None:
        column = self.columns.get((sheet, number))
        if column is None:
            if not self._dynamic:
                return
            column = self.column(sheet, number)
        if type(value) is int:
            value = float(value)
        if len(column) < row:
            column += [None] * (row - len(column))
        known = column[row - 1]
        if value is not known and (type(value) is not type(known) or value != known):
            column[row - 1] = value
            self._wake((sheet, row, number))

    def _wake(self, place: tuple[str, int, int]) -> None:
        """Has what reads a cell calculated anew; where everything is, nothing need be asked."""
        if not self._is_all_waiting:
            for reader in self._readers.of(*place):
                self._waiting[reader] = 1

    @cached_property
    def _readers(self) -> Readers:
        return Readers(self._steps)

    @cached_property
    def _readers_by_action(self) -> list[tuple[int, ...]]:
        return [self._readers.of(step.sheet, step.row, step.column) for step in self._steps]

    def hold(self, place: CellPlace) -> None:
        """Takes the formula out of a cell, if there is one, so that what is put there stays."""
        number = self._numbers.get(place)
        if number is not None:
            self._filled = {one: owner for one, owner in self._filled.items() if owner != place}
            self._taken_out.setdefault(number, self._actions[number])
            _, _, column, row = self._actions[number]
            self._actions[number] = operator.itemgetter(row), (column,), column, row
            self._reads.pop(number, None)

    def restore(self) -> None:
        """Puts the formulas back that were taken out; they are calculated anew."""
        if not self._taken_out:
            return
        for number, action in self._taken_out.items():
            self._actions[number] = action
            self._waiting[number] = 1
        self._taken_out.clear()
        self._filled = filled_besides(self._steps)

    @cached_property
    def _numbers(self) -> Mapping[CellPlace, int]:
        return {place: number for number, place in enumerate(self.places)}

    def run(self) -> None:
        """Calculates what depends on changed values; actions stand in an order in which none comes before its cells.

        Where steps find their cells while they run, that order isn't known: all is done again until nothing changes.
        """
        # What was refused is tried again: nothing it reads may have changed, and it would count as calculated.
        for number in self.refused:
            self._waiting[number] = 1
        self.refused.clear()
        self._pass()
        for _ in self._dynamic:
            if not self._pass():
                break
        else:
            if self._dynamic and self._pass():
                self.refused |= dict.fromkeys(self._dynamic, "间接引用层层相套，可能循环")
        if self._dynamic:
            self._refuse_circles()
        self._waiting = bytearray(len(self._actions))
        self._is_all_waiting = False

    def _pass(self) -> bool:
        """Goes through the actions once; whether anything changed."""
        stop, waiting, is_changed = Stop, self._waiting, False
        for number in self._dynamic:
            waiting[number] = 1
        # The first time no flag tells anything: what reads a cell comes after it, and waits.
        is_first = self._is_all_waiting and not self._dynamic
        readers = repeat(()) if is_first else self._readers_by_action
        # The flags are read one by one while the loop goes on, so that it finds those that it sets itself.
        for action, reading in compress(zip(self._actions, readers, strict=False), waiting):
            function, arguments, column, row = action
            try:
                value = function(*arguments)
            except stop as stopped:
                value = stopped.error
            except NotUnderstoodError as error:
                self.refused[self._number_of(action)] = error.reason
                continue
            known = column[row]
            if value is not known and (type(value) is not type(known) or value != known):
                column[row] = value
                is_changed = True
                for reader in reading:
                    waiting[reader] = 1
        return is_changed

    def _number_of(self, wanted: Action) -> int:
        return next(number for number, action in enumerate(self._actions) if action is wanted)

    def _reading(self, function: Callable[..., Value], number: int) -> Callable[..., Value]:
        """The function of a step that finds its cells while it runs, noting which it read."""

        def reading(*arguments: Any) -> Value:
            self.book.reads.clear()
            try:
                return function(*arguments)
            finally:
                self._reads[number] = frozenset(self.book.reads)

        return reading

    def _refuse_circles(self) -> None:
        """Refuses what goes in circles by the cells that were found."""
        found = self._reads
        steps = [
            step._replace(references=(*step.references, *found[number])) if number in found else step
            for number, step in enumerate(self._steps)
        ]
        circles = in_circles(steps)
        if circles:
            self.refused |= {n: CYCLE for n, step in enumerate(self._steps) if step.place in circles}

    def results(self) -> dict[CellPlace, Value]:
        """The values of all cells with formulas."""
        found = dict(zip(self.places, [column[row] for _, _, column, row in self._actions], strict=True))
        for step in self._steps:
            if step.height * step.width > 1:
                for sheet, row, column in filled_cells(step):
                    found[sheet, reference(row, column)] = self.column(sheet, column, row)[row - 1]
        for place in self.refused_places:
            found.pop(place, None)
        return found

    @property
    def refused_places(self) -> dict[CellPlace, str]:
        """The cells that could not be calculated in the last run, with the reason."""
        return {
            (sheet, reference(row, column)): reason
            for number, reason in self.refused.items()
            for sheet, row, column in filled_cells(self._steps[number])
        }

    def keep(self, values: Mapping[CellPlace, Value]) -> None:
        """Gives cells that could not be calculated the values that others shall count on."""
        for (sheet, ref), value in values.items():
            self._put(sheet, *position(ref), value)

    def recalculate_all(self) -> None:
        """Marks all steps to be done again."""
        self._waiting = bytearray(b"\1" * len(self._actions))
        self._is_all_waiting = True

    @property
    def has_subtotals(self) -> bool:
        """Whether any step asks which rows are hidden."""
        return any(rows.subtotals or rows.doubtful for rows in self.book.rows.values())

    def _note_subtotal(self, step: Step, shape: Node) -> None:
        rows = self.book.rows_of(step.sheet)
        places = rows.subtotals if shape[:1] == ("call",) and shape[1] in SUBTOTALS else rows.doubtful
        places.add((step.row, step.column))

    def _spreading(self, function: Callable[..., Any], step: Step) -> Callable[..., Value]:
        """The function of an array formula, which fills the other cells itself: too short a result with #N/A."""
        others = [
            (row - step.row, column - step.column, self.column(sheet, column, row), (sheet, row, column))
            for sheet, row, column in filled_cells(step)[1:]
        ]

        displayed = self._displayed

        def spreading(*arguments: Any) -> Value:
            try:
                area = function(*arguments)
            except Stop as stop:
                area = stop.error
            values = [element(area, 0, 0), *(element(area, *place[:2]) for place in others)]
            own, *values = displayed.values(filled_cells(step), values) if displayed else values
            for value, (_, _, column, place) in zip(values, others, strict=True):
                known = column[place[1] - 1]
                if value is not known and (type(value) is not type(known) or value != known):
                    column[place[1] - 1] = value
                    self._wake(place)
            return own

        return spreading

    def _bound(self, node: Node) -> tuple[Any, ...]:
        if node[0] == "cell":
            _, sheet, row, column = node
            return self.column(sheet, column, row), row - 1
        _, sheet, top, left, bottom, right = node
        if node[0] == "place":
            return (Place(self.book, sheet, (top, left, bottom, right)),)
        # Most are there, which is found in less time than a call takes.
        known = self.columns
        columns = [known.get((sheet, number)) or self.column(sheet, number) for number in range(left, right + 1)]
        return (Span(columns, top, left, bottom - top + 1, self.book.rows_of(sheet)),)

    def _function(self, number: int, code: CodeType | str, namespace: dict[str, Any]) -> Callable[..., Value] | None:
        """The function that the code of a shape defines; None where it is no code but the reason that there is none."""
        if isinstance(code, str):
            self.unable[number] = code
            return None
        exec(code, namespace)
        found: Callable[..., Value] = namespace.pop("formula")
        return found
