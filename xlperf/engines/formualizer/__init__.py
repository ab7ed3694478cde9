"""The formualizer engine: any workbook, cell by cell, with what that engine lacks or gets wrong put right."""
