"""Alters a workbook so that it deceives: how cells look, what is refused, what it says of itself; and what honest people do.

Beside `alterer`, whose actions change what is calculated.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook

from tests.support import alterer
from tests.support.alterer import cell, edited, on_sheet
from xlperf.evaluation.scoring import recalculated
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.identity import FIRST_CHUNK_ROW, IDENTITY, read_notes, stamped, with_notes

_WORKBOOK, _STYLES = "xl/workbook.xml", "xl/styles.xml"


def forged(package: Package, change: dict[str, Any]) -> Package:
    """The workbook after the steps of a change, each with its action and arguments."""
    for step in change.get("steps", [change]):
        arguments = {key: value for key, value in step.items() if key not in _FACTS}
        action: Callable[..., Package] = globals().get(step["action"]) or getattr(alterer, step["action"])
        result = action(package, **arguments)
        assert contents(result) != contents(package), f"nothing was altered by {step['action']}"
        package = result
    return package


def contents(package: Package) -> dict[str, bytes]:
    """The parts of a file."""
    return {part: package.part(part) for part in package.parts}


_FACTS = ("name", "what", "action", "finds", "edition", "listed", "unlisted", "any_cell", "kind")


def replaced(package: Package, part: str, old: str, new: str, count: int = -1) -> Package:
    """Other markup in a part; `part`: its name, or that of a sheet."""
    name = part if part in package.parts else package.sheet(part).part
    return edited(package, name, lambda xml: xml.replace(old.encode(), new.encode(), count))


def pattern(package: Package, part: str, old: str, new: str) -> Package:
    """Other markup in a part wherever a pattern finds it."""
    name = part if part in package.parts else package.sheet(part).part
    return edited(package, name, lambda xml: re.sub(old.encode(), new.encode(), xml, flags=re.S))


def local_name(package: Package, sheet: str, target: str, to: str, hidden: bool = False) -> Package:
    """A name of one sheet."""
    index = [known.name for known in package.sheets].index(sheet)
    mark = ' hidden="1"' if hidden else ""
    entry = f'<definedName localSheetId="{index}" name="{target}"{mark}>{to}</definedName></definedNames>'
    return edited(package, _WORKBOOK, lambda xml: xml.replace(b"</definedNames>", entry.encode()))


def own_name(package: Package, target: str, to: str) -> Package:
    """A name of the workbook that nobody has used yet."""
    entry = f'<definedName name="{target}">{to}</definedName></definedNames>'
    return edited(package, _WORKBOOK, lambda xml: xml.replace(b"</definedNames>", entry.encode()))


def goes_on(package: Package, sheet: str, ref: str, next_ref: str) -> Package:
    """A formula that goes on after a line break as the next one reads, and a number in the place of that one."""
    own, following = (package.formulas(sheet)[place] for place in (ref, next_ref))
    refs = list(package.formulas(sheet))
    assert refs.index(next_ref) == refs.index(ref) + 1
    longer = package.with_formulas({(sheet, ref): f"{own}\n{next_ref}={following}"})
    return alterer.put(longer, sheet, next_ref, 2.0)


def note(package: Package, target: str, old: str = "", new: str = "") -> Package:
    """Another text within a note of the stamp; without one, the note is gone."""
    text = read_notes(package)[target]
    assert old in text, old
    return with_notes(package, {target: text.replace(old, new, 1) if old else ""})


def restamped(package: Package) -> Package:
    """The hashes of the stamp calculated anew."""
    return stamped(package)


def framework(package: Package, old: str, new: str) -> Package:
    """Another text of the framework inside, with its hash."""
    cells = package.cells(IDENTITY)
    rows = [r for r in range(FIRST_CHUNK_ROW, 99) if f"A{r}" in cells and cells[f"A{r}"].value == "framework_text"]
    texts = [str(cells[f"B{row}"].value) for row in rows]
    assert any(old in text for text in texts), old
    changed = [text.replace(old, new) for text in texts]
    place = next(ref for ref, held in cells.items() if held.value == "framework_hash").replace("A", "B")
    mark = hashlib.sha256("".join(changed).encode()).hexdigest()
    values: dict[tuple[str, str], Value] = {(IDENTITY, f"B{r}"): t for r, t in zip(rows, changed, strict=True)}
    return package.with_inputs({**values, (IDENTITY, place): mark})


def looking(
    package: Package, sheet: str, ref: str, font: str = "", fill: str = "", format: str = "", protection: str = ""
) -> Package:
    """A cell in another look; each part of it as the markup within its element, what is left out stays."""
    styles = package.part(_STYLES).decode()
    found = cell(ref).search(package.part(package.sheet(sheet).part))
    assert found is not None
    number = int(re.search(rb' s="(\d+)"', found[0])[1])  # type: ignore[index]
    looks = re.search(r"<cellXfs.*?</cellXfs>", styles, re.S)[0]  # type: ignore[index]
    old = re.findall(r"<xf .*?</xf>|<xf [^>]*/>", looks, re.S)[number]
    new = old
    for group, attribute, markup in (("fonts", "fontId", font), ("fills", "fillId", fill)):
        if markup:
            element = group.removesuffix("s")
            styles, index = _one_more(styles, group, f"<{element}>{markup}</{element}>")
            new = re.sub(rf'{attribute}="\d+"', f'{attribute}="{index}"', new)
    if format:
        code = format.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        styles, _ = _one_more(styles, "numFmts", f'<numFmt formatCode="{code}" numFmtId="999"></numFmt>')
        new = re.sub(r'numFmtId="\d+"', 'numFmtId="999"', new)
    if protection:
        new = re.sub(r"<protection.*?</protection>", "", new).replace("</xf>", f"<protection {protection}/></xf>")
    styles, index = _one_more(styles, "cellXfs", new)
    edit = re.compile(rb' s="\d+"')
    return on_sheet(
        edited(package, _STYLES, lambda xml: styles.encode()),
        sheet,
        lambda xml: cell(ref).sub(lambda m: edit.sub(b' s="%d"' % index, m[0], count=1), xml, count=1),
    )


def _one_more(styles: str, group: str, element: str) -> tuple[str, int]:
    """The styles with one more element of a group, and its number."""
    count = int(re.search(rf'<{group} count="(\d+)"', styles)[1])  # type: ignore[index]
    styles = styles.replace(f'<{group} count="{count}"', f'<{group} count="{count + 1}"', 1)
    return styles.replace(f"</{group}>", f"{element}</{group}>", 1), count


def conditional(package: Package, sheet: str, area: str, dxf: str = "", rule: str = "") -> Package:
    """One more conditional format, above all others: with a look of its own, or as the markup within its rule."""
    number = -1
    if dxf:
        styles, number = _one_more(package.part(_STYLES).decode(), "dxfs", f"<dxf>{dxf}</dxf>")
        package = edited(package, _STYLES, lambda xml: styles.encode())
    inner = rule or f'<cfRule type="expression" dxfId="{number}" priority="1"><formula>TRUE</formula></cfRule>'
    element = f'<conditionalFormatting sqref="{area}">{inner}</conditionalFormatting>'
    behind = re.compile(rb"(</mergeCells>)")
    return on_sheet(package, sheet, lambda xml: behind.sub(rb"\g<1>" + element.encode(), xml, count=1))


def merged(package: Package, sheet: str, area: str) -> Package:
    """Some cells merged."""
    return replaced(package, sheet, "</mergeCells>", f'<mergeCell ref="{area}"/></mergeCells>')


def row(package: Package, sheet: str, number: int, attributes: str) -> Package:
    """Other attributes of a row."""
    return pattern(package, sheet, rf'<row r="{number}"[^>]*>', f'<row r="{number}" {attributes}>')


def without_heights(package: Package, sheet: str, attributes: str) -> Package:
    """Rows without heights of their own, and other attributes for those that state none."""
    package = pattern(package, sheet, r'(<row r="\d+") customHeight="1" ht="[\d.]+"', r"\1")
    return pattern(package, sheet, r"<sheetFormatPr [^>]*>", f"<sheetFormatPr {attributes}>")


def without_widths(package: Package, sheet: str, attributes: str) -> Package:
    """Columns without widths of their own, and other attributes for those that state none."""
    package = pattern(package, sheet, r"<cols>.*?</cols>", "")
    return pattern(package, sheet, r"<sheetFormatPr [^>]*>", f"<sheetFormatPr {attributes}>")


def swapped_sheets(package: Package, one: str, other: str) -> Package:
    """Two sheets with each other's names."""

    def edit(xml: bytes) -> bytes:
        marked = xml.replace(f'name="{one}"'.encode(), b'name="\x01"')
        return marked.replace(f'name="{other}"'.encode(), f'name="{one}"'.encode()).replace(
            b'name="\x01"', f'name="{other}"'.encode()
        )

    return edited(package, _WORKBOOK, edit)


