"""The xlperf command as it is installed: in a process of its own, under limits."""

from __future__ import annotations

import sys

from xlperf.batchcommands import WITH_OWN_LIMITS
from xlperf.cli import main
from xlperf.confinement import ALLOWANCE, MEGABYTE, Allowance, confined

# The second opinion takes some twenty times the time of the other engines, and three times their memory.
_ALLOWANCES = {"verify": Allowance(2_000 * MEGABYTE, 600)}


def run() -> None:
    """Runs the command; those that handle many workbooks have limits for each of them instead."""
    name = "".join(sys.argv[1:2])
    if name in WITH_OWN_LIMITS:
        main()
    else:
        confined(main, _ALLOWANCES.get(name, ALLOWANCE))


if __name__ == "__main__":
    run()
