"""Each form as LibreOffice draws it, from both formats: every column and every content on paper, as wide as the page."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.filled_forms import filled_form
from tests.support.libreoffice import UNREADABLE, as_pdf, flat, has_writer, pages, require_tools
from xlperf.report.forms import spreadsheet, word_form
from xlperf.report.forms.declarations import shipped_forms
from xlperf.report.forms.layout import FilledForm

pytestmark = pytest.mark.slow
FORMS = [form.id for form in shipped_forms()]
# Forms that need two pages: the standard stands in them. The others fit on one.
LONG = ("department-self", "project-self-guangshui")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """The forms as PDF, by form and format."""
    require_tools()
    folder = tmp_path_factory.mktemp("表")
    sources = {}
    for name in FORMS:
        filled = filled_form(name)
        written = {"xlsx": spreadsheet.write(filled)} | ({"docx": word_form.write(filled)} if has_writer() else {})
        for kind, content in written.items():
            source = folder / f"{name}-{kind}.{kind}"
            source.write_bytes(content)
            sources[name, kind] = source
    return dict(zip(sources, as_pdf([*sources.values()], folder), strict=True))


def drawn_texts(filled: FilledForm) -> list[str]:
    """What stands in the cells, without white space."""
    return ["".join(box.content.text.split()) for box in filled.boxes]


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
@pytest.mark.parametrize("name", FORMS)
def test_everything_stands_on_paper(drawn: dict[tuple[str, str], Path], name: str, kind: str) -> None:
    if (name, kind) not in drawn:
        pytest.skip("LibreOffice without Writer")
    pdf = drawn[name, kind]
    printed, filled = flat(pdf), filled_form(name)
    assert "".join(filled.title.split()) in printed
    # Letters of long cells may be drawn line by line beside those of others: each is looked for by itself.
    for text in drawn_texts(filled):
        assert all(sign in printed for sign in text), text
        assert text in printed or not text.isascii(), text
    assert not any(sign in printed for sign in UNREADABLE)
    texts = ["".join(page.split()) for page in pages(pdf)]
    assert (len(texts) == 1) is (name not in LONG)
    # The heading of what goes on stands on each further page.
    cells = [cell for row in filled.form.rows if row.is_head for cell in row.cells if not cell.has_merge]
    heading = {"".join(cell.text.split()) for cell in cells}
    for page in texts[1:]:
        assert [text for text in heading if text not in page] == []


@pytest.mark.parametrize("name", FORMS)
def test_a_form_fills_its_page_and_no_more(drawn: dict[tuple[str, str], Path], name: str) -> None:
    """A picture of the first page: ink to both margins, none outside of them."""
    from PIL import Image, ImageOps

    pdf = drawn[name, "xlsx"]
    subprocess.run(["pdftoppm", "-r", "40", "-f", "1", "-l", "1", "-png", pdf, pdf.with_suffix("")], check=True)
    picture = Image.open(next(pdf.parent.glob(f"{pdf.stem}-*1.png"))).convert("L")
    box = ImageOps.invert(picture).point(lambda shade: 255 if shade > 60 else 0).getbbox()
    assert box is not None
    left, _, right, _ = box
    assert left > 0.01 * picture.width
    assert right < 0.99 * picture.width
    assert right - left > 0.8 * picture.width
