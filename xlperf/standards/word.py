"""The tables of a Word document (.docx), read from its XML.

No library for Word: those that there are leave out what was inserted with tracked changes, content controls, automatic
numbers and signs of the Symbol font (≥, ≤), and a standard that silently lacks a sign is worse than none. The archive and
its XML are opened by the package room, which refuses what is hostile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from xlperf.errors import UserError
from xlperf.package.archive import Archive, open_archive
from xlperf.package.limits import MEGABYTE, Limits
from xlperf.package.part_xml import attribute, child, children, local_name, parse, whole
from xlperf.package.relationships import relationships
from xlperf.standards.grids import Grid, grid

LIMITS = Limits(compressed_bytes=50 * MEGABYTE, part_bytes=50 * MEGABYTE, inflated_bytes=200 * MEGABYTE)
LINES_ABOVE = 12
# What Word keeps beside the text that counts: deleted and moved text, what older programs show instead of it.
_PASSED_OVER = frozenset({"del", "moveFrom", "Fallback", "pPr", "rPr", "instrText", "delText", "footnoteReference"})
_BREAKS = {"tab": " ", "cr": "\n", "noBreakHyphen": "-"}
# The Symbol font has its signs at codes of its own.
_SYMBOLS = {
    0xA3: "≤",
    0xB3: "≥",
    0xB4: "×",
    0xB8: "÷",
    0xB1: "±",
    0xB9: "≠",
    0x3C: "<",
    0x3E: ">",
    0x3D: "=",
    0x25: "%",
}
_CIRCLED = "decimalEnclosedCircle"
_FIRST_CIRCLED, _LAST_CIRCLED = 0x2460, 20
_WRAPPERS = ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
_OPERATORS = frozenset("+-－−×*÷/")


def read_word(blob: bytes) -> tuple[Grid, ...]:
    """The tables of a document, in their order.

    Errors: UserError: damaged, hostile, not a Word document, without a table.
    """
    archive = open_archive(blob, LIMITS)
    part = next((r.target for r in relationships(archive, "") if r.type == "officeDocument"), None)
    if part is None or part not in archive:
        raise UserError("文件里没有 Word 文档的正文，请用 Word 或 WPS 打开后另存为 .docx")
    root = parse(part, archive.read(part))
    body = child(root, "body")
    if local_name(root.tag) != "document" or body is None:
        raise UserError("文件不是 Word 文档（.docx）；请用 Word 或 WPS 另存为 .docx")
    return tuple(_tables(body, _Numbering(archive, part)))


def _tables(body: Element, numbering: _Numbering) -> Iterator[Grid]:
    """The tables that stand in the text, each with the lines above it."""
    above: list[str] = []
    count = 0
    for element in _unwrapped(body):
        if local_name(element.tag) == "p":
            above += [line.strip() for line in _text(element).split("\n") if line.strip()]
        elif local_name(element.tag) == "tbl":
            count += 1
            yield _table(element, f"第 {count} 个表", numbering, above[-LINES_ABOVE:])


def _unwrapped(element: Element) -> Iterator[Element]:
    """The children, those of content controls and tracked insertions in their place."""
    for part in element:
        if local_name(part.tag) in _WRAPPERS:
            yield from _unwrapped(part)
        else:
            yield part


def _table(table: Element, place: str, numbering: _Numbering, above: list[str]) -> Grid:
    rows: list[list[str]] = []
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    for line in (part for part in _unwrapped(table) if local_name(part.tag) == "tr"):
        number, texts = len(rows), [""] * _property(line, "trPr", "gridBefore", 0)
        for cell in (part for part in _unwrapped(line) if local_name(part.tag) == "tc"):
            start, span = len(texts), _property(cell, "tcPr", "gridSpan", 1)
            texts += [_cell_text(cell, numbering), *[""] * (span - 1)]
            origin = (number, start)
            if _is_continued(cell) and number and start < len(rows[-1]):
                origin = merged.get((number - 1, start), (number - 1, start))
            covered = ((number, start + n) for n in range(span))
            merged |= {spot: origin for spot in covered if spot != origin}
        rows.append(texts)
    return grid(place, rows, merged, above)


def _property(element: Element, group: str, name: str, default: int) -> int:
    """A whole number among the properties of a row or cell."""
    properties = child(element, group)
    found = child(properties, name) if properties is not None else None
    number = whole(attribute(found, "val")) if found is not None else None
    # More than any page holds is damage; the grid says so where it matters.
    return default if number is None else min(number, 1_000)


def _is_continued(cell: Element) -> bool:
    """Whether a cell belongs to the one above it."""
    properties = child(cell, "tcPr")
    merge = child(properties, "vMerge") if properties is not None else None
    return merge is not None and attribute(merge, "val") != "restart"


def _cell_text(cell: Element, numbering: _Numbering) -> str:
    """The text of a cell, a line for each paragraph, with the numbers that Word itself puts before them."""
    counts: Counter[str] = Counter()
    return "\n".join(_paragraphs(cell, numbering, counts))


def _paragraphs(element: Element, numbering: _Numbering, counts: Counter[str]) -> Iterator[str]:
    for part in _unwrapped(element):
        name = local_name(part.tag)
        if name == "p":
            yield numbering.number(part, counts) + _text(part)
        elif name in ("tbl", "tr", "tc"):
            yield from _paragraphs(part, numbering, counts)


def _text(element: Element) -> str:
    """The text as it is printed."""
    pieces = []
    for part in element:
        name = local_name(part.tag)
        if name in _PASSED_OVER:
            continue
        if name == "t":
            pieces.append(part.text or "")
        elif name in _BREAKS:
            pieces.append(_BREAKS[name])
        elif name == "br":
            # The end of a page within a row divides no sentence.
            pieces.append("\n" if attribute(part, "type") in (None, "textWrapping") else "")
        elif name == "sym":
            pieces.append(_symbol(attribute(part, "char") or ""))
        elif name == "f" and child(part, "den") is not None:
            pieces.append(_fraction(part))
        else:
            pieces.append(_text(part))
    return "".join(pieces)


def _symbol(code: str) -> str:
    """A sign of the Symbol font; one that isn't known is shown by its code, so that the clause is reported."""
    try:
        number = int(code, 16) & 0xFF
    except ValueError:
        number = -1
    return _SYMBOLS.get(number, f"〔符号{code}〕")


