"""How the workbook looks: one place for typeface, colours, number formats and the height that a text takes.

Apart from the drawing, since the workbooks of results look the same and are written by another library.
"""

from __future__ import annotations

import math

FONT = "宋体"
INK, WHITE, MUTED, ALARM = "1F2937", "FFFFFF", "6B7280", "B42318"
LINK, BAR = "1155CC", "2E75B6"
HEADER_FILL, SECTION_FILL, INPUT_FILL = "1F4E79", "DCE6F1", "FFF8E1"
ALARM_FILL, WARNING_FILL, CALM_FILL = "FDE2E0", "FFEDC2", "E3F4E4"
GRID = "BFC5CE"
# One for each first level; where there are more, they begin again.
LEVEL_COLOURS = (BAR, "B45F06", "4F7942", "7B3F99", "9C6B00", "0F7B7B")

FORMATS = {
    "money": "#,##0.00",
    "number": "#,##0.00##",
    "count": "#,##0",
    "rate": "0.00%",
    "small_rate": "0.0000%",
    "whole_rate": "0%",
    "flag": "General",
    "text": "@",
    "score": "0.00",
    "date": "yyyy-mm-dd",
    "general": "General",
}

LINE_POINTS = 14.0
# No row can be taller.
MAXIMUM_ROW_POINTS = 409.0
PIXELS_PER_WIDTH, WIDE_PIXELS, NARROW_PIXELS = 7.0, 13.4, 7.0
WRAPPING_LOSS = 1.03
_WIDE_SIGNS = "“”‘’…—×÷≥≤"


def height_of(text: object, width: float) -> float:
    """Points needed to show text of 10 points wrapped in a column; a Chinese sign is about twice as wide as a Latin one."""
    usable = max(width * PIXELS_PER_WIDTH - 4, 14.0)
    lines = 0
    for line in str(text).split("\n"):
        pixels = sum(WIDE_PIXELS if ord(sign) > 0x2E7F or sign in _WIDE_SIGNS else NARROW_PIXELS for sign in line)
        lines += max(1, math.ceil(pixels * WRAPPING_LOSS / usable))
    return lines * LINE_POINTS + 6
