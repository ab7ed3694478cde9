"""The workbook as running formulas ask for it: cells of a reference that they have just found, names, hidden rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xlperf.engines.compiled.library.ranges import Column, Rows, Span
from xlperf.engines.compiled.library.references import Place
from xlperf.engines.compiled.nodes import Node
from xlperf.formula.addresses import sheet_name
from xlperf.formula.definitions import DefinedName
from xlperf.formula.parsing import GrammarError, parsed
from xlperf.formula.tree import NotUnderstoodError, Reference
from xlperf.package import Package


class RunningBook:
    """The workbook of one program. `reads` are the references that have been found since it was cleared."""

    def __init__(self, column: Callable[[str, int], Column]) -> None:
        self.sheets: Mapping[str, str] = {}
        self.rows: dict[str, Rows] = {}
        self.reads: set[Node] = set()
        self._names: Mapping[tuple[str, str], DefinedName] = {}
        self._column = column

    def adopt(self, package: Package) -> None:
        """Takes the sheets and names of a workbook."""
        self.sheets = {sheet.name.casefold(): sheet.name for sheet in package.worksheets}
        self._names = {((n.sheet or "").casefold(), n.name.casefold()): n for n in package.names}

    def rows_of(self, sheet: str) -> Rows:
        """What is known of the rows of a sheet."""
        known = self.rows.get(sheet)
        if known is None:
            known = self.rows[sheet] = Rows()
        return known

    def named(self, name: str, sheet: str) -> Place | None:
        """The cells that a name stands for; None where there is no such name.

        Errors: NotUnderstoodError: it stands for something else.
        """
        folded = name.casefold()
        found = self._names.get((sheet.casefold(), folded)) or self._names.get(("", folded))
        if found is None:
            return None
        try:
            root = parsed(found.text.removeprefix("=")).root
        except GrammarError:
            root = None
        target = self.sheets.get(sheet_name(root.sheet).casefold()) if isinstance(root, Reference) else None
        if not isinstance(root, Reference) or target is None:
            raise NotUnderstoodError(f"INDIRECT 用的名称“{name}”不是一块区域")
        return Place(self, target, root.area)

    def span(self, place: Place) -> Span:
        """The cells of a place, which are read from now on."""
        bottom, right = place.top + place.height - 1, place.left + place.width - 1
        self.reads.add(("range", place.sheet, place.top, place.left, bottom, right))
        columns = [self._column(place.sheet, number) for number in range(place.left, right + 1)]
        return Span(columns, place.top, place.left, place.height, self.rows_of(place.sheet))
