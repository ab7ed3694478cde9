"""Both editions of every example: compiled and formualizer agree on all formula cells, and with what was saved."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from tests.engines.single_sheets import differing, differing_from
from tests.support.ci_size import EXAMPLES, some
from tests.support.fillings import Fillings
from xlperf.editions.conversion import Edition
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.formualizer.engine import FormualizerEngine
from xlperf.engines.recalculation import COMPILED, loaded, registered_functions
from xlperf.package import Package, open_package
from xlperf.workbook.identity import is_known_template
from xlperf.workbook.locations import example_names, workbooks_folder
from xlperf.workbook.names import NamedCells

pytestmark = pytest.mark.slow

FUNCTIONS = registered_functions()
SUBMISSIONS = 4


def example(name: str, edition: Edition) -> Package:
    return open_package(workbooks_folder() / "examples" / f"{name}{edition.suffix}")


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("name", some(example_names(), EXAMPLES))
def test_all_formula_cells_of_the_examples(name: str, edition: Edition) -> None:
    package = example(name, edition)
    model, other = CompiledEngine().load(package, FUNCTIONS), FormualizerEngine().load(package, FUNCTIONS)
    assert (model.unable, other.unable) == ({}, {})
    results = model.calculate()
    assert len(results) > 1_800
    assert differing(results, other.calculate()) == {}
    assert differing(results, package.saved_results) == {}


@pytest.mark.parametrize("name", example_names())
def test_both_editions_are_compiled_on_their_own(name: str) -> None:
    for edition in Edition:
        package = example(name, edition)
        assert is_known_template(package)
        assert loaded(package, "auto", True, FUNCTIONS)[0].name == COMPILED


@pytest.mark.parametrize(
    ("names", "count"), [(EXAMPLES, SUBMISSIONS), pytest.param(example_names(), 1_000, marks=pytest.mark.soak)]
)
def test_generated_submissions_of_both_editions(names: Sequence[str], count: int) -> None:
    """Filled at random: blanks, text for numbers, values at every threshold, changed parameters of the standard."""
    engine, other = CompiledEngine(), FormualizerEngine()
    templates = [example(name, edition) for name, edition in itertools.product(names, Edition)]
    for number, package in enumerate(templates):
        fillings = Fillings(package, number)
        unit = set(NamedCells(package).places("money_unit"))
        for _ in range(count // len(templates)):
            # A number for the money unit would show in texts, with 15 digits here as in Excel, with 17 in formualizer.
            filling = {place: value for place, value in fillings.next().items() if place not in unit}
            filled = open_package(package.with_inputs(filling).data)
            model, peer = engine.load(filled, FUNCTIONS), other.load(filled, FUNCTIONS)
            assert differing_from(peer, model.calculate()) == {}, filling
            engine.release(model)
            other.release(peer)
