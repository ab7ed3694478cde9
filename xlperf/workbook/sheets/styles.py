"""How the workbook looks: one place for fonts, colours, borders and number formats."""

from __future__ import annotations

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle

FONT = "宋体"
INK, WHITE, MUTED, ALARM = "1F2937", "FFFFFF", "6B7280", "B42318"
LINK = "1155CC"
HEADER_FILL, SECTION_FILL, INPUT_FILL = "1F4E79", "DCE6F1", "FFF8E1"
ALARM_FILL, WARNING_FILL, CALM_FILL = "FDE2E0", "FFEDC2", "E3F4E4"

_side = Side(style="thin", color="BFC5CE")
GRID = Border(left=_side, right=_side, top=_side, bottom=_side)
NO_BORDER = Border()
UNLOCKED = Protection(locked=False)
LOCKED = Protection(locked=True)

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


def font(*, size: int = 10, bold: bool = False, color: str = INK, underline: bool = False) -> Font:
    """The workbook's one typeface."""
    return Font(name=FONT, size=size, bold=bold, color=color, underline="single" if underline else None)


def fill(color: str) -> PatternFill:
    """A solid background."""
    return PatternFill("solid", start_color=color, end_color=color)


def align(horizontal: str = "left", *, is_wrapped: bool = True) -> Alignment:
    """Text that wraps and stands in the middle of its row."""
    return Alignment(horizontal=horizontal, vertical="center", wrap_text=is_wrapped)


def highlight(color: str, text: str = INK) -> DifferentialStyle:
    """What a conditional format puts over a cell."""
    return DifferentialStyle(font=Font(color=text), fill=PatternFill(bgColor=color, fill_type="solid"))
