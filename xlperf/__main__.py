"""The xlperf command as it is installed: in a process of its own, under limits."""

from __future__ import annotations

import sys

from xlperf.batchcommands import WITH_OWN_LIMITS
from xlperf.cli import main
from xlperf.confinement import confined


def run() -> None:
    """Runs the command; those that handle many workbooks have limits for each of them instead."""
    if sys.argv[1:2] and sys.argv[1] in WITH_OWN_LIMITS:
        main()
    else:
        confined(main)


if __name__ == "__main__":
    run()
