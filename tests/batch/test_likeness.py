"""Hints between files in quarantine and missing units: by code, by name, by a shortened name, never where several fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from xlperf.batch.likeness import likely_unit
from xlperf.batch.roster import Roster, RosterLine
from xlperf.batch.settlement import settle
from xlperf.batch.sources import Refusal
from xlperf.batch.tables import missing_row, refusal_row

MISSING = (
    RosterLine(3, "县政务服务数据管理局", "0111"),
    RosterLine(4, "县教育局", "0101"),
    RosterLine(5, "县体育局", "0102"),
)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("交来/县政数局.xls", "0111"),
        ("交来/0101.xlsx", "0101"),
        ("0102_自评.et", "0102"),
        ("交来.zip!/县教育局2021年自评.xlsx", "0101"),
        ("县政务服务数据管理局.xlsx", "0111"),
        ("县育局.xls", None),
        ("县局.xls", None),
        ("市政数局.xls", None),
        ("新建工作表.xlsx", None),
        ("0111/新建.xlsx", None),
    ],
)
def test_which_unit_a_file_may_be_of(file: str, code: str | None) -> None:
    found = likely_unit(file, MISSING)
    assert (found.code if found else None) == code


def test_both_lists_tell_it() -> None:
    refused = (Refusal("县政数局.xls", "不是工作簿。"), Refusal("说明.docx", "不是工作簿", is_skipped=True))
    settled = settle([], refused, Roster(Path("名册.xlsx"), MISSING[:1], ()))
    rows = [refusal_row(item) for item in settled.quarantine]
    assert rows[0] == ("县政数局.xls", "隔离", "不是工作簿。可能是缺报的“0111 县政务服务数据管理局”交来的")
    assert rows[1][2] == "不是工作簿"
    (line,) = settled.missing
    assert missing_row(line, settled.likely[line.row])[2] == "可能是隔离的文件：县政数局.xls"
    assert missing_row(line)[2] == ""
