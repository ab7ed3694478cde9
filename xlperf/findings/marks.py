"""The workbook's own marks, conditional formats that show what is missing or wrong: gone, stopped or painted over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from xlperf.editions.former_formulas import fingerprint
from xlperf.findings.disguises import covers, put_over
from xlperf.findings.finding import HINT, WARNING, Finding
from xlperf.formula.addresses import Area, reference
from xlperf.package import Package
from xlperf.package.looks import WHITE, Look, Looks, Overlay, look_numbers, looks_of, parts
from xlperf.package.sheet_rules import MOST_CELLS, ConditionalFormat, SheetRules, are_surrounded_alike, rules_around

# LibreOffice writes numbers for truth values.
_TRUTHS = (re.compile(r"\bTRUE\b(?:\(\))?", re.I), "1"), (re.compile(r"\bFALSE\b(?:\(\))?", re.I), "0")
# Of red, green or blue, each up to 255: how far a fill is from another where people see that it is another.
_LEAST_APART = 20


class _Rule(NamedTuple):
    """A conditional format, what it asks wherever it is copied to, and what it puts over its cells."""

    rule: ConditionalFormat
    asked: tuple[str, ...]
    overlay: Overlay


def mark_findings(package: Package, made: Package) -> Iterator[Finding]:
    """One finding for each sheet on which marks are gone; what people paste into inputs may take theirs away."""
    known = {sheet.name for sheet in made.worksheets}
    for sheet in package.worksheets:
        if sheet.name not in known:
            continue
        xml, own_xml = package.markup(sheet.name), made.markup(sheet.name)
        if looks_of(package) is looks_of(made) and are_surrounded_alike(xml, own_xml):
            continue
        rules, own = rules_around(xml), rules_around(own_xml)
        if not own.conditional:
            continue
        looks, numbers = looks_of(made), look_numbers(made, sheet.name)
        cells = {ref: looks.cell(numbers.get(ref, 0)) for ref in _lost(package, made, rules, own, numbers)}
        locked = [ref for ref, look in cells.items() if look.is_locked]
        if cells:
            severity, refs = (WARNING, locked) if locked else (HINT, list(cells))
            more = f" 等 {len(refs)} 格" if len(refs) > 1 else ""
            text = f"工作表“{sheet.name}”标出问题的条件格式被去掉、改动或挡住，{refs[0]}{more}有问题也不再标色。"
            yield Finding(severity, "marks_removed", f"{sheet.name}!{refs[0]}", text, "", " ".join(refs))


def _lost(
    package: Package, made: Package, rules: SheetRules, own: SheetRules, numbers: Mapping[str, int]
) -> Iterator[str]:
    """The cells on which a mark doesn't come up any more, mark by mark."""
    looks = looks_of(made)
    now, as_made = _rules(rules, looks_of(package)), _rules(own, looks)
    ours = {one.asked for one in as_made}
    for mark in as_made:
        kept = [one for one in now if one.asked == mark.asked and _is_seen(one.overlay, mark.overlay)]
        first = min((one.rule.priority for one in kept), default=0)
        before = [one for one in now if one.asked not in ours and one.rule.priority < first and _may_mask(one)]
        areas = [area for one in kept if rules.is_marking for area in one.rule.areas]
        if not before and all(any(other.holds(area) for other in areas) for area in mark.rule.areas):
            continue
        for row, column in _cells(mark.rule.areas):
            ref = reference(row, column)
            is_kept = any(area.covers(row, column) for area in areas)
            if not is_kept or any(_masks(one, ref, looks.cell(numbers.get(ref, 0))) for one in before):
                yield ref


def _rules(rules: SheetRules, looks: Looks) -> list[_Rule]:
    return [_Rule(rule, _asked(rule), put_over(rule, looks)) for rule in rules.conditional if rule.areas]


def _asked(rule: ConditionalFormat) -> tuple[str, ...]:
    """The kind and the formulas, which are written as they stand in the first cell, as they are wherever that is."""
    first = reference(min(area.top for area in rule.areas), min(area.left for area in rule.areas))
    return rule.kind, *(fingerprint(_plain(text), first) for text in rule.formulas)


def _plain(formula: str) -> str:
    for pattern, number in _TRUTHS:
        formula = pattern.sub(number, formula)
    return formula


def _is_seen(now: Overlay, made: Overlay) -> bool:
    """Whether a mark still catches the eye: it looks as made, or has another fill than white."""
    return now == made or (now.background != "" and _is_apart(now.background, WHITE))


def _is_apart(one: str, other: str) -> bool:
    """Whether two fills are seen to be different; also where one of them can't be told."""
    if not one or not other:
        return True
    return max(abs(a - b) for a, b in zip(parts(one), parts(other), strict=True)) >= _LEAST_APART


def _may_mask(one: _Rule) -> bool:
    return one.rule.is_stopping or bool(one.overlay.background)


def _masks(one: _Rule, ref: str, look: Look) -> bool:
    """Whether a conditional format keeps those behind it from being seen in a cell: it stops, or paints the cell plain."""
    if not covers(one.rule, ref):
        return False
    shade = one.overlay.background
    return one.rule.is_stopping or (shade != "" and not _is_apart(shade, look.background))


def _cells(areas: Sequence[Area]) -> Iterator[tuple[int, int]]:
    for area in areas:
        if area.size <= MOST_CELLS:
            yield from ((r, c) for r in range(area.top, area.bottom + 1) for c in range(area.left, area.right + 1))
