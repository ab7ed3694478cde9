"""The state of the two gates of a filled workbook: what its cells count, and the errors that only the findings tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlperf.findings.codes import catalogue
from xlperf.findings.finding import ERROR, Finding
from xlperf.frameworks.schema import Framework
from xlperf.values import is_number
from xlperf.workbook import gates
from xlperf.workbook.gate_condition import NUMBER, SUBMISSION, Condition
from xlperf.workbook.names import NamedCells

UNKNOWN = "未知"
_FORMER = "工作簿由旧版 xlperf 生成，封面没有填报情况的计数"


@dataclass(frozen=True)
class Gate:
    """The state of a gate, and every reason that it is closed, in the order of their declaration."""

    state: str
    reasons: tuple[str, ...]


def gate_states(names: NamedCells, framework: Framework, found: Sequence[Finding]) -> dict[str, Gate]:
    """The gate of the unit (submission) and that of the evaluator (result)."""
    return {gate: _gate(names, framework, found, gate) for gate in gates.STATUS}


def _gate(names: NamedCells, framework: Framework, found: Sequence[Finding], gate: str) -> Gate:
    declared = list(gates.conditions(framework))
    if not all(names.has(name) for name in (gates.TYPED, *(condition.name for condition in declared))):
        # Errors are known in any case.
        reasons = tuple(_unseen([], found))
        return Gate(gates.FAILED[gate], reasons) if reasons else Gate(UNKNOWN, (_FORMER,))
    typed = names.value(gates.TYPED)
    if gate == SUBMISSION and is_number(typed) and typed <= 0:
        return Gate(gates.UNTOUCHED, ())
    counted = [(condition, names.value(condition.name)) for condition in declared]
    failing = [(condition, number) for condition, number in counted if number != 0]
    reasons = tuple(
        condition.reason.replace(NUMBER, f"{number:g}" if is_number(number) else "？")
        for condition, number in failing
        if condition.closes(gate, framework)
    )
    # What a counter tells needs no telling twice; what belongs to the other gate alone doesn't close this one.
    told = [condition for condition, _ in failing]
    told += [c for c in declared if c.gates and not c.closes(gate, framework)]
    reasons += tuple(_unseen(told, found))
    return Gate(gates.FAILED[gate], reasons) if reasons else Gate(gates.PASSED[gate], ())


def _unseen(told: Sequence[Condition], found: Sequence[Finding]) -> Iterator[str]:
    """The errors that no counter tells, by kind."""
    kinds: dict[str, list[Finding]] = {}
    for finding in found:
        if finding.severity == ERROR and not any(condition.tells(finding.code) for condition in told):
            kinds.setdefault(finding.code, []).append(finding)
    called = {code.code: code.name for code in catalogue()} if kinds else {}
    for code, findings in kinds.items():
        cell = f"：{findings[0].cell}" if findings[0].cell else ""
        yield f"xlperf check：{called.get(code, '勾稽错误')} {len(findings)} 处{cell}"
