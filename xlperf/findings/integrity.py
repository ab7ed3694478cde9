"""A submitted workbook against what it was made with: formulas, locked cells, names, sheets, protection, macros, links.

Honest handling leaves no trace here: filling in, sorting lines, other widths and formats, a save by another program.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

from xlperf.editions.former_formulas import NOTE, Pattern, Place, fingerprint, patterns_by_place
from xlperf.editions.truth import Truth, has_same_records
from xlperf.editions.vba.parts import is_ours
from xlperf.findings.disguises import disguise_findings
from xlperf.findings.drawings import chart_findings, drawing_findings
from xlperf.findings.filled_blanks import filled_blank_findings
from xlperf.findings.finding import ERROR, HINT, WARNING, Finding
from xlperf.findings.marks import mark_findings
from xlperf.findings.presentation import presentation_findings, workbook_part
from xlperf.findings.sheet_settings import setting_findings
from xlperf.findings.tampering_effects import Effect, Effects
from xlperf.findings.volatile_inputs import volatile_findings
from xlperf.formula.addresses import reference as reference_of
from xlperf.package import Package
from xlperf.package.book import Names
from xlperf.package.formula_digest import Formulas
from xlperf.package.sheet_contents import SheetContents
from xlperf.package.sheet_rules import rules_around
from xlperf.values import Value, as_text, compare, is_blank, is_number
from xlperf.workbook.as_delivered import Reference, SheetReference, names_beside, read_reference, target
from xlperf.workbook.identity import FREE_SHEET, IDENTITY, MADE_BY, exact_hash, is_known_template, read_note
from xlperf.workbook.names import NamedCells

MOST = 40
# What was found on sheets as long as these are remembered themselves.
_CONSTANTS: WeakKeyDictionary[SheetContents, tuple[SheetReference, frozenset[str]]] = WeakKeyDictionary()
# What runs without being a macro.
_ACTIVE = ("xlMacrosheet", "xlIntlMacrosheet", "control", "activeXControlBinary")
# What can be told only where it is known how the workbook must be.
_AGAINST_MADE: tuple[Callable[[Package, Package], Iterator[Finding]], ...] = (
    *(drawing_findings, chart_findings, mark_findings, presentation_findings),
)
_LOST = re.compile(r"[ \t\r\n]+")
_MANUAL = re.compile(rb"""<(?:[\w.-]+:)?calcPr\b[^>]*\bcalcMode\s*=\s*["']manual["']""")


@dataclass(frozen=True)
class Alteration:
    """A formula cell that holds something else: what it should hold and what it holds."""

    place: Place
    expected: str
    found: str
    is_formula: bool


def integrity_findings(
    package: Package, names: NamedCells, truth: Truth | None = None, *, has_effects: bool = True
) -> Iterator[Finding]:
    """Every alteration, the gravest first; nothing where the workbook is as it was made but for what people fill in.

    Args:
        truth: what it must be like; left out, only what the workbook itself remembers of how it was made can be used.
        has_effects: the workbook is recalculated with its own formulas, to tell what each alteration does to the total.
    """
    told, truth = _standing(package, truth)
    yield from told
    reference = truth.reference if truth else read_reference(package)
    if reference is None:
        if not is_known_template(package):
            yield Finding(WARNING, "formulas_changed", "", "公式与工作簿生成时不同，请核对是否被改动。")
        return
    patterns: Mapping[Place, Pattern] = {}
    has_texts = truth.exact_hash == exact_hash(package) if truth else is_known_template(package)
    if not has_texts or any(True for _ in _spread_formulas(package)):
        patterns = truth.patterns if truth else patterns_by_place(read_note(package, NOTE))
    yield from _sheets(package, reference)
    differing = _differing(package, reference)
    moved = {name for name, cells in differing.items() if _has_moved(len(cells), reference.sheets[name])}
    yield from (Finding(ERROR, "rows_moved", f"{sheet}!A1", _MOVED.format(sheet)) for sheet in sorted(moved))
    listed = [a for a in _alterations(package, patterns) if a.place[0] not in moved]
    effects = Effects(package, names, patterns, [a.place for a in listed]) if has_effects else None
    yield from _formulas(listed, effects)
    for name in sorted(differing.keys() - moved):
        yield from _constants(package, name, reference.sheets[name], differing[name])
    yield from _names(package, reference, moved)
    yield from _shadowing(package, reference)
    made = truth.package if truth else None
    if made is None:
        yield from _validated(package, reference)
    settled = {name: sheet for name, sheet in reference.sheets.items() if name not in moved}
    if made is not None:
        yield from filled_blank_findings(package, made, settled, patterns.keys())
    yield from setting_findings(package, made, settled)
    yield from disguise_findings(package, made)
    # Where all formulas are as made, none in an input can change by itself.
    against = _AGAINST_MADE if has_texts else (*_AGAINST_MADE, volatile_findings)
    yield from (f for findings in against if made is not None for f in findings(package, made))
    yield from _surroundings(package)


def _standing(package: Package, truth: Truth | None) -> tuple[list[Finding], Truth | None]:
    """Whether the workbook remembers the same of how it was made; where another version made it, only that can be used."""
    if truth is None or has_same_records(package, truth):
        return [], truth
    version = read_note(package, MADE_BY)
    if truth.is_stated or version == read_note(truth.package, MADE_BY):
        return [Finding(ERROR, "record_changed", "", _RECORD)], truth
    stated = f" {version} " if version else "更早的版本"
    return [Finding(WARNING, "made_by_another", "", _ANOTHER.format(stated))], None


_RECORD = "工作簿自带的生成记录被删去或改动；已改为与按指标体系重新排出的版式核对。"
_ANOTHER = "工作簿由 xlperf {}生成，版式与本程序的不同，只能与文件自带的记录核对；请用下发清单（--against）核对。"
_MOVED = "工作表“{}”的行列被插入、删除或移动过，很多单元格不在原来的位置；请用原始工作簿重新填报。"


def _alterations(package: Package, patterns: Mapping[Place, Pattern]) -> Iterator[Alteration]:
    """The formula cells that don't hold their formula any more."""
    for place, pattern, text in _other_formulas(package.all_formulas, _Identical(patterns)) if patterns else ():
        if text is None:
            yield Alteration(place, pattern.at(place), _shown(package.value(*place)), is_formula=False)
        else:
            yield Alteration(place, pattern.at(place), f"={text}", is_formula=True)
    for place in _spread_formulas(package) if patterns else ():
        if place in patterns:
            shown = f"{{={package.formulas(place[0])[place[1]]}}}（数组公式）"
            yield Alteration(place, patterns[place].at(place), shown, is_formula=True)


class _Identical(NamedTuple):
    """Patterns as a key: submissions are compared with the very same ones."""

    patterns: Mapping[Place, Pattern]

    def __hash__(self) -> int:
        return id(self.patterns)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identical) and other.patterns is self.patterns


