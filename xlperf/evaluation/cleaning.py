"""Repairs what people meant as a number, a date, a yes or a choice but the cell holds as text: `１，２３４．５０`, ` 符合 `.

Only what can be read in one way is changed; a text with a unit, a sign for nothing (`/`, `无`) or a doubtful separator
stays and is named. Reasons and other prose are never touched.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from xlperf.formula.addresses import column_letters, reference
from xlperf.frameworks.plausibility import doubt
from xlperf.package import Cell, Package
from xlperf.values import Value, as_text, is_blank, is_number, parse_day, to_serial
from xlperf.workbook.catalogue import GENERAL, SCHEME, InputCell, catalogue
from xlperf.workbook.flags import NO, YES, word
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.sheets.official_tables import FIRST_ROW, IMPORTS, WIDTH, ImportSheet
from xlperf.workbook.sheets.paste_blocks import SEARCHED

CELL_TEXTS = ("unit_name", "unit_code", "evaluator_name")
# The official tables number their columns in a row of its own; those numbers are no amounts.
COLUMN_NUMBERS = "栏次"
# Columns headed so hold codes, names and line numbers, which are text by right.
LABELS = (
    "科目编码",
    "科目名称",
    "收入项目",
    "支出项目",
    "科目代码",
    "类",
    "款",
    "项",
    "项目",
    "项目名称",
    "行次",
    "名称",
)
_AMOUNTS = frozenset(part for spec in IMPORTS for a in spec.amounts for text in a.headings for part in text.split("/"))
_NO_HEADING = re.compile(r"[\s()（）]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_NUMBER = re.compile(r"([+-]?)([0-9]+|[0-9]{1,3}(?:[, ][0-9]{3})+)(\.[0-9]+)?(%?)")
_MINUS = str.maketrans({"−": "-", "–": "-", "﹣": "-"})
_FLAGS = {"TRUE": True, "FALSE": False, YES: True, NO: False}


@dataclass(frozen=True)
class Repair:
    """A cell that holds text in a number's or choice's place. `now`: what it becomes; None where it stays."""

    sheet: str
    ref: str
    label: str
    was: str
    now: Value | dt.date

    @property
    def shown(self) -> str:
        """What it becomes, as the cell shows it; empty where it stays."""
        if is_blank(self.now):
            return ""
        return self.now.isoformat() if isinstance(self.now, dt.date) else as_text(self.now)  # type: ignore[arg-type]

    @property
    def cell(self) -> str:
        """The place as people write it."""
        return f"{self.sheet}!{self.ref}"


def repairs(package: Package) -> list[Repair]:
    """What would be repaired, and what can't be, in the order of the inputs, then of the pasted tables.

    Errors: UserError: not one of our workbooks.
    """
    inputs = catalogue(NamedCells(package), read_identity(package).framework.framework)
    return [*_of_inputs(package, inputs.values()), *_of_pasted(package)]


def changes(found: Iterable[Repair]) -> dict[Place, Value]:
    """The new values by place, of those that can be repaired."""
    return {
        (r.sheet, r.ref): to_serial(r.now) if isinstance(r.now, dt.date) else r.now for r in found if r.now is not None
    }


def read_number(text: str, *, percent: bool = True) -> float | None:
    """The number that a text stands for; None where that is not certain. Thousands are separated in threes or not at all."""
    match = _NUMBER.fullmatch(normalised(text))
    if match is None or (match[4] and not percent):
        return None
    number = float(match[1] + match[2].replace(",", "").replace(" ", "") + (match[3] or ""))
    return number / 100 if match[4] else number


def normalised(text: str) -> str:
    """The text with half-width characters, without invisible ones and without spaces around it."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_MINUS).strip()


def _of_inputs(package: Package, items: Iterable[InputCell]) -> Iterator[Repair]:
    for item in items:
        found = package.value(item.sheet, item.ref)
        if item.type == "rate" and is_number(found) and found > 0:
            yield from _of_rate(item, found)
        if not isinstance(found, str) or is_blank(found) or item.ref in package.formulas(item.sheet):
            continue
        now = _meant(item, found)
        if now != found:
            yield Repair(item.sheet, item.ref, item.label, found, now)


