"""All formulas of a workbook, to compare and to hash."""

from __future__ import annotations

import hashlib
from functools import lru_cache

_Items = tuple[tuple[str, str], ...]


class Formulas(tuple[tuple[str, _Items], ...]):
    """Sheets with their formulas. Those of submissions are mostly the very same objects, which compare at once."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(tuple((sheet, len(items)) for sheet, items in self))


def digest(formulas: Formulas) -> str:
    """SHA-256 over formulas as they are written, in their order."""
    return hashlib.sha256("".join(_sheet_digest(*one) for one in formulas).encode()).hexdigest()


@lru_cache(maxsize=256)
def _sheet_digest(sheet: str, formulas: _Items) -> str:
    """SHA-256 over those of a sheet; every length is stated, so that a formula can't be taken for the next cell."""
    found = hashlib.sha256(f"{len(formulas)} {len(sheet)} {sheet}".encode())
    for ref, text in formulas:
        found.update(f"{ref}={len(text)}:{text}".encode())
    return found.hexdigest()
