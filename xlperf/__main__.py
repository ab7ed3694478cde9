"""The xlperf command as it is installed: in a process of its own, under limits."""

from __future__ import annotations

import gc
import os
import sys

from xlperf.cli import main
from xlperf.commands.batch import WITH_OWN_LIMITS
from xlperf.commands.report import is_of_many
from xlperf.confinement import ALLOWANCE, MEGABYTE, Allowance, carried, confined

# The second opinion takes some twenty times the time of the other engines, and three times their memory.
# A workbook of others may be large, and is calculated more than once.
_ALLOWANCES = {"verify": Allowance(2_000 * MEGABYTE, 600), "recalc": Allowance(carried(), 300)}
# New objects after which those that hold each other are looked for. Hardly any are given up while a command lasts, and to
# look for them as often as usual takes a twentieth of its time.
_OBJECTS = 50_000
# One workbook gives up fewer than fit into its memory.
_OBJECTS_OF_ONE = 500_000


def run() -> None:
    """Runs the command; those that handle many workbooks have limits for each of them instead."""
    # Else every package that is installed is asked for what it plugs into pydantic, which has no business here.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    if "".join(sys.argv[1:2]) in WITH_OWN_LIMITS or is_of_many(sys.argv[1:]):
        gc.set_threshold(_OBJECTS)
        main()
        return
    gc.set_threshold(_OBJECTS_OF_ONE)
    confined(main, _ALLOWANCES.get("".join(sys.argv[1:2]), ALLOWANCE))


if __name__ == "__main__":
    run()
