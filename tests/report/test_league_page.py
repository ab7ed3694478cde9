"""The league as a page, without a browser: texts are escaped, the publication has nothing inner, files are whole."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.support.league_results import hand_in, record
from xlperf.errors import UserError
from xlperf.report.html import bars, embedded, link, source_hash, text
from xlperf.report.league import page as leaguepage
from xlperf.report.league.page import published, write_page, write_public_page
from xlperf.report.league.page_units import anchors
from xlperf.report.league.results import read_leagues

INNER = (
    "内部说明",
    "内部事实",
    "违反的条款甲",
    "内部发现",
    "内部理由",
    "内部佐证",
    "交来的文件",
    "坏.xlsx",
    "缺报的单位乙",
)


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text outside of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.data: list[str] = []
        self.raw = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.raw = f"{tag} {dict(attrs).get('type')}" if tag in ("script", "style") else ""

    def handle_endtag(self, tag: str) -> None:
        self.raw = ""

    def handle_data(self, data: str) -> None:
        if self.raw == "script application/json":
            self.data.append(data)
        elif not self.raw:
            self.texts.append(data)


def county(folder: Path) -> Path:
    """Results with everything that is not for the public."""
    told = {"score": 25.0, "award": 25.0, "self_score": 28.5, "reason": "内部理由", "evidence": "内部佐证"}
    problem = {"id": "P1", "fact": "内部事实", "amount": 12.5, "clause": "违反的条款甲", "indicators": ["1"]}
    finding = {"severity": "error", "code": "input_missing", "cell": "A!A1", "message": "内部发现"}
    return hand_in(
        folder,
        record(
            "甲",
            (20, told, 40),
            notes=["内部说明"],
            file="交来的文件.xlsx",
            problems=[problem],
            findings=[finding],
        ),
        record("乙", (15, 30, 50), code="0102"),
        record("丙", (15, {"score": None, "rule_status": "judgement"}, 50)),
        missing=("缺报的单位乙",),
    )


def inner_page(folder: Path) -> str:
    write_page(folder / "排名.html", read_leagues(folder))
    return (folder / "排名.html").read_text(encoding="utf-8")


def public_page(folder: Path) -> str:
    write_public_page(folder / "公布.html", read_leagues(folder, includes_errors=True))
    return (folder / "公布.html").read_text(encoding="utf-8")


def test_without_its_script_the_page_still_shows_the_ranking(tmp_path: Path) -> None:
    shown = "".join(Elements(inner_page(county(tmp_path))).texts)
    for word in (
        "甲",
        "乙",
        "0102",
        "90.00%",
        "95.00",
        "没有得分的指标：待评定 1 项（2）",
        "缺报的单位乙",
        "坏.xlsx",
        "-3.50",
    ):
        assert word in shown, word
    assert shown.index("90.00%") > 0


def test_a_units_section_has_its_scores_reasons_problems_and_findings(tmp_path: Path) -> None:
    data = [json.loads(item) for item in Elements(inner_page(county(tmp_path))).data]
    units = [item for item in data if "facts" in item]
    assert len(units) == 3
    told = json.dumps(units, ensure_ascii=False)
    for word in ("内部说明", "内部事实", "违反的条款甲", "12.5", "内部发现", "内部理由", "内部佐证", "交来的文件.xlsx"):
        assert word in told, word


def test_the_publication_has_nothing_inner(tmp_path: Path) -> None:
    folder = county(tmp_path)
    assert all(word in inner_page(folder) for word in INNER)
    page = public_page(folder)
    assert [word for word in INNER if word in page] == []
    elements = Elements(page)
    shown = "".join(elements.texts)
    for word in ("甲", "乙", "90.00%", "另有 1 个单位没有列入"):
        assert word in shown, word
    # Neither the unit without a rank nor codes, self scores, counts of errors, or data for sections.
    for word in ("丙", "0102", "28.50", "错误", "警告"):
        assert word not in shown, word
    assert elements.data == []


def test_the_published_model_itself_has_nothing_inner(tmp_path: Path) -> None:
    (league,) = read_leagues(county(tmp_path)).leagues
    told = repr(published(league))
    assert [word for word in (*INNER, "28.5", "丙", "0102") if word in told] == []


def test_only_its_own_script_may_run_and_nothing_is_loaded(tmp_path: Path) -> None:
    for page in (inner_page(county(tmp_path)), public_page(tmp_path)):
        elements = Elements(page).found
        (policy,) = [about["content"] for _, about in elements if about.get("http-equiv")]
        (script,) = re.findall(r"<script>(.*?)</script>", page, re.S)
        (style,) = re.findall(r"<style>(.*?)</style>", page, re.S)
        assert policy == (
            f"default-src 'none'; style-src {source_hash(style)}; script-src {source_hash(script)}; "
            "base-uri 'none'; form-action 'none'"
        )
        assert not [about for _, about in elements if {"src", "style", "onclick", "action"} & set(about)]
        assert {str(about["href"])[0] for _, about in elements if "href" in about} == {"#"}
        assert "http://" not in page
        assert "https://" not in page


def test_texts_of_strangers_stay_texts(tmp_path: Path) -> None:
    evil = """<script>run()</script>"onmouseover="run()' </script><!--<img src=x onerror=run()>&amp;"""
    told: dict[str, Any] = {"score": 25.0, "award": 25.0, "reason": evil, "evidence": evil}
    problem = {"id": evil, "fact": evil, "amount": None, "clause": evil, "indicators": ["1"]}
    finding = {"severity": "error", "code": "input_missing", "cell": evil, "message": evil}
    folder = hand_in(
        tmp_path,
        record(evil, (20, told, 40), code=evil, notes=[evil], file=evil, problems=[problem], findings=[finding]),
        record("乙", (20, 30, 40)),
        missing=(evil,),
    )
    elements = Elements(inner_page(folder))
    tags = [tag for tag, _ in elements.found]
    assert tags.count("script") == 1 + len(elements.data)
    assert "img" not in tags
    assert not [name for _, about in elements.found for name in about if name.startswith("on")]
    shown = "".join(elements.texts)
    # As its name, its clause, its problem, its finding, the missing unit.
    assert shown.count(evil) >= 6
    units = [json.loads(item) for item in elements.data]
    assert sum(json.dumps(unit, ensure_ascii=False).count(json.dumps(evil)[1:-1]) for unit in units) >= 8
    assert all(sign not in item for item in elements.data for sign in "<>&")


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u202e", "\u200b", "\u2028", "\ud800"])
def test_signs_that_deceive_are_shown_as_codes(sign: str) -> None:
    shown = f"\\u{ord(sign):04x}"
    assert text(f"甲{sign}乙") == f"甲{shown}乙"
    (data,) = Elements(embedded({"name": [f"甲{sign}乙", "C:\\temp"]})).data
    assert json.loads(data) == {"name": [f"甲{shown}乙", "C:\\temp"]}


