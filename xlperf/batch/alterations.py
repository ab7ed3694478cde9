"""What was altered in a workbook that can't be evaluated."""

from __future__ import annotations

from dataclasses import asdict

from xlperf.batch.outcomes import Outcome
from xlperf.errors import UserError
from xlperf.findings.finding import ERROR
from xlperf.findings.integrity import integrity_findings
from xlperf.package import Package
from xlperf.workbook.names import NamedCells


def alterations(package: Package) -> list[Outcome]:
    """The grave alterations as findings, without their effects: nothing is calculated. None where nothing can be told."""
    try:
        found = [*integrity_findings(package, NamedCells(package), has_effects=False)]
    except UserError:
        # The stamp itself is damaged or gone; the refusal says so.
        return []
    return [asdict(finding) for finding in found if finding.severity == ERROR]
