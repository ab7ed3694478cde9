"""Plans on disk: read again as they were written, and never trusted when anything about them is odd."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engines.single_sheets import workbook
from tests.support.examples import example
from xlperf.engines.compiled import plan_cache
from xlperf.engines.compiled.plan import Plan, planned
from xlperf.engines.recalculation import registered_functions
from xlperf.package import Package


@pytest.fixture(scope="module")
def package() -> Package:
    """Just so many formulas, of every form that a plan has, that their plan is kept."""
    forms = ("A{0}+1", "-A{0}%", "SUM(A$1:A{0})", 'IF(A{0}>2,"多",{{1,#N/A}})', "PERF_RATE(A{0},A1)", "AND(TRUE,A{0})")
    cells: dict[str, object] = {f"A{row}": row for row in range(1, 41)}
    cells |= {
        f"{column}{row}": f"={form.format(row)}"
        for row in range(1, 41)
        for column, form in zip("CDEFGH", forms, strict=True)
    }
    return workbook(cells)


@pytest.fixture
def kept(package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a kept plan, in a folder of this test's own."""
    monkeypatch.setenv(plan_cache.FOLDER_VARIABLE, str(tmp_path / "cache"))
    plan_cache.plan_of(package, registered_functions())
    (path,) = (tmp_path / "cache").iterdir()
    return path


def planned_again(package: Package, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a plan had to be made when one is asked for."""
    made: list[int] = []

    def counted(*arguments: object) -> Plan:
        made.append(1)
        return planned(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(plan_cache, "planned", counted)
    assert plan_cache.plan_of(package, registered_functions()) == planned(package, registered_functions())
    return made


def written(path: Path, body: bytes) -> None:
    """A file with a right checksum, as only someone who knows the format would write it."""
    digest = hashlib.sha256(path.stem.encode() + body).hexdigest()
    path.write_bytes(f"xlperf plan {path.stem} {digest}\n".encode() + body)


def changed(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """The kept plan with a change in its data."""
    data = json.loads(zlib.decompress(path.read_bytes().partition(b"\n")[2]))
    change(data)
    written(path, zlib.compress(json.dumps(data).encode()))


def test_a_kept_plan_is_read_again(package: Package, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert planned_again(package, monkeypatch) == []


@pytest.mark.whole
def test_a_kept_plan_of_an_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(plan_cache.FOLDER_VARIABLE, str(tmp_path / "cache"))
    plan_cache.plan_of(example("renhua-2021"), registered_functions())
    assert planned_again(example("renhua-2021"), monkeypatch) == []


def test_a_changed_byte(package: Package, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 1
    kept.write_bytes(bytes(content))
    assert planned_again(package, monkeypatch) == [1]
    assert planned_again(package, monkeypatch) == []


def test_a_plan_of_another_workbook(package: Package, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = kept.read_bytes()
    kept.write_bytes(content.replace(kept.stem.encode(), b"0" * 64, 1))
    assert planned_again(package, monkeypatch) == [1]


@pytest.mark.parametrize(
    "node",
    [
        ["slot", "0]+().__class__["],
        ["call", "F(0)+__import__('os').system", 0],
        ["number", "__import__('os')"],
        ["number", 1],
        ["operator", "+\n", 0, 0],
        ["operator", "+", 0, 10_000],
        ["operator", "+", 0, -1],
        ["operator", "+", 0, True],
        ["operator", "+", 0, ["number", 1.0]],
        ["operator", ["+"], 0, 0],
        ["error", "NA;x"],
        ["array", 1, 2, ["number", 1.0]],
        ["sign", "-"],
        ["text", ["x"]],
        ["call"],
        [["call"], "NA"],
        [],
        {"call": "NA"},
    ],
)
def test_nothing_but_trees(package: Package, kept: Path, monkeypatch: pytest.MonkeyPatch, node: object) -> None:
    changed(kept, lambda data: data["nodes"].append(node))
    assert planned_again(package, monkeypatch) == [1]


def doubled(data: dict[str, Any]) -> None:
    """Adds a tree of few entries that is written out as two to the power of thirty nodes."""
    for _ in range(30):
        place = len(data["nodes"]) - 1
        data["nodes"].append(["operator", "+", place, place])


@pytest.mark.parametrize(
    "change",
    [
        doubled,
        lambda data: data["shapes"].append(10_000),
        lambda data: data["shapes"].append(True),
        lambda data: data["references"].append(["cell", "表", 0, 1]),
        lambda data: data["references"].append(["number", 1.0]),
        lambda data: data["steps"][0][4].append(10_000),
        lambda data: data["steps"][0].append(1),
        lambda data: data.pop("references"),
    ],
)
def test_no_plan_of_ours(
    package: Package, kept: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], None]
) -> None:
    changed(kept, change)
    assert planned_again(package, monkeypatch) == [1]
    assert planned_again(package, monkeypatch) == []


@pytest.mark.parametrize(
    "body", [b"", b"no zlib", zlib.compress(b"{"), zlib.compress(b"[]"), zlib.compress(b"[" * 99_999)]
)
def test_no_plan_at_all(package: Package, kept: Path, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    written(kept, body)
    assert planned_again(package, monkeypatch) == [1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the folder of a user from others by itself")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_others_may_write_to(package: Package, kept: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    os.chmod(kept if what == "file" else kept.parent, 0o777)
    assert planned_again(package, monkeypatch) == [1]


def test_other_versions_have_other_keys(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    functions = registered_functions()
    key = plan_cache.plan_key(package, functions)
    assert key == plan_cache.plan_key(package, functions)
    assert key != plan_cache.plan_key(package, {})
    monkeypatch.setattr(plan_cache, "__version__", "0")
    assert key != plan_cache.plan_key(package, functions)
