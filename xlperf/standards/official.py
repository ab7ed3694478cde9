"""The official table: indicators with levels, weights, explanations and standards, from however many pages it runs over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from xlperf.errors import UserError
from xlperf.frameworks.parts import UNSCORED
from xlperf.standards import headings
from xlperf.standards.documents import Document
from xlperf.standards.grids import Grid, Spot
from xlperf.standards.headings import Heading, find_heading, repeats, squeezed

_TOTALS = ("合计", "小计", "总计", "总分", "总得分", "得分合计", "本页合计")
_WEIGHT_ASIDE = re.compile(r"[（(\[]\s*(\d+(?:\.\d+)?)\s*(?:分|%|％)?\s*[)）\]]\s*$|(?<=\D)(\d+(?:\.\d+)?)\s*分\s*$")
_NUMBERED = re.compile(r"^(?:[（(]?\d{1,2}[)）]|\d{1,2}[.．、](?!\d)|[（(]?[一二三四五六七八九十]{1,3}[)）、])\s*")
_CODED = re.compile(r"^([A-Z]\d{1,4})[.．、\s]*(?=[\u4e00-\u9fff“])")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(?:分|%)?")
_ENDINGS = "。；;：:！？!?）)"
_MOST_ASIDE = 60


@dataclass(frozen=True)
class Piece:
    """What one row says of an indicator: its standard, and a weight where the row has its own."""

    standard: str
    weight: float | None = None


@dataclass(frozen=True)
class Entry:
    """An indicator of the official table. `weight` is None where none is printed. `pieces`: the rows that it fills."""

    place: str
    level1: str
    level2: str
    name: str
    weight: float | None
    explanation: str
    pieces: tuple[Piece, ...]
    code: str = ""
    target: str = ""
    unit: str = ""
    nature: str = ""

    @property
    def standard(self) -> str:
        """The whole standard."""
        return "\n".join(piece.standard for piece in self.pieces if piece.standard)


@dataclass(frozen=True)
class Official:
    """What a document says: its title, the indicators, the weights of levels, what is worth a word.

    `has_targets`: it is a self-evaluation form, with a target for each indicator; `texts` stand in its upper part.
    """

    title: str
    entries: tuple[Entry, ...]
    level_weights: tuple[tuple[str, str, float], ...] = ()
    notes: tuple[str, ...] = ()
    has_targets: bool = False
    texts: tuple[str, ...] = ()


def read_official(document: Document) -> Official:
    """Finds the official table in a document and reads it.

    Errors: UserError: no table with the headings of one, or nothing under them.
    """
    found = [(grid, find_heading(grid)) for grid in document.grids]
    known = [(grid, heading) for grid, heading in found if heading is not None]
    if not known:
        raise UserError(
            f"{document.name} 里没有找到指标体系的表：表头应有“三级指标”（或“指标名称”）、“分值”（或“权重”）、"
            "“评分标准”（或“评分细则”“计分标准”“评价标准”）；请检查表头，或只留下这张表再导入"
        )
    first, heading = max(known, key=lambda pair: len(pair[1].roles))
    reader = _Reader(heading, [[squeezed(t) for t in first.texts(row)] for row in heading.rows])
    following = document.grids[document.grids.index(first) :]
    for grid in following:
        reader.read(grid, is_first=grid is first)
    if not reader.rows:
        raise UserError(f"{document.name} 的{first.place}有表头，下面没有指标")
    entries = tuple(_finished(rows) for rows in reader.rows)
    factor = 100.0 if _are_shares([entry.weight for entry in entries]) else 1.0
    sums = tuple((a, b, round(weight * factor, 6)) for (a, b), weight in reader.level_weights.items())
    notes = (*document.notes, *reader.notes, *_doubts(entries, reader.total))
    if factor != 1:
        entries = tuple(_scaled(entry, factor) for entry in entries)
        notes = (*notes, "权重是百分比（合计 1），已按满分 100 换算成分值")
    texts = tuple(text for row in range(heading.rows.start) for text in first.texts(row))
    return Official(_title(first), entries, sums, notes, headings.TARGET in heading.roles, texts)


@dataclass(frozen=True)
class _Row:
    """A row of the table as it stands there."""

    place: str
    names: tuple[str, str, str]
    weight: float | None
    has_weight_of_its_own: bool
    explanation: str
    standard: str
    code: str = ""
    others: tuple[str, str, str] = ("", "", "")


@dataclass
class _Reader:
    """Reads one grid after the other: the rows of each indicator together, levels carried on."""

    heading: Heading
    headings: list[list[str]]
    rows: list[list[_Row]] = field(default_factory=list)
    level_weights: dict[tuple[str, str], float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    total: float | None = None
    levels: tuple[str, str] = ("", "")
    width: int = 0

    def read(self, grid: Grid, *, is_first: bool) -> None:
        """The rows of the table, or of its continuation."""
        start = self.heading.rows.stop
        if not is_first:
            own = find_heading(grid)
            if own is not None and own.columns == self.heading.columns:
                start = own.rows.stop
            elif own is None and grid.width == self.width:
                start = 0
            else:
                self.notes.append(f"{grid.place}没有用：不是同一张表的续表")
                return
        self.width = grid.width
        for number in range(start, len(grid.rows)):
            self._row(grid, number, is_top=number == start and not is_first)

    def _row(self, grid: Grid, number: int, *, is_top: bool) -> None:
        spots = grid.rows[number]
        place = f"{grid.place}第 {number + 1} 行"
        texts = [text for text in grid.texts(number) if text]
        if not texts or repeats(grid, number, self.headings):
            return
        if any(squeezed(text).startswith(_TOTALS) for text in texts[:2]):
            self._note_total(spots)
            return
        if len(texts) == 1 and len({spot.column for spot in spots}) == 1 and grid.width > 1:
            self.notes.append(f"{place}没有用：“{texts[0][:_MOST_ASIDE]}”")
            return
        self._indicator(spots, number, place, is_top=is_top)

    def _note_total(self, spots: tuple[Spot, ...]) -> None:
        column = self.heading.weights.get(self._lowest)
        found = _number(spots[column].text) if column is not None else None
        self.total = found or self.total

    @property
    def _lowest(self) -> str:
        return next((level for level in reversed(headings.LEVELS) if level in self.heading.columns), headings.NAME)

    def _indicator(self, spots: tuple[Spot, ...], number: int, place: str, *, is_top: bool) -> None:
        row, is_named = self._parts(spots, number, place)
        if not is_named and self.rows:
            self.rows[-1].append(replace(row, place=place))
        elif not is_named:
            self.notes.append(f"{place}没有用：没有指标名称")
        elif row.standard or row.explanation or row.weight is not None or row.others[0]:
            self.rows.append([row])
        else:
            self.notes.append(f"{place}没有用：“{row.names[2]}”没有分值和评分标准")

    def _parts(self, spots: tuple[Spot, ...], number: int, place: str) -> tuple[_Row, bool]:
        """A row, and whether an indicator begins with it."""
        heading = self.heading
        named = [level for level in headings.LEVELS if level in heading.columns]
        *upper, lowest = named
        own = {level: self._named(spots, level, number) for level in named}
        weights = {level: _number(spots[column].text) for level, column in heading.weights.items()}
        begun = {level for level in upper if own[level][0] and own[level][2]}
        level1 = own[upper[0]][0] if upper and own[upper[0]][0] else self.levels[0]
        level2 = own[upper[1]][0] if len(upper) > 1 and own[upper[1]][0] else ""
        if not level2:
            level2 = self.levels[1] if level1 == self.levels[0] and len(upper) > 1 else level1
        name, aside, is_new = own[lowest]
        weight = weights.get(lowest) if weights.get(lowest) is not None else aside
        if not name and weight is not None and begun:
            name, is_new = (own[level][0] for level in reversed(upper) if level in begun).__next__(), True
        self.levels = level1, level2
        self._keep_weights(level1, level2, own, weights, upper)
        column = heading.weights.get(lowest)
        has_own = column is not None and spots[column].row == number and weight is not None
        cells = {
            role: self._text(spots, role, number) for role in (headings.EXPLANATION, headings.STANDARD, headings.CODE)
        }
        code, name = _coded(name, cells[headings.CODE])
        target, unit, nature = (self._text(spots, r, number) for r in (headings.TARGET, headings.UNIT, headings.NATURE))
        row = _Row(
            place, (level1, level2, name), weight, has_own, cells[headings.EXPLANATION], cells[headings.STANDARD], code, (target, unit, nature)
        )  # fmt: skip
        return row, bool(name and is_new)

    def _keep_weights(
        self, level1: str, level2: str, own: dict[str, tuple[str, float | None, bool]], weights: dict[str, float | None], upper: list[str]
    ) -> None:  # fmt: skip
        """The weights of the levels, where the document prints them."""
        for place, level in zip(((level1, ""), (level1, level2)), upper[:2], strict=False):
            found = own[level][1] if weights.get(level) is None else weights[level]
            if found is not None:
                self.level_weights.setdefault(place, found)

    def _named(self, spots: tuple[Spot, ...], level: str, number: int) -> tuple[str, float | None, bool]:
        """The name in a level's column, the weight that stands behind it, and whether it begins in this row."""
        spot = spots[self.heading.columns[level][0]]
        text, weight = without_weight(squeezed(spot.text))
        return _NUMBERED.sub("", text), weight, spot.row == number

    def _text(self, spots: tuple[Spot, ...], role: str, number: int) -> str:
        """The text of a role's columns; of a merged cell only where it begins."""
        columns = self.heading.columns.get(role, ())
        found = [spots[c].text for c in columns if spots[c].row == number and spots[c].column == c]
        return "\n".join(text for text in found if text)


