"""The hand recomputation of the five reports, statement by statement: each is covered, and nothing else is found."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.examples import scored
from xlperf.evaluation.result import IndicatorResult
from xlperf.findings.finding import Finding
from xlperf.values import round_half_up
from xlperf.workbook.locations import example_names

STATEMENTS: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("statements.toml").read_text())["statements"]
WAYS = ("finding", "departure", "open", "agrees", "reading", "rate", "wording")


def indicator(statement: dict[str, Any], way: str) -> IndicatorResult:
    return next(i for i in scored(statement["example"]).indicators if i.code == statement[way])


def named(statement: dict[str, Any]) -> list[Finding]:
    """The findings that a statement names."""
    found = scored(statement["example"]).findings
    if "reading" in statement:
        label = f"指标{statement['reading']}“"
        return [f for f in found if f.code == "standard_reading" and f.message.startswith(label) and told(statement, f)]
    return [f for f in found if f.code == statement.get("finding") and told(statement, f)]


def told(statement: dict[str, Any], finding: Finding) -> bool:
    return statement["told"] in finding.message


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: f"{s['example']} {s['says'][:30]}")
def test_statement_is_covered(statement: dict[str, Any]) -> None:
    (way,) = (way for way in WAYS if way in statement)
    if way in ("finding", "reading"):
        findings = named(statement)
        assert findings
        assert way == "reading" or statement["finding"] == "unstated" or all(f.cell for f in findings)
    elif way == "rate":
        values = {rate.id: rate.value for rate in scored(statement["example"]).rates}
        if statement["rate"] not in values:
            pytest.fail(f"no rate {statement['rate']} among {sorted(values)}")
        assert round_half_up((values[statement["rate"]] or 0.0) * 100) == statement["percent"]
    elif way == "departure":
        found = indicator(statement, way)
        assert ([found.rule_low, found.rule_high], found.is_departure) == (statement["score"], True)
        assert found.reason
    elif way == "open":
        found = indicator(statement, way)
        assert (found.rule_status, found.is_departure) == (statement["status"], False)
        assert found.reason
    elif way == "agrees":
        found = indicator(statement, way)
        assert found.rule_score is not None
        assert found.rule_score == found.award == found.score


@pytest.mark.parametrize("name", example_names())
def test_every_finding_is_a_statement(name: str) -> None:
    covered = {f for s in STATEMENTS if s["example"] == name for f in named(s)}
    others = [f for f in scored(name).findings if f not in covered and f.code != "standard_reading"]
    assert others == []


@pytest.mark.parametrize("name", ["renhua-2021", "yanjin-2022"])
def test_every_departure_is_a_statement(name: str) -> None:
    named_here = {s["departure"] for s in STATEMENTS if s["example"] == name and "departure" in s}
    assert {i.code for i in scored(name).indicators if i.is_departure} == named_here
