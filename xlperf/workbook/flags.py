"""Yes and no (是/否) in cells: what people choose, what else is read as such, what formulas make of it.

Cells that are calculated hold 是 or 否 as well, since no number format shows a truth value in Chinese.
"""

from __future__ import annotations

from xlperf.values import Value

YES, NO = "是", "否"
CHOICES = (YES, NO)


def truth(value: Value) -> bool | None:
    """What a cell says; None where it says neither. LibreOffice saves a truth value as the number 1 or 0."""
    if isinstance(value, str):
        return {YES: True, NO: False}.get(value)
    return bool(value) if isinstance(value, bool) or value in (0, 1) else None


def word(value: Value) -> Value:
    """是 or 否 for what a cell or a file says; anything else as it is."""
    said = truth(value)
    return value if said is None else YES if said else NO


def worded(cell: str) -> str:
    """The formula for 是 or 否, whichever way it was typed; anything else as it is. The cell is not blank."""
    yes, no = (f'OR({cell}="{text}",{cell}={kind},{cell}={number})' for text, kind, number in _SPELLINGS)
    return f'IF({yes},"{YES}",IF({no},"{NO}",{cell}))'


def asked(cell: str) -> str:
    """The formula for TRUE or FALSE of a cell that says 是 or 否; blank where it is blank, anything else as it is."""
    return f'IF({cell}="","",IF({cell}="{YES}",TRUE,IF({cell}="{NO}",FALSE,{cell})))'


_SPELLINGS = ((YES, "TRUE", 1), (NO, "FALSE", 0))
