"""The ledger: problems that are not in it, that stand in it twice, that cost points in two indicators."""

from __future__ import annotations

import pytest

from xlperf.findings.ledger import ledger_findings
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells, listed

FRAMEWORK = find_framework("renhua-2021").framework


@pytest.fixture(scope="module")
def package() -> Package:
    return open_package(workbooks_folder() / "examples" / "renhua-2021.xlsm")


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


def test_a_problem_taken_out_of_one_deduction_is_deducted_once(package: Package) -> None:
    names = NamedCells(package)
    row = next(n for n, value in enumerate(names.column("deduction_problems")) if value and "W22" in str(value))
    assert found(package, "deduction_problems", row, "W22、W23") == []


@pytest.mark.parametrize("column", ["point_problems", "indicator_problems", "deduction_problems"])
def test_a_reference_to_no_problem(package: Package, column: str) -> None:
    (place,) = [NamedCells(package).places(column)[0]]
    (unknown,) = [f for f in found(package, column, 0, "W01；W99") if f[0] == "problem_unknown"]
    assert unknown[1] == f"{place[0]}!{place[1]}"
    assert "W99" in unknown[2]


def test_a_number_given_twice(package: Package) -> None:
    codes = [code for code, _, _ in found(package, "problem_id", 1, "W01")]
    assert "problem_repeated" in codes


def test_listed_codes() -> None:
    assert listed("W01、W02, W03；W04\nW05") == ("W01", "W02", "W03", "W04", "W05")
    assert listed(12.0) == ("12",)
    assert listed(None) == listed("") == ()
