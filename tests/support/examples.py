"""The worked examples that are shipped, opened and scored once in a process."""

from __future__ import annotations

from functools import cache

from tests.support.workbooks import finished
from xlperf.editions.conversion import Edition
from xlperf.evaluation.result import Evaluation
from xlperf.evaluation.scoring import score
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package, open_package
from xlperf.workbook.data_files import read_data
from xlperf.workbook.locations import workbooks_folder


@cache
def example(name: str, edition: Edition = Edition.UDF) -> Package:
    """An example as it is shipped; packages never change, so that all tests may share it."""
    return open_package(workbooks_folder() / "examples" / f"{name}{edition.suffix}")


@cache
def made_example(name: str, edition: Edition = Edition.UDF) -> Package:
    """An example as `make generate` would write it now."""
    source = find_framework(name)
    data = read_data(workbooks_folder() / "examples" / f"{name}.toml", source.framework)
    return open_package(finished(source, data, edition))


@cache
def scored(name: str) -> Evaluation:
    """The result of an example, recalculated."""
    return score(example(name))
