"""The tables that a batch gives: their columns, once for CSV files, data frames and the store; and the rows of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlperf.batch.journal import Entry, Record
from xlperf.batch.roster import RosterLine
from xlperf.batch.rounds import CHANGED, NEW, OPEN, RESOLVED, Round
from xlperf.batch.settlement import Duplicate, Identity
from xlperf.batch.sources import Refusal
from xlperf.batch.zips import BEIJING
from xlperf.findings.finding import ERROR, HINT, WARNING, Finding
from xlperf.workbook.gate_condition import RESULT, SUBMISSION

TEXT, NUMBER, COUNT = "text", "number", "count"
Row = tuple[str | float | int | None, ...]
# About the framework, the same in every file: they stand in the results, not in the table of findings.
OF_THE_FRAMEWORK = ("standard_reading", "unstated")
QUARANTINED, SKIPPED = "隔离", "跳过"
ORDERLY, TO_LOOK_AT, WRONG = "正常", "有警告", "有错误"
SEVERITIES = {ERROR: "错误", WARNING: "警告", HINT: "提示"}


@dataclass(frozen=True)
class Column:
    """A column: its id in data frames and the store, its heading in CSV files, what it holds."""

    id: str
    label: str
    kind: str = TEXT


@dataclass(frozen=True)
class Table:
    """A table: its id, which is the name of its file, and its columns."""

    id: str
    columns: tuple[Column, ...]


_UNIT = (
    Column("code", "单位编码"),
    Column("name", "单位名称"),
    Column("year", "年度", COUNT),
    Column("framework", "指标体系"),
    Column("project", "项目名称"),
)
UNITS = Table(
    "units",
    (
        *_UNIT,
        Column("total", "总分", NUMBER),
        Column("grade", "等级"),
        Column("reported_total", "报告总分", NUMBER),
        Column("reported_grade", "报告等级"),
        Column("errors", "错误", COUNT),
        Column("warnings", "警告", COUNT),
        Column("hints", "提示", COUNT),
        Column("status", "状态"),
        Column("submission", "填报"),
        Column("result", "结果"),
        Column("basis_rule", "按规则占比", NUMBER),
        Column("basis_judgement", "靠判断占比", NUMBER),
        Column("basis_missing", "缺数据占比", NUMBER),
        Column("in_roster", "在名册内"),
        Column("file", "文件"),
        Column("written", "重算后的文件"),
        Column("notes", "说明"),
    ),
)
LEVELS = Table(
    "levels",
    (
        *_UNIT,
        Column("level", "一级指标"),
        Column("weight", "分值", NUMBER),
        Column("score", "得分", NUMBER),
        Column("rate", "得分率", NUMBER),
    ),
)
INDICATORS = Table(
    "indicators",
    (
        *_UNIT,
        Column("indicator", "指标编码"),
        Column("indicator_name", "指标"),
        Column("level1", "一级指标"),
        Column("level2", "二级指标"),
        Column("weight", "分值", NUMBER),
        Column("rule_status", "规则分情况"),
        Column("rule_score", "规则分", NUMBER),
        Column("rule_low", "规则分下限", NUMBER),
        Column("rule_high", "规则分上限", NUMBER),
        Column("self_score", "自评分", NUMBER),
        Column("award", "评定分", NUMBER),
        Column("review", "复核分", NUMBER),
        Column("score", "计入得分", NUMBER),
        Column("difference", "与自评分之差", NUMBER),
        Column("status", "认定情况"),
        Column("reason", "理由"),
        Column("problems", "问题编号"),
        Column("evidence", "佐证"),
    ),
)
RATES = Table("rates", (*_UNIT, Column("rate", "编号"), Column("label", "比率"), Column("value", "结果", NUMBER)))
FINDINGS = Table(
    "findings",
    (
        *_UNIT,
        Column("severity", "级别"),
        Column("finding", "代码"),
        Column("cell", "单元格"),
        Column("message", "说明"),
        Column("file", "文件"),
    ),
)
QUARANTINE = Table("quarantine", (Column("file", "文件"), Column("kind", "类别"), Column("reason", "原因")))
DUPLICATES = Table(
    "duplicates",
    (
        *_UNIT,
        Column("file", "被替代的文件"),
        Column("saved", "保存时间"),
        Column("total", "总分", NUMBER),
        Column("counted_file", "计入的文件"),
        Column("counted_saved", "计入的保存时间"),
        Column("counted_total", "计入的总分", NUMBER),
    ),
)
MISSING = Table("missing", (Column("code", "单位编码"), Column("name", "单位名称"), Column("hint", "提示")))
ROUNDS = Table(
    "rounds",
    (
        *_UNIT,
        Column("round", "轮次", COUNT),
        Column("file", "文件"),
        Column("previous_file", "上一轮的文件"),
        Column("previous_total", "上一轮总分", NUMBER),
        Column("total", "总分", NUMBER),
        Column("resolved", "已解决", COUNT),
        Column("open", "仍在", COUNT),
        Column("new", "新增", COUNT),
        Column("cells", "改动的填报格", COUNT),
    ),
)
CHANGES = Table(
    "changes",
    (
        *_UNIT,
        Column("round", "轮次", COUNT),
        Column("kind", "变化"),
        Column("severity", "级别"),
        Column("finding", "代码或编号"),
        Column("cell", "单元格"),
        Column("message", "说明"),
        Column("before", "上一轮"),
        Column("after", "本轮"),
    ),
)
PER_UNIT = (UNITS, LEVELS, INDICATORS, RATES, FINDINGS, ROUNDS, CHANGES)
TABLES = (*PER_UNIT, QUARANTINE, DUPLICATES, MISSING)


@dataclass(frozen=True)
class UnitResult:
    """A result that counts, with what only the whole batch shows: `further` findings, whether the roster has it, which
    round it is of.
    """

    entry: Entry
    record: Record
    code: str
    further: tuple[Finding, ...]
    in_roster: bool | None
    round: Round | None = None

    @cached_property
    def findings(self) -> list[Finding]:
        """The findings of the workbook and those of the batch."""
        return [*(Finding(**finding) for finding in self.record["result"]["findings"]), *self.further]

    @cached_property
    def counts(self) -> tuple[int, int, int]:
        """How many errors, warnings and hints there are."""
        further = [finding.severity for finding in self.further]
        known = zip((ERROR, WARNING, HINT), (self.entry.errors, self.entry.warnings, self.entry.hints), strict=True)
        errors, warnings, hints = (count + further.count(severity) for severity, count in known)
        return errors, warnings, hints

    @property
    def status(self) -> str:
        """Whether there is something to look at."""
        errors, warnings, _ = self.counts
        return WRONG if errors else TO_LOOK_AT if warnings else ORDERLY

    @property
    def key(self) -> Row:
        """The unit's columns of every table."""
        return self.code, self.entry.unit, self.entry.year, self.entry.framework, self.entry.project or ""


