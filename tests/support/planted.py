"""The worked example that alterations are planted in, what they are compared with, and what is planted."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from xlperf.editions.conversion import Edition
from xlperf.editions.truth import truth_of
from xlperf.findings.comparison import NOTHING, Comparison, Given, compared
from xlperf.findings.sent_list import SentList, SentUnit, new_list
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package, open_package
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

NAME = "renhua-2021"
FOLDER = Path(__file__).parents[1] / "integrity"


def read(name: str) -> list[dict[str, Any]]:
    """The alterations or habits of a file beside the tests of integrity."""
    content = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    lines: list[dict[str, Any]] = content[name]
    return lines


@cache
def example(edition: str = Edition.UDF, name: str = NAME) -> Package:
    """The example as it is shipped, which is as it would be made (tests/golden)."""
    return open_package(workbooks_folder() / "examples" / f"{name}{Edition(edition).suffix}")


@cache
def sent() -> SentList:
    """The list of what was sent, with one figure filled in beforehand."""
    made = [truth_of(example(edition)).package for edition in Edition]
    names = NamedCells(example())
    unit = SentUnit(
        str(names.value("unit_code") or ""), str(names.value("unit_name")), "仁化.xlsx", {"quota_balance": 4.44}
    )
    return new_list(find_framework(NAME), made, [unit])


def by_list(package: Package) -> Comparison:
    """A workbook compared with the list."""
    return compared(package, Given(sent()))


def by_definition(package: Package) -> Comparison:
    """A workbook compared with our own definition alone."""
    return compared(package, NOTHING)
