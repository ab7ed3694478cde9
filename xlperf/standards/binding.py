"""The figures of a confirmed standard: those that are chosen among the known ones, those that are new, and their ids."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xlperf.errors import UserError
from xlperf.frameworks.expressions import Expression
from xlperf.frameworks.schema import Rate
from xlperf.frameworks.writing import plain
from xlperf.rules.reading.reader import read
from xlperf.standards import layout
from xlperf.standards.answers import Line
from xlperf.standards.figures import Figure, Known, known_figures

_TYPES = {word: name for name, word in layout.TYPES.items()}
_FOUND_BY_NAME = "按标准文字"


@dataclass(frozen=True)
class Bound:
    """The inputs and rates of the framework, as its file has them; `ids` leads from the ids of rows to those used."""

    inputs: list[dict[str, Any]]
    rates: list[dict[str, Any]]
    ids: Mapping[str, str]
    labels: dict[str, str]

    def read(self, own: str, weight: float | None, name: str) -> dict[str, Any]:
        """A rule that a person wrote: in the words that rules are shown in, or as a framework file has it.

        Errors: UserError: it can't be read, may be read in several ways, or as several points.
        """
        if own.startswith("{"):
            return self.renamed(_as_in_a_file(own))
        found = read(own, None if weight is None else Decimal(repr(weight)), name=name)
        if found.unread or not found.ways:
            clauses = "、".join(f"“{clause.text}”" for clause in found.unread) or f"“{own}”"
            raise UserError(f"另写的规则没读懂：{clauses}；请照“理解为”那样的句式写")
        rules = [way.rule for way in found.ways]
        if len(rules) > 1 or rules[0] is None:
            raise UserError("另写的规则有几种读法，或是几个要点；请写清楚，一行一个要点")
        ids = {value.id: self._id(value.label, value.type) for value in found.values}
        return Bound([], [], ids, {}).renamed(plain(rules[0]))

    def _id(self, label: str, kind: str) -> str:
        """The figure of a name: one of the standard's, a known one, else a new one that is filled in."""
        if label not in self.labels:
            identifier = f"{kind}_own_{len(self.labels) + 1}"
            self.labels[label] = identifier
            help_ = f"另写的规则：{label}"
            self.inputs.append({"id": identifier, "label": label, "group": "填报数据", "type": kind, "help": help_})
        return self.labels[label]

    def renamed(self, content: Any) -> Any:
        """A rule or gate with the ids of the figures that are used."""
        if isinstance(content, dict):
            return {key: self.renamed(value) for key, value in content.items()}
        if isinstance(content, list):
            return [self.renamed(value) for value in content]
        return self.ids.get(content, content) if isinstance(content, str) else content


def bound_figures(lines: Sequence[Line], faults: list[str]) -> Bound:
    """The figures of the sheet 数据, with what the chosen ones are calculated from."""
    known = known_figures()
    content: dict[str, dict[str, Any]] = {}
    order: dict[str, bool] = {}
    ids: dict[str, str] = {}
    taken = {line.text("id") for line in lines if not line.text("choice")}
    for line in lines:
        choice = line.text("choice")
        if not choice:
            content[line.text("id")] = _own(line)
            order[line.text("id")] = line.text("kind") == layout.CALCULATED
        elif choice not in known:
            faults.append(f"{line.at('choice')}：没有名为“{choice}”的数，请从列表里选")
        else:
            ids[line.text("id")] = _add(known[choice], content, order, taken)
    for identifier, is_rate in order.items():
        if is_rate:
            formula = content[identifier]["formula"]
            content[identifier]["formula"] = _with_ids(formula, ids)
    rates = _ordered({name: content[name] for name, is_rate in order.items() if is_rate})
    labels = {line.text("label"): ids.get(line.text("id"), line.text("id")) for line in lines}
    labels |= {str(found["label"]): name for name, found in content.items()}
    return Bound([content[name] for name, is_rate in order.items() if not is_rate], rates, ids, labels)


def _as_in_a_file(own: str) -> dict[str, Any]:
    try:
        found = tomllib.loads(f"rule = {own}")["rule"]
    except tomllib.TOMLDecodeError as error:
        raise UserError(f'另写的规则“{own}”写法有误，应如 {{ kind = "deduct", points = 1 }}') from error
    return dict(found)


def _own(line: Line) -> dict[str, Any]:
    """A figure of the standard's own."""
    kind = _TYPES.get(line.text("type"), line.text("type"))
    found = {"id": line.text("id"), "label": line.text("label")}
    if line.text("kind") == layout.CALCULATED:
        rest = {
            "formula": line.text("formula"),
            "definition": line.text("help"),
            "source": line.text("source") or _FOUND_BY_NAME,
        }
        return found | rest | {"format": kind}
    typed = {
        "group": line.text("source") or "填报数据",
        "type": kind,
        "unit": line.text("unit"),
        "help": line.text("help"),
    }
    flag = {"is_exclusion": True} if line.text("exclusion") == layout.YES else {}
    return found | typed | {"fact": line.text("formula")} | flag


def _add(known: Known, content: dict[str, dict[str, Any]], order: dict[str, bool], taken: set[str]) -> str:
    """Puts a known figure and what it needs among the others; its id there, another one where its own is somebody else's."""
    ids: dict[str, str] = {}
    for figure in known.figures:
        found = _with_own_ids(figure, ids)
        identifier = figure.id
        number = 2
        while (identifier in taken and identifier not in content) or content.get(
            identifier, {**found, "id": identifier}
        ) != {**found, "id": identifier}:
            identifier, number = f"{figure.id}_{number}", number + 1
        ids[figure.id] = identifier
        content.setdefault(identifier, {**found, "id": identifier})
        order.setdefault(identifier, isinstance(figure, Rate))
        taken.add(identifier)
    return ids[known.figure.id]


def _with_own_ids(figure: Figure, ids: Mapping[str, str]) -> dict[str, Any]:
    found = plain(figure)
    if isinstance(figure, Rate):
        found["formula"] = _with_ids(figure.formula, ids)
    return found


def _with_ids(formula: str, ids: Mapping[str, str]) -> str:
    """A formula over other ids; one that can't be read stays, and is refused with the framework."""
    try:
        expression = Expression.parse(formula)
    except ValueError:
        return formula
    if not any(ids.get(name, name) != name for name in expression.ids):
        return formula
    return expression.render(lambda name: ids.get(name, name))


def _ordered(rates: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Rates behind those that they are calculated from; as they stand, where that is so already."""
    found: dict[str, dict[str, Any]] = {}

    def place(name: str, above: frozenset[str]) -> None:
        if name in found or name in above:
            return
        try:
            ids: Sequence[str] = Expression.parse(rates[name]["formula"]).ids
        except ValueError:
            ids = ()
        for other in ids:
            if other in rates:
                place(other, above | {name})
        found[name] = rates[name]

    for name in rates:
        place(name, frozenset())
    return list(found.values())
