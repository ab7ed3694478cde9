"""The xlperf command as it is installed: in a process of its own, under limits."""

from __future__ import annotations

from xlperf.cli import main
from xlperf.confinement import confined


def run() -> None:
    """Runs the command."""
    confined(main)


if __name__ == "__main__":
    run()
