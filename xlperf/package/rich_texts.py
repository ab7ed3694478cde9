"""Which parts of a cell's text are in a font of their own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from xml.etree.ElementTree import Element

from xlperf.formula.addresses import reference
from xlperf.package.looks import Looks, looks_of, type_of
from xlperf.package.package import Package
from xlperf.package.part_xml import child, children, parse, whole
from xlperf.package.sheet_xml import ATTRIBUTES, INLINE, V, attributes
from xlperf.package.strings import inline_item

_STATED = b"rPr"


class Run(NamedTuple):
    """A part of a text: its colour (empty where it can't be told), size and font."""

    text: str
    colour: str
    size: float
    font: str


def rich_texts(package: Package, sheet: str) -> Mapping[str, tuple[Run, ...]]:
    """The parts with a font of their own, by the reference of the cell; of cells that have any."""
    xml, looks = package.reading(sheet).xml, looks_of(package)
    part = package.related("sharedStrings")
    shared = _shared(part, package.part(part), looks) if part else {}
    if not shared and xml.content.find(_STATED, xml.start, xml.end) < 0:
        return {}
    found: dict[str, tuple[Run, ...]] = {}
    for row in xml.rows():
        for column, match in xml.cells(row):
            inline, value = match[INLINE], match[V]
            if inline is not None and _STATED in inline:
                runs = _runs(inline_item(xml.part, inline), looks)
            elif shared and value is not None and (attributes(match[ATTRIBUTES]) or {}).get("t") == "s":
                runs = shared.get(whole(value.decode().strip()), ())
            else:
                continue
            if runs:
                found[reference(row.number, column)] = runs
    return found


@lru_cache(maxsize=4)
def _shared(part: str, content: bytes, looks: Looks) -> Mapping[int | None, tuple[Run, ...]]:
    if _STATED not in content:
        return {}
    runs = ((number, _runs(item, looks)) for number, item in enumerate(children(parse(part, content), "si")))
    return {number: found for number, found in runs if found}


def _runs(item: Element, looks: Looks) -> tuple[Run, ...]:
    found = []
    for run in children(item, "r"):
        stated = child(run, "rPr")
        if stated is not None:
            found.append(Run("".join(text.text or "" for text in children(run, "t")), *type_of(stated, looks)))
    return tuple(found)
