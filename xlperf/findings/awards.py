"""Awards without evidence, reasons that say nothing, and references to evidence that is not registered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from xlperf.findings.finding import ERROR, WARNING, Finding
from xlperf.frameworks.schema import Framework
from xlperf.values import Value, is_blank
from xlperf.workbook.ledger_lines import facts_of, read_lines
from xlperf.workbook.names import NamedCells, listed
from xlperf.workbook.sheets.scoring import NO_EVIDENCE
from xlperf.workbook.tables.evidence import TABLE

REFERRING = ("point_evidence", "indicator_evidence")
# A reason as short as this says nothing; one for so many indicators, and more than a third of them, hardly more.
SHORT, REPEATED, SHOWN = 2, 5, 30
_CODE = re.compile(r"(?<![A-Za-z0-9])([A-Z]+)([0-9]+)(?![A-Za-z0-9])")


def award_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """The findings, in the order of the sheets."""
    columns = (names.column(f"indicator_{column}") for column in ("code", "name", "status", "evidence"))
    for place, code, name, status, evidence in zip(names.places("indicator_evidence"), *columns, strict=True):
        if status == "改判" and is_blank(evidence):
            text = f"指标{code}“{name}”改判没有写佐证（报告出处、文件或凭证号）。"
            yield Finding(ERROR, "departure_without_evidence", "!".join(place), text)
    yield from _unfounded(names, framework)
    yield from _reasons(names)
    yield from _unknown(names)


def _unfounded(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Awards on missing data that cite neither evidence nor a problem that is registered: they count for nothing."""
    known = {text for value in names.column(TABLE.column_name("number")) for text in listed(value)}
    ledger = set(facts_of(read_lines(names)))
    columns = (f"indicator_{column}" for column in ("code", "name", "status", "evidence", "problems"))
    for place, line in zip(names.places("indicator_evidence"), names.rows(*columns), strict=True):
        code, name, status, evidence, problems = line
        cited = known & {*listed(evidence), *_numbers(evidence)} | ledger & set(listed(problems))
        if status in ("缺数据认定", NO_EVIDENCE) and not cited:
            text = (
                f"指标{code}“{name}”缺数据，{framework.award_label}没有根据：佐证里应有“{TABLE.sheet}”已登记的佐证号，"
                "或问题台账里应有这个指标的问题。"
            )
            yield Finding(ERROR, "award_on_missing_without_evidence", "!".join(place), text)


def _reasons(names: NamedCells) -> Iterator[Finding]:
    """Reasons that say nothing: of one or two characters, or the same for many indicators."""
    written = [
        ("!".join(place), value.strip())
        for place, value in zip(names.places("indicator_reason"), names.column("indicator_reason"), strict=True)
        if isinstance(value, str) and value.strip()
    ]
    for cell, reason in written:
        if len(reason) <= SHORT:
            yield Finding(WARNING, "reason_too_short", cell, f"理由“{reason}”太短，看不出根据什么评定。")
    for reason, count in Counter(reason for _, reason in written).items():
        if count >= REPEATED and count * 3 > len(written):
            cell = next(cell for cell, text in written if text == reason)
            shown = reason if len(reason) <= SHOWN else reason[: SHOWN - 1] + "…"
            yield Finding(WARNING, "reason_repeated", cell, f"{count} 个指标写的是同一个理由“{shown}”，请分别写明。")


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
