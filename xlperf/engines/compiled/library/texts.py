"""Functions of text: cutting, finding, replacing; the ones that count two bytes for a Chinese character; TEXT and its kin."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from xlperf.engines.compiled.library import criteria
from xlperf.engines.compiled.library.chinese_numerals import FORMAL, LOWER, MOST_DIGITS
from xlperf.engines.compiled.library.date_rendering import rendered_date
from xlperf.engines.compiled.library.days import is_day_number
from xlperf.engines.compiled.library.number_formats import section_for, sections
from xlperf.engines.compiled.library.number_rendering import rendered
from xlperf.engines.compiled.library.number_texts import number_said
from xlperf.engines.compiled.library.rounding import round_to
from xlperf.engines.compiled.library.scalars import NA, VALUE, Stop, number, number_of_text, plain, text, truth
from xlperf.formula.tree import NotUnderstoodError, UncertainError

LONGEST = 32_767
_SPACES = re.compile(" +")
_UNASSIGNED = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))
_WORDS = re.compile(r"[^\W\d_]+")
_UNPRINTED = dict.fromkeys(range(32))


def _length(value: Any) -> int:
    length = int(number(value))
    if length < 0:
        raise Stop(VALUE)
    return length


def fitting(given: str) -> str:
    """A text that a cell can hold.

    Errors: #VALUE!: longer.
    """
    if len(given) > LONGEST:
        raise Stop(VALUE)
    return given


def left(value: Any, length: Any = 1.0) -> str:
    """LEFT."""
    return text(value)[: _length(length)]


def right(value: Any, length: Any = 1.0) -> str:
    """RIGHT."""
    given, wanted = text(value), _length(length)
    return given[max(len(given) - wanted, 0) :]


def middle(value: Any, start: Any, length: Any) -> str:
    """MID."""
    given, first, wanted = text(value), int(number(start)), _length(length)
    if first < 1:
        raise Stop(VALUE)
    return given[first - 1 : first - 1 + wanted]


def character(value: Any) -> str:
    """CHAR, by Windows' western code page; the five codes that it leaves out stand for themselves.

    Errors: #VALUE!: there is no such character.
    """
    code = int(number(value))
    if not 1 <= code <= 255:
        raise Stop(VALUE)
    return chr(code) if code in _UNASSIGNED else bytes([code]).decode("cp1252")


def code_of(value: Any) -> float:
    """CODE of a character that all code pages have in common.

    Errors: #VALUE!: no text; NotUnderstoodError: the code hangs on the machine.
    """
    given = text(value)
    if not given:
        raise Stop(VALUE)
    if not given[0].isascii():
        raise UncertainError("CODE 用于 ASCII 以外的字，随电脑的代码页而变")
    return float(ord(given[0]))


def length_of(value: Any) -> float:
    """LEN."""
    return float(len(text(value)))


def find(wanted: Any, within: Any, start: Any = 1.0) -> float:
    """FIND, with regard to case."""
    sought, given, first = text(wanted), text(within), int(number(start))
    if not 1 <= first <= len(given) + 1:
        raise Stop(VALUE)
    found = given.find(sought, first - 1)
    if found < 0:
        raise Stop(VALUE)
    return float(found + 1)


def search(wanted: Any, within: Any, start: Any = 1.0) -> float:
    """SEARCH, without regard to case, with wildcards."""
    sought, given, first = text(wanted), text(within), int(number(start))
    if not 1 <= first <= len(given) + 1:
        raise Stop(VALUE)
    found = criteria.pattern(sought).search(given, first - 1)
    if found is None:
        raise Stop(VALUE)
    return float(found.start() + 1)


def substitute(value: Any, old: Any, new: Any, which: Any = None) -> str:
    """SUBSTITUTE."""
    given, sought, put = text(value), text(old), text(new)
    if which is None:
        return fitting(given.replace(sought, put) if sought else given)
    number_ = int(number(which))
    if number_ < 1:
        raise Stop(VALUE)
    pieces = given.split(sought) if sought else [given]
    if len(pieces) <= number_:
        return given
    return fitting(sought.join(pieces[:number_]) + put + sought.join(pieces[number_:]))


def replace(value: Any, start: Any, length: Any, new: Any) -> str:
    """REPLACE."""
    given, first, wanted, put = text(value), int(number(start)), _length(length), text(new)
    if first < 1:
        raise Stop(VALUE)
    return fitting(given[: first - 1] + put + given[first - 1 + wanted :])


def repeat(value: Any, times: Any) -> str:
    """REPT."""
    given, number_ = text(value), _length(times)
    if len(given) * number_ > LONGEST:
        raise Stop(VALUE)
    return given * number_


def trim(value: Any) -> str:
    """TRIM: plain spaces only."""
    return _SPACES.sub(" ", text(value)).strip(" ")


def clean(value: Any) -> str:
    """CLEAN: without the first 32 characters."""
    return text(value).translate(_UNPRINTED)


def _cased(given: str, how: Callable[[str], str]) -> str:
    """A text in other letters, each by itself.

    Errors: UncertainError: a letter that would become several.
    """
    found = [how(sign) for sign in given]
    if any(len(sign) != 1 for sign in found):
        raise UncertainError(f"文字“{given}”里有没有单个大小写的字母")
    return "".join(found)


def upper(value: Any) -> str:
    """UPPER."""
    return _cased(text(value), str.upper)


def lower(value: Any) -> str:
    """LOWER."""
    return _cased(text(value), str.lower)


def proper(value: Any) -> str:
    """PROPER: letters after anything but a letter are large."""
    return _WORDS.sub(lambda match: _cased(match[0][:1], str.upper) + _cased(match[0][1:], str.lower), text(value))


def concatenate(*values: Any) -> str:
    """CONCATENATE."""
    return fitting("".join(map(text, values)))


def hyperlink(target: Any, shown: Any = None) -> Any:
    """HYPERLINK: what is shown, which is the target where nothing else is."""
    return text(target) if shown is None else plain(shown)


def value_of(value: Any) -> float:
    """VALUE."""
    if isinstance(value, bool):
        raise Stop(VALUE)
    return number_of_text(value) if isinstance(value, str) else number(value)


# Bytes: a character that isn't ASCII has two.


def _width(character_: str) -> int:
    return 1 if ord(character_) < 0x80 or 0xFF61 <= ord(character_) <= 0xFF9F else 2


def length_in_bytes(value: Any) -> float:
    """LENB."""
    return float(sum(map(_width, text(value))))


def _cut_bytes(given: str, first: int, wanted: int) -> str:
    """So many bytes of a text from one on; of a character that is cut through, a blank is left."""
    found, place = "", 0
    for each in given:
        width = _width(each)
        inside = min(place + width, first + wanted) - max(place, first)
        found += each if inside == width else " " if inside > 0 else ""
        place += width
    return found


def left_bytes(value: Any, length: Any = 1.0) -> str:
    """LEFTB."""
    return _cut_bytes(text(value), 0, _length(length))


def right_bytes(value: Any, length: Any = 1.0) -> str:
    """RIGHTB."""
    given, wanted = text(value), _length(length)
    size = sum(map(_width, given))
    return _cut_bytes(given, max(size - wanted, 0), wanted)


def middle_bytes(value: Any, start: Any, length: Any) -> str:
    """MIDB."""
    given, first, wanted = text(value), int(number(start)), _length(length)
    if first < 1:
        raise Stop(VALUE)
    return _cut_bytes(given, first - 1, wanted)


def _byte_place(given: str, place: int) -> float:
    return float(sum(map(_width, given[:place])) + 1)


def _character_place(given: str, start: Any) -> float:
    """The place of the character that begins at a byte."""
    first, place = int(number(start)), 1
    for index, each in enumerate(given, 1):
        if place >= first:
            return float(index) if first > 0 else 0.0
        place += _width(each)
    return float(len(given) + 1) if first <= place else float(len(given) + 2)


def find_bytes(wanted: Any, within: Any, start: Any = 1.0) -> float:
    """FINDB."""
    given = text(within)
    return _byte_place(given, int(find(wanted, given, _character_place(given, start))) - 1)


def search_bytes(wanted: Any, within: Any, start: Any = 1.0) -> float:
    """SEARCHB; a single ? stands for one byte there, which characters of two have not."""
    given, sought = text(within), text(wanted)
    if "?" in sought and not given.isascii():
        return _byte_of_single(sought, given, start)
    return _byte_place(given, int(search(sought, given, _character_place(given, start))) - 1)


def _byte_of_single(sought: str, given: str, start: Any) -> float:
    """SEARCHB("?", …): the first character of one byte, by which Chinese and digits are told apart."""
    if sought != "?":
        raise NotUnderstoodError("SEARCHB 的“?”与别的字一起用")
    first = int(_character_place(given, start))
    for index in range(first - 1, len(given)):
        if _width(given[index]) == 1:
            return _byte_place(given, index)
    raise Stop(VALUE)


# Numbers in words and by formats.


def number_string(value: Any, kind: Any) -> str:
    """NUMBERSTRING: 1 in words, 2 in formal words, 3 digit by digit.

    Errors: #NUM!-like ones are not known for certain, so that other arguments are refused.
    """
    given, how = number(value), int(number(kind))
    whole = round_to(given, 0.0)
    if whole < 0 or whole >= 10.0**MOST_DIGITS or how not in (1, 2, 3):
        raise UncertainError("NUMBERSTRING 的这种参数，Excel 的结果不能确定")
    digits = f"{whole:.0f}"
    if how == 3:
        return LOWER.spelt(digits)
    return (LOWER if how == 1 else FORMAL).counted(digits)


def yuan(value: Any, places: Any = 2.0) -> str:
    """RMB: as currency, with two places where none are stated."""
    return _fixed(value, places, "¥", True)


def dollar(value: Any, places: Any = 2.0) -> str:
    """DOLLAR writes the currency of the machine.

    Errors: NotUnderstoodError: always.
    """
    raise UncertainError("DOLLAR 的货币符号随电脑设置而变")


def fixed(value: Any, places: Any = 2.0, has_no_commas: Any = False) -> str:
    """FIXED."""
    return _fixed(value, 2.0 if places is None else places, "", not truth(has_no_commas))


def _fixed(value: Any, places: Any, symbol: str, is_grouped: bool) -> str:
    count = int(number(places))
    rounded_ = round_to(value, float(count))
    if count > 127:
        raise Stop(VALUE)
    whole = "#,##0" if is_grouped else "0"
    section = sections(whole + ("." + "0" * count if count > 0 else ""))[0]
    return ("-" if rounded_ < 0 else "") + symbol + rendered(section, rounded_)


def text_by_format(value: Any, format_: Any) -> str:
    """TEXT: a value by a number format.

    Errors: #VALUE!: no date has the number; NotUnderstoodError: what Excel would show isn't certain.
    """
    given, stated = plain(value), text(format_)
    if isinstance(given, bool):
        return text(given)
    if isinstance(given, str):
        said = number_said(given)
        if said is None:
            return _text_shown(given, stated)
        given = said
    return fitting(_number_shown(number(given), stated))


def _number_shown(given: float, stated: str) -> str:
    if not stated:
        return "-" if given < 0 else ""
    section, has_sign = section_for(stated, given)
    if section.is_of_date:
        if not is_day_number(given):
            raise Stop(VALUE)
        return rendered_date(section, given)
    return ("-" if given < 0 and not has_sign else "") + rendered(section, given)


def _text_shown(given: str, stated: str) -> str:
    """A text by a format: by its section for texts where there is one."""
    last = sections(stated)[-1] if stated else None
    if stated == "":
        return ""
    if last is None or not (last.has_text or len(sections(stated)) == 4):
        return given
    return "".join(given if piece.kind == "text" else piece.text for piece in last.pieces)


def unicode_character(value: Any) -> str:
    """UNICHAR.

    Errors: #VALUE!: no character has the number; #N/A: half of a pair.
    """
    given = int(number(value))
    if not 1 <= given <= 0x10FFFF:
        raise Stop(VALUE)
    if 0xD800 <= given <= 0xDFFF or given & 0xFFFE == 0xFFFE:
        raise Stop(NA)
    return chr(given)


def unicode_of(value: Any) -> float:
    """UNICODE."""
    given = text(value)
    if not given:
        raise Stop(VALUE)
    return float(ord(given[0]))
