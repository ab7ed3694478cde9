"""A scoring text as it was read, for people on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from xlperf.commands.terminal import plain
from xlperf.rules.reading.reader import AMBIGUOUS, JUDGEMENT, NOT_UNDERSTOOD, RULE, ReadText

_SAID = {
    RULE: ("读懂了", "green"),
    AMBIGUOUS: ("有几种读法，或有要确认的地方", "yellow"),
    JUDGEMENT: ("有由评价人认定的地方", "yellow"),
    NOT_UNDERSTOOD: ("没有读懂", "red"),
}


def show_reading(out: Console, reading: ReadText) -> None:
    """The status, each way in the words of a standard, and what was not read or is to be confirmed."""
    text, style = _SAID[reading.status]
    out.print(plain(text, style))
    for number, (way, wording) in enumerate(zip(reading.ways, reading.wordings, strict=True), 1):
        choices = f"（{'；'.join(way.choices)}）" if way.choices else ""
        head = f"读法 {number}{choices}：" if len(reading.ways) > 1 else "规则："
        out.print(plain(f"{head}{wording}"))
    for line in _lines(reading):
        out.print(plain(line))


def _lines(reading: ReadText) -> Iterator[str]:
    yield from (f"没有看懂：“{clause.text}”" for clause in reading.unread)
    yield from (f"由评价人认定：“{clause.text}”" for clause in reading.judged)
    yield from (f"请确认：{doubt.text}（“{reading.text[doubt.start : doubt.end]}”）" for doubt in reading.doubts)
    yield from (f"注意：{note.text}（“{reading.text[note.start : note.end]}”）" for note in reading.notes)
    for value in reading.values:
        defined = f"＝{value.definition}" if value.definition else ""
        yield f"用到的数：{value.label}{defined}"
