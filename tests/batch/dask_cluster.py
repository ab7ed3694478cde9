"""A Dask cluster of its own for the tests: worker processes of one thread, each restarted by its nanny when it dies.

It stands in a process of its own: what it has to say of workers that die is not for the tests.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.command import ROOT

WORKERS = 2
ALLOWED_FAILURES = 2


@dataclass(frozen=True)
class DaskCluster:
    """Where the scheduler is, and the processes of the workers."""

    address: str
    pids: tuple[int, ...]


@contextlib.contextmanager
def dask_cluster() -> Iterator[DaskCluster]:
    """A cluster that is running."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.batch.dask_cluster", folder],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        try:
            told = json.loads(process.stdout.readline())
            yield DaskCluster(told["address"], tuple(told["pids"]))
        finally:
            process.communicate(timeout=3600)


def main(folder: str) -> None:
    """Runs a cluster until the standard input ends."""
    import dask
    from distributed import Client, LocalCluster

    dask.config.set({"distributed.scheduler.allowed-failures": ALLOWED_FAILURES})
    with (
        LocalCluster(
            n_workers=WORKERS, threads_per_worker=1, dashboard_address=None, memory_limit=0, local_directory=folder
        ) as cluster,
        Client(cluster) as client,
    ):
        pids = sorted(client.run(os.getpid).values())
        print(json.dumps({"address": cluster.scheduler_address, "pids": pids}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
