"""评分表 of the published reports through LibreOffice onto paper, and read back: column by column what the annexes print."""

from __future__ import annotations

import html
import io
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.support.ci_size import some
from tests.support.libreoffice import convert, pages, require_tools
from tests.support.printed_annexes import NAMES, columns_of, printed_annex
from tests.support.workbooks import built
from xlperf.editions.conversion import Edition
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package
from xlperf.workbook.columns import Columns
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.sheets.scoring_table import FORMS, SHEET

pytestmark = pytest.mark.slow
_WORD = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')
FIRST, TOTAL = "一级指标", "合计"
NUMBERS = ("level_weight", "group_weight", "weight", "score", "rate")
# Points from the middle of the headings to below them.
BELOW_HEADING = 16.0
# Signs of several faces stand on one line a little apart; lines are further apart.
SAME_LINE, TYPE, LEAST_TYPE = 4.0, 10.0, 8.0


@dataclass(frozen=True)
class Word:
    """A word on paper: its middle, in points from the top left, and what it says."""

    x: float
    y: float
    text: str


@pytest.fixture(scope="module", params=some(NAMES, ["yanjin-2022"]))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def package(name: str) -> Package:
    data = (workbooks_folder() / "examples" / f"{name}.toml").read_text(encoding="utf-8")
    return built(name, data, Edition.NATIVE)


@pytest.fixture(scope="module")
def pdf(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sheet alone on paper: the others are hidden, which are not printed."""
    require_tools()
    folder = tmp_path_factory.mktemp("annex")
    book = package.part("xl/workbook.xml").decode()
    active = next(number for number, sheet in enumerate(package.sheets) if sheet.name == SHEET.title)
    alone = re.sub(r' (activeTab|firstSheet)="\d+"', "", re.sub(r"<sheet [^>]*>", _hidden, book))
    alone = alone.replace("<workbookView ", f'<workbookView activeTab="{active}" ')
    # LibreOffice prints a hidden sheet that has an area of its own to print.
    alone = re.sub(r"<definedName [^>]*_xlnm.Print_Area[^>]*>.*?</definedName>", "", alone)
    source = folder / "评分表.xlsx"
    source.write_bytes(package.with_parts({"xl/workbook.xml": alone.encode()}).data)
    return convert(source, folder, "pdf")


@pytest.fixture(scope="module")
def columns(name: str, pdf: Path) -> Mapping[str, list[str]]:
    """What stands in each column between heading and signatures, line by line from the first page to the last."""
    form = FORMS[find_framework(name).framework.annex.form]
    found: dict[str, list[str]] = {column: [] for column in form.ids}
    for words in _pages(pdf):
        top = next(word.y for word in words if word.text == FIRST) + BELOW_HEADING
        ends = [word.y + SAME_LINE for word in words if word.text == TOTAL]
        bottom = min([*ends, max(word.y for word in words) - SAME_LINE])
        for column, (left, right) in _edges(form, words).items():
            found[column] += _lines([w for w in words if left < w.x < right and top < w.y < bottom])
    return found


def test_the_names_and_numbers_are_those_of_the_annex(name: str, columns: Mapping[str, list[str]]) -> None:
    annex = printed_annex(name)
    summed = [column for column in columns_of(name) if column not in ("group", "group_weight", "name")]
    totals = dict(zip(summed, annex.total, strict=True))
    for number, column in enumerate(columns_of(name)):
        expected = [line[number] for line in annex.lines if line[number]]
        if column in NUMBERS:
            # No more and no less than the annex prints, with the sum below.
            assert columns[column] == [*expected, *([totals[column]] if column in totals else [])], column
        else:
            assert "".join(columns[column]).removesuffix(TOTAL) == "".join(expected), column
    assert columns[summed[0]][-1] == totals[summed[0]] == TOTAL


def test_the_long_texts_are_those_of_the_framework(
    name: str, package: Package, columns: Mapping[str, list[str]]
) -> None:
    indicators = find_framework(name).framework.indicators
    texts = {
        "explanation": [i.description for i in indicators] + ["等级：良"],
        "standard": [i.standard for i in indicators],
    }
    if "note" in columns:
        form = FORMS["deductions"]
        texts["note"] = [str(package.value(SHEET.title, form.at(row).note)) for row in range(5, 5 + len(indicators))]
        assert sum(text != "" for text in texts["note"]) > 10
    for column, expected in texts.items():
        assert "".join(columns[column]) == re.sub(r"\s", "", "".join(expected)), column


def test_what_stands_above_and_below(name: str, pdf: Path) -> None:
    annex, printed = printed_annex(name), pages(pdf)
    first = re.sub(r"\s", "", printed[0])
    assert first.startswith(annex.number + re.sub(r"\s", "", annex.title))
    assert "评价组负责人（签字）" in printed[-1]
    for number, page in enumerate(printed, 1):
        assert re.search(rf"{SHEET.title}\s*第\s*{number}\s*页，共\s*{len(printed)}\s*页", page)
    words = _pages(pdf)
    assert all({FIRST, "二级指标", "三级指标"} <= {word.text for word in page} for page in words)


def test_its_type_can_be_read(name: str, package: Package, pdf: Path) -> None:
    """The distance of two rows' numbers on paper beside their distance in the sheet."""
    form = FORMS[find_framework(name).framework.annex.form]
    first = 5 if "note" in form.ids else 4
    heights = load_workbook(io.BytesIO(package.data))[SHEET.title].row_dimensions
    words = _pages(pdf)[0]
    left, right = _edges(form, words)["weight"]
    upper, lower = sorted(word.y for word in words if left < word.x < right and word.text.isdigit())[:2]
    apart = (float(heights[first].height or 0) + float(heights[first + 1].height or 0)) / 2
    assert TYPE * (lower - upper) / apart >= LEAST_TYPE


def _hidden(sheet: re.Match[str]) -> str:
    """The tag of a sheet, hidden unless it is the one looked at."""
    if f'name="{SHEET.title}"' in sheet[0]:
        return sheet[0]
    return re.sub(r' state="\w+"', "", sheet[0]).replace("<sheet ", '<sheet state="hidden" ')


def _pages(pdf: Path) -> list[list[Word]]:
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, timeout=3600)
    found = []
    for page in done.stdout.decode().split("<page ")[1:]:
        words = [([float(side) for side in sides], html.unescape(text)) for *sides, text in _WORD.findall(page)]
        found.append([Word((left + right) / 2, (top + low) / 2, text) for (left, top, right, low), text in words])
    return found


def _edges(form: Columns, words: list[Word]) -> dict[str, tuple[float, float]]:
    """Where each column begins and ends: the headings of the first and the last one stand in their middle."""
    widths = [form[column].width for column in form.ids]
    starts = [sum(widths[:number]) for number in range(len(widths))]
    last = form[form.ids[-1]].heading
    (left,), (right,) = ([word.x for word in words if word.text == text] for text in (FIRST, last))
    points = (right - left) / (starts[-1] + widths[-1] / 2 - widths[0] / 2)
    edge = left - points * widths[0] / 2
    places = zip(form.ids, starts, widths, strict=True)
    return {column: (edge + points * start, edge + points * (start + width)) for column, start, width in places}


def _lines(words: list[Word]) -> list[str]:
    """The lines that words stand on, from above."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.y):
        if not lines or word.y > lines[-1][0].y + SAME_LINE:
            lines.append([])
        lines[-1].append(word)
    return ["".join(word.text for word in sorted(line, key=lambda word: word.x)) for line in lines]
