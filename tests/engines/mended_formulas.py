"""Random formulas of the kinds that foreign workbooks are full of, each with what Excel gives: by construction, since the
formula is made from the answer or the answer is counted in another way; or without, for LibreOffice to judge.
"""

from __future__ import annotations

import calendar
import datetime as dt
import random
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal

from tests.engines.mended_cells import AMOUNTS, CODES, EPOCH, HIDDEN, Case, first_like
from tests.engines.mended_lookups import calendar_edges, error_criteria, look_ups, ordering, text_orders

GROUPS, DIGITS = ("", "万", "亿"), "零壹贰叁肆伍陆柒捌玖"


def _decimal(source: random.Random, places: int, most: int) -> Decimal:
    return Decimal(source.randint(1, most)).scaleb(-source.randint(0, places))


def rounding(source: random.Random) -> Case:
    """Products and sums of short decimals, whose wholes and multiples are exactly known."""
    one, two = _decimal(source, 3, 99_999), _decimal(source, 2, 9_999)
    exact = one * two
    name, mode = source.choice(
        (("INT", ROUND_FLOOR), ("TRUNC", ROUND_DOWN), ("FLOOR", ROUND_FLOOR), ("CEILING", ROUND_CEILING))
    )
    if name in ("INT", "TRUNC"):
        sign = source.choice(("", "-")) if name == "INT" else ""
        exact = -exact if sign else exact
        return Case(f"{name}({sign}{one}*{two})", float(exact.quantize(Decimal(1), mode)))
    step = source.choice((Decimal("0.1"), Decimal("0.01"), Decimal("0.05"), Decimal(1), Decimal(5)))
    return Case(f"{name}({one}*{two},{step})", float((exact / step).quantize(Decimal(1), mode) * step))


def amounts(source: random.Random) -> Case:
    """Amounts as texts: thousands, currency, per cent, brackets for less than nothing."""
    number = _decimal(source, 2, 10_000_000)
    shown, found = f"{number:,f}", float(number)
    form = source.choice(("{}", "￥{}", "¥{}", "${}", "-{}", "({})", "(￥{})", "-¥{}", " {} ", "{}%", "+{}"))
    if form[0] == "-" or form[0] == "(":
        found = -found
    if form.endswith("%"):
        found = float(number / 100)
    text = form.format(shown)
    return Case(source.choice(('VALUE("{}")', '"{}"*1', '--"{}"', '"{}"+0')).format(text), found)


def _day(source: random.Random) -> dt.date:
    return dt.date(1903, 1, 1) + dt.timedelta(days=source.randrange(73_000))


def date_texts(source: random.Random) -> Case:
    """Dates and times as texts."""
    day, serial = _day(source), 0
    serial = (day - EPOCH).days
    y, m, d = day.year, day.month, day.day
    text = source.choice(
        (f"{y}/{m}/{d}", f"{y}-{m}-{d}", f"{y}-{m:02}-{d:02}", f"{y}年{m}月{d}日", f"{y}年{m:02}月{d:02}日")
    )
    if source.random() < 0.3:
        hour, minute = source.randrange(24), source.randrange(60)
        return Case(f'ROUND(VALUE("{text} {hour}:{minute:02}")*1440,0)', float(serial * 1440 + hour * 60 + minute))
    return Case(source.choice(('DATEVALUE("{}")', '"{}"+0', 'VALUE("{}")', 'DAYS("{}",0)')).format(text), float(serial))


def _said(code: str) -> object:
    """What a code is to a criterion: a number of 15 digits, or a text without regard to case."""
    return int(code[:15].ljust(len(code), "0")) if code.isdecimal() else code.casefold()


