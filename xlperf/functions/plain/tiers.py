"""Tiers, options and conditions as plain formulas: row by row, as they stand in the cells or were typed as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xlperf.errors import CellError
from xlperf.functions.plain import pieces
from xlperf.functions.plain.operands import NoPlainFormError, Operand, Shape, constant, literal
from xlperf.functions.plain.pieces import MISSING, WRONG
from xlperf.functions.tiers import OPERATORS, OTHERWISE, SPELLINGS, Tier, options, tiers
from xlperf.values import COMPARED_PLACES, as_text, round_half_up

Then = Callable[[Operand], str]
_EXCEL = {"≥": ">=", ">": ">", "≤": "<=", "<": "<", "=": "="}


def spellings(name: str) -> list[str]:
    """All spellings of an operator."""
    return [name, *(spelling for spelling, meant in SPELLINGS.items() if meant == name)]


# Every spelling between bars; below each, as wide as it, whether it holds for less, equal and more.
_SIGNS = "".join(f"|{text}|" for name in OPERATORS for text in spellings(name))
_HOLDS = "".join(
    "".join("01"[test(order)] for order in (-1, 0, 1)).ljust(len(text) + 2, "0")
    for name, test in OPERATORS.items()
    for text in spellings(name)
)
_OTHERWISE = "{" + ",".join(f'"{text}"' for text in spellings(OTHERWISE)) + "}"


def ten_places(operand: Operand) -> str:
    """A number as it is compared: at ten decimals."""
    if operand.is_known and isinstance(operand.value, int | float):
        return literal(round_half_up(operand.value, COMPARED_PLACES))
    return pieces.rounded(operand.text, COMPARED_PLACES)


def compared(value: Operand, sign: str, threshold: Operand) -> str:
    """A comparison by an operator that is known."""
    return f"{ten_places(value)}{_EXCEL[sign]}{ten_places(threshold)}"


def is_operator(sign: Operand) -> str:
    """Whether a cell names an operator or nothing."""
    return f'ISNUMBER(FIND("|"&{pieces.stripped(sign)}&"|","||{_SIGNS}"))'


def compared_by_cell(value: Operand, sign: Operand, threshold: Operand) -> str:
    """A comparison by the operator in a cell; #VALUE! where it is none."""
    order = f"SIGN({ten_places(value)}-{ten_places(threshold)})"
    return f'MID("{_HOLDS}",FIND("|"&{pieces.stripped(sign)}&"|","{_SIGNS}")+{order}+1,1)="1"'


def first_tier(value: Operand, table: Operand, then: Then) -> str:
    """What the first row that applies gives; #N/A where none does. `value` is a number."""
    if table.shape is Shape.RANGE:
        return _first_of_range(value, table, then)
    try:
        rows = tiers(_content(table, "分档"))
    except CellError as error:
        return literal(error)
    return _first_of(value, rows, then)


def _content(table: Operand, what: str) -> Any:
    """The text or array constant of a table.

    Errors: NoPlainFormError: the text stands in a cell or is calculated.
    """
    if table.shape in (Shape.CONSTANT, Shape.ARRAY):
        return table.value
    raise NoPlainFormError(f"写成文字的{what}放在单元格里或由公式得出（{table.text}），请直接写在公式里，或改用区域")


def _first_of(value: Operand, rows: list[Tier], then: Then) -> str:
    text = MISSING
    for tier in reversed(rows):
        result = then(constant(tier.result))
        if tier.threshold is None:
            text = result
        else:
            text = f"IF({compared(value, tier.operator, constant(tier.threshold))},{result},{text})"
    return text


def _first_of_range(value: Operand, table: Operand, then: Then) -> str:
    rows = table.cells()
    if len(rows[0]) != 3:
        return WRONG
    text = MISSING
    for row in reversed(rows):
        text = f"IF({_applies(value, *row)},{then(row[2])},{text})"
    return _without_errors(table, text)


def _applies(value: Operand, sign: Operand, threshold: Operand, result: Operand) -> str:
    """Whether a row applies: no where it is blank; an error where it can't be read."""
    name = pieces.stripped(sign)
    test = f"IF(ISNUMBER({threshold.text}),{compared_by_cell(value, sign, threshold)},{WRONG})"
    test = f'IF(OR({name}="",{threshold.text}=""),{MISSING},{test})'
    test = f"IF(OR({name}={_OTHERWISE}),TRUE,{test})"
    return f'IF({sign.text}&{threshold.text}&{result.text}="",FALSE,{test})'


def _without_errors(table: Operand, body: str) -> str:
    """The body where no cell of the table is an error."""
    total = f"SUM({table.text})"
    return pieces.unmoved([table], f"IF(ISERROR({total}),{total},{body})")


def points(result: Operand) -> str:
    """What a row gives, as points."""
    return pieces.number(result, result.text)


def grade(result: Operand) -> str:
    """What a row gives, as the name of a grade."""
    if result.shape is Shape.CONSTANT:
        return literal(as_text(result.value))  # type: ignore[arg-type]
    return f'IF({result.text}="",{MISSING},IF(ISLOGICAL({result.text}),{WRONG},{result.text}&""))'


def chosen(choice: Operand, table: Operand) -> str:
    """The points of an option, to the letter; #VALUE! where it is none."""
    name = pieces.trimmed(choice)
    if table.is_list:
        rows = table.cells()
        if len(rows[0]) != 2:
            return WRONG
        body = WRONG if table.shape is Shape.ARRAY else _none_of(table)
        for option, given in reversed(rows):
            body = f"IF(EXACT({name},{pieces.stripped(option)}),{points(given)},{body})"
        body = _without_errors(table, body)
    else:
        body = _chosen_of_text(name, table)
    return f'IF({name}="",{MISSING},{body})'


def _none_of(table: Operand) -> str:
    """What an option gets that is not in a range: #N/A where nothing is."""
    return f"IF(COUNTBLANK({table.text})={pieces.size(table)},{MISSING},{WRONG})"


def _chosen_of_text(name: str, table: Operand) -> str:
    try:
        found = options(_content(table, "选项"))
    except CellError as error:
        return literal(error)
    body = WRONG
    for option, given in reversed(found.items()):
        body = f"IF(EXACT({name},{literal(option)}),{literal(given)},{body})"
    return body
