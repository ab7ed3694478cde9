"""Indicator systems as data: what a framework may say, loading it, and the faults of a standard.

Called, `xlperf.frameworks()`, it gives the ids of those that come with xlperf: the public face has that name, and this
room has had it before.
"""

import sys
from types import ModuleType


class _Room(ModuleType):
    """The module itself, which can be called."""

    def __call__(self) -> tuple[str, ...]:
        from xlperf.frameworks.loading import shipped_frameworks

        return tuple(shipped_frameworks())


sys.modules[__name__].__class__ = _Room
