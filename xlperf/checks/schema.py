"""What the file of consistency relations may say: terms, columns, kind, severity, wording, source; what is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from xlperf.frameworks.parts import Text
from xlperf.frameworks.rules import Part

COLUMN = "{column}"
SEVERITY_LABELS = {"error": "错误", "warning": "警告", "hint": "提示"}
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)+$")]
Pattern = Annotated[str, Field(pattern=r"^(\{column\}|[a-z])(\{column\}|[a-z0-9_])*$")]
Severity = Literal["error", "warning", "hint"]
Number = Annotated[int, Field(ge=1, le=18)]


class Term(Part):
    """A figure of a budget sheet on one side of a relation, such as `income_total_{column}`.

    `optional`: blank counts as 0 as long as the side has another figure; any other blank term makes the side missing.
    """

    fact: Pattern
    sign: Literal[1, -1] = 1
    optional: bool = False


@dataclass(frozen=True)
class CheckLine:
    """A relation in one of its columns, as it is calculated: `carryover_continuity.carryover_total`."""

    relation: Relation
    column: str
    column_label: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]

    @property
    def id(self) -> str:
        """The relation's id, and the column where there are several."""
        return f"{self.relation.id}.{self.column}" if self.column else self.relation.id

    @property
    def statement(self) -> str:
        """The relation in words, with its column."""
        return self.relation.statement + (f"（{self.column_label}）" if self.column else "")

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of both sides."""
        return self.left + self.right


class Relation(Part):
    """A relation that figures should keep; `number` is its place in the list of the 18 relations (勾稽关系).

    `identity` and `continuity`: both sides equal, a difference up to terms × smallest unit being one of rounding.
    `order`: the left side at most the right. `threshold`: the left side differs from the right by at most `limit`
    (1 = 100%) of it. `sources`: every source of a figure says the same. `severity_above`: that of a left side that is
    greater, where parts that nobody listed may explain it.
    """

    id: Name
    number: Number
    topic: Text
    kind: Literal["identity", "continuity", "order", "threshold", "sources"]
    severity: Severity
    severity_above: Severity | None = None
    statement: Text
    advice: Text
    source: Text
    columns: tuple[Text, ...] = ()
    left: tuple[Term, ...] = ()
    right: tuple[Term, ...] = ()
    unit: Literal["money", "count"] = "money"
    limit: Annotated[float, Field(gt=0)] | None = None

    @property
    def has_tolerance(self) -> bool:
        """Whether a small difference counts as one of rounding: whole numbers and bounds have none."""
        return self.unit == "money" and self.kind in ("identity", "continuity")

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        is_termless = self.kind == "sources"
        if is_termless is bool(self.left or self.right) or bool(self.left) is not bool(self.right):
            raise ValueError(f"关系 {self.id} 的两边要么都有数，要么（kind 为 sources）都没有")
        if (self.kind == "threshold") is not (self.limit is not None):
            raise ValueError(f"关系 {self.id}：limit 只用于、也必须用于 kind 为 threshold 的关系")
        if any((COLUMN in term.fact) is not bool(self.columns) for term in self.left + self.right):
            raise ValueError(f"关系 {self.id}：有 columns 时每一项都要写 {COLUMN}，没有时都不写")
        return self


class Omitted(Part):
    """One of the 18 relations, or a part of it, that is not checked here, and why or where it is."""

    number: Number
    statement: Text
    reason: Text


class Relations(Part):
    """All relations. `smallest_unit`: that of published amounts; `columns`: how people call the columns or items."""

    schema_version: Literal[1]
    smallest_unit: Annotated[float, Field(gt=0)]
    columns: dict[str, Text]
    relations: tuple[Relation, ...] = Field(min_length=1)
    omitted: tuple[Omitted, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        repeated = [name for name, count in Counter(r.id for r in self.relations).items() if count > 1]
        unknown = sorted({c for r in self.relations for c in r.columns} - set(self.columns))
        problems = [f"关系编号 {name} 重复" for name in repeated] + [f"columns 里没有 {name}" for name in unknown]
        if problems:
            raise ValueError("；".join(problems))
        return self

    def lines(self) -> Iterator[CheckLine]:
        """Every relation in each of its columns, in the order of the file."""
        for relation in self.relations:
            for column in relation.columns or ("",):
                sides = (tuple(_in_column(term, column) for term in side) for side in (relation.left, relation.right))
                yield CheckLine(relation, column, self.columns.get(column, ""), *sides)


def _in_column(term: Term, column: str) -> Term:
    return term.model_copy(update={"fact": term.fact.replace(COLUMN, column)})
