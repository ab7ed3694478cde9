"""Many workbooks: sent out prefilled, taken back from folders and zips, recalculated by workers, put into tables."""

from xlperf.batch.frames import load

__all__ = ["load"]
