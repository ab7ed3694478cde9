"""What all tests share: plans are kept nowhere but where a test says so."""

from __future__ import annotations

import os

import pytest

from tests.support.command_here import Run

os.environ["XLPERF_CACHE"] = "off"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process."""
    return Run(monkeypatch, capsys)
