"""The sheet of a roster that gives units indicators of their own (个性指标): a line an indicator, by the unit it is of."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from xlperf.batch.roster import CODE, NAME, TITLE_ROWS, UNIT_HEADINGS, Roster, RosterLine, as_text, plain
from xlperf.errors import UserError
from xlperf.formula.addresses import position
from xlperf.frameworks.loading import FrameworkFile, listed_faults, read_text
from xlperf.package import Package, open_package
from xlperf.standards.individual import FaultsError, OwnFramework, OwnIndicator, with_own_indicators
from xlperf.values import Value, is_blank, is_number

SHEET = "个性指标"
_FIELDS = {
    "level": ("一级指标", "一级指标名称"),
    "parent": ("上级指标", "上级指标(二级)", "二级指标", "二级指标名称", "所属二级指标", "所属指标", "指标类型"),
    "name": ("指标名称", "三级指标", "三级指标名称", "个性指标", "个性指标名称", "绩效指标"),
    "weight": ("分值", "权重", "分值(权重)", "标准分", "标准分值"),
    "target": ("目标值", "年度指标值", "年度目标值", "绩效目标值", "指标值", "目标"),
    "standard": ("评分标准", "评分细则", "计分标准", "评价标准", "标准"),
    "explanation": ("指标说明", "指标解释", "说明", "指标内容"),
    "unit": ("计量单位", "度量单位"),
}
_HEADINGS = {name: field for field, names in _FIELDS.items() for name in names}
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)分?")


@dataclass(frozen=True)
class IndividualRows:
    """The frameworks of the units that have indicators of their own, by the row of the roster."""

    path: Path
    frameworks: Mapping[int, OwnFramework]
    unused: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many indicators there are."""
        return sum(own.count for own in self.frameworks.values())

    @property
    def judged(self) -> int:
        """How many of them the evaluator judges."""
        return sum(len(own.judged) for own in self.frameworks.values())


def read_individual(roster: Roster, common: FrameworkFile, path: Path | None = None) -> IndividualRows | None:
    """The indicators of a file of their own (.xlsx, .csv), else of the roster's sheet 个性指标; None where there is neither.

    Errors: UserError: all that is wrong with them, each with its row.
    """
    rows = _rows(roster.path if path is None else path, is_roster=path is None)
    if rows is None:
        return None
    origin = path or roster.path
    top, headings, unused = _heading(origin, rows)
    faults: list[str] = []
    lines: dict[int, list[OwnIndicator]] = {}
    for unit, own in _lines(roster, rows, top, headings, faults):
        lines.setdefault(unit.row, []).append(own)
    if not lines and not faults:
        raise UserError(f"{origin} 的“{SHEET}”里一行也没有")
    units = {line.row: line for line in roster.lines}
    frameworks: dict[int, OwnFramework] = {}
    for row, own_lines in lines.items():
        try:
            frameworks[row] = with_own_indicators(common, own_lines)
        except FaultsError as error:
            faults += [f"{_shown(units[row])}：{fault}" for fault in error.faults]
    if faults:
        raise UserError(listed_faults(f"{origin} 的“{SHEET}”", faults))
    return IndividualRows(origin, frameworks, unused)


def _rows(path: Path, *, is_roster: bool) -> dict[int, dict[int, Value]] | None:
    if path.suffix.lower() == ".csv":
        lines = csv.reader(io.StringIO(read_text(path)))
        return {
            row: {column: text for column, text in enumerate(line, 1) if text.strip()}
            for row, line in enumerate(lines, 1)
            if any(text.strip() for text in line)
        }
    package = open_package(path)
    named = [sheet.name for sheet in package.worksheets if SHEET in "".join(sheet.name.split())]
    if not named and is_roster:
        return None
    if not package.worksheets:
        raise UserError(f"{path} 里没有工作表")
    return _sheet_rows(package, named[0] if named else package.worksheets[0].name)


