"""Only some results of a submission: the same as after a full recalculation, whatever was read before."""

from __future__ import annotations

import random

import pytest

from tests.engines.test_reuse import filling
from xlperf.engines.compiled import CompiledEngine
from xlperf.engines.recalculation import calculated, recalculate, registered_functions
from xlperf.errors import UserError
from xlperf.evaluation.scoring import named_results
from xlperf.package import Package, open_package
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import is_known_template, read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

SCORES = ("total_score", "total_grade", "indicator_score", "level_score", "reported_total", "unit_name")


@pytest.fixture(scope="module", params=["renhua-2021", "yanjin-2022"])
def package(request: pytest.FixtureRequest) -> Package:
    return open_package(workbooks_folder() / "examples" / f"{request.param}.xlsm")


@pytest.mark.parametrize("rounds", [12, pytest.param(500, marks=pytest.mark.soak)])
def test_they_are_those_of_a_full_recalculation(package: Package, rounds: int) -> None:
    framework = read_identity(package).framework.framework
    items = list(catalogue(NamedCells(package), framework).values())
    wanted = (*SCORES, *(rate.id for rate in framework.rates))
    random_ = random.Random(7)
    for number in range(rounds):
        filled = package.with_inputs(filling(random_, items))
        if number % 2:
            filled = recalculate(filled, trusted=True).package
        found = named_results(open_package(filled.data), wanted)
        # A model of its own knows nothing of what was calculated before.
        model = CompiledEngine().load(open_package(filled.data), registered_functions())
        model.calculate()
        names = NamedCells(filled)
        assert found == {name: tuple(model.read(*place) for place in names.places(name)) for name in wanted}
        seen = NamedCells(recalculate(open_package(filled.data), trusted=True, engine="formualizer").seen)
        assert found["total_score"] == (seen.value("total_score"),)


def test_every_cell_can_be_asked_for(package: Package) -> None:
    places = [(sheet.name, ref) for sheet in package.worksheets for ref in package.cells(sheet.name)]
    expected = [package.value(*place) for place in places]
    assert calculated(package, places, is_known_template) == expected


def test_an_altered_workbook_is_calculated_as_it_stands(package: Package) -> None:
    place = NamedCells(package).place("total_score")
    altered = package.with_formulas({place: "1+2"})
    assert named_results(altered, ("total_score",)) == {"total_score": (3.0,)}
    assert named_results(package, ("total_score",)) == {"total_score": (package.value(*place),)}


def test_a_name_that_is_gone_is_told(package: Package) -> None:
    with pytest.raises(UserError, match="名称 no_such_name 不见了"):
        named_results(package, ("no_such_name",))
