"""A field that takes a rule of one of some kinds, told apart by `kind`."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from xlperf.rules.rule import Rule


@dataclass(frozen=True)
class OneOf:
    """Annotates a field of type Rule with the kinds that it takes. For mypy it is a Rule and nothing more."""

    kinds: tuple[type[Rule], ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema of a union, told apart by `kind`."""
        union: Any = functools.reduce(operator.or_, self.kinds)
        return handler.generate_schema(Annotated[union, Field(discriminator="kind")])


def complete(*kinds: type[Rule]) -> tuple[type[Rule], ...]:
    """The kinds as they are. mypy lets no class pass that lacks a part of Rule, which a plain tuple would take."""
    return kinds
