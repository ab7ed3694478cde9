"""Which parts of a cell's text are in a font of their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple
from xml.etree.ElementTree import Element

from xlperf.formula.addresses import reference
from xlperf.package.looks import Looks, looks_of, type_of
from xlperf.package.package import Package
from xlperf.package.part_xml import child, children, parse, whole
from xlperf.package.sheet_xml import ATTRIBUTES, INLINE, V, attributes
from xlperf.package.strings import inline_item

_STATED = re.compile(rb"<(?:[\w.-]+:)?rPr(?:\s[^<>]*)?(?<!/)>.*?</(?:[\w.-]+:)?rPr\s*>", re.S)
# What extensions add, whose namespaces are declared elsewhere.
_ADDED = re.compile(rb"""\s[\w.-]+:[\w.-]+\s*=\s*(?:"[^"]*"|'[^']*')""")


class Font(NamedTuple):
    """A font that a part of a text states: colour (empty where it can't be told), size, name."""

    colour: str
    size: float
    name: str


class Run(NamedTuple):
    """A part of a text with a font of its own."""

    text: str
    font: Font


def stated_fonts(package: Package) -> frozenset[Font]:
    """All fonts that parts of texts in a workbook state; programs may state one for each script of each text."""
    looks, part = looks_of(package), package.related("sharedStrings")
    parts = [(part, package.part(part))] if part else []
    for sheet in package.worksheets:
        reading = package.reading(sheet.name)
        if reading.has_rich_texts:
            xml = reading.xml
            parts.append((xml.part, xml.content[xml.start : xml.end]))
    stated = {(name, markup) for name, content in parts if b"rPr" in content for markup in _STATED.findall(content)}
    return frozenset(Font(*type_of(inline_item(name, _ADDED.sub(b"", markup))[0], looks)) for name, markup in stated)


def rich_cells(package: Package, fonts: Collection[Font]) -> Iterator[tuple[str, str, tuple[Run, ...]]]:
    """The cells in whose text a part has one of these fonts: sheet, reference, and the parts with fonts of their own."""
    looks, part = looks_of(package), package.related("sharedStrings")
    texts = _shared(part, package.part(part), looks) if part else {}
    shared = {n: runs for n, runs in texts.items() if any(run.font in fonts for run in runs)}
    for sheet in package.worksheets:
        reading = package.reading(sheet.name)
        if not (shared or reading.has_rich_texts):
            continue
        xml = reading.xml
        for row in xml.rows():
            for column, match in xml.cells(row):
                runs = _runs_in(xml.part, match, shared, looks)
                if any(run.font in fonts for run in runs):
                    yield sheet.name, reference(row.number, column), runs


def _runs_in(part: str, match: re.Match[bytes], shared: Mapping[int, tuple[Run, ...]], looks: Looks) -> tuple[Run, ...]:
    """The parts of a cell's text, by the match of its element."""
    inline, value = match[INLINE], match[V]
    if inline is not None and b"rPr" in inline:
        return _runs(inline_item(part, inline), looks)
    found = shared.get(whole(value.decode().strip()) or 0, ()) if shared and value is not None else ()
    return found if found and (attributes(match[ATTRIBUTES]) or {}).get("t") == "s" else ()


@lru_cache(maxsize=4)
def _shared(part: str, content: bytes, looks: Looks) -> Mapping[int, tuple[Run, ...]]:
    if b"rPr" not in content:
        return {}
    runs = ((number, _runs(item, looks)) for number, item in enumerate(children(parse(part, content), "si")))
    return {number: found for number, found in runs if found}


def _runs(item: Element, looks: Looks) -> tuple[Run, ...]:
    found = []
    for run in children(item, "r"):
        stated = child(run, "rPr")
        if stated is not None:
            text = "".join(text.text or "" for text in children(run, "t"))
            found.append(Run(text, Font(*type_of(stated, looks))))
    return tuple(found)
