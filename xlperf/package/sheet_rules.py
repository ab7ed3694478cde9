"""What a worksheet part says around its cells: sizes, protection, merged cells, conditional formats, checks of input,
how it opens and is printed, links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary
from xml.etree.ElementTree import Element

from xlperf.formula.addresses import Area, possible_area
from xlperf.package.looks import Overlay, overlay_of
from xlperf.package.part_xml import attribute, children, decode_codes, is_true, local_name, parse, whole
from xlperf.package.sheet_xml import SheetXml, attributes

_OUTER_LINK = re.compile(rb"""<(?:[\w.-]+:)?hyperlink\b(?:[^>"']|"[^"]*"|'[^']*')*?:id\s*=""")
# Which options of a protected sheet forbid something unless they are stated otherwise, and which only where stated.
_FORBIDDEN = (
    *("formatCells", "formatColumns", "formatRows", "insertColumns", "insertRows", "insertHyperlinks"),
    *("deleteColumns", "deleteRows", "sort", "autoFilter", "pivotTables"),
)
_ALLOWED = ("objects", "scenarios", "selectLockedCells", "selectUnlockedCells")


class InputRule(NamedTuple):
    """A check of what is typed: its kind, operator and bounds, and whether anything else is refused."""

    type: str
    operator: str
    bounds: tuple[str, str]
    is_refusing: bool
    # What is said of it where the cell is chosen, and where something is refused; empty where nothing is.
    said: tuple[str, str] = ("", "")


class ConditionalFormat(NamedTuple):
    """A conditional format: its cells, kind, formulas and priority, what it puts over them, whether it hides values."""

    areas: tuple[Area, ...]
    kind: str
    formulas: tuple[str, ...]
    priority: int
    overlay: int | Overlay | None
    is_hiding_values: bool
    is_stopping: bool = False


class ColumnSpan(NamedTuple):
    """Neighbouring columns of one width."""

    first: int
    last: int
    width: float | None
    is_hidden: bool


class View(NamedTuple):
    """How a sheet opens: its zoom in percent, formulas in the place of results, how many rows and columns are frozen."""

    zoom: int = 100
    is_of_formulas: bool = False
    frozen: tuple[int, int] = (0, 0)


class Printing(NamedTuple):
    """How a sheet is printed: in percent where that is stated and counts, the texts above and below its pages."""

    scale: int | None = None
    margins: tuple[str, ...] = ()
    has_pictures: bool = False


class Link(NamedTuple):
    """A link of cells to a place in the workbook or, by its relation, to somewhere else."""

    areas: tuple[Area, ...]
    place: str
    relation: str


_AS_USUAL = Printing()


@dataclass(frozen=True, eq=False)
class SheetRules:
    """What stands around the cells of a sheet. `forbidden`: None where the sheet is not protected.

    `editable`: what may be changed in spite of the protection. `reached`: the first row and column that can be scrolled to.
    """

    default_height: float | None = None
    has_hidden_rows: bool = False
    default_width: float | None = None
    columns: tuple[ColumnSpan, ...] = ()
    forbidden: frozenset[str] | None = None
    merged: tuple[Area, ...] = ()
    filtered: tuple[Area, ...] = ()
    conditional: tuple[ConditionalFormat, ...] = ()
    input_rules: tuple[tuple[tuple[Area, ...], InputRule], ...] = ()
    editable: tuple[Area, ...] = ()
    reached: tuple[int, int] = (1, 1)
    is_hiding_zeros: bool = False
    is_marking: bool = True
    views: tuple[View, ...] = ()
    printing: Printing = _AS_USUAL
    links: tuple[Link, ...] = ()
    _rules: dict[tuple[int, int], InputRule] = field(default_factory=dict)

    @property
    def rules_by_cell(self) -> Mapping[tuple[int, int], InputRule]:
        """The check of each cell, by row and column."""
        if not self._rules:
            for areas, rule in self.input_rules:
                for area in areas:
                    self._rules.update(dict.fromkeys(_cells(area), rule))
        return self._rules


# An area as large as a sheet is not written out.
MOST_CELLS = 100_000


def _cells(area: Area) -> Iterator[tuple[int, int]]:
    if area.size > MOST_CELLS:
        return iter(())
    rows, columns = range(area.top, area.bottom + 1), range(area.left, area.right + 1)
    return ((row, column) for row in rows for column in columns)


_KNOWN: WeakKeyDictionary[SheetXml, SheetRules] = WeakKeyDictionary()


def rules_around(xml: SheetXml) -> SheetRules:
    """What stands around the cells of a worksheet part; the very same for the same markup."""
    found = _KNOWN.get(xml)
    if found is None:
        found = _rules(xml.part, xml.content[: xml.start], xml.content[xml.end :], xml.is_closed)
        _KNOWN[xml] = found
    return found


def are_surrounded_alike(one: SheetXml, other: SheetXml) -> bool:
    """Whether the very same stands around the cells of two parts, so that nothing of it need be taken apart."""
    heads = one.content[: one.start], other.content[: other.start]
    return heads[0] == heads[1] and one.content[one.end :] == other.content[other.end :]


def has_outer_links(xml: SheetXml) -> bool:
    """Whether links of cells lead out of the sheet by a relation, which may be another for the same markup."""
    return _OUTER_LINK.search(xml.content, xml.end) is not None


def hidden_rows(xml: SheetXml) -> frozenset[int] | None:
    """The rows that are hidden one by one; None where all others are hidden too."""
    if rules_around(xml).has_hidden_rows:
        return None
    if b"hidden" not in xml.content[xml.start : xml.end]:
        return frozenset()
    return frozenset(row.number for row in xml.rows() if is_true((attributes(xml.row_markup(row)) or {}).get("hidden")))


@lru_cache(maxsize=512)
def _rules(part: str, head: bytes, tail: bytes, is_closed: bool) -> SheetRules:
    root = parse(part, head + tail) if not is_closed else parse(part, head + b"<sheetData/>" + tail)
    found: dict[str, list[Element]] = {}
    for element in root:
        found.setdefault(local_name(element.tag), []).append(element)
    # Also those that newer programs keep in extensions.
    everywhere: dict[str, list[Element]] = {}
    for element in root.iter():
        everywhere.setdefault(local_name(element.tag), []).append(element)
    views = everywhere.get("sheetView", [])
    sizes = next(iter(found.get("sheetFormatPr", ())), Element("none"))
    protection = next(iter(found.get("sheetProtection", ())), None)
    merged = [merge for holder in found.get("mergeCells", ()) for merge in children(holder, "mergeCell")]
    return SheetRules(
        _number(sizes.get("defaultRowHeight")),
        is_true(sizes.get("zeroHeight")),
        _number(sizes.get("defaultColWidth")),
        tuple(span for holder in found.get("cols", ()) for span in map(_span, children(holder, "col")) if span),
        None if protection is None or not is_true(protection.get("sheet")) else _forbidden(protection),
        tuple(area for merge in merged for area in _areas(merge.get("ref"))),
        tuple(area for one in found.get("autoFilter", ()) if len(one) for area in _areas(one.get("ref"))),
        tuple(rule for holder in everywhere.get("conditionalFormatting", ()) for rule in _conditional(holder)),
        tuple(map(_input_rule, everywhere.get("dataValidation", ()))),
        tuple(area for one in everywhere.get("protectedRange", ()) for area in _areas(one.get("sqref"))),
        _reached(views),
        any(not is_true(view.get("showZeros", "1")) for view in views),
        all(is_true(one.get("enableFormatConditionsCalculation", "1")) for one in found.get("sheetPr", ())),
        tuple(map(_view, views)),
        _printing(found),
        tuple(map(_link, everywhere.get("hyperlink", ()))),
    )


def _view(element: Element) -> View:
    frozen = (0, 0)
    for pane in children(element, "pane"):
        if pane.get("state") in ("frozen", "frozenSplit"):
            frozen = int(_number(pane.get("ySplit")) or 0), int(_number(pane.get("xSplit")) or 0)
    return View(whole(element.get("zoomScale")) or 100, is_true(element.get("showFormulas")), frozen)


def _printing(found: Mapping[str, list[Element]]) -> Printing:
    """A scale doesn't count where pages are made to fit; texts of first and even pages only where these have their own."""
    setup, margins = (next(iter(found.get(name, ())), Element("none")) for name in ("pageSetup", "headerFooter"))
    fitting = (e for holder in found.get("sheetPr", ()) for e in children(holder, "pageSetUpPr"))
    is_fitted = any(is_true(element.get("fitToPage")) for element in fitting)
    pages = ["odd"] + [p for p, a in (("even", "OddEven"), ("first", "First")) if is_true(margins.get(f"different{a}"))]
    texts = (_text(margins, f"{page}{kind}") for page in pages for kind in ("Header", "Footer"))
    scale = None if is_fitted else whole(setup.get("scale"))
    return Printing(scale, tuple(text for text in texts if text), "legacyDrawingHF" in found)


def _link(element: Element) -> Link:
    areas = tuple(_areas(attribute(element, "ref")))
    relation = next((value for key, value in element.items() if key.endswith("}id")), "")
    return Link(areas, attribute(element, "location") or "", relation)


def _reached(views: Iterable[Element]) -> tuple[int, int]:
    """The first row and column of the sheet's view; what lies before frozen panes can't be scrolled to."""
    rows, columns = [1], [1]
    for view in views:
        first = next(iter(_areas(view.get("topLeftCell"))), None)
        for pane in children(view, "pane") if first else ():
            if pane.get("state") in ("frozen", "frozenSplit") and first:
                rows += [first.top] if _number(pane.get("ySplit")) else []
                columns += [first.left] if _number(pane.get("xSplit")) else []
    return max(rows), max(columns)


def _forbidden(protection: Element) -> frozenset[str]:
    stated = {local_name(key): value for key, value in protection.items()}
    found = [name for name in _FORBIDDEN if is_true(stated.get(name, "1"))]
    return frozenset(found + [name for name in _ALLOWED if is_true(stated.get(name))])


def _span(column: Element) -> ColumnSpan | None:
    first, last = whole(column.get("min")), whole(column.get("max"))
    if first is None or last is None:
        return None
    return ColumnSpan(first, last, _number(column.get("width")), is_true(column.get("hidden")))


def _conditional(holder: Element) -> Iterator[ConditionalFormat]:
    areas = tuple(_areas(attribute(holder, "sqref") or _text(holder, "sqref")))
    for rule in children(holder, "cfRule"):
        formulas = tuple(e.text or "" for e in rule.iter() if local_name(e.tag) in ("formula", "f"))
        written_out = next(iter(children(rule, "dxf")), None)
        number = whole(rule.get("dxfId"))
        shown = [e.get("showValue") for e in rule if local_name(e.tag) in ("dataBar", "iconSet")]
        yield ConditionalFormat(
            areas,
            rule.get("type", ""),
            formulas,
            whole(rule.get("priority")) or 0,
            overlay_of(written_out) if written_out is not None else number,
            any(value is not None and not is_true(value) for value in shown),
            is_true(rule.get("stopIfTrue")),
        )


def _input_rule(element: Element) -> tuple[tuple[Area, ...], InputRule]:
    kind = element.get("type", "none")
    bounds = _text(element, "formula1"), _text(element, "formula2")
    is_refusing = is_true(element.get("showErrorMessage")) and element.get("errorStyle", "stop") == "stop"
    operator = "" if kind in ("list", "custom", "none") else element.get("operator", "between")
    areas = tuple(_areas(attribute(element, "sqref") or _text(element, "sqref")))
    prompt = _said(element, "showInputMessage", "promptTitle", "prompt")
    refusal = _said(element, "showErrorMessage", "errorTitle", "error")
    return areas, InputRule(kind, operator, bounds, is_refusing, (prompt, refusal))


def _said(element: Element, shown: str, title: str, text: str) -> str:
    """A message with its title, blanks left out; empty where it isn't shown."""
    said = "".join(element.get(name, "") for name in (title, text)) if is_true(element.get(shown)) else ""
    return "".join(decode_codes(said).split())


def _text(element: Element, name: str) -> str:
    """The text of a direct child, which an extension wraps in another element."""
    found = next(iter(children(element, name)), None)
    return "" if found is None else "".join(found.itertext()).strip()


def _areas(text: str | None) -> Iterator[Area]:
    return (area for area in map(possible_area, (text or "").split()) if area is not None)


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
