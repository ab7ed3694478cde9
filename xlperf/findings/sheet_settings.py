"""What stands around the cells of a sheet against how it was made: hidden lines, protection, merged cells, input checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

from xlperf.findings.finding import HINT, WARNING, Finding
from xlperf.formula.addresses import Area, position, reference
from xlperf.formula.spelling import normalised
from xlperf.package import Cell, Package
from xlperf.package.looks import Looks, look_numbers, looks_of
from xlperf.package.sheet_rules import InputRule, SheetRules, are_surrounded_alike, rules_around
from xlperf.package.sheet_xml import SheetXml
from xlperf.values import is_blank, is_number
from xlperf.workbook.as_delivered import SheetReference

# What is lower or narrower than this, in points and in signs, shows nothing of what it holds.
LEAST_HEIGHT, LEAST_WIDTH = 6.0, 1.0
_ROW = re.compile(rb'(?:[^<>]*?\s)?r="([0-9]+)"')
_HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
_HEIGHT = re.compile(rb"""\bht\s*=\s*["']([0-9.eE+-]+)["']""")


class _Made(NamedTuple):
    """A sheet as it must be: mostly its markup is all that is asked for, and its cells need not be read."""

    package: Package
    name: str

    @property
    def xml(self) -> SheetXml:
        return self.package.markup(self.name)

    @property
    def formulas(self) -> Mapping[str, str]:
        return self.package.formulas(self.name)

    @property
    def cells(self) -> Mapping[str, Cell]:
        return self.package.cells(self.name)


def setting_findings(
    package: Package, made: Package | None, remembered: Mapping[str, SheetReference]
) -> Iterator[Finding]:
    """Every sheet that is set otherwise than it was made; `made`: the workbook as it must be, where that is known.

    `remembered`: what the workbook itself remembers, of the sheets to be looked at.
    """
    for sheet in package.worksheets:
        name = sheet.name
        if name not in remembered:
            continue
        xml = package.markup(name)
        own = _Made(made, name) if made and any(known.name == name for known in made.worksheets) else None
        is_alike = own is not None and are_surrounded_alike(xml, own.xml)
        if not is_alike or _rows_out_of_sight(xml):
            yield from _out_of_sight(package, own, remembered[name], name)
        if not is_alike:
            yield from _protection(name, rules_around(xml), own, remembered[name].is_protected)
        if made and own is not None:
            yield from _unlocked(package, name, own, made)
            yield from _concealed(package, name, own, made)
        if own is not None and not is_alike:
            yield from _editable(name, rules_around(xml), own)
            yield from _zeros(package, name, own)
            yield from _merged(name, rules_around(xml), own)
            yield from _input_rules(name, rules_around(xml), rules_around(own.xml))


@lru_cache(maxsize=16)
def _unlocked_looks(looks: Looks) -> frozenset[int]:
    return frozenset(number for number, look in enumerate(looks.cells) if not look.is_locked)


def _openings(xml: SheetXml) -> list[bytes]:
    """The attributes of the rows, as most programs write them."""
    pieces = [] if xml.is_closed else xml.content[xml.start : xml.end].split(b"<%srow " % xml.grammar.prefix)[1:]
    return [piece[: piece.find(b">")] for piece in pieces]


_OUT_OF_SIGHT: WeakKeyDictionary[SheetXml, frozenset[int]] = WeakKeyDictionary()


def _rows_out_of_sight(xml: SheetXml) -> frozenset[int]:
    """The rows that are hidden or next to nothing; mostly there are none, which all of them together tell at once."""
    found = _OUT_OF_SIGHT.get(xml)
    if found is None:
        openings = _openings(xml)
        every = b"\n".join(openings)
        is_any = _HIDDEN.search(every) or any(map(_is_low, set(_HEIGHT.findall(every))))
        is_unusual = len(openings) != xml.count(b"row")
        rows = ((row.number, xml.row_markup(row)) for row in xml.rows()) if is_any or is_unusual else ()
        found = _OUT_OF_SIGHT[xml] = frozenset(number for number, markup in rows if _is_out_of_sight(markup))
    return found


def _is_out_of_sight(markup: bytes) -> bool:
    height = _HEIGHT.search(markup)
    return _HIDDEN.search(markup) is not None or (height is not None and _is_low(height[1]))


def _is_low(height: bytes) -> bool:
    return _number(height) < LEAST_HEIGHT


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return LEAST_HEIGHT


def _out_of_sight(package: Package, own: _Made | None, remembered: SheetReference, name: str) -> Iterator[Finding]:
    """Rows and columns that are hidden or next to nothing; not empty ones, those of a filter, those made so."""
    rules = rules_around(package.markup(name))
    made = rules_around(own.xml) if own is not None else SheetRules()
    hidden_rows = set(_rows_out_of_sight(package.markup(name)))
    if own is None:
        hidden_rows -= set(remembered.hidden_rows)
    elif hidden_rows:
        hidden_rows -= _rows_out_of_sight(own.xml)
    hidden_rows = {row for row in hidden_rows if not any(area.top < row <= area.bottom for area in rules.filtered)}
    hidden_rows |= set(range(made.reached[0], rules.reached[0]))
    is_low = rules.default_height is not None and rules.default_height < LEAST_HEIGHT
    if (rules.has_hidden_rows and not made.has_hidden_rows) or is_low:
        stated = stated_heights(package.markup(name))
        hidden_rows |= {row for row in filled_lines(package, name)[0] if row not in stated}
    columns = set(range(made.reached[1], rules.reached[1]))
    columns |= _narrow(rules) - (_narrow(made) if own is not None else set(remembered.hidden))
    is_narrow = rules.default_width is not None and rules.default_width < LEAST_WIDTH
    if hidden_rows or columns or is_narrow:
        full_rows, full_columns = filled_lines(package, name)
        if is_narrow:
            columns |= {c for c in full_columns if not any(s.first <= c <= s.last for s in rules.columns)}
        hidden = len(hidden_rows & full_rows) + len(columns & full_columns)
        if hidden:
            text = f"工作表“{name}”有 {hidden} 处行或列被隐藏。"
            yield Finding(WARNING, "rows_hidden", f"{name}!A1", text, "0", str(hidden))


def stated_heights(xml: SheetXml) -> dict[int, float]:
    """The rows with a height of their own, and these, in points."""
    found = ((_ROW.match(opening), _HEIGHT.search(opening)) for opening in _openings(xml))
    return {int(number[1]): _number(height[1]) for number, height in found if number and height}


def filled_lines(package: Package, name: str) -> tuple[set[int], set[int]]:
    """The rows and the columns that hold something."""
    filled = [position(ref) for ref, cell in package.cells(name).items() if cell.formula or not is_blank(cell.value)]
    return {row for row, _ in filled}, {column for _, column in filled}


def _narrow(rules: SheetRules) -> set[int]:
    """The columns that are hidden or next to nothing."""
    spans = [s for s in rules.columns if s.is_hidden or (s.width is not None and s.width < LEAST_WIDTH)]
    return {column for span in spans for column in range(span.first, span.last + 1)}


def _protection(name: str, rules: SheetRules, own: _Made | None, was_protected: bool) -> Iterator[Finding]:
    cell = f"{name}!A1"
    if was_protected and rules.forbidden is None:
        yield Finding(WARNING, "protection_removed", cell, f"工作表“{name}”的保护被去掉。", "保护", "未保护")
    made = rules_around(own.xml).forbidden if own is not None else None
    if made and rules.forbidden is not None and (allowed := sorted(made - rules.forbidden)):
        text = f"工作表“{name}”的保护被放宽，现在允许：{'、'.join(_OPTIONS[option] for option in allowed)}。"
        yield Finding(WARNING, "protection_weakened", cell, text, "", " ".join(allowed))


_OPTIONS = {
    "formatCells": "设置单元格格式",
    "formatColumns": "设置列格式",
    "formatRows": "设置行格式",
    "insertColumns": "插入列",
    "insertRows": "插入行",
    "insertHyperlinks": "插入超链接",
    "deleteColumns": "删除列",
    "deleteRows": "删除行",
    "sort": "排序",
    "autoFilter": "筛选",
    "pivotTables": "使用数据透视表",
    "objects": "编辑对象",
    "scenarios": "编辑方案",
    "selectLockedCells": "选定锁定的单元格",
    "selectUnlockedCells": "选定未锁定的单元格",
}


def _unlocked(package: Package, name: str, own: _Made, made: Package) -> Iterator[Finding]:
    """Formula cells that are locked as made and are not any more."""
    numbers, unlocked = look_numbers(package, name), _unlocked_looks(looks_of(package))
    found = [ref for ref in package.formulas(name) if numbers.get(ref, 0) in unlocked]
    if found:
        meant, free = look_numbers(made, name), _unlocked_looks(looks_of(made))
        found = [ref for ref in found if ref in own.formulas and meant.get(ref, 0) not in free]
    if found:
        text = f"工作表“{name}”的公式格 {_some(found)} 被解除锁定，保护对它们不起作用。"
        yield Finding(WARNING, "cells_unlocked", f"{name}!{found[0]}", text, "锁定", "未锁定")


def _concealed(package: Package, name: str, own: _Made, made: Package) -> Iterator[Finding]:
    """Results whose formula nobody can read while the sheet is protected."""
    looks, made_looks = looks_of(package), looks_of(made)
    if not looks.conceals_formulas:
        return
    numbers, meant = look_numbers(package, name), look_numbers(made, name)
    found = [
        ref
        for ref in own.formulas
        if looks.cell(numbers.get(ref, 0)).is_concealing and not made_looks.cell(meant.get(ref, 0)).is_concealing
    ]
    if found:
        text = f"工作表“{name}”的公式格 {_some(found)} 设成了隐藏公式，点开看不到公式。"
        yield Finding(WARNING, "formula_hidden", f"{name}!{found[0]}", text, "显示", "隐藏")


def _editable(name: str, rules: SheetRules, own: _Made) -> Iterator[Finding]:
    """Formula cells that may be changed in spite of the protection, and might not as made."""
    known = set(rules_around(own.xml).editable)
    new = [area for area in rules.editable if area not in known]
    found = [ref for ref in own.formulas if any(area.covers(*position(ref)) for area in new)] if new else []
    if found:
        text = f"工作表“{name}”的公式格 {_some(found)} 被列入允许编辑的区域，保护对它们不起作用。"
        yield Finding(WARNING, "cells_unlocked", f"{name}!{found[0]}", text, "锁定", "允许编辑")


def _zeros(package: Package, name: str, own: _Made) -> Iterator[Finding]:
    """Results of nothing that look like blank cells; as people set it, too."""
    rules, made = rules_around(package.markup(name)), rules_around(own.xml)
    if rules.is_hiding_zeros and not made.is_hiding_zeros:
        found = [ref for ref in own.formulas if is_number(value := package.value(name, ref)) and value == 0]
        if found:
            text = f"工作表“{name}”设成不显示零，{_some(found)} 是 0，看起来却是空白。"
            yield Finding(HINT, "text_hidden", f"{name}!{found[0]}", text)


def _merged(name: str, rules: SheetRules, own: _Made) -> Iterator[Finding]:
    """Merged cells over cells that the workbook was made with: all but the first are out of sight."""
    known = set(rules_around(own.xml).merged)
    new = [area for area in rules.merged if area not in known]
    if not new:
        return
    covered = [ref for ref in own.cells if any(_is_below(area, *position(ref)) for area in new)]
    if covered:
        text = f"工作表“{name}”的 {'、'.join(map(str, new[:5]))} 被合并，盖住了 {_some(covered)}。"
        yield Finding(WARNING, "cells_merged", f"{name}!{covered[0]}", text, "", " ".join(map(str, new)))


def _is_below(area: Area, row: int, column: int) -> bool:
    return area.covers(row, column) and (row, column) != area[:2]


def _input_rules(name: str, rules: SheetRules, made: SheetRules) -> Iterator[Finding]:
    """Checks of input that are gone or say something else, one finding each for the sheet."""
    if rules.input_rules == made.input_rules:
        return
    now = rules.rules_by_cell
    gone, changed, reworded = [], [], []
    for place, rule in made.rules_by_cell.items():
        found = now.get(place)
        if found is None:
            gone.append(place)
        elif found is not rule and (_meaning(found) != _meaning(rule) or rule.is_refusing > found.is_refusing):
            changed.append(place)
        elif any(said and said != was for said, was in zip(found.said, rule.said, strict=True)):
            reworded.append(place)
    if gone:
        total = len(made.rules_by_cell)
        text = f"工作表“{name}”的输入检查被去掉一部分：原有 {total} 格，现有 {total - len(gone)} 格。"
        yield Finding(WARNING, "validation_removed", f"{name}!A1", text, str(total), str(total - len(gone)))
    if changed:
        first = reference(*changed[0])
        was, is_now = (_told(rules[changed[0]]) for rules in (made.rules_by_cell, now))
        more = f" 等 {len(changed)} 格" if len(changed) > 1 else ""
        text = f"工作表“{name}”的 {first}{more} 的输入检查被改：原为{was}，现为{is_now}。"
        yield Finding(WARNING, "validation_changed", f"{name}!{first}", text, was, is_now)
    if reworded:
        yield _reworded(
            name, [reference(*place) for place in reworded], now[reworded[0]], made.rules_by_cell[reworded[0]]
        )


def _reworded(name: str, refs: list[str], now: InputRule, made: InputRule) -> Finding:
    """What is said at an input is not what it was made with."""
    said, was = next((said, was) for said, was in zip(now.said, made.said, strict=True) if said and said != was)
    text = f"工作表“{name}”的 {_some(refs)} 的输入提示被改成“{said[:40]}”，原为“{was[:40] or '空白'}”。"
    return Finding(WARNING, "validation_changed", f"{name}!{refs[0]}", text, was, said)


def _meaning(rule: InputRule) -> tuple[object, ...]:
    """What a check demands, in one spelling; one that only offers choices may refuse others as well."""
    bounds = [_number_or_text(bound) for bound in rule.bounds]
    has_one = rule.type in ("list", "custom") or rule.operator not in ("between", "notBetween")
    return rule.type, rule.operator, *(bounds[:1] if has_one else bounds)


def _number_or_text(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        # Some programs write a source of choices as a formula, others without its sign.
        return normalised(text.removeprefix("=")).replace("$", "")


def _told(rule: InputRule) -> str:
    """A check in words."""
    low, high = rule.bounds
    refusing = "" if rule.is_refusing else "（不拒绝其他内容）"
    if rule.type == "none":
        return f"任何内容{refusing}"
    if rule.type in ("list", "custom"):
        return f"{'选项' if rule.type == 'list' else '公式'} {low.strip(chr(34))}{refusing}"
    span = f"{low} 到 {high}" if rule.operator in ("between", "notBetween") else f"{rule.operator} {low}"
    return f"{'不在 ' if rule.operator == 'notBetween' else ' '}{span}{refusing}".strip()


def _some(refs: Iterable[str]) -> str:
    listed = list(refs)
    return "、".join(listed[:5]) + (f" 等 {len(listed)} 格" if len(listed) > 5 else "")
