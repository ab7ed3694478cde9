"""The workbooks that come with xlperf: a blank master for each framework and the worked examples.

`python -m xlperf.editions.shipped` writes them; they are the same bytes each time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from xlperf.editions.assembly import assemble
from xlperf.editions.conversion import Edition
from xlperf.frameworks.loading import find_framework, shipped_frameworks
from xlperf.package import write_file
from xlperf.workbook.data_files import read_data
from xlperf.workbook.locations import example_names, workbooks_folder


def shipped_workbooks() -> dict[Path, Callable[[], bytes]]:
    """What makes each workbook, in both editions, by its path below the folder `workbooks`."""
    made: dict[Path, Callable[[], bytes]] = {}
    for edition in Edition:
        for name in shipped_frameworks():
            made[Path(f"{name}{edition.suffix}")] = partial(_blank, name, edition)
        for name in example_names():
            made[Path("examples") / f"{name}{edition.suffix}"] = partial(_example, name, edition)
    return made


def _blank(name: str, edition: Edition) -> bytes:
    return assemble(find_framework(name), edition=edition)


def _example(name: str, edition: Edition) -> bytes:
    source = find_framework(name)
    return assemble(source, read_data(workbooks_folder() / "examples" / f"{name}.toml", source.framework), edition)


if __name__ == "__main__":
    for path, made in shipped_workbooks().items():
        write_file(workbooks_folder() / path, made())
        sys.stdout.write(f"workbooks/{path}\n")
