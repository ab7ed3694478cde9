"""The formulas that a workbook was made with: for each pattern of formulas its text, and the cells that have it.

Kept on the sheet of the stamp, in the words of the UDF edition. A cell of the native edition gets its text back where it still holds the plain formula that was made of it, and
so does a copy of it elsewhere; any other formula is the user's own and stays.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from xlperf.errors import UserError
from xlperf.formula.addresses import position
from xlperf.formula.spelling import normalised
from xlperf.formula.tokens import Above, Copied, tokens
from xlperf.package import Package
from xlperf.workbook.identity import FREE_SHEET, read_note

NOTE = "udf_formulas"
_DIGITS = 24
Place = tuple[str, str]


@dataclass(frozen=True)
class Pattern:
    """A formula as it stands in its first cell, and the fingerprint of the plain formula that was made of it."""

    first: Place
    text: str
    plain: str

    def at(self, place: Place) -> str:
        """The formula as it stands in another cell."""
        if place == self.first:
            return self.text
        (row, column), (first_row, first_column) = position(place[1]), position(self.first[1])
        return self._copied.shifted(row - first_row, column - first_column)

    @cached_property
    def _copied(self) -> Copied:
        return Copied(tokens(self.text))


def all_formulas(package: Package) -> dict[Place, str]:
    """Every formula of a workbook by its cell."""
    return {
        (sheet.name, ref): text for sheet in package.worksheets for ref, text in package.formulas(sheet.name).items()
    }


def our_formulas(package: Package) -> dict[Place, str]:
    """Every formula of one of our workbooks but those of the free sheet."""
    return {place: text for place, text in all_formulas(package).items() if place[0] != FREE_SHEET}


@lru_cache(maxsize=1 << 14)
def fingerprint(formula: str, ref: str) -> str:
    """What tells a formula from others wherever it is copied to, however a program spells it."""
    return hashlib.sha256(_wherever(normalised(formula), ref).encode()).hexdigest()[:_DIGITS]


@lru_cache(maxsize=1 << 14)
def _wherever(formula: str, ref: str) -> str:
    """A formula as it is wherever it is copied to; workbooks that are made one after the other have most in common."""
    return Copied(tokens(formula)).relative(*position(ref))


def remembered(formulas: Mapping[Place, str], plain: Mapping[Place, str]) -> str:
    """The note: every pattern with its cells."""
    patterns: dict[tuple[str, str], list[Pattern]] = {}
    cells: dict[int, tuple[Pattern, list[Place]]] = {}
    above: dict[tuple[str, int], tuple[int, Pattern, Above, Above]] = {}
    for place, text in formulas.items():
        made, (row, column) = plain[place], position(place[1])
        known = above.get((place[0], column))
        if known and known[2].is_copied(text, row - known[0]) and known[3].is_copied(made, row - known[0]):
            pattern = known[1]
        else:
            pattern = _pattern(patterns, place, text, made)
            before = Above(text)
            above[place[0], column] = row, pattern, before, before if made is text else Above(made)
        cells.setdefault(id(pattern), (pattern, []))[1].append(place)
    entries = [[p.text, p.plain, *_by_sheet(places)] for p, places in cells.values()]
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":"))


def _pattern(known: dict[tuple[str, str], list[Pattern]], place: Place, text: str, plain: str) -> Pattern:
    """The pattern that a formula has, new or known already."""
    mark = fingerprint(plain, place[1])
    same = known.setdefault((mark, _wherever(text, place[1])), [])
    pattern = next((pattern for pattern in same if pattern.at(place) == text), None)
    if pattern is None:
        pattern = Pattern(place, text, mark)
        same.append(pattern)
    return pattern


def _by_sheet(places: list[Place]) -> list[str]:
    """The places as `sheet!cell cell cell`, in their order."""
    found: dict[str, list[str]] = {}
    for sheet, ref in places:
        found.setdefault(sheet, []).append(ref)
    return [f"{sheet}!{' '.join(refs)}" for sheet, refs in found.items()]


def patterns_by_place(note: str) -> dict[Place, Pattern]:
    """The pattern of every cell that the note knows.

    Errors: UserError: the note is damaged.
    """
    found: dict[Place, Pattern] = {}
    try:
        for text, mark, *places in json.loads(note):
            listed = [(sheet, ref) for sheet, _, refs in (p.rpartition("!") for p in places) for ref in refs.split()]
            found |= dict.fromkeys(listed, Pattern(listed[0], text, mark))
    except (ValueError, TypeError, IndexError, AttributeError) as error:
        raise UserError("工作簿的身份标记已损坏，文件被改动过；请用原始工作簿重新填报") from error
    return found


def former_formulas(package: Package) -> dict[Place, str]:
    """The formulas that the workbook was made with, in the words of the UDF edition; empty where nothing says so."""
    note = read_note(package, NOTE)
    return {place: pattern.at(place) for place, pattern in patterns_by_place(note).items()} if note else {}


def recalled(note: str, package: Package, only_there: Collection[str] = ()) -> tuple[dict[Place, str], list[Place]]:
    """The former formulas of the cells that still hold what was made of them; and the cells that hold something else.

    `only_there`: fingerprints of formulas that elsewhere are somebody's own.
    """
    by_place = patterns_by_place(note)
    by_mark: dict[str, Pattern] = {}
    for pattern in by_place.values():
        if pattern.plain not in only_there:
            by_mark.setdefault(pattern.plain, pattern)
    found: dict[Place, str] = {}
    changed: list[Place] = []
    for sheet in package.worksheets:
        for ref, text in package.formulas(sheet.name).items():
            place, mark = (sheet.name, ref), fingerprint(text, ref)
            own = by_place.get(place)
            meant = own if own is not None and own.plain == mark else by_mark.get(mark)
            if meant is not None:
                found[place] = meant.at(place)
            elif own is not None:
                changed.append(place)
    return found, changed
