"""What people see in a cell whose result isn't there yet: a word, where formulas and programs need the error value.

A blank is no 0, so a result that waits for data is an error value that other formulas pass on. It stands in a hidden
column; the column that people see and print shows it by these formulas.
"""

from __future__ import annotations

WAITING, NONE, NO_BASE, WRONG = "待填", "—", "分母为零", "数据有误"
# The official text is another one than that whose rule is carried out.
TEXT_CHANGED = "标准文字已改，未确认"


def shown(cell: str) -> str:
    """The formula for what people see of a cell that is never blank: its value, else what it waits for."""
    return f'=IFERROR({cell},IF(ISNA({cell}),"{WAITING}",IF(ERROR.TYPE({cell})=2,"{NO_BASE}","{WRONG}")))'


def shown_unless(problem: str, cell: str) -> str:
    """The same; where another cell holds text, that text goes before."""
    return f'=IF({problem}<>"",{problem},{shown(cell)[1:]})'


def or_waiting(expression: str, otherwise: str = WAITING) -> str:
    """The formula for an expression that nothing else calculates with; a word where it gives an error."""
    return f'=IFERROR({expression},"{otherwise}")'
