"""Pasted tables in the workbook alone: LibreOffice gives the same sentence and the same figures, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ci_size import some
from tests.support.libreoffice import require_tools
from tests.support.office import Office, agree
from tests.support.workbooks import built, places
from tests.workbook.budget_tables import PLANNED
from tests.workbook.official_tables import WIDE, Cells, all_pasted, pasted
from tests.workbook.paste_mistakes import MISTAKES, OTHER_UNIT, UNIT
from xlperf.editions.conversion import Edition
from xlperf.engines import recalculate
from xlperf.workbook.sheets.official_tables import IMPORTS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """One LibreOffice for all tests."""
    require_tools()
    with Office() as running:
        yield running


def everything() -> Cells:
    cells = all_pasted(changes=WIDE)
    for number, text in PLANNED.items():
        cells |= pasted(number, text, are_codes_text=False)
    return cells


@pytest.mark.parametrize("name", some([*MISTAKES, "everything"], ["off by one cell", "split codes", "everything"]))
def test_libreoffice_says_and_takes_the_same(name: str, office: Office, tmp_path: Path) -> None:
    blank = built("renhua-2021", edition=Edition.NATIVE)
    cells, sentence = MISTAKES[name][:2] if name in MISTAKES else (everything(), "")
    unit = OTHER_UNIT if name == "another unit" else UNIT
    given = blank.with_inputs({**cells, **places(blank, unit_name=unit, evaluation_year=2021)})
    ours = recalculate(given, trusted=True).package
    (tmp_path / "pasted.xlsx").write_bytes(given.data)
    theirs = office.values(tmp_path / "pasted.xlsx")
    differing = [
        (sheet.name, ref, ours.value(sheet.name, ref), theirs[sheet.name].get(ref))
        for sheet in ours.worksheets
        for ref in ours.formulas(sheet.name)
        if not agree(ours.value(sheet.name, ref), theirs[sheet.name].get(ref))
    ]
    assert differing == []
    said = [theirs[spec.sheet]["F1"] for spec in IMPORTS]
    assert sentence in said if sentence else all(str(text).startswith("认出") for text in said)
