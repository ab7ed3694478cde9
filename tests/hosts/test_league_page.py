"""The league's pages in headless Chromium: sorting, filtering, links, heat map, print; nothing foreign runs or loads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.hosts.opened_page import CONTRAST, PATIENCE_MILLISECONDS, Opened
from tests.support.league_results import hand_in, record
from tests.support.libreoffice import pages
from xlperf.report.league.page import write_league_pages
from xlperf.report.league.ranking import League, Standing
from xlperf.report.league.results import read_leagues

pytestmark = pytest.mark.slow
# More than come into a table at once.
COUNT = 260
EVIL = """甲<script>ran=1</script>"onmouseover="ran=1" 'onfocus='ran=1' </script><img src=x onerror=ran=1><!--"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a county: open, left out and weightless indicators, planted markup, a second year, all that is missing."""
    place = tmp_path_factory.mktemp("结果")
    out: dict[str, Any] = {"score": 0.0, "status": "不适用"}
    open_: dict[str, Any] = {"score": None, "rule_status": "judgement"}
    judged = {"score": 12.0, "award": 12.0, "self_score": 30.0, "reason": "理由一", "status": "改判"}
    problem = {"id": "P1", "fact": "事实一", "amount": 3.5, "clause": "会计法", "indicators": ["1"]}
    finding = {"severity": "error", "code": "input_missing", "cell": "A!A1", "message": "发现一"}
    planted = {
        "problems": [{"id": EVIL, "fact": EVIL, "amount": None, "clause": EVIL, "indicators": [EVIL]}],
        "findings": [{"severity": "warning", "code": EVIL, "cell": EVIL, "message": EVIL}],
        "notes": [EVIL],
        "file": EVIL,
        "code": EVIL,
    }
    reason = {"score": 10.0, "award": 10.0, "self_score": 20.0, "reason": EVIL, "evidence": EVIL, "opinion": EVIL}
    many = (record(f"单位{n}", (n % 21, 30 - n % 7, n % 51), code=f"{n:04d}") for n in range(COUNT))
    hand_in(
        place,
        record("教育局", (18, judged, 40), code="A01", problems=[problem], findings=[finding], notes=["说明一"]),
        record("水利局", (20, out, 35.5), code="A02"),
        record("财政局", (7.77, 30, open_), code="A03"),
        record("民政局", (20, open_, 50), code="A04"),
        record(EVIL, (reason, 29, 40), **planted),
        *many,
        record("教育局", (1, 2, 3), year=2022, code="A01", file="上年.xlsx"),
        missing=("缺报一", EVIL),
    )
    write_league_pages(place)
    return place


def league(folder: Path) -> League:
    """The league of the year that has many units."""
    return next(one for one in read_leagues(folder).leagues if one.year == 2023)


@pytest.fixture
def visit(browser: Any, folder: Path) -> Iterator[Any]:
    """Opens a page at an address; afterwards nothing may have been said, run or asked for."""
    visits: list[Opened] = []

    def go(name: str = "排名.html", target: str = "#league-2", width: int = 1280) -> Opened:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        opened = Opened(page, (folder / name).as_uri())
        visits.append(opened)
        page.on("console", lambda message: opened.messages.append(message.text))
        page.on("pageerror", lambda error: opened.messages.append(str(error)))
        page.on("request", lambda request: opened.requests.append(request.url))
        page.goto(opened.address + target)
        return opened

    yield go
    for opened in visits:
        assert opened.messages == []
        assert [url.split("#")[0] for url in opened.requests] == [opened.address]
        assert not opened.ran()
        opened.page.close()


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(visit: Any) -> None:
    seen = visit()
    table, heading = "#ranking-2 table", "#ranking-2 th:nth-child(6)"
    ranks = [int(rank) for rank in seen.column(table, 1)]
    assert ranks == sorted(ranks)
    assert seen.page.get_attribute("#ranking-2 th:nth-child(1)", "aria-sort") == "ascending"
    seen.page.click(f"{heading} button")
    totals = seen.column(table, 6)
    assert [float(total) for total in totals] == sorted((float(total) for total in totals), reverse=True)
    assert seen.page.get_attribute(heading, "aria-sort") == "descending"
    assert seen.page.get_attribute("#ranking-2 th:nth-child(1)", "aria-sort") is None
    seen.page.click(f"{heading} button")
    again = seen.column(table, 6)
    assert float(again[0]) < float(totals[0])
    assert seen.page.get_attribute(heading, "aria-sort") == "ascending"


def test_blanks_come_last_whichever_way(visit: Any, folder: Path) -> None:
    seen = visit()
    totals = sorted(unit.total for unit in league(folder).ranked if unit.total is not None)
    assert len(totals) == len(league(folder).ranked) - 1
    for first in (totals[-1], totals[0]):
        seen.page.click("#ranking-2 th:nth-child(6) button")
        seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        shown = seen.column("#ranking-2 table", 6)
        assert (float(shown[0]), shown[-1]) == (first, "")


def test_headings_are_reached_and_used_with_the_keyboard(visit: Any) -> None:
    seen = visit()
    seen.page.focus("#ranking-2 th:nth-child(1) button")
    seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Enter")
    codes = seen.column("#ranking-2 table", 2)
    assert seen.page.get_attribute("#ranking-2 th:nth-child(2)", "aria-sort") == "ascending"
    assert codes[:3] == ["0000", "0001", "0002"]
    seen.page.keyboard.press("Space")
    assert seen.page.get_attribute("#ranking-2 th:nth-child(2)", "aria-sort") == "descending"


def test_grades_are_sorted_as_grades_and_names_as_chinese(visit: Any) -> None:
    seen = visit()
    seen.page.click("#ranking-2 th:nth-child(7) button")
    assert seen.column("#ranking-2 table", 7)[0] == "优"
    seen.page.fill("#league-2 input", "局")
    # 教育局 has an error and is listed apart.
    seen.has("#ranking-2 tbody tr", 2)
    seen.page.click("#ranking-2 th:nth-child(3) button")
    assert seen.column("#ranking-2 table", 3) == ["财政局", "水利局"]


def test_the_filter_leaves_the_units_that_have_all_its_words(visit: Any) -> None:
    seen = visit()
    seen.page.fill("#league-2 input", "单位 0012")
    seen.has("#ranking-2 tbody tr", 1)
    assert seen.column("#ranking-2 table", 3) == ["单位12"]
    seen.page.evaluate("location.hash = 'heat-2'")
    seen.page.wait_for_selector("#heat-2 td.h")
    assert seen.texts("#heat-2 td.u") == ["单位12"]
    shown = seen.page.eval_on_selector_all("#units-2 details:not([hidden])", "all => all.map(e => e.id)")
    assert shown == ["unit-0012"]
    # What is about no unit stays.
    assert len(seen.texts("#indicators-2 tbody tr")) == 3
    seen.page.fill("#league-2 input", "")
    seen.has("#ranking-2 tbody tr", 100)
    assert seen.page.locator("#units-2 details[hidden]").count() == 0


def test_a_link_opens_the_section_of_a_unit_in_its_league(visit: Any) -> None:
    seen = visit(target="#unit-A02")
    unit = seen.page.locator("details#unit-A02")
    assert unit.get_attribute("open") is not None
    assert unit.locator("dl").is_visible()
    assert seen.page.locator("#league-2").is_visible()
    assert not seen.page.locator("#league-1").is_visible()
    # The unit that is in both years, by a click in the other one's ranking.
    seen.page.click("nav.leagues a >> nth=0")
    assert seen.page.locator("#league-1").is_visible()
    assert not seen.page.locator("#league-2").is_visible()
    seen.page.click("#ranking-1 tbody a")
    other = seen.page.locator("details[id='unit-A01-2022-county']")
    assert other.locator("dl").is_visible()
    box = other.locator("summary").bounding_box()
    assert 0 <= box["y"] < 900


def test_the_largest_league_is_shown_first(visit: Any) -> None:
    seen = visit(target="")
    assert [seen.page.locator(f"#league-{number}").is_visible() for number in (1, 2)] == [False, True]
    assert seen.texts("nav.leagues a[aria-current]") == [f"2023年度　小县{COUNT + 5} 个单位"]


def test_a_units_section_shows_all_that_its_result_says(visit: Any) -> None:
    seen = visit(target="#unit-A01-2023-county")
    unit = "details[id='unit-A01-2023-county']"
    shown = "".join(seen.texts(unit))
    for word in ("说明一", "教育局.xlsx", "理由一", "会计法", "事实一", "3.5", "发现一", "缺数据", "-18.00"):
        assert word in shown, word
    assert seen.texts(f"{unit} td.alert") == ["改判", "错误"]
    table = f"{unit} .box[aria-label='指标'] table"
    assert seen.column(table, 4) == ["18.00", "12.00", "40.00"]
    seen.page.click(f"{table} th:nth-child(4) button")
    assert seen.column(table, 4) == ["40.00", "18.00", "12.00"]


def shade(unit: Standing, place: int) -> object:
    """What a cell of the heat map has to show."""
    if place in unit.left_out:
        return "—"
    rate = unit.rates[place]
    return "未评" if rate is None else pytest.approx(rate * 100, abs=0.0501)


def test_the_cells_of_the_heat_map_are_the_rates_of_the_model(visit: Any, folder: Path) -> None:
    seen = visit(target="#heat-2")
    seen.page.wait_for_selector("#heat-2 td.h")
    assert seen.page.locator("#heat-2 tbody tr").count() == 100
    for count in (200, COUNT + 4 + 1):
        seen.page.eval_on_selector("#heat-2 .box", "box => box.scrollTo(0, box.scrollHeight)")
        seen.has("#heat-2 tbody tr", count)
    expected = league(folder).units
    assert [name.strip() for name in seen.texts("#heat-2 td.u")] == [unit.name for unit in expected]
    for number, unit in enumerate(expected, 1):
        shown = seen.texts(f"#heat-2 tbody tr:nth-child({number}) td.h")
        levels = [pytest.approx(rate * 100, abs=0.0501) if rate is not None else "" for rate in unit.level_rates]
        found = [float(text) if re.fullmatch(r"[\d.]+", text) else text for text in shown]
        assert found == [*levels, *(shade(unit, place) for place in range(3))]


def test_every_number_of_the_heat_map_can_be_read(visit: Any) -> None:
    seen = visit(target="#heat-2")
    seen.page.wait_for_selector("#heat-2 td.h")
    contrasts = seen.page.evaluate(CONTRAST)
    assert len(contrasts) == 500
    assert min(contrasts) > 4.5
    colours = seen.page.eval_on_selector_all(".heatmap td.h", "all => all.map(e => e.style.backgroundColor)")
    assert len(set(colours)) > 20


def test_the_heat_map_is_sorted_by_a_click(visit: Any, folder: Path) -> None:
    seen = visit(target="#heat-2")
    seen.page.wait_for_selector("#heat-2 td.h")
    seen.page.click("#heat-2 th:nth-child(5) button")
    shown = [float(text) for text in seen.column("#heat-2 table", 5)]
    assert shown[0] == 100
    assert shown == sorted(shown, reverse=True)
    seen.page.click("#heat-2 th:nth-child(5) button")
    shown = [float(text) for text in seen.column("#heat-2 table", 5)]
    assert shown == sorted(shown)
    assert shown[0] == min(unit.rates[0] for unit in league(folder).units if unit.rates[0] is not None)


def test_planted_markup_is_only_text(visit: Any, folder: Path) -> None:
    name = next(unit for unit in league(folder).units if unit.name == EVIL)
    seen = visit(target="#" + quote("unit-" + "_".join(EVIL.split())))
    assert seen.page.locator("details[open] dl").count() == 1
    shown = "".join(seen.texts("details[open]"))
    # Name, code, file and notes; reason, evidence, opinion; the problem's four texts; the finding's three.
    assert shown.count(EVIL) >= 12
    assert name.code == EVIL
    for selector in ("#ranking-2 td.u", "#problems-2 td", "#findings-2 td", "#uncounted td"):
        assert EVIL in seen.texts(selector), selector
    seen.page.wait_for_timeout(100)
    for selector in ("details[open] summary", "details[open] td", "#ranking-2 tbody a"):
        seen.page.locator(selector).first.hover()
        seen.page.locator(selector).first.focus()
    assert seen.page.locator("img").count() == 0
    assert seen.page.evaluate("document.querySelectorAll('script:not([type])').length") == 1
    handlers = (
        "Array.from(document.querySelectorAll('*')).flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on'))"
    )
    assert seen.page.evaluate(handlers) == []


def test_the_policy_holds_even_if_markup_got_in(browser: Any, folder: Path) -> None:
    """The page itself puts foreign things in, as if escaping had failed."""
    page = browser.new_page()
    messages: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("response", lambda response: asked.append(response.url))
    page.on("requestfailed", lambda request: asked.append(request.failure))
    page.goto((folder / "排名.html").as_uri())
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "ran=1";
          document.body.append(script);
          const place = document.createElement("div");
          place.innerHTML = "<img src='https://example.org/x.png' onerror='ran=1'><a onclick='ran=1'>x</a>";
          document.body.append(place);
          place.querySelector("a").click();
        }"""
    )
    for _ in range(1200):
        if sum("Content Security Policy" in message for message in messages) >= 3 and len(asked) > 1:
            break
        page.wait_for_timeout(50)
    page.wait_for_timeout(300)
    assert not page.evaluate("'ran' in window")
    assert asked[1:] == ["csp"]
    assert sum("Content Security Policy" in message for message in messages) >= 3
    page.close()


