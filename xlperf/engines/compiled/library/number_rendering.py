"""Numbers by the placeholders of a format: digits, thousands, per cent, scaling, powers of ten, fractions; the general one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from xlperf.engines.compiled.library.chinese_numerals import BY_NUMBER, MOST_DIGITS, in_words
from xlperf.engines.compiled.library.number_formats import Piece, Section
from xlperf.formula.tree import NotUnderstoodError
from xlperf.values import SIGNIFICANT_DIGITS

_EMPTY = {"0": "0", "#": "", "?": " "}
_CONTEXT = Context(prec=400)
_WIDTH, _DIGITS = 11, 10


def general(value: float) -> str:
    """A number in the general format of a cell, which is eleven characters wide."""
    size = abs(float(f"{value:.{SIGNIFICANT_DIGITS}g}"))
    if size == 0:
        return "0"
    sign = "-" if value < 0 else ""
    power = int(f"{size:.14e}".partition("e")[2])
    if -5 < power < _DIGITS + 1:
        return sign + _plain(size, min(_DIGITS - 1 - power, _DIGITS - 1) if power < _DIGITS else 0)
    if power <= -5:
        shown = format(Decimal(repr(size)), "f")
        if len(shown) <= _WIDTH:
            return sign + shown
    mantissa, _, exponent = f"{size:.5e}".partition("e")
    return f"{sign}{mantissa.rstrip('0').rstrip('.')}E{int(exponent):+03d}"


def _plain(size: float, places: int) -> str:
    shown = format(_rounded(Decimal(f"{size:.{SIGNIFICANT_DIGITS}g}"), max(places, 0)), "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def rendered(section: Section, value: float) -> str:
    """A number, whose sign doesn't count, by a section."""
    pieces = section.pieces
    number = Decimal(f"{abs(value):.{SIGNIFICANT_DIGITS}g}")
    if any(piece.kind == "general" for piece in pieces) or (section.numerals and not pieces):
        shown = _general_in(section, float(number))
        inner = pieces or (Piece("general", ""),)
        return "".join(shown if piece.kind == "general" else piece.text for piece in inner)
    if any(piece.kind == "text" for piece in pieces):
        return "".join(general(abs(value)) if piece.kind == "text" else piece.text for piece in pieces)
    slash = _slash(pieces)
    if slash is not None:
        return _spelt(section, _fraction(pieces, slash, number))
    number = number.scaleb(2 * sum(piece.kind == "percent" for piece in pieces), _CONTEXT)
    return _spelt(section, _in_places(pieces, number))


def _general_in(section: Section, value: float) -> str:
    shown = general(value)
    if not section.numerals:
        return shown
    if "E" in shown or len(shown.partition(".")[0]) > MOST_DIGITS:
        raise NotUnderstoodError("数太大，中文数字的写法不能确定")
    return in_words(BY_NUMBER[section.numerals], shown)


def _spelt(section: Section, shown: str) -> str:
    return BY_NUMBER[section.numerals].spelt(shown) if section.numerals else shown


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _CONTEXT)


def _in_places(pieces: Sequence[Piece], number: Decimal) -> str:
    """A number in the places that a format has for it."""
    kinds = [piece.kind for piece in pieces]
    power = kinds.index("power") if "power" in kinds else len(pieces)
    point = kinds.index("point") if "point" in kinds[:power] else power
    whole = [place for place in range(point) if kinds[place] == "digit"]
    rest = [place for place in range(point, power) if kinds[place] == "digit"]
    last = max([*whole, *rest], default=-1)
    commas = [place for place in range(power) if kinds[place] == "comma"]
    is_grouped = any(whole and whole[0] < place < whole[-1] for place in commas)
    scaled = sum(all(kind == "comma" for kind in kinds[last + 1 : place + 1]) for place in commas if place > last)
    if kinds.count("point") > 1 or any(point < place < last for place in commas):
        raise NotUnderstoodError("数字格式里小数点、逗号的位置读不懂")
    number = number.scaleb(-3 * scaled, _CONTEXT)
    exponent = 0
    if power < len(pieces):
        number, exponent = _with_power(number, max(len(whole), 1), len(rest))
    digits = format(_rounded(number, len(rest)), "f")
    before, _, after = digits.partition(".")
    shown = {**_whole_digits(pieces, whole, before.lstrip("0"), is_grouped), **_rest_digits(pieces, rest, after)}
    if power < len(pieces):
        shown |= _power_digits(pieces, power, exponent)
    if not whole and before.lstrip("0") and point < power:
        shown[point] = before.lstrip("0") + "."
    return "".join(shown.get(p, "" if k == "comma" else pieces[p].text) for p, k in enumerate(kinds))


