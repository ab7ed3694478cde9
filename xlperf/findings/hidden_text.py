"""Text that nobody is meant to see: in the colour of its background, or under a number format that shows nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from xlperf.findings.finding import WARNING, Finding
from xlperf.package import Package
from xlperf.package.part_xml import attribute, child, children, parse
from xlperf.values import is_blank
from xlperf.workbook.identity import IDENTITY

STYLES = "xl/styles.xml"
WHITE = "FFFFFF"
# How a workbook spells white: by its theme, or by an index of the old palette.
_WHITE_THEME, _WHITE_INDEXES = "0", ("1", "9")
_SHOWS_NOTHING = re.compile(r"\s*;+\s*(?:;\s*)*")
_CELL = re.compile(
    rb"""<(?:[\w.-]+:)?c\s(?=[^>]*\br\s*=\s*["']([A-Z]+[0-9]+)["'])(?=[^>]*\bs\s*=\s*["']([0-9]+)["'])"""
)


def hidden_text_findings(package: Package) -> Iterator[Finding]:
    """Cells with content that can't be seen, one finding a sheet."""
    styles = hiding_styles(package)
    if not styles:
        return
    for sheet in package.worksheets:
        if sheet.name == IDENTITY:
            continue
        cells = package.cells(sheet.name)
        refs = [ref.decode() for ref, style in _CELL.findall(package.part(sheet.part)) if int(style) in styles]
        shown = [ref for ref in refs if ref in cells and not is_blank(cells[ref].value)]
        if shown:
            more = f" 等 {len(shown)} 格" if len(shown) > 5 else ""
            text = f"工作表“{sheet.name}”的 {'、'.join(shown[:5])}{more} 的内容看不见（字色与底色相同，或格式不显示）。"
            yield Finding(WARNING, "text_hidden", f"{sheet.name}!{shown[0]}", text)


def hiding_styles(package: Package) -> set[int]:
    """The numbers of the cell styles under which content can't be seen."""
    if STYLES not in package.parts:
        return set()
    root = parse(STYLES, package.part(STYLES))
    fonts = [_colour(child(font, "color")) or "000000" for font in _items(root, "fonts", "font")]
    fills = [_background(fill) for fill in _items(root, "fills", "fill")]
    formats = {attribute(f, "numFmtId"): attribute(f, "formatCode") or "" for f in _items(root, "numFmts", "numFmt")}
    found = set()
    for number, style in enumerate(_items(root, "cellXfs", "xf")):
        font, fill = (_index(style, name) for name in ("fontId", "fillId"))
        colour = fonts[font] if font < len(fonts) else "000000"
        background = fills[fill] if fill < len(fills) else WHITE
        code = formats.get(attribute(style, "numFmtId"), "")
        if colour == background or (code and _SHOWS_NOTHING.fullmatch(code)):
            found.add(number)
    return found


def _items(root: Element, group: str, name: str) -> list[Element]:
    found = child(root, group)
    return [] if found is None else children(found, name)


def _index(style: Element, name: str) -> int:
    value = attribute(style, name) or "0"
    return int(value) if value.isdecimal() else 0


def _background(fill: Element) -> str:
    pattern = child(fill, "patternFill")
    if pattern is None or attribute(pattern, "patternType") != "solid":
        return WHITE
    return _colour(child(pattern, "fgColor")) or WHITE


def _colour(element: Element | None) -> str:
    """A colour as six digits; empty where it is none that can be told."""
    if element is None or attribute(element, "tint") is not None:
        return ""
    if attribute(element, "theme") == _WHITE_THEME or attribute(element, "indexed") in _WHITE_INDEXES:
        return WHITE
    rgb = attribute(element, "rgb") or ""
    return rgb[-6:].upper() if len(rgb) in (6, 8) else ""
