"""What a workbook must be like by our own definition: laid out anew from the framework that it carries.

A submitted file can say anything of itself. So what it is compared with doesn't come out of it: the workbook that ships
with xlperf where it is of a shipped framework, else one that is laid out for the purpose; once for all submissions alike.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from xlperf import __version__
from xlperf.editions.conversion import Edition, converted
from xlperf.editions.former_formulas import NOTE as FORMULAS
from xlperf.editions.former_formulas import Pattern, Place, patterns_by_place
from xlperf.editions.layouts import layout
from xlperf.errors import UserError
from xlperf.frameworks.keeping import carried_framework
from xlperf.frameworks.loading import FrameworkFile, shipped_frameworks
from xlperf.package import Package, open_package
from xlperf.workbook.as_delivered import NOTE as REFERENCE
from xlperf.workbook.as_delivered import Reference, read_reference
from xlperf.workbook.identity import DATA_SHAPE, MADE_BY, exact_hash, read_copy, read_identity, read_note
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.roles import Copy

# What a workbook remembers of how it was made; each follows from its framework, its shape and the version that made it.
RECORDS = (REFERENCE, FORMULAS)


@dataclass(frozen=True, eq=False)
class Truth:
    """A workbook as it must be, of one edition: its layout, and the notes that go with it. `is_stated`: we were told so."""

    package: Package
    is_stated: bool = False

    @cached_property
    def reference(self) -> Reference:
        """What its cells, names and sheets hold.

        Errors: UserError: it is none of our workbooks, or one of an earlier version.
        """
        found = read_reference(self.package)
        if found is None:
            raise UserError("用来核对的工作簿没有生成时的记录，请换一份")
        return found

    @cached_property
    def exact_hash(self) -> str:
        """The hash of its formulas as they are written; what we have laid out ourselves states it."""
        return exact_hash(self.package) if self.is_stated else read_identity(self.package).exact_hash

    @cached_property
    def patterns(self) -> Mapping[Place, Pattern]:
        """The formula of every cell that has one."""
        return patterns_by_place(read_note(self.package, FORMULAS))


def truth_of(package: Package, standard: FrameworkFile | None = None) -> Truth:
    """What the workbook must be like, by the framework (where left out, the one that it carries) and the shape it states.

    Errors: UserError: not one of our workbooks, a damaged stamp.
    """
    identity = read_identity(package)
    source = standard or identity.framework
    return _truth(
        source.text, source.origin, read_note(package, DATA_SHAPE), Edition(identity.edition), read_copy(package)
    )


def truth_from(blank: Package, edition: str) -> Truth:
    """What a workbook must be like that was made of this one.

    Errors: UserError: it is none of our workbooks, or has no counterpart in that edition.
    """
    if read_identity(blank).edition == edition:
        return Truth(blank, is_stated=True)
    return Truth(converted(blank, Edition(edition)).package, is_stated=True)


@lru_cache(maxsize=8)
def _truth(text: str, origin: str, shape: str, edition: Edition, copy: Copy) -> Truth:
    source = carried_framework(text, origin)
    shipped = None if shape or copy is not Copy.ALL else _shipped(source, edition)
    return Truth(shipped or layout(source, shape, edition, copy))


def _shipped(source: FrameworkFile, edition: Edition) -> Package | None:
    """The workbook of a shipped framework, if it is the very same framework and this version made it."""
    if source.framework.id not in shipped_frameworks():
        return None
    path = workbooks_folder() / f"{source.framework.id}{edition.suffix}"
    if not path.is_file():
        return None
    package = open_package(path)
    is_same = read_identity(package).framework_hash == source.content_hash
    return package if is_same and read_note(package, MADE_BY) == __version__ else None


def has_same_records(package: Package, truth: Truth) -> bool:
    """Whether the workbook remembers the very same of how it was made."""
    pairs = ((read_note(package, name), read_note(truth.package, name)) for name in RECORDS)
    return all(mine == theirs or _same_json(mine, theirs) for mine, theirs in pairs)


def _same_json(one: str, other: str) -> bool:
    """Whether two notes say the same, however a program has kept their blanks."""
    try:
        return bool(one) and bool(json.loads(one) == json.loads(other))
    except (ValueError, RecursionError):
        return False
