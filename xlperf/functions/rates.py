"""Rates: ratios in which 1 stands for 100%, unrounded."""

from __future__ import annotations

from xlperf.errors import out_of_range, wrong_type, zero_denominator
from xlperf.functions.plain import rates as plain_rates
from xlperf.functions.plain.rates import ADDITIONS, ADJUSTMENT_METHODS, NET
from xlperf.registry import Kind, Parameter, worksheet_function


@worksheet_function(
    "PERF_RATE",
    label="比率",
    help="分子÷分母，1 表示 100%。任一项未填得 #N/A；分母为零得 #DIV/0!，除非另给“分母为零时”的值。",
    parameters=(
        Parameter("numerator", Kind.NUMBER, "分子，如支出数、实有人数、已完成数"),
        Parameter("denominator", Kind.NUMBER, "分母，如预算数、编制数、总数"),
        Parameter("if_zero", Kind.NUMBER, "可省略。分母为零时的结果", is_required=False),
    ),
    native=plain_rates.rate,
)
def rate(numerator: float, denominator: float, if_zero: float | None = None) -> float:
    """A ratio of two numbers, such as the execution rate or the staffing control rate.

    Args:
        numerator: any number (money, persons, items).
        denominator: in the unit of the numerator.
        if_zero: the result where the denominator is zero (ratio).
    Returns: ratio, 1 = 100%, unrounded.
    Errors: #N/A: an input is blank; #VALUE!: text; #DIV/0!: the denominator is zero and if_zero is left out.
    Source: 财预〔2020〕10号 and the local rubrics; 仁化 2021: 209.26/213.70 = 97.92%.
    Examples:
        =ROUND(PERF_RATE(209.26,213.7),4) -> 0.9792
        =PERF_RATE(21,20) -> 1.05
        =PERF_RATE(0,0) -> #DIV/0!
        =PERF_RATE(0,0,0) -> 0
    """
    if denominator == 0:
        if if_zero is None:
            raise zero_denominator()
        return if_zero
    return numerator / denominator


@worksheet_function(
    "PERF_CHANGE_RATE",
    label="变动率",
    help="(本年−上年)÷上年，有正负，1 表示 100%。上年为零得 #DIV/0!。",
    parameters=(
        Parameter("current", Kind.NUMBER, "本年数（或调整后数）"),
        Parameter("previous", Kind.NUMBER, "上年数（或年初数）"),
    ),
    native=plain_rates.change_rate,
)
def change_rate(current: float, previous: float) -> float:
    """The relative change from a previous to a current amount, with its sign.

    Args:
        current: this year's amount, or the adjusted one.
        previous: last year's amount, or the initial one, in the same unit.
    Returns: ratio, 0.05 = 5% more, unrounded.
    Errors: #N/A: an input is blank; #VALUE!: text; #DIV/0!: the previous amount is zero.
    Source: 延津 2022 B11: (335.96-354.31)/354.31 = -5.18%; 仁化 2021 存量资金变动率.
    Examples:
        =ROUND(PERF_CHANGE_RATE(335.96,354.31),4) -> -0.0518
        =PERF_CHANGE_RATE(0,1021.36) -> -1
        =PERF_CHANGE_RATE(1,0) -> #DIV/0!
    """
    if previous == 0:
        raise zero_denominator("上年数为零")
    return (current - previous) / previous


