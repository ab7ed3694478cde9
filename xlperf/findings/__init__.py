"""All that `check` says of a filled workbook, a module a subject; the catalogue of codes is data."""
