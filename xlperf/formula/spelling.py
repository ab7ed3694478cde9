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
    if '"' not in formula:
        return _plain(formula)
    parts = _QUOTED.split(formula)
    parts[::2] = map(_plain, parts[::2])
    return "".join(parts)


def _plain(text: str) -> str:
    """The part of a formula between texts, in that spelling; what it has no trace of is not searched for."""
    text = "".join(text.split()).upper()
    if "_X" in text or "]!" in text:
        text = _PREFIXES.sub("", text)
    if "'" in text:
        text = _SHEET.sub(r"\1!", text)
    return _TRUTH.sub(r"\1", text) if "E()" in text else text
