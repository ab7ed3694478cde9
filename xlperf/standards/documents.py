"""A document by its content: which program's it is, what must be converted first, what is refused with advice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xlperf.errors import UserError
from xlperf.package.files import read_file
from xlperf.package.foreign_formats import converted
from xlperf.package.signatures import check_is_zip, document_format, other_format
from xlperf.standards.grids import Grid
from xlperf.standards.word import LIMITS, read_word
from xlperf.standards.workbook_tables import read_csv, read_workbook
from xlperf.usage import about

_PDF = (
    "PDF 里只有字的位置，没有表格，不能可靠地读出；请在 Word 或 WPS 里打开这个 PDF（会转换成 Word 文档），"
    "核对表格后另存为 .docx 再导入；扫描件要先做文字识别"
)
_WORD_PART, _BOOK_PART = b"word/", b"xl/"
_TEXT_SUFFIXES = (".csv", ".txt", ".tsv")


@dataclass(frozen=True)
class Document:
    """The tables of a document, and what was done to read it."""

    name: str
    grids: tuple[Grid, ...]
    notes: tuple[str, ...] = ()


def read_document(path: Path) -> Document:
    """The tables of a Word document, workbook or text file.

    Errors: UserError: missing, damaged, hostile, of a kind that holds no tables, none found.
    """
    with about(path):
        document = _read(path)
    if not document.grids:
        raise UserError(f"{path} 里没有表格；请检查是不是选错了文件，图片里的表格要先转成 Word 表格")
    return document


def _read(path: Path) -> Document:
    if path.suffix.lower() in _TEXT_SUFFIXES:
        return Document(path.name, read_csv(path))
    blob = read_file(path, LIMITS)
    if blob[:1024].lstrip().startswith(b"%PDF"):
        raise UserError(_PDF)
    notes: tuple[str, ...] = ()
    if document_format(blob) or other_format(blob):
        blob, note = converted(path, LIMITS)
        notes = (note,)
    check_is_zip(blob)
    return Document(path.name, read_word(blob) if _is_word(blob) else read_workbook(blob), notes)


def _is_word(blob: bytes) -> bool:
    """Whether a zip holds a document rather than a workbook, by the names in its directory."""
    directory = blob[-65_536 * 4 :]
    return _WORD_PART in directory and _BOOK_PART not in directory
