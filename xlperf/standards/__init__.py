"""Standards in, standards out: an official table read from a document, confirmed in a workbook, made into a framework."""
