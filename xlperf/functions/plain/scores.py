"""The rule scores as plain formulas."""

from __future__ import annotations

from xlperf.functions.plain import pieces
from xlperf.functions.plain import tiers as plain_tiers
from xlperf.functions.plain.operands import NoPlainFormError, Operand, Shape, constant, expression
from xlperf.functions.plain.pieces import OUT_OF_RANGE, WRONG, bounded, counts, guarded, rounded, weighted
from xlperf.values import is_number

CAP, ZERO, DEDUCT = "封顶", "归零", "扣分"
ABOVE, BELOW, EITHER = "高于", "低于", "双向"
PROPORTIONAL, WHOLE_STEPS, STARTED_STEPS = "按比例", "不足不扣", "不足也扣"
ONE = constant(1.0)
# From zero to something is a change beyond every threshold. LibreOffice spells 1E+99 in another way when it saves.
ENDLESS = "10^99"


def score_ratio(weight: Operand, rate: Operand, over: Operand, over_rate: Operand, over_points: Operand) -> Operand:
    """Capped, nothing, or less so many points."""
    ratio = bounded(f"{weight.atom}*{rate.atom}", weight)

    def body(chosen: str) -> str:
        if chosen == CAP:
            return ratio
        if chosen == ZERO:
            return f"IF({plain_tiers.compared(rate, '>', ONE)},{weighted(weight, '0')},{ratio})"
        less = bounded(f"{weight.atom}-{over_points.atom}", weight)
        chosen_ratio = f"IF({plain_tiers.compared(rate, '≥', over_rate)},{less},{ratio})"
        wrong = f"OR({plain_tiers.compared(over_rate, '<', ONE)},{over_points.atom}<0)"
        text = f"IF({wrong},{OUT_OF_RANGE},{chosen_ratio})"
        return pieces.number(over_rate, pieces.number(over_points, text))

    text = pieces.option(over, (CAP, ZERO, DEDUCT), body)
    for further in (over_points, over_rate):
        text = pieces.optional_number(further, text, text) if not further.is_known else text
    return expression(guarded((weight, rate), text))


def score_tiers(weight: Operand, value: Operand, tiers: Operand) -> Operand:
    """The first row that applies."""
    return expression(
        guarded((weight, value), bounded(plain_tiers.first_tier(value, tiers, plain_tiers.points), weight))
    )


def score_choice(weight: Operand, choice: Operand, table: Operand) -> Operand:
    """The row with the option; known to be a share where the weight is one."""
    if choice.is_list:
        raise NoPlainFormError(f"选项应是一个单元格，现为区域 {choice.text}")
    is_share = weight.is_known and is_number(weight.value) and 0 <= weight.value <= 1
    text = guarded((weight,), bounded(plain_tiers.chosen(choice, table), weight))
    return expression(text, is_share=is_share)


def score_checklist(weight: Operand, met: Operand, shares: Operand) -> Operand:
    """The degrees to which points are met, times their shares."""
    if not met.is_list and not shares.text:
        return expression(guarded((weight,), _degree(met, lambda d: _part(weight, met, d))))
    cells = [cell for row in met.cells() for cell in row]
    equal = _shared(weight, cells, [])
    if not shares.text:
        text = equal
    elif shares.is_list:
        text = pieces.numbers(shares, _shared(weight, cells, [cell for row in shares.cells() for cell in row]))
    else:
        text = pieces.optional_number(shares, _shared(weight, cells, [shares]), equal)
    for cell in reversed(cells):
        text = _degree(cell, lambda _, inner=text: inner)
    return expression(guarded((weight,), pieces.unmoved((met, shares), text)))


def _shared(weight: Operand, cells: list[Operand], parts: list[Operand]) -> str:
    """The score of several points: equal shares where none are given."""
    each = [_value(cell) for cell in cells]
    if not parts:
        total = each[0] if len(each) == 1 else f"({'+'.join(each)})/{len(each)}"
        return bounded(f"{weight.atom}*{total}", weight)
    if len(parts) != len(cells):
        return WRONG
    terms = "+".join(f"{degree}*{part.atom}" for degree, part in zip(each, parts, strict=True))
    return bounded(f"{weight.atom}*({terms})", weight)


def _part(weight: Operand, met: Operand, degree: str) -> str:
    if met.is_share:
        return weighted(weight, rounded(f"{weight.atom}*{degree}"))
    return bounded(f"{weight.atom}*{degree}", weight)


def _value(cell: Operand) -> str:
    """A degree as a number: TRUE counts 1."""
    if isinstance(cell.value, bool):
        return "1" if cell.value else "0"
    return cell.atom


def _degree(met: Operand, body: object) -> str:
    """The body where a degree is TRUE, FALSE or from 0 to 1; `body` takes its text."""
    text: str = body(_value(met))  # type: ignore[operator]
    if met.is_share:
        return text
    if isinstance(met.value, bool):
        return text
    if met.shape is Shape.FLAG:
        return f"IF({met.text},{text},{text})"
    within = f"IF(AND({met.atom}>=0,{met.atom}<=1),{text},{OUT_OF_RANGE})"
    if met.shape in (Shape.CELL, Shape.ANY):
        return f"IF(ISLOGICAL({met.text}),{text},{pieces.number(met, within)})"
    return pieces.number(met, within)


