"""What people wrote in an earlier report, taken over into the next one; what has no place there any more is listed.

The content controls of a report carry tags: which place they are and the mark of the text that was put there. A text that
has another mark now was written by people. It is taken over as text: looks, pictures and fields of a strange document stay
behind, and the pictures are named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from xlperf.report.document.blocks import Block, Chapter, Landscape, Report, Written, text_mark
from xlperf.report.document.subject import plain
from xlperf.report.document.word_blocks import TAG, key_mark
from xlperf.report.document.word_template import new_document

_EXCERPT = 60


@dataclass(frozen=True)
class Kept:
    """A text that people wrote: the place, what it was called, the mark of what stood there before, the paragraphs."""

    key: str
    label: str
    mark: str
    paragraphs: tuple[str, ...]
    has_objects: bool


def read_kept(content: bytes) -> tuple[Kept, ...]:
    """What people wrote in a report, in its order.

    Errors: UserError: python-docx is not installed, no Word document.
    """
    from docx.oxml.ns import qn

    document = new_document(content)
    found = []
    for control in document.element.body.iter(qn("w:sdt")):
        tag = _property(control, "w:tag").split(":")
        if len(tag) == 3 and tag[0] == TAG:
            kept = _kept(control, tag[1], tag[2])
            found += [kept] if kept is not None else []
    return tuple(found)


def _kept(control: Any, key: str, mark: str) -> Kept | None:
    """What a control holds, where it isn't what was put there."""
    from docx.oxml.ns import qn

    content = control.find(qn("w:sdtContent"))
    texts = tuple(_paragraphs(content)) if content is not None else ()
    has_objects = content is not None and any(next(content.iter(qn(name)), None) is not None for name in _OBJECTS)
    if (text_mark(texts) == mark or not texts) and not has_objects:
        return None
    return Kept(key, plain(_property(control, "w:alias")), mark, texts, has_objects)


_OBJECTS = ("w:drawing", "w:pict", "w:object", "w:tbl")


def _property(control: Any, name: str) -> str:
    from docx.oxml.ns import qn

    found = next(control.iter(qn(name)), None)
    return "" if found is None else str(found.get(qn("w:val")) or "")


def _paragraphs(content: Any) -> Iterator[str]:
    """The paragraphs, without what was deleted with tracked changes and the instructions of fields."""
    from docx.oxml.ns import qn

    for paragraph in content.iter(qn("w:p")):
        parts = []
        for element in paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br")):
            parts.append(element.text or "" if element.tag == qn("w:t") else " ")
        if text := plain("".join(parts)):
            yield text


def taken_over(report: Report, kept: tuple[Kept, ...]) -> tuple[Report, tuple[str, ...]]:
    """The report with what people wrote, and remarks: what couldn't be placed, what should be looked at again."""
    texts = {one.key: one for one in kept}
    placed: set[str] = set()
    remarks: list[str] = []
    chapters = tuple(
        replace(chapter, blocks=tuple(_blocks(chapter, chapter.blocks, texts, placed, remarks)))
        for chapter in report.chapters
    )
    for one in kept:
        if one.key not in placed:
            remarks.append(f"没有地方放：“{one.label}”：{_shortened(one.paragraphs)}")
        if one.has_objects:
            remarks.append(f"“{one.label}”里的图、表没有带过来，请从上一份里复制")
    return replace(report, chapters=chapters), tuple(remarks)


def _blocks(
    chapter: Chapter,
    blocks: tuple[Block, ...],
    texts: Mapping[str, Kept],
    placed: set[str],
    remarks: list[str],
) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Landscape):
            yield Landscape(tuple(_blocks(chapter, block.blocks, texts, placed, remarks)))
            continue
        found = texts.get(key_mark(block.key)) if isinstance(block, Written) else None
        if found is None or not isinstance(block, Written):
            yield block
            continue
        placed.add(found.key)
        if not found.paragraphs:
            yield block
            continue
        note = ""
        if found.mark != block.mark:
            note = f"这一段是人改过的，工作簿里的数据后来又变了；按现在的数据应是：{' '.join(block.texts)}"
            remarks.append(f"“{block.key}”：人改过，数据后来又变了，请核对")
        yield replace(block, paragraphs=found.paragraphs, note=note, standing=block.mark)


def _shortened(paragraphs: tuple[str, ...]) -> str:
    text = "".join(paragraphs)
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…（共 {len(text)} 字）"
