"""Inputs in which people calculate what is something else at every opening: results that hang on the day or on chance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from xlperf.engines.variants import VOLATILE
from xlperf.findings.finding import WARNING, Finding
from xlperf.formula.addresses import position, sheet_name
from xlperf.formula.parsing import GrammarError, parsed
from xlperf.formula.tree import Call, Name, Reference, walk
from xlperf.package import Package
from xlperf.workbook.identity import FREE_SHEET, IDENTITY

# How many are told, and how many formulas are followed.
MOST, MOST_FOLLOWED = 20, 2_000
_WORD = re.compile(rf"\b(?:{'|'.join(sorted(VOLATILE))})\s*\(", re.I)
_Formula = tuple[str, str]


def volatile_findings(package: Package, made: Package) -> Iterator[Finding]:
    """One finding for each cell, of those that the workbook was made without a formula in."""
    ours = {sheet.name: made.formulas(sheet.name) for sheet in made.worksheets}
    others = _Others(package, ours)
    if not others.may_be_volatile:
        return
    found = 0
    for sheet in package.worksheets:
        if sheet.name not in ours or sheet.name in (IDENTITY, FREE_SHEET):
            continue
        for ref, text in others.on(sheet.name).items():
            name = others.volatile(sheet.name, text)
            if name and found < MOST:
                found += 1
                cell = f"{sheet.name}!{ref}"
                said = f"{cell} 填的是算式 ={text[:60]}，其中用到 {name}，每次打开结果可能不同；请改填数。"
                yield Finding(WARNING, "input_volatile", cell, said, "", f"={text}")


class _Others:
    """The formulas of a workbook that are not those it was made with."""

    def __init__(self, package: Package, ours: Mapping[str, Mapping[str, str]]) -> None:
        self._package = package
        self._ours = ours
        self._names = {name.name.casefold(): name.text for name in package.names}
        self._sheets = {sheet.name.casefold(): sheet.name for sheet in package.worksheets}
        self._known: dict[str, Mapping[str, str]] = {}
        self._followed = 0

    @property
    def may_be_volatile(self) -> bool:
        """Whether a formula or a name calls such a function at all."""
        formulas = (text for sheet in self._sheets.values() for text in self.on(sheet).values())
        return any(_WORD.search(text) for texts in (formulas, self._names.values()) for text in texts)

    def on(self, sheet: str) -> Mapping[str, str]:
        """Those of a sheet by reference."""
        if sheet not in self._known:
            formulas, ours = self._package.formulas(sheet), self._ours.get(sheet, {})
            is_same = formulas.keys() == ours.keys()
            self._known[sheet] = {} if is_same else {r: text for r, text in formulas.items() if r not in ours}
        return self._known[sheet]

    def volatile(self, sheet: str, text: str) -> str:
        """A function that gives something else every time, called by a formula or what that hangs on; else empty."""
        waiting, seen = [(sheet, text)], set[_Formula]()
        while waiting:
            place = waiting.pop()
            if place in seen or self._followed >= MOST_FOLLOWED:
                continue
            seen.add(place)
            self._followed += 1
            try:
                nodes = list(walk(parsed(place[1]).root))
            except GrammarError:
                continue
            called = (node.name.upper().rpartition(".")[2] for node in nodes if isinstance(node, Call))
            if name := next((name for name in called if name in VOLATILE), ""):
                return name
            waiting += [found for node in nodes for found in self._behind(node, place[0])]
        return ""

    def _behind(self, node: object, sheet: str) -> Iterator[_Formula]:
        """The formulas that a part of a formula refers to."""
        if isinstance(node, Name) and (text := self._names.get(node.text.casefold())):
            yield sheet, text
        if isinstance(node, Reference):
            target = self._sheets.get((sheet_name(node.sheet) if node.sheet else sheet).casefold())
            formulas = self.on(target) if target else {}
            area = node.area if formulas else None
            if target and area:
                yield from ((target, text) for ref, text in formulas.items() if area.covers(*position(ref)))
