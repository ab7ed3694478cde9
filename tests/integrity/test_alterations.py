"""Planted alterations are found; honest handling leaves no trace."""

from __future__ import annotations

import random
import shutil
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support import alterer
from tests.support.libreoffice import convert, require_tools
from xlperf.errors import UserError
from xlperf.evaluation.scoring import check, recalculated, score
from xlperf.findings.finding import Finding
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import FIRST_CHUNK_ROW, IDENTITY, read_identity
from xlperf.workbook.locations import example_names, workbooks_folder
from xlperf.workbook.names import NamedCells

PLANTED: list[dict[str, Any]] = [
    line
    for line in tomllib.loads(Path(__file__).with_name("alterations.toml").read_text(encoding="utf-8"))["alterations"]
    if not line.pop("skip", False)
]
# Findings of tampering, as against findings of what was filled in.
TAMPERING = {
    *("formula_overwritten", "formula_changed", "total_without_alterations", "locked_cell_changed", "sheet_removed"),
    *("sheet_hidden", "sheet_added", "rows_moved", "rows_hidden", "name_redirected", "name_removed"),
    *("protection_removed", "validation_removed", "manual_calculation", "external_link", "foreign_macro"),
    *("text_hidden", "saved_values_differ", "formulas_changed"),
}


@cache
def example(name: str, edition: str = "udf") -> Package:
    suffix = "xlsx" if edition == "native" else "xlsm"
    return open_package(workbooks_folder() / "examples" / f"{name}.{suffix}")


def tampering(package: Package) -> list[Finding]:
    return [f for f in score(package).findings if f.code in TAMPERING]


def test_there_are_sixty() -> None:
    assert len(PLANTED) >= 60
    assert len({line["name"] for line in PLANTED}) == len(PLANTED)


@pytest.mark.slow
@pytest.mark.parametrize("planted", PLANTED, ids=lambda line: line["name"])
def test_planted_alteration_is_found(planted: dict[str, Any]) -> None:
    change = {k: v for k, v in planted.items() if k != "any_cell"}
    package = alterer.altered(example("renhua-2021", planted.get("edition", "udf")), change)
    code, cell = planted["finds"]
    found = check(package)
    matching = [f for f in found if f.code == code and (planted.get("any_cell") or f.cell == cell)]
    assert matching, [f"{f.code} {f.cell} {f.message}" for f in found if f.code in TAMPERING]
    assert all(f.severity in ("error", "warning", "hint") and f.message.endswith("。") for f in matching)
    if code.startswith("formula_"):
        assert matching[0].expected
        assert matching[0].expected.startswith("=")


def test_the_effect_on_the_total_is_told() -> None:
    package = alterer.put(example("renhua-2021"), "指标评分", "U25", 2.0)
    (finding,) = (f for f in score(package).findings if f.code == "formula_overwritten")
    assert (finding.found, finding.effect) == ("2", 2.0)
    assert "按原公式应为 0，总分因此多 2.00" in finding.message
    (total,) = (f for f in score(package).findings if f.code == "total_without_alterations")
    assert (total.expected, total.found, total.effect) == ("82.57", "84.57", 2.0)


def test_the_framework_inside_can_not_be_changed() -> None:
    package = example("renhua-2021")
    text = str(package.value(IDENTITY, f"B{FIRST_CHUNK_ROW}"))
    changed = package.with_inputs({(IDENTITY, f"B{FIRST_CHUNK_ROW}"): text.replace("# ", "# 改 ", 1)})
    with pytest.raises(UserError, match="内容与身份标记不符"):
        score(changed)


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["udf", "native"])
@pytest.mark.parametrize("name", example_names())
def test_the_examples_are_as_they_were_made(name: str, edition: str) -> None:
    assert tampering(example(name, edition)) == []


def filled(package: Package, chance: random.Random) -> Package:
    """The workbook with some inputs typed anew, recalculated as on saving."""
    inputs = list(catalogue(NamedCells(package), read_identity(package).framework.framework).values())
    values: dict[tuple[str, str], Value] = {}
    for item in chance.sample(inputs, 25):
        if item.choices:
            values[item.sheet, item.ref] = chance.choice(item.choices)
        elif item.type in ("money", "number", "rate", "score"):
            values[item.sheet, item.ref] = round(chance.uniform(0, min(item.maximum, 500)), 2)
        elif item.type == "count":
            values[item.sheet, item.ref] = float(chance.randrange(50))
        elif item.type == "text":
            values[item.sheet, item.ref] = "说明" + str(chance.randrange(100))
    return recalculated(package, values).package


def handled(package: Package, chance: random.Random) -> Package:
    """The workbook after some honest handling."""
    for _ in range(chance.randrange(1, 4)):
        match chance.randrange(4):
            case 0:
                package = filled(package, chance)
            case 1:
                sheet = chance.choice(["指标评分", "指标数据", "汇总", "参数"])
                package = alterer.widths(package, sheet, round(chance.uniform(5, 60), 1))
            case 2:
                refs = [f"{c}{r}" for c in "BGHI" for r in range(5, 5 + chance.randrange(1, 9))]
                package = alterer.restyled(package, "指标数据", refs, chance.randrange(1, 20))
            case _:
                order = list(range(12))
                chance.shuffle(order)
                package = alterer.sorted_lines(package, "问题台账", "ABCDEFG", 4, order)
    return package


def honest(seed: int) -> tuple[Package, list[Finding]]:
    chance = random.Random(seed)
    edition = chance.choice(["udf", "native"])
    package = handled(example(chance.choice(["renhua-2021", "yanjin-2022"]), edition), chance)
    return package, tampering(package)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_honest_handling_is_no_tampering(seed: int) -> None:
    assert honest(seed)[1] == []


@pytest.mark.soak
def test_a_thousand_honest_variants() -> None:
    assert [seed for seed in range(50, 1000) if honest(seed)[1]] == []


def test_a_rename_is_no_tampering(tmp_path: Path) -> None:
    target = tmp_path / "改名（最终版）.xlsm"
    shutil.copy(workbooks_folder() / "examples" / "renhua-2021.xlsm", target)
    assert tampering(open_package(target)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["renhua-2021", "yanjin-2022"])
def test_a_save_by_libreoffice_is_no_tampering(name: str, tmp_path: Path) -> None:
    require_tools()
    saved = convert(workbooks_folder() / "examples" / f"{name}.xlsx", tmp_path, "xlsx")
    assert saved.read_bytes() != example(name, "native").data
    assert tampering(open_package(saved)) == []
