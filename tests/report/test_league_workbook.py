"""The workbooks of a league: what stands where, what is published, hostile texts, names of sheets, page set-up."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.league_results import hand_in, record
from xlperf.errors import UserError
from xlperf.package import open_package
from xlperf.report.league import workbook as leagueworkbook
from xlperf.report.league.workbook import (
    KINDS,
    PUBLICATION,
    RANKING,
    SELF_FORMS,
    UNIT_FILES,
    write_league_workbooks,
    write_publication,
    write_unit_files,
)
from xlperf.report.sheet_writer import Book, written

OPEN = {"score": None, "status": "待评定"}
SECRET = "机密{}"


def rows(sheet: Worksheet) -> list[list[Any]]:
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def opened(path: Path) -> Workbook:
    return load_workbook(path)


def told(sheet: Worksheet) -> str:
    return "\n".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row if value is not None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four units, one of them without a rank, one without an individual indicator."""
    return hand_in(
        tmp_path,
        record("甲局", (20, 25, 0), code="01"),
        record("乙局", (20, 30, {"score": 0.0, "status": "不适用"}), code="02"),
        record("丙局", (15, 30, 50), code="03"),
        record("丁局", (OPEN, 30, 50), code="04"),
        missing=("戊局",),
    )


def test_the_ranking_lists_ties_and_those_without_a_rank(folder: Path) -> None:
    write_league_workbooks(folder)
    found = rows(opened(folder / RANKING)["排名"])
    assert found[2][:5] == ["名次", "单位编码", "单位", "共性得分率", "个性得分率"]
    assert [row[:4] for row in found[3:6]] == [[1, "02", "乙局", 1], [2, "01", "甲局", 0.9], [2, "03", "丙局", 0.9]]
    assert found[6][0].startswith("未能排名（1）")
    assert found[7][:2] == ["04", "丁局"]
    assert found[7][-1] == "没有得分的指标：待评定 1 项（1）"


@pytest.mark.whole
def test_every_kind_of_sheet_is_there_then_a_page_a_unit_in_the_order_of_the_ranking(folder: Path) -> None:
    write_league_workbooks(folder)
    names = opened(folder / RANKING).sheetnames
    assert names == ["说明", *KINDS, "缺报与隔离", "02 乙局", "01 甲局", "03 丙局", "04 丁局"]
    assert opened(folder / SELF_FORMS).sheetnames == names[-4:]


@pytest.mark.whole
def test_the_heat_map_has_rates_and_says_what_is_open_or_left_out(folder: Path) -> None:
    write_league_workbooks(folder)
    sheet = opened(folder / RANKING)["热力图"]
    found = rows(sheet)
    assert found[4] == ["名次", "单位", "共性得分率", "1", "2", "3*"]
    # Means of those who have a rate.
    assert found[5] == ["平均", pytest.approx((20 + 20 + 15) / 60), pytest.approx(115 / 120), pytest.approx(2 / 3)]
    assert found[6] == [1, "乙局", 1, 1, 1, "—"]
    assert found[9] == ["丁局", "未评", 1, 1]
    ((cells, rules),) = [(c.sqref, c.rules) for c in sheet.conditional_formatting]
    assert str(cells) == "D6:F10"
    assert [rule.type for rule in rules] == ["colorScale"]


@pytest.mark.whole
def test_the_distribution_has_charts_over_its_tables(folder: Path) -> None:
    write_league_workbooks(folder)
    sheet = opened(folder / RANKING)["分布"]
    bands, grades = (chart.series[0].val.numRef.f for chart in sheet._charts)
    assert bands == "分布!$B$4:$B$13"
    assert [row[0].value for row in sheet["B4:B13"]] == [0] * 9 + [3]
    first, last = (int(number) for number in re.findall(r"\$B\$(\d+)", grades))
    counted = {sheet.cell(row, 1).value: sheet.cell(row, 2).value for row in range(first, last + 1)}
    assert counted == {"优": 1, "良": 2, "差": 0}


