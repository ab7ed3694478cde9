"""A report as a person edits it: texts within and outside of its content controls."""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from typing import Any

import docx
from docx.oxml.ns import qn


def edited(content: bytes, change: Callable[[Any], object]) -> bytes:
    """The document after a change."""
    document = docx.Document(io.BytesIO(content))
    change(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def control(document: Any, alias: str) -> Any:
    """The content control of that name."""
    for found in document.element.body.iter(qn("w:sdt")):
        if next(found.iter(qn("w:alias"))).get(qn("w:val")) == alias:
            return found
    raise AssertionError(alias)


def write_in(document: Any, alias: str, *paragraphs: str) -> None:
    """Writes paragraphs over what a control holds, as Word does: in several runs, the look kept."""
    content = control(document, alias).find(qn("w:sdtContent"))
    first, *further = list(content)
    for paragraph in further:
        content.remove(paragraph)
    for number, text in enumerate(paragraphs):
        paragraph = first if not number else copy.deepcopy(first)
        if number:
            content.append(paragraph)
        run, *others = list(paragraph.iter(qn("w:r")))
        for other in others:
            other.getparent().remove(other)
        half = len(text) // 2
        second = copy.deepcopy(run)
        run.addnext(second)
        next(run.iter(qn("w:t"))).text, next(second.iter(qn("w:t"))).text = text[:half], text[half:]