def first_sheet_last(package: Package) -> Package:
    """The first sheet at the end; names of single sheets are those of their places, so there must be none."""
    plain = pattern(package, _WORKBOOK, r"<definedName localSheetId.*?</definedName>", "")
    return pattern(plain, _WORKBOOK, r"(<sheets>)(<sheet .*?</sheet>)(.*?)(</sheets>)", r"\1\3\2\4")


def shared_texts(package: Package) -> Package:
    """Texts in a part of their own, as Excel saves them."""
    texts: list[bytes] = []

    def edit(xml: bytes) -> bytes:
        def rewrite(found: re.Match[bytes]) -> bytes:
            texts.append(found[3])
            return b'<c r="%s"%s t="s"><v>%d</v></c>' % (found[1], found[2] or b"", len(texts) - 1)

        return re.sub(rb'<c r="([A-Z]+\d+)"( s="\d+")? t="inlineStr"><is>(.*?)</is></c>', rewrite, xml)

    parts = {sheet.part: edit(package.part(sheet.part)) for sheet in package.worksheets}
    package = package.with_parts(parts)
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    content = b'<sst xmlns="%s">%s</sst>' % (space, b"".join(b"<si>%s</si>" % text for text in texts))
    package = alterer.added(package, "xl/sharedStrings.xml", content)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    related = f'<Relationship Id="rIdTexts" Target="sharedStrings.xml" Type="{kind}"/></Relationships>'
    package = replaced(package, "xl/_rels/workbook.xml.rels", "</Relationships>", related)
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override ContentType="{content_type}" PartName="/xl/sharedStrings.xml"/></Types>'
    return replaced(package, "[Content_Types].xml", "</Types>", override)


