"""Consistency relations (勾稽关系) as files declare them: the terms of both sides, kind, unit, severity, wording, source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from xlperf.rules.part import Id, Part

COLUMN = "{column}"
Pattern = Annotated[str, Field(pattern=r"^(\{column\}|[a-z])(\{column\}|[a-z0-9_])*$")]
Words = Annotated[str, Field(min_length=1)]
Severity = Literal["error", "warning", "hint"]
# The inputs and rates, by type or format, that a relation of each unit may use.
_SUITABLE = {"money": ("money", "number"), "count": ("count", "number"), "rate": ("rate",)}
_NO_FIGURES = ("flag", "text")


class Term(Part):
    """A figure on one side of a relation, by its id, such as `income_total_{column}`.

    `optional`: blank counts as 0 as long as the side has another figure; any other blank term makes the side missing.
    """

    fact: Pattern
    sign: Literal[1, -1] = 1
    optional: bool = False


class Relation(Part):
    """A relation that figures should keep.

    `identity` and `continuity`: both sides equal, up to a difference of rounding (amounts: terms × smallest unit; rates:
    half a hundredth of a percent). `order`: the left side at most the right. `bound`: the left side at most `limit`,
    which is in the unit of the relation; `floor`: at least `limit`. `threshold`: the left side differs from the right by at most `limit` (1 = 100%)
    of it. `sources`: every source of a figure says the same. `severity_above`: that of a left side that is greater,
    where parts that nobody listed may explain it. `rows`: the figure that counts the amounts behind the terms, each of
    which may be rounded.
    """

    id: Id
    topic: Words
    kind: Literal["identity", "continuity", "order", "bound", "floor", "threshold", "sources"]
    severity: Severity
    severity_above: Severity | None = None
    statement: Words
    advice: Words
    source: Words
    columns: tuple[Words, ...] = ()
    left: tuple[Term, ...] = ()
    right: tuple[Term, ...] = ()
    unit: Literal["money", "count", "rate"] = "money"
    rows: Pattern | None = None
    limit: float | None = None

    @property
    def has_tolerance(self) -> bool:
        """Whether a small difference counts as one of rounding: whole numbers and bounds have none."""
        return self.unit != "count" and self.kind in ("identity", "continuity")

    @property
    def is_limit(self) -> bool:
        """Whether the right side is a number that the relation states."""
        return self.kind in ("bound", "floor")

    def facts(self) -> Iterator[str]:
        """The ids of all its figures, in every column."""
        for column in self.columns or ("",):
            facts = [term.fact for term in self.left + self.right] + ([self.rows] if self.rows else [])
            yield from (fact.replace(COLUMN, column) for fact in facts)

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.is_limit and (not self.left or self.right):
            raise ValueError(f"关系 {self.id} 的 kind 为 {self.kind}：只写左边 left，右边就是 limit")
        is_termless = self.kind == "sources"
        is_one_sided = bool(self.left) is not bool(self.right) and not self.is_limit
        if is_termless is bool(self.left or self.right) or is_one_sided:
            raise ValueError(f"关系 {self.id} 的两边要么都有数，要么（kind 为 sources）都没有")
        if (self.is_limit or self.kind == "threshold") is not (self.limit is not None):
            raise ValueError(f"关系 {self.id}：limit 只用于、也必须用于 kind 为 threshold、bound 或 floor 的关系")
        if self.kind == "threshold" and self.limit is not None and self.limit <= 0:
            raise ValueError(f"关系 {self.id}：threshold 的 limit 应大于 0（现为 {self.limit:g}）")
        if any((COLUMN in term.fact) is not bool(self.columns) for term in self.left + self.right):
            raise ValueError(f"关系 {self.id}：有 columns 时每一项都要写 {COLUMN}，没有时都不写")
        return self


def repeated_ids(relations: Sequence[Relation]) -> list[str]:
    """What to say of ids that several relations have."""
    return [f"关系编号 {name} 重复" for name, count in Counter(r.id for r in relations).items() if count > 1]


def relation_problems(relations: Sequence[Relation], kinds: Mapping[str, str]) -> list[str]:
    """What is wrong in a framework's own relations, given the type of its inputs and the format of its rates by id.

    Other ids are figures of the budget sheets, which are looked up when the sheets are laid out.
    """
    problems = repeated_ids(relations)
    for relation in relations:
        if relation.kind == "sources":
            problems.append(f"关系 {relation.id}：kind 为 sources 的只有随附的那一个")
        used = {fact: kinds[fact] for fact in relation.facts() if fact in kinds}
        for fact, kind in used.items():
            if kind in _NO_FIGURES:
                problems.append(f"关系 {relation.id} 用了不是数的 {fact}")
            elif kind not in _SUITABLE[relation.unit]:
                problems.append(f"关系 {relation.id} 的 unit 为 {relation.unit}，不能用类型为 {kind} 的 {fact}")
    return problems
