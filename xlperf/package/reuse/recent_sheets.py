"""Reads worksheet parts with those in mind that were read before: a part much like one of them is a variation of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple

from xlperf.package.cells import Strings, read_cells
from xlperf.package.reuse.memo import CAPACITY, LARGEST
from xlperf.package.reuse.row_diff import varied_rows
from xlperf.package.reuse.sheet_elements import Elements
from xlperf.package.reuse.template_diff import varied_cells
from xlperf.package.sheet_contents import SheetContents
from xlperf.package.sheet_xml import SheetXml


class _Known(NamedTuple):
    reading: SheetContents
    elements: Elements
    strings: Hashable


class Readings:
    """The readings that others may be variations of: the latest whole one for each sheet of a few workbooks.

    Like the memory of readings, bounded by the bytes read.
    """

    def __init__(self, capacity: int = CAPACITY, largest: int = LARGEST) -> None:
        self._capacity = capacity
        self._largest = largest
        self._held = 0
        self._known: OrderedDict[Hashable, _Known] = OrderedDict()

    def recall(self, key: Hashable, content: bytes, strings: Strings) -> SheetContents | None:
        """A part that differs from the one known by that key in values of cells only; None where it does not."""
        known = self._known.get(key)
        varied = None if known is None else varied_cells(known.elements, content, strings)
        if varied is not None:
            self._known.move_to_end(key)
        return varied

    def read(
        self, key: Hashable, xml: SheetXml, strings: Strings, *, date1904: bool, shared: Hashable = None
    ) -> SheetContents:
        """A part, compared row by row with the one known by that key; a whole one takes its place.

        `shared`: what tells the shared strings from others.
        """
        known = self._known.get(key)
        if known is not None and known.strings == shared:
            varied = varied_rows(known.reading, xml, strings, date1904=date1904)
            if varied is not None:
                self._known.move_to_end(key)
                return varied
        reading = SheetContents(xml, read_cells(xml, strings, date1904=date1904))
        if len(xml.content) <= self._largest:
            self._forget(key)
            texts = () if shared is None else tuple(strings())
            self._known[key] = _Known(reading, Elements(reading, texts), shared)
            self._held += len(xml.content)
            while self._held > self._capacity:
                self._forget(next(iter(self._known)))
        return reading

    def _forget(self, key: Hashable) -> None:
        forgotten = self._known.pop(key, None)
        if forgotten is not None:
            self._held -= len(forgotten.reading.xml.content)


READINGS = Readings()
