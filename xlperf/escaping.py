"""Texts of strangers made harmless where they come out: on a terminal, in JSON, in a cell of a CSV file, as a file name."""

from __future__ import annotations

import re
import unicodedata

LONGEST_EXCERPT = 40
# Control characters move the cursor or rename the window; the marks for right-to-left text turn a sentence around.
_UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
# What Windows takes in no file name, and white space.
_UNFIT = re.compile(r'[\x00-\x20<>:"/\\|?*\x7f]+')
# Names that Windows keeps for devices, with any ending.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com\d|lpt\d)(?:\..*)?", re.I)
# Control characters, marks without a shape, halves of characters, ends of lines and paragraphs.
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
# Most systems take 255 bytes; some are left for the ending and a number.
_LONGEST_NAME = 240
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


def file_stem(text: str, longest: int = 80) -> str:
    """A text as the name of a file without its ending, which any system takes and shows as it is.

    Marks that nobody sees, also those for right-to-left text, are left out; accents are put together as macOS does not.
    """
    plain = _UNFIT.sub("_", unicodedata.normalize("NFC", text))
    shown = "".join(character for character in plain if unicodedata.category(character) not in _UNSEEN)
    stem = shown.strip("._")[:longest]
    while len(stem.encode("utf-8")) > _LONGEST_NAME:
        stem = stem[:-1]
    stem = stem.rstrip("._") or "_"
    # Windows takes a superscript digit for the digit: COM¹ is a device too.
    return f"{stem}_" if _DEVICES.fullmatch(unicodedata.normalize("NFKC", stem)) else stem


def same_file(name: str) -> str:
    """A file name as it is compared: what some system takes for the same is the same, whatever the case."""
    return unicodedata.normalize("NFC", name).casefold()


def _code(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
