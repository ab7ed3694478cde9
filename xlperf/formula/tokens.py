"""Formula text as tokens, so that references can be moved and names replaced without touching what only looks alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from xlperf.formula.addresses import MAXIMUM_COLUMN, MAXIMUM_ROW, column_letters, column_number

# Columns up to XFD, rows up to 1048576.
_CELL = (
    r"\$?(?:[A-Wa-w][A-Za-z]{0,2}|[XYZxyz][A-Za-z]?|[Xx](?:[A-Ea-e][A-Za-z]|[Ff][A-Da-d]))"
    r"\$?(?:[1-9][0-9]{0,5}|10(?:[0-3][0-9]{4}|4(?:[0-7][0-9]{3}|8(?:[0-4][0-9]{2}|5(?:[0-6][0-9]|7[0-6])))))"
)
_WORD = r"[\w\\$][\w.\\?$]*+"
_TOKEN = re.compile(
    rf"""(?P<operator><>|<=|>=|[-(),;:!+*/^&=<>%@{{}}])
    |(?P<cell>{_CELL}(?![\w.\\?$(!]))
    |(?P<string>"(?:[^"]|"")*")
    |(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w]))
    |(?P<function>{_WORD}(?=\())
    |(?P<sheet>(?:{_WORD}|'(?:[^']|'')*+')(?=!))
    |(?P<name>{_WORD}|'(?:[^']|'')*')
    |(?P<space>\s+)
    |(?P<bracket>\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])
    |(?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!))
    |[^\s]""",
    re.X,
)
_COLUMN = re.compile(r"(\$?)([A-Za-z]{1,3})")
_ROW = re.compile(r"(\$?)([1-9][0-9]{0,6})")
_REFERENCE = re.compile(r"(\$?)([A-Za-z]*)(\$?)([0-9]*)")


class Token(NamedTuple):
    """A piece of a formula.

    Kinds: string, sheet (a sheet's name before "!"), bracket, error, number, cell, column, row, function, name,
    space, operator.
    """

    kind: str
    text: str


def tokens(text: str) -> list[Token]:
    """The tokens of a formula; joined, they are the formula again."""
    found = [Token(match.lastgroup or "operator", match[0]) for match in _TOKEN.finditer(text)]
    if ":" in text:
        for index, token in enumerate(found):
            if token.text == ":":
                _mark_ends(found, index)
    return found


def _mark_ends(found: list[Token], colon: int) -> None:
    """Names and numbers on both sides of a colon that are whole columns or rows."""
    if not 0 < colon < len(found) - 1:
        return
    left, right = found[colon - 1], found[colon + 1]
    for kind, pattern, kinds in (("column", _COLUMN, ("name",)), ("row", _ROW, ("name", "number"))):
        if all(end.kind in kinds and pattern.fullmatch(end.text) for end in (left, right)):
            found[colon - 1], found[colon + 1] = Token(kind, left.text), Token(kind, right.text)


def shifted(pieces: Sequence[Token], rows: int, columns: int) -> str:
    """The formula with its relative references moved; past the sheet's edge they go on at the other, as in Excel."""
    return "".join(
        _REFERENCE.sub(lambda match: _moved(match, rows, columns), token.text)
        if token.kind in ("cell", "column", "row")
        else token.text
        for token in pieces
    )


def relative(pieces: Sequence[Token], row: int, column: int) -> str:
    """The formula with its relative references as distances from a cell: the same wherever it is copied to."""

    def distance(match: re.Match[str]) -> str:
        fixed_column, letters, fixed_row, digits = match.groups()
        across = letters if fixed_column or not letters else f"[{column_number(letters) - column}]"
        return f"{fixed_column}{across}{fixed_row}{digits if fixed_row or not digits else f'({int(digits) - row})'}"

    return "".join(
        _REFERENCE.sub(distance, token.text, count=1) if token.kind in ("cell", "column", "row") else token.text
        for token in pieces
    )


def _moved(match: re.Match[str], rows: int, columns: int) -> str:
    fixed_column, letters, fixed_row, digits = match.groups()
    if letters and not fixed_column:
        letters = column_letters((column_number(letters) + columns - 1) % MAXIMUM_COLUMN + 1)
    if digits and not fixed_row:
        digits = str((int(digits) + rows - 1) % MAXIMUM_ROW + 1)
    return fixed_column + letters + fixed_row + digits
