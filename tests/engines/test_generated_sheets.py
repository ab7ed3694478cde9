"""Random sheets of the functions our workbooks use: compiled, formualizer and LibreOffice give the same, but for known faults."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.engines.sheets import FORMULAS, Sheets, workbook
from tests.support.libreoffice import require_tools
from tests.support.office import Office
from xlperf.engines import verification
from xlperf.engines.compiled.engine import CompiledEngine
from xlperf.engines.compiled.library import criteria, scalars
from xlperf.engines.formualizer.engine import FormualizerEngine
from xlperf.engines.known_differences import known_differences
from xlperf.engines.recalculation import COMPILED, FORMUALIZER, registered_functions, results_by_force
from xlperf.engines.verification import SAVED, Difference, differences_between
from xlperf.errors import CellError
from xlperf.package import open_package
from xlperf.values import Value
from xlperf.workbook.locations import example_names, workbooks_folder

FUNCTIONS = registered_functions()


@pytest.fixture
def formualizers_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Known faults of formualizer are imitated, so that no difference need be allowed for them: it compares numbers bit by
    bit, writes them with all digits, and puts texts in the order of their codes.
    """
    monkeypatch.setattr(scalars, "_cut", lambda value: value)
    monkeypatch.setattr(scalars, "number_text", bit_by_bit)
    for module in (scalars, criteria):
        monkeypatch.setattr(module, "text_order", by_code)


def by_code(left: str, right: str) -> int:
    """-1, 0 or 1: the order of texts by the codes of their signs."""
    one, two = left.casefold(), right.casefold()
    return int(one > two) - int(one < two)


def bit_by_bit(value: float) -> str:
    """A number with as many digits as tell it from all others, without an exponent."""
    return format(Decimal(repr(value)).normalize(), "f")


def differences(data: bytes) -> tuple[list[Difference], int]:
    package = open_package(data)
    model, other = CompiledEngine().load(package, FUNCTIONS), FormualizerEngine().load(package, FUNCTIONS)
    results = model.calculate()
    assert model.unable == {}
    found = {SAVED: results, COMPILED: results, FORMUALIZER: results_by_force(package, other)}
    return differences_between(package, found), len(results)


@pytest.fixture
def without_those(monkeypatch: pytest.MonkeyPatch) -> None:
    """The imitated faults explain nothing."""
    known = known_differences()
    imitated = {"formualizer_binary_comparison", "formualizer_long_text"}
    rest = tuple(difference for difference in known.differences if difference.id not in imitated)
    assert len(rest) == len(known.differences) - len(imitated)
    monkeypatch.setattr(verification, "known_differences", lambda: known.model_copy(update={"differences": rest}))


@pytest.mark.slow
@pytest.mark.usefixtures("formualizers_numbers", "without_those")
@pytest.mark.parametrize("books", [60, pytest.param(3_000, marks=pytest.mark.soak)])
def test_compiled_and_formualizer_agree(books: int) -> None:
    counted: Counter[str] = Counter()

    # What fails is one formula and its cells, found already; shrinking the sheet around it takes minutes.
    @settings(max_examples=books, deadline=None, derandomize=True, phases=[Phase.generate])
    @given(st.randoms(use_true_random=False))
    def check(source: random.Random) -> None:
        data = workbook([Sheets(source).next()])
        found, cells = differences(data)
        package = open_package(data)
        unexplained = [
            (
                package.formulas(d.sheet)[d.ref],
                dict(d.values),
                {r: package.value(d.sheet, r) for r in package.cells(d.sheet)},
            )
            for d in found
            if not d.is_explained
        ]
        assert unexplained == []
        counted["cells"] += cells
        counted["different"] += sum("随" not in difference.reason for difference in found)

    check()
    assert counted["cells"] >= books * FORMULAS
    # What known faults explain is the exception.
    assert counted["different"] < counted["cells"] * 0.04


@pytest.mark.slow
def test_libreoffice_agrees(tmp_path: Path) -> None:
    """200 sheets in one workbook, the same ones each time; every cell that differs is explained."""
    require_tools()
    sheets = Sheets(random.Random(20211231), is_plain=True)
    data = workbook([sheets.next() for _ in range(200)])
    (tmp_path / "sheets.xlsx").write_bytes(data)
    with Office() as office:
        theirs = office.values(tmp_path / "sheets.xlsx")
    package = open_package(data)
    results = CompiledEngine().load(package, FUNCTIONS).calculate()
    found = {place: as_ours(value, theirs[place[0]].get(place[1])) for place, value in results.items()}
    different = differences_between(package, {SAVED: results, COMPILED: results, "LibreOffice": found})
    unexplained = {
        f"{d.sheet}!{d.ref} {package.formulas(d.sheet)[d.ref]}": d.values for d in different if not d.is_explained
    }
    assert unexplained == {}
    assert len(results) == 200 * FORMULAS
    assert len(different) < len(results) * 0.06


def as_ours(ours: Value, theirs: Value) -> Value:
    """What LibreOffice says, in our terms: a truth value for 1 and 0, empty text for nothing, #VALUE! for an error of its own."""
    if isinstance(ours, bool) and theirs in (0.0, 1.0):
        return bool(theirs)
    if isinstance(theirs, str) and theirs.startswith("Err:"):
        return CellError("#VALUE!")
    return "" if ours == "" and theirs is None else theirs


@pytest.mark.whole
def test_the_generator_covers_what_the_workbooks_call() -> None:
    called = Counter(re.findall(r"[A-Z][A-Z0-9._]*(?=\()", " ".join(formulas(random.Random(7), 150))))
    used = {
        name for example in example_names() for suffix in (".xlsx", ".xlsm") for name in functions_of(example + suffix)
    }
    # What a link shows is tried in test_links.
    assert used - set(called) - {"HYPERLINK"} == set()
    assert min(called.values()) > 2


def formulas(source: random.Random, count: int) -> Iterator[str]:
    sheets = Sheets(source)
    for _ in range(count):
        yield from (str(value) for ref, value in sheets.next().items() if ref.startswith("F"))


def functions_of(file: str) -> set[str]:
    """The functions that the formulas of an example call."""
    package = open_package(workbooks_folder() / "examples" / file)
    return {
        name
        for sheet in package.worksheets
        for text in package.formulas(sheet.name).values()
        for name in re.findall(r"[A-Z][A-Z0-9._]*(?=\()", re.sub(r'"[^"]*"', "", text))
    }
