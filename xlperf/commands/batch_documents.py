"""The end of `xlperf batch`: what came of it, the ranking, reports and forms of the units, with a line of progress."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.commands.league import write_workbooks
from xlperf.commands.progress import Meter, print_line
from xlperf.errors import UserError
from xlperf.escaping import file_stem, printable
from xlperf.usage import about

if TYPE_CHECKING:
    from xlperf.batch.run import Counted, Summary
    from xlperf.report.document.making import Outcome
    from xlperf.report.document.unit_documents import Kind

MOST_SHOWN = 20


def kinds(*, has_reports: bool, forms: Sequence[str]) -> list[Kind]:
    """What is to be written for each unit, before any workbook is read.

    Errors: UserError: there is no such form, a template that can't be used.
    """
    from xlperf.report.document.making import Wish
    from xlperf.report.document.unit_documents import Kind

    found = [Kind("报告", "报告", Wish())] if has_reports else []
    found += [_form(name) for name in dict.fromkeys(forms)]
    folders = [kind.folder for kind in found]
    if again := next((folder for folder in folders if folders.count(folder) > 1), None):
        raise UserError(f"--forms 里有两张表都要写到 {again}，请给其中一个文件改名")
    return found


def _form(name: str) -> Kind:
    """A shipped form, one of a bureau's own declarations, or its own form as a template."""
    from xlperf.report.document.making import WORD, read_document
    from xlperf.report.document.unit_documents import Kind
    from xlperf.report.forms.declarations import find_form
    from xlperf.report.forms.making import FORMATS, SHEET, FormWish
    from xlperf.report.forms.template import check_template

    path = Path(name)
    folder = f"表/{file_stem(path.stem)}"
    if path.suffix.lower() not in FORMATS:
        form = find_form(name)
        mark = hashlib.sha256(form.model_dump_json().encode()).hexdigest()
        return Kind(form.label, folder, FormWish(SHEET, form), mark)
    content, suffix = read_document(path), path.suffix.lower()
    with about(path):
        check_template(content, is_document=suffix == WORD)
    return Kind(path.stem, folder, FormWish(suffix, template=content), hashlib.sha256(content).hexdigest())


@dataclass(frozen=True)
class Following:
    """What follows once all files are through: said, the ranking and its workbooks, the documents of the units.

    Errors: UserError: Parquet is wanted, and what writes it is not installed.
    """

    output: Path
    jobs: int
    wanted: Sequence[Kind]
    _: KW_ONLY
    is_quiet: bool
    as_lines: bool
    as_parquet: bool = False

    def __post_init__(self) -> None:
        from xlperf.batch.frames import check_parquet

        if self.as_parquet:
            check_parquet()

    def write(self, summary: Summary, *, includes_errors: bool) -> bool:
        """Writes all of it; whether every unit has the documents that were asked for.

        Errors: UserError: something can't be written.
        """
        from xlperf.batch.frames import write_parquet
        from xlperf.commands.progress import show_summary, summary_line

        write_parquet(self.output, is_wanted=self.as_parquet)
        is_told = not (self.is_quiet or self.as_lines)
        if self.as_lines:
            print_line(summary_line(summary))
        elif is_told:
            show_summary(summary, self.output)
        write_workbooks(
            self.output, is_quiet=self.is_quiet, is_told=is_told, jobs=self.jobs, includes_errors=includes_errors
        )
        written = [self._documents(kind, summary.counted) for kind in self.wanted]
        return all(written)

    def _documents(self, kind: Kind, units: Sequence[Counted]) -> bool:
        from xlperf.report.document.unit_documents import ordered, write_documents

        order, outcomes = ordered(self.output, kind, units), []
        with Meter(is_quiet=self.is_quiet, work=f"写{kind.label}") as meter:
            meter.show(0, len(order.tasks))
            for number, outcome in enumerate(write_documents(order, self.jobs), 1):
                outcomes.append(outcome)
                meter.show(number, len(order.tasks))
        outcomes.sort(key=lambda outcome: outcome.source)
        if self.as_lines:
            _print(kind, outcomes)
        elif not self.is_quiet:
            _tell(order.folder, kind, order.known, outcomes)
        return not any(outcome.problem for outcome in outcomes)


def _print(kind: Kind, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        keys = ("source", "target", "problem", "blanks", "remarks")
        print_line({"event": "document", "kind": kind.label, **{key: getattr(outcome, key) for key in keys}})


def _tell(folder: Path, kind: Kind, known: int, outcomes: Sequence[Outcome]) -> None:
    written = sum(not outcome.problem for outcome in outcomes)
    before = f"，另有 {known} 份以前写的没有变动" if known else ""
    lines = [f"{folder} 里写出 {written} 份{kind.label}{before}"]
    problems = [f"{outcome.source}：{outcome.problem}" for outcome in outcomes if outcome.problem]
    remarks = [f"{Path(o.target).name}：{remark}" for o in outcomes for remark in o.remarks if o.target]
    for label, found in ((f"没有写出{kind.label}的", problems), ("要看一看的", remarks)):
        if found:
            more = f"，列出前 {MOST_SHOWN}" if len(found) > MOST_SHOWN else ""
            lines.append(f"{label} {len(found)} 条{more}")
            lines += [f"  {text.rstrip('。')}" for text in found[:MOST_SHOWN]]
    sys.stdout.write(printable("".join(f"{line}。\n" for line in lines)))
