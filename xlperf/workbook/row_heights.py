"""Rows made taller for texts that came into them after the sheet was drawn.

LibreOffice fits no row when it opens a file, Excel none that states its height, and neither those of merged cells; so
whoever writes a text into a workbook sees to it that it can be read. No row gets lower.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlperf.engines.recalculation import Recalculation
from xlperf.formula.addresses import position
from xlperf.package import Package
from xlperf.package.looks import look_numbers, looks_of
from xlperf.package.sheet_rules import SheetRules, rules_around
from xlperf.values import Value
from xlperf.workbook.appearance import MAXIMUM_ROW_POINTS, height_of
from xlperf.workbook.identity import IDENTITY

Place = tuple[str, str]
# What is shorter fits everywhere in the one line that every row has room for.
SHORT, PLAIN_SIZE = 3, 10.0


def fitted(result: Recalculation, inputs: Mapping[Place, Value] | None = None) -> Package:
    """The recalculated workbook with rows as tall as the texts need that are new in it: inputs, and results that changed."""
    values = {**(inputs or {}), **{(change.sheet, change.ref): change.new for change in result.changes}}
    texts: dict[str, dict[str, str]] = {}
    for (sheet, ref), value in values.items():
        if isinstance(value, str) and len(value) > SHORT and sheet != IDENTITY:
            texts.setdefault(sheet, {})[ref] = value
    heights: dict[tuple[str, int], float] = {}
    for sheet, found in texts.items():
        for row, points in _heights(result.original, sheet, found).items():
            heights[sheet, row] = points
    return result.package.with_row_heights(heights)


def _heights(package: Package, sheet: str, texts: Mapping[str, str]) -> dict[int, float]:
    """The points that the rows of some texts need at least; nothing for what is hidden or runs over several rows."""
    rules = rules_around(package.reading(sheet).xml)
    merged = {(area.top, area.left): area for area in rules.merged}
    sizes, numbers = looks_of(package), look_numbers(package, sheet)
    found: dict[int, float] = {}
    for ref, text in texts.items():
        row, column = position(ref)
        area = merged.get((row, column))
        width = _width(rules, column, area.right if area else column)
        if not width or (area and area.bottom > row):
            continue
        scale = sizes.cell(numbers.get(ref, 0)).size / PLAIN_SIZE
        points = height_of(text, width / scale) * scale
        found[row] = min(max(points, found.get(row, 0.0)), MAXIMUM_ROW_POINTS)
    return found


def _width(rules: SheetRules, first: int, last: int) -> float:
    """The width of some neighbouring columns, of those that are seen."""
    spans = [span for span in rules.columns if not span.is_hidden and span.width is not None]
    return sum(
        (span.width or 0.0) * (min(span.last, last) - max(span.first, first) + 1)
        for span in spans
        if span.first <= last and first <= span.last
    )