def test_the_publication_shows_nothing_inner_and_sorts(visit: Any) -> None:
    seen = visit("公布.html")
    text = seen.page.content()
    for word in (
        "理由一",
        "事实一",
        "会计法",
        "发现一",
        "说明一",
        "教育局.xlsx",
        "A01",
        "缺报一",
        "坏.xlsx",
        "民政局",
        "改判",
    ):
        assert word not in text, word
    assert "教育局" in text
    seen.page.click("#ranking-2 th:nth-child(2) button")
    seen.page.fill("#league-2 input", "水利")
    seen.has("#ranking-2 tbody tr", 1)
    assert seen.column("#ranking-2 table", 2) == ["水利局"]
    assert seen.page.locator("#distribution-2 svg rect").count() == 13


@pytest.mark.parametrize("name", ["排名.html", "公布.html"])
def test_everything_is_printed_on_a4(visit: Any, folder: Path, tmp_path: Path, name: str) -> None:
    seen = visit(name, "#unit-A02" if name == "排名.html" else "#league-2")
    (tmp_path / "page.pdf").write_bytes(seen.page.pdf(prefer_css_page_size=True))
    printed = pages(tmp_path / "page.pdf")
    assert len(printed) > 4
    assert all(len(text.split()) > 8 for text in printed)
    text = "".join(printed)
    last = league(folder).ranked[-1].name
    assert text.count(last) >= (2 if name == "排名.html" else 1)
    # Headings are repeated on every page of the ranking.
    assert text.count("共性得分率") > 4
    if name == "排名.html":
        assert "35.50" in text
        assert "A02" in text


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_sticks_out_of_the_window(visit: Any, width: int) -> None:
    seen = visit(target="#unit-A01-2023-county", width=width)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_ranking_is_there(browser: Any, folder: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "排名.html").as_uri())
    assert page.locator("#ranking-2 tbody tr").count() == len(league(folder).ranked)
    assert page.locator("#ranking-2 tbody tr").last.is_visible()
    assert page.get_by_text("热力图需要启用 JavaScript").first.is_visible()
    assert not page.locator("input").first.is_visible()
    context.close()
