"""Planted alterations are found, with the list of what was sent and without; honest handling leaves no trace."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support import alterer, forger, planted
from tests.support.ci_size import EXAMPLES, some
from tests.support.libreoffice import convert, require_tools
from xlperf.editions.conversion import Edition, converted
from xlperf.errors import UserError
from xlperf.evaluation.scoring import check, recalculated, score
from xlperf.findings.comparison import Comparison, altered
from xlperf.findings.finding import Finding
from xlperf.package import Package, open_package
from xlperf.package.looks import look_numbers, looks_of
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import FIRST_CHUNK_ROW, IDENTITY, read_identity
from xlperf.workbook.locations import example_names, workbooks_folder
from xlperf.workbook.names import NamedCells

PLANTED, HABITS = planted.read("alterations"), planted.read("habits")
# All of them with the functions; with plain formulas, which calculate the same, every fifth in each run.
EACH_HABIT = [
    *((Edition.UDF, line) for line in HABITS),
    *(
        pytest.param(Edition.NATIVE, line, marks=pytest.mark.soak if number % 5 else pytest.mark.slow)
        for number, line in enumerate(HABITS)
    ),
]
# Findings of tampering, as against findings of what was filled in.
TAMPERING = {
    *("formula_overwritten", "formula_changed", "total_without_alterations", "locked_cell_changed", "sheet_removed"),
    *("sheet_hidden", "sheet_added", "rows_moved", "rows_hidden", "name_redirected", "name_removed", "name_shadowed"),
    *("protection_removed", "protection_weakened", "cells_unlocked", "cells_merged", "validation_removed"),
    *(
        "validation_changed",
        "manual_calculation",
        "displayed_precision",
        "other_date_system",
        "external_link",
        "foreign_macro",
    ),
    *("text_hidden", "number_disguised", "saved_values_differ", "formulas_changed", "record_changed", "iteration"),
    *("made_by_another", "framework_changed", "differs_from_list", "unit_not_on_list", "cells_covered"),
    *("marks_removed", "formula_hidden", "chart_changed", "printed_otherwise", "link_changed", "input_volatile"),
}


@cache
def example(name: str, edition: str = "udf") -> Package:
    suffix = "xlsx" if edition == "native" else "xlsm"
    return open_package(workbooks_folder() / "examples" / f"{name}.{suffix}")


def of_tampering(found: Iterable[Finding]) -> list[Finding]:
    return [f for f in found if f.code in TAMPERING]


def tampering(package: Package) -> list[Finding]:
    return of_tampering(score(package).findings)


def test_there_are_a_hundred() -> None:
    assert len(PLANTED) >= 120
    assert len({line["name"] for line in PLANTED}) == len({line["what"] for line in PLANTED}) == len(PLANTED)
    assert len(HABITS) >= 30


def told(package: Package, comparison: Comparison, code: str) -> list[Finding]:
    """What is found of that kind; what depends on results is looked for only where it takes them."""
    found = altered(package, NamedCells(package), comparison, has_effects=False)
    return [f for f in (found if any(f.code == code for f in found) else check(package, comparison)) if f.code == code]


@pytest.mark.parametrize("line", PLANTED, ids=lambda line: line["name"])
def test_planted_alteration_is_found(line: dict[str, Any]) -> None:
    package = forger.forged(planted.example(line.get("edition", "udf")), line)
    code, cell = line["finds"]
    for key, compared in (("listed", planted.by_list), ("unlisted", planted.by_definition)):
        expected = line.get(key, code)
        comparison = compared(package)
        if not expected:
            names = NamedCells(package)
            assert of_tampering(altered(package, names, comparison, has_effects=False)) == [], key
            continue
        found = told(package, comparison, expected)
        matching = [f for f in found if line.get("any_cell") or expected != code or f.cell == cell]
        assert matching, (key, found)
        assert all(f.severity in ("error", "warning", "hint") and f.message.endswith("。") for f in matching)
        assert expected not in ("formula_changed", "formula_overwritten") or str(matching[0].expected).startswith("=")


@pytest.mark.parametrize(
    ("edition", "line"), EACH_HABIT, ids=lambda value: value if isinstance(value, str) else value["what"]
)
def test_honest_habits_are_no_tampering(edition: Edition, line: dict[str, Any]) -> None:
    package = forger.forged(planted.example(edition), line)
    found = of_tampering(check(package, planted.by_list(package)))
    # A sheet more and results that are not current are worth a hint; whoever reviews sees them anyway.
    assert [f for f in found if f.severity != "hint"] == []
    assert {f.code for f in found} <= {"sheet_added", "saved_values_differ"}


def test_a_name_of_one_sheet_raises_no_grade() -> None:
    example = planted.example()
    package = forger.local_name(example, "汇总", "total_score", "汇总!$D$18")
    # As Excel would show it, and as it counts.
    assert recalculated(package, {("汇总", "G18"): "x"}, force=True).package.value("汇总", "E20") == "优"
    result = score(package)
    assert (result.total, result.grade) == (82.57, "良")
    assert [f.code for f in of_tampering(result.findings)] == ["name_shadowed"]


@pytest.mark.parametrize("edition", Edition)
def test_no_score_comes_from_locked_cells_that_were_blank(edition: Edition) -> None:
    """The rule scores of indicators whose rule nobody has stated are blank: a number there would count."""
    made = example("huidong-2021", edition)
    looks, styles = looks_of(made), look_numbers(made, "指标评分")
    blank = [ref for ref, n in styles.items() if looks.cell(n).is_locked and ref not in made.cells("指标评分")]
    typed = {ref for ref in blank if re.fullmatch(r"[ST]\d+", ref)}
    package = made.with_inputs({("指标评分", ref): 3.0 for ref in typed})
    result = score(package, comparison=planted.by_definition(package))
    assert score(made).total is None
    assert result.total is not None, "the numbers count"
    told = {f.cell for f in result.findings if f.code == "locked_cell_changed" and f.severity == "error"}
    assert told == {f"指标评分!{ref}" for ref in typed}
    assert any("个错误" in reason or "锁定" in reason for reason in result.result.reasons), result.result


@pytest.mark.parametrize("edition", Edition)
def test_a_conversion_compares_equal(edition: Edition) -> None:
    other = next(one for one in Edition if one is not edition)
    there = converted(planted.example(edition), other).package
    back = converted(there, edition).package
    for package in (planted.example(edition), there, back):
        assert of_tampering(altered(package, NamedCells(package), planted.by_list(package))) == []


def test_without_the_record_of_this_version_the_list_decides() -> None:
    """What another version made can't be laid out anew; then the hashes of the list say where it differs."""
    package = forger.note(planted.example(), "made_by")
    package = forger.note(package, "reference", '"D5":90.0', '"D5":80.0')
    codes = [f.code for f in altered(package, NamedCells(package), planted.by_list(package), has_effects=False)]
    assert codes == ["made_by_another", "locked_cell_changed", "differs_from_list"]


