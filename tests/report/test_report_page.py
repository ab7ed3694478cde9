"""A report as a page, without a browser: the same content as for Word, nothing loaded from elsewhere, accessible."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

import pytest

from tests.support.examples import example
from tests.support.written_reports import made_example
from xlperf.report.document.blocks import Cell, Table, within
from xlperf.report.document.making import Wish, made

NAME = "yanjin-2022"


class Page(HTMLParser):
    """The elements of a page with their attributes, and the text of its cells and paragraphs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "rect", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == "rect" or self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open and data.strip():
            self.texts.append(data)


def page() -> str:
    return made(example(NAME), Wish(".html")).content.decode()


@pytest.mark.whole
def test_a_page_holds_what_the_document_holds() -> None:
    found = Page(page())
    assert found.open == []
    texts = set(found.texts)
    for block in made_example(NAME).report.blocks():
        if isinstance(block, Table):
            cells: list[Cell] = [cell for row in (*block.head, *block.body) for cell in row]
            assert {cell.text for cell in cells if cell.text} <= texts
    for written in made_example(NAME).report.written:
        assert set(written.texts) <= texts


@pytest.mark.whole
def test_a_page_loads_and_runs_nothing() -> None:
    text = page()
    tags = [tag for tag, _ in Page(text).elements]
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(tags)
    assert re.search(r"default-src 'none'; style-src 'sha256-[\w+/=]+'", text)
    assert "http" not in text.replace("http-equiv", "")


@pytest.mark.whole
def test_a_page_can_be_read_aloud_and_found_through() -> None:
    found = Page(page())
    attributes = [dict(pairs) for _, pairs in found.elements]
    ids = [pairs["id"] for pairs in attributes if "id" in pairs]
    assert len(set(ids)) == len(ids)
    links = [pairs["href"] or "" for tag, pairs in found.elements if tag == "a"]
    assert len(links) == len(
        [chapter for chapter in made_example(NAME).report.chapters if chapter.title and chapter.blocks]
    )
    assert all(pairs.get("scope") for tag, pairs in found.elements if tag == "th")
    tables = [block for block in made_example(NAME).report.blocks() if isinstance(block, Table)]
    assert len([tag for tag, _ in found.elements if tag == "caption"]) == len(tables)
    figures = [pairs for tag, pairs in found.elements if tag == "figure"]
    assert all(
        "人员经费" in (pairs["aria-label"] or "") or "部门职能" in (pairs["aria-label"] or "") for pairs in figures
    )
    levels = [int(tag[1]) for tag, _ in found.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def luminance(colour: str) -> float:
    """How light a colour is, as the guidelines for accessible pages reckon it."""
    digits = colour.removeprefix("#")
    digits = "".join(sign * 2 for sign in digits) if len(digits) == 3 else digits
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.whole
def test_texts_and_bars_stand_out_from_what_is_behind_them() -> None:
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", re.findall(r"<style>(.*?)</style>", page(), re.S)[0])
    grounds = {"#ffffff", *(c for _, rule in rules for c in re.findall(r"background: (#\w+)", rule))}
    inks = {c for _, rule in rules for c in re.findall(r"(?<!-)\bcolor: (#\w+)", rule)}
    assert len(grounds) > 2
    assert len(inks) > 2
    # 4.5 is asked of texts, 3 of shapes.
    assert [(ink, ground) for ink in inks for ground in grounds if contrast(ink, ground) < 4.5] == []
    fills = {name.strip(): re.findall(r"fill: (#\w+)", rule) for selectors, rule in rules for name in [selectors]}
    shapes = {name.rpartition(".")[2]: found[0] for name, found in fills.items() if found}
    assert {"ground", "full", "low"} <= shapes.keys()
    assert all(contrast(shapes[name], shapes["ground"]) >= 3 for name in ("full", "low"))


def test_landmarks_a_language_and_a_name_for_every_part() -> None:
    found = Page(page())
    assert ("html", {"lang": "zh-CN"}) in found.elements
    tags = [tag for tag, _ in found.elements]
    assert [tags.count(tag) for tag in ("main", "header", "nav", "h1", "title")] == [1] * 5
    # Boxes that scroll can be reached with the keyboard, and say what they are.
    boxes = [pairs for tag, pairs in found.elements if tag == "div" and "box" in (pairs.get("class") or "")]
    assert all(pairs["tabindex"] == "0" and pairs["role"] == "region" and pairs["aria-label"] for pairs in boxes)
    assert len(boxes) == tags.count("table")
    # Every chapter has a heading, an introduction too.
    assert tags.count("h2") == tags.count("section")
    # Pictures say in words what they show, and their parts are not read once more.
    figures = [pairs for tag, pairs in found.elements if tag == "figure"]
    assert figures
    assert all(pairs["role"] == "img" and "：" in (pairs["aria-label"] or "") for pairs in figures)
    assert all(pairs.get("aria-hidden") == "true" for tag, pairs in found.elements if tag == "svg")


def test_landscape_blocks_are_met_once() -> None:
    report = made_example(NAME).report
    forms = [b for c in report.chapters for b in within(c.blocks) if isinstance(b, Table) and "得分表" in b.caption]
    assert sum("指标体系得分表" in form.caption for form in forms) == 1
