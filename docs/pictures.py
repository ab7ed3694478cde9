"""The pictures of the manuals, from files that the command makes: `make pictures` writes docs/图.

Committed, since the pages show them, and made anew where a sheet looks different; LibreOffice, poppler and Pillow draw them.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

from tests.support import annexes
from tests.support.libreoffice import convert, pages
from xlperf.frameworks.loading import find_framework
from xlperf.workbook.locations import workbooks_folder

HERE = Path(__file__).parent / "图"
# A page that shows them waits for them; a larger one is a fault of the picture.
MOST_BYTES = 120_000
WIDTH, COLOURS, MARGIN, RESOLUTION = 1100, 48, 12, 110
FRAMEWORK = "renhua-2021"
# The example's figures under other names, with what is changed: a score and the reason for it, or a figure that is wrong.
RETURNED = "某县水务局"
UNITS: dict[str, tuple[str, ...]] = {
    "某县教育局": ("award.15=5", "reason.15=现场核查，监管到位"),
    "某县民政局": (),
    "某县信访局": ("award.15=2", "reason.15=抽查三个项目，两个没有监管记录"),
    "某县交通运输局": ("award.26=3", "reason.26=按平台评分折算"),
    RETURNED: ("quota_used=3203500",),
}


@dataclass(frozen=True)
class Picture:
    """A page of a file, found by a pattern in its text; `width` and `height`: how much of it is shown, of its width."""

    name: str
    file: str
    text: str
    height: float = 1.0
    width: float = 1.0


PICTURES = (
    Picture("封面", "单位.xlsx", "封面与说明第\\d+页"),
    Picture("指标数据", "仁化.xlsx", "指标数据第\\d+页", 0.4),
    Picture("底稿", "仁化.xlsx", "要点评分底稿第\\d+页", 0.5),
    Picture("问题台账", "仁化.xlsx", "问题台账第\\d+页", 0.25, 0.55),
    Picture("汇总", "仁化.xlsx", "汇总第\\d+页"),
    Picture("报告", "报告.docx", "^(?!目录).*摘要", 1.3),
    Picture("排名", "排名.xlsx", "排名第\\d+页", 0.3),
    Picture("退回通知", "通知.docx", "先改这几件事", 1.2),
    Picture("标准确认表", "标准.xlsx", "标准第\\d+页", 0.5),
)


def make_files(folder: Path) -> None:
    """The files that the pictures show, as a reader would make them."""
    _xlperf(folder, "new", FRAMEWORK, "--for", "unit", "-o", "单位.xlsx")
    data = workbooks_folder() / "examples" / f"{FRAMEWORK}.toml"
    _xlperf(folder, "new", FRAMEWORK, "--data", str(data), "-o", "仁化.xlsx")
    _xlperf(folder, "report", "仁化.xlsx", "-o", "报告.docx")
    annexes.word(find_framework(FRAMEWORK).framework, folder / "评分标准.docx")
    _xlperf(folder, "frameworks", "import", "评分标准.docx", "-o", "标准.xlsx")
    (folder / "交来").mkdir()
    for number, (unit, changes) in enumerate(UNITS.items(), 101):
        named = (f"unit_name={unit}", f"unit_code=0{number}")
        _xlperf(folder, "set", "仁化.xlsx", *named, *changes, "-o", f"交来/0{number}.xlsx")
    _xlperf(folder, "batch", "交来", "-o", "结果", "--quiet")
    _xlperf(folder, "notice", "结果", "-o", "通知", "--until", "2026-12-15")
    (folder / "排名.xlsx").write_bytes((folder / "结果" / "排名.xlsx").read_bytes())
    letter = next((folder / "通知").glob(f"*{RETURNED}.docx"))
    (folder / "通知.docx").write_bytes(letter.read_bytes())


def drawn(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of each picture."""
    for file in dict.fromkeys(picture.file for picture in PICTURES):
        pdf = convert(folder / file, folder, "pdf")
        texts = ["".join(page.split()) for page in pages(pdf)]
        for picture in (each for each in PICTURES if each.file == file):
            number = next((n for n, text in enumerate(texts, 1) if re.search(picture.text, text)), None)
            if number is None:
                sys.exit(f"{file}：没有一页写着“{picture.text}”")
            yield picture.name, _cut(_page(pdf, number), picture)


def _xlperf(folder: Path, *words: str) -> None:
    done = subprocess.run([sys.executable, "-m", "xlperf", *words], cwd=folder, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)


def _page(pdf: Path, number: int) -> Image.Image:
    command = ["pdftoppm", "-r", str(RESOLUTION), "-f", str(number), "-l", str(number), "-png", str(pdf)]
    return Image.open(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout)).convert("RGB")


def _cut(page: Image.Image, picture: Picture) -> bytes:
    """Without the paper around it, in few colours."""
    left, top, right, bottom = _drawn_box(page)
    shown = (left, top, left + int((right - left) * picture.width), top + int((right - left) * picture.height))
    page = page.crop((*shown[:3], min(bottom, shown[3])))
    page = page.crop(_drawn_box(page))
    page.thumbnail((WIDTH, 2 * WIDTH), Image.Resampling.LANCZOS)
    framed = Image.new("RGB", (page.width + 2 * MARGIN, page.height + 2 * MARGIN), "white")
    framed.paste(page, (MARGIN, MARGIN))
    out = io.BytesIO()
    framed.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _drawn_box(page: Image.Image) -> tuple[int, int, int, int]:
    return ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox() or (0, 0, *page.size)


def main() -> None:
    """Writes the pictures; one that is too large stops it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_files(folder)
        for picture, content in drawn(folder):
            if len(content) > MOST_BYTES:
                sys.exit(f"{picture}：{len(content)} 字节，太大")
            (HERE / f"{picture}.png").write_bytes(content)
            sys.stdout.write(f"{picture}：{len(content) // 1000} KB\n")


if __name__ == "__main__":
    main()