@lru_cache(maxsize=16)
def _other_formulas(formulas: Formulas, key: _Identical) -> tuple[tuple[Place, Pattern, str | None], ...]:
    """The cells with another formula than their pattern's, or none; the same for all submissions that have the same."""
    by_sheet = {sheet: dict(items) for sheet, items in formulas}
    found: list[tuple[Place, Pattern, str | None]] = []
    for place, pattern in key.patterns.items():
        sheet, ref = place
        if sheet in by_sheet:
            text = by_sheet[sheet].get(ref)
            if text is None or fingerprint(text, ref) != pattern.plain:
                found.append((place, pattern, text))
    return tuple(found)


def _spread_formulas(package: Package) -> Iterator[Place]:
    """Cells with an array formula, which their text doesn't tell; the workbook is made without any."""
    for sheet in package.worksheets:
        unusual = package.reading(sheet.name).unusual_formulas
        arrays = (ref for ref, formula, _ in unusual if formula.kind == "array" and not formula.is_single_dynamic)
        yield from ((sheet.name, ref) for ref in arrays)


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
        if name not in reference.sheets and name not in (IDENTITY, FREE_SHEET):
            state = "" if sheet.state == "visible" else "，而且是隐藏的"
            like = next((made for made in reference.sheets if _looking(made) == _looking(name)), "")
            state += f"，名称看起来同“{like}”一样" if like else ""
            severity = WARNING if state else HINT
            yield Finding(severity, "sheet_added", f"{name}!A1", f"多出工作表“{name}”{state}。", "", name)