def test_without_ranks_there_are_no_empty_charts(tmp_path: Path) -> None:
    write_league_workbooks(hand_in(tmp_path, record("甲局", (OPEN, 30, 50))))
    sheet = opened(tmp_path / RANKING)["分布"]
    assert sheet._charts == []
    assert "0～10%" in told(sheet)


def test_charts_bring_their_numbers_along(folder: Path) -> None:
    write_league_workbooks(folder)
    drawn = [text for name, text in parts(folder / PUBLICATION).items() if name.startswith("xl/charts/")]
    assert any('<c:pt idx="1"><c:v>良</c:v>' in text and '<c:pt idx="1"><c:v>2</c:v>' in text for text in drawn)


def test_the_publication_holds_the_ranking_and_nothing_else(folder: Path) -> None:
    write_league_workbooks(folder)
    book = opened(folder / PUBLICATION)
    assert book.sheetnames == ["排名", "一级指标", "分布"]
    found = rows(book["排名"])
    assert found[3] == ["名次", "单位", "共性得分率", "个性得分率", "总分", "等级"]
    assert [row[1] for row in found[4:]] == ["乙局", "甲局", "丙局"]
    assert "另有 1 个单位没有列入。" in told(book["排名"])


def secrets(folder: Path) -> Path:
    """A unit with something inner in every place where people write."""
    inner = {name: SECRET.format(name) for name in ("reason", "evidence", "award_role", "review_role", "opinion")}
    told: dict[str, Any] = {"score": 18.0, "award": 18.0, "self_score": 20.0, "problems": [SECRET.format("编号")]}
    ledger = {"amount": 1.0, "indicators": [SECRET.format("涉及")]}
    ledger |= {key: SECRET.format(key) for key in ("id", "fact", "clause")}
    finding = {
        "severity": "error",
        "code": "secret_code",
        "cell": SECRET.format("格"),
        "message": SECRET.format("说明"),
    }
    return hand_in(
        folder,
        record(
            "甲局",
            ({**told, **inner}, 30, 50),
            code=SECRET.format("单位编码"),
            file=f"{SECRET.format('文件')}.xlsx",
            notes=[SECRET.format("注")],
            problems=[ledger],
            findings=[finding],
        ),
        record("乙局", ({"score": None, "status": SECRET.format("状态")}, 30, 50), code="02"),
        record("丙局", (10, 10, 10), code="03", file="丙-旧.xlsx"),
        record("丙局", (10, 10, 10), code="03", file=f"{SECRET.format('新')}.xlsx", saved=2.0),
        missing=(SECRET.format("缺报"),),
    )


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as source:
        return {name: source.read(name).decode("utf-8", "replace") for name in source.namelist()}


def test_no_part_of_the_publication_holds_anything_inner(tmp_path: Path) -> None:
    write_league_workbooks(secrets(tmp_path), includes_errors=True)
    inner = "".join(parts(tmp_path / RANKING).values())
    # What must not come out is written into the other workbook, so that this test can fail.
    for name in ("reason", "注", "fact", "clause", "id", "涉及", "说明", "格", "单位编码", "状态", "新", "缺报"):
        assert SECRET.format(name) in inner, name
    for name, text in parts(tmp_path / PUBLICATION).items():
        for word in ("机密", "secret_code", ".xlsx", "丙-旧", "问题", "发现", "隔离", "缺报", "改判", str(tmp_path)):
            assert word not in text, f"{name}: {word}"
    assert "甲局" in "".join(parts(tmp_path / PUBLICATION).values())


def test_the_form_to_sign_has_self_scores_only(tmp_path: Path) -> None:
    write_league_workbooks(secrets(tmp_path), includes_errors=True)
    book = opened(tmp_path / SELF_FORMS)
    text = told(book.worksheets[0])
    assert "2023年度部门整体支出绩效自评表" in text
    for line in ("填报人", "审核人", "单位负责人", "单位（盖章）", "填报日期"):
        assert line in text
    # The reasons are the evaluator's; the unit code stands on the form by right.
    for name in ("reason", "evidence", "fact", "注", "opinion"):
        assert SECRET.format(name) not in text
    assert all("18" not in row for row in rows(book.worksheets[0]))


