"""The public face for Python: a workbook as an object, its results as typed values and data frames."""
