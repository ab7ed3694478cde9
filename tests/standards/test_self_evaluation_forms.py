"""Last year's self-evaluation form in Word becomes this year's workbook in one step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import annexes
from tests.support.confirming import Person
from tests.support.workbooks import after, built
from xlperf.evaluation.scoring import score
from xlperf.standards import layout
from xlperf.standards.building import build
from xlperf.standards.documents import read_document
from xlperf.standards.drawing import draw
from xlperf.standards.importing import imported
from xlperf.standards.official import read_official
from xlperf.standards.targets import USUAL

KINDS = ["ratio", "ratio", "ratio", "pass", "bands", "ratio"]


@pytest.mark.slow
@pytest.mark.parametrize("has_own_columns", [False, True])
def test_a_form_becomes_a_framework(has_own_columns: bool, tmp_path: Path) -> None:
    official = read_official(
        read_document(annexes.self_form(tmp_path / "自评表.docx", has_own_columns=has_own_columns))
    )
    confirmation = imported(official, "自评表")
    assert all(USUAL in indicator.doubts for indicator in confirmation.indicators)
    person = Person(draw(confirmation))
    for key, value in {"region": "某县", "year": 2024}.items():
        person.set(layout.HEAD, ("key", key), value=value)
    source = build(person.package(), "自评表")
    found = source.framework
    assert (found.evaluation, found.subject, found.weight) == ("self", "项目支出", 100)
    assert [i.points[0].rule.kind for i in found.indicators] == KINDS
    assert [i.weight for i in found.indicators] == [10, 20, 15, 15, 30, 10]
    assert {i.type for i in found.inputs if i.label.startswith("群众满意度")} == {"rate"}
    if not has_own_columns:
        filled = after(
            built(source), target_1=10, reached_1=8, project_budget=48, project_spent=45, target_3=50, reached_3=51
        )
        given = {i.name: (i.rule_status, i.rule_low, i.rule_high) for i in score(filled).indicators}
        assert given["采购设备数量"] == ("determined", 16, 16)
        assert given["预算执行率"] == ("determined", 9.38, 9.38)
        assert given["设备成本"] == ("interval", 0, 15)
