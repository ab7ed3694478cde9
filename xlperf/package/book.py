"""What the workbook part and those around it say: sheets, defined names, tables, calculation settings, properties."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple
from xml.etree.ElementTree import Element

from xlperf.errors import UserError
from xlperf.escaping import excerpt
from xlperf.formula.addresses import possible_area
from xlperf.formula.definitions import DefinedName, Table
from xlperf.package.archive import Archive
from xlperf.package.limits import Limits
from xlperf.package.part_xml import attribute, child, children, decode_codes, is_true, local_name, parse, whole
from xlperf.package.relationships import Relationship, relations_part, relationships
from xlperf.package.reuse import remembered

WORKSHEET = "worksheet"
MOST_ITERATIONS = 32_767
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Sheet(NamedTuple):
    """A sheet: its name, part, kind (worksheet, chartsheet, dialogsheet, …) and state (visible, hidden, veryHidden)."""

    name: str
    part: str
    kind: str = WORKSHEET
    state: str = "visible"


class Names(tuple[DefinedName, ...]):
    """The defined names. Those of submissions are mostly the very same objects, and those of other workbooks have
    another hash: neither needs to be compared name by name.
    """

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(self))

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[type[Names], tuple[tuple[DefinedName, ...]]]:
        # Another process hashes texts in another way.
        return Names, (tuple(self),)


class Calculation(NamedTuple):
    """The workbook's calculation settings."""

    is_iterative: bool = False
    iterations: int = 100
    change: float = 0.001
    full_on_load: bool = False
    uses_displayed_precision: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """The workbook part, read."""

    part: str
    content_type: str
    sheets: tuple[Sheet, ...]
    names: Names
    calculation: Calculation
    date1904: bool
    links: tuple[str, ...]
    related: tuple[Relationship, ...]
    # Names that are passed over.
    passed_over: tuple[DefinedName, ...] = ()

    def part_of(self, kind: str) -> str | None:
        """The part that the workbook relates to by a kind such as sharedStrings."""
        return next((related.target for related in self.related if related.type == kind), None)


def read_book(archive: Archive, limits: Limits) -> Book:
    """Finds and reads the workbook part.

    Errors: a UserError where the package holds no workbook, or one in a form that can't be read.
    """
    part = next((r.target for r in relationships(archive, "") if r.type == "officeDocument"), None)
    if part is None or part not in archive:
        raise UserError("文件里没有工作簿，不是 Excel 的 .xlsx 或 .xlsm 文件；请用 Excel 或 WPS 另存为 .xlsx")
    read_from = (part, "[Content_Types].xml", relations_part(part))
    prints = tuple(archive.fingerprint(name) for name in read_from if name in archive)
    return remembered((archive.names, part, prints), sum(p.size for p in prints), lambda: _read(archive, part, limits))


def _read(archive: Archive, part: str, limits: Limits) -> Book:
    content_type = _content_type(archive, part)
    if "spreadsheet" not in content_type and "ms-excel" not in content_type:
        raise UserError(f"文件不是 Excel 工作簿（{content_type or '类型不明'}）；请给出 .xlsx 或 .xlsm 文件")
    if "binary" in content_type:
        raise UserError("文件是二进制工作簿 .xlsb，不能处理；请用 Excel 或 WPS 另存为 .xlsx")
    root = parse(part, archive.read(part))
    if local_name(root.tag) != "workbook":
        raise UserError(f"部件 {part} 不是工作簿，文件已损坏，请重新取得一份完整的文件")
    related = relationships(archive, part)
    sheets = _sheets(archive, root, related, limits)
    settings = child(root, "workbookPr")
    date1904 = settings is not None and is_true(settings.get("date1904"))
    links = _links(archive, root, related)
    return Book(part, content_type, sheets, _names(root, sheets), _calculation(root), date1904, links, related)


def _content_type(archive: Archive, part: str) -> str:
    name = "[Content_Types].xml"
    if name not in archive:
        raise UserError(
            "文件里没有 [Content_Types].xml，不是 Excel 的 .xlsx 或 .xlsm 文件，或已损坏；请用 Excel 或 WPS 另存为 .xlsx"
        )
    root = parse(name, archive.read(name))
    for override in children(root, "Override"):
        if override.get("PartName", "").lstrip("/").casefold() == part.casefold():
            return override.get("ContentType", "")
    extension = part.rpartition(".")[2].casefold()
    matching = (d for d in children(root, "Default") if d.get("Extension", "").casefold() == extension)
    return next((default.get("ContentType", "") for default in matching), "")


