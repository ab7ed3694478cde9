"""The command in a process of its own, forked from one that has loaded its modules.

`python -m tests.support.forked_command` forks a process for each line of JSON that it gets.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from tests.support.forking import Forking


@cache
def _forking() -> Forking:
    """The one of this process, started when it is first needed."""
    opened = Forking("tests.support.forked_command")
    atexit.register(opened.close)
    return opened


def run_forked(folder: Path, words: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str, str]:
    """Runs the command in a folder; exit status, output and messages."""
    status, out, err = _forking().ask([str(folder), words, dict(environment)])
    return status, out, err


def _serve() -> None:
    import xlperf.__main__
    import xlperf.batch
    import xlperf.commands.batch
    import xlperf.commands.results
    import xlperf.commands.terminal
    import xlperf.commands.workbooks
    import xlperf.evaluation.scoring  # noqa: F401
    from tests.support.workbooks import share

    share()
    # Tests run side by side already: a command that isn't told how many workers to take takes one.
    os.cpu_count = lambda: 1
    for line in sys.stdin:
        folder, words, environment = json.loads(line)
        with tempfile.TemporaryDirectory() as scratch:
            process = os.fork()
            if not process:
                _run(folder, words, environment, Path(scratch))
            status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            out, err = ((Path(scratch) / name).read_text(encoding="utf-8") for name in ("out", "err"))
        sys.stdout.write(json.dumps([status, out, err]) + "\n")
        sys.stdout.flush()


def _run(folder: str, words: Sequence[str], environment: Mapping[str, str], scratch: Path) -> None:
    """The forked process, which never comes back."""
    from xlperf.__main__ import run

    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for name, stream in (("out", 1), ("err", 2)):
        os.dup2(os.open(scratch / name, os.O_WRONLY | os.O_CREAT), stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["xlperf", *words]
    code = 70
    try:
        run()
        code = 0
    except SystemExit as stopped:
        code = stopped.code if isinstance(stopped.code, int) else int(stopped.code is not None)
    except BaseException:  # noqa: BLE001 - as it would end by itself
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
