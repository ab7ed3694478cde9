"""Charts of rates, as native Excel charts."""

from __future__ import annotations

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.workbook.appearance import BAR, WHITE


def add_rate_chart(
    title: str, page: Worksheet, columns: tuple[int, int], rows: range, anchor: str, *, height: float
) -> None:
    """Adds a bar chart of rates from 0 to 100% at an anchor cell: the columns of labels and rates; height in cm."""
    labels, rates = (Reference(page, min_col=column, min_row=rows.start, max_row=rows.stop - 1) for column in columns)
    chart = BarChart()
    chart.type, chart.style, chart.title = "bar", 10, title
    chart.add_data(rates, titles_from_data=False)
    chart.set_categories(labels)
    chart.legend = None
    chart.gapWidth = 40
    # Beyond 100%, so that the label of a full bar has room.
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1.15
    chart.y_axis.number_format, chart.y_axis.majorUnit = "0%", 0.2
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.series[0].graphicalProperties = GraphicalProperties(solidFill=BAR)
    chart.series[0].dLbls = DataLabelList()
    chart.series[0].dLbls.showVal = True
    for part in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(chart.series[0].dLbls, part, False)
    chart.series[0].dLbls.numFmt = "0.00%"
    # Nothing shows through from the cells behind it.
    chart.graphical_properties = GraphicalProperties(solidFill=WHITE)
    chart.width, chart.height = 24, height
    page.add_chart(chart, anchor)
