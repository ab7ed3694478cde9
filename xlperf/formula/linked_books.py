"""Cells of linked workbooks as sheets of the engine's own workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from xlperf.formula.addresses import corner, quoted, sheet_name
from xlperf.formula.definitions import LinkedBook
from xlperf.formula.parsing import GrammarError, parsed
from xlperf.formula.tree import Reference
from xlperf.values import Value

_NUMBER = re.compile(r"\[([0-9]+)\](.*)", re.S)


class Links:
    """The linked workbooks of a workbook, by the numbers that formulas use."""

    def __init__(self, books: Sequence[LinkedBook | None], sheets: Iterable[str]) -> None:
        self._books = books
        taken = {sheet.casefold() for sheet in sheets}
        self._aliases: dict[tuple[int, str], str] = {}
        self._used: set[str] = set()
        for number, book in enumerate(self._books, 1):
            for sheet in () if book is None else book.sheets:
                alias = f"link {number} {sheet}"
                while alias.casefold() in taken:
                    alias += "_"
                taken.add(alias.casefold())
                self._aliases[number, sheet.casefold()] = alias

    @property
    def are_used(self) -> bool:
        """Whether any formula has asked for a linked workbook."""
        return bool(self._used)

    def sheets(self) -> dict[str, Mapping[str, Value]]:
        """The kept cells of the sheets that formulas have asked for, by the names of the engine's sheets."""
        found = {}
        for number, book in enumerate(self._books, 1):
            for sheet, cells in () if book is None else book.sheets.items():
                alias = self._aliases[number, sheet.casefold()]
                if alias in self._used:
                    found[alias] = cells
        return found

    def sheet(self, stated: str) -> str | None:
        """The engine's sheet for "[1]Sheet"; None where the link keeps none."""
        match = _NUMBER.fullmatch(stated)
        alias = self._aliases.get((int(match[1]), match[2].casefold())) if match else None
        if alias is not None:
            self._used.add(alias)
        return alias

    def name(self, stated: str, name: str) -> str | None:
        """What a name of a linked workbook refers to, as the engine's reference; `stated` is "[1]" or "[1]Sheet"."""
        match = _NUMBER.fullmatch(stated)
        number = int(match[1]) if match else 0
        book = self._books[number - 1] if 0 < number <= len(self._books) else None
        if book is None or match is None:
            return None
        scope = next((sheet for sheet in book.sheets if sheet.casefold() == match[2].casefold()), None)
        text = book.names.get((scope, name.casefold())) or book.names.get((None, name.casefold()))
        reference = _reference(text or "")
        if reference is None:
            return None
        alias = self.sheet(f"[{number}]{sheet_name(reference.sheet)}")
        cells = f"{reference.first}:{reference.last}" if reference.is_range else reference.first
        return None if alias is None else f"{quoted(alias)}!{cells}"


def _reference(text: str) -> Reference | None:
    """The cells of a sheet that a text refers to; None where it is anything else."""
    try:
        root = parsed(text).root
    except GrammarError:
        return None
    is_place = isinstance(root, Reference) and root.sheet and all(corner(root.first))
    return root if is_place and isinstance(root, Reference) else None
