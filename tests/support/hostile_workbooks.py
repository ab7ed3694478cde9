"""The sound workbooks that hostile ones are made from, and the list of the kinds."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from tests.support.mutations import Parts, zipped
from xlperf.workbook.locations import workbooks_folder

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET, SECOND, BOOK = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml"
STRINGS, STYLES, TABLE, LINK = (
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/tables/table1.xml",
    "xl/externalLinks/link1.xml",
)
TYPES, ROOT, BOOK_RELATIONS = "[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"
SHEET_RELATIONS = "xl/worksheets/_rels/sheet1.xml.rels"

ROWS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2"><v>2</v></c><c r="C2"><f>B2*rate</f><v>3</v></c></row>'
    '<row r="3"><c r="A3" t="inlineStr"><is><t>乙</t></is></c><c r="B3"><v>4</v></c><c r="C3"><f>B3*rate</f><v>6</v></c></row>'
    '<row r="5"><c r="A5"><f t="shared" ref="A5:A7" si="0">B2+1</f><v>3</v></c><c r="B5" t="b"><v>1</v></c></row>'
    '<row r="6"><c r="A6"><f t="shared" si="0"/><v>5</v></c><c r="B6" t="e"><v>#N/A</v></c></row>'
    '<row r="7"><c r="A7"><f t="shared" si="0"/><v>1</v></c><c r="B7" t="d"><v>2022-10-31</v></c></row>'
    '<row r="8"><c r="A8"><f t="array" ref="A8:A9">B2:B3*2</f><v>4</v></c><c r="B8"><v>44865</v></c></row>'
    '<row r="9"><c r="A9"><v>8</v></c><c r="B9" t="str"><f>"总分"&amp;SUM(T[数])</f><v>总分6</v></c></row>'
    '<row r="10"><c r="A10"><f>[1]来源!A1+1</f><v>8</v></c><c r="B10"><f>IF(第二!A1>1,"是","否")</f><v/></c></row>'
)


def sheet(rows: str = "", after: str = "") -> bytes:
    """A worksheet part."""
    return f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATION}"><sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def relations(*related: tuple[str, str, str]) -> bytes:
    """A part of relationships: id, kind, target."""
    listed = "".join(f'<Relationship Id="{i}" Type="{RELATION}/{kind}" Target="{to}"/>' for i, kind, to in related)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'.encode()


def book(sheets: str, names: str = "") -> bytes:
    """A workbook part."""
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>{sheets}</sheets>'
        f"<externalReferences><externalReference r:id='r5'/></externalReferences>"
        f"<definedNames>{names}</definedNames></workbook>"
    ).encode()


SHEETS = '<sheet name="表" sheetId="1" r:id="r1"/><sheet name="第二" sheetId="2" r:id="r2"/>'
NAMES = '<definedName name="rate">1.5</definedName><definedName name="区">表!$A$1:$B$3</definedName>'


@cache
def small_parts() -> Parts:
    """A workbook with one thing of each kind: shared and array formulas, a table, names, a link, dates, errors."""
    overrides = "".join(
        f'<Override PartName="/{part}" ContentType="{TYPE}.{kind}+xml"/>'
        for part, kind in (
            *((BOOK, "sheet.main"), (SHEET, "worksheet"), (SECOND, "worksheet"), (STRINGS, "sharedStrings")),
            *((STYLES, "styles"), (TABLE, "table"), (LINK, "externalLink")),
        )
    )
    texts = "".join(f"<si><t>{text}</t></si>" for text in ("名", "数", "积", "甲"))
    columns = "".join(f'<tableColumn id="{n}" name="{name}"/>' for n, name in enumerate(("名", "数", "积"), 1))
    return {
        TYPES: f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="'
        f'application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>'.encode(),
        ROOT: relations(("r1", "officeDocument", BOOK)),
        BOOK: book(SHEETS, NAMES),
        BOOK_RELATIONS: relations(
            ("r1", "worksheet", "worksheets/sheet1.xml"),
            ("r2", "worksheet", "worksheets/sheet2.xml"),
            ("r3", "sharedStrings", "sharedStrings.xml"),
            ("r4", "styles", "styles.xml"),
            ("r5", "externalLink", "externalLinks/link1.xml"),
        ),
        SHEET: sheet(ROWS, '<tableParts count="1"><tablePart r:id="r1"/></tableParts>'),
        SHEET_RELATIONS: relations(("r1", "table", "../tables/table1.xml")),
        SECOND: sheet('<row r="1"><c r="A1"><f>SUM(表!B2:B3)</f><v>6</v></c></row>'),
        STRINGS: f'<sst xmlns="{MAIN}">{texts}</sst>'.encode(),
        STYLES: f'<styleSheet xmlns="{MAIN}"/>'.encode(),
        TABLE: f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="A1:C3"><tableColumns count="3">{columns}'
        "</tableColumns></table>".encode(),
        LINK: f'<externalLink xmlns="{MAIN}"><externalBook><sheetNames><sheetName val="来源"/></sheetNames><sheetDataSet>'
        '<sheetData sheetId="0"><row r="1"><cell r="A1"><v>7</v></cell></row></sheetData></sheetDataSet></externalBook>'
        "</externalLink>".encode(),
    }


@cache
def small() -> bytes:
    """That workbook's file."""
    return zipped(small_parts())


@cache
def stamped() -> bytes:
    """A filled workbook of ours."""
    return (workbooks_folder() / "examples" / "renhua-2021.xlsm").read_bytes()


KINDS: dict[str, Callable[[], bytes]] = {}


def kind(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Lists a generator under its name."""
    KINDS[make.__name__] = make
    return make


def with_parts(**parts: bytes | None) -> bytes:
    """The small workbook with other parts, by the names of their constants; None leaves one out."""
    changed = {globals()[name]: content for name, content in parts.items()}
    return zipped({name: content for name, content in {**small_parts(), **changed}.items() if content is not None})


def with_cells(cells: str) -> bytes:
    """The small workbook with these cells in row 1 of its second sheet."""
    return with_parts(SECOND=sheet(f'<row r="1">{cells}</row>'))


def with_formulas(*formulas: str) -> bytes:
    """The small workbook with these formulas in column A of its second sheet; B1 to B50000 may be filled by others."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><f>{f}</f><v>1</v></c></row>' for n, f in enumerate(formulas, 1))
    return with_parts(SECOND=sheet(rows))


def with_names(names: str, formula: str) -> bytes:
    """The small workbook with these defined names and a formula on its second sheet."""
    return with_parts(
        BOOK=book(SHEETS, NAMES + names), SECOND=sheet(f'<row r="1"><c r="A1"><f>{formula}</f></c></row>')
    )
