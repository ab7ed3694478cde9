"""Award, total, grade and rescaled score as plain formulas."""

from __future__ import annotations

from xlperf.functions.plain import pieces
from xlperf.functions.plain import tiers as plain_tiers
from xlperf.functions.plain.operands import NoPlainFormError, Operand, Shape, expression
from xlperf.functions.plain.pieces import MISSING, OUT_OF_RANGE, WRONG, guarded, rounded


def award(rule_low: Operand, rule_high: Operand, award: Operand, reason: Operand) -> Operand:
    """The award, else the determined rule score; a needed reason must be there."""
    for operand in (rule_low, rule_high, award, reason):
        if operand.is_list:
            raise NoPlainFormError(f"应是一个单元格的地方给了区域 {operand.text}")
    determined, score = _determined(rule_low, rule_high), rounded(award.text)
    is_kept = f"IF({determined},{score}={rounded(rule_low.text)},FALSE)"
    if reason.is_known:
        needed = WRONG if not str(reason.value or "").strip() else score
    else:
        needed = f'IF({pieces.trimmed(reason)}="",{WRONG},{score})'
    given = f"IF({is_kept},{score},{needed})"
    absent = f"IF({determined},{rounded(rule_low.text)},{MISSING})"
    return expression(pieces.optional_number(award, given, absent))


def _determined(low: Operand, high: Operand) -> str:
    """Whether there is one rule score; wrong bounds are passed on, blank ones and those without data are none."""
    wrong = f"IF(ISERR({high.text}),ERROR.TYPE({high.text})<>2)"
    lacking = f"OR(ISERROR({low.text}),ISERROR({high.text}))"
    blank = f'OR({low.atom}="",{high.atom}="")'
    rest = f"IF({wrong},{high.text},IF({lacking},FALSE,IF({blank},FALSE,{WRONG})))"
    rest = f"IF(IF(ISERR({low.text}),ERROR.TYPE({low.text})<>2),{low.text},{rest})"
    equal = plain_tiers.compared(low, "=", high)
    return f"IF(AND(ISNUMBER({low.text}),ISNUMBER({high.text})),{equal},{rest})"


def total(scores: Operand, cap: Operand) -> Operand:
    """The sum, never more than a cap."""
    points = rounded(f"SUM({scores.text})")
    capped = f"MIN({points},{rounded(cap.text)})"
    return expression(pieces.numbers(scores, pieces.optional_number(cap, capped, points)))


def rescale(score: Operand, counted: Operand, full: Operand) -> Operand:
    """In proportion; nothing counted gives #DIV/0! by itself."""
    body = rounded(f"{score.atom}*{full.atom}/{counted.atom}")
    body = f"IF(OR({counted.atom}<0,{full.atom}<0),{OUT_OF_RANGE},{body})"
    return expression(guarded((score, counted, full), body))


def grade(score: Operand, bands: Operand) -> Operand:
    """The first band that applies to the rounded score."""
    points = expression(rounded(score.text))
    return Operand(pieces.number(score, plain_tiers.first_tier(points, bands, plain_tiers.grade)), Shape.ANY)
