"""What a rule is printed as is read as that very rule: of every kind, and of every point of the shipped frameworks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.samples import CONTENTS, essence, rules
from xlperf.frameworks.loading import find_framework, shipped_frameworks
from xlperf.rules.phrases import PLAIN_NAMES, Names
from xlperf.rules.reading.reader import JUDGEMENT, RULE, ReadText, read
from xlperf.rules.rule import Rule, Scale

WEIGHT = Decimal(2)


def said(value: Any, labels: dict[str, str]) -> Any:
    """What a rule says, with names in the place of ids."""
    if isinstance(value, dict):
        return {key: said(part, labels) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [said(part, labels) for part in value]
    return labels.get(value, value) if isinstance(value, str) else value


def of(rule: Rule, labels: dict[str, str]) -> Any:
    """A rule to compare; from which column a condition's threshold comes makes no difference to its number."""
    return essence(said(rule.model_dump(), labels))


def is_read_back(rule: Rule, weight: Decimal, names: Names, labels: dict[str, str]) -> ReadText:
    found = read(rule.wording(float(weight), names), weight)
    assert found.status == (RULE if rule.scale is Scale.STATED else JUDGEMENT)
    assert [len(way.points) for way in found.ways] == [1]
    assert not found.unread
    read_labels = {value.id: value.label for value in found.values}
    assert of(found.ways[0].points[0].rule, read_labels) == of(rule, labels)
    assert found.wordings[0].endswith(rule.wording(float(weight), names))
    return found


@pytest.mark.parametrize("name", shipped_frameworks())
def test_every_point_of_a_shipped_framework(name: str) -> None:
    framework = find_framework(name).framework
    labels = {i.id: i.label for i in framework.inputs} | {r.id: r.label for r in framework.rates}
    kinds = {i.id: str(i.type) for i in framework.inputs} | {r.id: str(r.format) for r in framework.rates}
    names = Names(labels.__getitem__, kinds.__getitem__)
    for indicator in framework.indicators:
        for point in indicator.points:
            is_read_back(point.rule, Decimal(str(point.weight or 0)), names, labels)


@pytest.mark.whole
@pytest.mark.parametrize("kind", CONTENTS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_kind(kind: str, data: st.DataObject) -> None:
    is_read_back(data.draw(rules(kind)), WEIGHT, PLAIN_NAMES, {})


def test_a_definition_is_no_part_of_a_name() -> None:
    found = read("得分=分值×培训率，培训率=实际人数÷计划人数×100%", WEIGHT)
    assert [value.label for value in found.values] == ["培训率"]


@pytest.mark.parametrize(
    "text",
    [
        "每发现一处扣1分，扣完为止；另行处理",
        "符合的得满分；部分符合的不得分；不符合、缺证据的不得分；不设“不适用”。另加1分",
        "按支出率分档：≥100%的，得2分；≥80%的，得1.5分；否则不得分；差",
    ],
)
def test_what_is_more_than_a_wording_is_not_taken_for_one(text: str) -> None:
    assert read(text, WEIGHT).status not in (RULE, JUDGEMENT)
