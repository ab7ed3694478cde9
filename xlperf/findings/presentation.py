"""How a workbook opens and is printed, and where its links lead, against how it was made."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlperf.findings.finding import HINT, WARNING, Finding
from xlperf.findings.sheet_settings import filled_lines, stated_heights
from xlperf.formula.addresses import Area, position
from xlperf.formula.parsing import GrammarError, parsed
from xlperf.formula.tree import Call, Reference, walk
from xlperf.package import Package, Sheet
from xlperf.package.looks import look_numbers, looks_of
from xlperf.package.sheet_rules import (
    MOST_CELLS,
    Link,
    SheetRules,
    View,
    are_surrounded_alike,
    has_outer_links,
    rules_around,
)
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets.all_sheets import shown_place

# In percent: nobody reads what is smaller, on a screen or on paper.
LEAST_ZOOM, LEAST_SCALE = 20, 25
# In points and in signs, about what a large screen shows; less where the sheet opens larger.
SCREEN_HEIGHT, SCREEN_WIDTH = 900.0, 300.0
_ROW, _COLUMN = 15.0, 8.43
_RESULTS = ("total_score", "total_grade", "level_score", "indicator_score")
_PRINT_AREA = "_xlnm.print_area"
_TABLESS = re.compile(rb"""<(?:[\w.-]+:)?workbookView\b[^>]*\bshowSheetTabs\s*=\s*["'](?:0|false)["']""")
# Within the texts of pages: fonts, sizes, colours and other codes.
_CODE = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f]{6}|&K[0-9]{2}[+-][0-9]{3}|&[0-9]+|&[A-Za-z&]')
_RESULT = re.compile(
    r"(?:得分|总分|评分|分数|等级|评定|结果)(?:为|是|：|:|=|\s)*(?:\d[\d.．]*|(?:[优良中差]|合格|不合格)(?![一-鿿]))"
    r"|\d+(?:\.\d+)?\s*分(?![一-鿿])"
)


def presentation_findings(package: Package, made: Package) -> Iterator[Finding]:
    """What is told of the sheets that the workbook was made with, each by itself, and of the workbook's window."""
    if _TABLESS.search(package.part(workbook_part(package))):
        yield Finding(WARNING, "sheet_hidden", "", "工作簿设成了不显示工作表标签，别的工作表点不到。")
    known = {sheet.name: sheet for sheet in made.worksheets}
    for sheet in package.worksheets:
        if sheet.name not in known:
            continue
        xml, own_xml = package.markup(sheet.name), made.markup(sheet.name)
        is_alike = are_surrounded_alike(xml, own_xml)
        if is_alike and not has_outer_links(xml):
            continue
        rules, own = rules_around(xml), rules_around(own_xml)
        if not is_alike:
            yield from _views(package, sheet.name, rules, own)
            yield from _printing(sheet.name, rules, own)
        yield from _links(package, made, sheet, known[sheet.name], rules, own)
    yield from _print_areas(package, made)


def workbook_part(package: Package) -> str:
    """The part of the workbook, whatever it is called."""
    return next(related.target for related in package.relations("") if related.type == "officeDocument")


def _views(package: Package, name: str, rules: SheetRules, own: SheetRules) -> Iterator[Finding]:
    """Formulas in the place of results, a sheet too small to be read, frozen lines that leave nothing to be scrolled."""
    cell = f"{name}!A1"
    for view in dict.fromkeys(rules.views):
        if view in own.views:
            continue
        if view.is_of_formulas:
            yield Finding(HINT, "text_hidden", cell, f"工作表“{name}”设成了显示公式，看到的不是结果。")
        if view.zoom < LEAST_ZOOM:
            yield Finding(HINT, "text_hidden", cell, f"工作表“{name}”的显示比例只有 {view.zoom}%，看不清内容。")
        if _is_filling(package, name, rules, view):
            text = f"工作表“{name}”冻结了 {view.frozen[0]} 行 {view.frozen[1]} 列，比屏幕还大，后面的行列滚不到。"
            yield Finding(WARNING, "rows_hidden", cell, text)


def _is_filling(package: Package, name: str, rules: SheetRules, view: View) -> bool:
    """Whether what is frozen is as large as a screen, and there is something behind it."""
    rows, columns = view.frozen
    larger = max(view.zoom, 1) / 100
    if rows + columns < 10:
        return False
    heights = stated_heights(package.markup(name))
    default = rules.default_height or _ROW
    high = sum(heights.get(row, default) for row in range(1, min(rows, MOST_CELLS) + 1))
    stated = {c: s.width or 0.0 for s in rules.columns for c in range(s.first, min(s.last, columns) + 1)}
    wide = sum(stated.get(column, rules.default_width or _COLUMN) for column in range(1, min(columns, MOST_CELLS) + 1))
    full_rows, full_columns = filled_lines(package, name)
    is_high = high * larger > SCREEN_HEIGHT and any(row > rows for row in full_rows)
    return is_high or (wide * larger > SCREEN_WIDTH and any(column > columns for column in full_columns))


