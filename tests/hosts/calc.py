"""A LibreOffice that stays open: reads requests, one JSON object a line, and answers each with one line of JSON.

Runs under a Python that has LibreOffice's `uno` (Debian: python3-uno), not under the project's own; the client is
tests/support/office_server.py. The process has a profile and a pipe of its own.
A request says what to `do`. "values": names a `desk` and the workbook to `open` on it, or goes on with the one that is open
there; it may have `actions` as a person would do them and where to `save`; everything is calculated anew. "close" clears a
desk. "convert" writes `source` to `target` by a `filter`, "heights" measures its rows.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.table import TableSortField  # type: ignore[import-not-found]
from desk import desktop, opened, option  # type: ignore[import-not-found]
from row_heights import measured  # type: ignore[import-not-found]

ERRORS = {
    32767: "#N/A", 532: "#DIV/0!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?", 503: "#NUM!", 521: "#NULL!",
}  # fmt: skip
ERROR_RESULT = 4


def values(document: Any) -> dict[str, list[list[object]]]:
    """All cells by sheet, row by row: numbers (truth values are 1 and 0 there), texts, {"error": code}."""
    found = {}
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        rows = [list(row) for row in sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow).getDataArray()]
        for area in sheet.queryFormulaCells(ERROR_RESULT).RangeAddresses:
            for row in range(area.StartRow, area.EndRow + 1):
                for column in range(area.StartColumn, area.EndColumn + 1):
                    code = sheet.getCellByPosition(column, row).getError()
                    rows[row][column] = {"error": ERRORS.get(code, f"Err:{code}")}
        found[sheet.Name] = rows
    return found


def act(document: Any, action: dict[str, Any]) -> None:
    """One thing a person does: types into a cell, pastes rows, sorts a range, takes a sheet's protection off."""
    sheet = document.Sheets.getByName(action["sheet"])
    cells = sheet.getCellRangeByName(action["at"])
    if action["do"] == "type":
        cell = cells.getCellByPosition(0, 0)
        given = action["value"]
        if given is None:
            cell.setFormula("")
        elif isinstance(given, bool):
            cell.setFormula("=TRUE()" if given else "=FALSE()")
        elif isinstance(given, str):
            cell.setString(given)
        else:
            cell.setValue(given)
    elif action["do"] == "unprotect":
        sheet.unprotect("")
    elif action["do"] == "paste":
        cells.setDataArray(tuple(tuple(row) for row in action["rows"]))
    else:
        field = TableSortField()
        field.Field, field.IsAscending = action["column"], action["ascending"]
        fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
        uno.invoke(cells, "sort", ((option("SortFields", fields), option("ContainsHeader", False)),))


class Desk:
    """A place for the one workbook that is open on it."""

    def __init__(self, found: Any) -> None:
        self._desktop = found
        self._document: Any = None

    def values(self, request: dict[str, Any]) -> dict[str, Any]:
        """Opens, acts, calculates, saves, reads."""
        if "open" in request:
            self.close()
            self._document = opened(self._desktop, request["open"])
        document = self._document
        document.addActionLock()
        for action in request.get("actions", ()):
            act(document, action)
        document.removeActionLock()
        document.calculateAll()
        if "save" in request:
            save(document, request["save"], "Calc MS Excel 2007 XML")
        return {"values": values(document)}

    def close(self) -> None:
        """Closes the workbook that is open."""
        if self._document is not None:
            self._document.close(True)
            self._document = None


class Room:
    """The office with its desks."""

    def __init__(self, found: Any) -> None:
        self._desktop = found
        self._desks: dict[str, Desk] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Does what is asked for."""
        if request["do"] == "values":
            return self._desks.setdefault(request["desk"], Desk(self._desktop)).values(request)
        if request["do"] == "close":
            self._desks.pop(request["desk"]).close()
            return {}
        document = opened(self._desktop, request["source"])
        if document is None:
            return {"failed": f"LibreOffice can't read {request['source']}"}
        try:
            if request["do"] == "heights":
                return {"heights": measured(document)}
            save(document, request["target"], request["filter"])
            return {}
        finally:
            document.close(True)

    def close(self) -> None:
        """Closes all that is open."""
        for desk in self._desks.values():
            desk.close()


def save(document: Any, target: str, kind: str) -> None:
    """Writes a document by a filter."""
    document.storeToURL(uno.systemPathToFileUrl(target), (option("FilterName", kind),))


def main() -> None:
    """Serves until the input ends."""
    with desktop() as found:
        room = Room(found)
        for line in sys.stdin:
            sys.stdout.write(json.dumps(room.answer(json.loads(line)), ensure_ascii=False) + "\n")
            sys.stdout.flush()
        room.close()


if __name__ == "__main__":
    main()
