"""Texts of strangers made harmless where they come out: on a terminal, in JSON, in a cell of a CSV file."""

from __future__ import annotations

import re

LONGEST_EXCERPT = 40
# Control characters move the cursor or rename the window; the marks for right-to-left text turn a sentence around.
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_ACTIVE = re.compile(r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def printable(text: str) -> str:
    """The text as it may be shown on a terminal: each control character stands as its code, line ends stay."""
    return _UNPRINTABLE.sub(_code, text)


def excerpt(text: str) -> str:
    """The beginning of a text in one line, to quote it in a sentence."""
    shown = printable(text[: LONGEST_EXCERPT + 1].replace("\n", " "))
    return shown if len(text) <= LONGEST_EXCERPT else shown[: LONGEST_EXCERPT - 1] + "…"


def json_escaped(json: str) -> str:
    """JSON without characters that a terminal obeys; they can only stand in its strings, and mean the same there."""
    return _UNPRINTABLE.sub(lambda match: match[0] if match[0].isspace() and match[0] < "!" else _code(match), json)


def csv_text(text: str) -> str:
    """A text as a cell of a CSV file holds it: with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if _ACTIVE.match(text) else text


def _code(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
