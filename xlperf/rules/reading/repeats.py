"""The same fact in several texts of one standard: punished twice, or measured twice. Seen only where all stand together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xlperf.rules.reading.reader import ReadText
from xlperf.rules.reading.values import ITSELF

# Shorter clauses (符合要求) say nothing of their own.
_LEAST = 6
_SEPARATORS = "，；。、\n"
_TAKES = ("扣", "不得分", "一票否决")


@dataclass(frozen=True)
class Repeat:
    """A clause or value that several texts use: `code` is double_penalty or double_measure, `keys` are the texts'."""

    code: str
    what: str
    keys: tuple[str, ...]


def repeats(readings: Mapping[str, ReadText]) -> Iterator[Repeat]:
    """What is punished or measured in more than one of the texts, by the keys (codes of indicators) they are given by."""
    faults: dict[str, list[str]] = {}
    values: dict[str, list[str]] = {}
    for key, reading in readings.items():
        for clause in dict.fromkeys(_punished(reading)):
            faults.setdefault(clause, []).append(key)
        for label in dict.fromkeys(value.label for value in reading.values if value.label != ITSELF):
            values.setdefault(label, []).append(key)
    yield from (Repeat("double_penalty", text, tuple(keys)) for text, keys in faults.items() if len(keys) > 1)
    yield from (Repeat("double_measure", text, tuple(keys)) for text, keys in values.items() if len(keys) > 1)


def _punished(reading: ReadText) -> Iterator[str]:
    """The things whose presence costs points: the words of a text that takes something off, one by one."""
    for way in reading.ways[:1]:
        texts = [point.text for point in way.points] + ([way.veto.text] if way.veto else [])
        for text in texts:
            if any(word in text for word in _TAKES):
                yield from (part for part in _parts(text) if len(part) >= _LEAST and not any(w in part for w in _TAKES))


def _parts(text: str) -> list[str]:
    for sign in _SEPARATORS:
        text = text.replace(sign, "\n")
    return [part.strip() for part in text.split("\n")]
