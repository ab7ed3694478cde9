"""附件: the scoring form on pages that lie on their side, in the form, with the headings and widths of the workbook's 评分表."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xlperf.evaluation.result import IndicatorResult
from xlperf.frameworks.annex import title_parts
from xlperf.report.document.blocks import CENTRE, LEFT, Block, Cell, Landscape, Table, merged
from xlperf.report.document.sections.analysis import deduction_note
from xlperf.report.document.sections.scores import Scored, scored_levels
from xlperf.report.document.subject import Subject, paragraphs, plain, rate, reached, score, weight
from xlperf.workbook.columns import Columns
from xlperf.workbook.sheets.scoring_table import BAND, FORMS, SUBTOTAL, TOTAL

# A total in bold letters has to stand in one line.
_LEAST = {"score": 8.0, "rate": 9.5}
_NAMES = ("level", "level_weight", "group", "group_weight", "name", "weight")


def scoring_form(subject: Subject) -> Iterator[Block]:
    """The whole form."""
    columns = FORMS[subject.framework.annex.form]
    upper = [column for column in _NAMES[:4] if column in columns.ids]
    body: list[tuple[Cell, ...]] = []
    for level, groups in scored_levels(subject):
        rows = [
            _row(columns, _indicator(subject, level, group, subject.filled.results[indicator.code]))
            for group in groups
            for indicator in subject.framework.indicators_of(level.name, group.name)
        ]
        body += merged(rows, len(upper))
        if subject.framework.annex.has_subtotals:
            body.append(_sum(columns, f"{level.name}{SUBTOTAL}", level.weight, level.score))
    full = subject.framework.weight
    body.append(_sum(columns, TOTAL, full, subject.result.total, level_weight=weight(full)))
    title = _title(subject)
    widths = tuple(max(column.width, _LEAST.get(name, 0)) for name, column in zip(columns.ids, columns, strict=True))
    yield Landscape((Table(title, widths, _heading(subject, columns), tuple(body), is_small=True),))


def _title(subject: Subject) -> str:
    """What the framework prints above the form, or else what most reports have."""
    project = plain(subject.result.project or "")
    said = {"{单位}": subject.unit, "{年度}": subject.year, "{项目}": project}
    kind = "自评" if subject.is_self else "评价"
    title = subject.framework.annex.title or f"{{单位}}{project}{{年度}}年度{subject.framework.subject}绩效{kind}评分表"
    return "".join(said.get(piece, piece) for piece in title_parts(title))


def _heading(subject: Subject, columns: Columns) -> tuple[tuple[Cell, ...], ...]:
    """The headings; weights of all levels stand below one that says what they are."""
    annex = subject.framework.annex
    words = dict.fromkeys(("level_weight", "group_weight", "weight"), annex.weight)
    usual = ("自评得分", "自评说明") if subject.is_self else ("得分", "扣分说明")
    words |= {"explanation": annex.explanation, "standard": annex.standard}
    words |= {"score": annex.score or usual[0], "note": annex.note or usual[1]}
    cells = {
        name: Cell(words.get(name, column.heading), align=CENTRE, is_bold=True)
        for name, column in zip(columns.ids, columns, strict=True)
    }
    if annex.form == "rates":
        return (tuple(cells.values()),)
    band = Cell(BAND, 1, len(_NAMES), CENTRE, True)
    tall = [replace(cell, rows=2) for name, cell in cells.items() if name not in _NAMES]
    return ((band, *tall), tuple(cells[name] for name in _NAMES))


def _indicator(subject: Subject, level: Scored, group: Scored, result: IndicatorResult) -> dict[str, str]:
    """What a line says, by the columns of both forms."""
    annex, indicator = subject.framework.annex, subject.filled.indicators[result.code]
    names = [f"{code}{part.name}" for code, part in zip(annex.upper_codes(result.code), (level, group), strict=True)]
    if annex.form == "rates":
        names = [
            name if part.weight is None else f"{name}\n({weight(part.weight)}分)"
            for name, part in zip(names, (level, group), strict=True)
        ]
    return {
        "level": names[0],
        "level_weight": weight(level.weight),
        "group": names[1],
        "group_weight": weight(group.weight),
        "name": f"{result.code if annex.has_codes else ''}{result.name}",
        "weight": weight(result.weight),
        "explanation": "\n".join(paragraphs(indicator.description)),
        "standard": "\n".join(paragraphs(indicator.standard)),
        "score": score(result.score),
        "rate": rate(reached(result.score, result.weight)),
        "note": deduction_note(subject, result),
    }


def _sum(columns: Columns, label: str, full: float | None, points: float | None, **further: str) -> tuple[Cell, ...]:
    """A line that adds up."""
    said = {"level": label, "weight": weight(full), "score": score(points), "rate": rate(reached(points, full))}
    return _row(columns, {**said, **further}, is_bold=True)


def _row(columns: Columns, said: dict[str, str], *, is_bold: bool = False) -> tuple[Cell, ...]:
    return tuple(
        Cell(said.get(name, ""), 1, 1, CENTRE if column.is_centred else LEFT, is_bold)
        for name, column in zip(columns.ids, columns, strict=True)
    )
