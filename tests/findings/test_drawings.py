"""Which cells lie below a drawing: those of today's drawings and of the older kind, as their anchors say."""

from __future__ import annotations

import io
from functools import cache

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from tests.support.alterer import edited
from xlperf.findings.drawings import drawn
from xlperf.package import Package, open_package

VML = "xl/drawings/commentsDrawing1.vml"
NOTE, BUTTON = 'ObjectType="Note"', 'ObjectType="Button"'
SEEN = "<ns2:Visible/>"


@cache
def with_a_note() -> Package:
    """A workbook with a note, which openpyxl writes as a shape of the older kind without an anchor."""
    book, target = Workbook(), io.BytesIO()
    book.active["B2"].comment = Comment("看", "某人")
    book.save(target)
    return open_package(target.getvalue())


def below(kind: str, inner: str) -> list[str]:
    """The cells below that shape, where it is of another kind and says more of itself."""
    old = f"{NOTE}><ns2:MoveWithCells/>".encode()
    package = edited(with_a_note(), VML, lambda xml: xml.replace(old, f"{kind}>{inner}".encode()))
    (sheet,) = package.worksheets
    return [str(area) for area in drawn(package, sheet.part)]


def anchor(*numbers: int | str) -> str:
    return f"<ns2:Anchor> {', '.join(map(str, numbers))} </ns2:Anchor>"


@pytest.mark.parametrize(
    ("kind", "inner", "areas"),
    [
        # Left column and its offset, top row and offset, right column and offset, bottom row and offset, from 0.
        (NOTE, SEEN + anchor(2, 15, 0, 2, 4, 31, 3, 9), ["C1:E4"]),
        # What ends where a cell begins doesn't touch it; what has no width touches one cell.
        (NOTE, SEEN + anchor(2, 0, 4, 0, 4, 0, 6, 0), ["C5:D6"]),
        (BUTTON, anchor(3, 0, 7, 0, 3, 0, 7, 0), ["D8"]),
        (BUTTON, anchor(0, 5, 0, 5, 1, 5, 1, 5), ["A1:B2"]),
        # A note comes up where one points at it only, unless it is left open.
        (NOTE, anchor(2, 15, 0, 2, 4, 31, 3, 9), []),
        # Anchors that say nothing.
        (NOTE, SEEN, []),
        (BUTTON, anchor(2, 15, 0, 2, 4, 31, 3), []),
        (BUTTON, anchor(2, 15, 0, 2, 4, 31, 3, 9, 1), []),
        (BUTTON, anchor(2, 15, 0, "x", 4, 31, 3, 9), []),
    ],
)
def test_shapes_of_the_older_kind(kind: str, inner: str, areas: list[str]) -> None:
    assert below(kind, inner) == areas
