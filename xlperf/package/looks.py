"""How cells look: number format, colours as they really appear, size of the type, whether they are locked."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from weakref import WeakKeyDictionary
from xml.etree.ElementTree import Element

from xlperf.package.package import Package
from xlperf.package.part_xml import attribute, child, children, is_true, local_name, parse, whole

BLACK, WHITE = "000000", "FFFFFF"
# As Excel numbers the colours of a theme: light and dark change places against the order in which they are written.
_THEME_ORDER = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
_OFFICE = (WHITE, BLACK, "EEECE1", "1F497D", "4F81BD", "C0504D", "9BBB59", "8064A2", "4BACC6", "F79646", "0000FF")
# The first eight twice: number formats call them 1 to 8, styles 0 to 7 and 8 to 15.
_FIRST = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")
PALETTE = (
    *_FIRST * 2,
    *("800000", "008000", "000080", "808000", "800080", "008080", "C0C0C0", "808080", "9999FF", "993366", "FFFFCC"),
    *("CCFFFF", "660066", "FF8080", "0066CC", "CCCCFF", "000080", "FF00FF", "FFFF00", "00FFFF", "800080", "800000"),
    *("008080", "0000FF", "00CCFF", "CCFFFF", "CCFFCC", "FFFF99", "99CCFF", "FF99CC", "CC99FF", "FFCC99", "3366FF"),
    *("33CCCC", "99CC00", "FFCC00", "FF9900", "FF6600", "666699", "969696", "003366", "339966", "003300", "333300"),
    *("993300", "993366", "333399", "333333"),
)
_SYSTEM_TEXT, _SYSTEM_WINDOW = 64, 65
# How much of a patterned fill its pattern covers; the rest is the background.
_COVERED = {
    "solid": 1.0,
    "darkGray": 0.75,
    "mediumGray": 0.5,
    "lightGray": 0.25,
    "gray125": 0.125,
    "gray0625": 0.0625,
    **dict.fromkeys(("darkGrid", "darkTrellis"), 0.75),
    **dict.fromkeys(("darkHorizontal", "darkVertical", "darkDown", "darkUp"), 0.5),
    **dict.fromkeys(("lightHorizontal", "lightVertical", "lightDown", "lightUp", "lightGrid", "lightTrellis"), 0.25),
}
_BUILT_IN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    49: "@",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    22: "m/d/yy h:mm",
    37: "#,##0 ;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
}
# Further in than most cells are wide.
MOST_INDENT = 20
_DATE, _CURRENCY = "m/d/yy", '"¤"#,##0'
# Further formats that files name by number only: dates and currencies differ by country, but not in what they keep.
_FURTHER = {
    **dict.fromkeys((*range(15, 22), *range(27, 37), 45, 46, 47, *range(50, 59)), _DATE),
    **dict.fromkeys((5, 6, 42), _CURRENCY),
    **dict.fromkeys((7, 8, 44), f"{_CURRENCY}.00"),
    **dict.fromkeys((38, 41), "#,##0"),
    **dict.fromkeys((40, 43), "#,##0.00"),
    48: "##0.0E+0",
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks; `background`: empty where it can't be told, as under a gradient."""

    format: str = "General"
    colour: str = BLACK
    background: str = WHITE
    size: float = 11.0
    is_locked: bool = True
    font: str = ""
    # How it is aligned where that keeps a content from being seen as it is: "fill" repeats it, "indent" pushes it out.
    alignment: str = ""
    # Whether its formula is not shown where the sheet is protected.
    is_concealing: bool = False


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a conditional format puts over a cell; empty: as it was."""

    format: str = ""
    colour: str = ""
    background: str = ""


@dataclass(frozen=True, eq=False)
class Looks:
    """The looks of a workbook by the numbers that its cells state, and those of its conditional formats."""

    cells: tuple[Look, ...]
    overlays: tuple[Overlay, ...]
    palette: Palette

    def cell(self, number: int) -> Look:
        """The look of that number; the plain one where there is none."""
        return self.cells[number] if number < len(self.cells) else _PLAIN

    @cached_property
    def conceals_formulas(self) -> bool:
        """Whether any cell may have its formula hidden while the sheet is protected."""
        return any(look.is_concealing for look in self.cells)


_PLAIN = Look()


_KNOWN: WeakKeyDictionary[Package, Looks] = WeakKeyDictionary()


def looks_of(package: Package) -> Looks:
    """The looks of a workbook; the very same for the same parts."""
    known = _KNOWN.get(package)
    if known is None:
        styles, theme = package.related("styles"), package.related("theme")
        known = _looks(styles, package.part(styles), package.part(theme) if theme else b"") if styles else _NONE
        _KNOWN[package] = known
    return known


def format_codes(package: Package) -> tuple[str | None, ...]:
    """The number formats of a workbook by the numbers that its cells state; None where a format can't be told."""
    styles = package.related("styles")
    if styles is None:
        return (_PLAIN.format,)
    root = parse(styles, package.part(styles))
    own = {attribute(f, "numFmtId"): attribute(f, "formatCode") for f in _items(root, "numFmts", "numFmt")}
    stated = [attribute(style, "numFmtId") or "0" for style in _items(root, "cellXfs", "xf")]
    known = {str(number): code for number, code in (_BUILT_IN | _FURTHER).items()}
    return tuple(own.get(number) or known.get(number) for number in stated) or (_PLAIN.format,)


