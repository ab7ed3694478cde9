"""The workbooks that come with xlperf: a blank master for each framework and the worked examples.

`python -m xlperf.editions.shipped` writes them; they are the same bytes each time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from xlperf.editions.assembly import assemble
from xlperf.editions.conversion import Edition
from xlperf.frameworks.loading import find_framework, shipped_frameworks
from xlperf.package import write_file
from xlperf.workbook.data_files import read_data
from xlperf.workbook.locations import example_names, workbooks_folder


def shipped_workbooks() -> dict[Path, Callable[[], bytes]]:
    """What makes each workbook, in both editions one after the other, by its path below the folder `workbooks`."""
    made: dict[Path, Callable[[], bytes]] = {}
    for folder, names, maker in (("", shipped_frameworks(), _blank), ("examples", example_names(), _example)):
        for name in names:
            for edition in Edition:
                made[Path(folder) / f"{name}{edition.suffix}"] = partial(maker, name, edition)
    return made


def _blank(name: str, edition: Edition) -> bytes:
    return assemble(find_framework(name), edition=edition)


def _example(name: str, edition: Edition) -> bytes:
    source = find_framework(name)
    return assemble(source, read_data(workbooks_folder() / "examples" / f"{name}.toml", source.framework), edition)


def _written(path: Path) -> Path:
    write_file(workbooks_folder() / path, shipped_workbooks()[path]())
    return path


if __name__ == "__main__":
    with ProcessPoolExecutor() as pool:
        for path in pool.map(_written, shipped_workbooks()):
            sys.stdout.write(f"workbooks/{path}\n")
