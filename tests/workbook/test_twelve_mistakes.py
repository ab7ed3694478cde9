"""Twelve mistakes of people who fill in the workbook: what the workbook alone says of each, what `check` does, what a batch does.

The workbook speaks through LibreOffice; docs/常见错误.md holds the sentences, and `XLPERF_WRITE=1` writes them there.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import run
from tests.support.implausible import MISTAKES as FIGURES
from tests.support.libreoffice import require_tools
from tests.support.office import Office, Sheets
from tests.support.workbooks import built, places
from tests.support.written_parts import is_told
from tests.workbook.official_tables import Cells, in_yuan, pasted
from tests.workbook.paste_mistakes import MISTAKES as PASTES
from tests.workbook.paste_mistakes import UNIT, body_moved
from tests.workbook.published_figures import TABLES
from xlperf.editions.conversion import Edition
from xlperf.evaluation.scoring import recalculated
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.sheets.official_tables import IMPORTS

pytestmark = pytest.mark.slow
HEAD = ("错误", "工作簿：填错的地方", "工作簿：封面", "`xlperf check`：先改这几件事的第一条", "批量：填报，排名")


@dataclass(frozen=True)
class Mistake:
    """What is typed or pasted into a workbook that is otherwise in order, or else into a blank one; where the sheet says it."""

    cells: Cells = field(default_factory=dict)
    inputs: Mapping[str, Value] = field(default_factory=dict)
    is_blank: bool = False
    figure: str = ""


def published(number: int, text: str) -> Mistake:
    return Mistake(pasted(number, text, are_codes_text=False))


def alone(name: str) -> Mistake:
    return Mistake(PASTES[name][0], is_blank=True)


def figure(name: str) -> Mistake:
    values = FIGURES[name][0]
    return Mistake(inputs=values, figure=next(iter(values)))


def as_texts(cells: Cells) -> Cells:
    return {place: f"{value:,.2f}" if isinstance(value, float) else value for place, value in cells.items()}


def awarded(*, is_good: bool) -> Mistake:
    names = NamedCells(workbook(is_blank=True))
    columns = zip(
        names.column("indicator_weight"), *map(names.places, ("indicator_award", "indicator_reason")), strict=True
    )
    cells: Cells = {}
    for number, (weight, award, reason) in enumerate(columns, 1):
        cells |= {award: weight, reason: "好" if is_good else f"经现场核查第 {number} 项工作，材料齐全，完成较好"}
    assert len(cells) == 2 * 34
    return Mistake(cells, is_blank=True)


@cache
def workbook(*, is_blank: bool) -> Package:
    text = (workbooks_folder() / "examples" / "renhua-2021.toml").read_text(encoding="utf-8")
    return built("renhua-2021", "" if is_blank else text, Edition.NATIVE)


@cache
def mistakes() -> dict[str, Mistake]:
    """In the order of the table; a recognised paste leaves all else of a blank workbook open."""
    first = TABLES[1]
    return {
        "空表，什么也没填": Mistake(is_blank=True),
        "一个数据也没有，评定分全填满分，理由都是“好”": awarded(is_good=True),
        "一个数据也没有，评定分全填满分，34 条理由各不相同": awarded(is_good=False),
        "整张表偏一格粘贴（认得出，数也对，别的没有填）": alone("off by one cell"),
        "数与表头错开一格": published(1, body_moved(first)),
        "以元为单位，表上没有注明": published(1, in_yuan(first).replace("金额单位：元", "")),
        "数是文字（带千分号）": Mistake(as_texts(pasted(1, first, are_codes_text=False))),
        "年初、全年、决算三栏的表（取的是决算数，别的没有填）": alone("a table of three columns"),
        "科目编码拆成类、款、项三列（不重复计数，别的没有填）": alone("split codes"),
        "97.92% 填成 97.92": figure("percent"),
        "负数": figure("negative"),
        "部分大于总数": figure("part"),
        "别的单位的表": published(1, first.replace("仁化县政务服务数据管理局", "另一个县财政局")),
    }


def given(mistake: Mistake, number: int) -> dict[Place, Value]:
    """The cells of a mistake, in the workbook of a unit with a code of its own."""
    package = workbook(is_blank=mistake.is_blank)
    unit: dict[str, Value] = {"unit_code": f"{number:03d}"}
    unit |= {"unit_name": UNIT, "evaluation_year": 2021} if mistake.is_blank else {}
    return {**mistake.cells, **places(package, **unit, **mistake.inputs)}


def told_places(mistake: Mistake) -> tuple[Place | None, Place]:
    """Where the workbook says it: beside what was filled in, and on the cover."""
    names = NamedCells(workbook(is_blank=mistake.is_blank))
    tables = [spec for spec in IMPORTS if spec.sheet in {sheet for sheet, _ in mistake.cells}]
    beside = names.place(f"import{tables[0].number}_status") if tables else None
    if mistake.figure:
        beside = names.by_code("figure_id", "figure_status")[mistake.figure]
    return beside, names.place("submission_status")


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """What LibreOffice shows, with one workbook open and mistake after mistake typed and taken back."""
    require_tools()
    folder, found = tmp_path_factory.mktemp("表"), {}
    with Office() as office:
        for is_blank in (True, False):
            package = workbook(is_blank=is_blank)
            source: Path | None = folder / f"{is_blank}.xlsx"
            assert source is not None
            source.write_bytes(package.data)
            before: list[dict[str, Any]] = []
            for number, (name, mistake) in enumerate(mistakes().items(), 1):
                if mistake.is_blank is is_blank:
                    cells = given(mistake, number)
                    sheets = office.values(source, [*before, *typed(cells)])
                    found[name] = shown(sheets, mistake)
                    source, before = None, typed({place: package.value(*place) for place in cells})
    return {name: found[name] for name in mistakes()}


def typed(cells: Mapping[Place, Value]) -> list[dict[str, Any]]:
    return [{"do": "type", "sheet": sheet, "at": ref, "value": value} for (sheet, ref), value in cells.items()]


def shown(sheets: Sheets, mistake: Mistake) -> tuple[str, str]:
    beside, cover = told_places(mistake)
    return str(sheets[beside[0]][beside[1]]) if beside else "—", str(sheets[cover[0]][cover[1]])


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workbook of each mistake and one without, and what the batch made of them."""
    place = tmp_path_factory.mktemp("交来")
    for number, mistake in enumerate((*mistakes().values(), Mistake()), 1):
        package = workbook(is_blank=mistake.is_blank)
        filled = recalculated(package, given(mistake, number)).package
        (place / f"{number:03d}.xlsx").write_bytes(filled.data)
    run(place, "batch", str(place / "*.xlsx"), "-o", "结果", "--quiet", "--jobs", 1)
    return place


