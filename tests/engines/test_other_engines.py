"""Two engines by other people over every formula cell of every example: formualizer as it stands, and IronCalc.

docs/引擎对照.md lists all differences with their causes; `XLPERF_WRITE=1` writes it.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import formualizer
import pytest

from tests.engines.foreign_workbooks import require_ironcalc
from tests.support.ci_size import EXAMPLES, some
from tests.support.examples import made_example
from xlperf.editions.conversion import Edition
from xlperf.engines.known_differences import known_differences
from xlperf.engines.recalculation import COMPILED, FORMUALIZER, IRONCALC, engine_named, registered_functions
from xlperf.engines.verification import Difference, differences_between
from xlperf.formula.addresses import position
from xlperf.package import open_package
from xlperf.workbook.locations import example_names

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "引擎对照.md"
OTHERS = (FORMUALIZER, IRONCALC)
PASSED_ON = "由上面的格传来"


@pytest.mark.parametrize("name", some(example_names(), EXAMPLES))
def test_formualizer_itself_recalculates_every_example_and_changes_nothing(name: str) -> None:
    package = made_example(name, Edition.NATIVE)
    found = formualizer.recalculate_xlsx_bytes(package.data)
    assert found["formula_cells"] == found["summary"]["evaluated"] == len(package.saved_results)
    assert (found["cache_cells_changed"], found["bytes"]) == (0, package.data)


def test_formualizer_itself_would_change_a_result_that_is_wrong() -> None:
    package = made_example(example_names()[0], Edition.NATIVE)
    place = next(place for place, value in package.saved_results.items() if value == 1.0)
    found = formualizer.recalculate_xlsx_bytes(package.patched({place: 2.0}).data)
    assert found["cache_cells_changed"] >= 1
    assert open_package(found["bytes"]).value(*place) == 1.0


def compared(name: str) -> tuple[int, Mapping[str, list[Difference]]]:
    """How many formula cells an example has, and on which an engine disagrees with ours and with what is saved."""
    package, functions = made_example(name, Edition.NATIVE), registered_functions()
    ours = engine_named(COMPILED).load(package, functions).calculate()
    assert ours.keys() == package.saved_results.keys()
    found = {}
    for other in OTHERS:
        model = engine_named(other).load(package, functions)
        theirs = model.calculate()
        assert (model.unable, theirs.keys()) == ({}, ours.keys())
        found[other] = differences_between(package, {COMPILED: ours, other: theirs})
    return len(ours), found


def page(results: Mapping[str, tuple[int, Mapping[str, list[Difference]]]]) -> Iterator[str]:
    """The page."""
    yield "<!-- 本页由 XLPERF_WRITE=1 pytest tests/engines/test_other_engines.py 写出，请勿手改 -->\n"
    yield "# 五个例子的引擎对照\n"
    yield (
        "五个例子（普通公式版）的全部公式格，另由两个别人写的引擎各算一遍，逐格与 compiled 的结果（也就是保存的结果）比较，"
        "数到 15 位有效数字。不同的格全部列在下面，原因都已证明：把公式改写成照那个毛病算，正好得出它的值；或者所引用的格已经不同，由它传来。"
        "原因的例子和依据见[引擎差异](引擎差异.md)。另外，formualizer 自己的重算程序（不经 xlperf）接受全部 native 文件，一格不改。\n"
    )
    yield "| 例子 | 公式格 | formualizer 不同 | IronCalc 不同 | 其中原因在本格 | 由别的格传来 |\n|---|---:|---:|---:|---:|---:|"
    for name, (count, found) in results.items():
        here = sum(PASSED_ON not in cause_of(one) for one in found[IRONCALC])
        row = (count, len(found[FORMUALIZER]), len(found[IRONCALC]), here, len(found[IRONCALC]) - here)
        yield f"| {name} | " + " | ".join(f"{number:,}" for number in row) + " |"
    for other in OTHERS:
        yield f"\n## {other}\n"
        if not any(found[other] for _, found in results.values()):
            yield "没有不同的格。"
        for name, (_, found) in results.items():
            by_cause: dict[str, list[Difference]] = defaultdict(list)
            for one in found[other]:
                by_cause[cause_of(one)].append(one)
            for cause, differing in by_cause.items():
                yield f"- {name}，{cause}（{len(differing)} 格）：{listed(differing)}"


def cause_of(difference: Difference) -> str:
    reason = difference.reason
    return PASSED_ON if "的这一格随" in reason else reason


def listed(differences: list[Difference]) -> str:
    by_sheet: dict[str, list[str]] = defaultdict(list)
    for one in differences:
        by_sheet[one.sheet].append(one.ref)
    return "；".join(f"{sheet}!{'、'.join(sorted(refs, key=position))}" for sheet, refs in by_sheet.items())


@pytest.mark.soak
def test_two_other_engines_agree_and_every_difference_has_its_cause() -> None:
    require_ironcalc()
    results = {name: compared(name) for name in example_names()}
    differing = [one for _, found in results.values() for others in found.values() for one in others]
    assert [str(one) for one in differing if not one.is_explained] == []
    assert all("可能" not in one.reason for one in differing)
    assert sum(count for count, _ in results.values()) > 15_000
    assert [one for _, found in results.values() for one in found[FORMUALIZER]] == []
    # A cause that explains nothing any more has to go.
    whys = {known.why for known in known_differences().differences if known.engine == IRONCALC}
    assert whys == {cause_of(one) for one in differing} - {PASSED_ON}
    text = "\n".join(page(results)) + "\n"
    if os.environ.get("XLPERF_WRITE"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text
