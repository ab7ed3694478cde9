"""New workbooks and whole files from Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from xlperf.api.book import Book, Source
from xlperf.api.book import open as open_book
from xlperf.api.errors import UnknownNameError, told_as
from xlperf.api.inputs import as_value
from xlperf.editions.assembly import assemble
from xlperf.editions.conversion import Edition
from xlperf.editions.room import blank_for
from xlperf.engines.changes import Change
from xlperf.errors import UserError
from xlperf.frameworks.loading import FrameworkFile, find_framework
from xlperf.package import open_package, write_file
from xlperf.workbook.data_files import parse_data, read_data
from xlperf.workbook.locations import example_names, workbooks_folder
from xlperf.workbook.roles import Copy
from xlperf.workbook.two_column_files import Row


def new(
    framework: str | PathLike[str],
    data: str | PathLike[str] | Mapping[str, object] | None = None,
    *,
    edition: str = "native",
    role: str = "all",
) -> Book:
    """A new workbook of a framework (the id of a shipped one, or a TOML file), blank or filled.

    `data`: a data file (TOML, JSON), its content as a mapping, or values by input id, as `Book.update` takes them;
    tables get as many lines as the values need.
    `edition`: native (plain formulas, .xlsx) or udf (PERF_ functions, .xlsm). `role`: unit (awards, reviews and ledger
    locked and out of sight; what the data say of them is left out), evaluator, or all in one.
    Errors: Error (framework, data, value, unknown_name).

    >>> new("mof-project-self", {"unit_name": "甲局"})["unit_name"]
    '甲局'
    """
    with told_as("framework"):
        source = find_framework(str(framework))
    with told_as("data"):
        if edition not in tuple(Edition):
            raise UserError(f"没有名为“{edition}”的版本；可用：{'、'.join(Edition)}。")
        if role not in tuple(Copy):
            raise UserError(f"没有“{role}”这一种；可用：{'、'.join(Copy)}。")
        whole = None
        if isinstance(data, str | PathLike):
            whole = read_data(Path(data), source.framework)
        elif data is not None and "framework" in data:
            whole = parse_data(json.dumps(data, ensure_ascii=False, default=str), source.framework, "data.json")
    if isinstance(data, Mapping) and whole is None:
        return _filled(source, data, Edition(edition), Copy(role))
    return Book(open_package(assemble(source, whole, Edition(edition), Copy(role))))


def _filled(source: FrameworkFile, values: Mapping[str, object], edition: Edition, copy: Copy) -> Book:
    """A new workbook with values by input id and room for all of them."""
    with told_as("value"):
        rows = [Row(number, name, as_value(value), word="项") for number, (name, value) in enumerate(values.items(), 1)]
        package, cover = blank_for(source, rows, edition, Path("data"), copy)
    book = Book(package)
    book.update({**cover, **values})
    return book


def example(name: str) -> Path:
    """The filled workbook (native edition) of a worked example that comes with xlperf.

    Errors: UnknownNameError.

    >>> example("renhua-2021").name
    'renhua-2021.xlsx'
    """
    if name not in example_names():
        raise UnknownNameError(f"没有名为“{name}”的例子；有：{'、'.join(example_names())}。")
    return workbooks_folder() / "examples" / f"{name}{Edition.NATIVE.suffix}"


def recalculate(
    source: Source, output: str | PathLike[str], *, engine: str = "auto", force: bool = False
) -> tuple[Change, ...]:
    """Recalculates a file into another one, changing formula results only, and gives the cells that changed.

    Errors: Error (file, calculation): nothing is then written.
    """
    book = open_book(source)
    changes = book.recalculate(engine=engine, force=force)
    with told_as("file"):
        write_file(Path(output), book.to_bytes())
    return changes
