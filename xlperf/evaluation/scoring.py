"""From a workbook to its result: recalculated in memory, or as it was saved."""

from __future__ import annotations

from collections.abc import Mapping

from xlperf.engines import Recalculation, recalculate
from xlperf.errors import UserError
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import Evaluation
from xlperf.findings.comparison import Comparison, altered
from xlperf.findings.finding import ERROR, Finding
from xlperf.findings.gates import Gate
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.as_delivered import names_beside, read_reference
from xlperf.workbook.gate_condition import RESULT, SUBMISSION
from xlperf.workbook.gates import FAILED
from xlperf.workbook.identity import FREE_SHEET, is_known_template, read_identity
from xlperf.workbook.names import NamedCells


def score(package: Package, *, as_saved: bool = False, comparison: Comparison | None = None) -> Evaluation:
    """The result of one of our workbooks; `as_saved` trusts the cached values.

    `comparison`: what it is compared with; left out, only what it remembers itself of how it was made.
    Errors: UserError: not one of our workbooks, or formulas were changed and can't be trusted.
    """
    read_identity(package)
    return read_evaluation(package, None, comparison) if as_saved else recalculated_score(package, comparison)[0]


def recalculated_score(package: Package, comparison: Comparison | None = None) -> tuple[Evaluation, Recalculation]:
    """The result of one of our workbooks, recalculated, with the recalculation.

    Names are those that the workbook was made with: one that stands before it, or is taken for it, must not raise a grade.

    Errors: UserError: not one of our workbooks, or formulas were changed and can't be trusted.
    """
    read_identity(package)
    # An altered workbook is calculated too: what was altered is among the findings, with its effect.
    reference = comparison.truth.reference if comparison and comparison.truth else read_reference(package)
    others = names_beside(package.names, reference) if reference else ()
    result = recalculated(package.without_shadowing_names(others), force=True)
    changes = {(c.sheet, c.ref): (c.old, c.new) for c in result.changes if c.sheet != FREE_SHEET}
    return read_evaluation(result.seen, changes, comparison), result


def check(package: Package, comparison: Comparison | None = None) -> tuple[Finding, ...]:
    """The findings of one of our workbooks; see `assessed`."""
    return assessed(package, comparison)[0]


def assessed(package: Package, comparison: Comparison | None = None) -> tuple[tuple[Finding, ...], dict[str, Gate]]:
    """The findings and the gates (submission, result) of one of our workbooks, also of one that was altered so much that it can't be evaluated any more.

    Errors: UserError: not one of our workbooks, or one that can't be evaluated though nothing was altered.
    """
    read_identity(package)
    try:
        result = score(package, comparison=comparison)
        return result.findings, {SUBMISSION: result.submission, RESULT: result.result}
    except UserError as error:
        found = altered(package, NamedCells(package), comparison)
        if not found:
            raise
        text = f"{str(error).rstrip('。')}。"
        closed = {gate: Gate(FAILED[gate], (text,)) for gate in (SUBMISSION, RESULT)}
        return (*found, Finding(ERROR, "not_evaluable", "", text)), closed


def recalculated(
    package: Package,
    inputs: Mapping[tuple[str, str], Value] | None = None,
    *,
    engine: str = "auto",
    force: bool = False,
) -> Recalculation:
    """A recalculation that trusts our own templates and tries strange ones first.

    Errors: UserError: refused, with the cells or functions that are the reason.
    """
    is_known = is_known_template(package)
    return recalculate(
        package,
        inputs=inputs,
        engine=engine,
        force=force,
        trusted=is_known,
        free_sheets=(FREE_SHEET,) if is_known else (),
    )
