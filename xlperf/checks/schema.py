"""What the file of consistency relations may say: terms, columns, kind, severity, wording, source; what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from xlperf.frameworks.parts import Text
from xlperf.frameworks.relations import COLUMN, Relation, Term, repeated_ids
from xlperf.rules.part import Part

SEVERITY_LABELS = {"error": "错误", "warning": "警告", "hint": "提示"}
Number = Annotated[int, Field(ge=1, le=18)]


@dataclass(frozen=True)
class CheckLine:
    """A relation in one of its columns, as it is calculated: `carryover_continuity.carryover_total`."""

    relation: Relation
    column: str
    column_label: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]

    @property
    def number(self) -> int | None:
        """The relation's place in the list of the 18; None for one of a framework's own."""
        return self.relation.number if isinstance(self.relation, ListedRelation) else None

    @property
    def narrower(self) -> tuple[str, ...]:
        """The figures of a narrower scope that its right side may be made of."""
        return self.relation.narrower if isinstance(self.relation, ListedRelation) else ()

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


class ListedRelation(Relation):
    """A relation that comes with xlperf; `number` is its place in the list of the 18 relations (勾稽关系).

    `narrower`: figures of a narrower scope than the left side has, such as the general budget alone beside all funds; where
    the right side is their sum, the left may be greater.
    """

    number: Number
    narrower: tuple[Text, ...] = ()

    def facts(self) -> Iterator[str]:
        """The ids of all its figures, in every column."""
        yield from super().facts()
        yield from self.narrower

    @model_validator(mode="after")
    def _has_one_line(self) -> Self:
        if self.narrower and (self.kind != "identity" or self.columns):
            raise ValueError(f"关系 {self.id}：narrower 只用于 kind 为 identity、没有 columns 的关系")
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
    relations: tuple[ListedRelation, ...] = Field(min_length=1)
    omitted: tuple[Omitted, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        unknown = sorted({c for r in self.relations for c in r.columns} - set(self.columns))
        problems = repeated_ids(self.relations) + [f"columns 里没有 {name}" for name in unknown]
        if problems:
            raise ValueError("；".join(problems))
        return self

    def lines(self, own: Sequence[Relation] = ()) -> Iterator[CheckLine]:
        """Every relation in each of its columns, in the order of the file; then a framework's own, topic by topic."""
        topics = [relation.topic for relation in own]
        for relation in (*self.relations, *sorted(own, key=lambda relation: topics.index(relation.topic))):
            for column in relation.columns or ("",):
                sides = (tuple(_in_column(term, column) for term in side) for side in (relation.left, relation.right))
                yield CheckLine(relation, column, self.columns.get(column, ""), *sides)


def _in_column(term: Term, column: str) -> Term:
    return term.model_copy(update={"fact": term.fact.replace(COLUMN, column)})