def look_numbers(package: Package, sheet: str) -> Mapping[str, int]:
    """The number of the look of every cell of a worksheet, also of blank ones, by reference."""
    return package.markup(sheet).styles


@lru_cache(maxsize=16)
def _looks(part: str, styles: bytes, theme: bytes) -> Looks:
    root = parse(part, styles)
    palette = Palette(_theme_colours(theme), _own_palette(root))
    formats = {attribute(f, "numFmtId"): attribute(f, "formatCode") or "" for f in _items(root, "numFmts", "numFmt")}
    fonts = [_font(font, palette) for font in _items(root, "fonts", "font")]
    fills = [palette.background(fill) for fill in _items(root, "fills", "fill")]
    cells = tuple(_look(style, formats, fonts, fills) for style in _items(root, "cellXfs", "xf"))
    overlays = tuple(_overlay(dxf, palette) for dxf in _items(root, "dxfs", "dxf"))
    return Looks(cells, overlays, palette)


def type_of(run: Element, looks: Looks) -> tuple[str, float, str]:
    """Colour, size and name of the font of a run within a text, by what it states of them."""
    return _font(run, looks.palette)


def overlay_of(element: Element) -> Overlay:
    """What a conditional format that is written out in the sheet puts over a cell."""
    return _overlay(element, Palette(_OFFICE, PALETTE))


def _look(
    style: Element,
    formats: dict[str | None, str],
    fonts: list[tuple[str, float, str]],
    fills: list[str],
) -> Look:
    font, fill = (whole(attribute(style, name)) or 0 for name in ("fontId", "fillId"))
    colour, size, name = fonts[font] if font < len(fonts) else (BLACK, _PLAIN.size, "")
    stated = attribute(style, "numFmtId")
    number = whole(stated) or 0
    protection = child(style, "protection")
    is_locked = protection is None or is_true(protection.get("locked", "1"))
    is_concealing = protection is not None and is_true(protection.get("hidden"))
    code = formats.get(stated) or _BUILT_IN.get(number, "General")
    background = fills[fill] if fill < len(fills) else WHITE
    return Look(code, colour, background, size, is_locked, name, _alignment(style), is_concealing)


def _alignment(style: Element) -> str:
    """Empty where it only moves the content a little."""
    stated = child(style, "alignment")
    if stated is None:
        return ""
    if attribute(stated, "horizontal") == "fill":
        return "fill"
    return "indent" if (whole(attribute(stated, "indent")) or 0) > MOST_INDENT else ""


def _font(font: Element, palette: Palette) -> tuple[str, float, str]:
    """Colour, size and name of a font."""
    # Within a text it is called otherwise.
    stated = next((e for e in (child(font, name) for name in ("name", "rFont")) if e is not None), None)
    name = "" if stated is None else attribute(stated, "val") or ""
    return palette.colour(child(font, "color")) or BLACK, _size(font), name