def test_a_self_evaluation_prints_its_own_reasons_and_sums(tmp_path: Path) -> None:
    own = [{"score": score, "self_score": score, "reason": "未按期完成"} for score in (18.0, 30.0, 45.0)]
    item = record("甲局", own)
    item["framework"]["evaluation"] = "self"
    write_league_workbooks(hand_in(tmp_path, item))
    found = rows(opened(tmp_path / SELF_FORMS).worksheets[0])
    assert ["一级0", "二级", "1", "编制", 20, 18, "未按期完成"] in found
    assert ["合计", 100, 93] in found


def test_the_same_results_give_the_same_bytes(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    made = write_league_workbooks(folder)
    first = [path.read_bytes() for path in made]
    assert [path.read_bytes() for path in write_league_workbooks(folder)] == first
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


HOSTILE = (
    *('=HYPERLINK("http://x","点")', "+1+1", "@SUM(1)", "<r><t>x</t></r>", "_x0041_", "\x1b[2J\x00", "\u202eabc"),
    *("{=1}", "http://x", "internal:'说明'!A1", "长" * 40_000, "]]>&<b>", "'", ""),
)


@pytest.mark.whole
def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    problems = [
        {"id": str(number), "fact": text or "空", "amount": None, "clause": text, "indicators": [text]}
        for number, text in enumerate(HOSTILE)
    ]
    records = [
        record(text, ({"score": 20, "reason": text}, 30, 50), code=f"{number:02d}", file=f"{number}.xlsx")
        for number, text in enumerate(HOSTILE)
    ]
    records[0]["problems"] = problems
    write_league_workbooks(hand_in(tmp_path, *records))
    for name in (RANKING, PUBLICATION, SELF_FORMS):
        book = opened(tmp_path / name)
        kinds = {
            cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        assert kinds <= {"s", "n"}, name
        sheets = [text for part, text in parts(tmp_path / name).items() if part.startswith("xl/worksheets/")]
        assert not any(re.search("<f[ >/]|[\x00\x1b\u202e]", text) for text in sheets)
        assert len(open_package(tmp_path / name).worksheets) == len(book.sheetnames)
    shown = {row[2] for row in rows(opened(tmp_path / RANKING)["排名"])[3:] if len(row) > 2}
    assert HOSTILE[0] in shown
    # openpyxl does not undo the escape of what looks like one; Excel and our own reader do.
    values = {cell.value for cell in open_package(tmp_path / RANKING).cells("排名").values()}
    assert "_x0041_" in values
    assert " <r><t>x</t></r>" in shown


def test_links_lead_to_sheets_that_are_there(tmp_path: Path) -> None:
    write_league_workbooks(hand_in(tmp_path, record("甲'局", (20, 30, 0)), record("[乙]:局", (20, 30, 0))))
    book = opened(tmp_path / RANKING)
    found = [cell.hyperlink.location for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    targets = {re.fullmatch(r"'(.*)'!A1", place)[1].replace("''", "'") for place in found}  # type: ignore[index]
    assert targets <= set(book.sheetnames)
    assert {"甲'局", "乙 局", "排名", "缺报与隔离"} <= {name.replace("  ", " ").strip() for name in targets}


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("a/b\\c?d*e:[f]", "a b c d e  f"),
        ("'引号'", "引号"),
        ("History", "History(2)"),
        ("", "表"),
        ("长" * 40, "长" * 31),
        ("𠀀" * 20, "𠀀" * 15),
    ],
)
def test_names_of_sheets_are_allowed(tmp_path: Path, wanted: str, name: str) -> None:
    assert Book(tmp_path / "x.xlsx", "").name(wanted) == name


def test_names_of_sheets_are_unique_whatever_their_case(tmp_path: Path) -> None:
    book = Book(tmp_path / "x.xlsx", "")
    assert [book.name("Abc"), book.name("aBC"), book.name("x" * 40), book.name("X" * 40)] == [
        *("Abc", "aBC(2)", "x" * 31, "X" * 28 + "(2)")
    ]


@pytest.mark.whole
def test_every_sheet_is_set_up_for_a4(folder: Path) -> None:
    for path in write_league_workbooks(folder):
        for sheet in opened(path):
            assert sheet.page_setup.paperSize == 9, sheet.title
            assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0), sheet.title
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert "&P" in sheet.oddFooter.center.text
    book = opened(folder / RANKING)
    for kind in ("排名", "一级指标", "热力图", "指标情况", "自评与评价"):
        assert book[kind].print_title_rows, kind
        assert book[kind].freeze_panes, kind
    assert book["排名"].auto_filter.ref == "A3:N6"
    assert book["排名"].page_setup.orientation == "landscape"
    assert opened(folder / SELF_FORMS).worksheets[0].page_setup.orientation == "portrait"


