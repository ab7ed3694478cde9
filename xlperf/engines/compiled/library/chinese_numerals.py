"""Numbers in Chinese: [DBNum1] to [DBNum3] of formats, NUMBERSTRING, RMB."""

from __future__ import annotations

from typing import NamedTuple


class Numerals(NamedTuple):
    """A way of writing numbers: the ten digits, what follows tens, hundreds and thousands, and what four digits each.

    `has_leading_one`: ten is 一十 and not 十.
    """

    digits: str
    places: str
    groups: tuple[str, ...] = ("", "万", "亿", "万亿")

    def spelt(self, digits: str) -> str:
        """Digits one by one."""
        return "".join(self.digits[int(digit)] if digit.isdecimal() else digit for digit in digits)

    def counted(self, digits: str) -> str:
        """A whole number with the words for tens, hundreds and so on; one word for zeros between others."""
        plain = digits.lstrip("0")
        if not plain:
            return self.digits[0]
        height = (len(plain) + 3) // 4
        padded = plain.zfill(height * 4)
        found, is_after_zero = "", False
        for number in range(height):
            four = padded[number * 4 : number * 4 + 4]
            if four == "0000":
                is_after_zero = bool(found)
                continue
            if found and (is_after_zero or four[0] == "0"):
                found += self.digits[0]
            found += self._four(four.lstrip("0")) + self.groups[height - 1 - number]
            is_after_zero = False
        return found

    def _four(self, digits: str) -> str:
        """Up to four digits, the first not zero."""
        found, is_after_zero = "", False
        for place, digit in enumerate(reversed(digits)):
            if digit == "0":
                is_after_zero = True
                continue
            if is_after_zero and found:
                found = self.digits[0] + found
            found = self.digits[int(digit)] + (self.places[place - 1] if place else "") + found
            is_after_zero = False
        return found


LOWER = Numerals("〇一二三四五六七八九", "十百千")
FORMAL = Numerals("零壹贰叁肆伍陆柒捌玖", "拾佰仟")
WIDE = Numerals("０１２３４５６７８９", "十百千")
BY_NUMBER = {1: LOWER, 2: FORMAL, 3: WIDE}
# Beyond this Excel's words for groups are in doubt.
MOST_DIGITS = 12


def in_words(numerals: Numerals, shown: str) -> str:
    """A number as the general format shows it, in words: the whole in counted digits, the rest spelt."""
    sign = "-" if shown.startswith("-") else ""
    whole, point, rest = shown.removeprefix("-").partition(".")
    return sign + numerals.counted(whole) + point + numerals.spelt(rest)
