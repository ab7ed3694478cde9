"""Charts of 汇总: rates of points reached by first-level indicator and by indicator, as native Excel charts."""

from __future__ import annotations

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.worksheet.worksheet import Worksheet

BLUE = "2E75B6"


def rate_chart(title: str, page: Worksheet, labels: Reference, rates: Reference, *, anchor: str, height: float) -> None:
    """Adds a bar chart of rates from 0 to 100%, one bar a label, at an anchor cell; height in cm."""
    chart = BarChart()
    chart.type, chart.style, chart.title = "bar", 10, title
    chart.add_data(rates, titles_from_data=False)
    chart.set_categories(labels)
    chart.legend = None
    chart.gapWidth = 40
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    chart.y_axis.number_format, chart.y_axis.majorUnit = "0%", 0.2
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.series[0].graphicalProperties = GraphicalProperties(solidFill=BLUE)
    chart.series[0].dLbls = DataLabelList()
    chart.series[0].dLbls.showVal = True
    for part in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(chart.series[0].dLbls, part, False)
    chart.series[0].dLbls.numFmt = "0.00%"
    chart.width, chart.height = 24, height
    page.add_chart(chart, anchor)
