"""The OOXML zip as parts: opened safely, read on demand, rewritten without losing a byte that did not change."""

from __future__ import annotations

from pathlib import Path

from xlperf.errors import UserError
from xlperf.formula.definitions import DefinedName, LinkedBook, Table
from xlperf.package.archive import open_archive
from xlperf.package.book import Calculation, Sheet
from xlperf.package.cells import Cell, Formula
from xlperf.package.edit.cached_values import same_value
from xlperf.package.files import read_file, write_file
from xlperf.package.limits import DEFAULT_LIMITS, Limits
from xlperf.package.package import CellValues, Package
from xlperf.package.signatures import check_is_zip

__all__ = [
    "Calculation",
    "Cell",
    "CellValues",
    "DefinedName",
    "Formula",
    "Limits",
    "LinkedBook",
    "Package",
    "Sheet",
    "Table",
    "open_package",
    "same_value",
    "write_file",
]


def open_package(source: Path | bytes, limits: Limits = DEFAULT_LIMITS) -> Package:
    """Opens a workbook from a file or from bytes.

    Errors: a UserError that says what is wrong with the file and what to do; with its name where it is a file.
    """
    if isinstance(source, bytes):
        return _opened(source, limits)
    try:
        return _opened(read_file(source, limits), limits)
    except UserError as error:
        raise UserError(f"{source}：{error}") from None


def _opened(blob: bytes, limits: Limits) -> Package:
    check_is_zip(blob)
    return Package(open_archive(blob, limits), limits)
