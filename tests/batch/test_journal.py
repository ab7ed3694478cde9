"""The journal alone: what is written is read back, a torn line is dropped, anything else in its place is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.league_results import record
from xlperf.batch.journal import MADE_BY, NAME, Entry, Journal
from xlperf.batch.outcomes import facts, quarantined, unread, written_out
from xlperf.errors import UserError

BROKEN = {"status": "quarantined", "reason": "坏了"}
# More facts than are read of a line at first.
LONG = "很长的" * 2000


def about(name: str) -> dict[str, Any]:
    return {"file": name, "key": f"{name} 1", "modified": 7.0}


class Journals:
    """Opens journals of one folder, and closes them all in the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: list[Journal] = []

    def __call__(self, **outcomes: dict[str, Any]) -> Journal:
        """An open journal with these outcomes besides what was there."""
        found = Journal(self.folder)
        self.opened.append(found)
        found.open()
        for name, outcome in outcomes.items():
            found.append(about(name), written_out(outcome))
        return found


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journals]:
    journals = Journals(tmp_path)
    yield journals
    for opened in journals.opened:
        opened.close()


def known(folder: Path) -> dict[str, Entry]:
    again = Journal(folder)
    again.read()
    return again.entries


def test_what_is_appended_is_read_back(tmp_path: Path, journal: Journals) -> None:
    result = record("甲", (20, 30, 0), findings=[{"severity": s} for s in ("error", "warning", "hint", "hint")])
    written = journal(a=result, b=BROKEN)
    assert known(tmp_path) == written.entries
    first, second = written.entries.values()
    assert (first.file, first.key, first.modified, first.version) == ("a", "a 1", 7.0, MADE_BY)
    assert (first.unit, first.year, first.framework, first.total, first.grade) == ("甲", 2023, "county", 50.0, "良")
    assert (first.errors, first.warnings, first.hints) == (1, 1, 2)
    assert (first.is_done, second.is_done, second.reason) == (True, False, "坏了")
    assert (first.start, second.start) == (0, first.size)
    assert [item["status"] for _, item in written.records(written.entries.values())] == ["done", "quarantined"]
    assert [item["status"] for _, item in written.records([second, first])] == ["quarantined", "done"]


def test_each_line_is_whole_json_with_the_facts_in_front(tmp_path: Path, journal: Journals) -> None:
    journal(a=record("甲", (20, 30, 0)), b=BROKEN)
    lines = (tmp_path / NAME).read_bytes().splitlines()
    assert all(line.startswith(b'{"entry":{"file":') for line in lines)
    assert [json.loads(line)["entry"]["version"] for line in lines] == [MADE_BY] * 2
    assert json.loads(lines[0])["result"]["unit"] == "甲"


def test_the_last_line_about_a_file_counts(tmp_path: Path, journal: Journals) -> None:
    journal(a=BROKEN).append(about("a"), written_out(record("乙", (20, 30, 0))))
    assert [(item.file, item.unit) for item in known(tmp_path).values()] == [("a", "乙")]


@pytest.mark.parametrize("tail", [b'{"entry":{"file":"a', b"\x00", b"{"])
def test_a_torn_line_is_dropped_and_written_over(tmp_path: Path, journal: Journals, tail: bytes) -> None:
    journal(a=BROKEN).close()
    whole = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(whole + tail)
    assert Journal(tmp_path).read() == len(whole)
    again = journal()
    assert (tmp_path / NAME).read_bytes() == whole
    again.append(about("b"), written_out(BROKEN))
    assert list(known(tmp_path)) == ["a", "b"]


def test_lines_of_versions_without_facts_are_passed_over(tmp_path: Path, journal: Journals) -> None:
    (tmp_path / NAME).write_bytes(b'{"schema_version":3,"file":"old"}\n')
    journal(a=BROKEN)
    found = known(tmp_path)
    assert list(found) == ["a"]
    assert [item["reason"] for _, item in journal().records(found.values())] == ["坏了"]


@pytest.mark.parametrize(
    "line", [b"\n", b"[]\n", b'{"other":1}\n', b'{"entry":1}\n', b'{"entry":{"file":"a"}}\n', b'{"entry":{"file":\n']
)
def test_anything_else_is_refused(tmp_path: Path, journal: Journals, line: bytes) -> None:
    journal(a=BROKEN).close()
    with (tmp_path / NAME).open("ab") as file:
        file.write(line)
    with pytest.raises(UserError, match="不是批量处理的结果文件，或已损坏"):
        Journal(tmp_path).read()


def test_a_record_that_is_damaged_behind_its_facts_is_refused_when_it_is_read(
    tmp_path: Path, journal: Journals
) -> None:
    journal(a=BROKEN).close()
    content = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(content[:-2] + b"]\n")
    again = Journal(tmp_path)
    again.read()
    with pytest.raises(UserError, match="已损坏"):
        list(again.records(again.entries.values()))


def test_no_journal(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="不是批量处理的输出文件夹"):
        Journal(tmp_path).read()
    (tmp_path / NAME).mkdir()
    with pytest.raises(UserError, match="无法读取"):
        Journal(tmp_path).read()


def test_long_facts_and_names_that_are_no_unicode(tmp_path: Path, journal: Journals) -> None:
    journal(a={**BROKEN, "reason": LONG}).append(about("\udcff.xlsx"), written_out(BROKEN))
    found = known(tmp_path)
    assert found["a"].reason == LONG
    assert found["\udcff.xlsx"].reason == "坏了"


def test_what_is_kept_is_written_in_that_order_and_the_rest_is_gone(tmp_path: Path, journal: Journals) -> None:
    written = journal(b=BROKEN, a=record("甲", (20, 30, 0)), c=BROKEN)
    written.keep([written.entries["a"], written.entries["b"]])
    again = known(tmp_path)
    assert list(again) == ["a", "b"]
    assert [item["status"] for _, item in Journal(tmp_path).records(again.values())] == ["done", "quarantined"]
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


# What a worker tells of a submission.
def test_the_facts_of_what_has_no_result() -> None:
    found = facts(quarantined("读不出。"))
    assert (found["status"], found["reason"], found["is_passing"]) == ("quarantined", "读不出。", False)
    assert (found["unit"], found["year"], found["total"], found["saved"], found["errors"]) == ("", None, None, 0.0, 0)
    assert facts(unread("断线。"))["is_passing"] is True


def test_alterations_stand_in_the_reason_the_first_five_by_cell_or_in_words() -> None:
    altered = [{"cell": f"表!A{n}", "message": "改过。"} for n in range(1, 5)] + [
        {"cell": "", "message": "名称不见了。"}
    ]
    told = "算不出；与原工作簿不同的有：表!A1、表!A2、表!A3、表!A4、名称不见了"
    assert quarantined("算不出。", altered)["reason"] == told
    more = quarantined("算不出。", [*altered, altered[0]])
    assert more["reason"] == f"{told} 等 6 处"
    assert len(more["alterations"]) == 6
