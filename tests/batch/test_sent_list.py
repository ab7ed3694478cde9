"""下发清单: written with the workbooks, signed, and what returned files are compared with."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import forger
from tests.support.command_here import Run, refused
from tests.support.small_framework import TEXT
from tests.support.workbooks import with_values
from xlperf.batch.distribution import distribute
from xlperf.batch.examination import Task, examine
from xlperf.batch.roster import Roster, RosterLine
from xlperf.findings.comparison import BY_ITSELF, packed
from xlperf.findings.sent_list import SentList, read_list
from xlperf.frameworks.loading import parse_framework
from xlperf.package import open_package

KEY = b"0123456789abcdef-of-the-bureau"
LINES = (RosterLine(2, "教育局", "0101", {"quota_used": 120.0}), RosterLine(3, "卫健局", "", {}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was sent to two units, the framework, the key."""
    place = tmp_path_factory.mktemp("下发")
    roster = Roster(place / "名册.xlsx", LINES, ("quota_used",))
    distribute(roster, parse_framework(TEXT, "小体系.toml"), place / "下发", key=KEY)
    (place / "密钥").write_bytes(KEY + b"\n")
    (place / "小体系.toml").write_text(TEXT, encoding="utf-8")
    return place


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


def sent(folder: Path) -> SentList:
    return read_list((folder / "下发" / "下发清单.json").read_text(encoding="utf-8"), "清单")


def codes(folder: Path, file: Path, **options: str | None) -> list[str]:
    """What a batch tells of a file, apart from what is not filled in."""
    against = packed(options.get("against"), options.get("framework"), None)
    outcome = examine(Task("x", str(file), against=against))
    told = ("framework", "record", "made_by", "differs", "unit_not", "prefilled", "locked", "formula", "name_", "rows_")
    return [f["code"] for f in outcome["result"]["findings"] if f["code"].startswith(told)]


def test_the_list_says_what_was_sent_to_whom(folder: Path) -> None:
    known = sent(folder)
    assert [(u.code, u.name, u.file, u.prefilled) for u in known.units] == [
        ("0101", "教育局", "0101_教育局.xlsx", {"quota_used": 120.0}),
        ("", "卫健局", "卫健局.xlsx", {}),
    ]
    assert set(known.editions) == {"native", "udf"}
    assert known.is_signed_by(KEY)
    assert not known.is_signed_by(KEY + b"x")
    assert not replace(known, units=known.units[:1]).is_signed_by(KEY)
    assert read_list(known.text(), "清单") == known


def test_what_was_sent_compares_equal(folder: Path) -> None:
    against = str(folder / "下发" / "下发清单.json")
    for name in ("0101_教育局.xlsx", "卫健局.xlsx"):
        assert codes(folder, folder / "下发" / name, against=against) == []


def test_another_unit_and_other_figures_are_told(folder: Path, tmp_path: Path) -> None:
    against = str(folder / "下发" / "下发清单.json")
    package = open_package(folder / "下发" / "0101_教育局.xlsx")
    for values, expected in (({"unit_code": "0999"}, "unit_not_on_list"), ({"quota_used": 5}, "prefilled_changed")):
        (tmp_path / "a.xlsx").write_bytes(with_values(package, **values).data)
        assert codes(folder, tmp_path / "a.xlsx", against=against) == [expected]


def test_an_own_framework_is_known_by_its_file_only(folder: Path, tmp_path: Path) -> None:
    """The whole workbook made anew with a lower limit agrees with itself; whoever has the framework or the list sees it."""
    lower = parse_framework(TEXT.replace("≥9:优; ≥8:良", "≥5:优; ≥4:良"), "小体系.toml")
    distribute(Roster(tmp_path / "名册.xlsx", (LINES[1],), ()), lower, tmp_path / "新")
    file = tmp_path / "新" / "卫健局.xlsx"
    assert codes(folder, file) == []
    assert BY_ITSELF in examine(Task("x", str(file)))["notes"]
    assert "framework_changed" in codes(folder, file, framework=str(folder / "小体系.toml"))
    assert codes(folder, file, against=str(folder / "下发" / "下发清单.json")) == ["framework_changed"]
    blank = str(folder / "下发" / "卫健局.xlsx")
    assert "framework_changed" in codes(folder, file, against=blank)
    assert codes(folder, Path(blank), against=str(folder / "下发" / "0101_教育局.xlsx")) == []


def test_check_says_what_it_compared_with(folder: Path, run: Run) -> None:
    file = folder / "下发" / "卫健局.xlsx"
    _, out, _ = run("check", file)
    assert f"{BY_ITSELF}。" in out
    _, out, _ = run("check", file, "--json")
    assert json.loads(out)["note"] == BY_ITSELF
    for options in (
        ("--against", folder / "下发" / "下发清单.json", "--key", folder / "密钥"),
        ("--framework", folder / "小体系.toml"),
    ):
        _, out, _ = run("check", file, *options)
        assert BY_ITSELF not in out


def test_what_can_not_be_compared_with_is_refused(folder: Path, tmp_path: Path, run: Run) -> None:
    file, known = folder / "下发" / "卫健局.xlsx", sent(folder)
    (tmp_path / "短").write_bytes(b"short")
    (tmp_path / "别的").write_bytes(b"another key of the bureau")
    (tmp_path / "无签名.json").write_text(replace(known, signature="").text(), encoding="utf-8")
    (tmp_path / "坏.json").write_text("{}", encoding="utf-8")
    whole = folder / "下发" / "下发清单.json"
    refused(run("check", file, "--against", whole, "--key", tmp_path / "别的"), "签名不对")
    refused(run("check", file, "--against", whole, "--key", tmp_path / "短"), "密钥太短")
    refused(run("check", file, "--against", tmp_path / "无签名.json", "--key", folder / "密钥"), "没有签名")
    refused(run("check", file, "--against", tmp_path / "坏.json"), "不是 xlperf distribute 写出的下发清单")
    refused(run("check", file, "--against", "没有这个"), "没有名为")
    refused(run("check", file, "--framework", folder / "小体系.toml", "--against", whole), "只能给一个")
    refused(run("check", file, "--key", folder / "密钥"), "--against")


def test_an_altered_list_entry_is_found_without_our_layout(folder: Path, tmp_path: Path) -> None:
    """A file that claims another version is compared by the hashes alone."""
    package = forger.note(open_package(folder / "下发" / "卫健局.xlsx"), "made_by")
    package = forger.note(package, "reference", '"≥"', '"≤"')
    (tmp_path / "a.xlsx").write_bytes(package.data)
    found = codes(folder, tmp_path / "a.xlsx", against=str(folder / "下发" / "下发清单.json"))
    assert found[0] == "made_by_another"
    assert "differs_from_list" in found
