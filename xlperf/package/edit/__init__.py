"""What may be changed in a worksheet part while every other byte stays: saved results, formula texts, constants, heights of rows."""
