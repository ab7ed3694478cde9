"""Fonts and colours in one place: the former way, for the two modules that are still to be written by id."""

from xlperf.workbook.appearance import INK, MUTED, SECTION_FILL, WARNING_FILL
from xlperf.workbook.drawing.styles import font

__all__ = ["INK", "MUTED", "SECTION_FILL", "WARNING_FILL", "font"]
