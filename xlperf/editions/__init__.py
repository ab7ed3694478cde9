"""Assembles a workbook: lay out, make reproducible, stamp, calculate, put the cached values in."""
