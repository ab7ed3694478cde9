"""The rates as plain formulas."""

from __future__ import annotations

from xlperf.functions.plain import pieces
from xlperf.functions.plain.operands import Operand, expression

NET, GROSS, ADDITIONS = "净额", "合计", "追加"
ADJUSTMENT_METHODS = (NET, GROSS, ADDITIONS)


def rate(numerator: Operand, denominator: Operand, if_zero: Operand) -> Operand:
    """A quotient; a zero denominator gives #DIV/0! by itself."""
    quotient = f"{numerator.atom}/{denominator.atom}"
    given = f"IF({denominator.atom}=0,{if_zero.text},{quotient})"
    return expression(pieces.guarded((numerator, denominator), pieces.optional_number(if_zero, given, quotient)))


def change_rate(current: Operand, previous: Operand) -> Operand:
    """The change on the previous amount."""
    body = f"({current.atom}-{previous.atom})/{previous.atom}"
    return expression(pieces.guarded((current, previous), body))


def adjustment_rate(
    initial: Operand, additions: Operand, reductions: Operand, transfers: Operand, method: Operand
) -> Operand:
    """One of three readings."""

    def body(chosen: str, moved: str) -> str:
        if chosen == NET:
            return f"({additions.atom}-{reductions.atom})/{initial.atom}"
        if chosen == ADDITIONS:
            return f"{additions.atom}/{initial.atom}"
        return f"(ABS({additions.text})+ABS({reductions.text}){moved})/{initial.atom}"

    def reading(moved: str) -> str:
        return pieces.option(method, ADJUSTMENT_METHODS, lambda chosen: body(chosen, moved))

    text = pieces.optional_number(transfers, reading(f"+ABS({transfers.text})"), reading(""))
    # Not every reading looks at every number: each is tested.
    for operand in (reductions, additions, initial):
        text = pieces.number(operand, text)
    return expression(text)


def progress_rate(rates: Operand) -> Operand:
    """A mean."""
    return expression(pieces.numbers(rates, f"AVERAGE({rates.text})"))


def net(amount: Operand, excluded: Operand) -> Operand:
    """A difference; a negative exclusion is #NUM!."""
    body = f"IF({excluded.text}<0,{pieces.OUT_OF_RANGE},{amount.atom}-{excluded.atom})"
    return expression(pieces.number(amount, pieces.number(excluded, body)))
