"""Which of two texts comes first, where every machine says the same."""

from __future__ import annotations

from xlperf.formula.tree import UncertainError

_SPACE, _LETTER, _HAN = 0, 1, 2
_FIRST_HAN, _LAST_HAN = "\u3400", "\u9fff"


def text_order(left: str, right: str) -> int:
    """-1, 0 or 1, without regard to case: a text before a longer one, digits before letters, both before Han.

    Errors: UncertainError: the order of Han (by sound or by strokes) and of most signs hangs on the machine.
    """
    one, two = left.casefold(), right.casefold()
    if one == two:
        return 0
    for first, second in zip(one, two, strict=False):
        if first != second:
            ranks = _rank(first), _rank(second)
            if ranks[0] is None or ranks[1] is None or ranks == (_HAN, _HAN):
                raise UncertainError(f"文字“{left}”“{right}”的先后随电脑的语言而变")
            return 1 if (ranks[0], first) > (ranks[1], second) else -1
    return 1 if len(one) > len(two) else -1


def _rank(sign: str) -> int | None:
    """What kind of sign it is; None: one whose place isn't certain."""
    if sign == " ":
        return _SPACE
    if sign.isascii() and sign.isalnum():
        return _LETTER
    return _HAN if _FIRST_HAN <= sign <= _LAST_HAN else None
