"""The master workbook: laid out from a framework, one module a sheet."""
