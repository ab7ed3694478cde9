"""xlperf: budget performance evaluation (预算绩效评价) that calculates in the workbook itself."""

__version__ = "0.1.0"
