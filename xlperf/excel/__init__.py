"""Inside Excel: what xlwings calls, and the set-up of a Windows machine. The only importer of xlwings."""
