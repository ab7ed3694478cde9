"""The budget and working tables of the master workbook, in the order of their sheets."""

from __future__ import annotations

from xlperf.workbook import (
    assets,
    budget,
    carryover,
    economic,
    evidence,
    goals,
    keywork,
    monitoring,
    opinions,
    procurement,
    projects,
    quota,
    staffing,
    threepublic,
)
from xlperf.workbook.tables import Table

BUDGET_TABLES: tuple[Table, ...] = (
    budget.TABLE,
    economic.TABLE,
    projects.TABLE,
    threepublic.TABLE,
    procurement.TABLE,
    assets.TABLE,
    staffing.TABLE,
    carryover.TABLE,
    quota.TABLE,
    goals.TABLE,
    monitoring.TABLE,
    keywork.TABLE,
)
EVIDENCE_TABLES: tuple[Table, ...] = (opinions.TABLE, evidence.TABLE)
ALL_TABLES = BUDGET_TABLES + EVIDENCE_TABLES


def fact_names() -> set[str]:
    """The figures of the budget sheets that a framework's inputs may be taken from."""
    return {name for table in BUDGET_TABLES for name in table.fact_names()}