@worksheet_function(
    "PERF_ADJUSTMENT_RATE",
    label="预算调整率",
    help="预算调整率，1 表示 100%。口径：净额=(追加−追减)÷年初，有正负；合计=追加、追减、结构调整的绝对值合计÷年初；追加=追加÷年初。",
    parameters=(
        Parameter("initial", Kind.NUMBER, "年初预算数"),
        Parameter("additions", Kind.NUMBER, "追加数"),
        Parameter("reductions", Kind.NUMBER, "追减数（填正数）"),
        Parameter("transfers", Kind.NUMBER, "可省略。结构调整数，只有“合计”口径用到", is_required=False),
        Parameter("method", Kind.TEXT, "可省略。净额（默认）、合计、追加", is_required=False),
    ),
    native=plain_rates.adjustment_rate,
)
def adjustment_rate(
    initial: float, additions: float, reductions: float, transfers: float | None = None, method: str | None = None
) -> float:
    """The budget adjustment rate by one of three readings: net with its sign, gross, additions only.

    Args:
        initial: the initial budget (money).
        additions: money added in the year, not negative.
        reductions: money taken back in the year, given as a positive number.
        transfers: money moved between items, used by the gross reading only (default 0).
        method: 净额 (default), 合计 or 追加.
    Returns: ratio to the initial budget, unrounded.
    Errors: #N/A: an input is blank; #VALUE!: text for a number, an unknown method; #DIV/0!: no initial budget.
    Source: 仁化 2021: 57.3/315.37 = 18.17%; 延津 2022 B11, whose text and appendix differ.
    Examples:
        =ROUND(PERF_ADJUSTMENT_RATE(315.37,57.3,0),4) -> 0.1817
        =PERF_ADJUSTMENT_RATE(200,30,50) -> -0.1
        =PERF_ADJUSTMENT_RATE(200,30,50,20,"合计") -> 0.5
        =PERF_ADJUSTMENT_RATE(200,30,50,,"追加") -> 0.15
        =PERF_ADJUSTMENT_RATE(200,30,50,0,"其他") -> #VALUE!
    """
    chosen = NET if method is None else method
    if chosen not in ADJUSTMENT_METHODS:
        raise wrong_type(f"口径“{chosen}”不认识，可用：{'、'.join(ADJUSTMENT_METHODS)}")
    if initial == 0:
        raise zero_denominator("年初预算数为零")
    if chosen == NET:
        return (additions - reductions) / initial
    if chosen == ADDITIONS:
        return additions / initial
    return (abs(additions) + abs(reductions) + abs(transfers or 0.0)) / initial


@worksheet_function(
    "PERF_PROGRESS_RATE",
    label="平均支出进度",
    help="各期支出进度的平均数，如半年与全年。任一期未填得 #N/A。",
    parameters=(Parameter("rates", Kind.NUMBERS, "各期的支出进度，1 表示 100%"),),
    native=plain_rates.progress_rate,
)
def progress_rate(rates: list[float]) -> float:
    """The mean of the spending rates of several periods, such as the half year and the year.

    Args:
        rates: a range of ratios, one a period.
    Returns: ratio, unrounded.
    Errors: #N/A: a period is blank; #VALUE!: text.
    Source: 乐昌 2021: (32%+100%)/2 = 66%.
    Examples:
        =PERF_PROGRESS_RATE({0.32,1}) -> 0.66
    """
    return sum(rates) / len(rates)


@worksheet_function(
    "PERF_NET",
    label="剔除后的数",
    help="从一个数里减去办法规定的除外数（如科研项目资金、政策性追加）。任一项未填得 #N/A；除外数为负得 #NUM!。",
    parameters=(
        Parameter("amount", Kind.NUMBER, "原来的数"),
        Parameter("excluded", Kind.NUMBER, "除外数，填正数"),
    ),
    native=plain_rates.net,
)
def net(amount: float, excluded: float) -> float:
    """An amount or number less what the standard excludes (除外), before a rate is taken.

    Args:
        amount: money, persons or items.
        excluded: what is left out, in the same unit, given as a positive number.
    Returns: the rest, in the same unit, unrounded.
    Errors: #N/A: an input is blank; #VALUE!: text; #NUM!: a negative exclusion.
    Source: 延津 2022 B11 (政策、不可抗力等除外), 仁化 2021 存量资金 (科研项目和当年12月下达的资金除外).
    Examples:
        =PERF_NET(100,10) -> 90
        =PERF_RATE(90,PERF_NET(100,10)) -> 1
        =PERF_NET(100,-1) -> #NUM!
    """
    if excluded < 0:
        raise out_of_range("除外数应为正数")
    return amount - excluded
