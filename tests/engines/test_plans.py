"""Plans on disk: read again as they were written, and not even looked into where anyone else may have written them."""

from __future__ import annotations

import hashlib
import hmac
import marshal
import os
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from types import CodeType

import pytest

from tests.engines.single_sheets import workbook
from tests.support.examples import example
from xlperf.engines.compiled import plan_cache
from xlperf.engines.compiled.code_names import names_of_code
from xlperf.engines.compiled.plan import Plan, planned
from xlperf.engines.compiled.shape_code import shape_code
from xlperf.engines.recalculation import registered_functions
from xlperf.package import Package, user_folder


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
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder of this test's own, in which the key lies; what is kept lies in another one."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "own"))
    monkeypatch.setenv(user_folder.FOLDER_VARIABLE, str(tmp_path / "cache"))
    own = user_folder.own_folder()
    assert own is not None
    return own


@pytest.fixture
def kept(package: Package, home: Path, tmp_path: Path) -> Path:
    """The file of a kept plan."""
    plan_cache.compiled_plan(package, registered_functions())
    (path,) = (tmp_path / "cache").iterdir()
    return path


def planned_again(package: Package, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a plan had to be made when one is asked for."""
    made: list[int] = []

    def counted(*arguments: object) -> Plan:
        made.append(1)
        return planned(*arguments)  # type: ignore[arg-type]

    functions = registered_functions()
    monkeypatch.setattr(plan_cache, "planned", counted)
    plan, code = plan_cache.compiled_plan(package, functions)
    assert plan == planned(package, functions)
    assert code == shape_code(plan.shapes, functions)
    return made


def signed_with(key: bytes) -> Callable[[Path, bytes], None]:
    """What writes a file as only someone who knows the format, and has that key, would write it."""

    def write(path: Path, body: bytes) -> None:
        digest = hmac.new(key, path.name.encode() + body, "sha256").hexdigest()
        path.write_bytes(f"xlperf {path.name} {digest}\n".encode() + body)

    return write


def test_a_kept_plan_is_read_again(package: Package, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert planned_again(package, monkeypatch) == []


@pytest.mark.whole
def test_a_kept_plan_of_an_example(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_cache.compiled_plan(example("renhua-2021"), registered_functions())
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


def harmful(marker: Path) -> bytes:
    """A plan whose code leaves a file behind when it is run."""
    code = compile(f"open({str(marker)!r}, 'w').close()\ndef formula(*cells): return 1.0\n", "<shape>", "exec")
    steps = [("Sheet1", row, column, 0, (), 1, 1, ()) for row in range(1, 41) for column in range(3, 9)]
    return zlib.compress(marshal.dumps(((("number", 1.0),), steps, ((code,), frozenset(), frozenset()))))


@pytest.mark.parametrize("key", [b"", bytes(32), b"another user's key, just as long."[:32]])
def test_code_of_others_is_never_run(
    package: Package, kept: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: bytes
) -> None:
    marker = tmp_path / "was here"
    signed_with(key)(kept, harmful(marker))
    assert planned_again(package, monkeypatch) == [1]
    digest = hashlib.sha256(kept.name.encode() + harmful(marker)).hexdigest()
    kept.write_bytes(f"xlperf {kept.name} {digest}\n".encode() + harmful(marker))
    assert planned_again(package, monkeypatch) == [1]
    assert not marker.exists()


def test_a_folder_that_was_handed_on(
    package: Package, kept: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Someone else's plans in one's own folder are made anew."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "another user"))
    assert planned_again(package, monkeypatch) == [1]


@pytest.mark.parametrize("body", [b"", b"no zlib", zlib.compress(b"no plan"), zlib.compress(marshal.dumps((1, 2)))])
def test_no_plan_at_all(package: Package, kept: Path, home: Path, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    signed_with((home / "key").read_bytes())(kept, body)
    assert planned_again(package, monkeypatch) == [1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the folder of a user from others by itself")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_others_may_write_to(package: Package, kept: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    os.chmod(kept if what == "file" else kept.parent, 0o777)
    assert planned_again(package, monkeypatch) == [1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the folder of a user from others by itself")
@pytest.mark.parametrize("mode", [0o644, 0o620, 0o604])
def test_a_key_that_others_know_is_replaced(home: Path, mode: int) -> None:
    first = user_folder._signature(b"plan")
    assert first == user_folder._signature(b"plan") != user_folder._signature(b"other")
    os.chmod(home / "key", mode)
    user_folder._key.cache_clear()
    assert user_folder._signature(b"plan") not in (first, None)
    assert (home / "key").stat().st_mode & 0o777 == 0o600


def test_without_a_folder_of_ones_own_nothing_is_kept(
    package: Package, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.delenv(name, raising=False)
    assert user_folder._signature(b"plan") is None
    assert planned_again(package, monkeypatch) == [1]
    assert planned_again(package, monkeypatch) == [1]


def test_other_versions_have_other_keys(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    functions = registered_functions()
    key = plan_cache.plan_key(package, functions)
    assert key == plan_cache.plan_key(package, functions)
    assert key != plan_cache.plan_key(package, {})
    monkeypatch.setattr(plan_cache, "program_state", lambda *rooms: [("0", 0, 0)])
    assert key != plan_cache.plan_key(package, functions)


def test_only_functions_that_are_called_are_made_callable(package: Package) -> None:
    functions = registered_functions()
    _, made = plan_cache.compiled_plan(package, functions)
    names = names_of_code(functions, [code for code in made.code if isinstance(code, CodeType)])
    assert {name for name in names if name.startswith("P_")} == {"P_PERF_RATE"}
