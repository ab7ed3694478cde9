"""A form filled: its rows as cells with their places, lists repeated, equal texts merged downwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from xlperf.errors import UserError
from xlperf.report.document.blocks import Cell
from xlperf.report.forms.declarations import UNOFFICIAL, Form, FormCell, FormRow
from xlperf.report.forms.marks import BLANK, LISTS, Content, Contents, filled_text, is_mark, marks_in

TITLE_POINTS = 16
_NO_LABELS = ("", "—")


@dataclass(frozen=True)
class Box:
    """A cell of a filled form and where it stands (from 0)."""

    row: int
    column: int
    content: Content
    look: FormCell
    is_label: bool
    rows: int = 1

    def as_cell(self) -> Cell:
        """The cell as documents write it."""
        return Cell(self.content.text, self.rows, self.look.columns, self.look.align, self.is_label)


@dataclass(frozen=True)
class FilledForm:
    """A form with its contents. `heights`: the least height of each row; `head`: the rows to print on every page."""

    form: Form
    title: str
    boxes: tuple[Box, ...]
    heights: tuple[float, ...]
    head: tuple[int, int] | None
    notes: tuple[str, ...]
    remarks: tuple[str, ...]
    too_long: tuple[str, ...]

    @property
    def rows(self) -> list[list[Box]]:
        """The boxes that begin in each row."""
        found: list[list[Box]] = [[] for _ in self.heights]
        for box in self.boxes:
            found[box.row].append(box)
        return found

    @property
    def top(self) -> tuple[str, ...]:
        """What stands between the title and the table."""
        number = (f"报表编号：{self.form.number}",) if self.form.number else ()
        return (*number, f"（{UNOFFICIAL}）") if self.form.layout == UNOFFICIAL else number


def fill(form: Form, found: Contents) -> FilledForm:
    """The form with what a workbook says.

    Errors: UserError: a mark that there isn't.
    """
    _check(form)
    boxes, heights, heads = list[Box](), list[float](), list[int]()
    covered: dict[int, int] = {}
    for row in form.rows:
        for of in _lines(row, found):
            number = len(heights)
            heights.append(row.height)
            heads += [number] if row.is_head else []
            boxes += _placed(row, number, covered, of)
    title = filled_text(form.title, found.of).text
    too_long = tuple(_too_long(form, boxes))
    notes = (*form.notes, *too_long)
    head = (heads[0], heads[-1]) if heads else None
    return FilledForm(form, title, tuple(_merged(boxes)), tuple(heights), head, notes, found.remarks, too_long)


def _check(form: Form) -> None:
    for text, group in form.texts:
        if group and group not in LISTS:
            raise UserError(f"“{form.label}”的一行按“{group}”重复，没有这个清单；有 {'、'.join(LISTS)}")
        for name in marks_in(text):
            if not is_mark(name, group):
                raise UserError(f"“{form.label}”里的 {{{{{name}}}}} 不认识；能写的见 xlperf forms list --marks")


class _Of:
    """What marks stand for in one row: those of its line first."""

    def __init__(self, found: Contents, line: Mapping[str, Content] | None, group: str) -> None:
        self._found, self._line, self._group = found, line, group

    def __call__(self, name: str) -> Content:
        if self._group and name in LISTS[self._group][1]:
            return (self._line or {}).get(name, BLANK)
        return self._found.of(name)


def _lines(row: FormRow, found: Contents) -> Iterator[_Of]:
    """The row once, or for each line of its list; a list without lines has one blank row to be written in."""
    if not row.each:
        yield _Of(found, None, "")
        return
    for line in found.lists.get(row.each) or ({},):
        yield _Of(found, line, row.each)


def _placed(row: FormRow, number: int, covered: dict[int, int], of: _Of) -> Iterator[Box]:
    """The cells of a row in the columns that cells from above leave free. `covered`: rows left, by column."""
    free = [column for column in range(_width(row, covered)) if not covered.get(column)]
    below = {column: left - 1 for column, left in covered.items() if left > 1}
    for cell in row.cells:
        own, free = free[: cell.columns], free[cell.columns :]
        is_label = cell.text not in _NO_LABELS and not cell.text.startswith("{{")
        yield Box(number, own[0], filled_text(cell.text, of), cell, is_label, cell.rows)
        below |= {column: cell.rows - 1 for column in own if cell.rows > 1}
    covered.clear()
    covered |= below


def _width(row: FormRow, covered: Mapping[int, int]) -> int:
    return sum(cell.columns for cell in row.cells) + sum(1 for left in covered.values() if left)


def _merged(boxes: list[Box]) -> Iterator[Box]:
    """Boxes, those with `has_merge` grown over the same ones below them; never beyond one that stands to their left."""
    open_boxes: dict[int, tuple[tuple[str, ...], Box]] = {}
    chain: tuple[str, ...] = ()
    row = -1
    for box in boxes:
        if box.row != row:
            row, chain = box.row, ()
        text = box.content.text
        if not (box.look.has_merge and text):
            if box.column in open_boxes:
                yield open_boxes.pop(box.column)[1]
            yield box
            continue
        chain = (*chain, text)
        known = open_boxes.get(box.column)
        if known and known[0] == chain and known[1].row + known[1].rows == box.row:
            open_boxes[box.column] = chain, replace(known[1], rows=known[1].rows + 1)
            continue
        if known:
            yield known[1]
        open_boxes[box.column] = chain, box
    yield from (box for _, box in open_boxes.values())


def _too_long(form: Form, boxes: list[Box]) -> Iterator[str]:
    """What is longer than the form allows. It stays whole: what is to go only a person can say."""
    for box in boxes:
        length = len("".join(box.content.text.split()))
        if box.look.longest and length > box.look.longest:
            label = next((b.content.text for b in boxes if b.row == box.row and b.is_label), form.label)
            name = label.partition("（")[0]
            yield f"“{name}”现有 {length} 字，超过 {box.look.longest} 字，请删减"
