"""A report from start to end: the workbook recalculated, composed, with what people wrote before, written in its format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xlperf.errors import UserError
from xlperf.evaluation.filled import Filled
from xlperf.evaluation.scoring import recalculated_score
from xlperf.package import Package
from xlperf.package.files import read_file
from xlperf.package.foreign_formats import as_pdf
from xlperf.report.document.blocks import Report
from xlperf.report.document.composition import compose, reasons, with_notes
from xlperf.report.document.kept import read_kept, taken_over
from xlperf.report.document.page import write_page
from xlperf.report.document.structures import find_structure, structure_for
from xlperf.report.document.word import write_word
from xlperf.report.document.word_template import LIMITS
from xlperf.usage import about
from xlperf.workbook.identity import read_identity

WORD, PAGE, PDF = ".docx", ".html", ".pdf"
FORMATS = (WORD, PAGE, PDF)


@dataclass(frozen=True)
class Wish:
    """What a report should be like: the ending of its file, a bureau's template, a structure other than the usual one.

    `is_saved`: the results are taken as they were saved.
    """

    suffix: str = WORD
    template: bytes | None = None
    structure: str = ""
    is_saved: bool = False

    @property
    def is_carried_over(self) -> bool:
        """Whether what people wrote in an earlier file is taken over."""
        return self.suffix == WORD

    def make(self, package: Package, kept: bytes | None = None) -> Made:
        """The report of a workbook; see `made`."""
        return made(package, self, kept)


@dataclass(frozen=True)
class Made:
    """A report as it is written to a file, what it says, and remarks on what was taken over."""

    content: bytes
    report: Report
    remarks: tuple[str, ...]

    @property
    def blanks(self) -> int:
        """How many places people must still write."""
        return sum(block.is_placeholder for block in self.report.written)


@dataclass(frozen=True)
class Outcome:
    """What became of a workbook: its report, or a problem in one sentence; how many places are open, remarks."""

    source: str
    target: str = ""
    problem: str = ""
    blanks: int = 0
    remarks: tuple[str, ...] = ()


def made(package: Package, wish: Wish, kept: bytes | None = None) -> Made:
    """The report of a workbook; `kept`: an earlier one, from which what people wrote is taken over.

    Errors: UserError: not one of our workbooks, a template or an earlier report that can't be used, a missing library.
    """
    filled = filled_workbook(package, is_saved=wish.is_saved)
    structure = find_structure(wish.structure) if wish.structure else structure_for(filled.framework)
    report, remarks = compose(filled, structure), tuple[str, ...]()
    if kept is not None:
        report, remarks = taken_over(report, read_kept(kept))
        report = with_notes(report, reasons(filled), remarks)
    return Made(_written(report, wish), report, remarks)


def filled_workbook(package: Package, *, is_saved: bool) -> Filled:
    """A workbook recalculated, or with the results that it was saved with.

    Errors: UserError: not one of our workbooks.
    """
    if is_saved:
        read_identity(package)
        return Filled(package)
    result, calculated = recalculated_score(package)
    return Filled(calculated.seen, result)


def _written(report: Report, wish: Wish) -> bytes:
    if wish.suffix == PAGE:
        return write_page(report)
    document = write_word(report, wish.template, is_laid_out=wish.suffix == PDF)
    return as_pdf(document) if wish.suffix == PDF else document


def suffix_of(path: Path) -> str:
    """The format that a file's name asks for.

    Errors: UserError: none of ours.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise UserError(f"输出文件 {path} 应以 {'、'.join(FORMATS)} 结尾")
    return suffix


def read_document(path: Path) -> bytes:
    """A Word document from elsewhere, a template or an earlier report.

    Errors: UserError: missing, too large.
    """
    with about(path):
        return read_file(path, LIMITS)


def free_name(path: Path) -> Path:
    """The path itself, or with the first number that no file has yet."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free