def score_deduct(weight: Operand, count: Operand, points: Operand) -> Operand:
    """Less so many points each."""
    body = counts((count,), bounded(f"{weight.atom}-{count.atom}*{points.atom}", weight))
    return expression(guarded((weight, count, points), body))


def score_deduct_share(weight: Operand, count: Operand, share: Operand) -> Operand:
    """Less a share of the weight each."""
    body = counts((count,), bounded(f"{weight.atom}*(1-{count.atom}*{share.atom})", weight))
    return expression(guarded((weight, count, share), body))


def score_linear(
    weight: Operand,
    value: Operand,
    threshold: Operand,
    step: Operand,
    share: Operand,
    direction: Operand,
    partial: Operand,
    over: Operand,
) -> Operand:
    """Less a share of the weight for each step beyond the threshold."""

    def body(side: str, way: str) -> str:
        excess = {
            ABOVE: f"{value.atom}-{threshold.atom}",
            BELOW: f"{threshold.atom}-{value.atom}",
            EITHER: f"ABS({value.text})-{threshold.atom}",
        }[side]
        steps = rounded(f"MAX({excess},0)/{step.atom}", 10)
        if way != PROPORTIONAL:
            steps = f"{'INT' if way == WHOLE_STEPS else 'ROUNDUP'}({steps}{'' if way == WHOLE_STEPS else ',0'})"
        return bounded(f"{weight.atom}*(1-{steps}*{share.atom})", weight)

    def sided(side: str) -> str:
        ways = (PROPORTIONAL, WHOLE_STEPS, STARTED_STEPS)
        return pieces.option(partial, ways, lambda way: body(side, way))

    text = pieces.option(direction, (ABOVE, BELOW, EITHER), sided)
    beyond = f"IF({plain_tiers.compared(value, '>', over)},{weighted(weight, '0')},{text})" if over.text else text
    text = pieces.optional_number(over, beyond, text)
    if not (step.is_known and is_number(step.value) and step.value > 0):
        text = f"IF({step.atom}<=0,{OUT_OF_RANGE},{text})"
    return expression(guarded((weight, value, threshold, step, share), text))


def score_pass(weight: Operand, passed: Operand) -> Operand:
    """All or nothing."""
    body = weighted(weight, pieces.flag(passed, rounded(weight.text), "0"))
    return expression(guarded((weight,), body))


def score_count(weight: Operand, count: Operand, target: Operand, points: Operand) -> Operand:
    """Less so many points for each one short."""
    short = f"MAX({target.atom}-{count.atom},0)"
    body = counts((target, count), bounded(f"{weight.atom}-{short}*{points.atom}", weight))
    return expression(guarded((weight, count, target, points), body))


def score_change(weight: Operand, current: Operand, previous: Operand, tiers: Operand, zero_zero: Operand) -> Operand:
    """Tiers of the change rate, after the case of nothing to nothing."""
    rate = f"({current.atom}-{previous.atom})/{previous.atom}"
    change = expression(f"IF({previous.atom}=0,SIGN({current.text})*{ENDLESS},{rate})")
    tiered = bounded(plain_tiers.first_tier(change, tiers, plain_tiers.points), weight)

    def body(special: str) -> str:
        return f"IF(AND({previous.atom}=0,{current.atom}=0),{special},{tiered})"

    given = body(bounded(zero_zero.text, weight))
    text = pieces.optional_number(zero_zero, given, body("#DIV/0!"))
    return expression(pieces.number(weight, pieces.number(current, pieces.number(previous, text))))


def score_done(weight: Operand, done: Operand, total: Operand, not_applicable: Operand) -> Operand:
    """A part of what applies; none that applies gives #DIV/0! by itself."""

    def body(applicable: str, numbers: tuple[Operand, ...]) -> str:
        score = bounded(f"{weight.atom}*{done.atom}/{applicable}", weight)
        left = f"ROUND({applicable}-{done.atom},0)<0"
        return counts(numbers, f"IF({left},{OUT_OF_RANGE},{score})")

    reduced = body(f"({total.atom}-{not_applicable.atom})", (total, not_applicable, done))
    text = pieces.optional_number(not_applicable, reduced, body(total.atom, (total, done)))
    return expression(guarded((weight, done, total), text))


def score_parts(parts: Operand, weight: Operand) -> Operand:
    """The sum, capped."""
    return expression(pieces.numbers(parts, pieces.number(weight, bounded(f"SUM({parts.text})", weight))))


def score_gate(score: Operand, passed: Operand, otherwise: Operand) -> Operand:
    """The score where the gate is passed."""
    if score.is_list:
        raise NoPlainFormError(f"得分应是一个单元格，现为区域 {score.text}")
    kept = rounded(score.text) if score.shape is Shape.NUMBER else pieces.number(score, rounded(score.text))

    def body(left: str) -> str:
        return pieces.flag(passed, kept, left)

    return expression(pieces.optional_number(otherwise, body(rounded(otherwise.text)), body("0")))