def _sheet_rows(package: Package, sheet: str) -> dict[int, dict[int, Value]]:
    rows: dict[int, dict[int, Value]] = {}
    for ref, cell in package.cells(sheet).items():
        row, column = position(ref)
        if not is_blank(cell.value):
            rows.setdefault(row, {})[column] = cell.value
    return rows


def _heading(origin: Path, rows: Mapping[int, Mapping[int, Value]]) -> tuple[int, dict[str, int], tuple[str, ...]]:
    """The row of the headings, the column of each, and the headings that nothing is taken from."""
    for row in sorted(rows)[:TITLE_ROWS]:
        found: dict[str, int] = {}
        unused = []
        for column, value in sorted(rows[row].items()):
            heading = plain(as_text(value))
            field = UNIT_HEADINGS.get(heading) or _HEADINGS.get(heading)
            if field is None:
                unused.append(as_text(value))
            elif field in found:
                raise UserError(f"{origin} 的“{SHEET}”有两列都是“{as_text(value)}”，请删去一列")
            else:
                found[field] = column
        if {"parent", "name", "weight"} <= found.keys() and {NAME, CODE} & found.keys():
            return row, found, tuple(unused)
    raise UserError(
        f"{origin} 的“{SHEET}”没有表头；应有 {CODE}（或{NAME}）、上级指标、指标名称、分值，另可有 一级指标、目标值、评分标准、指标说明、计量单位"
    )


def _lines(
    roster: Roster, rows: Mapping[int, Mapping[int, Value]], top: int, columns: Mapping[str, int], faults: list[str]
) -> Iterator[tuple[RosterLine, OwnIndicator]]:
    """Each line with its unit; a line that names none is of the unit above it, as in merged cells; so is its parent."""
    unit: RosterLine | None = None
    above = ("", "")
    for row in sorted(row for row in rows if row > top):
        values = {field: rows[row].get(column) for field, column in columns.items()}
        text = {field: as_text(value) for field, value in values.items()}
        code, name = text.pop(CODE, ""), text.pop(NAME, "")
        place = f"第 {row} 行"
        if not any(text.get(field) for field in ("parent", "name", "weight", "target", "standard")):
            continue
        if code or name:
            unit, above = _unit(roster, code, name, place, faults), ("", "")
        elif unit is None and not faults:
            faults.append(f"{place}没有写是哪个单位的，请补填 {CODE}")
        parent = (text.get("level", ""), text["parent"]) if text["parent"] else above
        above = parent
        if unit is not None:
            texts = {field: text.get(field, "") for field in ("name", "standard", "explanation", "unit")}
            target = _target(values.get("target"))
            yield unit, OwnIndicator(place, *parent, weight=_weight(values["weight"]), target=target, **texts)


def _unit(roster: Roster, code: str, name: str, place: str, faults: list[str]) -> RosterLine | None:
    """The unit of the roster by its code, else by its name."""
    by_code = [line for line in roster.lines if code and line.code == code]
    by_name = [line for line in roster.lines if name and line.name == name]
    shown = " ".join(part for part in (code, name) if part)
    if by_code and name and by_code[0].name != name:
        faults.append(f"{place}：{CODE} {code} 在名册里是“{by_code[0].name}”，这里写的是“{name}”，请改成一致")
    elif by_code:
        return by_code[0]
    elif code and (not by_name or by_name[0].code):
        faults.append(f"{place}：名册里没有编码为 {code} 的单位（编码请存成文本，开头的 0 不能丢）")
    elif len(by_name) == 1:
        return by_name[0]
    else:
        why = "有几个，请写单位编码" if by_name else "没有"
        faults.append(f"{place}：名册里叫“{shown}”的单位{why}")
    return None


def _weight(value: Value) -> float | None:
    if is_number(value):
        return float(value)
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", as_text(value)))
    return float(found[1]) if found else None


def _target(value: Value) -> str:
    """A target as text; a number between 0 and 1 that isn't whole is a percentage, as a cell shows it."""
    if is_number(value) and 0 < value < 1:
        return f"{round(float(value) * 100, 6):g}%"
    return as_text(value)


def _shown(line: RosterLine) -> str:
    return " ".join(part for part in (line.code, line.name) if part)
