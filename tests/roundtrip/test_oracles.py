"""Workbooks saved by Excel: a no-op recalculation is byte-identical, and blanked caches come back as Excel saved them.

The folder is named by XLPERF_ORACLES. What is refused must be refused for the reason that `refused.toml` states.
"""

from __future__ import annotations

import os
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from xlperf.engines import recalculate
from xlperf.engines.recalculation import saved_results
from xlperf.errors import UserError
from xlperf.package import Package, open_package, same_value
from xlperf.package.sheet_xml import SheetXml

ORACLES = os.environ.get("XLPERF_ORACLES")
REFUSED = tomllib.loads((Path(__file__).parent / "refused.toml").read_text(encoding="utf-8"))
KEPT_AT_LEAST = 0.85

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
    try:
        assert recalculate(package).data == before
        blank = package.patched(dict.fromkeys(saved))
        assert set(saved_results(blank).values()) <= {None}
        after = recalculate(blank).package
    except UserError as error:
        assert path.read_bytes() == before
        return Outcome(path.name, len(saved), str(error))
    again = saved_results(after)
    assert again.keys() == saved.keys()
    wrong = {place: (value, again[place]) for place, value in saved.items() if not same_value(value, again[place])}
    assert {place: pair for place, pair in wrong.items() if pair[0] is not None} == {}
    sheet_parts = {sheet.part for sheet in package.worksheets}
    assert package.parts == after.parts
    assert {name for name in package.parts if package.part(name) != after.part(name)} <= sheet_parts
    for sheet in package.worksheets:
        assert skeleton(package, sheet.name) == skeleton(after, sheet.name)
    return Outcome(path.name, len(saved), None)


def test_workbooks_saved_by_excel(capsys: pytest.CaptureFixture[str]) -> None:
    assert ORACLES is not None
    outcomes = [check(path) for path in sorted((Path(ORACLES) / "roundtrip").iterdir())]
    assert outcomes, f"no workbooks in {ORACLES}/roundtrip"
    refused = [outcome for outcome in outcomes if outcome.refusal is not None]
    with_formulas = [outcome for outcome in outcomes if outcome.results]
    kept = len(outcomes) - len(refused)
    with capsys.disabled():
        kept_with_formulas = sum(outcome.refusal is None for outcome in with_formulas)
        print(f"\n{len(outcomes)} workbooks: {kept} kept, {len(refused)} refused by name;", end=" ")
        print(f"{kept_with_formulas} of the {len(with_formulas)} with formulas kept,", end=" ")
        print(f"{sum(outcome.results for outcome in with_formulas if outcome.refusal is None)} values came back")
        for reason, count in Counter(REFUSED.get(outcome.name, "?") for outcome in refused).most_common():
            print(f"  {count}  {reason}")
    for outcome in refused:
        assert outcome.name in REFUSED, f"{outcome.name}: {outcome.refusal}"
        assert REFUSED[outcome.name] in (outcome.refusal or ""), f"{outcome.name}: {outcome.refusal}"
    assert {outcome.name for outcome in refused} == set(REFUSED), "a file in refused.toml is kept now: take it out"
    assert kept >= KEPT_AT_LEAST * len(outcomes)
