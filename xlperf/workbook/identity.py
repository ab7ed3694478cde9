"""The identity stamp: which framework and layout a workbook was made from, with the framework's text inside.

Read and changed here, drawn in `drawing.stamp`, so that reading a workbook loads no library that writes them.

It stands on a hidden sheet (everything) and as a custom document property (id, version, hashes: Excel's dialog holds at
most 255 characters there), so that it survives a rename and a save by another program.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from xlperf.errors import UserError
from xlperf.formula.spelling import normalised
from xlperf.frameworks.keeping import carried_framework
from xlperf.frameworks.loading import MAXIMUM_BYTES, FrameworkFile
from xlperf.package import Package
from xlperf.package.formula_digest import Formulas, digest
from xlperf.package.sheet_contents import SheetContents
from xlperf.values import Value
from xlperf.workbook.roles import Copy

IDENTITY = "_xlperf"
# The sheet in which people try functions out: no formula of ours, no hash and no finding knows what stands there.
FREE_SHEET = "试算"
STAMP_VERSION = 1
LAYOUT_VERSION = 1
PROPERTY = "xlperf"
# LibreOffice, reading an .xls, breaks lines of more than some 16,360 characters in two.
CHUNK = 8_000
# The notes that say which version of xlperf made the workbook, and of what shape its data were.
MADE_BY, DATA_SHAPE = "made_by", "data_shape"
# The note for whom a copy was made (see `roles`); none: for everybody.
COPY_FOR = "copy_for"
# How many cells had something in them already when the workbook was sent out, and where that number stands.
PREFILLED, PREFILLED_CELL = "prefilled_count", "D1"
EDITION_ROW, FORMULA_HASH_ROW, EXACT_HASH_ROW, FIRST_CHUNK_ROW = 5, 7, 8, 10
PROPERTIES_PART = "docProps/custom.xml"
_TRUTH_VALUES = ("TRUE", "FALSE")
_EDITION = re.compile(rb"((?:\"|&quot;)edition(?:\"|&quot;):\s*(?:\"|&quot;))\w+(\"|&quot;)")


@dataclass(frozen=True)
class Identity:
    """What the stamp says. `formula_hash` covers every formula of the workbook as it was made.

    `exact_hash` is of the formulas to the letter: where it still agrees, nothing needs to be normalised.
    """

    framework_id: str
    framework_version: str
    framework_hash: str
    edition: str
    layout_version: int
    formula_hash: str
    exact_hash: str
    framework_text: str

    @property
    def framework(self) -> FrameworkFile:
        """The framework that the workbook carries.

        Errors: UserError: its text was changed after the workbook was made.
        """
        source = carried_framework(self.framework_text, f"工作簿内的指标体系 {self.framework_id}")
        if source.content_hash != self.framework_hash:
            raise UserError("工作簿内的指标体系内容与身份标记不符，文件被改动过；请用原始工作簿重新填报。")
        return source


def stamped(package: Package) -> Package:
    """The package with the hashes of its formulas in its stamp."""
    hashes = {FORMULA_HASH_ROW: formula_hash(package), EXACT_HASH_ROW: exact_hash(package)}
    return package.with_inputs({(IDENTITY, f"B{row}"): value for row, value in hashes.items()})


def with_notes(package: Package, notes: Mapping[str, str]) -> Package:
    """The package with notes on the sheet of the stamp, each in place of an earlier one of its name; empty: none."""
    kept = {name: text for name, text in {**read_notes(package), **notes}.items() if text}
    row = _first_note_row({ref: cell.value for ref, cell in package.cells(IDENTITY).items()})
    cells: dict[tuple[str, str], Value] = {(IDENTITY, ref): None for ref in package.cells(IDENTITY) if _row(ref) >= row}
    chunks = [(name, text[i : i + CHUNK]) for name, text in kept.items() for i in range(0, len(text), CHUNK)]
    for number, (name, chunk) in enumerate(chunks, row):
        cells |= {(IDENTITY, f"A{number}"): name, (IDENTITY, f"B{number}"): chunk}
    return package.with_inputs(cells)


def with_edition(package: Package, edition: str, notes: Mapping[str, str], *, is_known: bool) -> Package:
    """The package stamped as another edition, with notes on the sheet of the stamp.

    The hashes are of its formulas only where these are known to be the ones that it was made with.
    """
    package = with_notes(package, notes).with_inputs({(IDENTITY, f"B{EDITION_ROW}"): edition})
    if PROPERTIES_PART in package.parts:
        content = package.part(PROPERTIES_PART)
        stated = _EDITION.sub(rb"\g<1>%s\g<2>" % edition.encode(), content)
        package = package.with_parts({PROPERTIES_PART: stated}) if stated != content else package
    return stamped(package) if is_known else package


def read_notes(package: Package) -> dict[str, str]:
    """The notes on the sheet of the stamp by name."""
    return dict(_notes(package.reading(IDENTITY)))


@lru_cache(maxsize=8)
def _notes(reading: SheetContents) -> Mapping[str, str]:
    """The notes on that sheet; submissions of one template have the very same one."""
    cells = {ref: cell.value for ref, cell in reading.cells.items()}
    first = _first_note_row(cells)
    notes: dict[str, list[str]] = {}
    for row in sorted(_row(ref) for ref in cells if ref.startswith("A") and _row(ref) >= first):
        name = cells[f"A{row}"]
        if name:
            notes.setdefault(str(name), []).append(str(cells.get(f"B{row}") or ""))
    # JSON has no bare line breaks: these come from longer pieces of earlier versions, saved as .xls.
    return {name: "".join(pieces).replace("\n", "") for name, pieces in notes.items()}


def read_note(package: Package, name: str) -> str:
    """The note of that name; empty where there is none."""
    return _notes(package.reading(IDENTITY)).get(name, "")


def read_copy(package: Package) -> Copy:
    """For whom the workbook was made.

    Errors: UserError: the note says something else.
    """
    stated = read_note(package, COPY_FOR) or Copy.ALL
    if stated not in tuple(Copy):
        raise UserError("工作簿的身份标记已损坏，文件被改动过；请用原始工作簿重新填报。")
    return Copy(stated)


def _first_note_row(cells: Mapping[str, Value]) -> int:
    """The first row below the framework's text."""
    row = FIRST_CHUNK_ROW
    while cells.get(f"A{row}") == "framework_text":
        row += 1
    return row


