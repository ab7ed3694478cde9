"""Random small sheets: inputs of all sorts in A1:D6, formulas below each other in column F, of what our workbooks use."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

import openpyxl

from xlperf.errors import CellError
from xlperf.registry import Kind, Parameter, worksheet_functions
from xlperf.values import Value

T = TypeVar("T")
Sheet = dict[str, Value]
Expressions = Callable[[int], str]
ROWS, FORMULAS, DEPTH = 6, 8, 3
NUMBERS = (0.0, 1.0, 2.0, 3.0, -1.0, 0.5, 0.1, 0.3, 1.005, 2.675, 99.99, 12.5, 44561.0, 1e9 / 3, 1234567.89)
TEXTS = ("甲", "乙", "合计", "是", "abc", "ABC", "", " a ", "12", "1.5", "98%", "2021-12-31", "无", "TRUE", "a*", "?")
ERRORS = tuple(CellError(code) for code in ("#N/A", "#DIV/0!", "#VALUE!"))
CRITERIA = ('"甲"', '"<>甲"', '">1"', '"<=2"', '"?*"', '"<>"', '"*a*"', '"12"', '"<0"', '">=0.5"', '"<>0"', "A2", "B3")
COLUMNS = ("A1:A6", "B1:B6", "C1:C6", "D1:D6")
BLOCKS = (*COLUMNS, "A2:A5", "C1:C3", "A1:D1", "A3:C3", "A1:C6", "B2:D4", "B4")
COMPARISONS = ("=", "<>", "<", ">", "<=", ">=")


class Sheets:
    """A source of sheets, the same ones for the same random numbers.

    A plain one has no functions of ours, truth values only as conditions, and no order of texts: LibreOffice knows no
    functions of ours, takes truth values for numbers, and sorts texts by the language.
    """

    def __init__(self, source: random.Random, *, is_plain: bool = False) -> None:
        self._source = source
        self._ours = () if is_plain else tuple(worksheet_functions().values())
        self._is_plain = is_plain
        self._above = 0

    def next(self) -> Sheet:
        """Inputs and formulas by reference."""
        sheet: Sheet = {f"{letter}{row}": self._input(letter) for letter in "ABCD" for row in range(1, ROWS + 1)}
        for row in range(1, FORMULAS + 1):
            self._above = row - 1
            mixed = (self._number, self._text) if self._is_plain else (self._truth, self._any)
            kind = self._one((self._number, self._number, self._number, self._text, *mixed))
            sheet[f"F{row}"] = f"={kind(DEPTH)}"
        return sheet

    def _one(self, choices: Sequence[T]) -> T:
        return choices[self._source.randrange(len(choices))]

    def _chance(self, percent: int) -> bool:
        return self._source.randrange(100) < percent

    def _input(self, letter: str) -> Value:
        """Column A has mostly numbers, B texts, C and D anything."""
        if self._chance(20):
            return None
        if self._chance(4):
            return self._one(ERRORS)
        usual: dict[str, Sequence[Value]] = {"A": NUMBERS, "B": TEXTS}
        anything: Sequence[Value] = (*NUMBERS, *TEXTS, *(() if self._is_plain else (True, False)))
        return self._one(usual.get(letter, anything) if self._chance(85) else anything)

    def _any(self, depth: int) -> str:
        if self._chance(4):
            return "NA()"
        kinds: list[Expressions] = [self._number, self._text, *(() if self._is_plain else (self._truth,))]
        return self._one(kinds)(depth)

    def _reference(self, letters: str) -> str:
        if self._above and self._chance(30):
            return f"F{1 + self._source.randrange(self._above)}"
        return f"{self._one(letters)}{1 + self._source.randrange(ROWS)}"

    def _stray(self, depth: int) -> bool:
        """Whether a value of any kind stands where one of a certain kind is wanted."""
        return depth > 0 and self._chance(5)

    def _number(self, depth: int) -> str:
        if self._stray(depth):
            return self._any(depth - 1)
        if depth == 0 or self._chance(20):
            return self._literal() if self._one((True, False)) else self._reference("AACD")
        kinds: tuple[Expressions, ...] = (
            self._arithmetic,
            self._rounding,
            self._adding,
            self._counting,
            self._looking_up,
            self._choosing,
        )
        more: tuple[Expressions, ...] = (self._of_text, self._called) if self._ours else (self._of_text,)
        return self._one((*kinds, *more))(depth - 1)

    def _literal(self) -> str:
        return f"{self._one(NUMBERS[:-2]):g}"

    def _arithmetic(self, depth: int) -> str:
        one, two = self._number(depth), self._number(depth)
        return self._one(
            (f"({one}+{two})", f"({one}-{two})", f"{one}*{two}", f"({one}/{two})", f"-({one})", f"({one})%")
        )

    def _rounding(self, depth: int) -> str:
        given = self._number(depth)
        plain = [f"{name}({given})" for name in ("INT", "ABS", "SIGN", "N", "LOG10")]
        places = [f"{name}({given},{self._one((0, 1, 2, 4, -1))})" for name in ("ROUND", "ROUND", "ROUNDUP")]
        return self._one((*plain, *places, f"MOD({given},{self._number(depth)})"))

    def _adding(self, depth: int) -> str:
        name = self._one(("SUM", "MAX", "MIN"))
        if self._chance(50):
            return f"{name}({self._one(BLOCKS)})"
        return f"{name}({self._one((self._one(BLOCKS), self._reference('ACD')))},{self._number(depth)})"

    def _counting(self, depth: int) -> str:
        tested, other = self._one(COLUMNS), self._one(COLUMNS)
        one, two = self._one(CRITERIA), self._one(CRITERIA)
        area = self._one(BLOCKS)
        sums = self._one(COLUMNS[:1] * 3 + COLUMNS)
        return self._one(
            (
                f"COUNT({area},{self._reference('ABCD')})",
                f"COUNTA({area})",
                f"COUNTBLANK({area})",
                f"ROWS({area})*COLUMNS({area})",
                f"COUNTIF({area},{one})",
                f"COUNTIFS({tested},{one},{other},{two})",
                f"SUMIF({tested},{one},{sums})",
                f"SUMIFS({sums},{tested},{one},{other},{two})",
                f"SUMPRODUCT({tested},{other})",
                f"SUMPRODUCT(--({tested}{self._one(COMPARISONS[: 2 if self._is_plain else None])}{self._single(depth)}))",
                f'SUMPRODUCT(({tested}<>"")*({other}="甲"))',
            )
        )

    def _single(self, depth: int) -> str:
        return self._one((self._literal(), self._quoted(), self._reference("AB")))

    def _looking_up(self, depth: int) -> str:
        match = f"MATCH({self._any(depth)},{self._one(COLUMNS)},0)"
        place = self._one((match, str(1 + self._source.randrange(ROWS + 1)), f"MAX(1,{self._number(depth)})"))
        return self._one(
            (f"INDEX({self._one(COLUMNS)},{place})", place, f"INDEX(A1:D6,{place},{self._one((1, 2, 3, 4))})")
        )

    def _choosing(self, depth: int) -> str:
        one, two = self._number(depth), self._number(depth)
        return self._one(
            (
                f"IF({self._truth(depth)},{one},{two})",
                f"IFERROR({one},{two})",
                f"IF({self._truth(depth)},{one}{',0' if self._is_plain else ''})",
                # As a value: MAX passes over text in a cell that CHOOSE leads to, and not over text.
                f"N(CHOOSE({self._one((1, 2, self._reference('A')))},{one},{two}))",
            )
        )

    def _of_text(self, depth: int) -> str:
        given = self._text(depth)
        return self._one((f"LEN({given})", f"FIND({self._quoted()},{given})", f"ERROR.TYPE({self._any(depth)})"))

    def _quoted(self) -> str:
        return f'"{self._one(TEXTS)}"'

    def _text(self, depth: int) -> str:
        if self._stray(depth):
            return self._any(depth - 1)
        if depth == 0 or self._chance(25):
            return self._quoted() if self._one((True, False)) else self._reference("BBBC")
        return self._text_of(depth - 1)

    def _text_of(self, depth: int) -> str:
        one = self._text(depth)
        return self._one(
            (
                f"({one}&{self._text(depth)})",
                f"({one}&{self._number(depth)})",
                f"TRIM({one})",
                f"SUBSTITUTE({one},{self._quoted()},{self._quoted()})",
                f"REPT({one},{self._one((0, 1, 3))})",
                f"MID({one},{self._one((1, 2, 5))},{self._one((1, 3))})",
                # Of text: formualizer writes a truth value small here.
                f'{self._one(("LEFT", "RIGHT"))}(({one}&""){self._one(("", ",0", ",1", ",3"))})',
                f"CHAR({self._one((10, 48, 65, 97))})",
                f"IF({self._truth(depth)},{one},{self._text(depth)})",
                f"IFERROR({one},{self._quoted()})",
                f"INDEX(B1:B6,MAX(1,{self._number(depth)}))",
            )
        )

    def _truth(self, depth: int) -> str:
        if self._stray(depth) and not self._is_plain:
            return self._any(depth - 1)
        if depth == 0 or self._chance(10):
            return self._one(("TRUE", "FALSE", "(A1=A2)" if self._is_plain else self._reference("D")))
        inner = depth - 1
        kind = self._one((self._number, self._number, self._text, self._any))
        signs = ("=", "<>") if self._is_plain and kind != self._number else COMPARISONS
        name = self._one(("ISNUMBER", "ISERROR", "ISERR", "ISNA", "ISLOGICAL"))
        return self._one(
            (
                f"({kind(inner)}{self._one(signs)}{kind(inner)})",
                f"({kind(inner)}{self._one(signs)}{kind(inner)})",
                f"{self._one(('AND', 'OR'))}({self._truth(inner)},{self._truth(inner)})",
                f"NOT({self._truth(inner)})",
                f"{name}({self._any(inner)})",
                f"EXACT({self._text(inner)},{self._text(inner)})",
            )
        )

    def _called(self, depth: int) -> str:
        """A call of one of our functions, mostly with arguments of the right kind."""
        spec = self._one(self._ours)
        count = self._one(range(spec.minimum_arguments, spec.maximum_arguments + 1))
        return f"{spec.name}({','.join(self._argument(parameter, depth) for parameter in spec.parameters[:count])})"

    def _argument(self, parameter: Parameter, depth: int) -> str:
        kinds: dict[Kind, Expressions] = {
            Kind.NUMBER: self._number,
            Kind.FLAG: self._truth,
            Kind.TEXT: self._text,
            Kind.ANY: self._any,
        }
        return kinds[parameter.kind](depth) if parameter.kind in kinds else self._one(BLOCKS)


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets in a workbook, by the names S1, S2, …"""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, cells in enumerate(sheets, 1):
        sheet = book.create_sheet(f"S{number}")
        for ref, value in cells.items():
            if value == "":
                continue
            sheet[ref] = value.code if isinstance(value, CellError) else value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
