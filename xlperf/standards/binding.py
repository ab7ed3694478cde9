"""The figures of a confirmed standard: those that are chosen among the known ones, those that are new, and their ids."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xlperf.errors import UserError
from xlperf.frameworks.contents import Input, Rate
from xlperf.frameworks.expressions import Expression
from xlperf.frameworks.writing import plain
from xlperf.rules.finding import FindingRule
from xlperf.rules.judgement import JudgementRule, UnstatedRule
from xlperf.rules.phrases import Names
from xlperf.rules.reading.reader import read
from xlperf.rules.rule import Rule
from xlperf.standards import layout
from xlperf.standards.answers import Line
from xlperf.standards.figures import Figure, Known, known_figures

_TYPES = {word: name for name, word in layout.TYPES.items()}
_FOUND_BY_NAME = "按标准文字"
# Rules without numbers and figures, known by their words alone.
_PLAIN: tuple[Rule, ...] = (
    JudgementRule(kind="judgement"),
    UnstatedRule(kind="unstated"),
    *(
        FindingRule.model_validate({"kind": "finding", "partial": partial, "not_applicable": skipped})
        for partial in ("zero", "open")
        for skipped in ("refuse", "full", "zero", "open")
    ),
)


@dataclass(frozen=True)
class Bound:
    """The inputs and rates of the framework, as its file has them; `ids` leads from the ids of rows to those used."""

    inputs: list[dict[str, Any]]
    rates: list[dict[str, Any]]
    ids: Mapping[str, str]
    labels: dict[str, str]

    def read(self, own: str, weight: float | None, name: str) -> dict[str, Any]:
        """A rule that a person wrote: in the words that rules are shown in, or as a framework file has it.

        Ordinary words are read too, but what they were read as is shown first and must be put in their place.
        Errors: UserError: it can't be read, may be read in several ways, or says something else in the shown words.
        """
        if own.startswith("{"):
            return dict(self.renamed(_as_in_a_file(own)))
        if plainly := next((rule for rule in _PLAIN if _same(rule.wording(0), own)), None):
            return plain(plainly)
        found = read(own, None if weight is None else Decimal(repr(weight)), name=name)
        if found.unread or not found.ways:
            clauses = "、".join(f"“{clause.text}”" for clause in found.unread) or f"“{own}”"
            raise UserError(f"另写的规则没读懂：{clauses}；请照“理解为”那样的句式写")
        rule = found.ways[0].rule
        if len(found.ways) > 1 or rule is None:
            raise UserError("另写的规则有几种读法，或是几个要点；请写清楚，一行一个要点")
        by_id = {value.id: value for value in found.values}
        names = Names(lambda i: by_id[i].label if i in by_id else i, lambda i: by_id[i].type if i in by_id else "")
        words = rule.wording(weight or 0, names)
        if not _same(words, own):
            raise UserError(f"另写的规则读成了“{words}”；对的话，请把这一句填在这一格，不对的换个写法")
        ids = {value.id: self._id(value.label, value.type) for value in found.values}
        return dict(Bound([], [], ids, {}).renamed(plain(rule)))

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
        if not choice and not line.text("id"):
            faults.append(f"{line.at('id')}：加的一行要在“选用已有的数”里选，或写编号、名称、类型")
        elif not choice:
            content[line.text("id")] = _own(line)
            order[line.text("id")] = line.text("kind") == layout.CALCULATED
        elif choice not in known:
            faults.append(f"{line.at('choice')}：没有名为“{choice}”的数，请从列表里选")
        else:
            # A row that a person added has no id of its own.
            ids[line.text("id") or choice] = _add(known[choice], content, order, taken)
    for identifier, is_rate in order.items():
        if is_rate:
            formula = content[identifier]["formula"]
            content[identifier]["formula"] = with_ids(formula, ids)
    rates = _ordered({name: content[name] for name, is_rate in order.items() if is_rate})
    labels = {line.text("label"): ids.get(line.text("id"), line.text("id")) for line in lines if line.text("id")}
    labels |= {str(found["label"]): name for name, found in content.items()}
    return Bound([content[name] for name, is_rate in order.items() if not is_rate], rates, ids, labels)


def _same(left: str, right: str) -> bool:
    """Whether two wordings say the same, whatever their spaces and the width of their signs."""
    a, b = ("".join(unicodedata.normalize("NFKC", text).split()).rstrip("。") for text in (left, right))
    return a == b


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
    if isinstance(figure, Input) and figure.bounds.others:
        # Limits by another figure hold in the framework that has both.
        del found["limits"]
    if isinstance(figure, Rate):
        found["formula"] = with_ids(figure.formula, ids)
    return found


def with_ids(formula: str, ids: Mapping[str, str]) -> str:
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
