"""Folders of results as a batch writes them, made by hand: three indicators, the last of which is individual."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xlperf.batch.journal import Entry, Journal
from xlperf.batch.outcomes import written_out
from xlperf.batch.outputs import Outputs
from xlperf.batch.roster import RosterLine
from xlperf.batch.round_file import read_rounds
from xlperf.batch.settlement import settle
from xlperf.batch.sources import Refusal
from xlperf.batch.tables import UnitResult
from xlperf.findings.finding import Finding

NAMES = ("编制", "执行", "效益")
WEIGHTS = (20.0, 30.0, 50.0)
Score = float | None | dict[str, Any]


def indicator(place: int, given: Score) -> dict[str, Any]:
    """An indicator with a score that counts, or with what is said of it."""
    stated = given if isinstance(given, dict) else {"score": given, "award": given}
    blank = dict.fromkeys(("rule_score", "rule_low", "rule_high", "self_score", "award", "review", "score"))
    blank |= dict.fromkeys(("reason", "evidence", "opinion", "difference"))
    status = "与规则一致" if stated.get("score") is not None else "待评定"
    told = {"weight": WEIGHTS[place], "rule_status": "determined", "problems": [], "status": status}
    names = {"code": f"{place + 1}", "name": NAMES[place], "level1": f"一级{place // 2}", "level2": "二级"}
    return {**names, **blank, **told, **stated}


def record(name: str, scores: Sequence[Score], **changes: Any) -> dict[str, Any]:
    """A line of results: three indicators, the last of which is individual."""
    indicators = [indicator(place, given) for place, given in enumerate(scores)]
    known = [i["score"] for i in indicators if i["score"] is not None]
    total = sum(known) if len(known) == len(scores) else None
    result = {
        "framework": "county",
        "framework_version": "1.0.0",
        "unit": name,
        "year": 2023,
        "project": None,
        "total": total,
        "grade": None if total is None else "优" if total >= 90 else "良",
        "reported_total": None,
        "reported_grade": None,
        "level1": [
            {"name": "一级0", "weight": 50.0, "score": None, "rate": 0.8},
            {"name": "一级1", "weight": 50.0, "score": None, "rate": None},
        ],
        "rates": [],
        "indicators": indicators,
        "adjustments": [],
        "points": [],
        "problems": [],
        "findings": [],
    }
    facts: dict[str, Any] = {"name": "小县", "hash": "a1", "evaluation": "third_party", "subject": "部门整体支出"}
    facts |= {"grades": ["优", "良", "差"], "individual": ["3"]}
    for key in ("framework_version", "year", "findings", "problems", "framework_id", "project"):
        if key in changes:
            result[key.removesuffix("_id")] = changes.pop(key)
    for key in ("hash", "individual"):
        if key in changes:
            facts[key] = changes.pop(key)
    about = {"file": f"{name}.xlsx", "key": name, "modified": 0.0}
    told = {"status": "done", "code": "", "saved": 1.0, "notes": [], "written": None}
    return {**about, **told, "framework": facts, "result": result, **changes}


def hand_in(folder: Path, *records: dict[str, Any], missing: Sequence[str] = (), further: Sequence[str] = ()) -> Path:
    """A folder of results as a batch writes it. `further`: the units with a finding across years."""
    journal = Journal(folder)
    journal.open()
    for item in records:
        journal.append({key: item[key] for key in ("file", "key", "modified")}, written_out(item))
    journal.close()
    settled = settle(journal.entries.values(), [Refusal("坏.xlsx", "读不出来")], None)
    known = {entry.file: item for entry, item in journal.records(settled.counted)}
    units = [_unit(entry, known[entry.file], further) for entry in settled.counted]
    absent = tuple(RosterLine(number, name, "") for number, name in enumerate(missing))
    for _ in Outputs(folder).write(
        read_rounds(folder).write(units), type(settled)(**{**vars(settled), "missing": absent})
    ):
        pass
    return folder


def _unit(entry: Entry, item: dict[str, Any], further: Sequence[str]) -> UnitResult:
    found = (Finding("error", "cross_year", "结转!B2", "不衔接。"),) if entry.unit in further else ()
    return UnitResult(entry, item, entry.code, found, None)
