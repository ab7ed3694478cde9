"""Blank workbooks with as many lines in their tables as rows of inputs and values need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from xlperf.editions.assembly import assemble
from xlperf.editions.conversion import Edition
from xlperf.frameworks.loading import FrameworkFile
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.data_files import data_with_room
from xlperf.workbook.names import NamedCells
from xlperf.workbook.roles import Copy
from xlperf.workbook.two_column_files import Row, room_wanted


def blank_for(
    source: FrameworkFile, rows: Sequence[Row], edition: Edition, origin: Path, copy: Copy = Copy.ALL
) -> tuple[Package, Mapping[str, Value]]:
    """The workbook, and what its cover must say where the rows say nothing else, by id: laying out more lines takes a
    data file, which names a unit.

    Errors: UserError: more lines than a table may have.
    """
    package = open_package(assemble(source, edition=edition, copy=copy))
    names = NamedCells(package)
    room = room_wanted(rows, catalogue(names, source.framework), origin)
    if not room:
        return package, {}
    cover = {name: names.value(name) for name in ("unit_name", "evaluation_year")}
    return open_package(assemble(source, data_with_room(source.framework, room), edition, copy)), cover
