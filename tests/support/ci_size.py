"""How much of a long test belongs to every run: some of its inputs; the long runs (make soak) have them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

# One that others evaluate, with sheets to paste into, and one that the unit evaluates itself.
EXAMPLES = ("renhua-2021", "wuhua-2023")
# Where other programs open, draw or print it, which takes half a minute for the larger ones.
DRAWN = ("wuhua-2023",)


def some(inputs: Iterable[Any], chosen: Iterable[Any]) -> list[Any]:
    """All inputs as parameters, those not chosen in the long runs alone.

    Errors: AssertionError: something is chosen that there isn't.
    """
    every, kept = list(inputs), list(chosen)
    assert [one for one in kept if one not in every] == []
    return [pytest.param(*_several(one), marks=() if one in kept else pytest.mark.soak) for one in every]


def _several(one: Any) -> tuple[Any, ...]:
    return one if isinstance(one, tuple) else (one,)
