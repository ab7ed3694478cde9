"""附件: what was answered in the surveys, each question with how many chose each option and which part that is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlperf.report.document.blocks import Block, Heading, Paragraph, Table, heads, row
from xlperf.report.document.subject import Subject, said, share
from xlperf.values import Value, is_number
from xlperf.workbook.sheets.surveys import COUNTS, OPTIONS

_LETTER = re.compile(r"^[A-F][.．、]?\s*")
_QUESTION = ("survey", "number", "text", "options", *COUNTS)


def surveys(subject: Subject) -> Iterator[Block]:
    """Every survey with its questions; nothing where there is none."""
    found = list(_questions(subject))
    called = _surveys(subject)
    for survey in dict.fromkeys(said(line["survey"]) for line in found):
        name, text = called.get(survey, (survey, ""))
        yield Heading(name or "问卷", 2)
        if text:
            yield Paragraph(text)
        for line in found:
            if said(line["survey"]) == survey:
                yield _table(line)


def _surveys(subject: Subject) -> dict[str, tuple[str, str]]:
    """By what people call a survey: its name, and how many sheets were sent and valid."""
    names = subject.filled.names
    key = "surveys_number" if names.has("surveys_number") else "surveys_id"
    found = {}
    for code, name, issued, valid in names.rows(key, "surveys_name", "surveys_issued", "surveys_valid"):
        parts = [f"{word} {value:g} 份" for word, value in (("发放", issued), ("收回有效", valid)) if is_number(value)]
        found[said(code)] = (said(name), f"{'，'.join(parts)}。" if parts else "")
    return found


def _questions(subject: Subject) -> Iterator[dict[str, Value]]:
    names = subject.filled.names
    if not all(names.has(f"question_{column}") for column in _QUESTION):
        return
    for cells in names.rows(*(f"question_{column}" for column in _QUESTION)):
        line = dict(zip(_QUESTION, cells, strict=True))
        if any(is_number(line[column]) for column in COUNTS):
            yield line


def _table(line: dict[str, Value]) -> Table:
    """A question: its options side by side, the parts above the counts."""
    labels = [_LETTER.sub("", part) for part in said(line["options"]).replace("/", "／").split("／") if part]
    filled = [place for place, column in enumerate(COUNTS) if is_number(line[column])]
    last = max(len(labels), filled[-1] + 1)
    counts = [line[column] for column in COUNTS[:last]]
    whole = sum(float(value) for value in counts if is_number(value))
    options = [f"{OPTIONS[n]}.{labels[n] if n < len(labels) else ''}" for n in range(last)]
    number = f"{line['number']:g}." if is_number(line["number"]) else ""
    shares = [share(value if is_number(value) else 0.0, whole) for value in counts]
    sheets = [f"{value:g}" if is_number(value) else "0" for value in counts]
    aligned = "c" * (last + 2)
    return Table(
        f"{number}{said(line['text'])}",
        (16, *([70 / last] * last), 14),
        (heads("项目", *options, "合计"),),
        (row(["比率", *shares, share(whole, whole)], aligned), row(["份数", *sheets, f"{whole:g}"], aligned)),
        is_small=True,
    )
