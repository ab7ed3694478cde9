"""The rate of satisfaction as a plain formula: the scheme is read from its text, whether typed here or in a cell."""

from __future__ import annotations

from dataclasses import dataclass

from xlperf.errors import CellError
from xlperf.functions.plain import pieces
from xlperf.functions.plain.operands import NoPlainFormError, Operand, Shape, constant, expression, literal
from xlperf.functions.plain.pieces import MISSING, OUT_OF_RANGE, WRONG
from xlperf.functions.survey_schemes import (
    DEFAULT_SCHEME,
    MEAN,
    POOLED,
    RESULT_PLACES,
    ROUNDED,
    TOP_TWO,
    TRUNCATED,
    parse_scheme,
)
from xlperf.values import as_text, is_blank

_BLANKS = 99


@dataclass(frozen=True)
class _Reading:
    """The scheme as pieces of a formula: the weight of each option in percent, whether pooled, the end."""

    weights: list[str]
    pooled: str | bool
    rounding: str


def satisfaction(counts: Operand, scheme: Operand) -> Operand:
    """Weighted answers over answers, question by question or pooled."""
    if scheme.is_list:
        raise NoPlainFormError(f"口径应是一个单元格，现为区域 {scheme.text}")
    if counts.shape in (Shape.CONSTANT, Shape.NUMBER, Shape.FLAG, Shape.ANY):
        counts = Operand(counts.text, Shape.ARRAY, [[counts.value]]) if counts.is_known else counts  # type: ignore[list-item]
    if counts.shape in (Shape.NUMBER, Shape.FLAG, Shape.ANY):
        raise NoPlainFormError(f"份数应是区域，现为 {counts.text}")
    if scheme.is_known and not is_blank(scheme.value):
        return expression(_with_known(counts, scheme))
    if scheme.is_known:
        return expression(_with_known(counts, constant(DEFAULT_SCHEME)))
    width = _width(counts)
    by_default = _with_known(counts, constant(DEFAULT_SCHEME))
    text = f'IF({scheme.atom}="",{by_default},{_result(counts, _reading(scheme, width))})'
    return expression(text)


def _width(counts: Operand) -> int:
    return len(counts.cells()[0])


def _with_known(counts: Operand, scheme: Operand) -> str:
    if isinstance(scheme.value, CellError):
        return literal(scheme.value)
    try:
        found = parse_scheme(as_text(scheme.value))  # type: ignore[arg-type]
    except CellError as error:
        return literal(error)
    weights = []
    for position in range(_width(counts)):
        try:
            weights.append(f"{found.weight(position):g}")
        except CellError as error:
            weights.append(literal(error))
    return _result(counts, _Reading(weights, found.pooling == POOLED, found.rounding))


def _reading(scheme: Operand, width: int) -> _Reading:
    """The scheme that a cell holds, its weights first. A text that is none makes the weights errors."""
    text = scheme.text
    for written, meant in (("，", ","), ("、", ","), ("／", "/"), (" ", "")):
        text = f'SUBSTITUTE({text},"{written}","{meant}")'
    return _Reading([_weight(text, position, width) for position in range(width)], text, text)


def _weight(text: str, position: int, width: int) -> str:
    steps = f'SUBSTITUTE({text},"{TOP_TWO}","100/100{"/0" * (width - 2)}")'
    for mark in ("/", ","):
        steps = f'SUBSTITUTE({steps},"{mark}",REPT(" ",{_BLANKS}))'
    return f"--TRIM(MID({steps},{position * _BLANKS + 1},{_BLANKS}))"


def _result(counts: Operand, reading: _Reading) -> str:
    columns = [counts.column(position) for position in range(_width(counts))]
    answers = "+".join(f"(0&{column})" for column in columns)
    filled = "+".join(f'({column}<>"")' for column in columns)
    points = "+".join(
        f"{_needed(column, weight)}*(0&{column})" for column, weight in zip(columns, reading.weights, strict=True)
    )
    everything = f"SUM({counts.text})"
    questions = f"SUMPRODUCT(--({filled}>0))"
    by_question = f"({answers}+({filled}=0))"
    if isinstance(reading.pooled, bool):
        below, number = (everything, "1") if reading.pooled else (by_question, questions)
        rate = f"SUMPRODUCT(({points})/{below})/{number}/100"
        checks = ""
    else:
        pooled = f'ISNUMBER(FIND("{POOLED}",{reading.pooled}))'
        rate = f"SUMPRODUCT(({points})/IF({pooled},{everything},1)/({by_question}^IF({pooled},0,1)))"
        rate = f"{rate}/IF({pooled},1,{questions})/100"
        checks = _scheme_faults(reading.pooled, reading.weights[0])
    body = _ended(rate, reading)
    if checks:
        body = f"IF({checks},{WRONG},{body})"
    unanswered = f"SUMPRODUCT(({filled}>0)*({answers}=0))"
    body = f"IF({unanswered}>0,#DIV/0!,{body})"
    return _checked(counts, body)


def _needed(column: str, weight: str) -> str:
    """The weight of an option, which is looked at only where somebody chose among it."""
    return weight if weight.isdecimal() else f"IF(COUNT({column})=0,0,{weight})"


def _scheme_faults(text: str, first: str) -> str:
    """Whether the parts of a scheme in a cell are not those of a scheme."""
    said = [f'ISNUMBER(FIND("{name}",{text}))' for name in (MEAN, POOLED, ROUNDED, TRUNCATED)]
    commas = f'LEN({text})-LEN(SUBSTITUTE({text},",",""))'
    weights = f'ISERROR(FIND("/",SUBSTITUTE({text},"{TOP_TWO}","/")))'
    return f"OR({weights},{commas}<>{'+'.join(said)},AND({said[0]},{said[1]}),AND({said[2]},{said[3]}),{first}>100)"


def _ended(rate: str, reading: _Reading) -> str:
    """The rate, rounded or cut where the scheme says so."""
    cut, rounded = f"ROUNDDOWN(ROUND({rate},14),{RESULT_PLACES})", f"ROUND({rate},{RESULT_PLACES})"
    if isinstance(reading.pooled, bool):
        return {ROUNDED: rounded, TRUNCATED: cut}.get(reading.rounding, rate)
    places = f'IF(ISNUMBER(FIND("{ROUNDED}",{reading.rounding})),{RESULT_PLACES},17)'
    is_cut = f'ISNUMBER(FIND("{TRUNCATED}",{reading.rounding}))'
    return f"ROUND({rate}-IF({is_cut},(1-10^-9)/20000,0),IF({is_cut},{RESULT_PLACES},{places}))"


def _checked(counts: Operand, body: str) -> str:
    """The body where all counts are counts, and there are some."""
    text = counts.text
    if counts.shape is Shape.ARRAY:
        cells = [cell for row in counts.cells() for cell in row if not is_blank(cell.value)]
        for cell in reversed(cells):
            body = pieces.number(cell, pieces.counts((cell,), body))
        return body if cells else MISSING
    body = f'IF(COUNTIF({text},"<0")>0,{OUT_OF_RANGE},IF(ISERROR(SUMPRODUCT((-1)^(0&{text}))),{OUT_OF_RANGE},{body}))'
    return f'IF(SUMPRODUCT(--({text}<>""))<>COUNT({text}),{WRONG},IF(COUNT({text})=0,{MISSING},{body}))'
