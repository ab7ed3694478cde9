"""Awards that depart from the rule without evidence, and references to evidence that is not registered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlperf.findings.finding import ERROR, Finding
from xlperf.frameworks.schema import Framework
from xlperf.values import Value, is_blank
from xlperf.workbook.names import NamedCells
from xlperf.workbook.tables.evidence import TABLE

REFERRING = ("point_evidence", "indicator_evidence")
_CODE = re.compile(r"(?<![A-Za-z0-9])([A-Z]+)([0-9]+)(?![A-Za-z0-9])")


def award_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """The findings, in the order of the sheets."""
    columns = (names.column(f"indicator_{column}") for column in ("code", "name", "status", "evidence"))
    for place, code, name, status, evidence in zip(names.places("indicator_evidence"), *columns, strict=True):
        if status == "改判" and is_blank(evidence):
            text = f"指标{code}“{name}”改判没有写佐证（报告出处、文件或凭证号）。"
            yield Finding(ERROR, "departure_without_evidence", "!".join(place), text)
    yield from _unknown(names)


def _unknown(names: NamedCells) -> Iterator[Finding]:
    """Numbers that look like those of the evidence sheet and are not on it; where it lists none, nothing can be told."""
    known = {number for value in names.column(TABLE.column_name("number")) for number in _numbers(value)}
    letters = {_CODE.fullmatch(number)[1] for number in known}  # type: ignore[index]
    for column in REFERRING:
        for value, place in zip(names.column(column), names.places(column), strict=True):
            for number in _numbers(value):
                if number not in known and _CODE.fullmatch(number)[1] in letters:  # type: ignore[index]
                    text = f"引用的佐证 {number} 不在“{TABLE.sheet}”里，请登记或改正编号。"
                    yield Finding(ERROR, "evidence_unknown", "!".join(place), text)


def _numbers(value: Value) -> list[str]:
    return [found[0] for found in _CODE.finditer(value)] if isinstance(value, str) else []