def test_the_effect_on_the_total_is_told() -> None:
    package = alterer.put(planted.example(), "指标评分", "U25", 2.0)
    (finding,) = (f for f in score(package).findings if f.code == "formula_overwritten")
    assert (finding.found, finding.effect) == ("2", 2.0)
    assert "按原公式应为 0，总分因此多 2.00" in finding.message
    (total,) = (f for f in score(package).findings if f.code == "total_without_alterations")
    assert (total.expected, total.found, total.effect) == ("82.57", "84.57", 2.0)


def test_the_framework_inside_can_not_be_changed() -> None:
    package = planted.example()
    text = str(package.value(IDENTITY, f"B{FIRST_CHUNK_ROW}"))
    changed = package.with_inputs({(IDENTITY, f"B{FIRST_CHUNK_ROW}"): text.replace("# ", "# 改 ", 1)})
    with pytest.raises(UserError, match="内容与身份标记不符"):
        score(changed)


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["udf", "native"])
@pytest.mark.parametrize("name", some(example_names(), EXAMPLES))
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
                package = alterer.sorted_lines(package, "问题台账", "CDEFGHIJKLMNO", 4, order)
                # Texts and deductions follow from the lines.
                package = recalculated(package).package
    return package


def honest(seed: int) -> tuple[Package, list[Finding]]:
    chance = random.Random(seed)
    edition = chance.choice(["udf", "native"])
    package = handled(example(chance.choice(["renhua-2021", "yanjin-2022"]), edition), chance)
    return package, tampering(package)


@pytest.mark.slow
@pytest.mark.parametrize("seed", some(range(20), range(8)))
def test_honest_handling_is_no_tampering(seed: int) -> None:
    assert honest(seed)[1] == []


@pytest.mark.soak
def test_a_thousand_honest_variants() -> None:
    assert [seed for seed in range(20, 1000) if honest(seed)[1]] == []


def test_a_rename_is_no_tampering(tmp_path: Path) -> None:
    target = tmp_path / "改名（最终版）.xlsm"
    shutil.copy(workbooks_folder() / "examples" / "renhua-2021.xlsm", target)
    assert tampering(open_package(target)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", some(["renhua-2021", "yanjin-2022"], ["yanjin-2022"]))
def test_a_save_by_libreoffice_is_no_tampering(name: str, tmp_path: Path) -> None:
    require_tools()
    saved = convert(workbooks_folder() / "examples" / f"{name}.xlsx", tmp_path, "xlsx")
    assert saved.read_bytes() != example(name, "native").data
    assert tampering(open_package(saved)) == []