def unit_code(entry: Entry, identity: Identity) -> str:
    """The code of a unit, also where only the roster states it."""
    return entry.code or identity[0]


def unit_rows(unit: UnitResult) -> dict[str, Iterator[Row]]:
    """The rows of one unit by table."""
    return {
        UNITS.id: iter([_unit(unit)]),
        LEVELS.id: _parts(unit, "level1", ("name", "weight", "score", "rate")),
        INDICATORS.id: _indicators(unit),
        RATES.id: _parts(unit, "rates", ("id", "label", "value")),
        FINDINGS.id: _findings(unit),
        ROUNDS.id: _rounds(unit),
        CHANGES.id: _changes(unit),
    }


def _unit(unit: UnitResult) -> Row:
    result = unit.record["result"]
    listed = "" if unit.in_roster is None else "是" if unit.in_roster else "否"
    reported = result["reported_total"], result["reported_grade"]
    notes = "；".join(unit.record["notes"])
    entry = unit.entry
    return (
        *unit.key,
        entry.total,
        entry.grade,
        *reported,
        *unit.counts,
        unit.status,
        *(_gate(result, gate) for gate in (SUBMISSION, RESULT)),
        *((result.get("basis") or {}).get(part) for part in ("rule", "judgement", "missing")),
        listed,
        entry.file,
        entry.written,
        notes,
    )


def _gate(result: Mapping[str, Any], gate: str) -> str:
    """The state of a gate with the first reason; results of an earlier version don't say."""
    found = result.get(gate)
    return "：".join((found["state"], *found["reasons"][:1])) if found else ""


def _parts(unit: UnitResult, name: str, fields: tuple[str, ...]) -> Iterator[Row]:
    for part in unit.record["result"][name]:
        yield (*unit.key, *(part[field] for field in fields))


def _indicators(unit: UnitResult) -> Iterator[Row]:
    fields = ("code", "name", *(column.id for column in INDICATORS.columns[len(_UNIT) + 2 :]))
    for indicator in unit.record["result"]["indicators"]:
        found: dict[str, Any] = {**indicator, "problems": "、".join(indicator["problems"])}
        yield (*unit.key, *(found[field] for field in fields))


def _findings(unit: UnitResult) -> Iterator[Row]:
    key, file = unit.key, unit.entry.file
    # Of all rows most are these, so that no object is made for each.
    for f in (*unit.record["result"]["findings"], *map(vars, unit.further)):
        if f["code"] not in OF_THE_FRAMEWORK:
            yield (*key, SEVERITIES[f["severity"]], f["code"], f["cell"], f["message"], file)


def _rounds(unit: UnitResult) -> Iterator[Row]:
    found = unit.round
    if found is None:
        return
    before = found.before or {}
    counts = [found.count(kind) if before else None for kind in (RESOLVED, OPEN, NEW)]
    cells = found.count(CHANGED) if found.has_known_cells else None
    row: Row = (
        found.number,
        unit.entry.file,
        before.get("file"),
        before.get("total"),
        unit.entry.total,
        *counts,
        cells,
    )
    yield (*unit.key, *row)


def _changes(unit: UnitResult) -> Iterator[Row]:
    found = unit.round
    for change in found.changes if found else ():
        told = {**vars(change), "severity": SEVERITIES.get(change.severity, "")}
        yield (*unit.key, found.number if found else None, *told.values())


def refusal_row(item: Refusal) -> Row:
    """A row of the quarantine."""
    return item.name, SKIPPED if item.is_skipped else QUARANTINED, item.reason


def duplicate_row(item: Duplicate, identity: Identity) -> Row:
    """A row of the duplicates."""
    old, new = item.entry, item.winner
    key = unit_code(old, identity), old.unit, old.year, old.framework, old.project or ""
    return (*key, old.file, _time(old.saved), old.total, new.file, _time(new.saved), new.total)


def missing_row(line: RosterLine, likely: Sequence[str] = ()) -> Row:
    """A row of the missing units, with the files in quarantine that may be theirs."""
    return line.code, line.name, f"可能是隔离的文件：{'、'.join(likely)}" if likely else ""


def _time(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, BEIJING).strftime("%Y-%m-%d %H:%M:%S") if seconds else ""
