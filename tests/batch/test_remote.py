"""Submissions behind addresses: found, named, read and kept apart as files of this machine are."""

from __future__ import annotations

import json
import sys
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import fsspec
import pytest

from tests.batch.submissions import hand_in, submission, suffix
from tests.support.command import rows, run
from xlperf.batch.remote import RemoteFile, remote_files
from xlperf.batch.run import Order, Watch
from xlperf.batch.run import run as run_batch
from xlperf.batch.sources import Refusal, Submission, find_submissions
from xlperf.errors import UserError


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    """An empty file system in memory."""
    filesystem = fsspec.filesystem("memory")
    filesystem.store.clear()
    yield filesystem
    filesystem.store.clear()


def mail(*names: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for number, name in enumerate(names):
            target.writestr(zipfile.ZipInfo(name), submission(number))
    return buffer.getvalue()


def test_what_is_found(memory: fsspec.AbstractFileSystem, tmp_path: Path) -> None:
    memory.pipe("/交来/a.xlsx", b"1")
    memory.pipe("/交来/乡镇/b.xlsm", b"22")
    memory.pipe("/交来/说明.txt", b"1")
    memory.pipe("/交来/~$a.xlsx", b"1")
    memory.pipe("/交来/邮件.zip", mail("c.xlsx"))
    found = {item.name: item for item in find_submissions(["memory://交来"], tmp_path)}
    names = ["memory://交来/a.xlsx", "memory://交来/乡镇/b.xlsm", "memory://交来/邮件.zip!/c.xlsx"]
    assert sorted(name for name, item in found.items() if isinstance(item, Submission)) == sorted(names)
    assert isinstance(found["memory://交来/说明.txt"], Refusal)
    several = find_submissions(["memory://交来/*.xlsx", "memory://交来/乡镇/b.xlsm"], tmp_path)
    assert [item.name for item in several] == names[:2]
    assert found[names[0]].content(9) == b"1"  # type: ignore[union-attr]
    assert found[names[2]].content(9) == submission(0)  # type: ignore[union-attr]
    before = found[names[0]].key  # type: ignore[union-attr]
    memory.pipe("/交来/a.xlsx", b"2")
    (after,) = find_submissions(["memory://交来/a.xlsx"], tmp_path)
    assert after.key != before  # type: ignore[union-attr]


@pytest.mark.slow
def test_results_are_those_of_local_files(memory: fsspec.AbstractFileSystem, tmp_path: Path) -> None:
    hand_in(tmp_path / "交来", 3)
    for path in (tmp_path / "交来").rglob("*"):
        if path.is_file():
            memory.pipe(f"/交来/{path.relative_to(tmp_path / '交来').as_posix()}", path.read_bytes())
    assert run(tmp_path, "batch", "交来", "-o", "本地", "--quiet")[0] == 1
    assert run(tmp_path, "batch", f"file://{tmp_path}/交来", "-o", "地址", "--quiet")[0] == 1
    order = Order(("memory://交来",), tmp_path / "内存", jobs=2)
    run_batch(order, Watch())
    found = [results(tmp_path / name) for name in ("本地", "地址", "内存")]
    assert found[0] == found[1] == found[2]
    assert len(rows(tmp_path / "内存", "units")) == 3
    # Nothing has changed: all of it is known.
    status, out, _ = run(tmp_path, "batch", f"file://{tmp_path}/交来", "-o", "地址", "--resume", "--json-lines")
    summary = json.loads(out.splitlines()[-1])
    assert (status, summary["known"]) == (1, summary["files"])


def test_what_could_not_be_read_is_tried_again(memory: fsspec.AbstractFileSystem, tmp_path: Path) -> None:
    """What the network is to blame for is no result."""
    content = submission(0)
    memory.pipe("/a.xlsx", content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(memory), "open", lambda *_, **__: (_ for _ in ()).throw(ConnectionError()))
        summary = run_batch(Order(("memory://a.xlsx",), tmp_path / "out"), Watch())
    assert (summary.quarantined, summary.units) == (1, 0)
    summary = run_batch(Order(("memory://a.xlsx",), tmp_path / "out", is_resuming=True), Watch())
    assert (summary.quarantined, summary.units) == (0, 1)


def results(folder: Path) -> dict[str, object]:
    """What was found of each file, by its name below the source."""
    lines = (folder / "results.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return {r["entry"]["file"].partition("交来/")[2]: (r["status"], r.get("reason"), r.get("result")) for r in records}


def test_names_show_no_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    class Server(fsspec.AbstractFileSystem):  # type: ignore[misc]
        protocol = "sftp"
        cachable = False

        @classmethod
        def _strip_protocol(cls, path: str) -> str:
            return "/" + path.partition("//")[2].partition("/")[2] if "//" in path else path

        def info(self, path: str, **_: object) -> dict[str, object]:
            return {"name": path, "type": "file", "size": 3}

        def open(self, path: str, *_: object, **__: object) -> object:
            raise RuntimeError("the driver's own kind of error")

    monkeypatch.setitem(sys.modules["fsspec.registry"]._registry, "sftp", Server)
    (about,) = remote_files("sftp://我:秘密@主机/交来/a.xlsx")
    assert about.name == "sftp://主机/交来/a.xlsx"
    with pytest.raises(UserError, match="RuntimeError") as refused:
        about.file.read()
    assert "秘密" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("memory://没有", ("没有找到", "memory://没有")),
        ("memory://没有/*.xlsx", ("没有找到",)),
        ("nonsense://a/b", ("nonsense://", "不认识")),
        ("s3://桶/交来", ("s3fs", "没有安装")),
    ],
)
def test_refused(
    memory: fsspec.AbstractFileSystem, address: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(UserError) as refused:
        list(remote_files(address))
    assert all(word in str(refused.value) for word in words), refused.value


def test_fsspec_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(UserError, match=r"xlperf\[remote\]"):
        list(remote_files("memory://a"))


def test_one_that_never_answers(memory: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.pipe(f"/a{suffix(0)}", b"1")
    waits = []

    def wait(*_: object, **__: object) -> None:
        waits.append(1)
        time.sleep(30)

    monkeypatch.setattr(type(memory), "open", wait)
    with pytest.raises(UserError, match="没有回应"):
        RemoteFile(f"memory://a{suffix(0)}", f"/a{suffix(0)}").read(0.2)
    assert waits
