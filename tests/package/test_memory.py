"""The memory of parts: the same reading for the same key, never more than its capacity."""

from __future__ import annotations

import random

import pytest

from xlperf.package import Package, open_package, reuse
from xlperf.package.reuse import LARGEST, Memory, remembered
from xlperf.workbook.locations import workbooks_folder

EXAMPLE = workbooks_folder() / "examples" / "renhua-2021.xlsm"


def test_a_key_is_read_once() -> None:
    read = iter(["reading"])
    with reuse.afresh():
        for _ in range(3):
            assert remembered("part", 10, lambda: next(read)) == "reading"
    assert list(read) == []


def test_nothing_is_kept_where_there_is_no_room() -> None:
    read = iter([1, 2])
    with reuse.afresh(capacity=0):
        assert [remembered("part", 10, lambda: next(read)) for _ in range(2)] == [1, 2]


def test_the_longest_unused_go_first() -> None:
    memory = Memory(capacity=30)
    for key in ("a", "b", "c", "a", "d", "a", "b"):
        if memory.known(key) is None:
            memory.remember(key, 10, key.upper())
    assert [memory.known(key) for key in "abcd"] == ["A", "B", None, "D"]


def test_the_latest_takes_the_place_of_the_one_before() -> None:
    memory = Memory(capacity=30)
    for number in range(9):
        memory.remember("same", 20, number)
    memory.remember("other", 10, "other")
    assert (memory.known("same"), memory.known("other")) == (8, "other")


def test_what_is_too_large_is_not_held() -> None:
    memory = Memory()
    memory.remember("part", LARGEST + 1, "large")
    memory.remember("other", LARGEST, "other")
    assert (memory.known("part"), memory.known("other")) == (None, "other")


def test_packages_share_what_they_have_in_common() -> None:
    # Of another workbook like it this one would be a variation, which is nobody else's.
    with reuse.afresh():
        package = open_package(EXAMPLE)
        changed = open_package(package.with_inputs({("指标数据", "B5"): 1.0}).data)
        assert changed.cells("参数") is open_package(EXAMPLE).cells("参数")
        assert changed.cells("指标数据") is not package.cells("指标数据")


@pytest.mark.whole
def test_without_it_all_is_the_same() -> None:
    """What submissions of a template hold and become is no matter of what was read before them."""
    pick = random.Random(5)
    package = open_package(EXAMPLE)
    numbers = [
        (sheet.name, ref)
        for sheet in package.worksheets
        for ref, cell in package.cells(sheet.name).items()
        if cell.formula is None and isinstance(cell.value, float)
    ]
    values = [{place: pick.uniform(0, 9) for place in pick.sample(numbers, 30)} for _ in range(4)]
    blobs = [package.data, *(package.with_inputs(one).data for one in values)]
    with reuse.afresh():
        kept = [told(blob) for blob in blobs]
        assert any(is_variation(open_package(blobs[1]), sheet.name) for sheet in package.worksheets)
    with reuse.afresh(capacity=0):
        assert [told(blob) for blob in blobs] == kept
        assert not any(is_variation(open_package(blobs[1]), sheet.name) for sheet in package.worksheets)


def told(blob: bytes) -> list[object]:
    """What a workbook holds, and what it is after other results are written."""
    package = open_package(blob)
    results = dict.fromkeys(list(package.saved_results)[::7], 7.5)
    written = package.patched_data(results)
    seen = package.seen_with(results)
    cells = [list(package.cells(sheet.name).items()) for sheet in package.worksheets]
    return [package.saved_results, package.all_formulas, cells, seen.saved_results, written]


def is_variation(package: Package, sheet: str) -> bool:
    reading = package.reading(sheet)
    return reading.root is not reading
