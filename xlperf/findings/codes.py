"""The catalogue of finding codes: what each means, why it matters, what to do."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field

from xlperf.frameworks.keeping import read_once
from xlperf.frameworks.loading import parse_toml, validated
from xlperf.frameworks.parts import Text
from xlperf.rules.part import Part

CODES = "codes.toml"
# Findings of consistency relations bear the relation's id; docs/勾稽.md lists them.
RELATION = "relation_"


class Code(Part):
    """One code with its Chinese name and what people should know of it; who is to mend it: the unit, or the evaluator."""

    code: str = Field(pattern=r"^[a-z_]+$")
    name: Text
    mended_by: Literal["unit", "evaluator"] = "unit"
    means: Text
    why: Text
    advice: Text


class Catalogue(Part):
    """All codes, in the order in which people look them up."""

    codes: tuple[Code, ...] = Field(min_length=1)
    schema_version: Literal[1] = 1


@cache
def catalogue() -> tuple[Code, ...]:
    """Every code that `xlperf check` may give, but for those of relations."""
    text = (resources.files("xlperf.findings") / CODES).read_text(encoding="utf-8")
    return read_once(Catalogue, text, lambda: validated(Catalogue, parse_toml(text, CODES), CODES)).codes


def known_code(code: str) -> Code | None:
    """What is known of a code; None for those of relations."""
    return next((known for known in catalogue() if known.code == code), None)
