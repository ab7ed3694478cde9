"""Reading the file of consistency relations."""

from __future__ import annotations

from collections.abc import Set
from functools import cache
from importlib import resources

from xlperf.checks.schema import Relations
from xlperf.errors import UserError
from xlperf.frameworks.keeping import read_once
from xlperf.frameworks.loading import parse_toml, validated
from xlperf.frameworks.schema import Framework

FILE = "relations.toml"


@cache
def shipped_relations() -> Relations:
    """The relations that come with xlperf."""
    text = (resources.files("xlperf.checks") / FILE).read_text(encoding="utf-8")
    return read_once(Relations, text, lambda: parse_relations(text, FILE))


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


def require_own(relations: Relations, framework: Framework, known: Set[str]) -> None:
    """Makes sure that a framework's own relations fit beside the others. `known`: the figures of the budget sheets.

    Errors: UserError: an id that another relation has, a column or a figure that is not there.
    """
    taken = {relation.id for relation in relations.relations}
    figures = known | {item.id for item in framework.inputs} | {rate.id for rate in framework.rates}
    for relation in framework.relations:
        place = f"指标体系 {framework.id} 的关系 {relation.id}"
        if relation.id in taken:
            raise UserError(f"{place} 与随附的勾稽关系同名，请换一个编号。")
        for column in relation.columns:
            if column not in relations.columns:
                raise UserError(f"{place} 的 columns 里有不认识的 {column}，应为 {'、'.join(relations.columns)} 之一。")
        for fact in relation.facts():
            if fact not in figures:
                raise UserError(f"{place} 用了 {fact}，数据项、比率和预算表里都没有这个编号，请改正。")
