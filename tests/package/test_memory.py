"""The memory of parts: the same reading for the same key, never more than its capacity."""

from __future__ import annotations

from functools import partial

import pytest

from xlperf.package import open_package
from xlperf.package import package as package_module
from xlperf.package.reuse.memo import LARGEST, Memory
from xlperf.package.reuse.recent_sheets import Readings
from xlperf.workbook.locations import workbooks_folder

EXAMPLE = workbooks_folder() / "examples" / "renhua-2021.xlsm"


def test_a_key_is_read_once() -> None:
    memory = Memory()
    read = iter(["reading"])
    for _ in range(3):
        assert memory.recall("part", 10, lambda: next(read)) == "reading"
    assert list(read) == []


def test_the_longest_unused_go_first() -> None:
    memory = Memory(capacity=30)
    read: list[str] = []
    for key in ("a", "b", "c", "a", "d", "a", "b"):
        memory.recall(key, 10, partial(read.append, key))
    assert read == ["a", "b", "c", "d", "b"]


def test_what_is_too_large_is_not_held() -> None:
    memory, read = Memory(), []
    for _ in range(2):
        memory.recall("part", LARGEST + 1, lambda: read.append(1))
    assert read == [1, 1]


def test_packages_share_what_they_have_in_common(monkeypatch: pytest.MonkeyPatch) -> None:
    # Of another workbook like it this one would be a variation, which is nobody else's.
    monkeypatch.setattr(package_module, "READINGS", Readings())
    package = open_package(EXAMPLE)
    changed = open_package(package.with_inputs({("指标数据", "B5"): 1.0}).data)
    assert changed.cells("参数") is open_package(EXAMPLE).cells("参数")
    assert changed.cells("指标数据") is not package.cells("指标数据")
