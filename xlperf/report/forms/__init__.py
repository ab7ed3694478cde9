"""The forms that units and bureaus hand in, as data: declared in data/*.toml, filled from a workbook, written for print."""
