"""The worked examples against what their reports print: every indicator, subtotal, rate, the total and the grade."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.examples import example, scored
from tests.support.workbooks import built, finished
from xlperf.editions import shipped
from xlperf.editions.shipped import shipped_workbooks
from xlperf.evaluation.scoring import score
from xlperf.findings.finding import ERROR
from xlperf.testing import assert_workbook
from xlperf.values import round_half_up
from xlperf.workbook.locations import example_names, workbooks_folder
from xlperf.workbook.names import NamedCells

HERE = Path(__file__).parent


@cache
def golden(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.fixture(params=example_names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_example_has_its_golden_file() -> None:
    assert example_names() == sorted(path.stem for path in HERE.glob("*.toml") if path.stem != "statements")


def test_total_and_grade(name: str) -> None:
    """What a report prints stands beside what its scores give: a total that can't be had is never the printed one."""
    found, expected = scored(name), golden(name)
    computed = (expected.get("total"), expected.get("grade"))
    cells: dict[str, object] = {"total_score": "#N/A"} if computed[0] is None else {"total_score": computed[0]}
    if computed[1]:
        cells["total_grade"] = computed[1]
    assert_workbook(example(name).data, cells)
    assert (found.total, found.grade) == computed
    reported = (expected.get("reported_total", computed[0]), expected.get("reported_grade", computed[1]))
    assert (found.reported_total, found.reported_grade) == reported


def test_first_level(name: str) -> None:
    found = [
        (level.name, level.weight, level.score, None if level.rate is None else round_half_up(level.rate, 4))
        for level in scored(name).level1
    ]
    assert found == [(x["name"], *(x.get(key) for key in ("weight", "score", "rate"))) for x in golden(name)["levels"]]


def test_second_level(name: str) -> None:
    for group in golden(name)["groups"]:
        members = [i for i in scored(name).indicators if (i.level1, i.level2) == (group["level"], group["name"])]
        assert members, group["name"]
        points, weight = _together([i.score for i in members]), _together([i.weight for i in members])
        assert (group["name"], weight, points) == (group["name"], group.get("weight"), group.get("score"))
        if "rate" in group:
            assert points is not None
            assert round_half_up(points / group["weight"], 4) == group["rate"]


def _together(numbers: list[float | None]) -> float | None:
    """Their sum, None where one is not stated."""
    known = [number for number in numbers if number is not None]
    return round_half_up(sum(known)) if len(known) == len(numbers) else None


def test_rates(name: str) -> None:
    found = {rate.id: rate.value for rate in scored(name).rates}
    expected = [*golden(name).get("rates", []), *golden(name).get("derived_rates", [])]
    assert expected
    for rate in expected:
        value = found[rate["id"]]
        assert value is not None
        assert (rate["id"], round_half_up(value * 100, rate["decimals"])) == (rate["id"], rate["percent"])


def test_every_indicator_in_order(name: str) -> None:
    expected = golden(name)["indicators"]
    assert [i.code for i in scored(name).indicators] == [x["code"] for x in expected]
    for found, x in zip(scored(name).indicators, expected, strict=True):
        bounds = (x.get("rule_low"), x.get("rule_high"))
        given = (x.get("self_score"), x.get("award"))
        counted = x.get("award", x.get("self_score"))
        wanted = (x["code"], x["name"], x.get("weight"), x["rule_status"], *bounds, *given, counted)
        got = (found.code, found.name, found.weight, found.rule_status, found.rule_low, found.rule_high)
        assert (*got, found.self_score, found.award, found.score) == wanted


def test_every_departure_and_every_judged_score_has_a_reason(name: str) -> None:
    for i in scored(name).indicators:
        if i.score is not None and (i.rule_status != "determined" or i.score != i.rule_score):
            assert i.reason, i.code
            assert i.evidence, i.code
        assert i.is_departure == (i.rule_low is not None and not i.rule_low <= (i.score or 0) <= (i.rule_high or 0))


def test_the_errors_of_the_report_and_no_others_are_found(name: str) -> None:
    assert [f.code for f in scored(name).findings if f.severity == ERROR] == golden(name)["errors"]


def test_every_finding_is_expected(name: str) -> None:
    told = [f for f in scored(name).findings if f.code != "standard_reading"]
    assert Counter(f.code for f in told) == golden(name)["findings"]
    for sentence in golden(name)["told"]:
        assert any(sentence in f.message for f in told), sentence


def test_deductions_explain_every_lost_point(name: str) -> None:
    assert [f for f in scored(name).findings if f.code == "deductions_differ"] == []


@pytest.mark.whole
def test_the_state_of_each_gate(name: str) -> None:
    """The cover says of its example what the command does, whatever the total is."""
    package = built(name, (workbooks_folder() / "examples" / f"{name}.toml").read_text(encoding="utf-8"))
    found, names = score(package), NamedCells(package)
    assert (found.submission.state, found.result.state) == (golden(name)["submission"], golden(name)["result"])
    cells = (str(names.value(cell)).partition("：")[0] for cell in ("submission_status", "result_status"))
    assert tuple(cells) == (found.submission.state, found.result.state)


@pytest.mark.slow
@pytest.mark.parametrize("path", shipped_workbooks(), ids=str)
def test_shipped_workbooks_are_what_make_generate_writes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "assemble", finished)
    assert (workbooks_folder() / path).read_bytes() == shipped_workbooks()[path](), f"{path}: run make generate"
