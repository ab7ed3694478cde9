"""What stands for an argument while a call is turned into a plain formula: its text and what is known of it beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from xlperf.errors import CellError
from xlperf.formula.parsing import parsed
from xlperf.formula.tree import Bracketed, Call, Literal, Name, Operation, Reference, Sign
from xlperf.values import Grid, Value


class NoPlainFormError(Exception):
    """A call that no plain formula does the work of; the message says why, in Chinese."""


class Shape(StrEnum):
    """What an argument is. A number or a truth value may also turn out to be an error."""

    OMITTED = "省略"
    CONSTANT = "常数"
    ARRAY = "数组常数"
    CELL = "单元格"
    RANGE = "区域"
    NUMBER = "数的算式"
    FLAG = "真假的算式"
    ANY = "算式"


@dataclass(frozen=True)
class Operand:
    """An argument, or the result of a call that is one.

    `value`: the constant, or the grid of an array constant. `rows`: the addresses of a range without their sheet, which
    `sheet` has with its exclamation mark; none where the range is too large to be taken cell by cell. `is_share`: known
    to be from 0 to 1. `is_movable`: the range is a name, which may come to mean more cells.
    """

    text: str
    shape: Shape
    value: Value | Grid = None
    sheet: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    is_share: bool = False
    is_movable: bool = False

    @property
    def atom(self) -> str:
        """The text as a part of a larger expression."""
        return self.text if is_atom(self.text) else f"({self.text})"

    @property
    def is_known(self) -> bool:
        """Whether the value stands fixed in the formula."""
        return self.shape in (Shape.CONSTANT, Shape.OMITTED)

    @property
    def is_list(self) -> bool:
        """Whether it is more than one cell."""
        return self.shape in (Shape.RANGE, Shape.ARRAY)

    def cells(self) -> list[list[Operand]]:
        """The single cells, row by row.

        Errors: NoPlainFormError: too many to be written out.
        """
        if self.shape is Shape.ARRAY and isinstance(self.value, list):
            return [[constant(value) for value in row] for row in self.value]
        if self.shape is not Shape.RANGE:
            return [[self]]
        if not self.rows:
            raise NoPlainFormError(f"区域 {self.text} 太大，不能逐格写出")
        return [[Operand(self.sheet + ref, Shape.CELL) for ref in row] for row in self.rows]

    def column(self, number: int) -> str:
        """The text of a column, counted from 0, of a range or an array constant."""
        if self.shape is Shape.ARRAY and isinstance(self.value, list):
            return "{" + ";".join(literal(row[number]) for row in self.value) + "}"
        if self.shape is not Shape.RANGE:
            return self.text
        first, last = self.rows[0][number], self.rows[-1][number]
        return f"{self.sheet}{first}" if first == last else f"{self.sheet}{first}:{last}"


OMITTED = Operand("", Shape.OMITTED)


def constant(value: Value) -> Operand:
    """An argument that is written out."""
    return Operand(literal(value), Shape.CONSTANT, value)


def expression(text: str, *, is_share: bool = False) -> Operand:
    """The result of a call that gives a number or an error."""
    return Operand(text, Shape.NUMBER, is_share=is_share)


def condition(text: str) -> Operand:
    """The result of a call that gives TRUE, FALSE or an error."""
    return Operand(text, Shape.FLAG)


def literal(value: Value) -> str:
    """A value as a formula writes it."""
    if value is None:
        return '""'
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, CellError):
        return "NA()" if value.code == "#N/A" else value.code
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else f"{value:.15g}".upper()


@lru_cache(maxsize=1024)
def is_atom(text: str) -> bool:
    """Whether a text may stand beside an operator as it is: a reference, a constant, one call or one bracket."""
    if not text:
        # An argument that is left out.
        return True
    root = parsed(text).root
    if isinstance(root, Operation):
        return root.operators[0] == ":"
    while isinstance(root, Sign) and root.sign not in ("+", "-"):
        root = root.operand
        if isinstance(root, Call | Bracketed):
            return False
    return isinstance(root, Reference | Name | Call | Bracketed) or (
        isinstance(root, Literal) and root.kind != "string"
    )
