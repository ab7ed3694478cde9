"""What the ledger shows: one fact deducted in several indicators, lines that are wrong, references to what is not in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlperf.findings.finding import ERROR, WARNING, Finding
from xlperf.frameworks.schema import Framework
from xlperf.values import compare, is_number
from xlperf.workbook.ledger_lines import LedgerLine, deductions_of, facts_of, read_lines
from xlperf.workbook.names import NamedCells, Place, listed
from xlperf.workbook.sheets.ledger import WRONG

SHOWN = 40


def ledger_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """The findings, in the order of the ledger and then of the working paper that refers to it."""
    lines = read_lines(names)
    yield from _lines(names)
    yield from _deducted_twice(names, lines)
    known = {line.number for line in lines if line.fact or line.same_as}
    for value, place in zip(names.column("point_problems"), names.places("point_problems"), strict=True):
        for name in listed(value):
            if name.upper() not in known:
                text = f"引用的问题 {name} 不在问题台账里，请登记或改正编号。"
                yield Finding(ERROR, "problem_unknown", _cell(place), text)


def _lines(names: NamedCells) -> Iterator[Finding]:
    """Numbers that are printed twice, and lines of which the sheet itself says that they are wrong."""
    numbers: set[str] = set()
    for value, place in zip(names.column("problem_id"), names.places("problem_id"), strict=True):
        for name in listed(value):
            if name in numbers:
                text = f"问题编号 {name} 在问题台账里出现了两次；编号是印好的，请恢复原来的编号。"
                yield Finding(ERROR, "problem_repeated", _cell(place), text)
            numbers.add(name)
    if not names.has("problem_status"):
        return
    for (number, status), place in zip(
        names.rows("problem_id", "problem_status"), names.places("problem_status"), strict=True
    ):
        if isinstance(status, str) and status.startswith(WRONG):
            text = f"问题台账 {number} 填错了：{status.removeprefix(WRONG)}。"
            yield Finding(ERROR, "ledger_line_wrong", _cell(place), text)


def _deducted_twice(names: NamedCells, lines: Sequence[LedgerLine]) -> Iterator[Finding]:
    """Facts for which points are taken off in more than one indicator: perhaps one fact punished twice."""
    deductions = deductions_of(lines)
    stated = {deduction.indicator for deduction in deductions}
    lost = _losing(names)
    cells = {
        str(value): place for value, place in zip(names.column("problem_id"), names.places("problem_id"), strict=True)
    }
    for fact, under in facts_of(lines).items():
        codes = [
            code
            for code in dict.fromkeys(line.indicator for line in under)
            if any(d.indicator == code and fact in d.problems for d in deductions)
            or (code in lost and code not in stated)
        ]
        if len(codes) > 1:
            text = under[0].fact
            short = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
            message = (
                f"问题 {fact} 在指标 {'、'.join(codes)} 都扣了分（{short}）；同一事实重复扣分的，请说明理由或只扣一次。"
            )
            yield Finding(WARNING, "problem_deducted_twice", _cell(cells[fact]), message)


def _losing(names: NamedCells) -> set[str]:
    """The indicators that lost points."""
    rows = names.rows("indicator_code", "indicator_weight", "indicator_score")
    return {
        str(code)
        for code, weight, score in rows
        if is_number(weight) and is_number(score) and compare(score, weight) < 0
    }


def _cell(place: Place) -> str:
    return f"{place[0]}!{place[1]}"
