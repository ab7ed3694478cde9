"""A filled workbook as a result: scores, awards, grade, findings."""
