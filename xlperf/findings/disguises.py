"""Content that nobody is meant to see, or that is shown as something else: by its colour, size or number format."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from xlperf.findings.finding import WARNING, Finding
from xlperf.findings.number_formats import NOTHING, SOMETHING_ELSE, colours_in, is_conditional, measure, shown_as
from xlperf.formula.addresses import position
from xlperf.package import Package
from xlperf.package.looks import PALETTE, Look, Looks, Overlay, look_numbers, looks_of, parts
from xlperf.package.rich_texts import Run, rich_cells, stated_fonts
from xlperf.package.sheet_rules import ConditionalFormat, are_surrounded_alike, rules_around
from xlperf.values import Value, is_blank, is_number
from xlperf.workbook.identity import FREE_SHEET, IDENTITY

# Contrast as for web pages, from 1 (the same colour) to 21; the palest grey that people read has more than this.
LEAST_CONTRAST = 1.25
SMALLEST = 4.0
HIDDEN, TINY, DISGUISED, PARTLY = "hidden", "tiny", "disguised", "partly hidden"
_TOLD = {
    HIDDEN: "的内容看不见（字色与底色相同，或格式不显示）。",
    TINY: "的字小得看不见。",
    PARTLY: "里有几个字看不见（字色与底色相同，或字小得看不见）。",
    DISGUISED: "显示的不是格里的内容（数字格式另写了数或文字、按千分、百分数或日期显示，或用了符号字体、重复填充）。",
}
# Fonts that show other signs in the place of digits and letters.
_SYMBOLS = ("wingdings", "webdings", "symbol", "marlett", "zapf dingbats", "opensymbol")
_SAMPLES: tuple[float | str, ...] = (1.0, -1.0, 0.0, "文字")


def disguise_findings(package: Package, made: Package | None = None) -> Iterator[Finding]:
    """Cells whose content is hidden or shown as something else, one finding a sheet and way; not where they were `made` so."""
    looks = looks_of(package)
    made_looks = looks_of(made) if made else None
    rich, doubtful = _within_texts(package, looks), suspicious(looks)
    for sheet in package.worksheets:
        if sheet.name in (IDENTITY, FREE_SHEET):
            continue
        numbers = look_numbers(package, sheet.name).items() if doubtful else ()
        styles = {ref: number for ref, number in numbers if number in doubtful}
        known = package.cells(sheet.name) if styles else {}
        cells = {ref: known[ref].value for ref in styles if ref in known}
        own = look_numbers(made, sheet.name) if styles and made and _has(made, sheet.name) else {}
        found: dict[str, list[str]] = {}
        for ref, number in styles.items():
            way = disguised(looks.cell(number), cells.get(ref))
            if not way and made and made_looks and ref in own and is_number(cells.get(ref)):
                way = _measured(looks.cell(number), made_looks.cell(own[ref]))
                way = way if way and ref in made.formulas(sheet.name) else ""
            if way and not (made_looks and ref in own and disguised(made_looks.cell(own[ref]), cells.get(ref)) == way):
                found.setdefault(way, []).append(ref)
        for ref, way in rich.get(sheet.name, {}).items():
            found.setdefault(way, []).append(ref)
        for way, refs in _overlaid(package, looks, made, made_looks, sheet.name):
            found.setdefault(way, []).extend(ref for ref in refs if ref not in found.get(way, ()))
        for way, refs in found.items():
            more = f" 等 {len(refs)} 格" if len(refs) > 5 else ""
            text = f"工作表“{sheet.name}”的 {'、'.join(refs[:5])}{more} {_TOLD[way]}"
            cell = f"{sheet.name}!{refs[0]}"
            yield Finding(WARNING, "number_disguised" if way == DISGUISED else "text_hidden", cell, text)


def disguised(look: Look, value: Value) -> str:
    """In which way a look keeps a value from being seen as it is; empty where it doesn't."""
    if is_blank(value):
        return ""
    if contrast(look.colour, look.background) < LEAST_CONTRAST:
        return HIDDEN
    if look.alignment == "indent":
        return HIDDEN
    if look.size < SMALLEST:
        return TINY
    if look.alignment == "fill" or look.font.casefold().startswith(_SYMBOLS):
        return DISGUISED
    return _by_format(look.format, value, look.background)


def _within_texts(package: Package, looks: Looks) -> dict[str, dict[str, str]]:
    """By sheet the cells some signs of which are hidden or shown as others by a font of their own, and in which way."""
    stated = stated_fonts(package)
    grounds = {look.background for look in (*looks.cells, looks.cell(len(looks.cells)))} if stated else set()
    fonts = [font for font in stated if any(_way_of(Run("0", font), ground) for ground in grounds)]
    found: dict[str, dict[str, str]] = {}
    for sheet, ref, runs in rich_cells(package, fonts) if fonts else ():
        ground = looks.cell(look_numbers(package, sheet).get(ref, 0)).background
        if way := next((way for run in runs if (way := _way_of(run, ground))), ""):
            found.setdefault(sheet, {})[ref] = way
    return found


