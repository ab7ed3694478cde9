"""How findings that follow from the ledger, and the ledger itself, are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.explain.trees import found, tree
from tests.support.ledger_framework import COUNTED, filled, lines
from xlperf.evaluation.filled import Filled
from xlperf.explain.explanation import Node
from xlperf.explain.sensitivity import sensitivity

TWO = lines(COUNTED, COUNTED)


@pytest.mark.whole
def test_an_explanation_says_where_it_comes_from() -> None:
    book = Filled(filled(**TWO))
    rule = found(tree(book, "2"), "规则分", "要点 2.1", "按处扣分")
    assert (rule.text, rule.note) == ("分值 2 − 2 处 × 1 分 = 0.00", "核查结果由问题台账推出")
    place = dict(zip(book.names.column("point_code"), book.names.places("point_origin"), strict=True))["2.1"]
    assert rule.cell == "!".join(place)
    assert book.package.value(*place) == "台账：2 处"
    typed = found(tree(Filled(filled(**TWO, finding__2__1=1)), "2"), "规则分", "要点 2.1", "按处扣分")
    assert (typed.text, typed.note) == ("分值 2 − 1 处 × 1 分 = 1.00", "")


@pytest.mark.whole
def test_a_key_is_told_as_people_call_the_indicator() -> None:
    book = Filled(filled(**TWO))
    places = {"!".join(place) for place in book.names.places("problem_indicator_key")}
    for column in ("indicator_key", "status", "told", "numbers"):
        root = tree(book, "!".join(book.names.places(f"problem_{column}")[0]))
        keys = [node for node in _all(root) if node.cell in places]
        assert keys, column
        assert {node.text for node in keys} == {COUNTED}
        assert not any("|" in node.text + node.label for node in _all(root))
    wrong = Filled(filled(**{**TWO, "problem_indicator__1": "99｜没有"}))
    root = tree(wrong, "!".join(wrong.names.places("problem_indicator_key")[0]))
    assert root.text == "没有这个指标"


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _all(child)


@pytest.mark.whole
def test_what_is_tried_starts_from_what_counts() -> None:
    book = Filled(filled(**lines(COUNTED), finding__3__1="符合", finding__4__1="符合"))
    [first, *_] = [lever for lever in sensitivity(book).levers if lever.id == "finding.2.1"]
    assert (first.now, first.now_text) == (1.0, "1 处")
