"""How formualizer calculates a workbook: dates, circles, how long it may take."""

from __future__ import annotations

import formualizer as fz

from xlperf.package import Package

_LONGEST_MS = 120_000
_MOST_ROUNDS = 1_000


def configured(package: Package, *, to_the_end: bool) -> fz.EvaluationConfig:
    """The settings; `to_the_end`: circles are gone round until nothing changes, whatever the workbook says."""
    configuration = fz.EvaluationConfig()
    # Threads cost more than they give at the size of these workbooks, and our functions hold the interpreter's lock.
    configuration.enable_parallel = False
    configuration.date_system = "1904" if package.date1904 else "1900"
    configuration.max_eval_time_ms = _LONGEST_MS
    if package.calculation.is_iterative:
        configuration.cycle_policy = "iterate"
        configuration.iterate_max_iterations = _MOST_ROUNDS if to_the_end else package.calculation.iterations
        configuration.iterate_max_change = 0.0 if to_the_end else package.calculation.change
    return configuration
