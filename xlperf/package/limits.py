"""How large a workbook may be before it is refused as hostile or beyond use."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Upper bounds on a package; every one of them is checked before memory is spent on the part."""

    compressed_bytes: int = 200 * MEGABYTE
    part_bytes: int = 400 * MEGABYTE
    inflated_bytes: int = 1024 * MEGABYTE
    parts: int = 10_000
    # A ratio says something only of parts large enough to hurt; a sheet of blank styled cells reaches 100.
    ratio: int = 400
    ratio_from_bytes: int = 8 * MEGABYTE


DEFAULT_LIMITS = Limits()