def _way_of(run: Run, background: str) -> str:
    if is_blank(run.text.strip()):
        return ""
    if contrast(run.font.colour, background) < LEAST_CONTRAST or run.font.size < SMALLEST:
        return PARTLY
    # A tick or an arrow is what such fonts are for.
    is_other = run.font.name.casefold().startswith(_SYMBOLS) and any(sign.isnumeric() for sign in run.text)
    return DISGUISED if is_other else ""


def _measured(look: Look, own: Look) -> str:
    """Whether a number is shown as a date or a percentage, and was made to be shown as something else.

    For results only: what is typed into an input takes on such a format by itself.
    """
    shown = measure(look.format)
    return DISGUISED if shown and shown != measure(own.format) else ""


def _by_format(code: str, value: Value, background: str = "") -> str:
    if any(contrast(_colour(number), background) < LEAST_CONTRAST for number in colours_in(code)):
        return HIDDEN
    if is_number(value) or isinstance(value, str):
        shown = shown_as(code, value if isinstance(value, str) else float(value))
        return {NOTHING: HIDDEN, SOMETHING_ELSE: DISGUISED}.get(shown, "")
    return ""


def _colour(number: int) -> str:
    """A colour by its number in number formats; empty where there is none."""
    return PALETTE[number + 7] if 0 < number <= len(PALETTE) - 8 else ""


@lru_cache(maxsize=4096)
def contrast(one: str, other: str) -> float:
    """The contrast of two colours; far apart where one of them can't be told."""
    if not one or not other:
        return 21.0
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in (v / 255 for v in parts(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@lru_cache(maxsize=16)
def suspicious(looks: Looks) -> frozenset[int]:
    """The numbers of looks under which some value would not be seen as it is."""
    return frozenset(
        number
        for number, look in enumerate(looks.cells)
        if any(disguised(look, sample) for sample in _SAMPLES) or is_conditional(look.format) or measure(look.format)
    )


def _has(package: Package, sheet: str) -> bool:
    return any(known.name == sheet for known in package.worksheets)


def _overlaid(
    package: Package, looks: Looks, made: Package | None, made_looks: Looks | None, sheet: str
) -> Iterator[tuple[str, list[str]]]:
    """What conditional formats that the workbook was not made with hide or show as something else."""
    xml, own_xml = package.markup(sheet), made.markup(sheet) if made and _has(made, sheet) else None
    if own_xml and looks is made_looks and are_surrounded_alike(xml, own_xml):
        return
    rules = rules_around(xml).conditional
    own = rules_around(own_xml).conditional if rules and own_xml else ()
    if not rules or (looks is made_looks and rules == own):
        return
    known = {_meaning(rule, made_looks) for rule in own} if made_looks else set()
    for rule in rules:
        if _meaning(rule, looks) in known or not (rule.is_hiding_values or _may_hide(put_over(rule, looks), looks)):
            continue
        cells = package.cells(sheet)
        covered = {ref: cell.value for ref, cell in cells.items() if covers(rule, ref) and not is_blank(cell.value)}
        styles = look_numbers(package, sheet) if covered else {}
        for ref, value in covered.items():
            way = _way(rule, put_over(rule, looks), looks.cell(styles.get(ref, 0)), value)
            if way:
                yield way, [ref]


def covers(rule: ConditionalFormat, ref: str) -> bool:
    """Whether a conditional format is for a cell."""
    row, column = position(ref)
    return any(area.covers(row, column) for area in rule.areas)


def put_over(rule: ConditionalFormat, looks: Looks) -> Overlay:
    """What a conditional format puts over its cells."""
    if isinstance(rule.overlay, Overlay):
        return rule.overlay
    number = -1 if rule.overlay is None else rule.overlay
    return looks.overlays[number] if 0 <= number < len(looks.overlays) else Overlay()


def _meaning(rule: ConditionalFormat, looks: Looks) -> tuple[object, ...]:
    return rule.kind, tuple(text.replace(" ", "").upper() for text in rule.formulas), put_over(rule, looks)


@lru_cache(maxsize=256)
def _may_hide(overlay: Overlay, looks: Looks) -> bool:
    """Whether there is a look of the workbook's with which a conditional format could keep something from being seen."""
    pairs = {(overlay.colour or look.colour, overlay.background or look.background) for look in looks.cells}
    return bool(overlay.format) or any(contrast(*pair) < LEAST_CONTRAST for pair in pairs)


def _way(rule: ConditionalFormat, overlay: Overlay, look: Look, value: Value) -> str:
    """In which way a conditional format keeps a cell's value from being seen."""
    if rule.is_hiding_values:
        return HIDDEN
    if overlay.colour or overlay.background:
        background = overlay.background or look.background
        if contrast(overlay.colour or look.colour, background) < LEAST_CONTRAST:
            return HIDDEN
    return _by_format(overlay.format, value, overlay.background or look.background) if overlay.format else ""
