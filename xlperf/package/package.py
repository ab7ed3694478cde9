"""A workbook package: what it holds, read on demand, and new packages that differ in values only."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

from xlperf.errors import UserError
from xlperf.formula.definitions import DefinedName, LinkedBook, Table
from xlperf.package.archive import Archive, open_archive
from xlperf.package.book import (
    WORKSHEET,
    Book,
    Calculation,
    Names,
    Sheet,
    read_book,
    read_properties,
    read_tables,
)
from xlperf.package.cells import Cell, read_cells
from xlperf.package.edit.constants import with_constants
from xlperf.package.edit.formula_texts import with_formulas, with_formulas_back
from xlperf.package.edit.row_heights import with_row_heights
from xlperf.package.external_links import read_linked_book
from xlperf.package.formula_digest import Formulas, digest
from xlperf.package.limits import Limits
from xlperf.package.relationships import Relationship, relations_part, relationships
from xlperf.package.reuse import read_sheet
from xlperf.package.sheet_contents import SheetContents
from xlperf.package.sheet_xml import SheetXml
from xlperf.package.strings import shared_strings
from xlperf.values import Value

CellValues = Mapping[tuple[str, str], Value]
_Change = Callable[[SheetContents, Mapping[str, Value]], bytes | None]


class _Strings:
    """The shared strings, read when they are asked for. Readings keep it, so it must not know the package in turn."""

    def __init__(self, archive: Archive, part: str | None) -> None:
        self._archive = archive
        self.part = part if part is not None and part in archive else None

    def __call__(self) -> tuple[str, ...]:
        return self._texts

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return () if self.part is None else shared_strings(self.part, self._archive.read(self.part))


class Package:
    """A workbook as it was saved. It never changes: `patched` and `with_inputs` give new packages."""

    def __init__(self, archive: Archive, limits: Limits, book: Book | None = None) -> None:
        self._archive = archive
        self._limits = limits
        self._book = book or read_book(archive, limits)
        self._strings = _Strings(archive, self._book.part_of("sharedStrings"))
        self._contents: dict[str, SheetContents] = {}
        self._markup: dict[str, SheetXml] = {}
        self._counted: dict[str, SheetXml] = {}
        self._tags = 0
        self._is_only_seen = False

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        self._check_is_file()
        return self._archive.blob

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of all parts."""
        return tuple(self._archive.entries)

    def part(self, name: str) -> bytes:
        """The inflated bytes of a part."""
        if name not in self._archive:
            raise UserError(f"文件里没有部件 {name}")
        return self._archive.read(name)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets in their order, of every kind and state."""
        return self._book.sheets

    @property
    def worksheets(self) -> tuple[Sheet, ...]:
        """The sheets that have cells."""
        return tuple(self._worksheets.values())

    @cached_property
    def _worksheets(self) -> Mapping[str, Sheet]:
        return {sheet.name.casefold(): sheet for sheet in self._book.sheets if sheet.kind == WORKSHEET}

    @property
    def names(self) -> Names:
        """The defined names, hidden ones too."""
        return self._book.names

    @property
    def names_passed_over(self) -> tuple[DefinedName, ...]:
        """Names that are not among the names, since they would be taken for names of the workbook."""
        return self._book.passed_over

    @property
    def calculation(self) -> Calculation:
        """The calculation settings."""
        return self._book.calculation

    @property
    def date1904(self) -> bool:
        """Whether serial numbers count from 1904."""
        return self._book.date1904

    def related(self, kind: str) -> str | None:
        """The part that the workbook relates to by a kind such as styles; None where there is none in the file."""
        part = self._book.part_of(kind)
        return part if part is not None and part in self._archive else None

    def relations(self, source: str) -> tuple[Relationship, ...]:
        """What a part relates to; of the package itself where `source` is empty."""
        return relationships(self._archive, source)

    def parts_of(self, *kinds: str) -> tuple[str, ...]:
        """The parts, or the addresses elsewhere, that any part relates to by these kinds, whatever they are called."""
        owners = (part for part in self._archive.entries if part.endswith(".rels"))
        sources = (part.replace("_rels/", "", 1).removesuffix(".rels") if "/_rels/" in part else "" for part in owners)
        return tuple(dict.fromkeys(r.target for source in sources for r in self.relations(source) if r.type in kinds))

    @property
    def content_type(self) -> str:
        """The content type of the workbook part."""
        return self._book.content_type

    @property
    def has_macros(self) -> bool:
        """Whether the workbook is of the kind that may hold macros (.xlsm)."""
        return "macroEnabled" in self._book.content_type

    @property
    def has_calculation_chain(self) -> bool:
        """Whether the package lists the order of calculation."""
        return self._book.part_of("calcChain") is not None

    @property
    def is_signed(self) -> bool:
        """Whether the package bears a digital signature, which any change makes void."""
        return any(name.startswith("_xmlsignatures/") for name in self._archive.entries)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The tables of all worksheets."""
        archive = self._archive
        related = (sheet for sheet in self.worksheets if relations_part(sheet.part) in archive.entries)
        return tuple(table for sheet in related for table in read_tables(archive, sheet))

    @cached_property
    def links(self) -> tuple[LinkedBook | None, ...]:
        """The linked workbooks; formulas call the first one [1]."""
        return tuple(read_linked_book(self._archive, part) if part else None for part in self._book.links)

    @cached_property
    def properties(self) -> Mapping[str, str]:
        """The custom document properties."""
        return read_properties(self._archive)

    def sheet(self, name: str) -> Sheet:
        """The worksheet of that name, whatever the case.

        Errors: a UserError where there is none.
        """
        found = self._worksheets.get(name.casefold())
        if found is not None:
            return found
        raise UserError(f"没有名为“{name}”的工作表；有：{'、'.join(sheet.name for sheet in self.worksheets)}")

    def cells(self, sheet: str) -> Mapping[str, Cell]:
        """The cells of a worksheet that hold a value or a formula, by reference, in order."""
        return self.reading(sheet).cells

    def value(self, sheet: str, ref: str) -> Value:
        """The saved value of a cell; None where it is blank."""
        cell = self.cells(sheet).get(ref)
        return None if cell is None else cell.value

    def formulas(self, sheet: str) -> Mapping[str, str]:
        """The formulas of a worksheet by reference, without the equals sign, shared ones written out."""
        return self.reading(sheet).formulas

    @property
    def all_formulas(self) -> Formulas:
        """Every sheet with its formulas, to compare and to hash."""
        return Formulas((sheet.name, self.reading(sheet.name).formula_items) for sheet in self.worksheets)

    @property
    def formula_digest(self) -> str:
        """SHA-256 over every formula as it is written, in the order of the file."""
        return digest(self.all_formulas)

    def patched(self, values: CellValues) -> Package:
        """The package with other cached values; every other byte stays, and nothing changes where values are equal.

        Only formula cells and cells of an array formula's area may be given. None removes the cached value.
        Errors: a UserError naming a cell that has no cache, or a signed file that would change.
        """
        return self._changed(values, _with_values)

    def patched_data(self, values: CellValues) -> bytes:
        """The bytes of that file, for which the package need not be opened again."""
        return self._replaced(values, _with_values) or self.data

    def without_shadowing_names(self, others: tuple[DefinedName, ...] = ()) -> Package:
        """The workbook as its own names mean it, to calculate: without names of single sheets that stand before them.

        `others`: further names to do without. The file stays as it is; the very same package where there are none.
        """
        own, shadowing = _told_apart(self.names, others)
        if not shadowing:
            return self
        return Package(self._archive, self._limits, replace(self._book, names=own, passed_over=shadowing))

    def seen_with(self, values: CellValues) -> Package:
        """The package with other saved values in its cells, to read them; the parts and the file stay as they are.

        Only cells that hold something may be given.
        """
        by_sheet: dict[str, dict[str, Value]] = {}
        for (sheet, ref), value in values.items():
            by_sheet.setdefault(sheet, {})[ref] = value
        seen = Package(self._archive, self._limits, self._book)
        seen._is_only_seen = True
        seen._contents = dict(self._contents)
        seen._counted, seen._tags = dict(self._counted), self._tags
        # Variations too: where their cells stand in the part takes longer to find out than what they hold.
        varied = (sheet for sheet, reading in self._contents.items() if reading.root is not reading)
        for sheet in dict.fromkeys((*by_sheet, *varied)):
            seen._contents[sheet] = self.reading(sheet).seen_with(by_sheet.get(sheet, {}))
        return seen

    def with_inputs(self, values: CellValues) -> Package:
        """The package with other constants; cells keep their style, None clears them.

        Errors: a UserError naming a cell that holds a formula or can't be set.
        """
        return self._changed(values, self._with_constants)

    def with_formulas(self, formulas: Mapping[tuple[str, str], str]) -> Package:
        """The package with other formulas (without the equals sign) in formula cells, which keep their cached values.

        Errors: a UserError naming a cell that holds no formula of its own, or a signed file that would change.
        """
        return self._changed(formulas, _with_formulas)

    def with_formulas_back(self, formulas: Mapping[tuple[str, str], str]) -> Package:
        """The file with formulas put into cells whatever they hold; to see what the workbook would be, not to save.

        Errors: a UserError naming a cell that isn't there or belongs to an array formula or data table.
        """
        return Package(self._archive, self._limits, self._book)._changed(formulas, _with_formulas_back)

    def with_row_heights(self, heights: Mapping[tuple[str, int], float]) -> Package:
        """The package with rows of at least so many points, by sheet and number; the very same where all are."""
        return self._changed({(sheet, str(row)): points for (sheet, row), points in heights.items()}, _with_row_heights)

    def with_parts(self, contents: Mapping[str, bytes], without: Collection[str] = ()) -> Package:
        """The package with other contents for some parts, and without some.

        Errors: a UserError where the file is signed.
        """
        self._check_unsigned()
        return Package(open_archive(self._archive.replaced(contents, without), self._limits), self._limits)

    def _check_is_file(self) -> None:
        if self._is_only_seen:
            raise ValueError("only to be read: no file holds these values")

    def _check_unsigned(self) -> None:
        if self.is_signed:
            raise UserError("文件带有数字签名，改动会使签名失效，已拒绝；请先在 Excel 里去掉签名再处理")

    def _with_constants(self, reading: SheetContents, values: Mapping[str, Value]) -> bytes | None:
        tables = tuple(table for table in self.tables if table.sheet == reading.xml.sheet)
        return with_constants(reading.xml, reading.cells, values, tables)

    def _changed(self, values: CellValues, change: _Change) -> Package:
        data = self._replaced(values, change)
        return self if data is None else Package(open_archive(data, self._limits), self._limits, self._book)

    def _replaced(self, values: CellValues, change: _Change) -> bytes | None:
        """The bytes of the file with other cells; None where nothing changes."""
        self._check_is_file()
        by_sheet: dict[str, dict[str, Value]] = {}
        for (sheet, ref), value in values.items():
            by_sheet.setdefault(sheet, {})[ref] = value
        contents = {}
        for sheet, wanted in by_sheet.items():
            reading = self.reading(sheet)
            content = change(reading, wanted)
            if content is not None:
                contents[reading.xml.part] = content
        if not contents:
            return None
        self._check_unsigned()
        return self._archive.replaced(contents)

    def reading(self, sheet: str) -> SheetContents:
        """A worksheet as it was read; two packages with the same part get the very same reading."""
        if sheet not in self._contents:
            known, archive, strings = self.sheet(sheet), self._archive, self._strings.part
            kind = known.name, known.part, strings is None, self.date1904
            shared = None if strings is None else archive.fingerprint(strings)
            reading = read_sheet(
                (kind, archive.fingerprint(known.part), shared),
                # The names tell the submissions of one template from those of another.
                (kind, self._book.names),
                lambda: archive.read(known.part),
                self._strings,
                lambda content: self._read(known, content),
                date1904=self.date1904,
            )
            if known.name not in self._counted:
                self._count(reading.xml)
            self._contents[sheet] = reading
        return self._contents[sheet]

    def markup(self, sheet: str) -> SheetXml:
        """The markup of a worksheet, for which its cells need not be read."""
        reading = self._contents.get(sheet)
        if reading is not None:
            return reading.xml
        if sheet not in self._markup:
            known = self.sheet(sheet)
            self._markup[sheet] = SheetXml(known.name, known.part, self._archive.read(known.part))
        return self._markup[sheet]

    def _read(self, sheet: Sheet, content: bytes) -> SheetContents:
        xml = SheetXml(sheet.name, sheet.part, content)
        self._count(xml)
        return SheetContents(xml, read_cells(xml, self._strings, date1904=self.date1904))

    def _count(self, xml: SheetXml) -> None:
        """Refuses a workbook with more cells than can be handled, before they are read."""
        self._counted[xml.sheet] = xml
        # A cell with a formula has three tags at least, so that mostly none of them need be counted.
        self._tags += xml.tags
        if self._tags <= min(self._limits.cells, 3 * self._limits.formulas):
            return
        cells, formulas = (sum(one.count(name) for one in self._counted.values()) for name in (b"c", b"f"))
        for kind, count, most in (("单元格", cells, self._limits.cells), ("公式", formulas, self._limits.formulas)):
            if count > most:
                raise UserError(
                    f"工作表“{xml.sheet}”连同前面的工作表有 {count:,} 个{kind}，超过上限 {most:,}，一次处理不了；"
                    "请把用不着的工作表移到别的文件，或把数据拆成几个文件（只有格式的空单元格也算在内）"
                )

    @property
    def saved_results(self) -> CellValues:
        """The saved values of all cells that formulas fill; None where there is none."""
        found: dict[tuple[str, str], Value] = {}
        for sheet in self.worksheets:
            found.update(self.reading(sheet.name).results)
        return found


def _with_values(reading: SheetContents, values: Mapping[str, Value]) -> bytes | None:
    return reading.with_results(values)


def _with_formulas(reading: SheetContents, texts: Mapping[str, Any]) -> bytes | None:
    return with_formulas(reading.xml, reading.cells, texts, reading.formulas)


def _with_row_heights(reading: SheetContents, heights: Mapping[str, Any]) -> bytes | None:
    return with_row_heights(reading.xml, {int(row): points for row, points in heights.items()})


def _with_formulas_back(reading: SheetContents, texts: Mapping[str, Any]) -> bytes | None:
    return with_formulas_back(reading.xml, reading.cells, texts)


@lru_cache(maxsize=16)
def _told_apart(names: Names, others: tuple[DefinedName, ...]) -> tuple[Names, tuple[DefinedName, ...]]:
    """All names but those of single sheets that stand before names of the workbook, and others; and these."""
    own = {name.name.casefold() for name in names if name.sheet is None}
    shadowing = tuple(name for name in names if name.sheet is not None and name.name.casefold() in own) + others
    return (Names(name for name in names if name not in shadowing), shadowing) if shadowing else (names, ())
