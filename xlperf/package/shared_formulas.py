"""Shared formulas written out: each cell with the formula that Excel shows for it."""

from __future__ import annotations

from collections.abc import Mapping

from xlperf.errors import UserError
from xlperf.formula.tokens import Token, shifted, tokens
from xlperf.package.cells import Cell


def expanded(sheet: str, cells: Mapping[str, Cell]) -> dict[str, str]:
    """The formulas of a sheet by reference, without the equals sign. Data tables have none.

    Errors: a UserError naming a cell that shares a formula which is nowhere.
    """
    found: dict[str, str] = {}
    masters: dict[int, tuple[int, int, list[Token]]] = {}
    for ref, cell in cells.items():
        formula = cell.formula
        if formula is None:
            continue
        if formula.text is not None:
            found[ref] = formula.text
            if formula.kind == "shared" and formula.group is not None and formula.area is not None:
                masters[formula.group] = cell.row, cell.column, tokens(formula.text)
        elif formula.kind == "shared":
            master = masters.get(-1 if formula.group is None else formula.group)
            if master is None:
                raise UserError(f"{sheet}!{ref} 的共享公式找不到原式，文件已损坏，请重新取得一份完整的文件")
            row, column, pieces = master
            found[ref] = shifted(pieces, cell.row - row, cell.column - column)
    return found