def codes(source: random.Random) -> Case:
    """Counting and adding up by codes that are texts."""
    code = source.choice(CODES)
    kind = source.choice(("=", "<>", "cell", "wild"))
    if kind == "wild":
        start = code[: source.randint(1, 2)]
        met = [other.casefold().startswith(start.casefold()) for other in CODES]
        stated = f'"{start}*"'
    else:
        # All codes are texts, of which none is the number that "<>" leaves out, as Excel saves it.
        is_other = kind == "<>" and code.isdecimal()
        met = [is_other or (_said(other) == _said(code)) != (kind == "<>") for other in CODES]
        stated = f"A{CODES.index(code) + 1}" if kind == "cell" else f'"{"<>" if kind == "<>" else ""}{code}"'
    last = len(CODES)
    if source.random() < 0.5:
        return Case(f"COUNTIF(A1:A{last},{stated})", float(sum(met)))
    total = sum(amount for amount, is_met in zip(AMOUNTS, met, strict=True) if is_met)
    return Case(
        source.choice((f"SUMIF(A1:A{last},{stated},B1:B{last})", f"SUMIFS(B1:B{last},A1:A{last},{stated})")), total
    )


def _months_later(day: dt.date, months: int) -> tuple[int, int]:
    place = day.year * 12 + day.month - 1 + months
    return place // 12, place % 12 + 1