def _fraction(element: Element) -> str:
    """A fraction of a formula, on one line."""
    sides = [(_text(found) if (found := child(element, name)) is not None else "") for name in ("num", "den")]
    return "/".join(f"（{side}）" if _OPERATORS & set(side) else side for side in sides)


class _Numbering:
    """The automatic numbers of paragraphs, which stand in no text."""

    def __init__(self, archive: Archive, part: str) -> None:
        target = next((r.target for r in relationships(archive, part) if r.type == "numbering"), None)
        root = parse(target, archive.read(target)) if target is not None and target in archive else None
        kinds: dict[str | None, str] = {}
        for abstract in children(root, "abstractNum") if root is not None else ():
            level = child(abstract, "lvl")
            form = child(level, "numFmt") if level is not None else None
            kinds[attribute(abstract, "abstractNumId")] = (form is not None and attribute(form, "val")) or "decimal"
        self._kinds: dict[str, str] = {}
        for number in children(root, "num") if root is not None else ():
            used = child(number, "abstractNumId")
            if used is not None:
                self._kinds[attribute(number, "numId") or ""] = kinds.get(attribute(used, "val"), "decimal")

    def number(self, paragraph: Element, counts: Counter[str]) -> str:
        """The number before a paragraph of the first level; nothing before others and before bullets."""
        properties = child(paragraph, "pPr")
        numbered = child(properties, "numPr") if properties is not None else None
        identifier, level = (child(numbered, n) if numbered is not None else None for n in ("numId", "ilvl"))
        key = attribute(identifier, "val") or "" if identifier is not None else ""
        is_first = level is None or attribute(level, "val") in (None, "0")
        kind = self._kinds.get(key, "bullet")
        if kind in ("bullet", "none") or not is_first:
            return ""
        counts[key] += 1
        if kind == _CIRCLED and counts[key] <= _LAST_CIRCLED:
            return chr(_FIRST_CIRCLED + counts[key] - 1)
        return f"{counts[key]}."
