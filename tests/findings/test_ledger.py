"""The ledger: facts that cost points in two indicators, lines that are wrong, references to what is not in it."""

from __future__ import annotations

import pytest

from tests.support.examples import example
from xlperf.findings.ledger import ledger_findings
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.ledger_lines import deductions_of, facts_of, read_lines
from xlperf.workbook.names import NamedCells, listed

FRAMEWORK = find_framework("renhua-2021").framework


@pytest.fixture(scope="module")
def package() -> Package:
    return example("renhua-2021")


def found(package: Package, column: str, row: int, value: Value) -> list[tuple[str, str, str]]:
    """Code, cell and message of what is found once a cell of a named column (row from 0) holds a value."""
    place = NamedCells(package).places(column)[row]
    names = NamedCells(package.with_inputs({place: value}))
    return [(f.code, f.cell, f.message) for f in ledger_findings(names, FRAMEWORK)]


def test_as_shipped_one_fact_costs_points_in_two_indicators(package: Package) -> None:
    (only,) = ledger_findings(NamedCells(package), FRAMEWORK)
    assert (only.code, only.severity) == ("problem_deducted_twice", "warning")
    assert "W14 在指标 12、19 都扣了分" in only.message
    assert package.value(*only.cell.split("!")) == "W14"


def test_a_line_that_names_no_other_is_a_fact_of_its_own(package: Package) -> None:
    row = next(n for n, value in enumerate(NamedCells(package).column("problem_same_as")) if value)
    assert found(package, "problem_same_as", row, None) == []


def test_a_fact_is_not_punished_twice_where_its_group_costs_nothing(package: Package) -> None:
    """W14 stands in a group of its own in 19, whose points are those of the others."""
    row = next(n for n, value in enumerate(NamedCells(package).column("problem_same_as")) if value)
    assert found(package, "problem_group", row, None) == []


def test_facts_without_points_of_their_own_share_what_the_indicator_lost(package: Package) -> None:
    names = NamedCells(package)
    points = dict.fromkeys(names.places("problem_points"))
    codes = [f.message for f in ledger_findings(NamedCells(package.with_inputs(points)), FRAMEWORK)]
    assert ["W14 在指标 12、19" in message for message in codes] == [True]


def test_a_reference_to_no_problem(package: Package) -> None:
    place = NamedCells(package).places("point_problems")[0]
    for text in ("W01；W99", "W01、W60", "w01,P3"):
        (unknown,) = [f for f in found(package, "point_problems", 0, text) if f[0] == "problem_unknown"]
        assert unknown[1] == f"{place[0]}!{place[1]}"
        assert listed(text)[1] in unknown[2]


def test_a_number_given_twice(package: Package) -> None:
    codes = [code for code, _, _ in found(package, "problem_id", 1, "W01")]
    assert "problem_repeated" in codes


def test_the_17_deductions_and_31_problems_of_the_report(package: Package) -> None:
    lines = read_lines(NamedCells(package))
    deductions, facts = deductions_of(lines), facts_of(lines)
    assert list(facts) == [f"W{number:02d}" for number in range(1, 32)]
    assert [line.indicator for line in facts["W14"]] == ["12", "19"]
    assert sorted(d.id for d in deductions) == [f"K{number:02d}" for number in range(1, 18)]
    assert round(sum(d.points for d in deductions), 2) == 17.43
    assert sum(len(d.problems) > 1 for d in deductions) == 8
    by_id = {d.id: (d.indicator, d.points, d.problems) for d in deductions}
    assert by_id["K11"] == ("19", 0.6, ("W14", "W22", "W23"))
    assert by_id["K06"] == ("8", 0.1, ())


def test_listed_codes() -> None:
    assert listed("W01、W02, W03；W04\nW05") == ("W01", "W02", "W03", "W04", "W05")
    assert listed(12.0) == ("12",)
    assert listed(None) == listed("") == ()
