"""The table of docs/引擎一致性.md is what comes out: the fast engines always, `formulas` and LibreOffice in the long run."""

from __future__ import annotations

import os

import pytest

from tests.roundtrip import conformance
from tests.roundtrip.conformance import COMPILED, DIFFERENT, EQUAL, FORMUALIZER, FORMULAS, LIBREOFFICE
from tests.support.libreoffice import require_tools
from xlperf.package import open_package

pytestmark = [
    pytest.mark.skipif("XLPERF_ORACLES" not in os.environ, reason="XLPERF_ORACLES names no folder"),
    pytest.mark.slow,
]


@pytest.mark.parametrize(
    "name",
    [
        COMPILED,
        FORMUALIZER,
        pytest.param(FORMULAS, marks=pytest.mark.soak),
        pytest.param(LIBREOFFICE, marks=pytest.mark.soak),
    ],
)
def test_the_table(name: str) -> None:
    if name == LIBREOFFICE:
        require_tools()
    if name == FORMULAS:
        pytest.importorskip("formulas")
    paths = conformance.workbooks()
    assert len(paths) > 80
    found = list(conformance.outcomes(name, paths))
    table = conformance.PAGE.read_text(encoding="utf-8")
    assert conformance.row(name, found) in table.splitlines()
    if name == COMPILED:
        assert [line for outcome in found for line in outcome.wrong] == []
        assert sum(outcome.counts[EQUAL] for outcome in found) > 1_500


def test_the_page_is_made_of_its_rows() -> None:
    text = conformance.PAGE.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith(tuple(f"| {name} " for name in conformance.NAMES))]
    assert len(rows) == len(conformance.NAMES)
    folder = text.partition("```\n")[2].partition("\n```")[0].splitlines()
    assert conformance.page(rows, len(conformance.workbooks()), folder) == text


@pytest.mark.soak
def test_the_figures_of_the_folder() -> None:
    """Three of four files with formulas are accepted, and none of those without saved values comes out wrong."""
    text = conformance.PAGE.read_text(encoding="utf-8")
    found = conformance.folder_lines()
    assert found == text.partition("```\n")[2].partition("\n```")[0].splitlines()
    assert not [line for line in found if line.startswith("  不同：")]


def test_a_part_of_the_folder() -> None:
    """What is true of all is true of every eighth file: most are accepted, and nothing comes out wrong."""
    told = conformance.folder_summary(step=8)
    assert told["unread"] == {}
    assert told["with_formulas"] > 12
    for way in ("as_saved", "blanked"):
        assert told[way]["accepted"] >= 0.6 * told["with_formulas"]
        assert told[way]["wrong_cells"] == {}


def test_the_kinds_name_tests_that_there_are() -> None:
    tests = [test for one in conformance.KINDS_TESTED for test in one["tests"]]
    assert len(conformance.KINDS_TESTED) > 20
    for test in tests:
        path, _, name = test.partition("::")
        text = (conformance.PAGE.parents[1] / "tests" / path).read_text(encoding="utf-8")
        assert f"def {name or 'test_'}" in text, test


def test_what_counts_as_different() -> None:
    path = next(path for path in conformance.workbooks() if path.name == "arithmetic.xlsx")
    saved = {place: value for place, value in open_package(path).saved_results.items() if value is not None}
    outcome = conformance.compared(path, "x", dict.fromkeys(saved, "no"))
    assert outcome.counts[DIFFERENT] == len(saved) == len(outcome.wrong)
    assert outcome.share == 0.0
