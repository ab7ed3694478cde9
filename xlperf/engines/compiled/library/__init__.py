"""Excel's functions as compiled formulas call them: single values, ranges, criteria, look-ups."""