@pytest.mark.whole
def test_leagues_are_kept_apart(tmp_path: Path) -> None:
    hand_in(tmp_path, record("甲局", (20, 30, 0)), record("甲局", (10, 30, 0), year=2022, file="x.xlsx"))
    write_league_workbooks(tmp_path)
    book = opened(tmp_path / RANKING)
    assert [rows(book[f"排名 {number}"])[0][0][:9] for number in (1, 2)] == ["排名　2022年度", "排名　2023年度"]
    assert book.sheetnames[-2:] == ["甲局", "甲局(2)"]
    assert "排名 2" in opened(tmp_path / PUBLICATION).sheetnames


@pytest.mark.whole
def test_too_many_units_for_pages_get_files_on_request(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_league_workbooks(folder)
    monkeypatch.setattr(leagueworkbook, "MOST_PAGES", 3)
    assert [path.name for path in write_league_workbooks(folder)] == [RANKING, PUBLICATION]
    assert not (folder / SELF_FORMS).exists()
    book = opened(folder / RANKING)
    assert "02 乙局" not in book.sheetnames
    assert "--unit-files" in told(book["说明"])
    (folder / UNIT_FILES).mkdir()
    (folder / UNIT_FILES / "以前的.xlsx").touch()
    assert write_unit_files(folder) == 4
    names = sorted(path.name for path in (folder / UNIT_FILES).iterdir())
    assert names == ["01_甲局.xlsx", "02_乙局.xlsx", "03_丙局.xlsx", "04_丁局.xlsx"]
    assert opened(folder / UNIT_FILES / names[0]).sheetnames == ["甲局", "自评表"]


def test_files_of_units_have_names_that_windows_takes(tmp_path: Path) -> None:
    names = ("CON", "a/b", "A?B", "..", "长" * 100)
    hand_in(tmp_path, *(record(name, (20, 30, 0), file=f"{n}.xlsx") for n, name in enumerate(names)))
    assert write_unit_files(tmp_path) == len(names)
    made = [path.stem for path in (tmp_path / UNIT_FILES).iterdir()]
    assert len({name.casefold() for name in made}) == len(names)
    assert all(re.fullmatch(r"单位[^<>:\"/\\|?*]{0,62}", name) for name in made)


def test_a_batch_without_any_unit_has_workbooks_too(tmp_path: Path) -> None:
    hand_in(tmp_path, missing=("甲局",))
    assert [path.name for path in write_league_workbooks(tmp_path)] == [RANKING, PUBLICATION]
    assert "甲局" in told(opened(tmp_path / RANKING)["缺报与隔离"])
    assert "甲局" not in "".join(parts(tmp_path / PUBLICATION).values())


def test_a_place_that_cannot_be_written_is_said_and_left_clean(folder: Path) -> None:
    (folder / PUBLICATION).mkdir()
    with pytest.raises(UserError, match=f"{PUBLICATION}：无法写入"):
        write_publication(folder)
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_what_fails_on_the_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def fail() -> None:
        with written(path, "") as book:
            book.book.add_worksheet("x").write_string(0, 0, "x")
            raise UserError("停")

    with pytest.raises(UserError, match="停"):
        fail()
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["a.xlsx"]
