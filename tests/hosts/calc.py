"""A LibreOffice that stays open: reads requests, one JSON object a line, and answers each with one line of JSON.

Runs under a Python that has LibreOffice's `uno` (Debian: python3-uno), not under the project's own; the client is
tests/hosts/office.py. The process has a profile and a pipe of its own and always calculates everything anew.
A request names the workbook to `open`, or goes on with the one that is open; it may have `actions` as a person would do
them and where to `save`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.table import TableSortField  # type: ignore[import-not-found]
from desk import desktop, opened, option  # type: ignore[import-not-found]

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
    """The office with the one workbook that is open."""

    def __init__(self, found: Any) -> None:
        self._desktop = found
        self._document: Any = None

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
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
            target = uno.systemPathToFileUrl(request["save"])
            document.storeToURL(target, (option("FilterName", "Calc MS Excel 2007 XML"),))
        return {"values": values(document)}

    def close(self) -> None:
        """Closes the workbook that is open."""
        if self._document is not None:
            self._document.close(True)
            self._document = None


def main() -> None:
    """Serves until the input ends."""
    with desktop() as found:
        desk = Desk(found)
        for line in sys.stdin:
            sys.stdout.write(json.dumps(desk.answer(json.loads(line)), ensure_ascii=False) + "\n")
            sys.stdout.flush()
        desk.close()


if __name__ == "__main__":
    main()
