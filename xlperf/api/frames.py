"""Parts of a result as data frames with typed columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, get_type_hints

from xlperf.errors import CellError, UserError
from xlperf.evaluation.result import (
    Adjustment,
    Evaluation,
    IndicatorResult,
    LevelScore,
    PointResult,
    Problem,
    RateValue,
)
from xlperf.values import Value, is_number
from xlperf.workbook.names import NamedCells
from xlperf.workbook.tables.all_tables import ALL_TABLES
from xlperf.workbook.tables.table import LINE, Table

if TYPE_CHECKING:
    from pandas import DataFrame

# The parts of a result that are tables, with what a row is.
RESULT_PARTS: dict[str, type] = {
    "indicators": IndicatorResult,
    "points": PointResult,
    "rates": RateValue,
    "level1": LevelScore,
    "adjustments": Adjustment,
    "problems": Problem,
}
FRAMES = (*RESULT_PARTS, "findings", "inputs", *(table.id for table in ALL_TABLES))
_TYPES = ((float, "float64"), (int, "Int64"), (bool, "boolean"), (str, "string"))


def rows_frame(rows: Iterable[object], kind: type) -> DataFrame:
    """Objects of one dataclass as a frame: a column a field; text where a field may hold several, separated by 、."""
    from pandas import DataFrame

    hints = get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    lines = [[_cell(getattr(row, name)) for name in names] for row in rows]
    built = DataFrame(lines, columns=names, dtype=object)
    return built.astype({name: _dtype(hints[name]) for name in names})


def part_frame(result: Evaluation, name: str) -> DataFrame:
    """A table of the result (RESULT_PARTS)."""
    return rows_frame(getattr(result, name), RESULT_PARTS[name])


def table_frame(names: NamedCells, identifier: str) -> DataFrame:
    """The filled lines of a budget or working table: `line` (its code) and a column a field; numbers where all are numbers or blank.

    Errors: UserError: there is no such table, or this workbook doesn't have it.
    """
    from pandas import DataFrame

    table = next((table for table in ALL_TABLES if table.id == identifier), None)
    if table is None:
        raise UserError(f"没有名为“{identifier}”的表；可用：{'、'.join(FRAMES)}。")
    codes = names.column(table.column_name(LINE))
    columns: dict[str, list[Value]] = {"line": [f"{c:g}" if isinstance(c, float) else c for c in codes]}
    columns |= {field.id: names.column(table.column_name(field.id)) for field in table.fields}
    numbers = [n for n in range(len(columns["line"])) if _is_filled(table, columns, n)]
    data = {name: [_cell(values[n]) for n in numbers] for name, values in columns.items()}
    frame = DataFrame(data, dtype=object)
    numeric = [name for name, values in data.items() if all(v is None or is_number(v) for v in values) and any(values)]
    return frame.astype(dict.fromkeys(numeric, "float64"))


def _is_filled(table: Table, columns: dict[str, list[Value]], line: int) -> bool:
    """Whether a line of the table is one of its fixed lines, or has something in it."""
    return not table.is_free or any(columns[f.id][line] is not None for f in table.fields if not f.formula)


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    return value.code if isinstance(value, CellError) else value


def _dtype(hint: object) -> str:
    options: Sequence[object] = getattr(hint, "__args__", (hint,))
    if float in options and str in options:
        return "object"
    return next((name for kind, name in _TYPES if kind in options), "string" if "tuple" in str(hint) else "object")
