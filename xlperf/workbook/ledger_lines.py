"""The lines of the ledger (问题台账): a fact under an indicator, the points it costs, what stands behind it.

Written from a data file, which lists problems and deductions, and read back from a workbook, where both follow from the
lines. A fact under two indicators is two lines: the second one names the number of the first (事实号). Lines of one group
share their points, which stand on the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xlperf.errors import CellError
from xlperf.values import Value, is_blank, is_number
from xlperf.workbook.names import NamedCells, Place, listed

if TYPE_CHECKING:
    from xlperf.workbook.data_schema import EvaluationData

# Between an indicator's code and its name, in the texts that a line chooses from.
BETWEEN = "｜"
# What a line says, by the ids of its columns.
TEXTS = ("fact", "clause", "voucher", "category", "cause", "suggestion", "group", "same_as", "points_basis", "source")


@dataclass(frozen=True)
class LedgerLine:
    """A line as it was filled in; `number` is printed. `place`, `points_place`: the cells of its fact and its points."""

    number: str
    indicator: str = ""
    fact: str = ""
    points: Value = None
    group: str = ""
    clause: str = ""
    voucher: str = ""
    amount: Value = None
    category: str = ""
    cause: str = ""
    suggestion: str = ""
    same_as: str = ""
    points_basis: str = ""
    source: str = ""
    place: Place = ("", "")
    points_place: Place = ("", "")

    @property
    def is_fact(self) -> bool:
        """Whether it says more than that points are taken off."""
        return any(
            (self.fact, self.same_as, self.clause, self.voucher, self.category, self.cause, self.suggestion)
        ) or (not is_blank(self.amount) or (is_blank(self.points) and bool(self.source or self.indicator)))


@dataclass(frozen=True)
class Deduction:
    """Points taken off an indicator for the facts of a group together. `place`: the cell of the points."""

    id: str
    indicator: str
    points: float
    problems: tuple[str, ...]
    note: str
    place: Place


def printed_number(position: int) -> str:
    """The number printed on a line, by its position from 1."""
    return f"W{position:02d}"


def printed_numbers(data: EvaluationData) -> Mapping[str, str]:
    """What a data file's own numbers of problems are called on the sheet: nobody types a number there."""
    return {problem.id: printed_number(position) for position, problem in enumerate(data.problems, 1)}


def lines_of(data: EvaluationData | None) -> tuple[LedgerLine, ...]:
    """The lines that a data file fills: every problem under its first indicator, then what stands under further ones,
    then deductions without a problem.
    """
    if data is None:
        return ()
    numbers = printed_numbers(data)
    lines = [
        LedgerLine(
            printed_number(position),
            problem.indicators[0],
            problem.fact,
            None,
            "",
            problem.clause,
            problem.voucher,
            problem.amount or None,
            problem.category,
            problem.cause,
            problem.suggestion,
            source=problem.source,
        )
        for position, problem in enumerate(data.problems, 1)
    ]
    for problem in data.problems:
        for code in _further(data, problem.id, problem.indicators):
            lines.append(LedgerLine(printed_number(len(lines) + 1), code, same_as=numbers[problem.id]))
    return tuple(_with_deductions(data, lines, numbers))


def _further(data: EvaluationData, problem: str, indicators: Sequence[str]) -> list[str]:
    """The indicators after the first under which a problem stands: those it names, and those that name it."""
    citing = [code for code, award in data.awards.items() if problem in award.problems]
    citing += [deduction.indicator for deduction in data.deductions if problem in deduction.problems]
    return list(dict.fromkeys((*indicators, *citing)))[1:]


def _with_deductions(data: EvaluationData, lines: list[LedgerLine], numbers: Mapping[str, str]) -> list[LedgerLine]:
    for deduction in data.deductions:
        facts = [numbers[problem] for problem in deduction.problems]
        wanted: list[int] = []
        for fact in facts:
            found = [
                position
                for position, line in enumerate(lines)
                if (line.same_as or line.number) == fact and line.indicator == deduction.indicator and not line.group
            ]
            if not found:
                lines.append(LedgerLine(printed_number(len(lines) + 1), deduction.indicator, same_as=fact))
            wanted.append(found[0] if found else len(lines) - 1)
        if not facts:
            lines.append(LedgerLine(printed_number(len(lines) + 1), deduction.indicator))
            wanted = [len(lines) - 1]
        for position in wanted:
            lines[position] = replace(lines[position], group=deduction.id)
        note = "；".join(part for part in (deduction.note, deduction.source) if part)
        first = min(wanted)
        lines[first] = replace(lines[first], points=deduction.points, points_basis=note)
    return lines


