"""How large a workbook may be before it is refused as hostile or beyond use."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Upper bounds on a package; every one of them is checked before memory is spent on the part."""

    compressed_bytes: int = 100 * MEGABYTE
    part_bytes: int = 100 * MEGABYTE
    inflated_bytes: int = 400 * MEGABYTE
    parts: int = 5_000
    sheets: int = 1_000
    # Of the whole workbook; blank cells with nothing but a style count too, since they are read.
    # A real budget book has half a million; a million take some 700 MB.
    cells: int = 1_000_000
    formulas: int = 100_000
    # A ratio says something only of parts large enough to hurt; a sheet of blank styled cells reaches 100.
    ratio: int = 400
    ratio_from_bytes: int = 8 * MEGABYTE


DEFAULT_LIMITS = Limits()
