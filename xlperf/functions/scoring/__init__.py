"""Rule scores: points between 0 and the weight, rounded half up to 0.01. Each function is one kind of rubric."""

# ruff: noqa: I001 -- imported in the order in which Excel and the documents list the functions
from __future__ import annotations

from xlperf.functions.scoring.ratio import score_ratio
from xlperf.functions.scoring.tables import score_tiers, score_choice, score_checklist
from xlperf.functions.scoring.deductions import score_deduct, score_deduct_share, score_linear
from xlperf.functions.scoring.facts import score_pass, score_count, score_change, score_done
from xlperf.functions.scoring.combined import score_parts, score_gate
from xlperf.functions.scoring.arguments import bounded

__all__ = [
    "bounded",
    "score_change",
    "score_checklist",
    "score_choice",
    "score_count",
    "score_deduct",
    "score_deduct_share",
    "score_done",
    "score_gate",
    "score_linear",
    "score_parts",
    "score_pass",
    "score_ratio",
    "score_tiers",
]
