"""What the ledger shows: one fact deducted in several indicators, and references to problems that are not in it."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.findings.finding import ERROR, WARNING, Finding
from xlperf.frameworks.schema import Framework
from xlperf.workbook.names import NamedCells, Place, listed

REFERRING = ("point_problems", "indicator_problems", "deduction_problems")
SHOWN = 40


def ledger_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """The findings, in the order of the ledger and then of the sheets that refer to it."""
    ledger: dict[str, Place] = {}
    for number, place in zip(names.column("problem_id"), names.places("problem_id"), strict=True):
        for name in listed(number):
            if name in ledger:
                yield Finding(
                    ERROR,
                    "problem_repeated",
                    _cell(place),
                    f"问题编号 {name} 在问题台账里出现了两次，请改成不同的编号。",
                )
            ledger[name] = place
    yield from _deducted_twice(names, ledger)
    for column in REFERRING:
        for value, place in zip(names.column(column), names.places(column), strict=True):
            for name in listed(value):
                if name not in ledger:
                    text = f"引用的问题 {name} 不在问题台账里，请登记或改正编号。"
                    yield Finding(ERROR, "problem_unknown", _cell(place), text)


def _deducted_twice(names: NamedCells, ledger: dict[str, Place]) -> Iterator[Finding]:
    """Problems for which points are taken off in more than one indicator: perhaps one fact punished twice."""
    facts = names.by_code("problem_id", "problem_fact")
    indicators: dict[str, list[str]] = {name: [] for name in ledger}
    for indicator, problems in names.rows("deduction_indicator", "deduction_problems"):
        for name in listed(problems):
            for code in listed(indicator):
                if name in indicators and code not in indicators[name]:
                    indicators[name].append(code)
    for name, codes in indicators.items():
        if len(codes) > 1:
            fact = str(names.package.value(*facts[name]) or "")
            short = fact if len(fact) <= SHOWN else fact[: SHOWN - 1] + "…"
            text = (
                f"问题 {name} 在指标 {'、'.join(codes)} 都扣了分（{short}）；同一事实重复扣分的，请说明理由或只扣一次。"
            )
            yield Finding(WARNING, "problem_deducted_twice", _cell(ledger[name]), text)


def _cell(place: Place) -> str:
    return f"{place[0]}!{place[1]}"