def _sheets(archive: Archive, root: Element, related: tuple[Relationship, ...], limits: Limits) -> tuple[Sheet, ...]:
    by_id = {relationship.id: relationship for relationship in related}
    found: dict[str, Sheet] = {}
    owners: dict[str, str] = {}
    listed = children(_required(root, "sheets"), "sheet")
    if len(listed) > limits.sheets:
        raise UserError(f"文件有 {len(listed):,} 张工作表，超过上限 {limits.sheets:,}，已拒绝；请删去不用的工作表")
    for element in listed:
        name = decode_codes(element.get("name", ""))
        if not name or _CONTROL.search(name):
            raise UserError(f"工作表的名称“{excerpt(name)}”是空的或含有控制字符，文件已损坏，请重新取得一份完整的文件")
        relationship = by_id.get(_relation(element))
        if relationship is None or relationship.target not in archive:
            if _relation(element):
                raise UserError(f"工作表“{name}”的内容不在文件里，文件已损坏，请重新取得一份完整的文件")
            continue
        if name.casefold() in found:
            raise UserError(f"有两张工作表都叫“{name}”，文件已损坏，请重新取得一份完整的文件")
        owner = owners.setdefault(relationship.target, name)
        if owner != name:
            raise UserError(
                f"工作表“{owner}”和“{name}”用同一个部件 {relationship.target}，文件已损坏，请重新取得一份完整的文件"
            )
        state = element.get("state", "visible")
        found[name.casefold()] = Sheet(name, relationship.target, relationship.type, state)
    return tuple(found.values())


def _links(archive: Archive, root: Element, related: tuple[Relationship, ...]) -> tuple[str, ...]:
    """The parts of the linked workbooks, in the order of their numbers; empty where one is not there."""
    by_id = {relationship.id: relationship.target for relationship in related}
    holder = child(root, "externalReferences")
    targets = (by_id.get(_relation(e), "") for e in (() if holder is None else children(holder, "externalReference")))
    return tuple(target if target in archive else "" for target in targets)


def _relation(element: Element) -> str:
    return next((value for key, value in element.items() if key.endswith("}id")), "")


def _required(root: Element, name: str) -> Element:
    element = child(root, name)
    if element is None:
        raise UserError("工作簿里没有工作表的清单，文件已损坏，请重新取得一份完整的文件")
    return element


def _names(root: Element, sheets: tuple[Sheet, ...]) -> Names:
    all_sheets = [decode_codes(e.get("name", "")) for e in children(_required(root, "sheets"), "sheet")]
    found = []
    holder = child(root, "definedNames")
    for element in () if holder is None else children(holder, "definedName"):
        stated = element.get("localSheetId")
        scope = whole(stated)
        if stated is not None and (scope is None or scope >= len(all_sheets)):
            raise UserError(
                f"名称“{excerpt(element.get('name', ''))}”属于不存在的工作表，文件已损坏，请重新取得一份完整的文件"
            )
        sheet = None if scope is None else all_sheets[scope]
        text = decode_codes(element.text or "")
        found.append(DefinedName(element.get("name", ""), text, sheet, is_true(element.get("hidden"))))
    return _one_of_equals(Names(found))


@lru_cache(maxsize=16)
def _one_of_equals(names: Names) -> Names:
    """The same object for the same names, also where the workbook part differs in other things."""
    return names


def _calculation(root: Element) -> Calculation:
    stated = child(root, "calcPr")
    if stated is None:
        return Calculation()
    iterations = whole(stated.get("iterateCount", "100"))
    try:
        change = float(stated.get("iterateDelta", "0.001"))
    except ValueError:
        change = math.nan
    if iterations is None or not math.isfinite(change):
        raise UserError("工作簿的计算设置无法读出，文件已损坏，请重新取得一份完整的文件")
    if iterations > MOST_ITERATIONS:
        raise UserError(
            f"工作簿的迭代次数 {iterations} 超过 Excel 的上限 {MOST_ITERATIONS}，文件已损坏，请重新取得一份完整的文件"
        )
    full, precision = is_true(stated.get("fullCalcOnLoad")), is_true(stated.get("fullPrecision", "1"))
    return Calculation(is_true(stated.get("iterate")), iterations, change, full, not precision)


def read_tables(archive: Archive, sheet: Sheet) -> tuple[Table, ...]:
    """The tables on a sheet."""
    found = []
    for relationship in relationships(archive, sheet.part):
        if relationship.type == "table" and relationship.target in archive:
            found.append(_table(relationship.target, archive.read(relationship.target), sheet.name))
    return tuple(found)


def _table(part: str, content: bytes, sheet: str) -> Table:
    root = parse(part, content)
    holder = child(root, "tableColumns")
    columns = () if holder is None else tuple(decode_codes(c.get("name", "")) for c in children(holder, "tableColumn"))
    covered = possible_area(root.get("ref", ""))
    header, totals = whole(root.get("headerRowCount", "1")), whole(root.get("totalsRowCount", "0"))
    if covered is None or header is None or totals is None or len(columns) != covered.right - covered.left + 1:
        raise UserError(f"工作表“{sheet}”的表格（部件 {part}）无法读出，文件已损坏，请重新取得一份完整的文件")
    name = decode_codes(attribute(root, "displayName") or attribute(root, "name") or "")
    return Table(name, sheet, covered, columns, header, totals)


def read_properties(archive: Archive) -> Mapping[str, str]:
    """The custom document properties, as text."""
    part = next((r.target for r in relationships(archive, "") if r.type == "custom-properties"), None)
    if part is None or part not in archive:
        return MappingProxyType({})
    properties = children(parse(part, archive.read(part)), "property")
    return MappingProxyType({p.get("name", ""): "".join(p.itertext()) for p in properties})
