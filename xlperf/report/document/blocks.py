"""The pieces of a report, the same for Word and for a page: texts and tables without any look of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

PLACEHOLDER = "【待填：{}】"
LEFT, CENTRE, RIGHT = "left", "center", "right"


@dataclass(frozen=True)
class Heading:
    """A heading within a chapter. `level`: 1 is the chapter's own."""

    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    """A generated paragraph. `is_note`: a remark below a table. `is_alert`: it must be gone before the report is handed in."""

    text: str
    is_note: bool = False
    is_alert: bool = False


@dataclass(frozen=True)
class Written:
    """A place that people write or rewrite: a later report takes over what they wrote. Without text, a placeholder.

    `hint`: what belongs there. `place`: where in the workbook it can be filled in. `note`: a remark for whoever checks it.
    `standing`: the mark of what would stand there had nobody written anything.
    """

    key: str
    paragraphs: tuple[str, ...]
    hint: str
    place: str = ""
    note: str = ""
    standing: str = ""

    @property
    def is_placeholder(self) -> bool:
        """Whether nothing was written there yet."""
        return not self.paragraphs

    @property
    def texts(self) -> tuple[str, ...]:
        """The paragraphs as they are shown."""
        place = f"；可填在{self.place}" if self.place else ""
        return self.paragraphs or (PLACEHOLDER.format(f"{self.hint}{place}"),)

    @property
    def mark(self) -> str:
        """What tells the text that is generated from any other: one that no longer has its mark was changed by people."""
        return self.standing or text_mark(self.texts)


@dataclass(frozen=True)
class Cell:
    """A cell of a table and over how many rows and columns it extends."""

    text: str
    rows: int = 1
    columns: int = 1
    align: str = LEFT
    is_bold: bool = False


@dataclass(frozen=True)
class Table:
    """A table: widths of its columns (parts of the page), the rows of its heading, its rows; cells that begin in each row.

    `number`: as its chapter counts it (1-3); tables of an annex have none. `heights`: the least of each row of the body, in
    points, where people write by hand. `is_tight`: hardly any room above and below the texts, so that a form fits its page.
    """

    caption: str
    widths: tuple[float, ...]
    head: tuple[tuple[Cell, ...], ...]
    body: tuple[tuple[Cell, ...], ...]
    unit: str = ""
    note: str = ""
    number: str = ""
    is_small: bool = False
    is_tight: bool = False
    heights: tuple[float, ...] = ()

    @property
    def title(self) -> str:
        """The caption with its number."""
        return f"表 {self.number}　{self.caption}" if self.number else self.caption


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: its label, its length (1 = the whole), what is printed beside it."""

    label: str
    share: float
    shown: str


@dataclass(frozen=True)
class Chart:
    """Bars below each other. `has_low_bars`: short ones are weak places, which are drawn so."""

    title: str
    bars: tuple[Bar, ...]
    has_low_bars: bool = False


@dataclass(frozen=True)
class Landscape:
    """Blocks on pages that lie on their side."""

    blocks: tuple[Block, ...]


Block = Heading | Paragraph | Written | Table | Chart | Landscape


@dataclass(frozen=True)
class Chapter:
    """A chapter: the name that templates use, its title, what stands in it; without anything it is left out."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """A whole report. `facts`: what covers and headers of templates name, such as 单位名称."""

    title: str
    facts: dict[str, str]
    chapters: tuple[Chapter, ...]

    def blocks(self) -> Iterator[Block]:
        """All blocks but the titles of chapters, also those within others."""
        for chapter in self.chapters:
            yield from within(chapter.blocks)

    @property
    def written(self) -> tuple[Written, ...]:
        """The places that people write."""
        return tuple(block for block in self.blocks() if isinstance(block, Written))


def within(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks, and those that stand in others in their place."""
    for block in blocks:
        if isinstance(block, Landscape):
            yield from within(block.blocks)
        else:
            yield block


def text_mark(paragraphs: Sequence[str]) -> str:
    """A short mark of a text, which no white space changes."""
    plain = "".join("".join(text.split()) for text in paragraphs)
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:12]


def heads(*texts: str) -> tuple[Cell, ...]:
    """A row of a table's heading."""
    return tuple(Cell(text, align=CENTRE, is_bold=True) for text in texts)


def row(texts: Sequence[str], aligned: str, *, is_bold: bool = False) -> tuple[Cell, ...]:
    """A row of cells. `aligned`: a letter a column: l, c, r."""
    sides = {"l": LEFT, "c": CENTRE, "r": RIGHT}
    return tuple(Cell(text, 1, 1, sides[side], is_bold) for text, side in zip(texts, aligned, strict=True))


def merged(rows: Sequence[Sequence[Cell]], columns: int) -> tuple[tuple[Cell, ...], ...]:
    """Rows whose first columns are merged downwards where they, and all before them, stay the same."""
    starts = [[True] * columns for _ in rows]
    for number in range(1, len(rows)):
        same = True
        for column in range(columns):
            same = same and rows[number][column].text == rows[number - 1][column].text
            starts[number][column] = not same
    return tuple(
        tuple(
            replace(cell, rows=_height(starts, number, column)) if column < columns else cell
            for column, cell in enumerate(cells)
            if column >= columns or starts[number][column]
        )
        for number, cells in enumerate(rows)
    )


def _height(starts: Sequence[Sequence[bool]], number: int, column: int) -> int:
    following = (offset for offset in range(1, len(starts) - number) if starts[number + offset][column])
    return next(following, len(starts) - number)
