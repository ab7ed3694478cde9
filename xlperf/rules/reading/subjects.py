"""What statements speak of: the one quantity that several compare, and its value."""

from __future__ import annotations

from collections.abc import Sequence

from xlperf.rules.reading.forms import Cause, Relation, Situation, Statement

# Names that say no more than that there is a value, which the indicator's own name then says.
_VAGUE = frozenset(("", "比率", "比例", "该比率", "该比例", "指标值", "完成率", "实际值", "控制率", "得分率", "该指标"))


def one_subject(statements: Sequence[Statement], *, allows_absolute: bool = False) -> str | None:
    """The quantity that all statements compare, each only that; None where they speak of several, or of facts as well."""
    names: list[str] = []
    for statement in statements:
        if len(statement.causes) > 1 or any(cause.is_fact or cause.other for cause in statement.causes):
            return None
        if not allows_absolute and any(cause.is_absolute for cause in statement.causes):
            return None
        names += [cause.subject for cause in statement.causes]
    return same_name(names)


def same_name(names: Sequence[str]) -> str | None:
    """The one quantity of several names, of which some may be left out or cut short; None where they are several."""
    said = [name for name in dict.fromkeys(names) if name]
    if not said:
        return ""
    longest = max(said, key=len)
    is_same = all(name == longest or longest.startswith(name) or longest.endswith(name) for name in said)
    return longest if is_same else None


def value_of(subject: str, relations: Sequence[Relation], situation: Situation) -> str:
    """The id of the value that is compared; an indicator's own rate is called like the indicator."""
    unit = next((r.unit for r in relations if r.unit), "")
    kind = "rate" if unit == "%" else "count" if unit and unit not in ("元", "万元", "亿元", "分") else "number"
    label = situation.name if subject in _VAGUE and situation.name else subject
    if situation.part and (subject in _VAGUE or situation.part.endswith(subject)):
        label = situation.part
    return situation.values.named(label, kind)


def relations_of(statement: Statement) -> tuple[Relation, ...]:
    """All comparisons with numbers that a statement makes."""
    return tuple(relation for cause in statement.causes for relation in cause.relations)


def fact_text(causes: Sequence[Cause], situation: Situation) -> str:
    """Facts as they stand."""
    return situation.quote(causes[0].start, causes[-1].end)
