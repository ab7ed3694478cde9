"""Alters a workbook as people do who want another result, or who only handle it: at the level of the file's parts."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

from xlperf.formula.addresses import position
from xlperf.package import Package, open_package
from xlperf.values import Value

_WORKBOOK, _TYPES, _RELATIONS = "xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
Edit = Callable[[bytes], bytes]


def altered(package: Package, change: dict[str, Any]) -> Package:
    """The workbook after one change; `change` names the action and its arguments."""
    arguments = {key: value for key, value in change.items() if key not in ("name", "action", "finds", "edition")}
    result: Package = globals()[change["action"]](package, **arguments)
    assert result.data != package.data, "nothing was altered"
    return result


def edited(package: Package, part: str, edit: Edit) -> Package:
    return package.with_parts({part: edit(package.part(part))})


def added(package: Package, part: str, content: bytes) -> Package:
    """The workbook with a part that it did not have."""
    target = io.BytesIO(package.data)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, content)
    return open_package(target.getvalue())


def on_sheet(package: Package, sheet: str, edit: Edit) -> Package:
    return edited(package, package.sheet(sheet).part, edit)


def cell(ref: str) -> re.Pattern[bytes]:
    return re.compile(rb'<c r="%s"((?:[^>"]|"[^"]*")*?)(?:/>|>(.*?)</c>)' % ref.encode(), re.S)


def style_of(attributes: bytes) -> bytes:
    found = re.search(rb' s="\d+"', attributes)
    return found[0] if found else b""


def written(ref: str, attributes: bytes, value: Value) -> bytes:
    style, name = style_of(attributes), ref.encode()
    if value is None:
        return b'<c r="%s"%s/>' % (name, style)
    if isinstance(value, bool):
        return b'<c r="%s"%s t="b"><v>%d</v></c>' % (name, style, value)
    if isinstance(value, str):
        return b'<c r="%s"%s t="inlineStr"><is><t>%s</t></is></c>' % (name, style, value.encode())
    return b'<c r="%s"%s><v>%s</v></c>' % (name, style, repr(float(value)).encode())  # type: ignore[arg-type]


def put(package: Package, sheet: str, ref: str, value: Value = None) -> Package:
    """A constant in a cell, whatever stood there."""
    return on_sheet(
        package, sheet, lambda xml: cell(ref).sub(lambda found: written(ref, found[1], value), xml, count=1)
    )


def formula(package: Package, sheet: str, ref: str, old: str, new: str) -> Package:
    """Another text within a cell's formula; the cached value stays."""
    text = package.formulas(sheet)[ref]
    assert old in text, text
    return package.with_formulas({(sheet, ref): text.replace(old, new)})


def cached(package: Package, sheet: str, ref: str, value: float) -> Package:
    """Another saved result below an untouched formula."""

    def edit(xml: bytes) -> bytes:
        def rewrite(found: re.Match[bytes]) -> bytes:
            return (
                re.sub(rb"<v>[^<]*</v>", b"<v>%r</v>" % value, found[0])
                .replace(b' t="e"', b"")
                .replace(b' t="str"', b"")
            )

        return cell(ref).sub(rewrite, xml, count=1)

    return on_sheet(package, sheet, edit)


def redirect(package: Package, target: str, to: str) -> Package:
    """A name that stands for other cells."""
    pattern = re.compile(rb'(<definedName [^>]*name="%s"[^>]*>)[^<]*' % target.encode())
    return edited(package, _WORKBOOK, lambda xml: pattern.sub(rb"\g<1>" + to.encode(), xml))


def forget(package: Package, target: str) -> Package:
    """A name that is gone."""
    pattern = re.compile(rb'<definedName [^>]*name="%s"[^>]*>[^<]*</definedName>' % target.encode())
    return edited(package, _WORKBOOK, lambda xml: pattern.sub(b"", xml))


def hide_sheet(package: Package, sheet: str) -> Package:
    pattern = re.compile(rb'(<sheet [^>]*name="%s"[^>]*?) state="visible"' % sheet.encode())
    return edited(package, _WORKBOOK, lambda xml: pattern.sub(rb'\1 state="hidden"', xml))


def rename_sheet(package: Package, sheet: str, to: str) -> Package:
    old, new = f'name="{sheet}"'.encode(), f'name="{to}"'.encode()
    return edited(package, _WORKBOOK, lambda xml: xml.replace(old, new, 1))


def add_sheet(package: Package, title: str, state: str = "visible") -> Package:
    """A new sheet with one figure in it."""
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kinds = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    page = b'<worksheet xmlns="%s"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>' % space
    types = edited(
        added(package, "xl/worksheets/extra.xml", page),
        _TYPES,
        lambda xml: xml.replace(
            b"</Types>",
            b'<Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"'
            b' PartName="/xl/worksheets/extra.xml"></Override></Types>',
        ),
    )
    related = edited(
        types,
        _RELATIONS,
        lambda xml: xml.replace(
            b"</Relationships>",
            b'<Relationship Id="rIdExtra" Target="worksheets/extra.xml" Type="%s/worksheet"></Relationship></Relationships>'
            % kinds,
        ),
    )
    entry = f'<sheet xmlns:x="{kinds.decode()}" name="{title}" sheetId="9999" state="{state}" x:id="rIdExtra"></sheet></sheets>'
    return edited(related, _WORKBOOK, lambda xml: xml.replace(b"</sheets>", entry.encode()))


