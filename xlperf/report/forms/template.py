"""A bureau's own form as a template: its .xlsx or .docx with marks in the cells; everything else in it stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from xlperf.errors import CellError, UserError
from xlperf.escaping import excerpt, printable
from xlperf.package import open_package
from xlperf.package.package import Package
from xlperf.report.document.word import saved
from xlperf.report.document.word_blocks import legal
from xlperf.report.forms.marks import LISTS, Content, Contents, filled_text, is_mark, marks_in
from xlperf.report.forms.word_form import new_document
from xlperf.report.sheet_writer import LONGEST_TEXT
from xlperf.values import Value

_MOST_SAID = 8
_ANY = re.compile(r"\{\{.*?\}\}", re.S)


def check_template(template: bytes, *, is_document: bool) -> None:
    """Refuses a template that can't be filled, before any workbook is read.

    Errors: UserError: not the kind of file, unknown marks (with their place), none at all.
    """
    (fill_document if is_document else fill_spreadsheet)(template, Contents({}, {}))


@dataclass(frozen=True)
class FromTemplate:
    """The template filled in, and what it has no room for."""

    content: bytes
    remarks: tuple[str, ...]


@dataclass
class _Marks:
    """The marks that a template has been found to hold, by place; those that there aren't."""

    known: set[str]
    unknown: list[str]

    def look(self, text: str, place: str) -> bool:
        """Whether a text has marks; unknown ones are kept with their place."""
        found = _ANY.findall(text)
        for mark in found:
            names = marks_in(mark)
            if len(names) == 1 and is_mark(names[0]):
                self.known.add(names[0])
            else:
                self.unknown.append(f"{place} 的 {excerpt(mark)}")
        return bool(found)

    def check(self) -> None:
        """Refuses what has unknown marks, or none."""
        if self.unknown:
            more = f" 等 {len(self.unknown)} 处" if len(self.unknown) > _MOST_SAID else ""
            told = "；".join(self.unknown[:_MOST_SAID])
            raise UserError(f"模板里不认识：{told}{more}；能写的见 xlperf forms list --marks")
        if not self.known:
            raise UserError("模板里没有 {{单位名称}} 这样的标记；能写的见 xlperf forms list --marks")

    def remarks(self, found: Contents) -> Iterator[str]:
        """The lists of which a template has some lines, but not as many as there are."""
        for group, (meaning, _) in LISTS.items():
            numbers = [int(name.split(".")[1]) for name in self.known if name.startswith(f"{group}.")]
            lacking = len(found.lists.get(group, ())) - max(numbers, default=0)
            if numbers and lacking > 0:
                yield f"模板的“{group}”（{meaning}）只有 {max(numbers)} 行，少 {lacking} 行，没有放下"


def fill_spreadsheet(template: bytes, found: Contents) -> FromTemplate:
    """A workbook with its marked cells filled in; numbers stay numbers in the format that the cell has.

    Errors: UserError: no workbook, unknown marks (with their cells), none at all.
    """
    package, marks = open_package(template), _Marks(set(), [])
    changes: dict[tuple[str, str], Value] = {}
    for sheet in package.worksheets:
        for ref, text in _texts(package, sheet.name):
            if marks.look(text, f"{sheet.name}!{ref}"):
                changes[sheet.name, ref] = "" if marks.unknown else _as_value(filled_text(text, found.of))
    marks.check()
    return FromTemplate(package.with_inputs(changes).data, tuple(marks.remarks(found)))


def _texts(package: Package, sheet: str) -> Iterator[tuple[str, str]]:
    formulas = package.formulas(sheet)
    for ref, cell in package.cells(sheet).items():
        if isinstance(cell.value, str) and "{{" in cell.value and ref not in formulas:
            yield ref, cell.value


def _as_value(content: Content) -> Value:
    if content.number is not None:
        return content.number
    return None if isinstance(content.value, CellError) else legal(content.text)[:LONGEST_TEXT] or None


def fill_document(template: bytes, found: Contents) -> FromTemplate:
    """A Word document with its marks filled in, in tables, between them, in headers and footers.

    Errors: UserError: no Word document, unknown marks (with their place), none at all.
    """
    document, marks = new_document(template), _Marks(set(), [])
    marked = []
    for root, where in _roots(document):
        for paragraph in root.iter(_w("p")):
            pieces = [piece for piece in paragraph.iter(_w("t")) if next(piece.iterancestors(_w("p"))) is paragraph]
            text = "".join(piece.text or "" for piece in pieces)
            if "{{" in text and marks.look(text, _place(paragraph, where)):
                marked.append((pieces, text))
    marks.check()
    for pieces, text in marked:
        _write(pieces, filled_text(text, found.of).text)
    return FromTemplate(saved(document, document.core_properties.title or ""), tuple(marks.remarks(found)))


def _w(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


def _roots(document: Any) -> Iterator[tuple[Any, str]]:
    yield document.element.body, ""
    for section in document.sections:
        for part, name in ((section.header, "页眉"), (section.footer, "页脚")):
            if not part.is_linked_to_previous:
                yield part._element, name


def _place(paragraph: Any, where: str) -> str:
    """Where a paragraph stands: in which cell of which table, else by its text."""
    cell = next(paragraph.iterancestors(_w("tc")), None)
    if cell is None:
        return where or "正文"
    row = cell.getparent()
    table = next(cell.iterancestors(_w("tbl")))
    tables = list(table.getroottree().getroot().iter(_w("tbl")))
    rows, cells = list(table.iter(_w("tr"))), list(row.iter(_w("tc")))
    return f"{where}第 {tables.index(table) + 1} 个表第 {rows.index(row) + 1} 行第 {cells.index(cell) + 1} 格"


def _write(pieces: list[Any], text: str) -> None:
    """Puts a text where several pieces stood, in the look of the first; ends of lines become breaks."""
    first, *others = pieces
    for other in others:
        other.text = ""
    lines = legal(printable(text)).split("\n")
    first.text = lines[0]
    first.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    last = first
    for line in lines[1:]:
        for name, content in (("br", None), ("t", line)):
            piece = first.makeelement(_w(name), {})
            piece.text = content
            last.addnext(piece)
            last = piece
