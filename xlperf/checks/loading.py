"""Reading the file of consistency relations."""

from __future__ import annotations

from collections.abc import Set
from functools import cache
from importlib import resources

from xlperf.checks.schema import Relations
from xlperf.errors import UserError
from xlperf.frameworks.loading import parse_toml, validated

FILE = "relations.toml"


@cache
def shipped_relations() -> Relations:
    """The relations that come with xlperf."""
    text = (resources.files("xlperf.checks") / FILE).read_text(encoding="utf-8")
    return parse_relations(text, FILE)


def parse_relations(text: str, origin: str) -> Relations:
    """Relations from their text; `origin` names it in messages.

    Errors: UserError: what is wrong, with origin, key and value.
    """
    return validated(Relations, parse_toml(text, origin), origin)


def require_facts(relations: Relations, known: Set[str]) -> None:
    """Makes sure that every figure that the relations use is there.

    Errors: UserError: the relation and the figure that is not.
    """
    for line in relations.lines():
        for term in line.terms:
            if term.fact not in known:
                raise UserError(f"勾稽关系 {line.id} 用了预算表里没有的数 {term.fact}，请改正 {FILE}。")
