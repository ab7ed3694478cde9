"""The list of known differences: every example through the compiled engine and through the calculator that differs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import absolute_coordinate
from openpyxl.workbook.defined_name import DefinedName

from tests.support.libreoffice import require_tools
from tests.support.office import Office, agree
from xlperf.engines import known_differences as differences_module
from xlperf.engines.known_differences import (
    REFUSED,
    Example,
    KnownDifference,
    Stated,
    as_value,
    known_differences,
    parse_differences,
)
from xlperf.engines.recalculation import engine_named
from xlperf.errors import CellError, UserError
from xlperf.package import open_package, same_value
from xlperf.values import Value

LIST = known_differences()
CASES = [(known, example) for known in LIST.differences for example in known.examples]
HOST = "LibreOffice"


def workbook(examples: Sequence[Example]) -> bytes:
    """A sheet for each example, by the names S0, S1, …"""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, example in enumerate(examples):
        sheet = book.create_sheet(f"S{number}")
        for ref, value in LIST.cells.items():
            sheet[ref] = value
        sheet[LIST.at] = example.formula
    for name, ref in LIST.names.items():
        book.defined_names[name] = DefinedName(name, attr_text=f"S0!{absolute_coordinate(ref)}")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def said(engine: str, example: Example) -> Stated | Value:
    """What an engine makes of an example."""
    try:
        model = engine_named(engine).load(open_package(workbook([example])), {})
        results = model.calculate()
    except UserError:
        return REFUSED
    return REFUSED if model.unable else results["S0", LIST.at]


def identity(case: object) -> str:
    return case.id if isinstance(case, KnownDifference) else case.formula if isinstance(case, Example) else str(case)


@pytest.mark.parametrize(("known", "example"), [case for case in CASES if case[0].imitation], ids=identity)
def test_an_imitation_gives_what_the_other_engine_says(known: KnownDifference, example: Example) -> None:
    assert known.imitation is not None
    imitated = Example(formula=known.imitation.of(example.formula), right=example.right, theirs=example.theirs)
    assert same_value(said("compiled", imitated), as_value(example.theirs))


@pytest.mark.parametrize(("known", "example"), CASES, ids=identity)
def test_the_compiled_engine_says_what_is_right(known: KnownDifference, example: Example) -> None:
    assert same_value(said("compiled", example), as_value(example.right))


@pytest.mark.parametrize(("known", "example"), [case for case in CASES if case[0].engine != HOST], ids=identity)
def test_the_other_engine_says_what_is_listed(known: KnownDifference, example: Example) -> None:
    """Once an engine is mended, its entry has to go."""
    if known.engine in ("formulas", "ironcalc"):
        pytest.importorskip(known.engine)
    found = said(known.engine, example)
    assert found == REFUSED if example.theirs == REFUSED else same_value(found, as_value(example.theirs))
    if known.pattern and example.theirs != REFUSED:
        values = as_value(example.right), as_value(example.theirs)
        assert known.explains(example.formula[1:], *values, [None, "7", "TRUE"])


@pytest.mark.slow
def test_libreoffice_says_what_is_listed(tmp_path: Path) -> None:
    require_tools()
    listed = [example for known, example in CASES if known.engine == HOST]
    (tmp_path / "examples.xlsx").write_bytes(workbook(listed))
    with Office() as office:
        theirs = office.values(tmp_path / "examples.xlsx")
    wrong = {
        example.formula: theirs[f"S{number}"].get(LIST.at)
        for number, example in enumerate(listed)
        if not agree(as_value(example.theirs), theirs[f"S{number}"].get(LIST.at))
    }
    assert len(listed) > 15
    assert wrong == {}


def test_what_no_entry_explains() -> None:
    def found(engine: str, formula: str, right: Value, theirs: Value, *referred: Value) -> list[str]:
        return [known.id for known in LIST.explaining(engine, formula, right, theirs, referred)]

    assert found("formulas", "A1+B1", 1.0, 2.0) == []
    assert found("compiled", "ROUND(A1,2)", 1.15, 1.14) == []
    assert found("formulas", "ROUND(A1,2)", 1.15, 1.14) == ["formulas_rounding"]
    assert found("formulas", "ROUND(A1,2)", 1.15, 2.15) == []
    assert found("formulas", "SUM(A1:A3)", 1.0, 13.0, 1.0, "12") == ["formulas_text_numbers"]
    assert found("formulas", "SUM(A1:A3)", 1.0, 13.0, 1.0, "甲") == []
    assert found("formualizer", "REPT(A1,2)", "TRUE", CellError("#VALUE!")) == []
    assert found("formualizer", 'ERROR.TYPE(NOT("TRUE"))', CellError("#N/A"), 3.0)[-1] == "formualizer_truth_text"
    assert found("formualizer", 'NOT("TRUE")', CellError("#N/A"), 3.0) == []
    assert found("formulas", "IF(A1>0,SUMPRODUCT(--(A1:A3>0)),0)", 1.0, 0.0)[0] == "formulas_signs"


@pytest.mark.parametrize(
    ("change", "said_"),
    [
        (("formulas_signs", "formulas_rounding"), "重复的编号"),
        (("'--'", "'('"), "pattern"),
        (("why = ", "y = "), "why"),
    ],
)
def test_a_list_with_mistakes_is_refused(change: tuple[str, str], said_: str) -> None:
    text = Path(differences_module.__file__).with_name(differences_module.FILE).read_text("utf-8")
    with pytest.raises(UserError, match=said_):
        parse_differences(text.replace(*change))