def unprotect(package: Package, sheet: str) -> Package:
    pattern = re.compile(rb"<sheetProtection\b[^>]*(?:/>|></sheetProtection>)")
    return on_sheet(package, sheet, lambda xml: pattern.sub(b"", xml))


def unchecked(package: Package, sheet: str) -> Package:
    pattern = re.compile(rb"<dataValidations\b.*?</dataValidations>", re.S)
    return on_sheet(package, sheet, lambda xml: pattern.sub(b"", xml))


def hide_row(package: Package, sheet: str, row: int) -> Package:
    pattern = re.compile(rb'(<row r="%d")' % row)
    return on_sheet(package, sheet, lambda xml: pattern.sub(rb'\1 hidden="1"', xml))


def hide_column(package: Package, sheet: str, column: int) -> Package:
    pattern = re.compile(rb'(<col (?=[^>]*min="%d"))' % column)
    return on_sheet(package, sheet, lambda xml: pattern.sub(rb'\1hidden="1" ', xml))


def insert_rows(package: Package, sheet: str, row: int, count: int) -> Package:
    """Everything from a row on stands lower; names and formulas elsewhere stay, as after a careless script."""

    def moved(found: re.Match[bytes]) -> bytes:
        number = int(found[2])
        return found[1] + str(number + count if number >= row else number).encode() + found[3]

    return on_sheet(package, sheet, lambda xml: re.sub(rb'(<(?:row|c) r="[A-Z]*)(\d+)(")', moved, xml))


def manual(package: Package) -> Package:
    return edited(package, _WORKBOOK, lambda xml: xml.replace(b"<calcPr ", b'<calcPr calcMode="manual" ', 1))


def link(package: Package) -> Package:
    """A part that refers to another workbook."""
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return added(package, "xl/externalLinks/externalLink1.xml", b'<externalLink xmlns="%s"/>' % space)


def macro(package: Package) -> Package:
    """A VBA project of somebody else."""
    return added(package, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + b"Module1" * 100)


def white(package: Package, sheet: str, ref: str) -> Package:
    """A cell in white on white."""
    styles = package.part("xl/styles.xml")
    fonts = int(re.search(rb'<fonts count="(\d+)"', styles)[1])  # type: ignore[index]
    count = int(re.search(rb'<cellXfs count="(\d+)"', styles)[1])  # type: ignore[index]
    styles = styles.replace(b"</fonts>", b'<font><color rgb="FFFFFFFF"></color></font></fonts>')
    styles = styles.replace(b'<fonts count="%d"' % fonts, b'<fonts count="%d"' % (fonts + 1))
    styles = styles.replace(
        b"</cellXfs>", b'<xf borderId="0" fillId="0" fontId="%d" numFmtId="0" xfId="0"></xf></cellXfs>' % fonts
    )
    styles = styles.replace(b'<cellXfs count="%d"' % count, b'<cellXfs count="%d"' % (count + 1))

    def edit(xml: bytes) -> bytes:
        return cell(ref).sub(lambda m: re.sub(rb' s="\d+"', b' s="%d"' % count, m[0], count=1), xml, count=1)

    return on_sheet(package.with_parts({"xl/styles.xml": styles}), sheet, edit)


def copy_row_formulas(package: Package, sheet: str, source: str, target: str) -> Package:
    """A formula pasted over another one."""
    return package.with_formulas({(sheet, target): package.formulas(sheet)[source]})


# ---- what honest people do


def widths(package: Package, sheet: str, width: float) -> Package:
    pattern = re.compile(rb'(<col [^>]*?width=")[^"]*(")')
    return on_sheet(package, sheet, lambda xml: pattern.sub(rb"\g<1>%r\g<2>" % width, xml))


def restyled(package: Package, sheet: str, refs: list[str], style: int) -> Package:
    """Formats pasted into cells."""

    def edit(xml: bytes) -> bytes:
        for ref in refs:
            xml = cell(ref).sub(lambda m: re.sub(rb' s="\d+"', b' s="%d"' % style, m[0], count=1), xml, count=1)
        return xml

    return on_sheet(package, sheet, edit)


def sorted_lines(package: Package, sheet: str, columns: str, first: int, order: list[int]) -> Package:
    """Lines of a free table in another order."""
    cells = package.cells(sheet)
    values: dict[tuple[str, str], Value] = {}
    for target, source in enumerate(order):
        for column in columns:
            old = cells.get(f"{column}{first + source}")
            values[sheet, f"{column}{first + target}"] = None if old is None else old.value
    assert all(position(ref)[0] >= first for _, ref in values)
    return package.with_inputs(values)