def test_line_ends_and_tabs_are_white_space() -> None:
    assert text("甲\r\n乙\t丙") == "甲\n乙 丙"


def test_units_of_one_name_or_code_have_sections_of_their_own(tmp_path: Path) -> None:
    leagues = read_leagues(
        hand_in(
            tmp_path,
            record("甲 局", (20, 30, 0)),
            record("乙", (20, 30, 0), code="01"),
            record("丙", (20, 30, 0), year=2022, code="01"),
            record("丁", (20, 30, 0), year=2022, code='"> #'),
        )
    )
    found = [name for names in anchors(leagues) for name in names.values()]
    assert sorted(found) == ['unit-">_#', "unit-01-2022-county", "unit-01-2023-county", "unit-甲_局"]
    assert link('unit-">_#') == "#unit-%22%3E_%23"
    page = inner_page(tmp_path)
    ids = [about["id"] for _, about in Elements(page).found if "id" in about]
    assert len(ids) == len(set(ids))
    assert set(found) <= set(ids)


def test_each_framework_and_year_has_a_part_of_its_own(tmp_path: Path) -> None:
    page = inner_page(hand_in(tmp_path, record("甲", (20, 30, 0)), record("乙", (20, 30, 0), year=2022)))
    parts = page.split('<section class="league"')[1:]
    assert [("甲" in part, "乙" in part) for part in parts] == [(False, True), (True, False)]


