"""What an input means in its framework, so that two workbooks can tell whether they ask the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import weight_text
from xlperf.frameworks.schema import Framework
from xlperf.frameworks.writing import inline, plain
from xlperf.workbook.catalogue import INDICATOR_INPUTS, REVIEW_INPUTS, InputCell

_OF_INDICATORS = ("weight", "applicable", *(name for name, *_ in (*INDICATOR_INPUTS, *REVIEW_INPUTS)))
_OF_POINTS = ("finding", "point_basis", "point_problems", "point_evidence")
_LABELS = {
    "label": "名称",
    "code": "编码",
    "level": "上级指标",
    "help": "填报说明",
    "weight": "分值",
    "standard": "评分标准",
    "point": "要点",
    "rule": "规则",
    "limits": "规则的界限",
    "gate": "前提条件",
    "formula": "公式",
    "definition": "口径",
    "bands": "分档",
}
# Parts as files have them, which are nothing to read.
_AS_FILED = ("limits", "gate")
_LONGEST = 40


@dataclass(frozen=True)
class Meaning:
    """What an input is called and by what it is scored, part by part."""

    parts: Mapping[str, str] = field(default_factory=dict)

    def changes_to(self, other: Meaning) -> list[str]:
        """What is otherwise there, in words."""
        names = [name for name in _LABELS if self.parts.get(name, "") != other.parts.get(name, "")]
        pairs = {name: (_short(self.parts.get(name, "")), _short(other.parts.get(name, ""))) for name in names}
        return [
            # Long texts that differ further on, and rules as files have them, are only said to be otherwise.
            f"{_LABELS[name]}有变" if old == new or name in _AS_FILED else f"{_LABELS[name]}由“{old}”变为“{new}”"
            for name, (old, new) in pairs.items()
        ]

    def is_renamed(self, other: Meaning) -> bool:
        """Whether nothing but the name is otherwise there, and there is more to it than the name."""
        ours, theirs = ({k: v for k, v in meaning.parts.items() if k != "label"} for meaning in (self, other))
        return bool(ours) and ours == theirs


def indicator_of(identifier: str) -> str:
    """The code of the indicator that an input belongs to; empty where it belongs to none."""
    prefix, _, code = identifier.partition(".")
    if prefix in _OF_INDICATORS:
        return code
    return code.partition(".")[0] if prefix in _OF_POINTS else ""


def meanings(framework: Framework, inputs: Mapping[str, InputCell]) -> dict[str, Meaning]:
    """The meaning of each input by its id."""
    figures = {item.id: {"label": item.label, "help": item.help} for item in framework.inputs}
    indicators = {i.code: _of_indicator(i) for i in framework.indicators}
    points = {code: parts for i in framework.indicators for code, parts in _of_points(i)}
    return {name: Meaning(_parts(name, item, figures, indicators, points)) for name, item in inputs.items()}


_Parts = Mapping[str, Mapping[str, str]]


def _parts(name: str, item: InputCell, figures: _Parts, indicators: _Parts, points: _Parts) -> Mapping[str, str]:
    prefix, _, code = name.partition(".")
    if prefix in _OF_POINTS and code in points:
        return points[code]
    if prefix in _OF_INDICATORS and code in indicators:
        return indicators[code]
    if name in figures:
        return figures[name]
    # Beside a figure: what is said of it goes along with it.
    return {"label": item.label}


def _of_indicator(indicator: Indicator) -> dict[str, str]:
    return {"label": indicator.name, "weight": weight_text(indicator.weight), "standard": indicator.standard}


def _of_points(indicator: Indicator) -> Iterator[tuple[str, dict[str, str]]]:
    for number, point in enumerate(indicator.points, 1):
        told = {"point": point.text, "weight": weight_text(point.weight), "rule": point.rule.label}
        told["limits"] = inline(plain(point.rule))
        yield indicator.point_code(number), {"label": indicator.name, **told}


def _short(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def renumbered(old: Framework, new: Framework) -> dict[str, str]:
    """The new code of each indicator that has another one, by its name; only where that leaves no doubt."""
    found: dict[str, str] = {}
    for indicator in old.indicators:
        alike = [i.code for i in new.indicators if i.name == indicator.name]
        if len(alike) == 1 and alike[0] != indicator.code:
            found[indicator.code] = alike[0]
    return found


def differences(old: Framework, new: Framework) -> list[tuple[str, str, str]]:
    """What is otherwise in a new framework, whether or not anything was filled in: what it is, its name, in which way."""
    before, after = _all_parts(old), _all_parts(new)
    told = [(*key, "没有了") for key in before if key not in after and not _is_within(key, after)]
    told += [(*key, "新增") for key in after if key not in before and not _is_within(key, before)]
    for key, parts in before.items():
        changes = Meaning(parts).changes_to(Meaning(after[key])) if key in after else []
        told += [(*key, "；".join(changes))] if changes else []
    return told


def _is_within(key: tuple[str, str], others: Mapping[tuple[str, str], object]) -> bool:
    """Whether it is a point of an indicator that the others don't have either, which is told already."""
    what, name = key
    return what == "要点" and ("指标", name.rpartition("：")[0]) not in others


def _all_parts(framework: Framework) -> dict[tuple[str, str], dict[str, str]]:
    """Indicators and their points by their name, figures and rates by their id, what leads to total and grade."""
    found = {("指标", i.name): {**_of_indicator(i), **_place(i)} for i in framework.indicators}
    points = (
        (i.name, number, parts) for i in framework.indicators for number, (_, parts) in enumerate(_of_points(i), 1)
    )
    found |= {("要点", f"{name}：要点 {number}"): parts for name, number, parts in points}
    found |= {("数据项", i.id): {"label": i.label, "help": i.help} for i in framework.inputs}
    rates = {r.id: {"label": r.label, "formula": r.formula, "definition": r.definition} for r in framework.rates}
    found |= {("比率", name): parts for name, parts in rates.items()}
    found |= {("总分上限", cap.text): {"limits": inline(plain(cap))} for cap in framework.caps}
    found |= {("一票否决", veto.text): {"limits": inline(plain(veto))} for veto in framework.vetoes}
    return found | ({("等级", "等级表"): {"bands": str(framework.grades.bands)}} if framework.grades else {})


def _place(indicator: Indicator) -> dict[str, str]:
    """What else is said of an indicator: its code, its levels, and what it is not counted without."""
    gate = inline(plain(indicator.gate)) if indicator.gate else ""
    return {"code": indicator.code, "level": f"{indicator.level}／{indicator.group}", "gate": gate}
