"""Charts of rates, as native Excel charts."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.workbook.appearance import GRID, WHITE

LABEL_POINTS, HEADING_POINTS, POINTS_PER_CM = 8, 12, 28.35
# Beyond 100%, so that the label of a full bar has room.
HIGHEST = 1.25


def add_rate_chart(
    title: str,
    page: Worksheet,
    columns: tuple[int, int],
    rows: range,
    anchor: str,
    *,
    bars: Sequence[tuple[str, str]],
    size: tuple[float, float],
) -> None:
    """Adds a bar chart of rates from 0 to 100% at an anchor cell: the columns of labels and rates, the label and colour of
    each bar, width and height in cm.
    """
    labels, rates = (Reference(page, min_col=column, min_row=rows.start, max_row=rows.stop - 1) for column in columns)
    chart = BarChart()
    chart.type, chart.style, chart.title = "bar", 10, title
    chart.add_data(rates, titles_from_data=False)
    chart.set_categories(labels)
    chart.legend = None
    chart.gapWidth = 40
    # What is drawn may stand in columns that are hidden.
    chart.visible_cells_only = False
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, HIGHEST
    chart.y_axis.majorUnit = 0.2
    chart.x_axis.scaling.orientation = "maxMin"
    # Every bar says what it is and its rate, so that no axis of rates takes room.
    chart.x_axis.delete, chart.y_axis.delete = False, True
    chart.x_axis.tickLblSkip = 1
    chart.layout = _room(bars, size)
    _draw_bars(chart, [colour for _, colour in bars])
    heading = chart.title.tx.rich.p[0]
    heading.pPr, heading.r[0].rPr = _type(HEADING_POINTS), _type(HEADING_POINTS).defRPr
    chart.x_axis.txPr = RichText(p=[Paragraph(pPr=_type(LABEL_POINTS))])
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=GRID))
    # Nothing shows through from the cells behind it.
    chart.graphical_properties = GraphicalProperties(solidFill=WHITE)
    chart.width, chart.height = size
    page.add_chart(chart, anchor)


def _draw_bars(chart: BarChart, colours: Sequence[str]) -> None:
    """Gives each bar its colour, and its rate at its end."""
    drawn = chart.series[0]
    for number, colour in enumerate(colours):
        bar = DataPoint(idx=number, invertIfNegative=False)
        bar.graphicalProperties = GraphicalProperties(solidFill=colour)
        drawn.dPt.append(bar)
    drawn.dLbls = DataLabelList()
    drawn.dLbls.showVal = True
    for part in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(drawn.dLbls, part, False)
    drawn.dLbls.numFmt, drawn.dLbls.position = "0.00%", "outEnd"
    drawn.dLbls.txPr = RichText(p=[Paragraph(pPr=_type(LABEL_POINTS))])


def _room(bars: Sequence[tuple[str, str]], size: tuple[float, float]) -> Layout:
    """Where the bars are drawn: right of the longest label, below the heading."""
    width, height = size
    labels = min((max(len(label) for label, _ in bars) + 1) * LABEL_POINTS / POINTS_PER_CM / width, 0.5)
    heading = 3.4 * HEADING_POINTS / POINTS_PER_CM / height
    inner = {"x": labels, "y": heading, "w": 0.98 - labels, "h": 0.98 - heading}
    return Layout(manualLayout=ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", **inner))


def _type(points: int) -> ParagraphProperties:
    """Text of a size; small, so that every bar has its label."""
    return ParagraphProperties(defRPr=CharacterProperties(sz=points * 100, b=points == HEADING_POINTS))
