"""Which file stands for a unit, decided between results that nobody calculated: each rule by the cases that tell it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.batch.entries import entry
from xlperf.batch.journal import Entry
from xlperf.batch.outcomes import QUARANTINED
from xlperf.batch.roster import Roster, RosterLine
from xlperf.batch.settlement import Settlement, settle
from xlperf.batch.sources import Refusal


def roster(*lines: tuple[str, str]) -> Roster:
    """Units by name and code."""
    return Roster(Path("名册.xlsx"), tuple(RosterLine(row, *line) for row, line in enumerate(lines, 2)), ())


def settled(*entries: Entry, units: Roster | None = None, refusals: tuple[Refusal, ...] = ()) -> Settlement:
    """The settlement, which is the same whatever the order was in which the results came."""
    found = settle(entries, refusals, units)
    assert settle(reversed(entries), refusals, units) == found
    return found


def counted(found: Settlement) -> list[str]:
    return [item.file for item in found.counted]


def identity(found: Settlement, file: str) -> tuple[str, str]:
    return found.identities[file]


def quarantine(found: Settlement) -> dict[str, str]:
    return {item.name: item.reason for item in found.quarantine}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"saved": 1.0, "modified": 9.0}, {"saved": 2.0, "modified": 1.0}),
        ({"saved": 2.0, "modified": 1.0}, {"saved": 2.0, "modified": 3.0}),
        ({}, {}),
    ],
    ids=["when it was saved", "then when the file was changed", "then the name"],
)
def test_the_latest_counts(first: dict[str, Any], second: dict[str, Any]) -> None:
    """The date of the file comes second: copying and unpacking set it, saving alone sets the other."""
    found = settled(entry("a.xlsx", **first), entry("b.xlsx", **second))
    assert counted(found) == ["b.xlsx"]
    assert [(item.entry.file, item.winner.file) for item in found.duplicates] == [("a.xlsx", "b.xlsx")]
    assert found.identities.keys() == {"a.xlsx", "b.xlsx"}


@pytest.mark.parametrize(
    "facts", [{"year": 2020}, {"year": None}, {"framework": "other"}, {"project": "河道"}, {"unit": "乙"}]
)
def test_what_differs_in_one_of_these_replaces_nothing(facts: dict[str, Any]) -> None:
    found = settled(entry("a.xlsx"), entry("b.xlsx", **facts))
    assert sorted(counted(found)) == ["a.xlsx", "b.xlsx"]
    assert (found.duplicates, found.quarantine) == ((), ())


def test_they_are_in_the_order_of_code_year_framework_project_and_file() -> None:
    files = [
        entry("1", code="", unit="甲"),
        entry("2", code="0001", year=2020),
        entry("3", code="0001", year=2021, framework="b", project="水库"),
        entry("4", code="0001", year=2021, framework="b", project="河道"),
        entry("5", code="0001", year=2021, framework="c"),
        entry("6", code="0002", year=None),
    ]
    assert counted(settled(*files[::-1])) == ["1", "2", "3", "4", "5", "6"]


def test_duplicates_are_in_the_order_of_units_and_files() -> None:
    found = settled(
        *(entry(name, code="2", saved=2.0 if name == "c" else 1.0) for name in "cab"),
        *(entry(name, code="1", saved=2.0 if name == "z" else 1.0) for name in "zx"),
    )
    assert [item.entry.file for item in found.duplicates] == ["x", "a", "b"]
    assert {item.winner.file for item in found.duplicates} == {"c", "z"}


# Project evaluations whose cover names no project.
def test_the_only_file_of_a_unit_needs_no_name_of_a_project() -> None:
    found = settled(entry("a", project=""))
    assert counted(found) == ["a"]


@pytest.mark.parametrize("other", [{"project": ""}, {"project": "河道"}, {"project": None}])
def test_of_several_files_one_without_the_name_of_its_project_is_sent_back(other: dict[str, Any]) -> None:
    """Two without it are unclear as well, though both look like the same project."""
    found = settled(entry("a", project=""), entry("b", **other))
    sent_back = {"a", "b"} if other["project"] == "" else {"a"}
    assert set(quarantine(found)) == sent_back
    assert all("项目名称" in reason for reason in quarantine(found).values())
    assert set(counted(found)) == {"a", "b"} - sent_back
    assert found.identities.keys() == {"a", "b"} - sent_back
    assert found.duplicates == ()


def test_projects_of_another_year_or_unit_do_not_make_it_unclear() -> None:
    found = settled(entry("a", project=""), entry("b", project="", year=2022), entry("c", project="", unit="乙"))
    assert sorted(counted(found)) == ["a", "b", "c"]


# Who a file is of.
def test_a_code_says_who_it_is_whatever_the_name() -> None:
    found = settled(entry("a", code="0001", unit="甲"), entry("b", code="0001", unit="甲局", saved=2.0))
    assert counted(found) == ["b"]
    assert identity(found, "a") == identity(found, "b") == ("0001", "")


def test_a_name_gets_the_one_code_that_another_file_states() -> None:
    found = settled(entry("a", code="0001"), entry("b", saved=2.0))
    assert counted(found) == ["b"]
    assert identity(found, "b") == ("0001", "")


def test_a_name_with_several_stated_codes_stays_a_name() -> None:
    found = settled(entry("a", code="0001"), entry("b", code="0002"), entry("c"))
    assert sorted(counted(found)) == ["a", "b", "c"]
    assert identity(found, "c") == ("", "甲")


def test_a_broken_file_with_a_code_still_says_which_code_the_name_has() -> None:
    found = settled(entry("a", code="0001", status=QUARANTINED, reason="坏了"), entry("b"))
    assert identity(found, "b") == ("0001", "")


def test_the_roster_comes_before_what_files_state() -> None:
    found = settled(entry("a", code="0009", unit="乙"), entry("b"), units=roster(("甲", "0001"), ("乙", "0002")))
    assert identity(found, "b") == ("0001", "")


def test_a_name_that_the_roster_has_twice_is_sent_back() -> None:
    found = settled(entry("a"), entry("b", code="0002"), units=roster(("甲", "0001"), ("甲", "0002")))
    assert counted(found) == ["b"]
    assert quarantine(found).keys() == {"a"}
    assert "2 个单位叫“甲”" in quarantine(found)["a"]


def test_nobody() -> None:
    found = settled(entry("a", unit=""), entry("b", unit="", code="0001"))
    assert counted(found) == ["b"]
    assert "没有单位名称和单位编码" in quarantine(found)["a"]


def test_a_roster_without_codes_knows_units_by_their_names() -> None:
    found = settled(entry("a", code="0009"), entry("b", saved=2.0), units=roster(("甲", ""), ("乙", "")))
    assert counted(found) == ["b"]
    assert identity(found, "a") == ("", "甲")
    assert found.strangers == frozenset()
    assert [line.name for line in found.missing] == ["乙"]


def test_a_name_with_and_without_a_code_in_the_roster_is_told_by_the_code() -> None:
    """Another code than that one is another unit: the line without a code is not taken for it."""
    units = roster(("甲", ""), ("甲", "0001"))
    found = settled(entry("a", code="0009"), entry("b", code="0001"), units=units)
    assert (identity(found, "a"), identity(found, "b")) == (("0009", ""), ("0001", ""))
    assert found.strangers == {"a"}
    assert [line.code for line in found.missing] == [""]


def test_a_code_of_the_roster_stays_a_code_though_the_name_has_none_there() -> None:
    found = settled(entry("a", code="0002", unit="甲"), units=roster(("甲", ""), ("乙", "0002")))
    assert identity(found, "a") == ("0002", "")


# The roster against what came.
def test_who_is_missing_with_and_without_a_code() -> None:
    units = roster(("甲", ""), ("乙", ""), ("丙", "0003"), ("丁", "0004"))
    found = settled(entry("a", unit="甲"), entry("b", unit="丙", code="0003"), units=units)
    assert [(line.name, line.code) for line in found.missing] == [("乙", ""), ("丁", "0004")]


def test_a_unit_whose_files_are_all_sent_back_is_missing() -> None:
    found = settled(entry("a", status=QUARANTINED, reason="坏了"), units=roster(("甲", "0001")))
    assert [line.name for line in found.missing] == ["甲"]
    assert quarantine(found) == {"a": "坏了"}


def test_strangers_are_units_that_the_roster_does_not_have() -> None:
    entries = (entry("a", code="0001"), entry("b", code="0009", unit="丑"), entry("c", unit="寅"))
    assert settled(*entries, units=roster(("甲", "0001"))).strangers == {"b", "c"}
    assert settled(*entries).strangers == frozenset()


def test_what_is_refused_and_what_is_broken_lie_side_by_side_by_name() -> None:
    refused = (Refusal("c.txt", "不是工作簿", is_skipped=True), Refusal("a.zip", "坏了"))
    found = settled(entry("b.xlsx", status=QUARANTINED, reason="读不出"), refusals=refused)
    assert [(item.name, item.is_skipped) for item in found.quarantine] == [
        ("a.zip", False),
        ("b.xlsx", False),
        ("c.txt", True),
    ]
    assert (found.counted, dict(found.identities), found.missing) == ((), {}, ())
