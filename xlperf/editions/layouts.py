"""Workbooks just laid out, kept on disk for the next time: what others are made of, and what submissions are compared with."""

from __future__ import annotations

import hashlib

from xlperf import __version__
from xlperf.editions.conversion import Edition
from xlperf.errors import UserError
from xlperf.frameworks.loading import FrameworkFile
from xlperf.package import Package, open_package
from xlperf.package.user_folder import can_keep, keep, kept, program_state
from xlperf.workbook.roles import Copy

# Each of a county's units may have indicators of its own; a few hundred kilobytes each.
_KEPT = 256


def layout(source: FrameworkFile, shape: str, edition: Edition, copy: Copy = Copy.ALL) -> Package:
    """What the workbook of an edition must be like that states this shape (empty: no data): it holds no results.

    Laying it out takes a second or two; so it is kept.

    Errors: UserError: a shape that is none.
    """
    name = f"{_key(source, shape, edition, copy)}.layout" if can_keep() else ""
    known = _opened(kept(name)) if name else None
    if known is not None:
        return known
    # What reads data and draws is loaded only where a workbook has to be drawn.
    from xlperf.editions.laying_out import laid_out
    from xlperf.workbook.data_shape import read_shape

    package = laid_out(source, read_shape(shape), edition, copy)
    if name:
        keep(name, package.data, _KEPT)
    return package


def _opened(content: bytes | None) -> Package | None:
    try:
        return None if content is None else open_package(content)
    except UserError:
        return None


def _key(source: FrameworkFile, shape: str, edition: Edition, copy: Copy) -> str:
    """A hash of all that a layout depends on, the program itself included."""
    facts = (__version__, program_state(), source.content_hash, shape, edition, copy)
    return hashlib.sha256(repr(facts).encode()).hexdigest()
