"""What a form is: its rows of cells with marks ({{单位名称}}) in them, where it was seen, and which forms there are."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from xlperf.errors import UserError
from xlperf.escaping import excerpt
from xlperf.package.files import read_file
from xlperf.package.limits import MEGABYTE, Limits
from xlperf.report.forms.marks import MARK
from xlperf.rules.part import Part
from xlperf.usage import about

UNOFFICIAL = "非官方版式"
OWN = ".toml"
_LIMITS = Limits(compressed_bytes=MEGABYTE)


class FormCell(Part):
    """A cell: its text with marks, how far it extends. `has_merge`: it grows together with the same text above it.

    `longest`: how many signs a text may have there; `align`: left where people write, in the middle where not said.
    """

    text: str = ""
    rows: Annotated[int, Field(ge=1)] = 1
    columns: Annotated[int, Field(ge=1)] = 1
    has_merge: bool = False
    align: Literal["left", "center", "right"] = "center"
    longest: Annotated[int, Field(ge=0)] = 0


def _cell(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


class FormRow(Part):
    """A row; `each`: the list of marks for whose lines it is repeated; `height`: at least, in points, to be written in."""

    cells: tuple[Annotated[FormCell, BeforeValidator(_cell)], ...]
    each: str = ""
    height: Annotated[float, Field(ge=0)] = 0
    is_head: bool = False


class Threshold(Part):
    """From which progress of spending at a checkpoint (监控时点) no warning is given (1 = 100%)."""

    checkpoint: str
    execution: Annotated[float, Field(ge=0, le=1)]


class Form(Part):
    """A form. `source`: where its columns were seen; `layout`: whether it is one that was seen or our own.

    `subject`: what it is for; empty where it serves both. `thresholds`, `gap`: of warnings, which only a bureau sets: the
    least progress by checkpoint, and how far spending may be apart from what was intended (1 = 100%).
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    label: str
    title: str
    number: str = ""
    subject: Literal["部门整体支出", "项目支出", ""] = ""
    source: str
    layout: Literal["照公开表样的栏目排", "非官方版式"]
    widths: tuple[Annotated[float, Field(gt=0)], ...]
    rows: tuple[FormRow, ...]
    notes: tuple[str, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    gap: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for number, taken in enumerate(_taken(self), 1):
            if taken != len(self.widths):
                raise ValueError(f"第 {number} 行占 {taken} 列，表有 {len(self.widths)} 列")
        return self

    @property
    def sheet_name(self) -> str:
        """Its title without a year."""
        return MARK.sub("", self.title).partition("（")[0].removeprefix("年度") or "表"

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text in which marks may stand, with the list of its row."""
        yield self.title, ""
        for row in self.rows:
            yield from ((cell.text, row.each) for cell in row.cells)


def _taken(form: Form) -> Iterator[int]:
    """How many columns each row takes, cells from above included."""
    above: list[tuple[int, int]] = []
    for row in form.rows:
        yield sum(columns for _, columns in above) + sum(cell.columns for cell in row.cells)
        above = [(rows - 1, columns) for rows, columns in above if rows > 1]
        above += [(cell.rows - 1, cell.columns) for cell in row.cells if cell.rows > 1]


@cache
def shipped_forms() -> tuple[Form, ...]:
    """The forms that are shipped, by their ids."""
    folder = resources.files("xlperf.report.forms").joinpath("data")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(OWN)), key=lambda file: file.name)
    return tuple(Form.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))) for file in files)


def declaration(identifier: str) -> str:
    """A shipped form as its file says it, to be changed.

    Errors: UserError: there is none.
    """
    find_form(identifier)
    return resources.files("xlperf.report.forms").joinpath(f"data/{identifier}{OWN}").read_text(encoding="utf-8")


def find_form(name: str) -> Form:
    """The shipped form of that id, or the one in a bureau's own file.

    Errors: UserError: there is none, or the file is no form.
    """
    if name.lower().endswith(OWN):
        return _own(Path(name))
    found = next((form for form in shipped_forms() if form.id == name), None)
    if found is None:
        raise UserError(f"没有编号为 {name} 的表；有 {'、'.join(form.id for form in shipped_forms())}")
    return found


def _own(path: Path) -> Form:
    with about(path):
        try:
            return Form.model_validate(tomllib.loads(read_file(path, _LIMITS).decode("utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UserError(f"不是 TOML 文件：{excerpt(str(error))}") from None
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise UserError(
                f"{place or '表'} 写得不对：{excerpt(first['msg'].removeprefix('Value error, '))}"
            ) from None
