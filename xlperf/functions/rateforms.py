"""The rates as plain formulas."""

from __future__ import annotations

from xlperf.functions import forms
from xlperf.functions.operands import Operand, expression

NET, GROSS, ADDITIONS = "净额", "合计", "追加"
ADJUSTMENT_METHODS = (NET, GROSS, ADDITIONS)


def rate(numerator: Operand, denominator: Operand, if_zero: Operand) -> Operand:
    """A quotient; a zero denominator gives #DIV/0! by itself."""
    quotient = f"{numerator.atom}/{denominator.atom}"
    given = f"IF({denominator.atom}=0,{if_zero.text},{quotient})"
    return expression(forms.guarded((numerator, denominator), forms.optional_number(if_zero, given, quotient)))


def change_rate(current: Operand, previous: Operand) -> Operand:
    """The change on the previous amount."""
    body = f"({current.atom}-{previous.atom})/{previous.atom}"
    return expression(forms.guarded((current, previous), body))


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
        return forms.option(method, ADJUSTMENT_METHODS, lambda chosen: body(chosen, moved))

    text = forms.optional_number(transfers, reading(f"+ABS({transfers.text})"), reading(""))
    # Not every reading looks at every number: each is tested.
    for operand in (reductions, additions, initial):
        text = forms.number(operand, text)
    return expression(text)


def progress_rate(rates: Operand) -> Operand:
    """A mean."""
    return expression(forms.numbers(rates, f"AVERAGE({rates.text})"))


def net(amount: Operand, excluded: Operand) -> Operand:
    """A difference; a negative exclusion is #NUM!."""
    body = f"IF({excluded.text}<0,{forms.OUT_OF_RANGE},{amount.atom}-{excluded.atom})"
    return expression(forms.number(amount, forms.number(excluded, body)))
