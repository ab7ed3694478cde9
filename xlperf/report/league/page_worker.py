"""Writes the pages of a finished batch in a process of its own, while another one writes the workbooks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlperf.confinement import child_environment
from xlperf.errors import UserError
from xlperf.report.league.page import PUBLICATION_PAGE, RANKING_PAGE, write_league_pages

_REFUSED = 2
_WITH_ERRORS = "--include-errors"


@contextmanager
def pages_beside(folder: Path, *, includes_errors: bool = False) -> Iterator[list[Path]]:
    """Has the pages written during the block and gives their places; at its end they are whole.

    Errors: UserError: no results, a page that can't be written.
    """
    command = [sys.executable, "-P", "-m", __name__, str(folder), *([_WITH_ERRORS] if includes_errors else [])]
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8", env=child_environment()) as process:
        try:
            yield [folder / RANKING_PAGE, folder / PUBLICATION_PAGE]
            complaint = process.communicate()[1]
        finally:
            process.kill()
    if process.returncode == _REFUSED:
        raise UserError(f"网页没有写成：{complaint.strip()}")
    if process.returncode:
        raise UserError(f"网页没有写成（退出码 {process.returncode}）；请运行 xlperf league {folder} 再写一次")


def main() -> None:
    """Writes the pages for the folder that the command line names."""
    sys.stderr.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    try:
        write_league_pages(Path(sys.argv[1]), includes_errors=_WITH_ERRORS in sys.argv[2:])
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(_REFUSED)


if __name__ == "__main__":
    main()
