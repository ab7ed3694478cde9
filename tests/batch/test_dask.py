"""`xlperf batch --dask`: the same results as on one machine, also where workers are killed; a killing file costs itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import reduce
from pathlib import Path

import pytest

from tests.batch.dask_cluster import DaskCluster, dask_cluster
from tests.batch.submissions import endless, hand_in, submission, suffix, write
from tests.support.command import ROOT, contents, rows, run, started
from tests.support.examples import example
from tests.support.pages import lines_for
from xlperf.batch.cluster import Cluster
from xlperf.batch.outcomes import Outcome
from xlperf.batch.sources import Submission
from xlperf.editions.conversion import Edition
from xlperf.errors import UserError

COUNT = 6
# Far more than a file needs that can be finished; and what the one that can't takes, twice in each batch.
TIME_LIMIT, SHORT_LIMIT = 60, 6
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster() -> Iterator[DaskCluster]:
    with dask_cluster() as running:
        yield running


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run on this machine."""
    place = tmp_path_factory.mktemp("集群")
    hand_in(place / "交来", COUNT)
    assert run(place, *command("本机"), "--jobs", 2)[0] == 1
    return place


def command(output: str, seconds: int = TIME_LIMIT) -> tuple[str | Path | int, ...]:
    return ("batch", "交来", "-o", output, "--write", "--quiet", "--time-limit", seconds)


def test_the_same_as_on_one_machine(handed_in: Path, cluster: DaskCluster) -> None:
    assert run(handed_in, *command("集群"), "--dask", cluster.address) == (1, "", "")
    assert contents(handed_in / "集群") == contents(handed_in / "本机")


@pytest.mark.soak
def test_a_file_without_end_is_stopped(tmp_path: Path, cluster: DaskCluster) -> None:
    write(tmp_path / "交来" / "无尽.xlsx", endless())
    assert run(tmp_path, *command("本机", SHORT_LIMIT)) == (1, "", "")
    assert run(tmp_path, *command("集群", SHORT_LIMIT), "--dask", cluster.address) == (1, "", "")
    assert contents(tmp_path / "集群") == contents(tmp_path / "本机")
    (row,) = rows(tmp_path / "集群", "quarantine")
    assert "用时超过上限" in row["原因"]


def test_a_killed_worker_changes_nothing(handed_in: Path, cluster: DaskCluster) -> None:
    process = started(handed_in, *command("被杀"), "--dask", cluster.address)
    journal = handed_in / "被杀" / "results.jsonl"
    while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < 3):
        time.sleep(0.02)
    assert process.poll() is None
    os.kill(cluster.pids[0], signal.SIGKILL)
    assert process.communicate(timeout=3600) == ("", "")
    assert process.returncode == 1
    assert contents(handed_in / "被杀") == contents(handed_in / "本机")


def killing(submission: Submission, seconds: int, version: str, is_sent: bool, against: str) -> Outcome:
    """Work that takes the Dask worker with it at one file."""
    if "坏" in submission.name:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"status": "done", "name": submission.name}


def test_a_file_that_kills_its_worker_is_in_quarantine_alone(tmp_path: Path, cluster: DaskCluster) -> None:
    names = [f"{number}{'坏' if number == 5 else ''}" for number in range(COUNT)]
    submissions = []
    for name in names:
        write(tmp_path / name, b"1")
        submissions.append(Submission(name, str(tmp_path / name), 1, 0.0))
    with Cluster(cluster.address, work=killing) as workers:
        found = {item.name: outcome for item, outcome in workers.outcomes(submissions)}
    assert sorted(found) == sorted(names)
    assert {name for name, outcome in found.items() if outcome["status"] == "quarantined"} == {"5坏"}
    assert "接连中断" in found["5坏"]["reason"]
    assert found["5坏"]["is_passing"]


def test_another_version_is_refused(cluster: DaskCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlperf.batch.cluster.__version__", "9.9.9")
    with pytest.raises(UserError, match="同一版本") as refused, Cluster(cluster.address):
        pass
    assert "9.9.9" in str(refused.value)


def test_files_that_workers_do_not_see(cluster: DaskCluster) -> None:
    here = Submission("a.xlsx", "/no/such/a.xlsx", 1, 0.0)
    with Cluster(cluster.address) as workers, pytest.raises(UserError, match="共享文件夹"):
        list(workers.outcomes([here]))


def test_addresses_that_nobody_answers(tmp_path: Path) -> None:
    write(tmp_path / f"a{suffix(0)}", submission(0))
    for address in ("tcp://127.0.0.1:9", "nonsense://x", "没有"):
        status, out, err = run(tmp_path, "batch", f"a{suffix(0)}", "-o", f"out{len(address)}", "--dask", address)
        assert (status, out) == (2, "")
        assert "连不上 Dask 调度器" in err
        assert err.count("\n") == 1
    # Nothing is left that would be in the way of the next try.
    assert run(tmp_path, "batch", f"a{suffix(0)}", "-o", "out2", "--quiet")[0] in (0, 1)


def test_dask_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r"xlperf\[dask\]"), Cluster("tcp://127.0.0.1:9"):
        pass


@pytest.mark.soak
def test_the_lines_of_the_page_on_batches(tmp_path: Path) -> None:
    """A scheduler, workers and a batch as a reader types them, but for the ports, the machine and the bucket."""
    from distributed import Client

    scheduler, worker, batch = lines_for("tests/batch/test_dask.py")
    write(tmp_path / "交来" / "五华.xlsx", example("wuhua-2023", Edition.NATIVE).data)
    told = tmp_path / "scheduler.json"
    with ExitStack() as stack:
        _typed(
            stack, tmp_path, scheduler, "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", told
        )
        while not told.exists() or not told.read_bytes().endswith(b"}"):
            time.sleep(0.05)
        address = json.loads(told.read_text(encoding="utf-8"))["address"]
        places = {"tcp://主机:8786": address, "s3://桶": f"file://{tmp_path}"}
        worker, batch = (
            reduce(lambda line, item: line.replace(*item), places.items(), line) for line in (worker, batch)
        )
        assert "主机" not in worker + batch
        _typed(stack, tmp_path, worker, "--no-dashboard", "--local-directory", tmp_path)
        with Client(address) as client:
            client.wait_for_workers(4, timeout=3600)
        assert run(tmp_path, *batch.split()[1:], "--quiet") == (1, "", "")
    assert [float(unit["总分"]) for unit in rows(tmp_path / "结果", "units")] == [98]


def _typed(stack: ExitStack, folder: Path, line: str, *more: str | Path) -> None:
    """Starts a line of Dask's; it ends with the stack."""
    words = [sys.executable, "-m", *line.split(), *map(str, more)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(process.wait, 3600)
    stack.callback(process.terminate)
