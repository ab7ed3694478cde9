"""The compiled engine: formulas as generated Python, made once for a template and run for every submission."""
