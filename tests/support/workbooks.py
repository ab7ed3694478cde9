"""Workbooks of frameworks, built once in a run however many tests ask for them, and filled as a person fills them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tests.support import run_folder
from xlperf.api import making
from xlperf.batch import distribution
from xlperf.editions import assembly, laying_out, room
from xlperf.editions.assembly import assemble
from xlperf.editions.conversion import Edition
from xlperf.evaluation.scoring import recalculated
from xlperf.frameworks.loading import FrameworkFile, find_framework, parse_framework
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.catalogue import InputCell, catalogue
from xlperf.workbook.data_files import parse_data
from xlperf.workbook.data_schema import EvaluationData
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import NamedCells
from xlperf.workbook.roles import Copy

Places = dict[tuple[str, str], Value]


def built(
    framework: FrameworkFile | str, data: str = "", edition: Edition = Edition.UDF, copy: Copy = Copy.ALL
) -> Package:
    """The workbook of a framework (or of the shipped one of that id), blank or with what a data file says.

    A data file is read anew each time, so that what is wrong with it is always told.
    """
    source = find_framework(framework) if isinstance(framework, str) else framework
    if data:
        parse_data(data, source.framework, "数据.toml")
    return _built(source.text, source.origin, data, edition, copy)


@cache
def _built(text: str, origin: str, data: str, edition: Edition, copy: Copy) -> Package:
    source = parse_framework(text, origin)
    filled = parse_data(data, source.framework, "数据.toml") if data else None
    return open_package(finished(source, filled, edition, copy))


def made_anew(source: FrameworkFile, data: EvaluationData) -> bytes:
    """What `assemble` gives where a test has changed the sources' declarations: what another made is of no use then."""
    laying_out._drawn.cache_clear()
    try:
        return assemble(source, data)
    finally:
        laying_out._drawn.cache_clear()


def finished(
    source: FrameworkFile,
    data: EvaluationData | None = None,
    edition: Edition = Edition.UDF,
    copy: Copy = Copy.ALL,
) -> bytes:
    """What `assemble` gives, made once in a run."""
    filled = data.model_dump_json() if data else ""
    path = run_folder.kept("workbook", source.text, source.origin, filled, edition, copy)
    return run_folder.once(path, lambda: assemble(source, data, edition, copy))


def share() -> None:
    """A workbook that any test of the run has asked for before, by whatever way in, is not made again in this process."""
    for module in (assembly, distribution, making, room):
        module.assemble = finished  # type: ignore[attr-defined]


def places(package: Package, **values: Value) -> Places:
    """The cells of inputs by their id, dots written as two underscores, with what is to stand in them."""
    known = _inputs(package)
    items = {known[name.replace("__", ".")]: value for name, value in values.items()}
    return {(item.sheet, item.ref): value for item, value in items.items()}


def with_values(package: Package, **values: Value) -> Package:
    """The workbook with other inputs, not yet recalculated."""
    return package.with_inputs(places(package, **values))


def after(package: Package, **values: Value) -> Package:
    """The workbook with other inputs, recalculated."""
    return recalculated(package, places(package, **values)).package


@cache
def _inputs(package: Package) -> Mapping[str, InputCell]:
    return catalogue(NamedCells(package), read_identity(package).framework.framework)