def months(source: random.Random) -> Case:
    """Months later, ends of months, whole months and years between days."""
    day = _day(source)
    stated = f"DATE({day.year},{day.month},{day.day})"
    if source.random() < 0.5:
        by = source.randint(-24, 240)
        year, month = _months_later(day, by)
        last = calendar.monthrange(year, month)[1]
        is_end = source.random() < 0.5
        found = dt.date(year, month, last if is_end else min(day.day, last))
        return Case(f"{'EOMONTH' if is_end else 'EDATE'}({stated},{by})", float((found - EPOCH).days))
    later = day + dt.timedelta(days=source.randrange(9_000))
    whole = 0
    while True:
        year, month = _months_later(day, whole + 1)
        if (later.year, later.month, later.day) < (year, month, day.day):
            break
        whole += 1
    unit = source.choice("ymd")
    found_ = {"y": whole // 12, "m": whole, "d": (later - day).days}[unit]
    return Case(f'DATEDIF({stated},DATE({later.year},{later.month},{later.day}),"{unit}")', float(found_))


def byte_texts(source: random.Random) -> Case:
    """Texts cut by bytes, at the bounds of characters."""
    text = "".join(source.choice("预算支出abc123款项Z") for _ in range(source.randint(1, 9)))
    first = source.randrange(len(text))
    last = source.randint(first, len(text))
    start, size = len(text[:first].encode("gbk")), len(text[first:last].encode("gbk"))
    return source.choice(
        (
            Case(f'LENB("{text}")', float(len(text.encode("gbk")))),
            Case(f'MIDB("{text}",{start + 1},{size})', text[first:last]),
            Case(f'LEFTB("{text}",{start})', text[:first]),
            Case(f'RIGHTB("{text}",{len(text[first:].encode("gbk"))})', text[first:]),
        )
    )


def numerals(source: random.Random) -> Case:
    """Whole numbers in formal Chinese: each group of four spelt with all its zeros first, which are then cut down."""
    number = source.randrange(10 ** source.randint(1, 11))
    groups = [f"{number:012d}"[place : place + 4] for place in (0, 4, 8)]
    spelt = ""
    for group, name in zip(groups, reversed(GROUPS), strict=True):
        inner = "".join(DIGITS[int(d)] + unit if d != "0" else "零" for d, unit in zip(group, "仟佰拾 ", strict=True))
        spelt += inner.replace(" ", "").rstrip("零") + name if inner != "零零零零" else "零"
    spelt = re.sub("零+", "零", spelt).strip("零") or "零"
    forms = (f'TEXT({number},"[DBNum2]General")', f'TEXT({number},"[DBNum2]")', f"NUMBERSTRING({number},2)")
    return Case(source.choice(forms), spelt)


def chosen_formats(source: random.Random) -> Case:
    """Formats that choose their words by the number, and those that name a day."""
    if source.random() < 0.5:
        day = _day(source)
        long, name = source.random() < 0.5, "一二三四五六日"[day.weekday()]
        stated = f"DATE({day.year},{day.month},{day.day})"
        return Case(f'TEXT({stated},"{"aaaa" if long else "aaa"}")', f"星期{name}" if long else name)
    number, high, low = source.randrange(101), source.randint(61, 100), source.randint(1, 60)
    if source.random() < 0.5:
        found = "优" if number >= high else "良" if number >= low else "中"
        return Case(f'T(TEXT({number},"[>={high}]优;[>={low}]良;中"))', found)
    found = "优" if number >= high else "差"
    return Case(f'TEXT({number},"[>={high}]优;差")', found)


def references(source: random.Random) -> Case:
    """Cells found by text, by distance and by number."""
    row, other = source.randint(1, len(CODES)), source.randint(1, len(CODES))
    top, bottom = min(row, other), max(row, other)
    total = sum(AMOUNTS[top - 1 : bottom])
    return source.choice(
        (
            Case(f'INDIRECT("B"&{row})', AMOUNTS[row - 1]),
            Case(f'SUM(INDIRECT("B{top}:B{bottom}"))', total),
            Case(f'INDIRECT("R{row}C2",FALSE)', AMOUNTS[row - 1]),
            Case(f"OFFSET(B1,{row - 1},0)", AMOUNTS[row - 1]),
            Case(f"SUM(OFFSET(B1,{top - 1},0,{bottom - top + 1},1))", total),
            Case(f"SUM(CHOOSE({source.choice((1, 2))},B{top}:B{bottom},B{top}:B{bottom}))", total),
            Case(f"VLOOKUP(B{row},CHOOSE({{1,2}},B1:B12,A1:A12),2,FALSE)", CODES[row - 1]),
            Case(f"VLOOKUP(B{row},IF({{1,0}},B1:B12,A1:A12),2,FALSE)", CODES[row - 1]),
            Case(f'VLOOKUP(A{row}&"",CHOOSE({{1,2}},A1:A12,B1:B12),2,FALSE)', AMOUNTS[CODES.index(first_like(row))]),
            Case(
                f'VLOOKUP("{CODES[row - 1]}",CHOOSE({{1,2}},A1:A12,B1:B12),2,FALSE)',
                AMOUNTS[CODES.index(first_like(row))],
            ),
            Case(f'INDIRECT("B{row}",TRUE)', AMOUNTS[row - 1]),
            Case(f"SUM(INDEX(B1:B12,N(IF({{1}},{{{row}}}))))", AMOUNTS[row - 1]),
            Case(f"SUMPRODUCT(N(OFFSET(B1,ROW(A{top}:A{bottom})-1,0)))", total),
        )
    )


def hidden_rows(source: random.Random) -> Case:
    """Subtotals of rows of which some are hidden."""
    row, other = source.randint(1, len(CODES)), source.randint(1, len(CODES))
    top, bottom = min(row, other), max(row, other)
    every = [AMOUNTS[place - 1] for place in range(top, bottom + 1)]
    seen = [AMOUNTS[place - 1] for place in range(top, bottom + 1) if place not in HIDDEN]
    area = f"B{top}:B{bottom}"
    return source.choice(
        (
            Case(f"SUBTOTAL(9,{area})", sum(every)),
            Case(f"SUBTOTAL(109,{area})", float(sum(seen))),
            Case(f"SUBTOTAL(103,{area})", float(len(seen))),
            Case(f"SUBTOTAL(104,{area})", max(seen, default=0.0)),
            Case(f"AGGREGATE(9,5,{area})", float(sum(seen))),
            Case(f"AGGREGATE(9,6,{area})", sum(every)),
        )
    )


def sheets(source: random.Random) -> Case:
    """Sums over several sheets; on each the same cell holds a power of two."""
    first, last = sorted((source.randint(1, 12), source.randint(1, 12)))
    total = float(sum(2**number for number in range(first, last + 1)))
    return source.choice(
        (
            Case(f"SUM('{first}月:{last}月'!C1)", total),
            Case(f"SUM('{first}月:{last}月'!C1:C2)", total),
            Case(f"MAX('{first}月:{last}月'!C1)", float(2**last)),
            Case(f'SUMPRODUCT(N(INDIRECT(ROW({first}:{last})&"月!C1")))', total),
            Case(f'SUMPRODUCT(SUMIF(INDIRECT(ROW({first}:{last})&"月!C:C"),">0"))', total),
            Case(
                f'SUMPRODUCT(SUMIF(INDIRECT(ROW({first}:{last})&"月!A:A"),"甲",INDIRECT(ROW({first}:{last})&"月!C:C")))',
                total,
            ),
        )
    )


NUMBER_FORMATS = (
    *(
        "0",
        "0.0",
        "0.00",
        "#,##0",
        "#,##0.00",
        "0%",
        "0.00E+00",
        "000",
        "#",
        "0.0#",
        "?0.0?",
        "#,##0.0;(#,##0.0)",
    ),
    *('0"元"', "0.00;-0.00;零", "00-00", "#,##0,", "# ?/?", "# ??/??", "0.0,", "+0;-0;0", "[Red]0.0", '"合计"0'),
)
DATE_FORMATS = (
    "yyyy-mm-dd",
    "yyyy/m/d",
    "yy.m.d",
    'yyyy"年"m"月"d"日"',
    "mmm d, yyyy",
    "dddd",
    "ddd",
    "mmmm",
    "hh:mm",
    "h:mm AM/PM",
    "[h]:mm",
)


def number_formats(source: random.Random) -> Case:
    """Numbers by formats."""
    number = _decimal(source, 5, 10 ** source.randint(1, 9))
    form = source.choice(NUMBER_FORMATS)
    # Excel shows the sign of what rounds to nothing, LibreOffice doesn't.
    sign = source.choice(("", "-")) if number >= 1 and not form.endswith(",") else ""
    return Case(f'TEXT({sign}{number},"{form.replace(chr(34), chr(34) * 2)}")', None, True)


def date_formats(source: random.Random) -> Case:
    """Dates and times by formats."""
    minutes = source.randrange(1440)
    form = source.choice(DATE_FORMATS)
    # LibreOffice has no hours beyond a million.
    day = source.randrange(900) if "[" in form else (_day(source) - EPOCH).days
    return Case(f'TEXT({day}+{minutes}/1440,"{form.replace(chr(34), chr(34) * 2)}")', None, True)


def calendars(source: random.Random) -> Case:
    """Weeks and days of work."""
    one, two = ((_day(source) - EPOCH).days for _ in range(2))
    # LibreOffice gives the last days of a year week 1 where the week goes on in January; in Excel each year has its own.
    day = EPOCH + dt.timedelta(days=one)
    numbered = one - 7 if (day.month, day.day) >= (12, 26) else one
    near = one + source.randrange(-400, 400)
    return Case(
        source.choice(
            (
                f"WEEKDAY({one},{source.choice((1, 2, 3))})",
                f"WEEKNUM({numbered},{source.choice((1, 2, 21))})",
                f"NETWORKDAYS({one},{max(near, 1)})",
                f"WORKDAY({one},{source.randrange(-300, 300)})",
                f"DAYS360({one},{two},TRUE)",
                f"HOUR({one}+{source.randrange(1440)}/1440)",
                f"MROUND({source.randint(1, 9999)},{source.choice((2, 5, 10, 25))})",
            )
        ),
        None,
        True,
    )


KINDS: Mapping[str, Callable[[random.Random], Case]] = {
    function.__name__: function
    for function in (
        *(
            rounding,
            amounts,
            date_texts,
            codes,
            months,
            byte_texts,
            numerals,
            chosen_formats,
            references,
            hidden_rows,
            sheets,
            look_ups,
            ordering,
            text_orders,
            error_criteria,
            calendar_edges,
        ),
        *(number_formats, date_formats, calendars),
    )
}
SEED = 20_230_317


def cases(kind: str, count: int) -> list[Case]:
    """So many formulas of a kind, the same ones each time."""
    source = random.Random(f"{SEED} {kind}")
    return [KINDS[kind](source) for _ in range(count)]
