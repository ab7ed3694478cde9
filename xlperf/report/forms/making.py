"""A form from start to end: the workbook recalculated, the form or a bureau's template filled, written in its format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xlperf.errors import UserError
from xlperf.package import Package
from xlperf.report.document.making import WORD, filled_workbook
from xlperf.report.forms import spreadsheet, word_form
from xlperf.report.forms.contents import contents
from xlperf.report.forms.declarations import Form
from xlperf.report.forms.layout import fill
from xlperf.report.forms.template import fill_document, fill_spreadsheet

SHEET = ".xlsx"
FORMATS = (SHEET, WORD)


@dataclass(frozen=True)
class MadeForm:
    """A form as it is written to a file; remarks on what it lacks or has too much of."""

    content: bytes
    remarks: tuple[str, ...]
    too_long: tuple[str, ...] = ()
    blanks: int = 0


@dataclass(frozen=True)
class FormWish:
    """Which form is wanted, or which template is to be filled, and the ending of the file."""

    suffix: str
    form: Form | None = None
    template: bytes | None = None
    is_saved: bool = False
    is_carried_over: bool = False

    def make(self, package: Package, kept: bytes | None = None) -> MadeForm:
        """The form of a workbook; nothing is taken over from an earlier one.

        Errors: UserError: not one of our workbooks, a template that can't be used, a missing library.
        """
        found = contents(filled_workbook(package, is_saved=self.is_saved), self.form)
        if self.template is not None:
            write = fill_document if self.suffix == WORD else fill_spreadsheet
            made = write(self.template, found)
            return MadeForm(made.content, (*found.remarks, *made.remarks))
        if self.form is None:
            raise ValueError("neither a form nor a template")
        filled = fill(self.form, found)
        content = word_form.write(filled) if self.suffix == WORD else spreadsheet.write(filled)
        return MadeForm(content, (*filled.remarks, *filled.too_long), filled.too_long)


def suffix_of(path: Path) -> str:
    """The format that a file's name asks for.

    Errors: UserError: none of ours.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise UserError(f"{path} 应以 {'、'.join(FORMATS)} 结尾")
    return suffix