def batch_says(folder: Path) -> Iterator[tuple[str, int | None, str]]:
    """By unit: the state of its submission, its rank, and why it has none."""
    with (folder / "结果" / "units.csv").open(encoding="utf-8-sig") as file:
        states = {row["单位编码"]: row["填报"] for row in csv.DictReader(file)}
    (league,) = json.loads(run(folder, "league", "结果", "--json")[1])["leagues"]
    for unit in sorted(league["units"], key=lambda unit: unit["code"]):
        yield states[unit["code"]], unit["rank"], unit["unranked"]


def test_the_workbook_says_the_same_here(spoken: dict[str, tuple[str, str]]) -> None:
    """What LibreOffice shows is what the command calculates."""
    for number, (name, mistake) in enumerate(mistakes().items(), 1):
        package = recalculated(workbook(is_blank=mistake.is_blank), given(mistake, number)).package
        beside, cover = told_places(mistake)
        assert (str(package.value(*beside)) if beside else "—", package.value(*cover)) == spoken[name]


def test_none_may_be_handed_in_or_is_ranked(spoken: dict[str, tuple[str, str]], handed_in: Path) -> None:
    assert {cover.partition("：")[0] for _, cover in spoken.values()} == {"不可提交", "尚未填报"}
    *wrong, right = batch_says(handed_in)
    assert len(wrong) == len(mistakes()) == 13
    assert {state.partition("：")[0] for state, _, _ in wrong} == {"不可提交", "尚未填报"}
    assert [(rank, why != "") for _, rank, why in wrong] == [(None, True)] * len(wrong)
    # Without a mistake the same workbook passes.
    assert right == ("可提交", 1, "")


def test_the_document_holds_every_sentence(spoken: dict[str, tuple[str, str]], handed_in: Path) -> None:
    """`XLPERF_WRITE=1` writes the table."""
    lines = [HEAD, ("---",) * len(HEAD)]
    for number, ((name, said), (state, _, unranked)) in enumerate(
        zip(spoken.items(), batch_says(handed_in), strict=False), 1
    ):
        first = json.loads(run(handed_in, "check", f"{number:03d}.xlsx", "--json")[1])["first"][0]["message"]
        lines.append((name, *said, first, f"{state}。{unranked}"))
    table = "".join(f"| {' | '.join(cell.replace('|', '｜') for cell in line)} |\n" for line in lines)
    is_told("常见错误.md", "workbook/test_twelve_mistakes.py", table)
