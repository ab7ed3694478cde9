"""Every section under the name by which a structure uses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from xlperf.report.document.blocks import Block
from xlperf.report.document.sections import (
    analysis,
    annex,
    conduct,
    differences,
    finances,
    findings,
    overview,
    scores,
    summary,
    surveys,
)
from xlperf.report.document.subject import Subject

Section = Callable[[Subject], Iterator[Block]]
SECTIONS: Mapping[str, Section] = {
    section.__name__: section
    for section in (
        summary.summary,
        summary.summary_with_table,
        conduct.introduction,
        conduct.grounds,
        conduct.purpose,
        conduct.method,
        conduct.process,
        conduct.indicator_system,
        overview.duties,
        overview.organisation,
        overview.project,
        overview.staff,
        overview.tasks,
        overview.task_goals,
        overview.goal,
        overview.goal_table,
        finances.income,
        finances.spending,
        finances.spending_wide,
        finances.basic,
        finances.three_public_funds,
        finances.project_funds,
        finances.fund_sources,
        finances.spending_chart,
        scores.overall,
        scores.by_level,
        scores.rates_chart,
        scores.conclusion,
        analysis.analysis,
        analysis.analysis_with_tables,
        analysis.analysis_nested,
        differences.differences,
        findings.achievements,
        findings.experience,
        findings.problems,
        findings.suggestions,
        findings.problems_nested,
        findings.suggestions_nested,
        findings.plan,
        annex.scoring_form,
        surveys.surveys,
    )
}
