"""One spelling of a formula, whatever program has saved it: what the hashes in a workbook's stamp are made of.

Made of letters and not of the tree: hashes of workbooks that are out already must never change, and a formula that was
broken on purpose has one too.
"""

from __future__ import annotations

import re

_PREFIXES = re.compile(r"(?:_XLFN\.|_XLWS\.|_XLL\.|_XLUDF\.|_XLDUDF_|\[\d+\]!)")
_SHEET = re.compile(r"'((?:[^']|'')+)'!")
_TRUTH = re.compile(r"\b(TRUE|FALSE)\(\)")
_QUOTED = re.compile(r'("(?:[^"]|"")*")')


def normalised(formula: str) -> str:
    """A formula in one spelling: case, blanks, prefixes of names, quotes around sheets, TRUE() for TRUE don't count."""
    parts = _QUOTED.split(formula)
    return "".join(part if index % 2 else _plain(part) for index, part in enumerate(parts))


def _plain(text: str) -> str:
    """The part of a formula between texts, in that spelling."""
    text = _PREFIXES.sub("", re.sub(r"\s+", "", text).upper())
    return _TRUTH.sub(r"\1", _SHEET.sub(r"\1!", text))
