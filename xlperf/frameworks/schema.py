"""A framework: what its file says, and that the parts fit together; what doesn't is told with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import model_validator

from xlperf.frameworks.contents import RESERVED_IDS, Contents, Group, Level
from xlperf.frameworks.expressions import Expression
from xlperf.frameworks.indicators import Indicator, Point
from xlperf.frameworks.parts import UNSTATED, total_weight, weight_text
from xlperf.frameworks.plausibility import is_likely_day
from xlperf.frameworks.relations import relation_problems
from xlperf.rules.conditions import Condition, ids_in
from xlperf.rules.rule import Rule, Scale

# Where in the file something is wrong, and what.
Path = tuple[str | int, ...]
Problem = tuple[Path, str]
_READING = "；原文如此的，在它的 reading 里写明读法"


class InconsistentError(ValueError):
    """Parts that don't fit together, all at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("；".join(text for _, text in problems))
        self.problems = problems


class Framework(Contents):
    """An indicator system (指标体系) whose parts fit together: everything a workbook needs besides a unit's own figures."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        kinds = {i.id: str(i.type) for i in self.inputs} | {r.id: str(r.format) for r in self.rates}
        problems = [
            *_repeated(self), *_unknown_ids(self), *_survey_problems(self), *_wrong_sums(self), *_limit_problems(self),
            *_adjustment_problems(self), *_date_problems(self),
            *((("relations",), text) for text in relation_problems(self.relations, kinds)),
            *((("annex",), text) for text in self.annex.problems(self.indicators, is_of_project=self.is_of_project)),
        ]  # fmt: skip
        if problems:
            raise InconsistentError(problems)
        return self


def _repeated(framework: Contents) -> Iterator[Problem]:
    reserved = set(RESERVED_IDS)
    for key, ids in (("inputs", [i.id for i in framework.inputs]), ("rates", [r.id for r in framework.rates])):
        for number, name in enumerate(ids):
            if name in reserved:
                yield (key, number, "id"), f"编号 {name} 重复"
            reserved.add(name)
    # Codes become parts of names in the workbook, where case makes no difference.
    codes: set[str] = set()
    for number, indicator in enumerate(framework.indicators):
        if (code := indicator.code.upper()) in codes:
            yield ("indicators", number, "code"), f"编号 {code} 重复"
        codes.add(code)


def _unknown_ids(framework: Contents) -> Iterator[Problem]:
    """Ids that are not declared, and texts where numbers are needed."""
    inputs, rates = {i.id for i in framework.inputs}, {r.id for r in framework.rates}
    texts = {i.id for i in framework.inputs if i.type == "text"}
    for number, indicator in enumerate(framework.indicators):
        place = ("indicators", number)
        yield from _unknown_ids_of(framework, indicator, place, inputs | rates)
    seen: set[str] = set()
    for number, rate in enumerate(framework.rates):
        place = ("rates", number)
        for name in Expression.parse(rate.formula).ids:
            if name not in inputs | seen:
                yield (*place, "formula"), f"比率 {rate.id} 用了未定义的 {name}"
            elif name in texts:
                yield (*place, "formula"), f"比率 {rate.id} 用了不是数的 {name}"
        seen.add(rate.id)


def _unknown_ids_of(framework: Contents, indicator: Indicator, place: Path, known: set[str]) -> Iterator[Problem]:
    flags = {i.id for i in framework.inputs if i.type == "flag"}
    figureless = flags | {i.id for i in framework.inputs if i.type == "text"}
    variants = [variant for reading in indicator.readings for variant in reading.variants]
    for number, point in enumerate(indicator.points):
        where = (*place, "points", number)
        rules: list[Rule] = [point.rule, *([point.alternative.rule] if point.alternative else ())]
        used = [i for rule in rules for i in rule.ids]
        yield from ((where, f"指标 {indicator.code} 用了未定义的 {i}") for i in used if i not in known)
        yield from _figureless(indicator, rules, figureless, where)
        yield from _wrong_alternative(indicator, point, flags, where)
    gate = ids_in(indicator.gate.conditions) if indicator.gate else ()
    used = [*gate, *(i for variant in variants for i in variant.rule.ids)]
    yield from ((place, f"指标 {indicator.code} 用了未定义的 {i}") for i in used if i not in known)
    yield from _figureless(indicator, [variant.rule for variant in variants], figureless, place)


def _figureless(indicator: Indicator, rules: list[Rule], figureless: set[str], where: Path) -> Iterator[Problem]:
    for rule in rules:
        for name in rule.figures:
            if name in figureless:
                yield where, f"指标 {indicator.code} 的 {rule.kind} 规则用了不是数的 {name}"


def _wrong_alternative(indicator: Indicator, point: Point, flags: set[str], where: Path) -> Iterator[Problem]:
    if point.alternative and point.alternative.when not in flags:
        text = f"指标 {indicator.code} 的另一口径由 {point.alternative.when} 决定，它应是 flag 类型的数据项"
        yield (*where, "alternative"), text


def _adjustment_problems(framework: Contents) -> Iterator[Problem]:
    """Caps and vetoes that read what is not declared; rescaling and caps without the full score that they need."""
    kinds = {i.id: str(i.type) for i in framework.inputs} | {r.id: "rate" for r in framework.rates}
    for number, cap in enumerate(framework.caps):
        if kinds.get(cap.value, "text") in ("flag", "text", "date"):
            yield ("caps", number), f"总分上限“{cap.text}”用的 {cap.value} 不是数据项或比率里的数"
    for number, veto in enumerate(framework.vetoes):
        for identifier in ids_in(veto.conditions):
            if identifier not in kinds:
                yield ("vetoes", number), f"一票否决“{veto.text}”用了未定义的 {identifier}"
    if framework.weight is None and (framework.caps or framework.vetoes or framework.is_rescaled):
        yield ("weight",), "满分未载明的指标体系不能有总分上限、一票否决和折算"
    for number, indicator in enumerate(framework.indicators):
        if indicator.weight is None and framework.is_rescaled:
            yield ("indicators", number), f"指标 {indicator.code} 的分值未载明，不能折算"
    if framework.has_editable_weights and None in (framework.weight, *(i.weight for i in framework.indicators)):
        yield ("weights",), "weights 为 editable 的指标体系，满分和每个指标都要写出缺省分值"
    for number, item in enumerate(framework.inputs):
        if item.is_exclusion and (item.fact or item.type not in ("money", "number", "count")):
            yield ("inputs", number), f"除外项 {item.id} 应为手填的金额、数或整数"


def _limit_problems(framework: Contents) -> Iterator[Problem]:
    """Limits of what is no number, or by a figure that is none or another sort."""
    kinds = {i.id: str(i.type) for i in framework.inputs if i.is_figure}
    for number, item in enumerate(framework.inputs):
        if item.limits and (not item.is_figure or item.type == "date"):
            yield ("inputs", number), f"数据项 {item.id} 不是数，不能写 limits"
        if item.last_year_of and kinds.get(item.last_year_of) != item.type:
            yield (
                ("inputs", number),
                f"数据项 {item.id} 的 last_year_of 用了 {item.last_year_of}，应是另一个同类的数据项",
            )
        for other in item.bounds.others:
            same = ("count", "number") if item.type in ("count", "number") else (item.type,)
            if other == item.id or kinds.get(other) not in same:
                yield ("inputs", number), f"数据项 {item.id} 的 limits 用了 {other}，应是另一个同类的数据项"


def _date_problems(framework: Contents) -> Iterator[Problem]:
    """Dates that are compared with something else, or that a rule would take for an amount."""
    dates = {i.id for i in framework.inputs if i.type == "date"}
    for number, veto in enumerate(framework.vetoes):
        yield from _wrong_days(f"一票否决“{veto.text}”", veto.conditions, dates, ("vetoes", number))
    for number, indicator in enumerate(framework.indicators):
        where, place = f"指标 {indicator.code} ", ("indicators", number)
        for at, point in enumerate(indicator.points):
            yield from _wrong_days(where, getattr(point.rule, "conditions", ()), dates, (*place, "points", at))
            for name in dict.fromkeys(point.rule.figures):
                if name in dates:
                    text = (
                        f"{where}的 {point.rule.kind} 规则用了日期 {name}；日期写在 conditions 里，或在比率里相减成天数"
                    )
                    yield (*place, "points", at), text
        yield from _wrong_days(where, indicator.gate.conditions if indicator.gate else (), dates, place)


def _wrong_days(where: str, conditions: tuple[Condition, ...], dates: set[str], place: Path) -> Iterator[Problem]:
    for condition in conditions:
        limit = condition.threshold
        is_day = limit in dates if isinstance(limit, str) else not isinstance(limit, bool) and is_likely_day(limit)
        other = limit if condition.value not in dates and isinstance(limit, str) and limit in dates else ""
        if (condition.value in dates and not is_day) or other:
            yield place, f"{where}的条件“{condition.text}”拿日期 {other or condition.value} 与不是日期的比较"


def _survey_problems(framework: Contents) -> Iterator[Problem]:
    """Surveys that are declared twice, or feed what is no rate that people type in."""
    rates = {i.id for i in framework.inputs if i.type == "rate" and not i.fact}
    names: set[str] = set()
    fed: set[str] = set()
    for number, survey in enumerate(framework.surveys):
        place = ("surveys", number)
        if survey.id in names:
            yield place, f"问卷 {survey.id} 重复"
        if survey.feeds in fed:
            yield place, f"数据项 {survey.feeds} 取自两份问卷"
        if survey.feeds not in rates:
            yield (*place, "feeds"), f"问卷 {survey.id} 的 feeds 应为手填的比率类数据项，现为 {survey.feeds}"
        names.add(survey.id)
        fed.add(survey.feeds)


def _wrong_sums(framework: Contents) -> Iterator[Problem]:
    """Weights must be conserved from level to level; points may differ from their indicator only by a declared reading.

    Sums with a weight that is not stated can't be compared.
    """
    found = total_weight(level.weight for level in framework.levels)
    if _differ(found, framework.weight) and not framework.reading:
        text = f"一级指标分值合计 {weight_text(found)} ≠ 总分 {weight_text(framework.weight)}"
        yield ("weight",), f"{text}{_READING}"
    known = {(level.name, group.name) for level in framework.levels for group in level.groups}
    for number, one in enumerate(framework.indicators):
        if (one.level, one.group) not in known:
            yield ("indicators", number), f"指标 {one.code} 的一二级“{one.level}/{one.group}”不在 levels 中"
        yield from ((("indicators", number), text) for text in _wrong_points(one))
    for number, level in enumerate(framework.levels):
        found = total_weight(group.weight for group in level.groups)
        if _differ(found, level.weight) and not level.reading:
            text = f"“{level.name}”的二级指标分值合计 {weight_text(found)} ≠ {weight_text(level.weight)}"
            yield ("levels", number), f"{text}{_READING}"
        for at, group in enumerate(level.groups):
            yield from _wrong_group(framework, level, group, ("levels", number, "groups", at))
    yield from _choice_problems(framework)


def _wrong_group(framework: Contents, level: Level, group: Group, place: Path) -> Iterator[Problem]:
    """A second level whose indicators come to something else, or from which nothing can be chosen."""
    weights = [i.weight for i in framework.indicators_of(level.name, group.name)]
    where, found = f"“{level.name}/{group.name}”", total_weight(weights)
    if group.choose is None:
        if _differ(found, group.weight) and not group.reading:
            text = f"{where}的三级指标分值合计 {weight_text(found)} ≠ {weight_text(group.weight)}"
            yield place, f"{text}{_READING}"
    elif group.choose >= len(weights):
        yield place, f"{where}有 {len(weights)} 个三级指标，choose 应小于它（现为 {group.choose}）"
    elif None in weights or group.weight is None:
        yield place, f"{where}写了 choose，它和它的三级指标都要写出分值"
    elif sum(sorted((w for w in weights if w is not None), reverse=True)[: group.choose]) < group.weight - 1e-6:
        yield place, f"{where}选 {group.choose} 项最多得不到它的分值 {group.weight:g}"


def _choice_problems(framework: Contents) -> Iterator[Problem]:
    """Indicators that may be left out although nothing is chosen; what goes with neither choice nor readings of sums."""
    chosen = {(level.name, group.name) for level, group in framework.chosen_groups}
    for number, indicator in enumerate(framework.indicators):
        if (indicator.not_applicable == "unchosen") is not ((indicator.level, indicator.group) in chosen):
            text = f"指标 {indicator.code} 的 not_applicable：二级指标写了 choose 的是、其他的不能是 unchosen"
            yield ("indicators", number), text
    if (chosen or framework.sum_readings) and (framework.is_rescaled or framework.has_editable_weights):
        yield ("weight",), "有 choose 或分值合计的 reading 的指标体系，不能折算（rescale），分值也不能改（editable）"


def _wrong_points(indicator: Indicator) -> Iterator[str]:
    """Points whose weights don't add up, or that have a rule without a weight to apply it to."""
    label = f"指标 {indicator.code}“{indicator.name}”"
    if any(
        (p.weight is None or indicator.weight is None) and p.rule.scale is not Scale.UNSTATED for p in indicator.points
    ):
        yield f"{label}的分值{UNSTATED}，要点的规则只能是 unstated"
    if indicator.is_unstated and (indicator.gate or any(reading.variants for reading in indicator.readings)):
        yield f"{label}的标准{UNSTATED}，不能有 gate 或 variants"
    has_reading = any(reading.fault == "points_sum" for reading in indicator.readings)
    if _differ(indicator.points_weight, indicator.weight) and not has_reading:
        yield (
            f"{label}要点合计 {weight_text(indicator.points_weight)} ≠ 分值 {weight_text(indicator.weight)}，"
            "须在 readings 中写明读法"
        )


def _differ(left: float | None, right: float | None) -> bool:
    return left is not None and right is not None and abs(left - right) > 1e-6
