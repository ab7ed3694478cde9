"""The workbooks that come with xlperf: a blank master for each framework and the worked examples.

`python -m xlperf.editions.shipped` writes them; they are the same bytes each time.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from xlperf.editions.assembly import assemble
from xlperf.editions.conversion import Edition
from xlperf.frameworks.loading import find_framework, shipped_frameworks
from xlperf.package import write_file
from xlperf.workbook.data_files import read_data
from xlperf.workbook.locations import example_names, workbooks_folder


def shipped_workbooks() -> Iterator[tuple[Path, bytes]]:
    """Each workbook in both editions, with its path below the folder `workbooks`."""
    for edition in Edition:
        for name in shipped_frameworks():
            yield Path(f"{name}{edition.suffix}"), assemble(find_framework(name), edition=edition)
        for name in example_names():
            source = find_framework(name)
            data = read_data(workbooks_folder() / "examples" / f"{name}.toml", source.framework)
            yield Path("examples") / f"{name}{edition.suffix}", assemble(source, data, edition)


if __name__ == "__main__":
    for path, content in shipped_workbooks():
        write_file(workbooks_folder() / path, content)
        sys.stdout.write(f"workbooks/{path}\n")
