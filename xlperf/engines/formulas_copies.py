"""What `formulas` makes of a formula, made once for all cells that it is copied to.

The package parses and compiles each cell by itself, which takes it most of a minute for a workbook of two thousand formulas,
nearly all of them copies. What it makes of one does not depend on which cells are referred to: these are handed to it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import formulas
from formulas.builder import AstBuilder
from formulas.cell import CELL, Cell, wrap_cell_func
from formulas.errors import BaseError
from formulas.parser import Parser
from formulas.ranges import Ranges

from xlperf.formula.tokens import Token, tokens


class CopiedFormulas(formulas.ExcelModel):  # type: ignore[misc]
    """A workbook for the package in which copies of a formula share what it has made of the first one."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._made: dict[tuple[Any, ...], _Made | None] = {}
        self._areas: dict[tuple[Any, ...], Any] = {}

    def _compile_cell(
        self, ref: str, value: Any, context: Mapping[str, Any], check_formula: bool, references: Mapping[str, Any]
    ) -> Any:
        """The package's cell for a value or a formula."""
        if not (check_formula and isinstance(value, str) and value.startswith("=")):
            return _Cell(ref, value, context, check_formula).compile(references, context)
        text, referred = _apart(tokens(value))
        try:
            areas = [self._area(found, context) for found in referred]
        except (BaseError, ValueError):
            # What only the whole formula tells how to read.
            return _Cell(ref, value, context, check_formula).compile(references, context)
        names = tuple(dict.fromkeys(_name(area) for area in areas))
        places = {name: number for number, name in enumerate(names)}
        kinds = [f"{places[_name(area)]}{':' * (':' in found)}" for area, found in zip(areas, referred, strict=True)]
        key = (context["excel"], context["sheet"], text, *kinds)
        made = self._made.get(key)
        if made is not None:
            by_name = {_name(area): area for area in areas}
            return made.copied(ref, context, references, [by_name[name] for name in names])
        cell = _Cell(ref, value, context, check_formula)
        # What asks for the cell that it stands in has its answer as soon as it is made.
        is_shared = key not in self._made and cell.builder is not None and CELL not in cell.builder.dsp.nodes
        cell.compile(references, context)
        self._made.setdefault(key, _made(cell.func.func, places, references) if is_shared else None)
        return cell

    def _area(self, text: str, context: Mapping[str, Any]) -> Any:
        """A reference as the package has it; cells of a sheet often refer to the same."""
        key = context["excel"], context["sheet"], text
        if key not in self._areas:
            self._areas[key] = Ranges().push(Ranges().push(text, context=context).ranges[0]["name"], context=context)
        return self._areas[key]


class _Builder(AstBuilder):  # type: ignore[misc]
    """Looks for those names in a formula that are in it, instead of for all that there are."""

    def compile(self, references: Mapping[str, Any] | None = None, context: Any = None, **inputs: Any) -> Any:
        known = {name: area for name, area in (references or {}).items() if name in self.dsp.nodes}
        return super().compile(known, context, **inputs)


class _Parser(Parser):  # type: ignore[misc]
    ast_builder = _Builder


class _Cell(Cell):  # type: ignore[misc]
    parser = _Parser(True)


class _Made(NamedTuple):
    """What the package has made of a formula, and its inputs in order: the number of a reference, or the input itself."""

    function: Any
    inputs: Sequence[int | tuple[str, Any]]

    def copied(self, ref: str, context: Mapping[str, Any], references: Mapping[str, Any], areas: Sequence[Any]) -> Any:
        """The cell with the same formula that refers to other areas."""
        cell = Cell(ref, None, context)
        cell.func = wrap_cell_func(self.function, cell._args)
        cell.func.__name__ = f"={cell.output}"
        cell.func.inputs = OrderedDict(
            (_name(areas[place]), areas[place]) if isinstance(place, int) else place for place in self.inputs
        )
        cell.update_inputs(references=references)
        return cell


def _made(function: Any, places: Mapping[str, int], references: Mapping[str, Any]) -> _Made | None:
    """What copies of a formula can share; None where it takes anything but the areas found in it, and defined names."""
    plain = {name for name, area in function.inputs.items() if name not in references and _is_plain(name, area)}
    if plain != places.keys() or not function.inputs.keys() <= plain | references.keys():
        return None
    return _Made(function, [places.get(name, (name, area)) for name, area in function.inputs.items()])


def _is_plain(name: str, area: Any) -> bool:
    """Whether an input is the very area that the formula refers to."""
    ranges: Any = getattr(area, "ranges", ())
    return len(ranges) == 1 and ranges[0]["name"] == name and not area.values


def _name(area: Any) -> str:
    return str(area.ranges[0]["name"])


def _apart(pieces: Sequence[Token]) -> tuple[str, list[str]]:
    """A formula with a mark in place of each reference to a cell or between two, and these references."""
    kept: list[str] = []
    referred: list[str] = []
    place = 0
    while place < len(pieces):
        if pieces[place].kind != "cell":
            kept.append(pieces[place].text)
            place += 1
            continue
        begin, end = place, place + 1
        if [piece.kind for piece in pieces[max(place - 2, 0) : place]] == ["sheet", "operator"]:
            begin -= 2
            del kept[-2:]
        if [piece.text for piece in pieces[end : end + 1]] == [":"] and _is_cell(pieces, end + 1):
            end += 2
        referred.append("".join(piece.text for piece in pieces[begin:end]))
        kept.append("\0")
        place = end
    return "".join(kept), referred


def _is_cell(pieces: Sequence[Token], place: int) -> bool:
    return place < len(pieces) and pieces[place].kind == "cell"
