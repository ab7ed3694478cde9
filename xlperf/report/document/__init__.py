"""The evaluation report: its chapters as blocks, made from a filled workbook and written for Word or as a page."""
