"""Several submissions calculated together, formula by formula: the same results as of each by itself."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.engines.sheets import Sheet, Sheets, workbook
from tests.engines.test_reuse import filling
from xlperf.engines.compiled import engine as compiled
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.compiled.plan import Plan
from xlperf.engines.compiled.plan_cache import plan_of
from xlperf.engines.compiled.program import Program
from xlperf.engines.recalculation import calculated, compiled_engine, filling_of, registered_functions
from xlperf.errors import UserError
from xlperf.evaluation import scoring
from xlperf.evaluation.scoring import Results, many_named_results, named_results
from xlperf.formula.addresses import position
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import is_known_template, read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

FUNCTIONS = registered_functions()
WANTED = ("total_score", "total_grade", "indicator_score", "level_score", "unit_name", "check_left", "check_result")
LANES = 12


def example(name: str) -> Package:
    return open_package(workbooks_folder() / "examples" / f"{name}.xlsm")


@pytest.fixture(scope="module")
def renhua() -> Package:
    return example("renhua-2021")


@pytest.fixture(scope="module")
def yanjin() -> Package:
    return example("yanjin-2022")


def filled(package: Package, count: int, seed: int = 1) -> list[bytes]:
    """Submissions of a template, with values of all sorts in 40 cells."""
    random_ = random.Random(seed)
    items = list(catalogue(NamedCells(package), read_identity(package).framework.framework).values())
    return [package.with_inputs(filling(random_, items)).data for _ in range(count)]


def typed(results: Iterable[object]) -> list[object]:
    """Results with their types, since 1 and TRUE are equal; an error as its text."""
    return [
        str(one) if isinstance(one, UserError) else {n: [(type(v), v) for v in values] for n, values in one.items()}
        for one in results
    ]


def by_itself(blob: bytes) -> Results:
    return named_results(open_package(blob), WANTED)


def one_by_one(sources: Iterable[bytes]) -> list[object]:
    """What each gives by itself."""
    found: list[object] = []
    for source in sources:
        try:
            found.append(by_itself(source))
        except UserError as error:
            found.append(error)
    return found


@pytest.mark.parametrize("count", [30, pytest.param(1_000, marks=pytest.mark.soak)])
@pytest.mark.parametrize("name", ["renhua-2021", "yanjin-2022"])
def test_the_results_are_those_of_each_by_itself(name: str, count: int) -> None:
    blobs = filled(example(name), count)
    expected = typed(one_by_one(blobs))
    assert len({str(one) for one in expected}) > count * 0.8
    assert typed(many_named_results(blobs, WANTED)) == expected


def test_most_are_calculated_together(renhua: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = filled(renhua, 25)
    monkeypatch.setattr(scoring, "_TOGETHER", 10)
    alone: list[Package] = []
    monkeypatch.setattr(scoring, "named_results", lambda p, wanted: alone.append(p) or named_results(p, wanted))
    compiled_engine()._idle.clear()
    expected = typed(named_results(open_package(blob), WANTED) for blob in blobs)
    compiled_engine()._idle.clear()
    assert typed(many_named_results(blobs, WANTED)) == expected
    assert len(alone) == 1


def test_one_that_holds_very_much_is_calculated_by_itself(renhua: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = filled(renhua, 6)
    expected = typed(one_by_one(blobs))
    package = open_package(blobs[0])
    places = [NamedCells(package).place("total_score")]
    assert calculated(package, places, is_known_template) is not None
    assert filling_of(open_package(blobs[1]), places) is not None
    monkeypatch.setattr(compiled, "_LARGEST_FILLING", 3)
    assert filling_of(open_package(blobs[1]), places) is None
    assert typed(many_named_results(blobs, WANTED)) == expected


def test_templates_and_faults_may_come_in_any_order(renhua: Package, yanjin: Package) -> None:
    """Two templates by turns, one that lacks a formula, one saved with other names, text that is no workbook."""
    blobs = [blob for pair in zip(filled(renhua, 8), filled(yanjin, 8), strict=True) for blob in pair]
    total = NamedCells(renhua).place("total_score")
    blobs.insert(5, renhua.with_formulas({total: "1+2"}).data)
    blobs.insert(9, b"not a workbook")
    blobs.insert(11, blobs[0][: len(blobs[0]) // 2])
    found = list(many_named_results(blobs, WANTED))
    assert typed(found) == typed(one_by_one(blobs))
    assert [number for number, one in enumerate(found) if isinstance(one, UserError)] == [9, 11]
    assert found[5] == {**found[5], "total_score": (3.0,)}


def test_workbooks_that_programs_save_in_their_own_way(renhua: Package) -> None:
    """Those whose parts are written otherwise are calculated with others of their kind."""
    blobs = filled(renhua, 12)
    others = [rewritten(blob) for blob in filled(renhua, 12, 2)]
    mixed = [blob for pair in zip(blobs, others, strict=True) for blob in pair]
    assert typed(many_named_results(mixed, WANTED)) == typed(one_by_one(mixed))


def rewritten(blob: bytes) -> bytes:
    """The workbook with line ends before its rows, as another program may write it."""
    package = open_package(blob)
    parts = {sheet.part: package.part(sheet.part) for sheet in package.worksheets}
    return package.with_parts({part: content.replace(b"<row ", b"\n<row ") for part, content in parts.items()}).data


def test_files_and_no_files(renhua: Package, tmp_path: Path) -> None:
    assert list(many_named_results([], WANTED)) == []
    paths = [tmp_path / f"{number}.xlsm" for number in range(3)]
    for path, blob in zip(paths, filled(renhua, 3), strict=True):
        path.write_bytes(blob)
    expected = [named_results(open_package(path), WANTED) for path in paths]
    paths.insert(1, tmp_path / "gone.xlsm")
    first, gone, *rest = many_named_results(iter(paths), WANTED)
    assert [first, *rest] == expected
    assert "gone.xlsm" in str(gone)


def test_nothing_of_the_others_stays_behind(renhua: Package) -> None:
    """After a run over several, the next one by itself is as it should be, and so is what was set in a model."""
    blobs = filled(renhua, 6)
    packages = [open_package(blob) for blob in blobs]
    model = CompiledEngine().load(packages[0], FUNCTIONS)
    before = dict(model.calculate())
    unit, total = NamedCells(renhua).place("unit_name"), NamedCells(renhua).place("total_score")
    fillings = [model.filling(package) for package in packages]
    model.set(*unit, "别的单位")
    together = list(model.results_of(fillings, [total, unit]))
    assert together == [(one["total_score"][0], one["unit_name"][0]) for one in map(by_itself, blobs)]
    assert dict(model.calculate()) == before
    assert model.read(*unit) == renhua.value(*unit)


@pytest.mark.parametrize("books", [40, pytest.param(2_000, marks=pytest.mark.soak)])
def test_random_sheets(books: int) -> None:
    """Formulas of all that our workbooks use, over inputs of all kinds: each lane is what a program of its own gives."""
    source, varied = random.Random(20211231), 0
    sheets = Sheets(source)
    for _ in range(books):
        first = sheets.next()
        lanes = [first, *(mixed(source, first, sheets.next()) for _ in range(LANES - 1))]
        plan = plan_of(open_package(workbook([first])), FUNCTIONS)
        assert not plan.unable
        expected = [alone(plan, lane) for lane in lanes]
        program = Program(plan, FUNCTIONS)
        put(program, lanes[source.randrange(LANES)])
        program.run()
        held = program.results()
        cells = {("S1", *position(ref)): [lane[ref] for lane in lanes] for ref in first if ref[0] in "ABCD"}
        found = program.run_many(cells)
        for place, value in held.items():
            values = found.get(("S1", *position(place[1])), [value] * LANES)
            wanted = [one[place] for one in expected]
            assert [(type(v), v) for v in values] == [(type(v), v) for v in wanted], (first[place[1]], lanes)
        assert program.results() == held
        varied += len(found)
    assert varied > books * 3


def mixed(source: random.Random, one: Sheet, two: Sheet) -> Sheet:
    """The inputs of one sheet, some of which are another's."""
    share = source.choice([10, 50, 100])
    return {ref: two.get(ref) if ref[0] in "ABCD" and source.randrange(100) < share else one[ref] for ref in one}


def put(program: Program, sheet: Sheet) -> None:
    for ref, value in sheet.items():
        if ref[0] in "ABCD":
            program.put("S1", *position(ref), value)


def alone(plan: Plan, sheet: Sheet) -> dict[tuple[str, str], Value]:
    program = Program(plan, FUNCTIONS)
    put(program, sheet)
    program.run()
    return program.results()
