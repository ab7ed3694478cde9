"""The pure worksheet functions, one module a family. They see values only: no file, no workbook, no screen."""
