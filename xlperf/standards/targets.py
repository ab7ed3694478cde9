"""The indicators of a self-evaluation form (项目支出绩效自评表): a target each, and no standard; scored as is usual.

The form prints no scoring text. What is carried out is the usual way (财预〔2020〕10号 as quoted by many, not compared with
the document): what has a number is scored by the part of it that was reached, what must not be exceeded in full or at the
evaluator's discretion, what has no number in three bands. The workbook says so, and a person may put another rule there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from xlperf.frameworks.contents import Input, Rate
from xlperf.rules.kinds import AnyRule
from xlperf.rules.rule import Rule
from xlperf.standards.confirmation import CERTAIN, ConfirmedPoint, NamedFigure, Understood, Way
from xlperf.standards.figures import known_figures
from xlperf.standards.official import Entry

USUAL = "表上没有评分标准，按通行口径计分（未核对原文）；当地另有规定的，在“另写的规则”写明"
EXECUTION, FULL = "预算执行率", 100.0
_BANDS = "达成预期指标:80%~100%; 部分达成预期指标并具有一定效果:60%~80%; 未达成预期指标且效果较差:0%~60%"
TARGET = re.compile(
    r"(≥|≤|>|<|=|不少于|不低于|不小于|达到|不超过|不高于|不大于|少于|低于)?(-?\d+(?:\.\d+)?)(%|[^\d\s%]{0,6})"
)
_AT_MOST = ("≤", "<", "不超过", "不高于", "不大于", "少于", "低于")
_EXECUTION_FORMULA = "PERF_RATE(project_spent, project_budget)"
_RULE: TypeAdapter[Rule] = TypeAdapter(AnyRule)


def by_target(entry: Entry, code: str, figures: dict[str, NamedFigure]) -> Understood:
    """An indicator with its target; the figures that its rule needs are added to those given."""
    target = f"{entry.nature if entry.nature not in entry.target else ''}{entry.target}"
    if entry.unit and not target.endswith(entry.unit):
        target += entry.unit
    rule = _rule(entry, code, target, figures)
    standard = f"年度指标值：{target}"
    way = Way((ConfirmedPoint(standard, entry.weight, rule),))
    return Understood(
        code, entry.level1, entry.level2, entry.name, entry.weight, entry.explanation or entry.name, standard, CERTAIN, (way,), (USUAL,)
    )  # fmt: skip


def target_number(target: str) -> float | None:
    """The number of a target: 0.9 of ≥90%; None where it has none."""
    found = TARGET.fullmatch("".join(unicodedata.normalize("NFKC", target).split()))
    if found is None:
        return None
    return float(Decimal(found[2]) / 100) if found[3] == "%" else float(found[2])


def execution(weight: float, code: str, figures: dict[str, NamedFigure]) -> Understood:
    """What is left of the full score where the form gives it to the execution of the budget (全年执行数÷全年预算数)."""
    content = {
        "id": "budget_execution_rate",
        "label": EXECUTION,
        "group": "填报数据",
        "type": "rate",
        "help": "全年执行数÷全年预算数",
    }
    figure = Input.model_validate(content)
    known = (
        k for k in known_figures().values() if isinstance(k.figure, Rate) and k.figure.formula == _EXECUTION_FORMULA
    )
    figures[figure.id] = NamedFigure(figure, (), next(known, None), (code,))
    rule = _RULE.validate_python({"kind": "ratio", "value": figure.id})
    standard = f"{EXECUTION}（全年执行数÷全年预算数）×分值"
    way = Way((ConfirmedPoint(standard, weight, rule),))
    return Understood(code, EXECUTION, EXECUTION, EXECUTION, weight, EXECUTION, standard, CERTAIN, (way,), (USUAL,))


def left_for_execution(entries: Iterable[Entry], texts: Iterable[str]) -> float:
    """The points that a form gives to the execution of the budget in its upper part; 0 where it does not."""
    weights = [entry.weight for entry in entries]
    rest = FULL - sum(weight or 0 for weight in weights)
    is_there = any("执行率" in text for text in texts) and not any(EXECUTION in entry.name for entry in entries)
    return rest if is_there and None not in weights and 0 < rest <= 20 else 0.0


def _rule(entry: Entry, code: str, target: str, figures: dict[str, NamedFigure]) -> Rule:
    found = TARGET.fullmatch("".join(unicodedata.normalize("NFKC", target).split()))
    if found is None:
        return _RULE.validate_python({"kind": "bands", "bands": _BANDS})
    sign, _, unit = found.groups()
    wanted, reached = f"target_{code.lower()}", f"reached_{code.lower()}"
    kind: dict[str, Any] = {"type": "rate"} if unit == "%" else {"type": "number", "unit": unit}
    said = f"上年的表上是“{target}”"
    for identifier, label, help_ in (
        (wanted, "年度指标值", f"今年的绩效目标；{said}"),
        (reached, "实际完成值", "按佐证材料核定"),
    ):
        content = {"id": identifier, "label": f"{entry.name}：{label}", "group": entry.level1, "help": help_} | kind
        figures[identifier] = NamedFigure(Input.model_validate(content), used_by=(code,))
    if sign in _AT_MOST:
        condition = {"value": reached, "operator": "≤", "threshold": wanted, "text": f"{entry.name}不超过年度指标值"}
        return _RULE.validate_python({"kind": "pass", "below": "open", "conditions": [condition]})
    rate = {
        "id": f"done_{code.lower()}_rate", "label": f"{entry.name}：完成率", "formula": f"PERF_RATE({reached}, {wanted})",
        "definition": "实际完成值÷年度指标值", "source": "项目支出绩效自评表",
    }  # fmt: skip
    figures[str(rate["id"])] = NamedFigure(Rate.model_validate(rate), used_by=(code,))
    return _RULE.validate_python({"kind": "ratio", "value": rate["id"]})
