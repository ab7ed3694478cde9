"""How a number came about: a tree of plain values, the same whether shown on a terminal, on a page or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlperf.errors import CellError
from xlperf.values import Value
from xlperf.workbook.waiting import TEXT_CHANGED

SCHEMA_VERSION = 1


# Kinds of node that carry a result, and words in a remark that ask for attention: screen and page make both stand out.
STRONG = ("total", "grade", "level", "group", "indicator", "score", "rule_score", "point", "rate", "input")
ALERTS = (
    "改判",
    "缺理由",
    "理由过期",
    "数据有误",
    "超出范围",
    "待评定",
    TEXT_CHANGED,
    "对不上",
    "请核对",
    "不一致",
    "两数不一",
    "缺数据",
)


@dataclass(frozen=True)
class Node:
    """One step: what it is, the value as people read it, where it stands, and the steps that it rests on.

    `value` is the cell's own value, for programs; `note` says what a reader has to know besides.
    """

    kind: str
    label: str
    text: str = ""
    value: Value = None
    note: str = ""
    cell: str = ""
    children: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """The node and everything below it, from above."""
        yield self
        for child in self.children:
            yield from child.walk()

    def to_json(self) -> dict[str, object]:
        """The tree as plain data."""
        return {
            "kind": self.kind,
            "label": self.label,
            "text": self.text,
            "value": plain(self.value),
            "note": self.note,
            "cell": self.cell,
            "children": [child.to_json() for child in self.children],
        }


def plain(value: Value) -> object:
    """A cell's value as JSON takes it; an error as its code."""
    return value.code if isinstance(value, CellError) else value
