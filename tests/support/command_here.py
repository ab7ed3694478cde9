"""The command in this process: what it printed, its exit status, and how it refuses."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from xlperf.cli import main


class Run:
    """Runs the command in this process and keeps what it printed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *words: str | Path | int) -> tuple[int, str, str]:
        self._monkeypatch.setattr(sys, "argv", ["xlperf", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            main()
        printed = self._capsys.readouterr()
        return int(stopped.value.code or 0), printed.out, printed.err


def refused(result: tuple[int, str, str], *words: str) -> None:
    """Exit status 2, nothing on the standard output, and one Chinese sentence with these words."""
    status, out, err = result
    assert (status, out) == (2, "")
    assert err.endswith("。\n")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    for word in words:
        assert word in err
