"""What every part of a framework is made of: texts, sources, weights that may not be stated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import BeforeValidator, Field

from xlperf.rules.part import Part, Points

UNSTATED = "未载明"
# How tables print the weight of what isn't scored.
UNSCORED = ("/", "／", "—")
Text = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9]+$")]


def stated(value: object) -> object:
    """What a source states, or None where the file says that it states nothing."""
    return None if value == UNSTATED else value


def weighed(value: object) -> object:
    """A weight as a source states it: 0 where it prints “/”, None where it prints nothing."""
    return 0 if value in UNSCORED else stated(value)


# Written as a number, or as 未载明 where the source prints none; then None, never 0 and never guessed.
PointWeight = Annotated[Points | None, BeforeValidator(weighed)]
# The full score can't be 0; an indicator's weight can, where the standard prints “/” for one that isn't scored.
Weight = Annotated[Annotated[float, Field(gt=0)] | None, BeforeValidator(stated)]


class Source(Part):
    """Where a text comes from. `is_verified`: the wording was compared with the document itself."""

    document: Text
    clause: str = ""
    is_verified: bool


class Base(Part):
    """The common framework that a unit's own one was made from, with indicators of its own (个性指标): id, version, hash of
    the standard.
    """

    id: Text
    version: Text
    hash: Text


def total_weight(weights: Iterable[float | None]) -> float | None:
    """The sum of weights, None where one is not stated."""
    known = list(weights)
    return None if None in known else round(sum(weight for weight in known if weight is not None), 6)


def shown_weight(weight: float | None) -> float | str:
    """A weight as a cell shows it."""
    return UNSTATED if weight is None else weight


def weight_text(weight: float | None) -> str:
    """A weight as a sentence prints it."""
    return UNSTATED if weight is None else f"{weight:g}"
