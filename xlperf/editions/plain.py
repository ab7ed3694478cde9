"""From a formula with worksheet functions of ours to a plain one that needs none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlperf.editions.references import References
from xlperf.errors import CellError, missing
from xlperf.formula.functions import FUNCTIONS, function_name
from xlperf.formula.tokens import Token, tokens
from xlperf.functions.plain.operands import OMITTED, NoPlainFormError, Operand, Shape, constant
from xlperf.registry import worksheet_functions
from xlperf.values import Value

MAXIMUM_LENGTH, MAXIMUM_NESTING = 8192, 64
_COMPARISONS, _ARITHMETIC = {"=", "<", ">", "<=", ">=", "<>"}, {"+", "-", "*", "/", "^", "%"}


class Translator:
    """Turns the formulas of one workbook into plain ones."""

    def __init__(self, references: References) -> None:
        self._references = references

    def plain(self, formula: str, sheet: str, row: int) -> str:
        """The plain formula, without the equals sign, of one that stands on a sheet in a row.

        Errors: NoPlainFormError: there is none, with the reason.
        """
        text = _Reader(self._references, sheet, row).rewritten(tokens(formula))
        _check_length(text)
        if _nesting(text) > MAXIMUM_NESTING:
            raise NoPlainFormError(f"写成普通公式嵌套超过 Excel 的上限 {MAXIMUM_NESTING} 层")
        return text


def _check_length(text: str) -> None:
    if len(text) > MAXIMUM_LENGTH - 1:
        raise NoPlainFormError(f"写成普通公式有 {len(text)} 个字符，超过 Excel 的上限 {MAXIMUM_LENGTH}")


def is_ours(formula: str) -> bool:
    """Whether a formula calls a worksheet function of ours, or one that pretends to be."""
    return "PERF_" in formula.upper() and any(
        token.kind == "function" and function_name(token.text).startswith("PERF_") for token in tokens(formula)
    )


class _Reader:
    """Reads formulas as seen from one cell."""

    def __init__(self, references: References, sheet: str, row: int) -> None:
        self._references = references
        self._sheet, self._row = sheet, row

    def rewritten(self, pieces: Sequence[Token]) -> str:
        """The tokens with every call of ours replaced, in brackets where it stands beside an operator."""
        out, index = [], 0
        while index < len(pieces):
            end = _end_of_call(pieces, index)
            if end:
                operand = self._called(pieces[index:end])
                is_whole = _neighbour(pieces, index - 1, -1) in ("", "(", ",") and _neighbour(pieces, end, 1) in (
                    "",
                    ")",
                    ",",
                )
                out.append(operand.text if is_whole else operand.atom)
                index = end
            else:
                out.append(pieces[index].text)
                index += 1
        return "".join(out)

    def _called(self, pieces: Sequence[Token]) -> Operand:
        """The plain form of one call."""
        name = function_name(pieces[0].text)
        spec = worksheet_functions().get(name)
        if spec is None:
            raise NoPlainFormError(f"没有名为 {name} 的函数")
        inside = list(pieces[2:-1])
        given = [self._operand(part) for part in split(inside)] if any(p.kind != "space" for p in inside) else []
        if not spec.minimum_arguments <= len(given) <= spec.maximum_arguments:
            return Operand("#VALUE!", Shape.ANY)
        operands = given + [OMITTED] * (spec.maximum_arguments - len(given))
        for parameter, operand in zip(spec.parameters, operands, strict=True):
            if parameter.kind.is_scalar and operand.is_list:
                raise NoPlainFormError(f"{name} 的 {parameter.name} 给了区域 {operand.text}，逐格的结果没有普通公式")
        result: Operand = spec.native(*operands)
        # Each level of nesting multiplies the text: stopped before it grows beyond all bounds.
        _check_length(result.text)
        return result

    def _operand(self, pieces: Sequence[Token]) -> Operand:
        """An argument."""
        pieces = _stripped(pieces)
        if not pieces:
            return OMITTED
        if pieces[0].text == "{":
            return _array(pieces)
        known = _constant(pieces)
        if known is not None:
            return known
        reference = self._references.operand(pieces, self._sheet, self._row)
        if reference is not None:
            return reference
        if _end_of_call(pieces, 0) == len(pieces):
            return self._called(pieces)
        if pieces[0].text == "(" and _closing(pieces, 0) == len(pieces) - 1:
            return self._operand(pieces[1:-1])
        return Operand(self.rewritten(pieces), self._shape(pieces))

    def _shape(self, pieces: Sequence[Token]) -> Shape:
        """What kind of expression this is, by its operators or its function."""
        self._check_no_ranges(pieces)
        signs = {token.text for token in _outside_calls(pieces) if token.kind == "operator"}
        for kinds, shape in ((_COMPARISONS, Shape.FLAG), ({"&"}, Shape.ANY), (_ARITHMETIC, Shape.NUMBER)):
            if signs & kinds:
                return shape
        if pieces[0].kind == "function":
            name = function_name(pieces[0].text)
            function = FUNCTIONS.get(name)
            if function is not None and function.gives == "reference":
                raise NoPlainFormError(f"参数里的 {name} 可能得出区域，没有普通公式")
            return Shape.NUMBER if function is not None and function.gives_number else Shape.ANY
        return Shape.ANY

    def _check_no_ranges(self, pieces: Sequence[Token]) -> None:
        """Refuses an expression that calculates with a whole range outside of any function."""
        part: list[Token] = []
        for token in [*_outside_calls(pieces), Token("operator", "+")]:
            is_end = token.kind == "operator" and token.text not in (":", "!")
            if not is_end:
                part.append(token)
                continue
            solid = _stripped(part)
            reference = self._references.operand(solid, self._sheet, self._row) if solid else None
            if reference is not None and reference.is_list:
                raise NoPlainFormError(f"算式里用了整个区域 {reference.text}，没有普通公式")
            part = []


def split(pieces: Sequence[Token], mark: str = ",") -> Iterator[list[Token]]:
    """The parts between marks that stand outside of brackets."""
    depth = 0
    part: list[Token] = []
    for piece in pieces:
        depth += _step(piece)
        if piece.kind == "operator" and piece.text == mark and depth == 0:
            yield part
            part = []
        else:
            part.append(piece)
    yield part


def _step(piece: Token) -> int:
    return (piece.text in ("(", "{")) - (piece.text in (")", "}")) if piece.kind == "operator" else 0


def _closing(pieces: Sequence[Token], opening: int) -> int:
    """Where the bracket is closed that opens here."""
    depth = 0
    for index in range(opening, len(pieces)):
        depth += _step(pieces[index])
        if depth == 0:
            return index
    raise NoPlainFormError("公式的括号不成对")


def _end_of_call(pieces: Sequence[Token], index: int) -> int:
    """Where a call of ours ends that begins here; 0 where none does."""
    token = pieces[index]
    if token.kind != "function" or not function_name(token.text).startswith("PERF_"):
        return 0
    return _closing(pieces, index + 1) + 1


def _outside_calls(pieces: Sequence[Token]) -> list[Token]:
    """The tokens that stand in no function's brackets; a call is its name only."""
    out, index = [], 0
    while index < len(pieces):
        token = pieces[index]
        out.append(token)
        index = _closing(pieces, index + 1) + 1 if token.kind == "function" else index + 1
    return out


