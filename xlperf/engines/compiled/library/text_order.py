"""Which of two texts comes first, where every machine says the same."""

from __future__ import annotations

from xlperf.formula.tree import UncertainError

_SIGN, _DIGIT, _LETTER, _HAN = range(4)
# Excel passes over them.
_IGNORED = "-'"
_UNCERTAIN = ((_SIGN, _SIGN), (_SIGN, _DIGIT), (_DIGIT, _SIGN), (_HAN, _HAN))
_FIRST_HAN, _LAST_HAN = "\u3400", "\u9fff"


def text_order(left: str, right: str) -> int:
    """-1, 0 or 1, without regard to case: a text before a longer one, signs and digits before letters, all before Han.

    Errors: UncertainError: the order of Han (by sound or by strokes), and of signs among themselves and digits.
    """
    one, two = left.casefold(), right.casefold()
    if one == two:
        return 0
    for first, second in zip(one, two, strict=False):
        if first != second:
            ranks = _rank(first), _rank(second)
            if ranks[0] is None or ranks[1] is None or ranks in _UNCERTAIN:
                raise UncertainError(f"文字“{left}”“{right}”的先后随电脑的语言而变")
            return 1 if (ranks[0], first) > (ranks[1], second) else -1
    return 1 if len(one) > len(two) else -1


def _rank(sign: str) -> int | None:
    """What kind of sign it is; None: one whose place isn't certain."""
    if sign.isascii():
        kind = _DIGIT if sign.isdigit() else _LETTER if sign.isalpha() else _SIGN
        return None if sign in _IGNORED or not sign.isprintable() else kind
    return _HAN if _FIRST_HAN <= sign <= _LAST_HAN else None
