"""A submitted workbook against what it was made with: formulas, locked cells, names, sheets, protection, macros, links.

Honest handling leaves no trace here: filling in, sorting lines, other widths and formats, a save by another program.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

from xlperf.editions.former_formulas import NOTE, Place, fingerprint, patterns_by_place
from xlperf.editions.vba.parts import is_ours
from xlperf.findings.finding import ERROR, HINT, WARNING, Finding
from xlperf.findings.hidden_text import hidden_text_findings
from xlperf.findings.tampering_effects import Effect, Effects
from xlperf.formula.addresses import reference as reference_of
from xlperf.package import Package
from xlperf.package.book import Names
from xlperf.package.sheet_contents import SheetContents
from xlperf.values import Value, as_text, compare, is_blank, is_number
from xlperf.workbook.as_delivered import Reference, SheetReference, cells, read_reference, target
from xlperf.workbook.identity import IDENTITY, is_known_template, read_note
from xlperf.workbook.names import NamedCells

MOST = 40
# What was found on sheets as long as these are remembered themselves.
_CONSTANTS: WeakKeyDictionary[SheetContents, tuple[SheetReference, frozenset[str]]] = WeakKeyDictionary()
_PROTECTED = re.compile(rb"""<(?:[\w.-]+:)?sheetProtection\b[^>]*\bsheet\s*=\s*["'](?:1|true)["']""")
_VALIDATED = re.compile(rb"""<(?:[\w.-]+:)?dataValidation\b[^>]*\bsqref\s*=\s*["']([^"']*)["']""")
_HIDDEN = re.compile(rb"""<(?:[\w.-]+:)?(row|col)\b(?=[^>]*\bhidden\s*=\s*["'](?:1|true)["'])[^>]*>""")
_BOUNDS = re.compile(rb"""\b(min|max)\s*=\s*["']([0-9]{1,5})["']""")
_MANUAL = re.compile(rb"""<(?:[\w.-]+:)?calcPr\b[^>]*\bcalcMode\s*=\s*["']manual["']""")


@dataclass(frozen=True)
class Alteration:
    """A formula cell that holds something else: what it should hold and what it holds."""

    place: Place
    expected: str
    found: str
    is_formula: bool


def integrity_findings(package: Package, names: NamedCells, *, has_effects: bool = True) -> Iterator[Finding]:
    """Every alteration, the gravest first; nothing where the workbook is as it was made but for what people fill in.

    With `has_effects` the workbook is recalculated with its own formulas, to tell what each does to the total.
    """
    reference = read_reference(package)
    if reference is None:
        if not is_known_template(package):
            yield Finding(WARNING, "formulas_changed", "", "公式与工作簿生成时不同，请核对是否被改动。")
        return
    altered = [] if is_known_template(package) else list(_alterations(package))
    yield from _sheets(package, reference)
    differing = _differing(package, reference)
    moved = {name for name, cells in differing.items() if _has_moved(len(cells), reference.sheets[name])}
    yield from (Finding(ERROR, "rows_moved", f"{sheet}!A1", _MOVED.format(sheet)) for sheet in sorted(moved))
    listed = [a for a in altered if a.place[0] not in moved]
    effects = Effects(package, names, [a.place for a in listed]) if has_effects else None
    yield from _formulas(listed, effects)
    for name in sorted(differing.keys() - moved):
        yield from _constants(package, name, reference.sheets[name], differing[name])
    yield from _names(package, reference, moved)
    yield from _rules(package, reference)
    yield from hidden_text_findings(package)
    yield from _surroundings(package)


_MOVED = "工作表“{}”的行列被插入、删除或移动过，很多单元格不在原来的位置；请用原始工作簿重新填报。"


def _alterations(package: Package) -> Iterator[Alteration]:
    """The formula cells that don't hold their formula any more."""
    for place, pattern in patterns_by_place(read_note(package, NOTE)).items():
        sheet, ref = place
        if all(known.name != sheet for known in package.worksheets):
            continue
        text = package.formulas(sheet).get(ref)
        if text is None:
            yield Alteration(place, pattern.at(place), _shown(package.value(sheet, ref)), is_formula=False)
        elif fingerprint(text, ref) != pattern.plain:
            yield Alteration(place, pattern.at(place), f"={text}", is_formula=True)


def _formulas(altered: list[Alteration], effects: Effects | None) -> Iterator[Finding]:
    for alteration in altered[:MOST]:
        effect = effects.of(alteration.place) if effects else Effect()
        cell = "!".join(alteration.place)
        was = "公式被改成" if alteration.is_formula else "公式被覆盖，现为"
        found = alteration.found if len(alteration.found) <= 60 else alteration.found[:59] + "…"
        text = f"{cell} 的{was} {found or '空白'}；原公式 ={_short(alteration.expected)}{effect.sentence}。"
        code = "formula_changed" if alteration.is_formula else "formula_overwritten"
        yield Finding(ERROR, code, cell, text, f"={alteration.expected}", alteration.found, effect.points)
    if len(altered) > MOST:
        yield Finding(ERROR, "formula_changed", "", f"另有 {len(altered) - MOST} 个公式被改动，没有逐一列出。")
    if altered and effects and effects.total is not None:
        now, restored = effects.total
        text = f"全部公式恢复后总分是 {_points(restored)}，现为 {_points(now)}。"
        difference = None if now is None or restored is None else round(now - restored, 2)
        yield Finding(WARNING, "total_without_alterations", "", text, _points(restored), _points(now), difference)


def _sheets(package: Package, reference: Reference) -> Iterator[Finding]:
    """Sheets that are gone, new, or hidden."""
    known = {sheet.name: sheet for sheet in package.sheets}
    for name, made in reference.sheets.items():
        if name not in known:
            yield Finding(ERROR, "sheet_removed", "", f"工作表“{name}”不见了。", name, "")
        elif known[name].state != made.state and made.state == "visible":
            yield Finding(
                WARNING, "sheet_hidden", f"{name}!A1", f"工作表“{name}”被隐藏。", made.state, known[name].state
            )
    for name, sheet in known.items():
        if name not in reference.sheets and name != IDENTITY:
            state = "" if sheet.state == "visible" else "，而且是隐藏的"
            severity = HINT if sheet.state == "visible" else WARNING
            yield Finding(severity, "sheet_added", f"{name}!A1", f"多出工作表“{name}”{state}。", "", name)


def _differing(package: Package, reference: Reference) -> dict[str, list[str]]:
    """The locked cells of each sheet that hold something else."""
    present = {sheet.name for sheet in package.worksheets}
    return {
        name: _differing_in(package.reading(name), made) for name, made in reference.sheets.items() if name in present
    }


def _differing_in(reading: SheetContents, made: SheetReference) -> list[str]:
    """The locked cells of a sheet that hold something else.

    Where the sheet is read as a variation of an earlier submission's, only what differs from that is looked at.
    """
    constants = made.constants
    if any(ref in reading.formulas for ref in constants):
        cells = reading.cells
        return [ref for ref, value in constants.items() if not _same(cells[ref].value if ref in cells else None, value)]
    own = {reference_of(*place): value for place, value in reading.origin.differing.items()}
    common = _differing_constants(reading.origin.root, made)
    if not common and own.keys().isdisjoint(constants):
        return []
    return [ref for ref, value in constants.items() if (not _same(own[ref], value) if ref in own else ref in common)]


def _differing_constants(reading: SheetContents, made: SheetReference) -> frozenset[str]:
    """The locked cells of a sheet without formulas in them that hold something else."""
    known = _CONSTANTS.get(reading)
    if known is None or known[0] is not made:
        cells = reading.cells
        differing = frozenset(
            ref for ref, value in made.constants.items() if not _same(cells[ref].value if ref in cells else None, value)
        )
        known = _CONSTANTS[reading] = made, differing
    return known[1]


def _same(found: Value, made: Value) -> bool:
    if type(found) is type(made) and found == made:
        return True
    if is_number(found) and is_number(made):
        return compare(found, made) == 0
    if isinstance(made, str) and isinstance(found, str):
        return found.split() == made.split()
    return found == made


def _has_moved(differing: int, made: SheetReference) -> bool:
    """Whether so many locked cells hold something else that rows or columns must have moved."""
    return len(made.constants) > 5 and differing > max(5, len(made.constants) // 10)


def _constants(package: Package, sheet: str, made: SheetReference, differing: Collection[str]) -> Iterator[Finding]:
    cells, formulas = package.cells(sheet), package.formulas(sheet)
    for ref in differing:
        cell, was = f"{sheet}!{ref}", _shown(made.constants[ref])
        now = f"={formulas[ref]}" if ref in formulas else _shown(cells[ref].value) if ref in cells else ""
        number = is_number(made.constants[ref])
        text = f"{cell} 是锁定的{'数' if number else '文字'}，原为“{_short(was)}”，现为“{_short(now)}”。"
        yield Finding(ERROR if number else WARNING, "locked_cell_changed", cell, text, was, now)


def _names(package: Package, reference: Reference, moved: Collection[str]) -> Iterator[Finding]:
    """Names that are gone or stand for other cells."""
    found = _targets(package.names)
    if found.items() >= reference.targets.items():
        return
    texts = {name.name: name.text for name in package.names if name.sheet is None}
    for name, made in reference.names.items():
        if made.partition("!")[0].strip("'") in moved:
            continue
        now = texts.get(name)
        if now is None:
            yield Finding(ERROR, "name_removed", "", f"名称 {name} 不见了（原指 {made}）。", made, "")
        elif found[name] != reference.targets[name]:
            yield Finding(ERROR, "name_redirected", "", f"名称 {name} 被改指 {now}（原指 {made}）。", made, now)


@lru_cache(maxsize=8)
def _targets(names: Names) -> dict[str, str]:
    """What the names of a workbook stand for, in one spelling; those of all submissions of a template are the same."""
    return {name.name: target(name.text) for name in names if name.sheet is None}


def _rules(package: Package, reference: Reference) -> Iterator[Finding]:
    """Protection, messages and checks of what is typed, hidden rows and columns."""
    for sheet in package.worksheets:
        made = reference.sheets.get(sheet.name)
        if made is None:
            continue
        xml = package.reading(sheet.name).xml
        rest = xml.content[xml.end :]
        cell = f"{sheet.name}!A1"
        if made.is_protected and not _PROTECTED.search(rest):
            yield Finding(WARNING, "protection_removed", cell, f"工作表“{sheet.name}”的保护被去掉。", "保护", "未保护")
        validated = sum(cells(areas.decode()) for areas in _VALIDATED.findall(rest))
        if validated < made.validated:
            text = f"工作表“{sheet.name}”的输入检查被去掉一部分：原有 {made.validated} 格，现有 {validated} 格。"
            yield Finding(WARNING, "validation_removed", cell, text, str(made.validated), str(validated))
        if hidden := _hidden(xml.content, made) if b"hidden" in xml.content else 0:
            text = f"工作表“{sheet.name}”有 {hidden} 处行或列被隐藏。"
            yield Finding(WARNING, "rows_hidden", cell, text, "0", str(hidden))


def _hidden(content: bytes, made: SheetReference) -> int:
    """How many rows, and columns other than those that are for formulas alone, are hidden."""
    return sum(
        match[1] == b"row" or not set(_numbers(match[0])) <= set(made.hidden) for match in _HIDDEN.finditer(content)
    )


def _numbers(column: bytes) -> range:
    """The columns that an element of columns is about."""
    bounds = dict(_BOUNDS.findall(column))
    return range(int(bounds[b"min"]), int(bounds[b"max"]) + 1)


def _surroundings(package: Package) -> Iterator[Finding]:
    """Calculation by hand, links to other files, macros that are not ours."""
    if _MANUAL.search(package.part("xl/workbook.xml") if "xl/workbook.xml" in package.parts else b""):
        yield Finding(WARNING, "manual_calculation", "", "工作簿设成了手动计算，保存的结果可能是旧的；这里已重新计算。")
    if links := [part for part in package.parts if part.startswith("xl/externalLinks/") and part.endswith(".xml")]:
        text = f"工作簿引用了别的文件（{len(links)} 个外部链接）；评价数据应都在本工作簿里。"
        yield Finding(WARNING, "external_link", "", text, "0", str(len(links)))
    for part in package.parts:
        if part.endswith("vbaProject.bin") and not is_ours(package.part(part)):
            yield Finding(
                ERROR, "foreign_macro", "", "工作簿里有不是 xlperf 的宏；xlperf 从不运行它，请不要启用宏。", "", part
            )


def _shown(value: Value) -> str:
    return "" if is_blank(value) else as_text(value) if isinstance(value, bool | int | float | str) else str(value)


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _points(value: float | None) -> str:
    return "算不出" if value is None else f"{value:.2f}"


def saved_value_findings(changes: Mapping[Place, tuple[Value, Value]], names: NamedCells) -> Iterator[Finding]:
    """Saved results that a recalculation does not give: an old save, or figures typed over results."""
    if not changes:
        return
    told = []
    for name, label in (("total_score", "总分"), ("total_grade", "等级")):
        place = names.place(name)
        if place in changes:
            saved, now = changes[place]
            told.append(f"{label}保存的是 {_shown(saved) or '空白'}，重算是 {_shown(now) or '空白'}")
    more = f"：{'，'.join(told)}" if told else ""
    text = f"保存的结果有 {len(changes)} 格不是现在的数据算出的{more}；以重算为准。"
    yield Finding(WARNING if told else HINT, "saved_values_differ", "", text)
