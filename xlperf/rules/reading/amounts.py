"""Numbers in the phrases of a scoring text: points, percentages, fractions, Chinese numerals."""

from __future__ import annotations

from fractions import Fraction

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
NUMERALS = {sign: n for n, sign in enumerate("零一二三四五六七八九十")} | {"两": 2}


def fraction(text: str) -> Fraction:
    """The last number of a phrase: 扣0.5分, 扣权重分的1/3, 三分之一, 25%; 0 where there is none, or none that can be."""
    if "分之" in text:
        head, _, tail = text.partition("分之")
        below = "".join(sign for sign in head if sign in NUMERALS)
        above = "".join(sign for sign in tail if sign in NUMERALS)
        return Fraction(numeral(above), numeral(below))
    digits = "".join(sign if sign in "0123456789./%" else " " for sign in text).split()
    if not digits:
        return Fraction(0)
    above, _, below = digits[-1].rstrip("%").partition("/")
    divisor = Fraction(below) if below else Fraction(100 if digits[-1].endswith("%") else 1)
    return Fraction(above) / divisor if divisor else Fraction(0)


def numeral_of(text: str) -> int:
    """The Chinese number in a phrase such as 每超过一个百分点; 0 where there is none."""
    digits = "".join(sign for sign in text if sign in NUMERALS)
    return numeral(digits) if digits else 0


def numeral(text: str) -> int:
    """A Chinese number below a hundred, or one that is written figure by figure (一五)."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(NUMERALS[sign]) for sign in text))
    return (numeral(tens) if tens else 1) * 10 + (numeral(ones) if ones else 0)
