"""What is told of inputs of another type than they should be: as the cell shows what was typed."""

from __future__ import annotations

import pytest

from tests.support.small_framework import ORIGIN, TEXT
from tests.support.workbooks import after, built
from xlperf.findings.inputs import input_findings
from xlperf.frameworks.loading import parse_framework
from xlperf.values import Value
from xlperf.workbook.names import NamedCells


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("staff_count", -3.0, "现为“-3”"),
        ("staff_count", 2.5, "现为“2.5”"),
        ("quota_used", True, "现为“TRUE”"),
        ("quota_used", "约三成", "现为“约三成”"),
    ],
)
def test_a_wrong_value_is_told_as_it_is_shown(name: str, typed: Value, told: str) -> None:
    source = parse_framework(TEXT, ORIGIN)
    package = after(built(source), **{name: typed})
    found = [f for f in input_findings(NamedCells(package), source.framework) if f.code == "input_wrong_type"]
    assert [f.message.rpartition("，")[2] for f in found] == [f"{told}。"]
