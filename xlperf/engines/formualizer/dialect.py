"""Formulas as formualizer takes them: names resolved in the text; most need no closer look, which is remembered by word."""

from __future__ import annotations

import re
from collections.abc import Callable

from xlperf.formula.linked_books import Links
from xlperf.formula.names import Book, Resolver
from xlperf.formula.parsing import parsed

# A word with the bracket that makes it a function; with these known, most formulas need no closer look.
_WORD = re.compile(r"[^\W\d][\w.\\?]*\(?")
_DOUBTFUL = re.compile(r"""[\[#]|[\w.]:[\w.]+!|'[^']*:[^']*'!|[\w)] +[\w'($]|[^\w.]\([^()]*,|[(,]\s*,|,\s*\)""")
_ALWAYS_PLAIN = re.compile(r"[A-Z]{1,3}(?:[1-9][0-9]{0,6})?|TRUE|FALSE")


class Dialect:
    """Translates the formulas of one workbook."""

    def __init__(self, book: Book, is_function: Callable[[str], bool], is_ours: Callable[[str], bool]) -> None:
        self._resolver = Resolver(book, is_function, is_ours)
        self._plain: set[str] = set()

    @property
    def links(self) -> Links:
        """The linked workbooks, as far as formulas have asked for them."""
        return self._resolver.links

    def translated(self, text: str, sheet: str, row: int, column: int) -> str:
        """The formula for the engine, without the equals sign.

        Errors: NotUnderstoodError where the engine can't be trusted with it.
        """
        words = set(_WORD.findall(text)) - self._plain
        if words:
            words = {word for word in words if not self._is_plain(word)}
        is_doubtful = _DOUBTFUL.search(text)
        fixed = self._resolver.fixed_words
        if words and not is_doubtful and self._are_fixed(words, text):
            return _WORD.sub(lambda match: fixed.get(match[0], match[0]), text)
        if words or is_doubtful:
            return self._resolver.text(parsed(text), (sheet, row, column))
        return text

    def _are_fixed(self, words: set[str], text: str) -> bool:
        """Whether the words are nothing but names of fixed places, so that they may be replaced as they stand."""
        if not words <= self._resolver.fixed_words.keys() or '"' in text or "'" in text:
            return False
        return "!" not in text or not any(f"!{word}" in text or f"{word}!" in text for word in words)

    def _is_plain(self, word: str) -> bool:
        """Whether a word means the same to the engine wherever it stands: a cell, a known function, a sheet."""
        resolver = self._resolver
        if word.casefold() in resolver.special:
            return False
        if word.endswith("("):
            is_plain = not word.startswith("_") and resolver.is_function(word[:-1].upper())
        else:
            is_plain = bool(_ALWAYS_PLAIN.fullmatch(word)) or resolver.sheets.get(word.casefold()) == word
        if is_plain:
            self._plain.add(word)
        return is_plain
