"""What all tests share: a folder for what runs have made, workbooks that are made once in it, and the command in their process."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import run_folder
from tests.support.command_here import Run
from tests.support.workbooks import finished
from xlperf.api import making
from xlperf.batch import distribution
from xlperf.editions import assembly, room

# Nothing fails because the machine is busy.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
# As the command does it: most of what is made stays, and need not be gone through so often.
gc.set_threshold(50_000)
# A workbook that any test has asked for before, by whatever way in, is not made again.
for module in (assembly, distribution, making, room):
    module.assemble = finished  # type: ignore[attr-defined]
IS_FIRST = run_folder.VARIABLE not in os.environ
if IS_FIRST:
    run_folder.begin(Path(__file__).parents[1] / ".pytest_cache" / "xlperf")


def pytest_unconfigure() -> None:
    """Later runs take the folder up where it still fits."""
    if IS_FIRST:
        run_folder.end(keep=True)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the collector of garbage need not go through it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process."""
    return Run(monkeypatch, capsys)