def commented(package: Package, sheet: str, ref: str, text: str) -> Package:
    """A comment beside a cell."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    comment = f'<comment ref="{ref}" authorId="0"><text><t>{text}</t></text></comment>'
    content = f'<comments xmlns="{space}"><authors><author/></authors><commentList>{comment}</commentList></comments>'
    package = alterer.added(package, "xl/comments1.xml", content.encode())
    folder, _, name = package.sheet(sheet).part.rpartition("/")
    relation = f'<Relationship Id="rId1" Target="../comments1.xml" Type="{kind}"/>'
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    related = f'<Relationships xmlns="{space}">{relation}</Relationships>'
    return alterer.added(package, f"{folder}/_rels/{name}.rels", related.encode())


def drawn_over(package: Package, sheet: str, anchor: str, places: str) -> Package:
    """A text box; `anchor`: how its place is stated, `places`: the markup that states it."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
    text = "http://schemas.openxmlformats.org/drawingml/2006/main"
    content = (
        f'<d:wsDr xmlns:d="{drawing}" xmlns:a="{text}"><d:{anchor}>{places}<d:sp><d:txBody><a:p><a:r><a:t>95.00</a:t></a:r>'
        f"</a:p></d:txBody></d:sp><d:clientData/></d:{anchor}></d:wsDr>"
    )
    package = alterer.added(package, "xl/drawings/drawing9.xml", content.encode())
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
    folder, _, name = package.sheet(sheet).part.rpartition("/")
    relation = f'<Relationship Id="rIdBox" Target="../drawings/drawing9.xml" Type="{kind}"/>'
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    related = f'<Relationships xmlns="{space}">{relation}</Relationships>'
    listed = f"{folder}/_rels/{name}.rels"
    if listed in package.parts:
        return replaced(package, listed, "</Relationships>", f"{relation}</Relationships>")
    return alterer.added(package, listed, related.encode())


def book_elsewhere(package: Package) -> Package:
    """The workbook part under another name, and one of the usual name that nothing relates to."""
    package = alterer.added(package, "xl/book.xml", package.part(_WORKBOOK))
    package = alterer.added(package, "xl/_rels/book.xml.rels", package.part("xl/_rels/workbook.xml.rels"))
    types, roots = "[Content_Types].xml", "_rels/.rels"
    return package.with_parts(
        {
            types: package.part(types).replace(_WORKBOOK.encode(), b"xl/book.xml"),
            roots: package.part(roots).replace(_WORKBOOK.encode(), b"xl/book.xml"),
        }
    )


def related_part(package: Package, part: str, related: str, content: str) -> Package:
    """One more part of the workbook's, of any name."""
    package = alterer.added(package, part, content.encode())
    relation = (
        f'<Relationship Id="rIdMore" Target="/{part}" Type="http://schemas.example.org/{related}"/></Relationships>'
    )
    return replaced(package, "xl/_rels/workbook.xml.rels", "</Relationships>", relation)