def _looking(name: str) -> str:
    """A name as people see it: signs without width, blanks and widths of letters make no difference."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


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
    """Whether a locked cell holds what it was made with: programs keep numbers to their digits, and lose blanks of texts."""
    if isinstance(made, str) and isinstance(found, str):
        return found == made or (_without_blanks(made) != made and _without_blanks(found) == _without_blanks(made))
    if is_number(found) and is_number(made):
        return compare(found, made) == 0
    return type(found) is type(made) and found == made


def _without_blanks(text: str) -> str:
    """A text without the blanks that a program may lose: at its ends, several in a row, breaks of lines."""
    return _LOST.sub(" ", text).strip(" ")


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


def _shadowing(package: Package, reference: Reference) -> Iterator[Finding]:
    """Names that programs take for ours: of single sheets, in whose formulas they stand before them, and with the same letters."""
    ours = {name.casefold(): name for name in reference.names}
    beside = names_beside(package.names, reference)
    of_sheets = (name for name in package.names if name.sheet is not None)
    for name in dict.fromkeys((*of_sheets, *beside, *package.names_passed_over)):
        own = ours.get(name.name.casefold())
        if own is not None:
            made, now = reference.names[own], _short(name.text)
            where = f"工作表“{name.sheet}”另有自己的名称 {name.name}（指 {now}），盖住了原来的（{made}）"
            if name.sheet is None:
                where = f"另有一个名称 {name.name}（指 {now}），与原来的 {own}（{made}）分不开"
            cell = f"{name.sheet}!A1" if name.sheet is not None else ""
            yield Finding(ERROR, "name_shadowed", cell, f"{where}；评分按原来的计算。", made, name.text)


def _validated(package: Package, reference: Reference) -> Iterator[Finding]:
    """Sheets with fewer checks of what is typed than they were made with, as far as the workbook itself remembers."""
    for sheet in package.worksheets:
        made = reference.sheets.get(sheet.name)
        if made is None or not made.validated:
            continue
        validated = len(rules_around(package.markup(sheet.name)).rules_by_cell)
        if validated < made.validated:
            text = f"工作表“{sheet.name}”的输入检查被去掉一部分：原有 {made.validated} 格，现有 {validated} 格。"
            cell = f"{sheet.name}!A1"
            yield Finding(WARNING, "validation_removed", cell, text, str(made.validated), str(validated))


def _surroundings(package: Package) -> Iterator[Finding]:
    """Calculation by hand, links to other files, macros that are not ours."""
    if _MANUAL.search(package.part(workbook_part(package))):
        yield Finding(WARNING, "manual_calculation", "", "工作簿设成了手动计算，保存的结果可能是旧的；这里已重新计算。")
    if package.calculation.uses_displayed_precision:
        yield Finding(
            WARNING, "displayed_precision", "", "工作簿设成了“以显示精度为准”，格里的数会被截短，分数可能因此不同。"
        )
    if package.calculation.is_iterative:
        yield Finding(HINT, "iteration", "", "工作簿打开了迭代计算，循环引用不会报错。")
    if package.date1904:
        yield Finding(WARNING, "other_date_system", "", "工作簿改用了 1904 日期系统，日期会差 1462 天。")
    named = (part for part in package.parts if part.startswith("xl/externalLinks/") and part.endswith(".xml"))
    if links := {*named, *package.parts_of("externalLink")}:
        text = f"工作簿引用了别的文件（{len(links)} 个外部链接）；评价数据应都在本工作簿里。"
        yield Finding(WARNING, "external_link", "", text, "0", str(len(links)))
    if sources := package.parts_of("connections"):
        text = "工作簿里有数据连接，打开时可能从别处取数；评价数据应都在本工作簿里。"
        yield Finding(WARNING, "external_link", "", text, "", sources[0])
    named = (part for part in package.parts if part.endswith("vbaProject.bin"))
    for part in sorted({*named, *package.parts_of("vbaProject")}):
        if part not in package.parts or not is_ours(package.part(part)):
            yield Finding(
                ERROR, "foreign_macro", "", "工作簿里有不是 xlperf 的宏；xlperf 从不运行它，请不要启用宏。", "", part
            )
    if others := package.parts_of(*_ACTIVE):
        text = "工作簿里有宏表或 ActiveX 控件；xlperf 从不运行它，请不要启用内容。"
        yield Finding(ERROR, "foreign_macro", "", text, "", others[0])


def _shown(value: Value) -> str:
    return "" if is_blank(value) else as_text(value) if isinstance(value, bool | int | float | str) else str(value)


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _points(value: float | None) -> str:
    return "算不出" if value is None else f"{value:.2f}"


def saved_value_findings(changes: Mapping[Place, tuple[Value, Value]], names: NamedCells) -> Iterator[Finding]:
    """Saved results that a recalculation does not give: an old save, or figures typed over results.

    Where nothing is saved, a library has saved the workbook, which calculates nothing.
    """
    changes = {place: change for place, change in changes.items() if change[0] is not None}
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