def test_without_results_the_page_says_so(tmp_path: Path) -> None:
    folder = hand_in(tmp_path)
    assert "没有可以列出的结果" in inner_page(folder)
    assert "没有可以列出的结果" in public_page(folder)


def test_with_very_many_units_their_sections_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = county(tmp_path)
    monkeypatch.setattr(leaguepage, "MOST_SECTIONS", 2)
    page = inner_page(folder)
    assert "<details" not in page
    assert "--unit-files" in page
    assert 'href="#unit' not in page


def test_the_same_results_give_the_same_page(tmp_path: Path) -> None:
    folder = county(tmp_path)
    assert inner_page(folder) == inner_page(folder)
    assert public_page(folder) == public_page(folder)


def test_a_page_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    folder = county(tmp_path)
    before = inner_page(folder)
    leagues = read_leagues(folder)
    (folder / "results.jsonl").write_bytes(b"")
    with pytest.raises((UserError, KeyError)):
        write_page(folder / "排名.html", leagues)
    assert (folder / "排名.html").read_text(encoding="utf-8") == before
    assert list(folder.glob(".*.tmp")) == []


def test_the_sources_of_script_and_style_cannot_end_their_elements() -> None:
    folder = Path(leaguepage.__file__).parent
    for name in (leaguepage.STYLES, leaguepage.SCRIPT):
        source = (folder / name).read_text(encoding="utf-8")
        assert "</" not in source
        assert "<!--" not in source
        assert "\r" not in source
        assert "innerHTML" not in source


def test_bars_are_as_long_as_their_counts() -> None:
    widths = [
        float(width)
        for width in re.findall(r'<rect [^>]*width="([\d.]+)"', bars("分布", [("甲", 4), ("乙", 1), ("丙", 0)], "个"))
    ]
    assert widths[0] == pytest.approx(4 * widths[1], abs=0.2)
    assert widths[2] == 0
    assert "<rect" not in bars("分布", [], "个")


def test_what_is_published_keeps_the_ranking(tmp_path: Path) -> None:
    (league,) = read_leagues(county(tmp_path)).leagues
    kept = [(unit.name, unit.rank, unit.common_rate, unit.total) for unit in published(league).units]
    assert kept == [(unit.name, unit.rank, unit.common_rate, unit.total) for unit in league.ranked]
    nameless = replace(league, units=(replace(league.ranked[0], name="", code="0103"),))
    assert published(nameless).units[0].name == "0103"


def test_projects_of_one_unit_have_sections_of_their_own(tmp_path: Path) -> None:
    page = inner_page(
        hand_in(
            tmp_path,
            record("甲", (20, 30, 0), project="道路", code="01", file="一.xlsx"),
            record("甲", (20, 20, 0), project="水 渠", code="01", file="二.xlsx"),
        )
    )
    elements = Elements(page)
    assert [about["id"] for tag, about in elements.found if tag == "details"] == ["unit-01-道路", "unit-01-水_渠"]
    shown = "".join(elements.texts)
    assert "甲　道路" in shown
    assert "甲　水 渠" in public_page(tmp_path)


def test_a_problem_is_shown_as_far_as_it_is_filled_in(tmp_path: Path) -> None:
    blank: dict[str, Any] = {"id": None, "fact": "事实", "amount": "约三万", "clause": None, "indicators": []}
    page = inner_page(hand_in(tmp_path, record("甲", (20, 30, 0), problems=[blank, {**blank, "fact": None}])))
    (unit,) = [item for item in map(json.loads, Elements(page).data) if "facts" in item]
    assert unit["tables"][2] == [["", "事实", "约三万", "", ""]]


def test_a_league_without_ranks_has_no_empty_table(tmp_path: Path) -> None:
    open_ = {"score": None, "rule_status": "judgement"}
    page = inner_page(hand_in(tmp_path, record("甲", (20, open_, 0))))
    assert "没有可以排名的单位" in page
    assert 'id="distribution-1"' not in page
    assert "没有得分的指标：待评定 1 项（2）" in page