def _whole_digits(pieces: Sequence[Piece], places: Sequence[int], digits: str, is_grouped: bool) -> dict[int, str]:
    """What stands in the places before the point; the first one takes all digits that are left."""
    shown: dict[int, str] = {}
    count = 0
    for number, place in enumerate(reversed(places)):
        is_first = number == len(places) - 1
        taken = digits if is_first else digits[-1:]
        digits = "" if is_first else digits[:-1]
        text = ""
        for digit in reversed(taken or _EMPTY[pieces[place].text]):
            comma = "" if not is_grouped or not count or count % 3 else (" " if digit == " " else ",")
            text = digit + comma + text
            count += 1
        shown[place] = text
    return shown


def _rest_digits(pieces: Sequence[Piece], places: Sequence[int], digits: str) -> dict[int, str]:
    shown, is_needed = {}, False
    for place, digit in reversed([*zip(places, digits, strict=True)]):
        is_needed = is_needed or digit != "0"
        shown[place] = digit if is_needed else _EMPTY[pieces[place].text]
    return shown


def _with_power(number: Decimal, step: int, places: int) -> tuple[Decimal, int]:
    """A number as one with few digits before the point and a power of ten."""
    if not number:
        return number, 0
    exponent = number.adjusted() // step * step
    scaled = _rounded(number.scaleb(-exponent, _CONTEXT), places)
    if scaled.adjusted() >= step:
        exponent += step
        scaled = number.scaleb(-exponent, _CONTEXT)
    return scaled, exponent


def _power_digits(pieces: Sequence[Piece], power: int, exponent: int) -> dict[int, str]:
    sign = "-" if exponent < 0 else "+" if pieces[power].text.endswith("+") else ""
    places = [place for place in range(power, len(pieces)) if pieces[place].kind == "digit"]
    if not places:
        raise NotUnderstoodError("数字格式的指数没有数位")
    return {
        power: pieces[power].text[0].upper() + sign,
        **_whole_digits(pieces, places, str(abs(exponent)).lstrip("0"), False),
    }


def _slash(pieces: Sequence[Piece]) -> int | None:
    """The place of a fraction's bar: a slash between digits."""
    for place, piece in enumerate(pieces[1:-1], 1):
        before, behind = pieces[place - 1], pieces[place + 1]
        if piece == ("literal", "/") and before.kind == "digit" and (behind.kind == "digit" or behind.text.isdecimal()):
            return place
    return None


def _fraction(pieces: Sequence[Piece], slash: int, number: Decimal) -> str:
    """A number as a fraction, with its whole part apart where the format has a place for it."""
    start = slash
    while start and pieces[start - 1].kind == "digit":
        start -= 1
    end = slash + 1
    while end < len(pieces) and (pieces[end].kind == "digit" or pieces[end].text.isdecimal()):
        end += 1
    below = "".join(piece.text for piece in pieces[slash + 1 : end])
    head = pieces[:start]
    has_whole = any(piece.kind == "digit" for piece in head)
    exact = Fraction(number)
    whole = math.floor(exact) if has_whole else 0
    is_fixed = any(digit in below for digit in "123456789")
    top, bottom = _parts(exact - whole, int(below) if is_fixed else None, len(below))
    if has_whole and top == bottom:
        whole, top = whole + 1, 0
    ending = "".join(piece.text for piece in pieces[end:])
    beginning = _in_places(head, Decimal(whole)) if has_whole else "".join(piece.text for piece in head)
    if not has_whole:
        return beginning + _numerator(pieces[start:slash], top) + "/" + _denominator(below, bottom, is_fixed) + ending
    if top == 0:
        if "0" in "".join(piece.text for piece in pieces[start:end]) and not is_fixed:
            raise NotUnderstoodError("分数格式用于整数，写法不能确定")
        beginning = beginning if whole else _in_places([*head[:-2], Piece("digit", "0"), *head[-1:]], Decimal(0))
        return beginning + " " * (end - start) + ending
    return beginning + _numerator(pieces[start:slash], top) + "/" + _denominator(below, bottom, is_fixed) + ending


def _numerator(pieces: Sequence[Piece], top: int) -> str:
    places = range(len(pieces))
    return (
        "".join(_whole_digits(pieces, [*places], str(top).lstrip("0"), False)[place] for place in places)
        if top
        else ("".join(_EMPTY[p.text] for p in pieces[:-1]) + "0")
    )


def _denominator(below: str, bottom: int, is_fixed: bool) -> str:
    if is_fixed:
        return below
    shown = str(bottom)
    return shown + "".join(" " if place == "?" else "" for place in below[len(shown) :])


def _parts(exact: Fraction, bottom: int | None, width: int) -> tuple[int, int]:
    """Numerator and denominator: a stated one, or the nearest with so many digits."""
    if bottom is not None:
        top = math.floor(exact * bottom + Fraction(1, 2))
        return top, bottom
    nearest = exact.limit_denominator(10**width - 1)
    return nearest.numerator, nearest.denominator