def _of_rate(item: InputCell, found: float) -> Iterator[Repair]:
    """A rate without its percent sign, 97.92 for 97.92%; sure only of one that can't pass its limit."""
    wrong = doubt(item.limits, item.type, found, lambda name: None)
    if wrong and wrong.meant is not None:
        yield Repair(item.sheet, item.ref, item.label, as_text(found), wrong.meant if item.limits.is_strict else None)


def _meant(item: InputCell, text: str) -> Value | dt.date:
    """What an input should hold in a text's place; the text itself where it is right, None where that is not certain."""
    if item.type == "text":
        return normalised(text) or None if item.id in CELL_TEXTS else text
    if item.type == SCHEME:
        return text
    if item.type == GENERAL:
        number = read_number(text)
        return text if number is None else number
    plain = normalised(text)
    if item.type == "choice":
        return text if text in item.choices else _choice(plain, item.choices)
    if item.type == "flag":
        said = _FLAGS.get(plain.upper())
        return text if plain == text and text in item.choices else word(said) if item.choices else said
    if item.type == "date":
        return _date(plain)
    # A percentage of a count or of points is no repair, but a mistake.
    return read_number(text, percent=item.type in ("rate", "number"))


def _choice(plain: str, choices: tuple[str, ...]) -> str | None:
    found = [choice for choice in choices if normalised(choice) == plain]
    return found[0] if len(found) == 1 else None


def _date(plain: str) -> dt.date | None:
    try:
        return parse_day(plain)
    except ValueError:
        return None


def _of_pasted(package: Package) -> Iterator[Repair]:
    """Amounts of pasted tables; headings and labels among them are text by right and no fault."""
    present = {sheet.name for sheet in package.worksheets}
    for spec in IMPORTS:
        if spec.sheet in present:
            yield from _of_table(package, spec)


def _of_table(package: Package, spec: ImportSheet) -> Iterator[Repair]:
    """The amounts of one table: what stands below its headings, in columns that hold no codes or names."""
    cells, formulas = package.cells(spec.sheet), package.formulas(spec.sheet)
    headings = _headings(cells, spec)
    for row in range(FIRST_ROW, spec.last_row + 1):
        in_row = [cells.get(reference(row, number)) for number in headings]
        if any(cell and isinstance(cell.value, str) and normalised(cell.value) == COLUMN_NUMBERS for cell in in_row):
            continue
        for number, heading in headings.items():
            ref = reference(row, number)
            if heading in LABELS or ref not in cells or ref in formulas:
                continue
            text = cells[ref].value
            amount = read_number(text, percent=False) if isinstance(text, str) else None
            if amount is not None:
                yield Repair(spec.sheet, ref, f"{spec.label}　{heading}", str(text), amount)


def _headings(cells: Mapping[str, Cell], spec: ImportSheet) -> dict[int, str]:
    """What each column holds: a label where a heading says so, else the lowest heading above its amounts.

    Without headings the table is taken to be as the sheet heads it.
    """
    found: dict[int, str] = {}
    for number in range(1, WIDTH + 1):
        column = (cells.get(reference(row, number)) for row in range(FIRST_ROW, FIRST_ROW + SEARCHED))
        texts = [_heading(cell.value) for cell in column if cell and isinstance(cell.value, str)]
        labels = [text for text in texts if text in LABELS]
        amounts = [text for text in texts if text in _AMOUNTS]
        if labels or amounts:
            found[number] = (labels or amounts[-1:])[-1]
    if not any(heading in LABELS for heading in found.values()):
        return dict(enumerate(spec.headings, 1))
    return {number: found.get(number, f"{column_letters(number)} 列") for number in range(1, WIDTH + 1)}


def _heading(text: str) -> str:
    """A heading without spaces and brackets, as the sheets compare them."""
    return _NO_HEADING.sub("", normalised(text))
