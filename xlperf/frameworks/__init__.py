"""Indicator systems as data: what a framework may say, loading it, and the faults of a standard."""
