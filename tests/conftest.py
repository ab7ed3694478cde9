"""What all tests share: a folder for what runs have made, workbooks that are made once in it, and the command in their process."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import run_folder
from tests.support.command_here import Run
from tests.support.workbooks import share

# Nothing fails because the machine is busy, nor in one run only: the examples are the same each time. `make soak` takes others.
BUSY = [HealthCheck.too_slow]
settings.register_profile("steady", deadline=None, suppress_health_check=BUSY, derandomize=True)
settings.register_profile("searching", deadline=None, suppress_health_check=BUSY)
settings.load_profile("steady")
# As the command does it: most of what is made stays, and need not be gone through so often.
gc.set_threshold(50_000)
# Files that take most of a minute and more, the longest first: begun last, one of them would go on alone when the others are done.
LONG_FILES = (
    *("hosts/test_county_flow.py", "docs/test_documents.py", "batch/test_dask.py", "workbook/test_twelve_mistakes.py"),
    *("batch/test_batch.py", "hosts/test_league_page.py", "hosts/test_printed_blank.py", "engines/test_agreement.py"),
    *("hosts/test_native.py", "batch/test_resume.py", "hosts/test_conversion.py", "batch/test_roles_flow.py"),
    *("hosts/test_form_pictures.py", "hosts/test_league.py", "hostile/test_mutations.py", "hostile/test_refused.py"),
)
share()
IS_FIRST = run_folder.VARIABLE not in os.environ
if IS_FIRST:
    run_folder.begin(Path(__file__).parents[1] / ".pytest_cache" / "xlperf")


def pytest_unconfigure() -> None:
    """Later runs take the folder up where it still fits."""
    if IS_FIRST:
        run_folder.end(keep=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, in their order; all others stay where they are."""
    ranks = {name: rank for rank, name in enumerate(LONG_FILES)}

    def rank(item: pytest.Item) -> int:
        name = item.path.relative_to(Path(__file__).parent).as_posix()
        return ranks.get(name, len(ranks)) if item.get_closest_marker("slow") else len(ranks)

    items.sort(key=rank)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the collector of garbage need not go through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process."""
    return Run(monkeypatch, capsys)
