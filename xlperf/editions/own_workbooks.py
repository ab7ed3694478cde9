"""Workbooks that others made and that call worksheet functions of ours: to plain formulas, and back to what was typed.

The former formulas stand in a custom XML part, which Excel keeps when it saves. Every other part stays byte for byte.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, unescape

from xlperf.confinement import calculating
from xlperf.editions.conversion import Edition
from xlperf.editions.former_formulas import Place, all_formulas, fingerprint, patterns_by_place, recalled, remembered
from xlperf.editions.plain import Translator, is_ours
from xlperf.editions.references import References
from xlperf.editions.reproducible import FIXED_TIME
from xlperf.engines.changes import shown
from xlperf.engines.recalculation import AUTO, loaded, registered_functions, results_by_force
from xlperf.errors import UserError
from xlperf.formula.addresses import position
from xlperf.functions.plain.operands import NoPlainFormError
from xlperf.package import Package, open_package, same_value
from xlperf.package.relationships import relations_part
from xlperf.values import Value
from xlperf.workbook.identity import is_stamped

NAMESPACE = "urn:xlperf:formulas"
_TYPES, _RELATIONS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
_RELATION = (
    '<Relationship Id="{id}" Target="../{part}"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"/>'
)
_CONTENT = re.compile(rf'<formulas xmlns="{NAMESPACE}"[^>]*>(.*)</formulas>', re.S)
_SHEET_DATA = re.compile(rb"<(?:[\w.-]+:)?sheetData[\s>].*?</(?:[\w.-]+:)?sheetData\s*>", re.S)
_ARRAY = "数组公式不能写成普通公式"
_OUTSIDE = "条件格式、数据验证里的公式不转换"


@dataclass(frozen=True)
class OwnConversion:
    """What came of it: how many formulas were rewritten; the cells that stay as they are, by reason; what else to know."""

    package: Package
    count: int
    left: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Record:
    """The former formulas as a note, and the marks of plain formulas that the workbook had of its own."""

    formulas: str
    own: tuple[str, ...]


def own_converted(package: Package, edition: Edition) -> OwnConversion:
    """Somebody's own workbook with plain formulas in place of calls of ours, or with the calls again.

    Errors: UserError: one of our workbooks, nothing to convert, no record of former formulas, a signed file.
    """
    if is_stamped(package):
        raise UserError("这是 xlperf 生成的工作簿，转换时不要加 --any")
    return _plain(package) if edition is Edition.NATIVE else _called(package)


def _plain(package: Package) -> OwnConversion:
    formulas = all_formulas(package)
    calls = {place: text for place, text in formulas.items() if is_ours(text)}
    left: dict[str, list[str]] = {}
    plain = _plain_forms(package, calls, left)
    for place, reason in _otherwise(package, plain).items():
        del plain[place]
        left.setdefault(reason, []).append(_name(place))
    _outside(package, left)
    if not calls and not left:
        raise UserError("工作簿里没有 PERF_ 函数，不用转换")
    result, former = package.with_formulas(plain), {place: calls[place] for place in plain}
    known = _record(package)
    if known is not None:
        # What was turned before and is still there goes on to be known.
        before, _ = recalled(known.formulas, package, known.own)
        former = {**before, **former}
    marks = {fingerprint(text, ref) for (_, ref), text in formulas.items()}
    now = {place: plain.get(place, formulas[place]) for place in former}
    own = sorted({fingerprint(text, ref) for (_, ref), text in plain.items()} & marks | {*(known.own if known else ())})
    if former:
        result = _with_record(_without_record(result), _Record(remembered(former, now), tuple(own)))
    linked = any(book is not None for book in package.links) and any("]!" in text for text in calls.values())
    notes = ("文件里到加载项的链接原样留着；打开时若问是否更新链接，选“不更新”",) if linked and plain else ()
    return OwnConversion(result, len(plain), {reason: tuple(cells) for reason, cells in left.items()}, notes)


def _plain_forms(package: Package, calls: Mapping[Place, str], left: dict[str, list[str]]) -> dict[Place, str]:
    """The plain formula of every cell that has one; the others are added to those left."""
    translator, found = Translator(References(package)), dict[Place, str]()
    for place, text in calls.items():
        sheet, ref = place
        cell = package.cells(sheet).get(ref)
        try:
            if cell is None or (cell.formula is not None and not cell.formula.is_text_only):
                raise NoPlainFormError(_ARRAY)
            found[place] = translator.plain(text, sheet, position(ref)[0])
        except NoPlainFormError as error:
            left.setdefault(str(error), []).append(_name(place))
    return found


def _otherwise(package: Package, plain: Mapping[Place, str]) -> dict[Place, str]:
    """The cells in which the plain formula gives something else than the call, with both: these must not be turned."""
    if not plain:
        return {}
    before, after = _results(package), _results(package.with_formulas(plain))
    return {
        place: f"写成普通公式结果不同（{shown(before[place])}，{shown(after[place])}）"
        for place in plain
        if place in before and place in after and not same_value(before[place], after[place])
    }


def _results(package: Package) -> Mapping[Place, Value]:
    functions = registered_functions()
    with calculating(len(package.saved_results), is_known=False):
        _, model = loaded(package, AUTO, False, functions)
        return results_by_force(package, model)


def _outside(package: Package, left: dict[str, list[str]]) -> None:
    """Adds what calls ours outside of cells: names, conditional formats, validations."""
    for name in package.names:
        if is_ours(name.text):
            left.setdefault("名称里的公式不转换", []).append(name.name)
    for sheet in package.worksheets:
        if b"PERF_" in _SHEET_DATA.sub(b"", package.part(sheet.part)):
            left.setdefault(_OUTSIDE, []).append(sheet.name)


def _called(package: Package) -> OwnConversion:
    record = _record(package)
    if record is None:
        raise UserError("文件里没有原公式的记录，不能转回：不是由 convert --any 转成的，或被别的程序另存时丢了")
    former, changed = recalled(record.formulas, package, record.own)
    current = all_formulas(package)
    gone = [place for place in patterns_by_place(record.formulas) if place not in current]
    left: dict[str, tuple[str, ...]] = {}
    if changed or gone:
        left["公式改过或不在了，保持现状"] = tuple(map(_name, (*changed, *gone)))
    formulas = {place: text for place, text in former.items() if text != current[place]}
    return OwnConversion(_without_record(package.with_formulas(formulas)), len(formulas), left)


def _name(place: Place) -> str:
    return "!".join(place)


def _record_part(package: Package) -> str | None:
    """The custom XML part with the former formulas; Excel may have given it another number."""
    mark = NAMESPACE.encode()
    items = (part for part in package.parts if part.startswith("customXml/item") and part.endswith(".xml"))
    return next((part for part in items if mark in package.part(part) and b"<formulas" in package.part(part)), None)


def _record(package: Package) -> _Record | None:
    part = _record_part(package)
    if part is None:
        return None
    try:
        found = _CONTENT.search(package.part(part).decode("utf-8"))
        content = json.loads(unescape(found[1])) if found else {}
        return _Record(json.dumps(content["formulas"], ensure_ascii=False), tuple(map(str, content["own"])))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UserError("文件里原公式的记录已损坏，不能转换") from error


def _with_record(package: Package, record: _Record) -> Package:
    """The file with the record in a part of its own, the last one, and a relationship to it."""
    numbers = (number for number in range(1, 10_000))
    part = next(part for part in (f"customXml/item{n}.xml" for n in numbers) if part not in package.parts)
    content = json.dumps(
        {"formulas": json.loads(record.formulas), "own": record.own}, ensure_ascii=False, separators=(",", ":")
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<formulas xmlns="{NAMESPACE}">{escape(content)}</formulas>'
    relation = _RELATION.format(id="rIdXlperfFormulas", part=part)
    edits: dict[str, Callable[[str], str]] = {_RELATIONS: lambda old: _before_end(old, "Relationships", relation)}
    types = package.part(_TYPES).decode("utf-8")
    if not re.search(r'<Default\b[^>]*Extension="xml"', types, re.I):
        override = f'<Override PartName="/{part}" ContentType="application/xml"/>'
        edits[_TYPES] = lambda old: _before_end(old, "Types", override)
    target = io.BytesIO(_edited(package, edits).data)
    with zipfile.ZipFile(target, "a") as archive:
        entry = zipfile.ZipInfo(part, FIXED_TIME)
        entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
        archive.writestr(entry, text.encode("utf-8"), compresslevel=6)
    return open_package(target.getvalue())


def _without_record(package: Package) -> Package:
    """The file without the record, what belongs to it, and what names it."""
    part = _record_part(package)
    if part is None:
        return package
    dropped = {part}
    relations = relations_part(part)
    if relations in package.parts:
        props = re.findall(rb'Target="(?:\.\./customXml/)?(itemProps[0-9]+\.xml)"', package.part(relations))
        dropped |= {relations, *(f"customXml/{name.decode()}" for name in props)}
    dropped &= set(package.parts)
    names = "|".join(re.escape(name) for name in dropped)
    relation = re.compile(rf'<Relationship\b[^>]*Target="(?:\.\./|/)?{re.escape(part)}"[^>]*(?:/>|></Relationship>)')
    override = re.compile(rf'<Override\b[^>]*PartName="/(?:{names})"[^>]*(?:/>|></Override>)')
    edits: dict[str, Callable[[str], str]] = {
        _RELATIONS: lambda text: relation.sub("", text),
        _TYPES: lambda text: override.sub("", text),
    }
    return _edited(package, edits, dropped)


def _edited(package: Package, edits: Mapping[str, Callable[[str], str]], without: Collection[str] = ()) -> Package:
    """The file with some parts edited as text, and without some."""
    contents = {}
    for name, edit in edits.items():
        old = package.part(name)
        new = edit(old.decode("utf-8")).encode("utf-8")
        if new != old:
            contents[name] = new
    return package.with_parts(contents, without)


def _before_end(text: str, element: str, addition: str) -> str:
    end = f"</{element}>"
    if text.count(end) != 1:
        raise UserError("工作簿的部件写法特殊，不能放入原公式的记录；请用 Excel 打开后另存，再处理")
    return text.replace(end, addition + end)