def without_weight(name: str) -> tuple[str, float | None]:
    """A name and the weight that stands behind it: `预算执行率（5分）`."""
    found = _WEIGHT_ASIDE.search(name)
    if not found or not found.start():
        return name, None
    return name[: found.start()].strip(), float(found[1] or found[2])


def _coded(name: str, code: str) -> tuple[str, str]:
    """The code of an indicator, from its own column or before its name, and the name without it."""
    found = _CODED.match(name)
    if found:
        return found[1], name[found.end() :]
    text = squeezed(code)
    return (text if re.fullmatch(r"[A-Za-z0-9]+", text) else ""), name


def _number(text: str) -> float | None:
    """A weight as a cell prints it; 0 where that is “/”."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _NUMBER.fullmatch(plain)
    return float(found[1]) if found else 0.0 if plain in UNSCORED else None


def _finished(rows: list[_Row]) -> Entry:
    """An indicator from its rows: texts that run on are joined, weights of its parts added up."""
    first = rows[0]
    pieces: list[Piece] = []
    for row in rows:
        weight = row.weight if row.has_weight_of_its_own else None
        if pieces and (weight is None or not row.standard):
            pieces[-1] = replace(pieces[-1], standard=joined((pieces[-1].standard, row.standard)))
        else:
            pieces.append(Piece(row.standard, weight))
    own = [piece.weight for piece in pieces]
    weight = sum(w for w in own if w is not None) if len(own) > 1 and None not in own else first.weight
    level1, level2, name = first.names
    target, unit, nature = first.others
    return Entry(
        first.place, level1 or "指标", level2 or level1 or "指标", name, weight, joined(row.explanation for row in rows),
        tuple(pieces if len(pieces) > 1 else (replace(pieces[0], weight=None),)), first.code, target, unit, nature,
    )  # fmt: skip


def _are_shares(weights: list[float | None]) -> bool:
    """Whether weights are parts of 1, as a sheet holds percentages."""
    known = [weight for weight in weights if weight is not None]
    return len(known) > 1 and max(known) < 1 and abs(sum(known) - 1) < 1e-6


def _scaled(entry: Entry, factor: float) -> Entry:
    def scaled(weight: float | None) -> float | None:
        return None if weight is None else round(weight * factor, 6)

    pieces = tuple(replace(piece, weight=scaled(piece.weight)) for piece in entry.pieces)
    return replace(entry, weight=scaled(entry.weight), pieces=pieces)


def joined(texts: Iterable[str]) -> str:
    """Texts of rows that follow one another: a sentence that a page divides is one again."""
    whole = ""
    for text in (text for text in texts if text):
        begins_anew = not whole or whole[-1] in _ENDINGS or bool(_NUMBERED.match(text)) or text[0] in "①②③④⑤⑥⑦⑧⑨"
        whole += f"\n{text}" if whole and begins_anew else text
    return whole


def _title(grid: Grid) -> str:
    """The line above the table that names it."""
    wanted = ("指标体系", "评分表", "评分标准", "指标表", "评价指标", "自评表")
    named = [line for line in grid.above if any(word in line for word in wanted) and len(line) <= _MOST_ASIDE]
    inside = [text for row in range(min(3, len(grid.rows))) for text in grid.texts(row)[:1]]
    named += [text for text in inside if any(word in text for word in wanted) and len(text) > 6]
    return squeezed(named[0]) if named else ""


def _doubts(entries: tuple[Entry, ...], total: float | None) -> Iterator[str]:
    """Weights that are missing or don't add up to what the table says."""
    missing = [entry.name for entry in entries if entry.weight is None]
    if missing:
        yield f"{len(missing)} 个指标没有找到分值：{'、'.join(missing[:5])}{'等' if len(missing) > 5 else ''}"
    found = sum(entry.weight or 0 for entry in entries)
    if total is not None and not missing and abs(found - total) > 1e-6:
        yield f"各指标分值合计 {found:g}，表中合计写的是 {total:g}"
