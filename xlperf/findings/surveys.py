"""What to look at in the surveys: counts beyond the questionnaires, and a score that depends on the scheme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlperf.findings.finding import ERROR, WARNING, Finding
from xlperf.frameworks.schema import Framework
from xlperf.frameworks.survey_schemes import SurveyUse
from xlperf.values import Value, compare, is_blank, is_number
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.sheets.surveys import OPTIONS


@dataclass(frozen=True)
class _Result:
    """What a scheme gives for one set of questions."""

    label: str
    rate: float
    points: float


def survey_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """Faults of the counts, as they stand; then the scores that another usual scheme would change."""
    yield from _sheets(names)
    yield from _counts(names)
    for number, use in enumerate(framework.surveys, 1):
        yield from _dependence(names, framework, use, number)


def _sheets(names: NamedCells) -> Iterator[Finding]:
    """Questionnaires valid that were never sent out."""
    columns = [names.column(f"surveys_{part}") for part in (_called(names), "issued", "valid")]
    for place, survey, sent, returned in zip(names.places("surveys_valid"), *columns, strict=True):
        issued, valid = _number(sent), _number(returned)
        if issued is not None and valid is not None and valid > issued:
            text = f"{_label(survey)}有效 {valid:g} 份，多于发放的 {issued:g} 份。"
            yield Finding(ERROR, "survey_counts", _shown(place), text)


def _counts(names: NamedCells) -> Iterator[Finding]:
    valid_of: dict[Value, Value] = {}
    for called in ("id", _called(names)):
        valid_of |= dict(zip(names.column(f"surveys_{called}"), names.column("surveys_valid"), strict=True))
    places = {letter: names.places(f"question_count_{letter.lower()}") for letter in OPTIONS}
    rows = names.rows(
        "question_survey", "question_number", "question_check", *(f"question_count_{x.lower()}" for x in OPTIONS)
    )
    for row, (survey, number, *_) in enumerate(rows):
        cells = {letter: names.package.value(*places[letter][row]) for letter in OPTIONS}
        filled = {letter: value for letter, value in cells.items() if not is_blank(value)}
        if not filled:
            continue
        label = f"{_label(survey)}第 {_plain(number)} 题"
        broken = [letter for letter, value in filled.items() if not _is_count(value)]
        for letter in broken:
            text = f"{label}选项 {letter} 的份数应为非负整数，现为“{_plain(cells[letter])}”。"
            yield Finding(ERROR, "survey_counts", _shown(places[letter][row]), text)
        if survey not in valid_of:
            text = f"{label}的问卷编号没有在上面的问卷表里登记，这一题没有参与计算。"
            yield Finding(ERROR, "survey_unknown", _shown(names.places("question_survey")[row]), text)
        elif not broken:
            total = sum(_number(value) or 0.0 for value in filled.values())
            yield from _compared(label, total, _number(valid_of[survey]), names.places("question_check")[row])


def _called(names: NamedCells) -> str:
    """The column of what surveys are called; in a workbook of an earlier version they have ids only."""
    return "number" if names.has("surveys_number") else "id"


def _label(survey: Value) -> str:
    text = "（没有编号）" if is_blank(survey) else str(survey)
    return f"{text} " if text.startswith("问卷") else f"问卷 {text} "


def _compared(label: str, total: float, valid: float | None, place: Place) -> Iterator[Finding]:
    """The sheets counted at a question beside the valid ones."""
    if valid is not None and total > valid:
        yield Finding(ERROR, "survey_counts", _shown(place), f"{label}合计 {total:g} 份，多于有效问卷 {valid:g} 份。")
    elif valid is not None and total < valid:
        text = f"{label}合计 {total:g} 份，少于有效问卷 {valid:g} 份，请核对有无漏填的选项。"
        yield Finding(WARNING, "survey_counts_differ", _shown(place), text)


def _dependence(names: NamedCells, framework: Framework, use: SurveyUse, number: int) -> Iterator[Finding]:
    """An indicator whose points another scheme or set of questions would change, with the first such scheme."""
    fed, score = framework.tiers_fed_by(use.feeds), _number(names.value(f"points_{use.id}"))
    if fed is None or score is None:
        return
    indicator, chosen = fed[0], names.value(f"scheme_{use.id}")
    for scheme, results in _schemes(names, use, number):
        if any(compare(result.points, score) != 0 for result in results):
            given = "，".join(f"{x.label} {x.rate * 100:.2f}% 得 {x.points:g} 分" for x in results)
            text = (
                f"指标 {indicator.code}“{indicator.name}”的得分依赖问卷口径：采用口径（{chosen}）得 {score:g} 分；"
                f"{scheme}：{given}。"
            )
            yield Finding(WARNING, "survey_scheme_matters", _shown(names.place(f"check_{use.id}")), text)
            return


def _schemes(names: NamedCells, use: SurveyUse, number: int) -> Iterator[tuple[Value, list[_Result]]]:
    """Every scheme on the sheet with its results: a label of questions and 不了解, the rate, the points."""
    columns = [
        [names.column(f"survey_{number}_{part}_{n}") for part in ("result", "points")]
        for n in range(1, len(use.combinations) + 1)
    ]
    for row, scheme in enumerate(names.column(f"survey_{number}_scheme")):
        results = []
        for (questions, unaware), (rates, points) in zip(use.combinations, columns, strict=True):
            rate, score = _number(rates[row]), _number(points[row])
            if rate is not None and score is not None:
                label = f"{questions}（不了解{unaware}）" if len(use.unaware) > 1 else questions
                results.append(_Result(label, rate, score))
        yield scheme, results


def _number(value: Value) -> float | None:
    return float(value) if is_number(value) else None


def _is_count(value: Value) -> bool:
    number = _number(value)
    return number is not None and number >= 0 and number == int(number)


def _plain(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _shown(place: Place) -> str:
    return "!".join(place)
