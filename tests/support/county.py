"""A county: a roster, the workbooks sent out to it, and what its units hand in, filled from a worked example."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from openpyxl import Workbook

from tests.support.command import run
from tests.support.workbooks import places
from xlperf.editions.copies import copied
from xlperf.package import open_package
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells
from xlperf.workbook.roles import Copy
from xlperf.workbook.tables.evidence import TABLE

FRAMEWORK = "renhua-2021"
KINDS = (
    *("教育局", "卫生健康局", "交通运输局", "水务局", "农业农村局", "民政局", "住房和城乡建设管理局", "信访局"),
    *("文化广电旅游体育局", "公共资源交易中心（含土地储备和房屋征收补偿服务中心）"),
)
FACTS = ("报销附件不全", "未附验收单", "固定资产未入账", "合同签订日期晚于付款日期")
CLAUSES = ("《会计法》第九条", "《政府采购法》第二条", "《行政事业单位内部控制规范》第四十四条", None)
REASONS = ("按现场核查认定", "核查材料不全，按底稿认定；凭证和合同的日期先后不一，已与单位核对。")
# Every so many units: nothing is handed in, or two indicators stay without an award.
ABSENT, UNFINISHED = 15, 11


def unit_name(number: int) -> str:
    batch, kind = divmod(number, len(KINDS))
    return f"某县{KINDS[kind]}" + (f"第{batch}分局" if batch else "")


def send_out(folder: Path, count: int) -> None:
    """The roster and a workbook for each unit."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["单位名称", "单位编码", "staff_quota"])
    for number in range(count):
        sheet.append([unit_name(number), f"{number:04d}", 20 + number % 50])
    book.save(folder / "名册.xlsx")
    status, _, err = run(folder, "distribute", "名册.xlsx", FRAMEWORK, "-o", "下发")
    assert (status, err) == (0, "")


def take_back(folder: Path, count: int) -> list[int]:
    """Writes what the evaluators hand in of the units that have filled theirs; the numbers of these units."""
    present = [number for number in range(count) if number % ABSENT != ABSENT - 1]
    (folder / "交来").mkdir()
    sent = open_package(folder / "下发" / f"{present[0]:04d}_{unit_name(present[0])}.xlsx")
    package = copied(sent, Copy.EVALUATOR).package
    for number in present:
        own = places(package, unit_name=unit_name(number), unit_code=f"{number:04d}", staff_quota=20 + number % 50)
        filled = package.with_inputs({**_figures(), **own, **_evaluation(NamedCells(package), number)}).data
        (folder / "交来" / f"{number:04d}.xlsx").write_bytes(filled)
    return present


@cache
def _figures() -> Mapping[tuple[str, str], Value]:
    """The inputs of the worked example, but for who it is and what the ledger says."""
    example = open_package(workbooks_folder() / "examples" / f"{FRAMEWORK}.xlsx")
    known = catalogue(NamedCells(example), read_identity(example).framework.framework)
    own = (
        "unit_",
        "evaluation_year",
        "staff_quota",
        "problem",
        "reported",
        "point_",
        "source_",
        "question_",
    )
    values = {(i.sheet, i.ref): example.value(i.sheet, i.ref) for name, i in known.items() if not name.startswith(own)}
    # Its ledger isn't theirs, and what points cite would be unknown.
    names = NamedCells(example)
    cited = set(names.places("point_problems"))
    notes = zip(names.places("figure_note"), names.column("figure_note"), strict=True)
    return {place: value for place, value in (*values.items(), *notes) if value is not None and place not in cited}


def _evaluation(names: NamedCells, number: int) -> dict[tuple[str, str], Value]:
    """Self scores, awards with reasons, problems."""
    pick = random.Random(number)
    columns = ("self_score", "award", "reason", "reason_score", "evidence")
    places = [names.places(f"indicator_{column}") for column in columns]
    values: dict[tuple[str, str], Value] = {}
    quality = pick.uniform(0.6, 1.0)
    weights, codes = names.column("indicator_weight"), names.column("indicator_code")
    for code, weight, own, award, reason, written_for, evidence in zip(codes, weights, *places, strict=True):
        full = float(weight)
        is_open = number % UNFINISHED == UNFINISHED - 1 and str(code) in ("6", "16")
        values[own] = round(min(full, full * pick.uniform(quality, 1.25)), 1)
        values[award] = None if is_open else round(min(full, full * pick.uniform(quality - 0.15, 1.15)), 1)
        values[reason], values[written_for], values[evidence] = pick.choice(REASONS), values[award], "E1"
    values[names.places(TABLE.column_name("number"))[0]] = "E1"
    lines = zip(
        *(names.places(f"problem_{column}") for column in ("indicator", "fact", "clause", "same_as")), strict=True
    )
    numbers = names.column("problem_id")
    stands = 0
    for _ in range(pick.randint(0, 5)):
        fact = f"抽查凭证发现{pick.choice(FACTS)}，涉及 {pick.randint(1, 30)} 笔。"
        first, *further = pick.choice((("12",), ("12", "13"), ("17",)))
        values |= zip(next(lines), (first, fact, pick.choice(CLAUSES), None), strict=True)
        cited, stands = numbers[stands], stands + 1 + len(further)
        for code in further:
            # The same fact under another indicator.
            values |= zip(next(lines), (code, None, None, cited), strict=True)
    return values
