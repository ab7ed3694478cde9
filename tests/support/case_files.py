"""The worked cases and the examples of the docstrings, and a plain calculator for single calls with plain arguments."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xlperf.errors import CellError, missing
from xlperf.formula.addresses import area, reference
from xlperf.formula.tokens import Token, tokens
from xlperf.registry import Argument, FunctionSpec, worksheet_functions
from xlperf.values import Value, is_number, same_number

FOLDER = Path(__file__).parents[1] / "cases"
FAMILIES = ("rates", "scoring", "survey", "summary", "checks", "texts")
# The formulas of rules that are made of several functions, which plain Python can't do.
RULES = "rules"
_EXAMPLE = re.compile(r"\s*(=.+) -> (.+)")


class BeyondPlainError(Exception):
    """A formula with operators or nested calls: only an engine can do it."""


@dataclass(frozen=True)
class Case:
    """A formula, the cells that it reads (one not listed is blank), and what it must give."""

    name: str
    formula: str
    expected: Value
    source: str
    cells: Mapping[str, Value] = field(default_factory=dict)

    def problem(self, found: object) -> str:
        """What is wrong with a result, as `formula  expected: …  here: …`; empty where nothing is."""
        if is_number(self.expected):
            agrees = is_number(found) and same_number(found, self.expected)
        else:
            agrees = type(found) is type(self.expected) and found == self.expected
        return "" if agrees else f"{self.formula} {dict(self.cells)}  expected: {self.expected!r}  here: {found!r}"


def cases(family: str) -> list[Case]:
    """The cases of one family of functions."""
    with (FOLDER / f"{family}.toml").open("rb") as file:
        return [_case(entry) for entry in tomllib.load(file)["cases"]]


def all_cases() -> list[Case]:
    """The cases of all families."""
    return [case for family in FAMILIES for case in cases(family)]


def examples() -> list[Case]:
    """The examples in the docstrings of all worksheet functions."""
    found = []
    for spec in worksheet_functions().values():
        matches = [match for match in map(_EXAMPLE.fullmatch, spec.doc.splitlines()) if match]
        for number, match in enumerate(matches, 1):
            found.append(Case(f"{spec.name} {number}", match[1], _literal(tokens(match[2])), "docstring"))
    return found


def page_case(line: str) -> Case:
    """What a page says that a formula gives."""
    match = _EXAMPLE.fullmatch(line)
    assert match is not None, line
    return Case(line, match[1], _literal(tokens(match[2])), "page")


def plain(case: Case) -> Argument:
    """The result of a case in plain Python; BeyondPlainError where that takes an engine."""
    spec, arguments = plain_call(case)
    return spec.call(arguments)


def plain_call(case: Case) -> tuple[FunctionSpec, list[Argument]]:
    """The function that a case calls, with its arguments; BeyondPlainError where there is more than one call."""
    pieces = [token for token in tokens(case.formula.removeprefix("=")) if token.kind != "space"]
    spec = worksheet_functions().get(pieces[0].text)
    arguments = list(_split(pieces[2:-1], ","))
    if spec is None or any(_is_closing_early(argument) for argument in arguments):
        raise BeyondPlainError(case.formula)
    return spec, [_argument(argument, case.cells) for argument in arguments]


def _case(entry: dict[str, Any]) -> Case:
    cells = {ref: _value(cell) for ref, cell in entry.pop("cells", {}).items()}
    return Case(expected=_value(entry.pop("expected")), cells=cells, **entry)


def _value(given: Any) -> Value:
    return CellError(given["error"]) if isinstance(given, dict) else given


def _split(pieces: Sequence[Token], mark: str) -> Iterator[list[Token]]:
    """The pieces between the marks that stand outside of brackets."""
    depth = 0
    part: list[Token] = []
    for piece in pieces:
        depth += (piece.text in "({") - (piece.text in ")}") if piece.kind == "operator" else 0
        if piece.text == mark and depth == 0:
            yield part
            part = []
        else:
            part.append(piece)
    yield part


def _is_closing_early(pieces: Sequence[Token]) -> bool:
    """Whether the first call of the formula ends inside these pieces, as in `PERF_RATE(1,2)-PERF_RATE(3,4)`."""
    opened = [(p.text == "(") - (p.text == ")") for p in pieces if p.kind == "operator"]
    return any(sum(opened[: n + 1]) < 0 for n in range(len(opened)))


def _argument(pieces: list[Token], cells: Mapping[str, Value]) -> Argument:
    kinds, texts = [p.kind for p in pieces], [p.text for p in pieces]
    if kinds == ["cell"]:
        return cells.get(texts[0])
    if kinds == ["cell", "operator", "cell"] and texts[1] == ":":
        span = area("".join(texts))
        rows, columns = range(span.top, span.bottom + 1), range(span.left, span.right + 1)
        return [[cells.get(reference(row, column)) for column in columns] for row in rows]
    if texts[:1] == ["{"] and texts[-1:] == ["}"]:
        return [[_literal(cell) for cell in _split(row, ",")] for row in _split(pieces[1:-1], ";")]
    return _literal(pieces)


def _literal(pieces: list[Token]) -> Value:
    texts = [p.text for p in pieces]
    if not pieces:
        return None
    if texts == ["NA", "(", ")"]:
        return missing()
    if texts[0] == "-" and len(pieces) > 1:
        return -_literal(pieces[1:])  # type: ignore[operator]
    if pieces[0].kind == "number" and texts[1:] in ([], ["%"]):
        return float(texts[0]) / (100 if texts[1:] else 1)
    if len(pieces) == 1 and pieces[0].kind == "string":
        return texts[0][1:-1].replace('""', '"')
    if len(pieces) == 1 and pieces[0].kind == "error":
        return CellError(texts[0])
    if texts in (["TRUE"], ["FALSE"]):
        return texts == ["TRUE"]
    raise BeyondPlainError("".join(texts))
