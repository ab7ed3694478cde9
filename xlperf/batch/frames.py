"""The outputs of a batch as data frames: `load`; and as Parquet files. Single values of workbooks: `load_values`."""

from __future__ import annotations

import contextlib
import csv
import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.batch.outputs import csv_path, unguarded
from xlperf.batch.tables import COUNT, NUMBER, TABLES, TEXT, Row, Table
from xlperf.errors import UserError
from xlperf.evaluation.scoring import recalculated
from xlperf.explain.explanation import plain
from xlperf.package import Package, open_package
from xlperf.package.files import replacing
from xlperf.values import Value
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import NamedCells

if TYPE_CHECKING:
    from pandas import DataFrame

_TYPES = {TEXT: "string", NUMBER: "float64", COUNT: "Int64"}


def load(folder: Path | str) -> dict[str, DataFrame]:
    """The tables of a finished batch by name (units, indicators, rates, findings, …); columns have English names.

    Errors: UserError: the folder is not the output of a batch.
    """
    from pandas import DataFrame

    frames = {}
    for table in TABLES:
        rows = list(read_rows(Path(folder), table))
        names = [column.id for column in table.columns]
        frame = DataFrame(rows, columns=names, dtype=object)
        frames[table.id] = frame.astype({column.id: _TYPES[column.kind] for column in table.columns})
    return frames


def load_values(files: Iterable[Path | str], *names: str) -> DataFrame:
    """What the cells of some names hold in very many workbooks, recalculated: a row a file, in their order.

    Nothing is checked or written, and no file is confined as in a batch, so that it is for files that are trusted. The
    columns are `file`, the names (`name.1`, `name.2` and so on where a name has several cells, from above), and `error`:
    why a file was refused, in Chinese.
    """
    from pandas import DataFrame

    rows: list[dict[str, object]] = []
    for file in map(Path, files):
        try:
            found = _named_values(open_package(file), names)
        except UserError as error:
            rows.append({"file": str(file), "error": str(error)})
            continue
        cells = (
            (name if len(values) == 1 else f"{name}.{number}", value)
            for name, values in found.items()
            for number, value in enumerate(values, 1)
        )
        rows.append({"file": str(file), **{name: plain(value) for name, value in cells}})
    columns = dict.fromkeys(name for row in rows for name in row)
    columns.pop("error", None)
    return DataFrame(rows, columns=[*(columns or ("file", *names)), "error"])


def _named_values(package: Package, wanted: Sequence[str]) -> dict[str, list[Value]]:
    """What the cells of some names hold, row by row, once the workbook is recalculated as for its score.

    Errors: UserError: not one of our workbooks, a name gone, or formulas were changed and can't be trusted.
    """
    read_identity(package)
    for name in wanted:
        # Told before anything is calculated.
        NamedCells(package).area(name)
    seen = NamedCells(recalculated(package, force=True).seen)
    return {name: [value for row in seen.grid(name) for value in row] for name in wanted}


def read_rows(folder: Path, table: Table) -> Iterator[Row]:
    """The rows of a table's CSV file, typed.

    Errors: UserError: there is no such file, or it has other columns.
    """
    path = csv_path(folder, table)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            if next(reader, None) != [column.label for column in table.columns]:
                raise UserError(f"{path} 的标题不是批量处理写出的，请重新运行 xlperf batch")
            typed = [_TYPED[column.kind] for column in table.columns]
            for cells in reader:
                yield tuple([as_typed(text) for as_typed, text in zip(typed, cells, strict=True)])
    except OSError as error:
        raise UserError(f"{path}：无法读取（系统错误 {error.errno}）；请给出批量处理的输出文件夹") from None
    except ValueError:
        raise UserError(f"{path} 被改动过，读不出来，请重新运行 xlperf batch") from None


_TYPED: Mapping[str, Callable[[str], str | float | int | None]] = {
    TEXT: unguarded,
    NUMBER: lambda text: float(text) if text else None,
    COUNT: lambda text: int(text) if text else None,
}


def check_parquet() -> None:
    """Passes where Parquet files can be written.

    Errors: UserError: what has to be installed.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise UserError("写 Parquet 需要 pyarrow，没有安装；请运行 pip install xlperf[batch]")


def write_parquet(folder: Path, *, is_wanted: bool) -> None:
    """Writes each table as Parquet, or takes away those of an earlier run, which would be out of date."""
    if not is_wanted:
        for table in TABLES:
            with contextlib.suppress(FileNotFoundError):
                (folder / f"{table.id}.parquet").unlink()
        return
    for name, frame in load(folder).items():
        with replacing(folder / f"{name}.parquet") as file:
            frame.to_parquet(file, engine="pyarrow", index=False)
