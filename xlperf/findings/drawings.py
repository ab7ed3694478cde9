"""Pictures, text boxes and notes that lie over results: what people see there is not what stands in the cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil
from xml.etree.ElementTree import Element

from xlperf.findings.finding import WARNING, Finding
from xlperf.formula.addresses import MAXIMUM_COLUMN, MAXIMUM_ROW, Area, position
from xlperf.package import Package
from xlperf.package.part_xml import child, local_name, parse, whole

# In EMU, a row and a column as they mostly are; only where a drawing states its size alone.
_ROW, _COLUMN = 190_500, 609_600
# So far what the workbook was made with may be moved.
_MOVED = 2
_EVERYWHERE = Area(1, 1, MAXIMUM_ROW, MAXIMUM_COLUMN)
_SHAPE = re.compile(rb"<(?:[\w.-]+:)?ClientData\b.*?</(?:[\w.-]+:)?ClientData\s*>", re.S)
_ANCHOR = re.compile(rb"<(?:[\w.-]+:)?Anchor\s*>([^<]*)<")
_NOTE = re.compile(rb"""^[^>]*\bObjectType\s*=\s*["']Note["']""")
_VISIBLE = re.compile(rb"<(?:[\w.-]+:)?Visible\b")


def drawing_findings(package: Package, made: Package) -> Iterator[Finding]:
    """For each sheet, the results under drawings that the workbook was not `made` with."""
    known = {sheet.name for sheet in made.worksheets}
    for sheet in package.worksheets:
        areas = drawn(package, sheet.part) if sheet.name in known else []
        if not areas:
            continue
        own = [_grown(area) for area in drawn(made, made.sheet(sheet.name).part)]
        new = [area for area in dict.fromkeys(areas) if not any(other.holds(area) for other in own)]
        results = made.formulas(sheet.name) if new else ()
        found = [ref for ref in results if any(area.covers(*position(ref)) for area in new)]
        if found:
            more = f" 等 {len(found)} 格" if len(found) > 5 else ""
            text = f"工作表“{sheet.name}”有图片、文本框或显示着的批注盖在公式格 {'、'.join(found[:5])}{more} 上，看到的可能不是格里的内容。"
            yield Finding(WARNING, "cells_covered", f"{sheet.name}!{found[0]}", text)


def chart_findings(package: Package, made: Package) -> Iterator[Finding]:
    """For each sheet, a chart in the place of one that the workbook was `made` with, of other cells or of none."""
    known = {sheet.name for sheet in made.worksheets}
    for sheet in package.worksheets:
        if sheet.name not in known:
            continue
        meant = _charted(made, made.sheet(sheet.name).part)
        now = _charted(package, sheet.part) if meant else []
        gone, new = ([cells for cells in one if cells not in other] for one, other in ((meant, now), (now, meant)))
        if gone and new:
            of = "、".join(sorted(new[0])[:3])
            text = f"工作表“{sheet.name}”的图改成了画{f' {of}' if of else '写在图里的数'}，原来画 {'、'.join(sorted(gone[0])[:3])}。"
            yield Finding(WARNING, "chart_changed", f"{sheet.name}!A1", text)


def _charted(package: Package, part: str) -> list[frozenset[str]]:
    """The cells, in one spelling, that each chart of a worksheet part is of."""
    drawings = (r.target for r in package.relations(part) if r.type == "drawing" and r.target in package.parts)
    charts = (r.target for drawing in drawings for r in package.relations(drawing) if r.type == "chart")
    found = []
    for chart in charts:
        if chart in package.parts:
            formulas = (e.text or "" for e in parse(chart, package.part(chart)).iter() if local_name(e.tag) == "f")
            found.append(frozenset(text.replace("'", "").replace("$", "") for text in formulas))
    return found


def drawn(package: Package, part: str) -> list[Area]:
    """The cells below the drawings of a worksheet part."""
    found: list[Area] = []
    for relation in package.relations(part):
        if relation.target not in package.parts:
            continue
        if relation.type == "drawing":
            root = parse(relation.target, package.part(relation.target))
            found += [area for anchor in _anchors(root) if (area := _anchored(anchor)) is not None]
        elif relation.type == "vmlDrawing":
            found += _shapes(package.part(relation.target))
    return found


def _anchors(root: Element) -> Iterator[Element]:
    """The drawings of a part, also those that only some programs show."""
    return (element for element in root.iter() if local_name(element.tag).endswith("Anchor"))


def _anchored(anchor: Element) -> Area | None:
    """The cells that a drawing touches; all where its place is not stated in cells."""
    kind = local_name(anchor.tag)
    if kind == "absoluteAnchor":
        return _EVERYWHERE
    start, end, size = (child(anchor, name) for name in ("from", "to", "ext"))
    if start is None:
        return None
    top, left = _stated(start, "row"), _stated(start, "col")
    if end is not None:
        # What ends where a cell begins doesn't touch it.
        bottom = _stated(end, "row") + (_stated(end, "rowOff") > 0)
        right = _stated(end, "col") + (_stated(end, "colOff") > 0)
    else:
        high, wide = (whole(size.get(name)) or 0 for name in ("cy", "cx")) if size is not None else (0, 0)
        bottom, right = top + ceil(high / _ROW), left + ceil(wide / _COLUMN)
    return Area(top + 1, left + 1, max(bottom, top + 1), max(right, left + 1))


def _stated(place: Element, name: str) -> int:
    found = child(place, name)
    return 0 if found is None else whole((found.text or "").strip()) or 0


def _shapes(markup: bytes) -> Iterator[Area]:
    """The cells below older shapes; notes that come up only where one points at them are below nothing."""
    for shape in _SHAPE.findall(markup):
        anchor = _ANCHOR.search(shape)
        numbers = [whole(text.strip()) for text in anchor[1].decode("ascii", "replace").split(",")] if anchor else []
        if len(numbers) == 8 and None not in numbers and (not _NOTE.search(shape) or _VISIBLE.search(shape)):
            left, _, top, _, right, wide, bottom, high = (number or 0 for number in numbers)
            yield Area(top + 1, left + 1, max(bottom + (high > 0), top + 1), max(right + (wide > 0), left + 1))


def _grown(area: Area) -> Area:
    top, left, bottom, right = area
    return Area(max(top - _MOVED, 1), max(left - _MOVED, 1), bottom + _MOVED, right + _MOVED)
