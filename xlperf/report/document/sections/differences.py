"""Figures that several reports of the unit state differently (表2-3), from 多来源对照 and the projects' ledgers."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.report.document.blocks import Block, Cell, Paragraph, Table, heads, row
from xlperf.report.document.subject import NONE, Subject, amount, said
from xlperf.values import Value, is_number, round_half_up
from xlperf.workbook.sheets import sources
from xlperf.workbook.tables import projects

# What a source is by the words in which it is stated, the most particular first.
KINDS = (("明细账数据", ("明细账",)), ("决算报表数据", ("决算",)), ("预算报表数据", ("预算",)))
OTHER = "其他来源"
COLUMNS = ("决算报表数据", "预算报表数据", "明细账数据", OTHER)


def differences(subject: Subject) -> Iterator[Block]:
    """The table, and how many figures differ; says so where none does."""
    body = [*_figures(subject), *_projects(subject)]
    if not body:
        yield Paragraph("登记的多来源数据没有发现不一致。")
        return
    count = sum(1 for cells in body if not cells[0].is_bold)
    yield Paragraph(f"不同报表、账簿的数据有差异或需对照的 {count} 项，见下表；差异为左列数减右列数。")
    yield Table(
        "报表数据不一致情况表",
        (30, 15, 15, 14, 14, 12),
        (heads("项目", *COLUMNS, "差异"),),
        tuple(body),
        unit=subject.money_unit,
        is_small=True,
    )


def _figures(subject: Subject) -> Iterator[tuple[Cell, ...]]:
    """The amounts whose sources disagree, each with what each sort of source says."""
    filled = subject.filled
    if not all(filled.names.has(f"source_{column}") for column in ("id", "agreement", "origin", "value")):
        return
    lines = filled.sources
    for identifier, item in filled.inputs.items():
        found = lines.of(identifier)
        if item.type != "money" or not found or lines.text("agreement", found[0]) != sources.DISAGREE:
            continue
        stated: dict[str, list[float]] = {column: [] for column in COLUMNS}
        for line in found:
            value = lines.value("value", line)
            if is_number(value):
                stated[_kind(lines.text("origin", line))].append(float(value))
        yield _row(item.label, stated)


def _kind(origin: str) -> str:
    return next((kind for kind, words in KINDS if any(word in origin for word in words)), OTHER)


def _row(label: str, stated: dict[str, list[float]], *, is_bold: bool = False) -> tuple[Cell, ...]:
    """A line; the difference is told where exactly two of its cells have one figure each, or more that are the same."""
    texts = ["／".join(dict.fromkeys(map(amount, stated[column]))) or NONE for column in COLUMNS]
    single = [values[0] for values in stated.values() if values]
    is_plain = len(single) == 2 and all(len(set(values)) < 2 for values in stated.values())
    difference = amount(round_half_up(single[0] - single[1])) if is_plain else NONE
    return row([label, *texts, difference], "lrrrrr", is_bold=is_bold)


def _projects(subject: Subject) -> Iterator[tuple[Cell, ...]]:
    """What each project spent by the final accounts and by the ledger, where the ledger's figure is filled in."""
    found = [line for line in subject.lines(projects.TABLE) if is_number(line.get("booked"))]
    if not found:
        return
    for line in found:
        yield _project(f"项目支出：{said(line['name'])}", line["spent"], line["booked"])
    spent, booked = (_sum([line[column] for line in found]) for column in ("spent", "booked"))
    yield _project("项目支出小计", spent, booked, is_bold=True)


def _sum(values: list[Value]) -> float:
    return round_half_up(sum(float(value) for value in values if is_number(value)))


def _project(label: str, spent: Value, booked: Value, *, is_bold: bool = False) -> tuple[Cell, ...]:
    """A project; one that the final accounts don't have differs by all that was booked."""
    difference = round_half_up((float(spent) if is_number(spent) else 0) - float(booked if is_number(booked) else 0))
    texts = [label, amount(spent), NONE, amount(booked), NONE, amount(difference)]
    return row(texts, "lrrrrr", is_bold=is_bold)
