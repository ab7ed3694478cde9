"""Formula text as tokens, so that references can be moved and names replaced without touching what only looks alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
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
# A reference whose row is relative: what stands before the row, and the row.
_DOWN = re.compile(r"(\$?[A-Za-z]{0,3})([0-9]+)")
_DIGITS = re.compile(r"[0-9]+")
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
    # Made directly, since a workbook has some hundred thousand.
    made = tuple.__new__
    found = [made(Token, (match.lastgroup or "operator", match[0])) for match in _TOKEN.finditer(text)]
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


class Copied:
    """A formula as it is copied to other cells: what stays, and between it the columns and rows that move."""

    def __init__(self, pieces: Iterable[Token]) -> None:
        self._moving: list[tuple[bool, int]] = []
        self._between: list[str] = []
        staying: list[str] = []
        for kind, text in pieces:
            reference = _REFERENCE.match(text) if kind in ("cell", "column", "row") else None
            if reference is None:
                staying.append(text)
                continue
            fixed_column, letters, fixed_row, digits = reference.groups()
            staying.append(fixed_column)
            if letters and not fixed_column:
                self._move(False, column_number(letters), staying)
            else:
                staying.append(letters)
            staying.append(fixed_row)
            if digits and not fixed_row:
                self._move(True, int(digits), staying)
            else:
                staying.append(digits)
        self._last = "".join(staying)

    def _move(self, is_row: bool, number: int, before: list[str]) -> None:
        self._moving.append((is_row, number))
        self._between.append("".join(before))
        before.clear()

    def shifted(self, rows: int, columns: int) -> str:
        """The formula so far down and to the right; past the sheet's edge references go on at the other, as in Excel."""
        moved = [
            str((number + rows - 1) % MAXIMUM_ROW + 1)
            if is_row
            else column_letters((number + columns - 1) % MAXIMUM_COLUMN + 1)
            for is_row, number in self._moving
        ]
        return self._joined(moved)

    def relative(self, row: int, column: int) -> str:
        """The formula with distances from a cell in the place of what moves: the same wherever it is copied to."""
        return self._joined(
            [f"({number - row})" if is_row else f"[{number - column}]" for is_row, number in self._moving]
        )

    def _joined(self, moved: list[str]) -> str:
        return "".join([text for pair in zip(self._between, moved, strict=True) for text in pair]) + self._last


def shifted(pieces: Iterable[Token], rows: int, columns: int) -> str:
    """The formula with its relative references moved, as `Copied` does it for many cells."""
    return Copied(pieces).shifted(rows, columns)


class Above:
    """A formula that others further down its column may be copies of; these differ from it in rows only."""

    def __init__(self, text: str) -> None:
        self._text = text
        between = _DIGITS.split(text)
        self._first, self._last = between[0], between[-1]

    def is_copied(self, text: str, rows: int) -> bool:
        """Whether a formula is this one so many rows further down; past the sheet's edge none is."""
        if not (text.startswith(self._first) and text.endswith(self._last)):
            return False
        template, numbers = self._moving
        return template % tuple([number + rows for number in numbers]) == text

    @cached_property
    def _moving(self) -> tuple[str, list[int]]:
        """The formula with a mark for each row that moves, and these rows."""
        texts, rows = [], []
        for kind, text in tokens(self._text):
            moving = _DOWN.fullmatch(text) if kind == "cell" or kind == "row" else None
            if moving:
                texts.append(f"{moving[1]}%d")
                rows.append(int(moving[2]))
            else:
                texts.append(text.replace("%", "%%"))
        return "".join(texts), rows
