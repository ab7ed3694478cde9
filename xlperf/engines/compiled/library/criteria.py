"""COUNTIF and its kin: what a criterion means, and the cells that meet it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import compress, count
from typing import Any

from xlperf.engines.compiled.library.ranges import Area, check_size
from xlperf.engines.compiled.library.scalars import DIV0, VALUE, Stop, finite, number_of_text
from xlperf.engines.compiled.library.text_order import text_order
from xlperf.errors import CellError
from xlperf.values import Value

Test = Callable[[Value], bool]
_KEPT_ANSWERS, _LONGEST_KEPT = 64, 64
_SIGNED = re.compile(r"(<>|<=|>=|<|>|=|)(.*)", re.S)
_WILD = re.compile(r"[*?~]")


def criterion(stated: Any) -> Test:
    """The test that a criterion stands for."""
    if isinstance(stated, str):
        return _of_text(stated)
    if isinstance(stated, bool):
        return lambda value: value is stated
    if isinstance(stated, CellError):
        return lambda value: value == stated
    return _equals_number(0.0 if stated is None else float(stated))


@lru_cache(maxsize=1024)
def _of_text(stated: str) -> Test:
    sign, wanted = _SIGNED.fullmatch(stated).groups()  # type: ignore[union-attr]
    if not wanted:
        return _of_nothing(sign)
    operand = _operand(wanted)
    if sign in ("", "="):
        return _equals(operand)
    if sign == "<>" and isinstance(operand, float):
        # Text that says the number is met by "=", but differs from it: so Excel saved it.
        return lambda value: not (type(value) is float and value == operand)
    if sign == "<>":
        test = _equals(operand)
        return lambda value: not test(value)
    return _ordered(sign, operand)


def _of_nothing(sign: str) -> Test:
    if sign == "":
        return lambda value: value is None or value == ""
    if sign == "=":
        return lambda value: value is None
    if sign == "<>":
        return lambda value: value is not None
    return lambda value: False


def _operand(wanted: str) -> Value:
    folded = wanted.upper()
    if folded in ("TRUE", "FALSE"):
        return folded == "TRUE"
    if folded in CellError.CODES:
        return CellError(folded)
    try:
        return number_of_text(wanted)
    except Stop:
        return wanted


def _equals(operand: Value) -> Test:
    if isinstance(operand, bool):
        return lambda value: value is operand
    if isinstance(operand, float):
        return _Answers(_equals_number(operand)).__getitem__
    if isinstance(operand, str):
        if not _WILD.search(operand):
            folded = operand.casefold()
            return _Answers(lambda value: type(value) is str and value.casefold() == folded).__getitem__
        matches = wildcard(operand)
        return _Answers(lambda value: type(value) is str and matches(value)).__getitem__
    return lambda value: value == operand


class _Answers(dict[Value, bool]):
    """Whether values meet a criterion; the answers for blanks and some short texts are kept.

    Those for other values are not, since 1 and TRUE are one key.
    """

    def __init__(self, test: Test) -> None:
        super().__init__()
        self._test = test

    def __missing__(self, value: Value) -> bool:
        answer = self._test(value)
        if value is None or (type(value) is str and len(value) <= _LONGEST_KEPT and len(self) < _KEPT_ANSWERS):
            self[value] = answer
        return answer


def _equals_number(wanted: float) -> Test:
    """A number equals the number, and text that says it."""

    def test(value: Value) -> bool:
        if type(value) is float:
            return value == wanted
        return type(value) is str and _says(value) == wanted

    return test


@lru_cache(maxsize=4096)
def _says(text: str) -> float | None:
    try:
        return number_of_text(text)
    except Stop:
        return None


def _ordered(sign: str, operand: Value) -> Test:
    is_up, is_with = sign[0] == ">", len(sign) == 2

    def compared(value: Any, wanted: Any) -> bool:
        if value == wanted:
            return is_with
        return bool(value > wanted) if is_up else bool(value < wanted)

    if isinstance(operand, float):
        return lambda value: type(value) is float and compared(value, operand)
    if isinstance(operand, str):
        return lambda value: type(value) is str and compared(text_order(value, operand), 0)
    if isinstance(operand, bool):
        return lambda value: type(value) is bool and compared(value, operand)
    return lambda value: False


@lru_cache(maxsize=4096)
def pattern(wanted: str) -> re.Pattern[str]:
    """Text with * and ? as a pattern; ~ before them takes them as they are."""
    pieces = []
    for piece in re.findall(r"~[*?~]|.", wanted, re.S):
        if len(piece) == 2:
            pieces.append(re.escape(piece[1]))
        else:
            pieces.append({"*": ".*", "?": "."}.get(piece, re.escape(piece)))
    # What lies between stars is taken at its first place and never tried again: no criterion can run for ever.
    first, *middle = re.split(r"(?:\.\*)+", "".join(pieces))
    last = f".*{middle.pop()}" if middle else ""
    return re.compile(first + "".join(f"(?>.*?{piece})" for piece in middle) + last, re.S | re.I)


@lru_cache(maxsize=4096)
def wildcard(wanted: str) -> Callable[[str], bool]:
    """The test whether a text is like one with * and ?."""
    if "?" in wanted or "~" in wanted:
        matches = pattern(wanted).fullmatch
        return lambda value: matches(value) is not None
    first, *middle = wanted.casefold().split("*")
    last = middle.pop()
    least = len(first) + len(last)

    def test(value: str) -> bool:
        folded = value.casefold()
        if len(folded) < least or not (folded.startswith(first) and folded.endswith(last)):
            return False
        place, end = len(first), len(folded) - len(last)
        for piece in middle:
            place = folded.find(piece, place, end)
            if place < 0:
                return False
            place += len(piece)
        return True

    return test


def count_if(area: Area, stated: Any) -> float:
    """COUNTIF."""
    test = criterion(stated)
    found, there = 0, 0
    for column in area.lists():
        found += sum(map(test, column))
        there += len(column)
    return float(found + (area.height * area.width - there if test(None) else 0))


def _chosen(pairs: Sequence[Any]) -> list[list[bool]]:
    """For each cell of ranges of one size, by column, whether it meets all criteria; without blank rows that don't.

    Errors: #VALUE!: the ranges differ in size.
    """
    first = pairs[0]
    if any((area.height, area.width) != (first.height, first.width) for area in pairs[::2]):
        raise Stop(VALUE)
    tests = [criterion(stated) for stated in pairs[1::2]]
    lists = [area.lists() for area in pairs[::2]]
    # Below what is there all cells are blank: where a blank meets no criterion, nothing is chosen there.
    refusing = [not test(None) for test in tests]
    if not any(refusing):
        check_size(first.height, first.width)
    return [_met_in([each[index] for each in lists], tests, refusing, first.height) for index in range(first.width)]


def _met_in(
    columns: Sequence[Sequence[Value]], tests: Sequence[Test], refusing: Sequence[bool], height: int
) -> list[bool]:
    """For each cell of a column, as far down as there may be one, whether those beside it meet all criteria."""
    height = min(
        (len(column) for column, is_refusing in zip(columns, refusing, strict=True) if is_refusing), default=height
    )
    chosen = [True] * height
    for column, test in zip(columns, tests, strict=True):
        met = [*map(test, column[:height])]
        met += [test(None)] * (height - len(met))
        chosen = [a and b for a, b in zip(chosen, met, strict=True)]
    return chosen


def count_ifs(*pairs: Any) -> float:
    """COUNTIFS."""
    if len(pairs) == 2:
        return count_if(*pairs)
    return float(sum(map(sum, _chosen(pairs))))


def _met(summed: Area, pairs: Sequence[Any]) -> Iterator[Value]:
    """The values whose cells meet all criteria; the summed range reaches as far as the tested one does."""
    for index, column in enumerate(_chosen(pairs)):
        for row in compress(count(), column):
            yield summed.at(row, index)


def _numbers(values: Iterator[Value]) -> list[float]:
    found = []
    for value in values:
        if type(value) is float:
            found.append(value)
        elif isinstance(value, CellError):
            raise Stop(value)
    return found


def sum_ifs(summed: Area, *pairs: Any) -> float:
    """SUMIFS.

    Errors: those of the cells that are added; #VALUE!: the ranges differ in size.
    """
    _check_size(summed, pairs[0])
    return finite(float(sum(_numbers(_met(summed, pairs)))))


def average_ifs(summed: Area, *pairs: Any) -> float:
    """AVERAGEIFS."""
    _check_size(summed, pairs[0])
    return _average(_numbers(_met(summed, pairs)))


def largest_of_those(area: Area, *pairs: Any) -> float:
    """MAXIFS; of nothing it is 0."""
    _check_size(area, pairs[0])
    return max(_numbers(_met(area, pairs)), default=0.0)


def smallest_of_those(area: Area, *pairs: Any) -> float:
    """MINIFS; of nothing it is 0."""
    _check_size(area, pairs[0])
    return min(_numbers(_met(area, pairs)), default=0.0)


def sum_if(area: Area, stated: Any, summed: Area | None = None) -> float:
    """SUMIF; the summed range may be given by its first cell."""
    return finite(float(sum(_numbers(_met(summed or area, (area, stated))))))


def average_if(area: Area, stated: Any, summed: Area | None = None) -> float:
    """AVERAGEIF."""
    return _average(_numbers(_met(summed or area, (area, stated))))


def _average(numbers: list[float]) -> float:
    if not numbers:
        raise Stop(DIV0)
    return finite(sum(numbers) / len(numbers))


def _check_size(summed: Area, tested: Area) -> None:
    if (summed.height, summed.width) != (tested.height, tested.width):
        raise Stop(VALUE)
