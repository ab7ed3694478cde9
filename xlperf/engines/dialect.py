"""Formulas as an engine takes them: defined names, structured references and function prefixes resolved in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from xlperf.engines.structured import Tables, quoted
from xlperf.package import DefinedName, Package
from xlperf.package.formulas import Token, shifted, tokens

# A word with the bracket that makes it a function; with these known, most formulas need no closer look.
_WORD = re.compile(r"[^\W\d][\w.\\?]*\(?")
_DOUBTFUL = re.compile(r"""[\[#]|[\w.]:[\w.]+!|'[^']*:[^']*'!|[\w)] +[\w'($]|[^\w.]\([^()]*,""")
_ALWAYS_PLAIN = re.compile(r"[A-Z]{1,3}(?:[1-9][0-9]{0,6})?|TRUE|FALSE")
_PREFIX = re.compile(r"(?:_xlfn\.|_xlws\.|_xll\.|_xludf\.|_xldudf_|_xlpm\.)+", re.I)
_ATOM = re.compile(r"(?:(?:'(?:[^']|'')*'|[\w.]+)!)?\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?|[0-9.]+")
_REFERENCES = ("cell", "column", "row", "bracket", "name")
_NESTING = 20

Place = tuple[str, int, int]


class NotUnderstoodError(Exception):
    """A formula that the engine must not be given; the message says why, in Chinese."""


@lru_cache(maxsize=4096)
def function_name(stored: str) -> str:
    """A function's name without the prefixes that Excel stores before newer, add-in and custom functions."""
    return _PREFIX.sub("", stored).upper()


class Dialect:
    """Translates the formulas of one workbook; remembers which words need no second look."""

    def __init__(self, package: Package, is_function: Callable[[str], bool]) -> None:
        self._is_function = is_function
        self._tables = Tables(package.tables)
        self._sheets = {sheet.name.casefold(): sheet.name for sheet in package.worksheets}
        self._names = {((n.sheet or "").casefold(), n.name.casefold()): n for n in package.names}
        self._special = {name for _, name in self._names} | self._tables.names
        self._plain: set[str] = set()

    def translated(self, text: str, sheet: str, row: int, column: int) -> str:
        """The formula for the engine, without the equals sign.

        Errors: NotUnderstoodError where the engine can't be trusted with it.
        """
        words = set(_WORD.findall(text)) - self._plain
        if words:
            words = {word for word in words if not self._is_plain(word)}
        if words or _DOUBTFUL.search(text):
            return self._rewritten(tokens(text), (sheet, row, column), 0)
        return text

    def _is_plain(self, word: str) -> bool:
        """Whether a word means the same to the engine wherever it stands: a cell, a known function, a sheet."""
        if word.casefold() in self._special:
            return False
        if word.endswith("("):
            is_plain = not word.startswith("_") and self._is_function(word[:-1].upper())
        else:
            is_plain = bool(_ALWAYS_PLAIN.fullmatch(word)) or self._sheets.get(word.casefold()) == word
        if is_plain:
            self._plain.add(word)
        return is_plain

    def _rewritten(self, pieces: Sequence[Token], place: Place, depth: int) -> str:
        _check_operators(pieces)
        out: list[str] = []
        index = 0
        while index < len(pieces):
            text, used = self._piece(pieces, index, place, depth)
            out.append(text)
            index += used
        return "".join(out)

    def _piece(self, pieces: Sequence[Token], index: int, place: Place, depth: int) -> tuple[str, int]:
        """The engine's text for what begins at a token, and how many tokens that is."""
        token = pieces[index]
        following = pieces[index + 1] if index + 1 < len(pieces) else Token("", "")
        if token.kind == "function":
            return self._function(token.text), 1
        if token.kind == "sheet":
            return self._after_sheet(pieces, index, place, depth)
        if token.kind == "bracket":
            return self._bracket(pieces, index, place)
        if token.kind == "error" and following.kind in ("cell", "column", "row"):
            return token.text, 2
        if token.kind == "name":
            return self._name(pieces, index, place, depth)
        return token.text, 1

    def _function(self, stored: str) -> str:
        name = function_name(stored)
        if name == "SINGLE":
            return "@"
        if not self._is_function(name):
            raise NotUnderstoodError(f"引擎不认识函数 {name}")
        return name

    def _after_sheet(self, pieces: Sequence[Token], index: int, place: Place, depth: int) -> tuple[str, int]:
        """A sheet's name and what it qualifies."""
        stated = pieces[index].text
        name = stated[1:-1].replace("''", "'") if stated.startswith("'") else stated
        if "[" in name:
            raise NotUnderstoodError("公式引用了外部工作簿")
        if ":" in name or (index and pieces[index - 1].text == ":" and pieces[index - 2].kind == "name"):
            raise NotUnderstoodError("公式引用了多张工作表（三维引用）")
        sheet = self._sheets.get(name.casefold())
        target = pieces[index + 2] if index + 2 < len(pieces) else Token("", "")
        if target.kind == "error":
            return target.text, 3
        if target.kind == "name":
            definition = self._definition(target.text, name)
            if definition is not None:
                return self._substituted(definition, place, depth), 3
        if sheet is None:
            raise NotUnderstoodError(f"公式引用的“{name}”不是本文件的工作表")
        return f"{quoted(sheet)}!", 2

    def _bracket(self, pieces: Sequence[Token], index: int, place: Place) -> tuple[str, int]:
        """A bracket that follows no table: a row of the table around, or a link to another workbook."""
        following = [piece.text for piece in pieces[index + 1 : index + 3]]
        if following[:1] == ["!"] and len(following) > 1 and self._is_function(function_name(following[1])):
            return "", 2
        if following[:1] == ["!"] or (index + 1 < len(pieces) and pieces[index + 1].kind == "sheet"):
            raise NotUnderstoodError("公式引用了外部工作簿")
        name = self._tables.around(*place)
        if name is None:
            raise NotUnderstoodError(f"公式的“{pieces[index].text}”不在任何表格里")
        return self._tables.resolved(name, pieces[index].text, place[1]), 1

    def _name(self, pieces: Sequence[Token], index: int, place: Place, depth: int) -> tuple[str, int]:
        """A table, a defined name, a variable of LET or LAMBDA, or a name that means nothing."""
        token = pieces[index]
        following = pieces[index + 1] if index + 1 < len(pieces) else Token("", "")
        if token.text in self._tables:
            bracket = following.text if following.kind == "bracket" else ""
            return self._tables.resolved(token.text, bracket, place[1]), 2 if bracket else 1
        if following.kind == "bracket":
            raise NotUnderstoodError(f"公式引用的表格“{token.text}”不在文件里")
        definition = self._definition(token.text, place[0])
        if definition is not None:
            return self._substituted(definition, place, depth), 1
        has_variables = any(p.kind == "function" and function_name(p.text) in ("LET", "LAMBDA") for p in pieces)
        if has_variables or token.text.upper() in ("TRUE", "FALSE"):
            return _PREFIX.sub("", token.text), 1
        return "#NAME?", 1

    def _definition(self, name: str, sheet: str) -> DefinedName | None:
        folded = name.casefold()
        return self._names.get((sheet.casefold(), folded)) or self._names.get(("", folded))

    def _substituted(self, definition: DefinedName, place: Place, depth: int) -> str:
        """What a name stands for at a place, in brackets where it is more than a reference or a number."""
        if depth >= _NESTING:
            raise NotUnderstoodError(f"名称“{definition.name}”层层相套，可能循环")
        sheet, row, column = place
        moved = tokens(shifted(tokens(definition.text.removeprefix("=")), row - 1, column - 1))
        if any(piece.text == "," for piece in _outside_brackets(moved)):
            raise NotUnderstoodError(f"名称“{definition.name}”由几块区域组成（并集）")
        text = self._rewritten(moved, (definition.sheet or sheet, row, column), depth + 1)
        return text if _ATOM.fullmatch(text) else f"({text})"


def _check_operators(pieces: Sequence[Token]) -> None:
    """Refuses the reference operators that engines lack: intersection (a space) and union (a comma in brackets)."""
    for index in range(1, len(pieces) - 1):
        before, piece, after = pieces[index - 1 : index + 2]
        if piece.kind != "space":
            continue
        if (before.kind in _REFERENCES or before.text == ")") and (
            after.kind in (*_REFERENCES, "sheet", "function") or after.text == "("
        ):
            raise NotUnderstoodError("公式用空格求区域的交集")
    stack: list[bool] = []
    for index, piece in enumerate(pieces):
        if piece.text in ("(", "{"):
            stack.append(piece.text == "{" or (index > 0 and pieces[index - 1].kind == "function"))
        elif piece.text in (")", "}") and stack:
            stack.pop()
        elif piece.kind == "operator" and piece.text == "," and stack and not stack[-1]:
            raise NotUnderstoodError("公式用逗号求区域的并集")


def _outside_brackets(pieces: Sequence[Token]) -> list[Token]:
    depth, found = 0, []
    for piece in pieces:
        depth += piece.text in ("(", "{")
        depth -= piece.text in (")", "}")
        if depth == 0:
            found.append(piece)
    return found
