"""Reports as other programs see them: printed by LibreOffice, opened in headless Chromium."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.opened_page import Opened
from tests.support.examples import example
from tests.support.libreoffice import convert, has_writer, pages, require_tools
from tests.support.written_reports import made_example
from xlperf.report.document.blocks import Table
from xlperf.report.document.making import Wish, made

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["renhua-2021", "yanjin-2022", "wuhua-2023"])
def test_a_report_prints_whole(name: str, tmp_path: Path) -> None:
    require_tools()
    if not has_writer():
        pytest.skip("LibreOffice without Writer")
    printed = tmp_path / "报告.pdf"
    printed.write_bytes(made(example(name), Wish(".pdf")).content)
    texts = pages(printed)
    # No page is empty, and nothing of a template or of XML is left to be seen.
    assert all(len("".join(text.split())) > 10 for text in texts)
    whole = "".join("".join(texts).split())
    for sign in ("{{", "{%", "xlperf:", "<w:"):
        assert sign not in whole
    for chapter in made_example(name).report.chapters:
        if chapter.blocks:
            assert "".join(chapter.title.split()) in whole
    # The table of contents says on which page each chapter stands.
    lines = "\n".join("".join(line.split()) for text in texts for line in text.splitlines())
    for chapter in made_example(name).report.chapters:
        if chapter.blocks and chapter.title:
            title = "".join(chapter.title.split())
            page = re.search(rf"^{re.escape(title)}\.+(\d+)$", lines, re.MULTILINE)
            assert page is not None
            assert title in "".join(texts[int(page[1]) - 1].split())
    # The heading of the scoring form stands on each of its pages.
    headed = [text for text in texts if "三级指标" in "".join(text.split()) and "得分" in text]
    assert len(headed) > 3


def test_what_is_to_be_written_is_yellow_in_libreoffice(tmp_path: Path) -> None:
    """It drops what runs in content controls look like by themselves, not what their style says."""
    from PIL import Image

    require_tools()
    if not has_writer():
        pytest.skip("LibreOffice without Writer")
    source = tmp_path / "报告.docx"
    source.write_bytes(made(example("wuhua-2023"), Wish(".docx")).content)
    printed = convert(source, tmp_path, "pdf")
    (number, *_) = [number for number, text in enumerate(pages(printed), 1) if "【待填" in text]
    command = ["pdftoppm", "-r", "40", "-f", str(number), "-l", str(number), "-png", str(printed), str(tmp_path / "页")]
    subprocess.run(command, check=True, timeout=3600)
    picture = Image.open(next(tmp_path.glob("页*.png"))).convert("RGB")
    assert sum(count for count, colour in picture.getcolors(1 << 20) or () if colour == (255, 255, 0)) > 200


def test_a_page_opens_and_prints(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "报告.html"
    file.write_bytes(made(example("renhua-2021"), Wish(".html")).content)
    page = browser.new_page()
    opened = Opened(page, file.as_uri())
    page.on("console", lambda message: opened.messages.append(message.text))
    page.on("request", lambda request: opened.requests.append(request.url))
    page.goto(file.as_uri())
    assert opened.messages == []
    assert opened.requests == [file.as_uri()]
    tables = [block for block in made_example("renhua-2021").report.blocks() if isinstance(block, Table)]
    opened.has("table", len(tables))
    assert page.title() == made_example("renhua-2021").report.title
    # The table of contents leads to the chapters.
    page.click("nav a >> nth=-1")
    assert page.evaluate("decodeURIComponent(location.hash)") == "#生成说明"
    # Nothing is wider than the screen of a telephone, apart from tables, which scroll in their boxes.
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    # Styles are allowed by their hash alone.
    assert page.evaluate("getComputedStyle(document.querySelector('.bar')).display") == "grid"
    printed = tmp_path / "网页.pdf"
    page.pdf(path=str(printed), prefer_css_page_size=True)
    assert any("82.57" in text for text in pages(printed))
    page.close()
