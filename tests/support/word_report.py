"""A report read back from its Word document, by a library that did not write its tables."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import docx
from docx.oxml.ns import qn


@dataclass(frozen=True)
class ReadTable:
    """A table: the paragraph above it that names it, its rows; None where a cell continues the one above."""

    caption: str
    rows: list[list[str | None]]

    def row(self, label: str) -> list[str | None]:
        """The row whose first text holds a label."""
        return next(row for row in self.rows if label in next((cell for cell in row if cell), ""))


@dataclass(frozen=True)
class ReadReport:
    """The document: paragraphs outside of tables with the names of their styles, the table of contents, tables, and the
    tags of controls.
    """

    document: Any
    paragraphs: list[tuple[str, str]]
    contents: list[str]
    tables: list[ReadTable]
    tags: dict[str, str]

    def table(self, caption: str) -> ReadTable:
        """The first table whose caption holds a text."""
        return next(table for table in self.tables if caption in table.caption)

    @property
    def texts(self) -> list[str]:
        """The paragraphs alone."""
        return [text for text, _ in self.paragraphs]

    @property
    def whole(self) -> str:
        """Everything that can be read, cells too."""
        cells = (cell or "" for table in self.tables for row in table.rows for cell in row)
        return "\n".join([*self.texts, *cells])


def read_report(content: bytes) -> ReadReport:
    """The document of these bytes."""
    document = docx.Document(io.BytesIO(content))
    names = {style.style_id: style.name for style in document.styles}
    paragraphs: list[tuple[str, str]] = []
    contents: list[str] = []
    tables: list[ReadTable] = []
    tags: dict[str, str] = {}
    caption = ""
    for element in document.element.body.iter(qn("w:p"), qn("w:tbl"), qn("w:sdt")):
        if element.tag == qn("w:tbl"):
            tables.append(ReadTable(caption, [_cells(row) for row in element.iter(qn("w:tr"))]))
        elif element.tag == qn("w:sdt"):
            alias, tag = (next(element.iter(qn(name))).get(qn("w:val")) for name in ("w:alias", "w:tag"))
            tags[alias] = tag
        elif next(element.iterancestors(qn("w:tbl")), None) is None:
            style = next((names[s.get(qn("w:val"))] for s in element.iter(qn("w:pStyle"))), "")
            if style.startswith(("toc ", "报告目录")):
                contents.append(_text(element))
                continue
            paragraphs.append((_text(element), style))
            caption = _text(element) if style == "报告表题" else caption
    return ReadReport(document, paragraphs, contents, tables, tags)


def _cells(row: Any) -> list[str | None]:
    found: list[str | None] = []
    for cell in row.iter(qn("w:tc")):
        merge = next(cell.iter(qn("w:vMerge")), None)
        is_continued = merge is not None and merge.get(qn("w:val")) != "restart"
        found.append(None if is_continued else "\n".join(map(_text, cell.iter(qn("w:p")))))
    return found


def _text(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(qn("w:t")))
