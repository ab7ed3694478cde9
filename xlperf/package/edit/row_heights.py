"""Taller rows in a worksheet part; what a row holds, and whether a program may fit its height, stays as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xlperf.package.edit.cached_values import spliced
from xlperf.package.sheet_xml import SheetXml

_HEIGHT = re.compile(rb"""(\sht\s*=\s*["'])([^"'<>]*)""")


def with_row_heights(xml: SheetXml, heights: Mapping[int, float]) -> bytes | None:
    """The part with rows of at least so many points, or None where all are as tall already."""
    pieces = []
    for row in xml.rows() if heights else ():
        if row.number not in heights:
            continue
        # No attribute of a row that was read holds a ">".
        end = xml.content.index(b">", row.start)
        tag, wanted = xml.content[row.start : end], b"%.4g" % heights[row.number]
        stated = _HEIGHT.search(tag)
        if stated is None:
            at = end - tag.endswith(b"/")
            pieces.append((at, at, b' ht="%s"' % wanted))
        elif _points(stated[2]) < heights[row.number]:
            pieces.append((row.start + stated.start(2), row.start + stated.end(2), wanted))
    return spliced(xml.content, pieces)


def _points(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
