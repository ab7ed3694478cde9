"""The budget and working tables of the master workbook, in the order of their sheets."""

from __future__ import annotations

from xlperf.frameworks.schema import Framework
from xlperf.workbook.needs import Needs
from xlperf.workbook.tables import (
    assets,
    budget,
    carryover,
    economic,
    evidence,
    fund_sources,
    goals,
    key_tasks,
    monitoring,
    opinions,
    procurement,
    projects,
    quota,
    report_texts,
    staffing,
    task_goals,
    three_public,
)
from xlperf.workbook.tables.table import Table, is_needed

BUDGET_TABLES: tuple[Table, ...] = (
    budget.TABLE,
    economic.TABLE,
    projects.TABLE,
    fund_sources.TABLE,
    three_public.TABLE,
    procurement.TABLE,
    assets.TABLE,
    staffing.TABLE,
    carryover.TABLE,
    quota.TABLE,
    goals.TABLE,
    monitoring.TABLE,
    key_tasks.TABLE,
    task_goals.TABLE,
)
EVIDENCE_TABLES: tuple[Table, ...] = (opinions.TABLE, evidence.TABLE, report_texts.TABLE)
ALL_TABLES = BUDGET_TABLES + EVIDENCE_TABLES


def uses_official_tables(framework: Framework) -> bool:
    """Whether scores take a figure from a table that official ones are pasted for; else there is nowhere to paste them."""
    needs = Needs(framework)
    return any(table.pasted and is_needed(table, needs) for table in ALL_TABLES)


def fact_names() -> set[str]:
    """The figures of the budget sheets that a framework's inputs may be taken from."""
    return {name for table in BUDGET_TABLES for name in table.fact_names}
