"""From tokens to a tree: Excel's grammar, by the rank of its operators, with stacks of its own so that no depth is too much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from xlperf.formula.tokens import Token, tokens
from xlperf.formula.tree import (
    Array,
    Bracketed,
    Call,
    Literal,
    Name,
    Node,
    NotUnderstoodError,
    Omitted,
    Operation,
    Reference,
    Sign,
    Tree,
)

_BEFORE = 6
_RANKS: Mapping[str, int] = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1),
    "&": 2,
    **dict.fromkeys("+-", 3),
    **dict.fromkeys("*/", 4),
    "^": 5,
    # A sign in front binds more strongly than all of these: -2^2 is 4. Operators of references come before it.
    ",": 7,
    " ": 8,
    ":": 9,
}
_LITERALS = ("string", "number", "error")
_ENDS = ("cell", "column", "row")
# What may stand on both sides of a blank that is the operator of an intersection.
_REFERRING = ("cell", "column", "row", "bracket", "name")
_NOTHING = Token("", "")


class Fault(StrEnum):
    """What is wrong with a formula."""

    UNFINISHED = "unfinished"
    UNCLOSED = "unclosed"
    NO_OPERAND = "no operand"
    NO_OPERATOR = "no operator"
    BRACKETS = "brackets"


class GrammarError(NotUnderstoodError):
    """A formula that breaks the grammar: what is wrong, and before which token (empty at the end)."""

    def __init__(self, message: str, fault: Fault, token: str) -> None:
        super().__init__(message)
        self.fault = fault
        self.token = token


class _Open:
    """A bracket that is not closed yet: “(” of its own, “f” of a call, “{”; and how many operators came before it."""

    __slots__ = ("callee", "items", "kind", "name", "opening", "pending", "rows", "sheet", "start")

    def __init__(
        self, kind: str, start: int, opening: int, sheet: str = "", name: str = "", callee: Node | None = None
    ) -> None:
        self.kind, self.start, self.opening = kind, start, opening
        self.sheet, self.name, self.callee = sheet, name, callee
        self.pending = 0
        self.items: list[Node] = []
        self.rows: tuple[tuple[Node, ...], ...] = ()


def parsed(text: str) -> Tree:
    """The tree of a formula without its equals sign.

    Errors: GrammarError.
    """
    return parsed_tokens(tokens(text))


def parsed_tokens(pieces: Sequence[Token]) -> Tree:
    """The tree of a formula that is cut into tokens already.

    Errors: GrammarError.
    """
    return Tree(pieces, _Parser(pieces).root())


class _Parser:
    """Goes from token to token: operands and operators wait on stacks until what binds more strongly is done."""

    def __init__(self, pieces: Sequence[Token]) -> None:
        self._pieces = pieces
        # The same, and enough behind to look ahead without asking where the end is.
        self._ahead = [*pieces, _NOTHING, _NOTHING, _NOTHING]
        self._index = 0
        # Whether an operand is complete, so that an operator or a bracket must follow.
        self._is_complete = False
        self._operands: list[Node] = []
        # Operators that wait, by rank; a sign in front with the place where it stands.
        self._pending: list[tuple[int, str, int]] = []
        self._open = [_Open("", 0, 0)]

    def root(self) -> Node:
        """The node of the whole."""
        pieces, count = self._pieces, len(self._pieces)
        while self._index < count:
            kind, text = pieces[self._index]
            if kind == "space":
                self._space()
            elif self._is_complete:
                self._go_on(kind, text)
            else:
                self._begin(kind, text)
        if not self._is_complete:
            raise GrammarError("公式不完整", Fault.UNFINISHED, "")
        if len(self._open) > 1:
            raise GrammarError("公式不完整", Fault.UNCLOSED, "")
        self._reduce(0)
        return self._operands[0]

    # Where an operand is wanted.

    def _begin(self, kind: str, text: str) -> None:
        index = self._index
        if kind == "cell" or kind == "column" or kind == "row":
            self._reference(index, index, "")
        elif kind == "operator":
            self._begin_with_sign(text)
        elif kind == "function":
            self._open_bracket(_Open("f", index, index + 1, "", text), 2)
        elif kind in _LITERALS:
            is_with_cell = kind == "error" and self._ahead[index + 1].kind in _ENDS
            self._complete(Literal(index, index + 1 + is_with_cell, kind, text))
        elif kind == "name" and not (self._ahead[index + 1].text == ":" and self._ahead[index + 2].kind == "sheet"):
            self._name(index, index, "")
        else:
            self._qualified(index, kind, text)

    def _begin_with_sign(self, text: str) -> None:
        top = self._open[-1]
        if text in ("+", "-", "@"):
            self._pending.append((_BEFORE, text, self._index))
            self._index += 1
        elif text == "(" or text == "{":
            self._open_bracket(_Open(text, self._index, self._index), 1)
        elif top.kind == "f" and text in (",", ")") and len(self._pending) == top.pending:
            if text == "," or top.items:
                top.items.append(Omitted(self._index, self._index))
            if text == ")":
                self._close(top)
            self._index += 1
        else:
            raise self._misplaced(Fault.NO_OPERAND, text)

    def _open_bracket(self, bracket: _Open, length: int) -> None:
        bracket.pending = len(self._pending)
        self._open.append(bracket)
        self._index += length
        self._is_complete = False

    def _complete(self, node: Node) -> None:
        self._operands.append(node)
        self._index = node.end
        self._is_complete = True

    def _reference(self, start: int, index: int, sheet: str) -> None:
        """A cell or a range; it may begin before, with its sheet."""
        if self._ahead[index + 1].text == ":" and self._ahead[index + 2].kind in _ENDS:
            first, last = self._pieces[index].text, self._pieces[index + 2].text
            self._complete(Reference(start, index + 3, sheet, first, last))
        elif self._pieces[index].kind == "cell":
            self._complete(Reference(start, index + 1, sheet, self._pieces[index].text, ""))
        else:
            raise self._misplaced(Fault.NO_OPERAND, self._pieces[index].text)

    def _name(self, start: int, index: int, sheet: str) -> None:
        text, following = self._pieces[index].text, self._ahead[index + 1]
        if following.kind == "bracket":
            self._complete(Name(start, index + 2, sheet, text, following.text))
        elif not sheet and text.upper() in ("TRUE", "FALSE"):
            self._complete(Literal(start, index + 1, "truth", text))
        else:
            self._complete(Name(start, index + 1, sheet, text, ""))

    def _qualified(self, start: int, kind: str, text: str) -> None:
        """What stands on a sheet, on several, or in another workbook: [1]Sheet!A1, [1]!name; or a bracket by itself."""
        index = start
        if kind == "name":
            index, text = start + 2, f"{text}:{self._pieces[start + 2].text}"
        elif kind == "bracket" and self._ahead[start + 1].kind == "sheet":
            index, text = start + 1, text + self._pieces[start + 1].text
        elif kind == "bracket" and self._ahead[start + 1].text != "!":
            self._complete(Name(start, start + 1, "", "", text))
            return
        elif kind not in ("bracket", "sheet"):
            raise self._misplaced(Fault.NO_OPERAND, text)
        index += 2
        target = self._ahead[index]
        if target.kind in _ENDS:
            self._reference(start, index, text)
        elif target.kind == "name":
            self._name(start, index, text)
        elif target.kind == "function":
            bracket = _Open("f", start, index + 1, text, target.text)
            self._open_bracket(bracket, index + 2 - start)
        elif target.kind == "error":
            self._complete(Literal(start, index + 1, "error", target.text))
        else:
            self._index = index
            raise self._misplaced(Fault.NO_OPERAND if target.kind else Fault.UNFINISHED, target.text)

    # Behind an operand.

    def _go_on(self, kind: str, text: str) -> None:
        top = self._open[-1]
        if kind != "operator":
            raise self._misplaced(Fault.NO_OPERATOR, text)
        if text == "," and top.kind in ("f", "{"):
            if len(self._pending) > top.pending:
                self._reduce(top.pending)
            top.items.append(self._operands.pop())
            self._wait()
        elif text in _RANKS:
            self._operator(_RANKS[text], text)
        elif (text == ")" and top.kind in ("f", "(")) or (text == "}" and top.kind == "{"):
            if len(self._pending) > top.pending:
                self._reduce(top.pending)
            top.items.append(self._operands.pop())
            self._close(top)
            self._index += 1
        elif text in ("%", "#"):
            self._follow(text)
        elif text == ";" and top.kind == "{":
            self._reduce(top.pending)
            top.rows += ((*top.items, self._operands.pop()),)
            top.items = []
            self._wait()
        elif text == "(" and self._pieces[self._index - 1].text == ")":
            callee = self._operands.pop()
            self._open_bracket(_Open("f", callee.start, self._index, callee=callee), 1)
        else:
            is_bracket = text in (")", "}", ";")
            raise self._misplaced(Fault.BRACKETS if is_bracket else Fault.NO_OPERATOR, text)

    def _wait(self) -> None:
        self._index += 1
        self._is_complete = False

    def _operator(self, rank: int, text: str) -> None:
        """An operator between two operands: what binds more strongly than it is complete."""
        base, pending = self._open[-1].pending, self._pending
        while len(pending) > base and pending[-1][0] > rank:
            self._reduce_once(base)
        pending.append((rank, text, self._index))
        self._wait()

    def _follow(self, sign: str) -> None:
        """A sign behind an operand, which binds more strongly than one in front."""
        base, pending = self._open[-1].pending, self._pending
        while sign == "%" and len(pending) > base and pending[-1][0] > _BEFORE:
            self._reduce_once(base)
        operand = self._operands.pop()
        self._complete(Sign(operand.start, self._index + 1, sign, operand))

    def _space(self) -> None:
        """A blank; between two references it is the operator of an intersection."""
        before, after = self._pieces[self._index - 1], self._ahead[self._index + 1]
        is_between = self._is_complete and (before.kind in _REFERRING or before.text == ")")
        if is_between and (after.kind in (*_REFERRING, "sheet", "function") or after.text == "("):
            self._operator(_RANKS[" "], " ")
        else:
            self._index += 1

    def _close(self, top: _Open) -> None:
        """Makes a node of what stands in a bracket, which ends at this token."""
        self._open.pop()
        end, items = self._index + 1, tuple(top.items)
        node: Node
        if top.kind == "f":
            node = Call(top.start, end, top.sheet, top.name, top.opening, items, top.callee)
        elif top.kind == "(":
            node = Bracketed(top.start, end, items[0])
        else:
            node = Array(top.start, end, (*top.rows, items))
        self._operands.append(node)
        self._is_complete = True

    def _reduce(self, base: int) -> None:
        while len(self._pending) > base:
            self._reduce_once(base)

    def _reduce_once(self, base: int) -> None:
        """Makes a node of the operator on top, together with those of its rank before it."""
        pending, operands = self._pending, self._operands
        rank, sign, place = pending.pop()
        if rank == _BEFORE:
            operand = operands.pop()
            operands.append(Sign(place, operand.end, sign, operand))
            return
        operators = [sign]
        while len(pending) > base and pending[-1][0] == rank:
            operators.append(pending.pop()[1])
        operators.reverse()
        count = len(operators) + 1
        taken = tuple(operands[-count:])
        del operands[-count:]
        operands.append(_range(sign, taken) or Operation(taken[0].start, taken[-1].end, tuple(operators), taken))

    def _misplaced(self, fault: Fault, text: str) -> GrammarError:
        kind = self._open[-1].kind
        if fault is Fault.UNFINISHED:
            message = "公式不完整"
        elif fault is Fault.NO_OPERAND or not kind:
            message = f"公式里的“{text}”读不懂"
        else:
            message = "公式的数组常量读不懂" if kind == "{" else "公式的括号不配对"
        return GrammarError(message, fault, text)


def _range(sign: str, ends: Sequence[Node]) -> Reference | None:
    """The range between two cells, where blanks stand beside its colon."""
    if sign != ":" or len(ends) != 2:
        return None
    first, last = ends
    if isinstance(first, Reference) and isinstance(last, Reference) and not (first.last or last.last or last.sheet):
        return Reference(first.start, last.end, first.sheet, first.first, last.first)
    return None
