"""All that there is to look at in a filled workbook: the one list of subjects, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xlperf.findings.awards import award_findings
from xlperf.findings.bonus_items import adjustment_findings
from xlperf.findings.comparison import Comparison, altered
from xlperf.findings.copies import copy_findings
from xlperf.findings.finding import Finding
from xlperf.findings.inputs import input_findings
from xlperf.findings.ledger import ledger_findings
from xlperf.findings.pastes import initial_findings, paste_findings
from xlperf.findings.plausibility import plausibility_findings
from xlperf.findings.printed import printed_findings
from xlperf.findings.relations import figure_findings, relation_findings, unit_findings
from xlperf.findings.scores import indicator_findings
from xlperf.findings.standard import standard_findings
from xlperf.findings.surveys import survey_findings
from xlperf.findings.weights import weight_findings
from xlperf.findings.zero_denominators import zero_denominator_findings
from xlperf.frameworks.schema import Framework
from xlperf.package import Package
from xlperf.workbook.names import NamedCells

# A subject reads a workbook through its names and its framework, and tells what is found there in the order of the sheets.
Subject = Callable[[NamedCells, Framework], Iterator[Finding]]

SUBJECTS: tuple[Subject, ...] = (
    copy_findings,
    input_findings,
    plausibility_findings,
    survey_findings,
    weight_findings,
    zero_denominator_findings,
    indicator_findings,
    award_findings,
    ledger_findings,
    printed_findings,
    adjustment_findings,
    paste_findings,
    initial_findings,
    unit_findings,
    figure_findings,
    relation_findings,
    standard_findings,
)


def findings(
    package: Package, names: NamedCells, framework: Framework, comparison: Comparison | None = None
) -> Iterator[Finding]:
    """Every finding: what was altered first, then subject by subject."""
    yield from altered(package, names, comparison)
    for subject in SUBJECTS:
        yield from subject(names, framework)