def _overlay(dxf: Element, palette: Palette) -> Overlay:
    font, fill, code = child(dxf, "font"), child(dxf, "fill"), child(dxf, "numFmt")
    colour = "" if font is None else palette.colour(child(font, "color"))
    pattern = None if fill is None else child(fill, "patternFill")
    # Here, and here only, a solid fill states its colour as the background.
    shades = [] if pattern is None else [palette.colour(child(pattern, name)) for name in ("bgColor", "fgColor")]
    background = next((shade for shade in shades if shade), "")
    return Overlay("" if code is None else attribute(code, "formatCode") or "", colour, background)


def _size(font: Element) -> float:
    stated = child(font, "sz")
    try:
        return float(attribute(stated, "val") or "") if stated is not None else _PLAIN.size
    except ValueError:
        return _PLAIN.size


def _items(root: Element, group: str, name: str) -> list[Element]:
    found = child(root, group)
    return [] if found is None else children(found, name)


@dataclass(frozen=True)
class Palette:
    """The colours that a workbook's styles refer to by number."""

    theme: Sequence[str]
    indexed: Sequence[str]

    def colour(self, element: Element | None) -> str:
        """A colour as six digits; empty where there is none, or none that can be told."""
        if element is None:
            return ""
        theme, index = (whole(attribute(element, name)) for name in ("theme", "indexed"))
        rgb = attribute(element, "rgb") or ""
        if theme is not None:
            found = self.theme[theme] if theme < len(self.theme) else ""
        elif index is not None:
            others = {_SYSTEM_TEXT: BLACK, _SYSTEM_WINDOW: WHITE}
            found = self.indexed[index] if index < len(self.indexed) else others.get(index, "")
        else:
            found = rgb[-6:].upper() if len(rgb) in (6, 8) else BLACK if is_true(attribute(element, "auto")) else ""
        return _tinted(found, attribute(element, "tint")) if _is_colour(found) else ""

    def background(self, fill: Element) -> str:
        """What a fill looks like from some way off."""
        pattern = child(fill, "patternFill")
        if pattern is None:
            return "" if child(fill, "gradientFill") is not None else WHITE
        covered = _COVERED.get(attribute(pattern, "patternType") or "none", 0.0)
        front, back = (self.colour(child(pattern, name)) for name in ("fgColor", "bgColor"))
        return _mixed(front or BLACK, back or WHITE, covered) if covered else WHITE


_NONE = Looks((), (), Palette(_OFFICE, PALETTE))


def _is_colour(text: str) -> bool:
    return len(text) == 6 and all(digit in "0123456789ABCDEF" for digit in text)


def _tinted(colour: str, tint: str | None) -> str:
    """A colour made lighter (up to 1) or darker (down to -1), as Excel does it."""
    try:
        by = max(-1.0, min(1.0, float(tint or "0")))
    except ValueError:
        return ""
    if not by:
        return colour
    hue, light, strength = colorsys.rgb_to_hls(*(part / 255 for part in parts(colour)))
    light = light * (1 + by) if by < 0 else light * (1 - by) + by
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, strength))


def _mixed(front: str, back: str, share: float) -> str:
    pairs = zip(parts(front), parts(back), strict=True)
    return "".join(f"{round(one * share + other * (1 - share)):02X}" for one, other in pairs)


def parts(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of a colour in six digits, each up to 255."""
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:], 16)


def _theme_colours(theme: bytes) -> Sequence[str]:
    """The colours of the theme in Excel's numbering."""
    if not theme:
        return _OFFICE
    scheme = next((e for e in parse("xl/theme/theme1.xml", theme).iter() if local_name(e.tag) == "clrScheme"), None)
    if scheme is None:
        return _OFFICE
    found = {local_name(e.tag): next(iter(e), None) for e in scheme}
    stated = [found.get(name) for name in _THEME_ORDER]
    return tuple("" if e is None else (attribute(e, "lastClr") or attribute(e, "val") or "").upper() for e in stated)


def _own_palette(root: Element) -> Sequence[str]:
    """The palette of the workbook's own; the usual one where it has none."""
    colours = child(root, "colors")
    own = None if colours is None else child(colours, "indexedColors")
    if own is None:
        return PALETTE
    return tuple((attribute(e, "rgb") or "")[-6:].upper() for e in children(own, "rgbColor"))
