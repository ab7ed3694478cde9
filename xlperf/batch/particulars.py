"""What units are compared by and a result doesn't say of itself: facts of the framework, the problems of the ledger."""

from __future__ import annotations

from xlperf.frameworks.loading import FrameworkFile
from xlperf.functions.tiers import tiers
from xlperf.values import Value, is_blank, is_number
from xlperf.workbook.names import NamedCells, listed


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


def problems(names: NamedCells) -> list[dict[str, object]]:
    """The lines of the ledger (问题台账) that state a fact."""
    columns = ("id", "fact", "amount", "clause", "indicators")
    return [
        {
            "id": _text(number),
            "fact": _text(fact),
            "amount": amount if is_number(amount) else None,
            "clause": _text(clause),
            "indicators": list(listed(indicators)),
        }
        for number, fact, amount, clause, indicators in names.rows(*(f"problem_{column}" for column in columns))
        if not is_blank(fact)
    ]


def _text(value: Value) -> str:
    """The text of a cell in one line, as a table shows it."""
    text = f"{value:g}" if isinstance(value, float) else str(value or "")
    return " ".join(text.split())
