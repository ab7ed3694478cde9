"""The annexes (评分表) of the published reports as they are printed: names, weights and scores, line by line."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from xlperf.frameworks.loading import find_framework
from xlperf.workbook.sheets.scoring_table import FORMS

NAMES = ("renhua-2021", "yanjin-2022")
_FOLDER = Path(__file__).parents[1] / "golden" / "annexes"


@dataclass(frozen=True)
class PrintedAnnex:
    """An annex: what stands above it, its headings from the left, its lines, its last line.

    A line has a text for each column but those of long texts; an upper level stands where it begins.
    """

    number: str
    title: str
    headings: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]


@cache
def printed_annex(name: str) -> PrintedAnnex:
    """The annex of a framework's report."""
    read = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    lines = tuple(tuple(line) for line in read["lines"])
    return PrintedAnnex(read["number"], read["title"], tuple(read["headings"]), lines, tuple(read["total"]))


def columns_of(name: str) -> tuple[str, ...]:
    """The columns that the golden lines have a text for."""
    ids = FORMS[find_framework(name).framework.annex.form].ids
    return tuple(column for column in ids if column not in ("explanation", "standard", "note"))
