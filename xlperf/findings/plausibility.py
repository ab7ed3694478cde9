"""Figures that can't be, or that are to be looked at: what their cells say, with what was expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xlperf.findings.finding import ERROR, WARNING, Finding
from xlperf.frameworks.plausibility import CONFIRMED, Doubt, doubt, sentence
from xlperf.frameworks.schema import Framework
from xlperf.values import Value, as_text, is_blank, is_number
from xlperf.wording import shown
from xlperf.workbook.names import NamedCells
from xlperf.workbook.tables.all_tables import ALL_TABLES
from xlperf.workbook.tables.table import LINE, Table

YEAR = "gate_year"
_CONFIRM = f"；确属实情的，在“备注”写“{CONFIRMED}”和原因"


def plausibility_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """The findings of the cover, the inputs and the tables; none in a workbook of an earlier version."""
    if names.has(YEAR) and names.value(YEAR) == 1:
        year, wanted = as_text(names.value("evaluation_year") or 0), str(framework.year)  # type: ignore[arg-type]
        text = f"评价年度 {year} 不是指标体系的 {wanted} 年，请核对封面的年度，或换用当年的指标体系。"
        cell = "!".join(names.place("evaluation_year"))
        yield Finding(WARNING, "year_differs", cell, text, wanted, year)
    if names.has("gate_implausible"):
        yield from _of_inputs(names, framework)
    for table in ALL_TABLES:
        if table.limited and names.has(table.doubts_name):
            yield from _of_table(names, table)


def _of_inputs(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    labels = {item.id: item.label.strip() for item in framework.inputs}
    given, notes = (names.by_code("figure_id", f"figure_{column}") for column in ("given", "note"))
    for item in framework.inputs:
        value = names.value(item.id) if item.is_figure else None
        if not is_number(value):
            continue
        note = str(names.package.value(*notes[item.id]) or "")
        found = doubt(item.bounds, item.type, value, names.value, is_confirmed=CONFIRMED in note)
        # That a count is no negative number is told with the types.
        if found and not (item.type == "count" and value < 0):
            is_typed = not is_blank(names.package.value(*given[item.id]))
            cell = "!".join(given[item.id] if is_typed else names.place(item.id))
            where = f"{labels[item.id]}（{item.id}）"
            text = sentence(found, where, labels.get(found.other, ""), item.type, value, _CONFIRM)
            sides = _sides(found, item.type, value)
            yield Finding(
                _severity(found), "value_mistyped" if found.is_mistyped else "value_implausible", cell, text, *sides
            )


def _of_table(names: NamedCells, table: Table) -> Iterator[Finding]:
    headings = {f.id: f.heading for f in table.fields}
    # A workbook of an earlier version lacks the fields that were added since.
    columns = {f.id: names.column(name) for f in table.fields if names.has(name := table.column_name(f.id))}
    codes = names.column(table.column_name(LINE))
    labels = {line.code: line.label.strip() for line in table.lines}
    for f in (f for f in table.limited if f.id in columns):
        told: list[float] = []
        for number, ((sheet, ref), value) in enumerate(
            zip(names.places(table.column_name(f.id)), columns[f.id], strict=True)
        ):
            found = doubt(f.bounds, f.kind, value, _in_line(columns, number)) if is_number(value) else None
            # A total that only repeats what was typed is no further mistake.
            if found and is_number(value) and not (ref in names.package.formulas(sheet) and value in told):
                told.append(value)
                line = labels.get(str(codes[number]), f"第 {number + 1} 行")
                where = f"“{table.sheet}”{line}“{f.heading}”"
                text = sentence(found, where, headings.get(found.other, ""), f.kind, value)
                sides = _sides(found, f.kind, value)
                yield Finding(_severity(found), "table_value_implausible", f"{sheet}!{ref}", text, *sides)


def _in_line(columns: dict[str, list[Value]], number: int) -> Callable[[str], Value]:
    return lambda name: columns[name][number]


def _severity(found: Doubt) -> str:
    return ERROR if found.is_error else WARNING


def _sides(found: Doubt, kind: str, value: float) -> tuple[str, str]:
    """What was expected, and what stands there."""
    return found.expected, as_text(value) if found.meant is not None else shown(value, kind)
