"""The pytest plugin: the fixture `xlperf_book`, and each workbook with a NAME.expected.toml beside it as a test.

pytest imports it in every run of every project, so it imports nothing of ours before it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xlperf.api.book import Book

_SUFFIXES = (".xlsx", ".xlsm")
_EXPECTED = ".expected.toml"


@pytest.fixture
def xlperf_book(request: pytest.FixtureRequest) -> Callable[[str | Path], Book]:
    """Opens a workbook by its path, relative to the test's own file."""

    def opened(path: str | Path) -> Book:
        import xlperf

        return xlperf.open(request.path.parent / path)

    return opened


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A workbook is a test where what it should hold stands beside it."""
    if file_path.suffix in _SUFFIXES and file_path.with_suffix(_EXPECTED).is_file():
        return WorkbookFile.from_parent(parent, path=file_path)
    return None


class WorkbookFile(pytest.File):
    """A workbook with what it should hold."""

    def collect(self) -> Iterator[pytest.Item]:
        """One test: all the cells that are expected."""
        yield WorkbookItem.from_parent(self, name="expected")


class WorkbookItem(pytest.Item):
    """The comparison of a workbook, recalculated, with what it should hold."""

    def runtest(self) -> None:
        """Recalculates and compares."""
        from xlperf.testing import assert_workbook, read_expectations

        inputs, expected = read_expectations(self.path.with_suffix(_EXPECTED))
        assert_workbook(self.path, expected, inputs)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """The differing cells, or why the workbook could not be calculated, without a traceback."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands."""
        return self.path, None, self.path.name
