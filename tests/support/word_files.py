"""Word documents from bare XML, for what no library writes: tracked changes, Symbol signs, automatic numbers, hostile parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
    ' Target="{target}"/></Relationships>'
)
HEADINGS = ("一级指标", "三级指标", "分值", "评分标准")


def cell(content: str, properties: str = "") -> str:
    """A cell with paragraphs as they stand."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def paragraph(content: str, properties: str = "") -> str:
    """A paragraph of runs."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def run(text: str) -> str:
    """A run of text."""
    return f"<w:r><w:t>{text}</w:t></w:r>"


def row(*cells: str) -> str:
    """A row; plain texts become cells."""
    done = (c if c.startswith("<w:tc>") else cell(paragraph(run(c))) for c in cells)
    return f"<w:tr>{''.join(done)}</w:tr>"


def table(*rows: str, headings: Sequence[str] = HEADINGS) -> str:
    """A table under its headings."""
    return f"<w:tbl>{row(*headings)}{''.join(rows)}</w:tbl>"


def document(body: str, parts: Mapping[str, str] | None = None, head: str = "") -> bytes:
    """The file; `head` stands before the root, where a document type would."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS.format(kind="officeDocument", target="word/document.xml"))
        xml = f'<?xml version="1.0" encoding="UTF-8"?>{head}<w:document {W}><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", xml)
        for name, text in (parts or {}).items():
            archive.writestr(name, text)
            if name == "word/numbering.xml":
                archive.writestr(
                    "word/_rels/document.xml.rels", _RELATIONS.format(kind="numbering", target="numbering.xml")
                )
    return target.getvalue()