def _row(ref: str) -> int:
    return int(ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def read_identity(package: Package) -> Identity:
    """The stamp of a workbook.

    Errors: UserError: the workbook was not made by xlperf, or its stamp is damaged.
    """
    if all(sheet.name != IDENTITY for sheet in package.worksheets):
        raise UserError("这个工作簿不是由 xlperf 生成的（没有身份标记），不能评分；请用 xlperf new 生成工作簿后填报。")
    return _identity(package.reading(IDENTITY))


@lru_cache(maxsize=8)
def _identity(reading: SheetContents) -> Identity:
    """The stamp on its sheet; submissions of one template have the very same one."""
    cells = {ref: cell.value for ref, cell in reading.cells.items()}
    facts = {str(cells[f"A{r}"]): str(cells.get(f"B{r}")) for r in range(1, FIRST_CHUNK_ROW) if f"A{r}" in cells}
    try:
        if int(facts["stamp_version"]) > STAMP_VERSION:
            raise UserError("这个工作簿由更新版本的 xlperf 生成，请升级 xlperf 后再处理。")
        text = "".join(
            str(cells[f"B{r}"]) for r in range(FIRST_CHUNK_ROW, FIRST_CHUNK_ROW + int(facts["framework_chunks"]))
        )
        if len(text) > MAXIMUM_BYTES:
            raise UserError("工作簿内的指标体系太大（超过 2 MB），文件被改动过；请用原始工作簿重新填报。")
        return Identity(
            facts["framework_id"],
            facts["framework_version"],
            facts["framework_hash"],
            facts["edition"],
            int(facts["layout_version"]),
            facts["formula_hash"],
            facts["exact_hash"],
            text.replace("\r\n", "\n"),
        )
    except (KeyError, ValueError) as error:
        raise UserError("工作簿的身份标记已损坏，文件被改动过；请用原始工作簿重新填报。") from error


def is_stamped(package: Package) -> bool:
    """Whether the workbook carries a stamp."""
    return any(sheet.name == IDENTITY for sheet in package.worksheets)


def is_known_template(package: Package) -> bool:
    """Whether the workbook's formulas are those it was made with, so that it may be recalculated without a trial."""
    if not is_stamped(package):
        return False
    identity = read_identity(package)
    return identity.exact_hash == exact_hash(package) or identity.formula_hash == formula_hash(package)


def exact_hash(package: Package) -> str:
    """SHA-256 over every formula as it is written, in the order of the file; those of the free sheet apart."""
    return digest(_ours(package.all_formulas))


def formula_hash(package: Package) -> str:
    """SHA-256 over every formula, normalised. A typed TRUE, which LibreOffice saves as a formula, is none."""
    return _formula_hash(_ours(package.all_formulas))


def _ours(formulas: Formulas) -> Formulas:
    """The formulas of all sheets but the free one."""
    own = Formulas(item for item in formulas if item[0] != FREE_SHEET)
    return own if len(own) < len(formulas) else formulas


@lru_cache(maxsize=16)
def _formula_hash(formulas: Formulas) -> str:
    digest = hashlib.sha256()
    for sheet, items in sorted(formulas, key=lambda item: item[0]):
        for ref, formula in sorted(items):
            text = normalised(formula)
            if text not in _TRUTH_VALUES:
                # What goes on in another line is indented: a text or a sheet's name must not look like the next cell.
                digest.update(f"{sheet}!{ref}={text}".replace("\n", "\n ").encode() + b"\n")
    return digest.hexdigest()
