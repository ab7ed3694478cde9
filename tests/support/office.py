"""The client of a LibreOffice that stays open: workbooks in, the values of all their cells out."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.support.office_server import ask
from tests.support.print_names import without_print_names
from xlperf.errors import CellError
from xlperf.formula.addresses import reference
from xlperf.values import Value, is_blank, is_number

TOLERANCE = 1e-9
Sheets = dict[str, dict[str, Value]]


class Office:
    """A desk in the LibreOffice of this process, with one workbook open at a time; used as a context manager."""

    def __enter__(self) -> Office:
        self._folder = tempfile.TemporaryDirectory()
        self._opened = 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened and kind is None:
            ask(do="close", desk=self._folder.name)
        self._folder.cleanup()

    def values(
        self, workbook: Path | None = None, actions: Sequence[dict[str, Any]] = (), save: Path | None = None
    ) -> Sheets:
        """The values of all cells after acting and calculating everything, by sheet and reference; blank ones left out.

        Without a workbook the one goes on that is open.
        """
        request: dict[str, Any] = {"actions": list(actions)}
        request |= {"open": self._copy(workbook, is_saved=save is not None)} if workbook else {}
        request |= {"save": str(save)} if save else {}
        answer = ask(do="values", desk=self._folder.name, **request)
        return {sheet: _cells(rows) for sheet, rows in answer["values"].items()}

    def _copy(self, workbook: Path, *, is_saved: bool) -> str:
        """A copy to be opened, so that no lock file comes to lie beside the workbook; as it is where it is saved again."""
        self._opened += 1
        target = Path(self._folder.name) / f"{self._opened}{workbook.suffix}"
        (shutil.copy if is_saved else without_print_names)(workbook, target)
        return str(target)


def _cells(rows: list[list[Any]]) -> dict[str, Value]:
    return {
        reference(r, c): _error(value["error"]) if isinstance(value, dict) else value
        for r, row in enumerate(rows, 1)
        for c, value in enumerate(row, 1)
        if value != ""
    }


def _error(code: str) -> Value:
    """An error that Excel has too, or the text of one that only LibreOffice has (Err:502)."""
    return CellError(code) if code in CellError.CODES else code


def agree(ours: Value, theirs: Value) -> bool:
    """Whether two hosts show the same: LibreOffice has 1 and 0 for truth values, and no difference between "" and blank."""
    if is_blank(ours) and is_blank(theirs):
        return True
    left, right = (float(v) if isinstance(v, bool) else v for v in (ours, theirs))
    if is_number(left) and is_number(right):
        return abs(left - right) <= TOLERANCE * max(1.0, abs(left), abs(right))
    return type(left) is type(right) and left == right
