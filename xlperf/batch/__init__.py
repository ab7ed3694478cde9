"""Many workbooks: sent out prefilled, taken back from folders and zips, recalculated by workers, put into tables."""

from xlperf.batch.frames import load, load_values

__all__ = ["load", "load_values"]