def read_lines(names: NamedCells) -> tuple[LedgerLine, ...]:
    """The lines of a workbook that say something, from above.

    Errors: UserError: a name that leads to them is gone.
    """
    if not names.has("problem_indicator"):
        return tuple(_former_lines(names))
    columns = ("id", "indicator", "points", "amount", *TEXTS)
    places = zip(names.places("problem_fact"), names.places("problem_points"), strict=True)
    found = []
    for cells, (place, points_place) in zip(_rows(names, "problem", columns), places, strict=True):
        if all(is_blank(value) for column, value in cells.items() if column != "id"):
            continue
        said: dict[str, Any] = {column: _text(cells[column]) for column in TEXTS}
        code = _text(cells["indicator"]).partition(BETWEEN)[0].strip()
        said |= {"points": cells["points"], "amount": cells["amount"], "place": place, "points_place": points_place}
        found.append(LedgerLine(_text(cells["id"]), code, **said))
    return tuple(found)


def _former_lines(names: NamedCells) -> Iterator[LedgerLine]:
    """The lines of a workbook of an earlier version, whose deductions stood on a sheet of their own."""
    columns: tuple[str, ...] = ("id", "indicators", "fact", "voucher", "amount", "clause", "source")
    rows = zip(_rows(names, "problem", columns), names.places("problem_fact"), strict=True)
    for cells, place in rows:
        if all(is_blank(value) for value in cells.values()):
            continue
        said: dict[str, Any] = {column: _text(cells[column]) for column in ("fact", "voucher", "clause", "source")}
        said |= {"amount": cells["amount"], "place": place}
        number = _text(cells["id"])
        for code in listed(cells["indicators"]) or ("",):
            yield LedgerLine(number, code, **said)
    columns = ("id", "indicator", "points", "problems", "note", "source")
    rows = zip(_rows(names, "deduction", columns), names.places("deduction_points"), strict=True)
    for cells, place in rows:
        if is_blank(cells["points"]):
            continue
        note = "；".join(part for column in ("note", "source") if (part := _text(cells[column])))
        points, points_basis = cells["points"], note
        for number in listed(cells["problems"]) or ("",):
            code, group = _text(cells["indicator"]), _text(cells["id"])
            line = LedgerLine(number, code, group=group, same_as=number, points_place=place)
            yield replace(line, points=points, points_basis=points_basis)
            points, points_basis = None, ""


def _rows(names: NamedCells, prefix: str, columns: Sequence[str]) -> Iterator[dict[str, Value]]:
    """The cells of named columns by column, row by row."""
    for row in names.rows(*(f"{prefix}_{column}" for column in columns)):
        yield dict(zip(columns, row, strict=True))


def _text(value: Value) -> str:
    if is_blank(value) or isinstance(value, CellError):
        return ""
    return f"{value:.15g}" if is_number(value) else str(value).strip()


def fact_key(line: LedgerLine, known: Iterable[str]) -> str:
    """The number by which a line's fact is called: that of the line which it names, where there is one."""
    named = line.same_as.upper()
    return named if named and named in known else line.number


def facts_of(lines: Sequence[LedgerLine]) -> dict[str, list[LedgerLine]]:
    """The lines of every fact, by its number, in the order of the ledger."""
    known = {line.number for line in lines}
    found: dict[str, list[LedgerLine]] = {}
    for line in lines:
        if line.is_fact:
            found.setdefault(fact_key(line, known), []).append(line)
    first = {line.number: position for position, line in reversed([*enumerate(lines)])}
    return dict(sorted(found.items(), key=lambda pair: first[pair[0]]))


def deductions_of(lines: Sequence[LedgerLine]) -> list[Deduction]:
    """The points taken off, in the order of the lines on which they stand."""
    facts = list(facts_of(lines))
    groups: dict[tuple[str, str], list[LedgerLine]] = {}
    for line in lines:
        groups.setdefault((line.indicator, line.group or line.number), []).append(line)
    found = []
    for (code, name), members in groups.items():
        keys = {fact_key(line, facts) for line in members if line.is_fact}
        for line in members:
            if is_number(line.points) and line.points:
                together = tuple(fact for fact in facts if fact in keys)
                found.append(Deduction(name, code, float(line.points), together, line.points_basis, line.points_place))
    return found
