"""One spelling of a formula, whatever program has saved it: what the hashes in a workbook's stamp are made of.

Made of letters and not of the tree: hashes of workbooks that are out already must never change, and a formula that was
broken on purpose has one too.
"""

from __future__ import annotations

import re
from itertools import pairwise

# Only before what is called: as part of a name they would be another name.
_PREFIXES = re.compile(r"(?:(?:_XLFN\.|_XLWS\.|_XLL\.|_XLUDF\.|_XLDUDF_|\[\d+\]!)+)(?=[\w.]+\()")
_SHEET = re.compile(r"'((?:[^']|'')+)'!")
_TRUTH = re.compile(r"\b(TRUE|FALSE)\(\)")
_QUOTED = re.compile(r'("(?:[^"]|"")*")')
# After and before these a blank says nothing; anywhere else it is the operator that cuts two areas, or parts a name.
_BEFORE, _AFTER = frozenset("(,;{+-*/^&=<>:!"), frozenset("),;}+-*/^&=<>:!%")


def normalised(formula: str) -> str:
    """A formula in one spelling: case, blanks, prefixes of names, quotes around sheets, TRUE() for TRUE don't count."""
    if '"' not in formula:
        return _plain(formula)
    parts = _QUOTED.split(formula)
    parts[::2] = map(_plain, parts[::2])
    return "".join(parts)


def capitals(text: str) -> str:
    """A text with its Latin letters as capitals; other alphabets have letters whose capital is a Latin one."""
    return (
        text.upper()
        if text.isascii()
        else text.encode("utf-8", "surrogatepass").upper().decode("utf-8", "surrogatepass")
    )


def _plain(text: str) -> str:
    """The part of a formula between texts, in that spelling; what it has no trace of is not searched for."""
    pieces = text.split()
    text = capitals(pieces[0] if len(pieces) == 1 else _joined(pieces))
    if "_X" in text or "]!" in text:
        text = _PREFIXES.sub("", text)
    if "'" in text:
        text = _SHEET.sub(r"\1!", text)
    return _TRUTH.sub(r"\1", text) if "E()" in text else text


def _joined(pieces: list[str]) -> str:
    """What stands between blanks, with those that say something."""
    found = pieces[:1]
    for one, other in pairwise(pieces):
        found += [other] if one[-1] in _BEFORE or other[0] in _AFTER else [" ", other]
    return "".join(found)
