"""What units are compared by and a result doesn't say of itself: facts of its framework."""

from __future__ import annotations

from xlperf.frameworks.loading import FrameworkFile
from xlperf.functions.tiers import tiers


def framework_facts(source: FrameworkFile) -> dict[str, object]:
    """What tells a framework from others of its id, its grades from the best, its individual (个性) indicators."""
    framework = source.framework
    grades = [str(tier.result) for tier in tiers(framework.grades.bands)] if framework.grades else []
    return {
        "name": framework.name,
        "hash": source.content_hash,
        "evaluation": framework.evaluation,
        "subject": framework.subject,
        "grades": list(dict.fromkeys(grades)),
        "individual": [indicator.code for indicator in framework.indicators if indicator.is_individual],
    }
