"""Charts of a report as pictures. Pillow draws the bars: a plotting library would take longer to load than the report to make."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

from xlperf.errors import UserError
from xlperf.report.document.blocks import Chart

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

# Fonts with Chinese characters by the names of their files, wherever the system keeps fonts; which of a collection.
FONTS = (
    ("msyh.ttc", 0),
    ("simsun.ttc", 0),
    ("simhei.ttf", 0),
    ("NotoSansCJK-Regular.ttc", 2),
    ("SourceHanSansSC-Regular.otf", 0),
    ("SourceHanSansCN-Regular.otf", 0),
    ("NotoSansSC-Regular.otf", 0),
    ("NotoSerifCJK-Regular.ttc", 2),
    ("wqy-microhei.ttc", 0),
    ("wqy-zenhei.ttc", 0),
    ("PingFang.ttc", 0),
    ("STHeiti Light.ttc", 0),
    ("Songti.ttc", 0),
    ("DroidSansFallbackFull.ttf", 0),
    ("uming.ttc", 0),
)
NO_FONT = "本机没有中文字体，图没有画；装上微软雅黑、宋体或思源黑体后重新生成"
MISSING = "画图要用 Pillow，本机没有安装；请运行 pip install 'xlperf[report]'，或把输出文件改为 .html"
WIDTH_CM = 14.5
_WIDTH, _ROW, _BAR, _SIZE, _GAP = 1160, 46, 26, 24, 14
_LABELS, _NUMBERS = 300, 260
_INK, _FILL, _GROUND, _LOW = "#1f2933", "#2f6f9f", "#e4e9ee", "#b54708"
# A rate of points below this is drawn in another colour, so that the weak places are seen; the numbers say it too.
LOW_RATE = 0.6
_LONGEST_LABEL = 12


def picture(chart: Chart) -> bytes | None:
    """The chart as PNG; None where no font has Chinese characters.

    Errors: UserError: Pillow is not installed.
    """
    try:
        from PIL import Image, ImageDraw
    except ImportError:
        raise UserError(MISSING) from None
    font = _font()
    if font is None:
        return None
    image = Image.new("RGB", (_WIDTH, _ROW * len(chart.bars) + _GAP), "white")
    draw = ImageDraw.Draw(image)
    room = _WIDTH - _LABELS - _NUMBERS
    for place, bar in enumerate(chart.bars):
        middle = place * _ROW + _ROW // 2 + _GAP // 2
        top, bottom = middle - _BAR // 2, middle + _BAR // 2
        length = round(room * min(max(bar.share, 0.0), 1.0))
        draw.text((_LABELS - _GAP, middle), bar.label[:_LONGEST_LABEL], _INK, font, anchor="rm")
        draw.rectangle((_LABELS, top, _LABELS + room, bottom), _GROUND)
        if length:
            draw.rectangle((_LABELS, top, _LABELS + length, bottom), _LOW if is_low(chart, bar.share) else _FILL)
        draw.text((_LABELS + room + _GAP, middle), bar.shown, _INK, font, anchor="lm")
    stream = io.BytesIO()
    # Packing more tightly takes twice the time and saves a fifteenth.
    image.save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def described(chart: Chart) -> str:
    """The chart in words, for those who can't see it."""
    return f"{chart.title}：{'；'.join(f'{bar.label} {bar.shown}' for bar in chart.bars)}"


def is_low(chart: Chart, share: float) -> bool:
    """Whether a bar is drawn as a weak place."""
    return chart.has_low_bars and share < LOW_RATE


@cache
def _font() -> FreeTypeFont | None:
    from PIL import ImageFont

    for name, index in FONTS:
        try:
            return ImageFont.truetype(name, _SIZE, index)
        except OSError:
            continue
    return None