def looks_elsewhere(package: Package, sheet: str, ref: str, font: str) -> Package:
    """A cell in another font, by styles that lie in a part of another name; the part of the usual name is as it was."""
    made = package.part(_STYLES)
    other = looking(package, sheet, ref, font=font)
    moved = alterer.added(other.with_parts({_STYLES: made}), "xl/look.xml", other.part(_STYLES))
    moved = replaced(moved, "[Content_Types].xml", f"/{_STYLES}", "/xl/look.xml")
    return pattern(moved, "xl/_rels/workbook.xml.rels", r'Target="(/xl/)?styles.xml"', r'Target="\1look.xml"')


def plain_look(package: Package, sheet: str, ref: str, font: str) -> Package:
    """A cell that states no look, and another font for all such cells."""
    styles, number = _one_more(package.part(_STYLES).decode(), "fonts", f"<font>{font}</font>")
    styles = re.sub(r'(<cellXfs[^>]*><xf [^>]*?fontId=)"\d+"', rf'\1"{number}"', styles, count=1)
    package = package.with_parts({_STYLES: styles.encode()})
    without = re.compile(rb' s="\d+"')
    return on_sheet(package, sheet, lambda xml: cell(ref).sub(lambda m: without.sub(b"", m[0], count=1), xml, count=1))


def aligned(package: Package, sheet: str, ref: str, attributes: str) -> Package:
    """A cell that is aligned otherwise."""
    package = looking(package, sheet, ref, protection='locked="1"')
    other = f"<alignment {attributes}/><protection"
    # The look just made is the last one.
    return pattern(
        package,
        _STYLES,
        r'(?:<alignment[^>]*(?:/>|></alignment>))?<protection(?= locked="1"/></xf></cellXfs>)',
        other,
    )


def without_references(package: Package, sheet: str, row: int) -> Package:
    """Cells of a row that don't say where they stand."""
    found = re.compile(rb'<row r="%d".*?</row>' % row, re.S)
    return on_sheet(package, sheet, lambda xml: found.sub(lambda m: re.sub(rb'<c r="[A-Z]+\d+"', b"<c", m[0]), xml))


def rich(package: Package, sheet: str, ref: str, font: str, first: int = 0, last: int = 4) -> Package:
    """A text some signs of which are in another font, given as the markup within its element."""

    def runs(found: re.Match[bytes]) -> bytes:
        text = found[1].decode()
        assert "&" not in text[: last + 1], text
        pieces = (("", text[:first]), (f"<rPr>{font}</rPr>", text[first:last]), ("", text[last:]))
        written = (f'<r>{look}<t xml:space="preserve">{piece}</t></r>' for look, piece in pieces if piece)
        return b"<is>" + "".join(written).encode() + b"</is>"

    plain = re.compile(rb"<is><t(?: [^>]*)?>([^<]*)</t></is>")
    return on_sheet(package, sheet, lambda xml: cell(ref).sub(lambda m: plain.sub(runs, m[0]), xml, count=1))


def linked(package: Package, sheet: str, ref: str, target: str) -> Package:
    """A link of a cell's to somewhere outside the workbook."""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = f'<Relationship Id="rIdOut" Target="{target}" TargetMode="External" Type="{kind}/hyperlink"/>'
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    folder, _, name = package.sheet(sheet).part.rpartition("/")
    listed = f"{folder}/_rels/{name}.rels"
    if listed in package.parts:
        package = replaced(package, listed, "</Relationships>", f"{relation}</Relationships>")
    else:
        related = f'<Relationships xmlns="{space}">{relation}</Relationships>'
        package = alterer.added(package, listed, related.encode())
    old = rf'<hyperlink [^>]*ref="{ref}"[^>]*></hyperlink>'
    package = on_sheet(package, sheet, lambda xml: re.sub(old.encode(), b"", xml))
    link = f'<hyperlinks><hyperlink xmlns:x="{kind}" ref="{ref}" x:id="rIdOut"/>'
    if b"<hyperlinks>" in package.part(package.sheet(sheet).part):
        return replaced(package, sheet, "<hyperlinks>", link)
    return replaced(package, sheet, "<printOptions ", f"{link}</hyperlinks><printOptions ")


def by_openpyxl(package: Package) -> Package:
    """Saved by openpyxl, which keeps no results."""
    target = io.BytesIO()
    book = load_workbook(io.BytesIO(package.data), keep_vba=package.has_macros)
    book.save(target)
    if book.vba_archive is not None:
        # Else it is closed when it is collected, which may be after the file that it writes into.
        book.vba_archive.close()
    return open_package(target.getvalue())


def typed(package: Package, sheet: str, ref: str, value: Value) -> Package:
    """Something typed into a cell, and saved by a program that recalculates."""
    return recalculated(package, {(sheet, ref): value}).package
