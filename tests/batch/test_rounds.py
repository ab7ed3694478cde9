"""Which round a submission is of, and what changed since the one before: decided between results nobody calculated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.batch.entries import entry
from tests.support.command import contents
from tests.support.league_results import record
from xlperf.batch.outputs import Outputs
from xlperf.batch.round_file import NAME, past_lines, read_rounds
from xlperf.batch.rounds import CHANGED, NEW, OPEN, RESOLVED, Change, Round
from xlperf.batch.settlement import settle
from xlperf.batch.tables import UnitResult, unit_rows
from xlperf.errors import UserError

FULL = Path("/dev/full")
FIRST = ["error", "input_wrong_type", "指标数据!E5", "已使用指标数应为数字，现为“约三成”。"]
SECOND = ["warning", "input_missing", "指标数据!E6", "下达指标数缺数据。"]
OTHER = ["error", "cross_year", "", "年初数不衔接：差 3 元。"]
USED = ["quota_used", "指标数据!E5", "已使用指标数", "“约三成”"]
ISSUED = ["quota_issued", "指标数据!E6", "下达指标数", "300"]


def facts(*findings: list[str], inputs: Any = (), pastes: dict[str, str] | None = None) -> dict[str, Any]:
    return {"findings": findings, "inputs": inputs, "pastes": pastes or {}}


def kinds(found: Round) -> list[tuple[str, str]]:
    return [(change.kind, change.cell or change.message) for change in found.changes]


def test_findings_are_told_apart_by_code_and_cell() -> None:
    """The numbers in a sentence change without the fault being another one."""
    reworded = [*FIRST[:3], "已使用指标数应为数字，现为“三成多”。"]
    found = Round(2, facts(OTHER, reworded), facts(FIRST, SECOND))
    assert kinds(found) == [(RESOLVED, SECOND[2]), (OPEN, FIRST[2]), (NEW, OTHER[3])]
    assert [change.message for change in found.changes if change.kind == OPEN] == [reworded[3]]


def test_two_findings_of_one_cell_are_two() -> None:
    found = Round(2, facts(FIRST), facts(FIRST, FIRST))
    assert kinds(found) == [(RESOLVED, FIRST[2]), (OPEN, FIRST[2])]
    assert (found.count(RESOLVED), found.count(NEW)) == (1, 0)


def test_cells_that_were_filled_changed_and_cleared() -> None:
    """By their ids: the cell of the same input may stand elsewhere now."""
    moved = [ISSUED[0], "指标数据!E9", *ISSUED[2:]]
    before = facts(inputs=[USED, moved, ["unit_name", "封面!C3", "单位名称", "甲"]], pastes={"表1": "a", "表2": "b"})
    now = facts(
        inputs=[[*USED[:3], "209.26"], ISSUED, ["staff_count", "指标数据!E7", "实有人数", "5"]], pastes={"表1": "c"}
    )
    cells = [(c.cell, c.before, c.after) for c in Round(2, now, before).changes]
    assert cells == [
        ("指标数据!E5", "“约三成”", "209.26"),
        ("指标数据!E7", "", "5"),
        ("封面!C3", "甲", ""),
        ("表1", "（粘贴的内容）", "（与上一轮不同）"),
        ("表2", "（粘贴的内容）", ""),
    ]


def test_nothing_is_made_up_where_cells_are_not_known() -> None:
    found = Round(2, facts(inputs=[USED]), facts(FIRST, inputs=None))
    assert kinds(found) == [(RESOLVED, FIRST[2])]
    assert not found.has_known_cells
    assert Round(1, facts(FIRST)).changes == ()


def unit(file: str, mark: str, *findings: list[str], code: str = "0101", **stated: Any) -> UnitResult:
    """A result that counts."""
    names = ("severity", "code", "cell", "message")
    said = [dict(zip(names, finding, strict=True)) for finding in findings]
    held = [["quota_used", "指标数据!E5", "已使用指标数", mark]]
    told = record("甲", (20, 30, 0), findings=said, mark=mark, inputs=held, pastes={})
    return UnitResult(entry(file, code=code, **stated), told, code, (), None)


def batch(folder: Path, *units: UnitResult, earlier: tuple[Path, ...] = ()) -> list[Round]:
    """The rounds of a batch that counts these."""
    folder.mkdir(exist_ok=True)
    done = list(read_rounds(folder, earlier).write(units))
    assert [path.name for path in folder.iterdir()] == [NAME]
    return [found.round for found in done if found.round]


def test_another_file_is_a_round_and_the_same_one_is_none(tmp_path: Path) -> None:
    assert batch(tmp_path, unit("a.xlsx", "1", FIRST))[0].number == 1
    written = (tmp_path / NAME).read_bytes()
    # Copied elsewhere, examined again.
    assert batch(tmp_path, unit("a.xlsx", "1", FIRST))[0].number == 1
    assert (tmp_path / NAME).read_bytes() == written
    (second,) = batch(tmp_path, unit("b.xlsx", "2", SECOND, total=85.0))
    assert (second.number, kinds(second)[:2]) == (2, [(RESOLVED, FIRST[2]), (NEW, SECOND[2])])
    # The command is run once more: what changed since the first round is still told.
    (again,) = batch(tmp_path, unit("b.xlsx", "2", SECOND, total=85.0))
    assert (again.number, again.changes) == (2, second.changes)
    assert batch(tmp_path, unit("c.xlsx", "3"))[0].before == {**second.current}
    (line,) = past_lines(tmp_path)
    assert [(one["file"], one["total"], one["error"]) for one in line.past.rounds] == [
        ("a.xlsx", 80.0, 1),
        ("b.xlsx", 85.0, 0),
        ("c.xlsx", 80.0, 0),
    ]


def test_units_years_frameworks_and_projects_are_counted_apart(tmp_path: Path) -> None:
    batch(tmp_path, unit("a.xlsx", "1"))
    others = [
        unit("a.xlsx", "2", code="0102"),
        unit("a.xlsx", "2", year=2022),
        unit("a.xlsx", "2", framework="x"),
        unit("a.xlsx", "2", project="河道"),
    ]
    assert [found.number for found in batch(tmp_path, *others)] == [1, 1, 1, 1]
    # The first one wasn't handed in again and is not forgotten.
    assert batch(tmp_path, unit("b.xlsx", "3"))[0].number == 2
    assert len(past_lines(tmp_path)) == 5


def test_a_unit_is_known_by_its_name_where_it_gives_no_code(tmp_path: Path) -> None:
    batch(tmp_path, unit("a.xlsx", "1", code="", unit="水务局"), unit("b.xlsx", "1", code="0103", unit="民政局"))
    later = unit("a.xlsx", "2", code="0101", unit="水务局"), unit("b.xlsx", "2", code="0104", unit="民政局")
    assert [found.number for found in batch(tmp_path, *later)] == [2, 1]


def test_an_earlier_folder_is_gone_on_from(tmp_path: Path) -> None:
    first, second, third = (tmp_path / name for name in ("一", "二", "三"))
    batch(first, unit("a.xlsx", "1", FIRST), unit("b.xlsx", "1", code="0102"), unit("c.xlsx", "1", year=2020))
    (found,) = batch(second, unit("a.xlsx", "2"), earlier=(first,))
    assert (found.number, kinds(found)[0]) == (2, (RESOLVED, FIRST[2]))
    # Whoever has not handed in again is known there; another year is not.
    assert {(line.past.code, line.past.year) for line in past_lines(second)} == {("0101", 2021), ("0102", 2021)}
    assert batch(third, unit("a.xlsx", "3"), earlier=(first, second))[0].number == 3
    # Its own rounds come before those of earlier folders.
    assert batch(third, unit("a.xlsx", "3"), earlier=(first,))[0].number == 3


def test_the_tables(tmp_path: Path) -> None:
    batch(tmp_path, unit("a.xlsx", "1", FIRST, SECOND))
    (done,) = read_rounds(tmp_path).write([unit("b.xlsx", "2", SECOND, OTHER, total=90.0)])
    found = {name: list(lines) for name, lines in unit_rows(done).items() if name in ("rounds", "changes")}
    key = ("0101", "甲", 2021, "county", "")
    assert found["rounds"] == [(*key, 2, "b.xlsx", "a.xlsx", 80.0, 90.0, 1, 1, 1, 1)]
    assert [line[5:] for line in found["changes"]] == [
        (2, RESOLVED, "错误", *FIRST[1:], "", ""),
        (2, OPEN, "警告", *SECOND[1:], "", ""),
        (2, NEW, "错误", *OTHER[1:], "", ""),
        (2, CHANGED, "", "quota_used", "指标数据!E5", "已使用指标数", "1", "2"),
    ]


@pytest.mark.parametrize("content", [b"{}\n", b'{"head":{"code":1}}\n', b'{"head":', b"\xff\xfe\n"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(UserError, match=r"rounds\.jsonl.*已损坏"):
        read_rounds(tmp_path)


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_a_full_disk_leaves_the_rounds_as_they_were(tmp_path: Path) -> None:
    batch(tmp_path, unit("a.xlsx", "1"))
    before = (tmp_path / NAME).read_bytes()
    (tmp_path / f".{NAME}.tmp").symlink_to(FULL)
    with pytest.raises(UserError, match="磁盘已满"):
        list(Outputs(tmp_path).write(read_rounds(tmp_path).write([unit("b.xlsx", "2")]), settle((), (), None)))
    assert contents(tmp_path) == {NAME: before}


def test_a_change_says_nothing_that_it_isn_t_told() -> None:
    assert vars(Change(NEW)) == {
        **dict.fromkeys(("severity", "code", "cell", "message", "before", "after"), ""),
        "kind": NEW,
    }
