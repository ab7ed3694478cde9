"""Where the shipped workbooks stand: inside an installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

from xlperf.errors import UserError


def workbooks_folder() -> Path:
    """The folder `workbooks` of this installation.

    Errors: UserError: the installation is not complete.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "workbooks", package.parent / "workbooks"):
        if folder.is_dir():
            return folder
    raise UserError("安装不完整：找不到随附的工作簿，请重新安装 xlperf。")


def example_names() -> list[str]:
    """The worked examples, by the name of their data file."""
    return sorted(path.stem for path in (workbooks_folder() / "examples").glob("*.toml"))
