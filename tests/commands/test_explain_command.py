"""`xlperf explain` as a person uses it: the tree in 100 columns, JSON, a page, trials, refusals."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.text import Text

from tests.support.command_here import Run
from xlperf.commands.explanation_tree import broken
from xlperf.package import open_package
from xlperf.workbook.locations import workbooks_folder

pytestmark = pytest.mark.slow

EXAMPLE = workbooks_folder() / "examples" / "renhua-2021.xlsm"
NODE_KEYS = {"kind", "label", "text", "value", "note", "cell", "children"}


def test_a_tree_in_100_columns(run: Run) -> None:
    status, out, err = run("explain", EXAMPLE, "公用经费控制率")
    assert (status, err) == (0, "")
    assert out.startswith("20 公用经费控制率：0.00／2.00　失 2.00；改判（规则分 2.00）　[指标评分!M23]\n├── 计入得分")
    assert "53.61 ≤ 53.61 成立，得满分 2.00" in out
    assert max(cell_len(line) for line in out.splitlines()) <= 100
    assert not re.search(r"^[│ ]*[，。；：）”]", out, re.M), "no line begins with a closing mark"


def test_the_total_is_the_default(run: Run) -> None:
    assert run("explain", EXAMPLE)[1] == run("explain", EXAMPLE, "总分")[1]
    assert run("explain", EXAMPLE, "--as-saved")[1].startswith("总分：82.57／100.00　良")


def test_as_json(run: Run) -> None:
    result = json.loads(run("explain", EXAMPLE, "22", "--json")[1])
    assert list(result) == ["schema_version", "file", "target", "explanation"]
    assert (result["schema_version"], result["target"]["kind"]) == (1, "indicator")
    nodes = [result["explanation"]]
    for node in nodes:
        assert set(node) == NODE_KEYS
        nodes += node["children"]
    assert next(n["value"] for n in nodes if n["label"] == "预算调整率") == pytest.approx(57.3 / 315.37)


def test_a_trial_as_json_and_for_people(run: Run) -> None:
    before = EXAMPLE.read_bytes()
    words = (EXAMPLE, "总分", "--what-if", "已使用指标数=200", "--what-if", "award.18=0")
    result = json.loads(run("explain", *words, "--json")[1])["what_if"]
    assert [a["id"] for a in result["assumptions"]] == ["quota_used", "award.18"]
    assert (result["target"][0]["before"], result["target"][0]["after"]) == (82.57, 80.35)
    out = run("explain", *words)[1]
    for text in ("假设：已使用指标数 209.26 万元 → 200.00 万元", "80.35", "-2.22", "指标 8 的评定分"):
        assert text in out
    assert EXAMPLE.read_bytes() == before


def test_sensitivity_for_people_and_as_json(run: Run) -> None:
    out = run("explain", EXAMPLE, "等级", "--sensitivity")[1]
    for text in ("升为“优”还差 7.43 分", "再失 2.58 分（到 79.99）就降为“中”", "没有哪一项单独改变就能升为“优”"):
        assert text in out.replace("\n", "")
    result = json.loads(run("explain", EXAMPLE, "--sensitivity", "--json")[1])["sensitivity"]
    assert (result["down"]["grade"], result["down"]["points"]) == ("中", 2.58)
    assert {x["kind"] for x in result["levers"]} == {"figure", "finding", "score"}


class Page(HTMLParser):
    """Checks that tags close, and keeps the text and the attributes."""

    VOID = ("meta",)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open += [] if tag in self.VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_is_whole_and_escaped(run: Run, tmp_path: Path) -> None:
    hostile = tmp_path / "改.xlsm"
    text = '<script>alert("1")</script> & <b onload=x>'
    hostile.write_bytes(open_package(EXAMPLE).with_inputs({("指标评分", "O23"): text}).data)
    status, out, _ = run("explain", hostile, "20", "--html", "-o", tmp_path / "说明.html")
    assert (status, out) == (0, f"已写入 {tmp_path / '说明.html'}\n")
    content = (tmp_path / "说明.html").read_text(encoding="utf-8")
    page = Page(content)
    assert page.open == []
    assert text in page.text
    assert page.tags & {"script", "link", "img", "iframe", "b"} == set()
    assert page.attributes & {"src", "href", "onload"} == set()
    assert "http" not in re.sub(r'http-equiv="[^"]*"', "", content)
    assert "@media print" in content
    run("explain", hostile, "20", "--html", "-o", tmp_path / "再.html")
    assert (tmp_path / "再.html").read_text(encoding="utf-8") == content


def test_a_page_of_a_trial(run: Run, tmp_path: Path) -> None:
    run("explain", EXAMPLE, "--what-if", "quota_used=200", "--html", "-o", tmp_path / "t.html")
    page = Page((tmp_path / "t.html").read_text(encoding="utf-8"))
    assert page.open == []
    assert {"table", "th"} < page.tags
    assert "82.35" in page.text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("控制率",), ("18 财政供养人员控制率", "请写全名")),
        (("没有这个",), ("没有找到",)),
        (("--html",), ("-o",)),
        (("-o", "a.html"), ("--html",)),
        (("--html", "-o", "a.txt"), (".html",)),
        (("--html", "-o", "a.html", "--json"), ("只能选一个",)),
        (("--what-if", "a=1", "--sensitivity"), ("分开",)),
        (("--sensitivity", "--as-saved"), ("--as-saved",)),
        (("20", "--sensitivity"), ("总分、等级",)),
        (("--what-if", "没有这个=1"), ("没有叫",)),
    ],
)
def test_refusals(run: Run, words: tuple[str, ...], told: tuple[str, ...]) -> None:
    status, out, err = run("explain", EXAMPLE, *words)
    assert (status, out != "") == (2, "--json" in words)
    assert (err.endswith("。\n"), err.count("\n")) == (True, 1)
    # For programs, which asked for JSON, the sentence is JSON too.
    sentence = json.loads(out)["error"] if out else err
    for word in told:
        assert word in sentence


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("甲乙丙丁，戊己", 8, ["甲乙丙", "丁，戊己"]),
        ("预算数 30.62 万元", 9, ["预算数", "30.62 万", "元"]),
        ("甲（乙丙）丁", 6, ["甲（乙", "丙）丁"]),
        ("甲（乙丙）丁", 5, ["甲", "（乙", "丙）", "丁"]),
        ("一\n二三", 20, ["一", "二三"]),
        ("见　[指标评分!M23]", 10, ["见", "[指标评分!M23]"]),
    ],
)
def test_lines_break_as_chinese_does(text: str, width: int, lines: list[str]) -> None:
    assert broken(Text(text), width).plain.split("\n") == lines
