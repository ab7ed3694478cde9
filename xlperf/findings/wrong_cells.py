"""The figures of a consistency relation that are neither numbers nor blank, each where people can mend it."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.checks.schema import CheckLine
from xlperf.errors import CellError
from xlperf.frameworks.expressions import Expression
from xlperf.frameworks.schema import Framework, Input, Rate
from xlperf.values import is_blank, is_number
from xlperf.workbook.check_terms import places
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.tables.table import fact_cell


def wrong_cells(names: NamedCells, framework: Framework, line: CheckLine) -> list[str]:
    """Each such figure with its cell, `指标数据!B7（“无”）`; of a rate those that it is calculated from."""
    found: list[Place] = []
    for place in places(line, line.terms, framework):
        if place.item is None:
            found += _unless_number(names, names.place(place.name))
        else:
            found += _behind(names, framework, place.item)
    return [f"{sheet}!{ref}（“{names.package.value(sheet, ref)}”）" for sheet, ref in dict.fromkeys(found)]


def _behind(names: NamedCells, framework: Framework, item: Input | Rate) -> list[Place]:
    """The wrong cells behind an input or a rate; the rate itself where all that it is calculated from is in order."""
    if isinstance(item, Input):
        return list(_unless_number(names, _typed(names, item)))
    if _is_in_order(names, item):
        return []
    items: dict[str, Input | Rate] = {i.id: i for i in framework.inputs} | {r.id: r for r in framework.rates}
    used = [items[name] for name in Expression.parse(item.formula).ids]
    found = [place for each in used if not _is_fact(each) for place in _behind(names, framework, each)]
    return found or [names.place(item.id)]


def _is_in_order(names: NamedCells, rate: Rate) -> bool:
    """Whether a rate is a number, lacks data or has no base."""
    value = names.value(rate.id)
    return is_number(value) or (isinstance(value, CellError) and value.code in ("#N/A", "#DIV/0!"))


def _is_fact(item: Input | Rate) -> bool:
    """Whether an input is no figure by its nature."""
    return isinstance(item, Input) and item.type in ("flag", "text")


def _typed(names: NamedCells, item: Input) -> Place:
    """Where the value of an input that counts was typed: beside it, or in a budget sheet."""
    given = names.by_code("figure_id", "figure_given")[item.id]
    if is_blank(names.package.value(*given)) and item.fact:
        return names.place(fact_cell(item.fact))
    return given if names.package.value(*given) == names.value(item.id) else names.place(item.id)


def _unless_number(names: NamedCells, place: Place) -> Iterator[Place]:
    value = names.package.value(*place)
    if not is_number(value) and not is_blank(value):
        yield place
