"""The appearance as openpyxl's objects: fonts, fills, borders, protection, rows."""

from __future__ import annotations

from functools import cache

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.dimensions import RowDimension

from xlperf.workbook.appearance import FONT, GRID, INK

_side = Side(style="thin", color=GRID)
BORDER = Border(left=_side, right=_side, top=_side, bottom=_side)
NO_BORDER = Border()
UNLOCKED = Protection(locked=False)
LOCKED = Protection(locked=True)


@cache
def font(*, size: int = 10, bold: bool = False, color: str = INK, underline: bool = False) -> Font:
    """The workbook's one typeface."""
    return Font(name=FONT, size=size, bold=bold, color=color, underline="single" if underline else None)


@cache
def fill(color: str) -> PatternFill:
    """A solid background."""
    return PatternFill("solid", start_color=color, end_color=color)


@cache
def align(horizontal: str = "left", *, is_wrapped: bool = True) -> Alignment:
    """Text that wraps and stands in the middle of its row."""
    return Alignment(horizontal=horizontal, vertical="center", wrap_text=is_wrapped)


def highlight(color: str, text: str = INK) -> DifferentialStyle:
    """What a conditional format puts over a cell."""
    return DifferentialStyle(font=Font(color=text), fill=PatternFill(bgColor=color, fill_type="solid"))


class FittingRow(RowDimension):  # type: ignore[misc]
    """A row with a height that grows with what is typed into it: nothing says that somebody chose it."""

    customHeight = False  # noqa: N815
