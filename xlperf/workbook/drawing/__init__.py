"""How the workbook is drawn: the only place of it that loads openpyxl, used by the build alone."""
