"""Only some results of a submission: the same as after a full recalculation, whatever was read before."""

from __future__ import annotations

import random

import pytest

from tests.engines.test_reuse import filling
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.compiled.plan import part_of
from xlperf.engines.compiled.plan_cache import plan_of
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


def test_only_what_they_depend_on_is_read(package: Package) -> None:
    """The formulas on the other sheets may be any: these are not even looked at."""
    wanted = ("total_score", "indicator_score")
    expected = named_results(open_package(package.data), wanted)
    again = open_package(package.data)
    assert named_results(again, wanted) == expected
    read = {sheet.name for sheet in again.worksheets if sheet.name in again._contents}
    others = {sheet.name for sheet in again.worksheets} - read
    assert {"指标评分", "要点评分底稿", "指标数据"} <= read
    assert len(others) > 8
    places = {(s, ref) for s in others for ref, cell in package.cells(s).items() if cell.formula is not None}
    altered = package.with_formulas(dict.fromkeys(places, "1+2"))
    assert named_results(altered, wanted) == expected
    needed = {(s, ref) for s in read for ref, cell in package.cells(s).items() if cell.formula is not None}
    for place in random.Random(5).sample(sorted(needed), 2):
        changed = package.with_formulas({place: "NA()"})
        seen = recalculate(changed, force=True, engine="compiled").seen
        names = NamedCells(seen)
        assert named_results(changed, wanted) == {
            name: tuple(seen.value(*one) for one in names.places(name)) for name in wanted
        }


def test_the_part_of_a_plan_has_all_that_its_cells_need(package: Package) -> None:
    plan = plan_of(package, registered_functions())
    order = {step.place: number for number, step in enumerate(plan.steps)}
    cells = {(step.sheet, step.row, step.column): number for number, step in enumerate(plan.steps)}
    random_ = random.Random(6)
    for _ in range(5):
        places = random_.sample(sorted(order), 3)
        part = part_of(plan, places)
        kept = [order[step.place] for step in part.steps]
        assert kept == sorted(kept)
        reached = {order[place] for place in places}
        for node in {node for step in part.steps for node in step.references}:
            reached |= {cells[place] for place in _covered(node) if place in cells}
        assert reached == set(kept)


def _covered(node: tuple) -> list[tuple[str, int, int]]:
    if node[0] == "cell":
        return [node[1:]]
    _, sheet, top, left, bottom, right = node
    return [(sheet, row, column) for row in range(top, min(bottom, 2000) + 1) for column in range(left, right + 1)]
