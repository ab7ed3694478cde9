"""Workbooks saved by Excel: a no-op recalculation is byte-identical, and blanked caches come back as Excel saved them.

The folder is named by XLPERF_ORACLES.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from xlperf.engines import recalculate
from xlperf.engines.conformance import timely_cells
from xlperf.engines.foreign import UnwitnessedError
from xlperf.engines.recalculation import saved_results
from xlperf.engines.variants import Formulas
from xlperf.package import Package, open_package, same_value
from xlperf.package.sheet_xml import SheetXml

ORACLES = os.environ.get("XLPERF_ORACLES")
# Of those with blanked caches.
KEPT_AT_LEAST = 0.4

pytestmark = [
    pytest.mark.skipif(ORACLES is None, reason="XLPERF_ORACLES names no folder"),
    pytest.mark.slow,
]


@dataclass(frozen=True)
class Outcome:
    """What became of a file: the number of its results, and the reason if it was refused."""

    name: str
    results: int
    refusal: str | None


def skeleton(package: Package, sheet: str) -> list[tuple[str, bytes]]:
    """A sheet part without the values and types of its result cells: everything that must not change."""
    results = {ref for name, ref in saved_results(package) if name == sheet}
    xml = SheetXml(sheet, package.sheet(sheet).part, package.part(package.sheet(sheet).part))
    pieces, position = [], 0
    for cell in package.cells(sheet).values():
        if cell.ref in results:
            match = xml.grammar.cell.match(xml.content, cell.start, cell.end)
            assert match is not None
            pieces.append(("between", xml.content[position : cell.start]))
            attributes = [part for part in match[3].split() if not part.startswith(b"t=")]
            pieces.append((cell.ref, b" ".join(attributes) + b"|" + (match[4] or b"") + b"|" + (match[5] or b"")))
            position = cell.end
    return [*pieces, ("end", xml.content[position:])]


def check(path: Path) -> Outcome:
    """Recalculates a file as it is and with blanked caches; an assertion fails where anything else changes."""
    before = path.read_bytes()
    package = open_package(path)
    saved = saved_results(package)
    assert recalculate(package).data == before
    blank = package.patched(dict.fromkeys(saved))
    assert set(saved_results(blank).values()) <= {None}
    try:
        after = recalculate(blank).package
    except UnwitnessedError as error:
        assert path.read_bytes() == before
        return Outcome(path.name, len(saved), str(error))
    again = saved_results(after)
    assert again.keys() == saved.keys()
    timely = timely_cells(package, Formulas(package))
    wrong = {place: (value, again[place]) for place, value in saved.items() if not same_value(value, again[place])}
    assert {place: pair for place, pair in wrong.items() if pair[0] is not None and place not in timely} == {}
    sheet_parts = {sheet.part for sheet in package.worksheets}
    assert package.parts == after.parts
    assert {name for name in package.parts if package.part(name) != after.part(name)} <= sheet_parts
    for sheet in package.worksheets:
        assert skeleton(package, sheet.name) == skeleton(after, sheet.name)
    return Outcome(path.name, len(saved), None)


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.soak)])
def test_workbooks_saved_by_excel(step: int, capsys: pytest.CaptureFixture[str]) -> None:
    """As they are all of them come back whole; with blanked caches what nobody vouches for is refused by name."""
    assert ORACLES is not None
    outcomes = [check(path) for path in sorted((Path(ORACLES) / "roundtrip").iterdir())[::step]]
    assert outcomes, f"no workbooks in {ORACLES}/roundtrip"
    blanked = [outcome for outcome in outcomes if outcome.results]
    kept = [outcome for outcome in blanked if outcome.refusal is None]
    with capsys.disabled():
        print(
            f"\n{len(outcomes)} workbooks came back whole; of {len(blanked)} with blanked formulas {len(kept)} accepted,"
        )
        print(f"{sum(outcome.results for outcome in kept)} values came back")
    assert len(kept) >= KEPT_AT_LEAST * len(blanked)
