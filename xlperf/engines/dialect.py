"""Formulas as an engine takes them: defined names, structured references and function prefixes resolved in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from xlperf.engines.links import Links
from xlperf.engines.structured import Tables, quoted
from xlperf.formula.functions import function_name, unprefixed
from xlperf.formula.tokens import Token, shifted, tokens
from xlperf.package import DefinedName, Package

# A word with the bracket that makes it a function; with these known, most formulas need no closer look.
_WORD = re.compile(r"[^\W\d][\w.\\?]*\(?")
_DOUBTFUL = re.compile(r"""[\[#]|[\w.]:[\w.]+!|'[^']*:[^']*'!|[\w)] +[\w'($]|[^\w.]\([^()]*,|[(,]\s*,|,\s*\)""")
_ALWAYS_PLAIN = re.compile(r"[A-Z]{1,3}(?:[1-9][0-9]{0,6})?|TRUE|FALSE")
_ATOM = re.compile(r"(?:(?:'(?:[^']|'')*'|[\w.]+)!)?\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?|[0-9.]+")
_REFERENCES = ("cell", "column", "row", "bracket", "name")
_NESTING = 20
_MOST_SUBSTITUTED = 2_000

# Text that no cell holds: an argument left out.
OMITTED = Token("string", '"\ue000"')

Place = tuple[str, int, int]


class NotUnderstoodError(Exception):
    """A formula that the engine must not be given; the message says why, in Chinese."""


class Dialect:
    """Translates the formulas of one workbook; remembers which words need no second look."""

    def __init__(self, package: Package, is_function: Callable[[str], bool], is_ours: Callable[[str], bool]) -> None:
        self._is_function = is_function
        self._is_ours = is_ours
        self.links = Links(package)
        self._tables = Tables(package.tables)
        self._sheets = {sheet.name.casefold(): sheet.name for sheet in package.worksheets}
        self._names = {((n.sheet or "").casefold(), n.name.casefold()): n for n in package.names}
        self._special = {name for _, name in self._names} | self._tables.names
        self._plain: set[str] = set()
        # How many names one formula has led to: names that stand for several names each may double at every step.
        self._substitutions = 0
        # What names with absolute references stand for, and the words that mean such a name on every sheet.
        self._fixed: dict[DefinedName, str] = {}
        self._fixed_words: dict[str, str] = {}
        self._scopes: dict[str, list[str]] = {}
        for scope, name in self._names:
            self._scopes.setdefault(name, []).append(scope)

    def translated(self, text: str, sheet: str, row: int, column: int) -> str:
        """The formula for the engine, without the equals sign.

        Errors: NotUnderstoodError where the engine can't be trusted with it.
        """
        self._substitutions = 0
        words = set(_WORD.findall(text)) - self._plain
        if words:
            words = {word for word in words if not self._is_plain(word)}
        is_doubtful = _DOUBTFUL.search(text)
        if words and not is_doubtful and self._are_fixed(words, text):
            return _WORD.sub(lambda match: self._fixed_words.get(match[0], match[0]), text)
        if words or is_doubtful:
            return self._rewritten(tokens(text), (sheet, row, column), 0)
        return text

    def _are_fixed(self, words: set[str], text: str) -> bool:
        """Whether the words are nothing but names of fixed places, so that they may be replaced as they stand."""
        if not words <= self._fixed_words.keys() or '"' in text or "'" in text:
            return False
        return "!" not in text or not any(f"!{word}" in text or f"{word}!" in text for word in words)

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
        pieces = self._with_omitted(pieces)
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
            is_sheet_of_number = function_name(token.text) == "SHEET" and _is_number_in_brackets(pieces, index + 1)
            return ("NA()", 4) if is_sheet_of_number else (self._function(token.text), 1)
        if token.kind == "sheet":
            return self._after_sheet(pieces, index, place, depth)
        if token.kind == "bracket":
            return self._bracket(pieces, index, place)
        if token.kind == "error" and following.kind in ("cell", "column", "row"):
            return token.text, 2
        if token.kind == "name":
            return self._name(pieces, index, place, depth)
        return token.text, 1

    def _with_omitted(self, pieces: Sequence[Token]) -> Sequence[Token]:
        """The tokens with OMITTED for each argument that is left out of a call of ours: engines make it a zero."""
        solid = [piece for piece in pieces if piece.kind != "space"]
        out: list[Token] = []
        stack: list[bool] = []
        for index, piece in enumerate(solid):
            before = solid[index - 1].text if index else ""
            is_end = piece.kind == "operator" and piece.text in (",", ")")
            if is_end and stack and stack[-1] and (before == "," or (before == "(" and piece.text == ",")):
                out.append(OMITTED)
            if piece.text == "(" and piece.kind == "operator":
                stack.append(solid[index - 1].kind == "function" and self._is_ours(function_name(before)))
            elif piece.text == ")" and stack:
                stack.pop()
            out.append(piece)
        return out if OMITTED in out else pieces

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
        target = pieces[index + 2] if index + 2 < len(pieces) else Token("", "")
        if "[" in name:
            return self._linked(name, target, 2)
        if ":" in name or (index and pieces[index - 1].text == ":" and pieces[index - 2].kind == "name"):
            raise NotUnderstoodError("公式引用了多张工作表（三维引用）")
        sheet = self._sheets.get(name.casefold())
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
        stated = pieces[index].text
        first, second, third = [*pieces[index + 1 : index + 4], *[Token("", "")] * 3][:3]
        if first.kind == "sheet":
            return self._linked(stated + first.text, third, 3)
        if first.text == "!" and second.kind == "function":
            return "", 2
        if first.text == "!":
            return self._linked(stated, second, 2)
        name = self._tables.around(*place)
        if name is None:
            raise NotUnderstoodError(f"公式的“{stated}”不在任何表格里")
        return self._tables.resolved(name, stated, place[1]), 1

    def _linked(self, stated: str, target: Token, used: int) -> tuple[str, int]:
        """A reference to another workbook, of which this file keeps the values last seen."""
        if target.kind == "name":
            text = self.links.name(stated, target.text)
            if text is not None:
                return text, used + 1
        else:
            alias = self.links.sheet(stated)
            if alias is not None:
                return f"{quoted(alias)}!", used
        raise NotUnderstoodError(f"公式引用了外部工作簿 {stated}，文件里没有它的值")

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
            text = self._substituted(definition, place, depth)
            if definition in self._fixed and len(self._scopes[token.text.casefold()]) == 1 and not definition.sheet:
                self._fixed_words[token.text] = text
            return text, 1
        has_variables = any(p.kind == "function" and function_name(p.text) in ("LET", "LAMBDA") for p in pieces)
        if has_variables or token.text.upper() in ("TRUE", "FALSE"):
            return unprefixed(token.text), 1
        return "#NAME?", 1

    def _definition(self, name: str, sheet: str) -> DefinedName | None:
        folded = name.casefold()
        return self._names.get((sheet.casefold(), folded)) or self._names.get(("", folded))

    def _substituted(self, definition: DefinedName, place: Place, depth: int) -> str:
        """What a name stands for at a place, in brackets where it is more than a reference or a number."""
        self._substitutions += 1
        if depth >= _NESTING or self._substitutions > _MOST_SUBSTITUTED:
            raise NotUnderstoodError(f"名称“{definition.name}”层层相套，可能循环")
        known = self._fixed.get(definition)
        if known is not None:
            return known
        sheet, row, column = place
        stated = tokens(definition.text.removeprefix("="))
        moved = tokens(shifted(stated, row - 1, column - 1))
        if any(piece.text == "," for piece in _outside_brackets(moved)):
            raise NotUnderstoodError(f"名称“{definition.name}”由几块区域组成（并集）")
        text = self._rewritten(moved, (definition.sheet or sheet, row, column), depth + 1)
        text = text if _ATOM.fullmatch(text) else f"({text})"
        if _ATOM.fullmatch(text) and shifted(stated, 1, 1) == definition.text.removeprefix("="):
            self._fixed[definition] = text
        return text


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
            before = pieces[index - 1] if index else Token("", "")
            stack.append(piece.text == "{" or before.kind == "function" or before.text == ")")
        elif piece.text in (")", "}") and stack:
            stack.pop()
        elif piece.kind == "operator" and piece.text == "," and stack and not stack[-1]:
            raise NotUnderstoodError("公式用逗号求区域的并集")


def _is_number_in_brackets(pieces: Sequence[Token], index: int) -> bool:
    kinds = [piece.kind if piece.kind == "number" else piece.text for piece in pieces[index : index + 3]]
    return kinds == ["(", "number", ")"]


def _outside_brackets(pieces: Sequence[Token]) -> list[Token]:
    depth, found = 0, []
    for piece in pieces:
        depth += piece.text in ("(", "{")
        depth -= piece.text in (")", "}")
        if depth == 0:
            found.append(piece)
    return found
