"""The workbook of the small framework as it was made, in which alterations are planted."""

from __future__ import annotations

from tests.support.small_framework import ORIGIN, TEXT
from tests.support.workbooks import built
from xlperf.frameworks.loading import parse_framework
from xlperf.package import Package


def book() -> Package:
    """The workbook, the very same each time."""
    return built(parse_framework(TEXT, ORIGIN))
