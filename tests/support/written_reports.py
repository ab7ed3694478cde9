"""Reports of workbooks, made in memory and read back; each made once in a process."""

from __future__ import annotations

from functools import cache

from tests.support.examples import example
from tests.support.word_report import ReadReport, read_report
from xlperf.package import Package
from xlperf.report.document.making import Made, Wish, made


@cache
def made_example(name: str) -> Made:
    """The report of a shipped example, for Word."""
    return made(example(name), Wish())


@cache
def read_example(name: str) -> ReadReport:
    """The same read back."""
    return read_report(made_example(name).content)


def read_made(package: Package, wish: Wish | None = None) -> ReadReport:
    """The report of any workbook, read back."""
    return read_report(made(package, wish or Wish()).content)
