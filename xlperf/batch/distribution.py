"""Workbooks to be sent out: one native workbook for each unit of a roster, prefilled from its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from xlperf.batch.roster import CODE, NAME, Roster, RosterLine
from xlperf.editions.assembly import assemble
from xlperf.editions.conversion import Edition
from xlperf.errors import CellError, UserError
from xlperf.evaluation.scoring import recalculated
from xlperf.frameworks.loading import FrameworkFile
from xlperf.package import Package, open_package, write_file
from xlperf.values import Value, is_blank
from xlperf.workbook.catalogue import InputCell, catalogue
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.two_column_files import checked

IDS = {NAME: "unit_name", CODE: "unit_code"}
_UNFIT = re.compile(r'[\x00-\x20<>:"/\\|?*\x7f]+')
# Names that Windows keeps for devices, with any ending.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.I)
LONGEST = 80


def distribute(
    roster: Roster, source: FrameworkFile, output: Path, tell: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Writes a workbook for each unit, named by its code (its name where it has none), and gives their number.

    Everything is checked before the first one is written.
    Errors: UserError: an unknown heading, a value of the wrong type, two units of one file name, a folder not empty.
    """
    master = open_package(assemble(source, edition=Edition.NATIVE))
    known = catalogue(NamedCells(master), source.framework)
    _check_headings(roster, known)
    workbooks: dict[str, dict[Place, Value]] = {}
    owners: dict[str, RosterLine] = {}
    for line in roster.lines:
        name = _file_name(line)
        other = owners.setdefault(name.casefold(), line)
        if other is not line:
            raise roster.refuse(line, f"与第 {other.row} 行的文件名都会是 {name}，请改其中一个的单位编码")
        workbooks[name] = _values(roster, line, known)
    _make(output)
    for number, (name, values) in enumerate(workbooks.items(), 1):
        write_file(output / name, _filled(master, values))
        tell(number, len(workbooks))
    return len(workbooks)


def _filled(master: Package, values: Mapping[Place, Value]) -> bytes:
    """The workbook of a unit, with results that are those of its inputs."""
    return recalculated(master, values).data


def _check_headings(roster: Roster, known: Mapping[str, InputCell]) -> None:
    for heading in roster.headings:
        if heading not in known:
            raise UserError(
                f"{roster.path} 的标题“{heading}”不是填报格的编号；xlperf inputs 列出全部编号，{NAME}、{CODE} 照写"
            )
        if heading in IDS.values():
            raise UserError(f"{roster.path} 的标题“{heading}”请写成 {NAME} 或 {CODE}")


def _values(roster: Roster, line: RosterLine, known: Mapping[str, InputCell]) -> dict[Place, Value]:
    stated: dict[str, Value] = {IDS[NAME]: line.name, IDS[CODE]: line.code or None, **line.values}
    values: dict[Place, Value] = {}
    for identifier, value in stated.items():
        item = known[identifier]
        if is_blank(value):
            continue
        try:
            values[item.sheet, item.ref] = checked(item, value)
        except (UserError, CellError) as error:
            raise roster.refuse(line, str(error)) from None
    return values


def _file_name(line: RosterLine) -> str:
    stem = _UNFIT.sub("_", line.code or line.name).strip("._")[:LONGEST] or "_"
    return f"{stem}_{Edition.NATIVE.suffix}" if _DEVICES.fullmatch(stem) else f"{stem}{Edition.NATIVE.suffix}"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise UserError(f"{folder}：不能用作输出文件夹（系统错误 {error.errno}）") from None
    if not is_empty:
        raise UserError(f"{folder} 里已有别的内容，请给出新的或空的文件夹")
