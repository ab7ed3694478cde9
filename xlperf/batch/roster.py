"""The roster (名册): the units of a year, and what their workbooks are prefilled with."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from xlperf.errors import UserError
from xlperf.formula.addresses import position
from xlperf.package import open_package
from xlperf.values import Value, is_blank, is_number

NAME, CODE = "单位名称", "单位编码"
# What bureaus also call the two columns, as `plain` writes headings.
UNIT_HEADINGS = {
    **dict.fromkeys(("单位名称", "预算单位名称", "部门名称", "部门(单位)名称", "预算单位", "单位"), NAME),
    **dict.fromkeys(("单位编码", "预算单位编码", "部门编码", "部门(单位)编码", "单位代码", "部门代码"), CODE),
}
# So many rows of titles and notes may stand above the headings.
TITLE_ROWS = 20


_WANTED = f"标题应是 {NAME}、{CODE} 和要预填的数据的名称或编号（xlperf inputs 列出）"


@dataclass(frozen=True)
class RosterLine:
    """A unit of the roster: the row it stands in, its name and code, and the other columns by their heading."""

    row: int
    name: str
    code: str
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Roster:
    """All units, and the headings besides name and code."""

    path: Path
    lines: tuple[RosterLine, ...]
    headings: tuple[str, ...]

    def refuse(self, line: RosterLine, problem: str) -> UserError:
        """The error about one row."""
        return UserError(f"{self.path} 第 {line.row} 行：{problem}")


def read_roster(path: Path) -> Roster:
    """The first sheet of a workbook: titles, a row of headings, a unit a row; blank rows are passed over.

    Errors: UserError: no such headings, a heading twice, a unit without name or twice, with the row.
    """
    package = open_package(path)
    if not package.worksheets:
        raise UserError(f"{path} 里没有工作表")
    rows: dict[int, dict[int, Value]] = {}
    for ref, cell in package.cells(package.worksheets[0].name).items():
        row, column = position(ref)
        if not is_blank(cell.value):
            rows.setdefault(row, {})[column] = cell.value
    if not rows:
        raise UserError(f"{path} 是空的；{_WANTED}")
    top, headings = _headings(path, rows)
    lines = tuple(_line(number, cells, headings) for number, cells in sorted(rows.items()) if number > top)
    roster = Roster(path, lines, tuple(h for h in headings.values() if h not in (NAME, CODE)))
    _check(roster)
    return roster


def _headings(path: Path, rows: dict[int, dict[int, Value]]) -> tuple[int, dict[int, str]]:
    """The row of the headings, and the heading of each column; name and code by their usual names."""
    for row in sorted(rows)[:TITLE_ROWS]:
        stated = {column: as_text(value) for column, value in rows[row].items()}
        headings = {column: UNIT_HEADINGS.get(plain(text), text) for column, text in stated.items()}
        if NAME in headings.values():
            break
    else:
        raise UserError(f"{path} 没有标题“{NAME}”；{_WANTED}")
    for heading in headings.values():
        if list(headings.values()).count(heading) > 1:
            raise UserError(f"{path} 有两列的标题都是“{heading}”")
    return row, headings


def _line(number: int, cells: dict[int, Value], headings: dict[int, str]) -> RosterLine:
    values = {heading: cells.get(column) for column, heading in headings.items()}
    return RosterLine(number, as_text(values.pop(NAME, None)), as_text(values.pop(CODE, None)), values)


def _check(roster: Roster) -> None:
    if not roster.lines:
        raise UserError(f"{roster.path} 里一个单位也没有")
    seen: dict[str, int] = {}
    for line in roster.lines:
        if not line.name:
            raise roster.refuse(line, f"没有{NAME}")
        for label, text in ((CODE, line.code), (NAME, "" if line.code else line.name)):
            if text and seen.setdefault(f"{label} {text}", line.row) != line.row:
                raise roster.refuse(line, f"{label} {text} 与第 {seen[f'{label} {text}']} 行重复")


def plain(heading: str) -> str:
    """A heading as it is compared: without white space, brackets and signs in half width."""
    return unicodedata.normalize("NFKC", re.sub(r"\s+", "", heading))


def as_text(value: Value) -> str:
    """A name or code as text, also where a program has made a number of it."""
    if is_number(value):
        return str(int(value)) if value == int(value) else str(value)
    return value.strip() if isinstance(value, str) else ""
