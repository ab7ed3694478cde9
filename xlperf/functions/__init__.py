"""The pure worksheet functions, one module a family. They see values only: no file, no workbook, no screen.

Each is also an attribute here under its Python name, for use in Python: `xlperf.functions.score_tiers(…)`; see columns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def __getattr__(name: str) -> Callable[..., Any]:
    from xlperf.functions.columns import by_name

    if name.startswith("_") or name not in by_name():
        raise AttributeError(f"module 'xlperf.functions' has no attribute {name!r}")
    return by_name()[name]