def _printing(name: str, rules: SheetRules, own: SheetRules) -> Iterator[Finding]:
    """Results stated above or below the pages, pages too small to be read."""
    cell = f"{name}!A1"
    for text in rules.printing.margins:
        stated = _RESULT.search(_CODE.sub("", text)) if text not in own.printing.margins else None
        if stated:
            said = f"工作表“{name}”的页眉页脚写了“{stated[0]}”，打印出来像是结果；结果以格里的为准。"
            yield Finding(WARNING, "printed_otherwise", cell, said, "", text)
    if rules.printing.has_pictures and not own.printing.has_pictures:
        said = f"工作表“{name}”的页眉页脚里有图片，打印时可能盖住或多出内容。"
        yield Finding(HINT, "printed_otherwise", cell, said)
    scale = rules.printing.scale
    if scale is not None and scale < LEAST_SCALE and scale != own.printing.scale:
        yield Finding(HINT, "printed_otherwise", cell, f"工作表“{name}”的打印比例只有 {scale}%，打印出来看不清。")


def _print_areas(package: Package, made: Package) -> Iterator[Finding]:
    """Results that are not printed and would be as made."""
    areas, own = _areas_of(package), _areas_of(made)
    if not any(areas[sheet] != own.get(sheet) for sheet in areas):
        return
    names = NamedCells(made)
    places = dict.fromkeys(shown_place(p) for name in _RESULTS if names.has(name) for p in names.places(name))
    for sheet, printed in areas.items():
        meant = own.get(sheet)
        results = [ref for on, ref in places if on == sheet and (meant is None or _is_in(ref, meant))]
        left_out = [ref for ref in results if not _is_in(ref, printed)] if printed else []
        if left_out:
            more = f" 等 {len(left_out)} 格" if len(left_out) > 1 else ""
            text = f"工作表“{sheet}”的打印区域漏掉了得分或等级（{left_out[0]}{more}），打印出来看不到。"
            yield Finding(HINT, "printed_otherwise", f"{sheet}!{left_out[0]}", text, "", " ".join(left_out))


def _areas_of(package: Package) -> dict[str, tuple[Area, ...]]:
    """The print areas of sheets that state theirs in cells."""
    found = {}
    for name in package.names:
        if name.sheet is not None and name.name.casefold() == _PRINT_AREA:
            try:
                nodes = list(walk(parsed(name.text).root))
            except GrammarError:
                continue
            areas = tuple(node.area for node in nodes if isinstance(node, Reference))
            found[name.sheet] = () if any(isinstance(node, Call) for node in nodes) else areas
    return found


def _is_in(ref: str, areas: tuple[Area, ...]) -> bool:
    return any(area.covers(*position(ref)) for area in areas)


def _links(
    package: Package, made: Package, sheet: Sheet, own_sheet: Sheet, rules: SheetRules, own: SheetRules
) -> Iterator[Finding]:
    """Links of locked cells that lead elsewhere than they were made to, or were made without one."""
    name, meant = sheet.name, _targets(made, own_sheet, own.links)
    for area, target in _targets(package, sheet, rules.links).items():
        was = next((other for at, other in meant.items() if at.covers(area.top, area.left)), "")
        if not target or target.casefold() == was.casefold():
            continue
        looks, numbers = looks_of(made), look_numbers(made, name)
        covered = (ref for ref in made.cells(name) if area.covers(*position(ref)))
        changed = [ref for ref in covered if looks.cell(numbers.get(ref, 0)).is_locked]
        if changed:
            text = f"{name}!{changed[0]} 的链接指向 {target}，原来{f'指向 {was}' if was else '没有链接'}；请不要点开。"
            yield Finding(WARNING, "link_changed", f"{name}!{changed[0]}", text, was, target)


def _targets(package: Package, sheet: Sheet, links: tuple[Link, ...]) -> dict[Area, str]:
    """Where the links of cells lead, in one spelling."""
    related = {relation.id: relation.target for relation in package.relations(sheet.part)}
    found = {}
    for link in links:
        outside = related.get(link.relation, "") if link.relation else ""
        inside = (link.place or outside).removeprefix("#").replace("$", "").replace("'", "")
        is_outside = outside != "" and not outside.startswith("#")
        found.update(dict.fromkeys(link.areas, outside if is_outside else inside))
    return found