def _neighbour(pieces: Sequence[Token], index: int, step: int) -> str:
    while 0 <= index < len(pieces):
        if pieces[index].kind != "space":
            return pieces[index].text
        index += step
    return ""


def _stripped(pieces: Sequence[Token]) -> list[Token]:
    found = list(pieces)
    while found and found[0].kind == "space":
        found.pop(0)
    while found and found[-1].kind == "space":
        found.pop()
    return found


def _array(pieces: Sequence[Token]) -> Operand:
    """An array constant; of one cell, that cell."""
    grid: list[list[Value]] = []
    for row in split(pieces[1:-1], ";"):
        cells = [_constant(_stripped(cell)) for cell in split(row)]
        if any(cell is None for cell in cells):
            raise NoPlainFormError("数组常数看不懂")
        grid.append([cell.value for cell in cells if cell is not None])  # type: ignore[misc]
    if len(grid) == 1 and len(grid[0]) == 1:
        return constant(grid[0][0])
    return Operand("".join(piece.text for piece in pieces), Shape.ARRAY, grid)


def _constant(pieces: Sequence[Token]) -> Operand | None:
    """A number, text, truth value or error that is written out; None where these tokens are something else."""
    text, kinds = "".join(piece.text for piece in pieces), [piece.kind for piece in pieces]
    value: Value | None = None
    if text.upper() in ("NA()", "TRUE", "FALSE", "TRUE()", "FALSE()"):
        value = missing() if text.upper() == "NA()" else text.upper().startswith("TRUE")
    elif kinds == ["string"]:
        value = text[1:-1].replace('""', '"')
    elif kinds == ["error"] and text in CellError.CODES:
        value = CellError(text)
    else:
        value = _number(pieces)
    return None if value is None else Operand(text, Shape.CONSTANT, value)


def _number(pieces: Sequence[Token]) -> float | None:
    texts = [piece.text for piece in pieces if piece.kind != "space"]
    sign, percent = 1.0, 1.0
    while texts and texts[0] in ("-", "+"):
        sign = -sign if texts.pop(0) == "-" else sign
    while texts and texts[-1] == "%":
        texts.pop()
        percent *= 100
    if len(texts) != 1 or all(piece.kind != "number" for piece in pieces):
        return None
    return sign * float(texts[0]) / percent


def _nesting(text: str) -> int:
    """How deep functions stand in functions."""
    depth = deepest = 0
    stack: list[bool] = []
    pieces = tokens(text)
    for index, piece in enumerate(pieces):
        if piece.kind != "operator":
            continue
        if piece.text == "(":
            stack.append(index > 0 and pieces[index - 1].kind == "function")
            depth += stack[-1]
            deepest = max(deepest, depth)
        elif piece.text == ")" and stack:
            depth -= stack.pop()
    return deepest
