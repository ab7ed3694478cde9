"""Which of two texts comes first, where every machine says the same."""

from __future__ import annotations

import unicodedata

from xlperf.formula.tree import UncertainError

_SIGN, _DIGIT, _LETTER, _HAN, _OTHER = range(5)
# Excel passes over them within a text.
_IGNORED = "-'"
_UNCERTAIN = ((_SIGN, _SIGN), (_HAN, _HAN), *((kind, _OTHER) for kind in (_LETTER, _HAN, _OTHER)))
_FIRST_HAN, _LAST_HAN = "\u3400", "\u9fff"


def text_order(left: str, right: str) -> int:
    """-1, 0 or 1, without regard to case: a text before a longer one, signs before digits before letters before Han.

    Errors: UncertainError: the order of Han (by sound or by strokes), of signs among themselves, of other letters; of signs
        and digits within a text.
    """
    one, two = left.casefold(), right.casefold()
    if one == two:
        return 0
    for place, (first, second) in enumerate(zip(one, two, strict=False)):
        if first != second:
            (kind, sign), (other_kind, other) = _kind(first), _kind(second)
            pair = tuple(sorted((kind, other_kind)))
            is_within = place > 0 and (pair == (_SIGN, _DIGIT) or sign in _IGNORED or other in _IGNORED)
            if pair in _UNCERTAIN or is_within:
                raise UncertainError(f"文字“{left}”“{right}”的先后随电脑的语言而变")
            return 1 if (kind, sign, first) > (other_kind, other, second) else -1
    return 1 if len(one) > len(two) else -1


def _kind(sign: str) -> tuple[int, str]:
    """What kind of sign it is, and itself in the usual width."""
    usual = unicodedata.normalize("NFKC", sign)[:1].casefold()
    if usual.isascii():
        return _DIGIT if usual.isdigit() else _LETTER if usual.isalpha() else _SIGN, usual
    if _FIRST_HAN <= usual <= _LAST_HAN:
        return _HAN, usual
    return _SIGN if unicodedata.category(usual)[0] in "PSZC" else _OTHER, usual
