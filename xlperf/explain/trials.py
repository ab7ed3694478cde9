"""A workbook tried out with other inputs, in memory: the file is untouched, and a trial takes milliseconds.

An award that only confirms the rule score follows the rule in a trial; any other stands as it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xlperf.engines.recalculation import AUTO, loaded, registered_functions
from xlperf.evaluation.filled import Filled
from xlperf.values import Value, compare, is_blank, is_number
from xlperf.workbook.catalogue import REASON_SCORE
from xlperf.workbook.identity import is_known_template
from xlperf.workbook.names import Place
from xlperf.workbook.reason_scores import GIVEN

CONFIRMED, AS_RULED = "与规则一致", "按规则"
# Where the rule score counts, or would if there were data.
BY_RULE = (CONFIRMED, AS_RULED, "缺数据计0分", "缺数据剔除")
REASON = "试算"


def followers(filled: Filled) -> list[str]:
    """The indicators whose award only confirms a determined rule score."""
    return [i.code for i in filled.result.indicators if i.status == CONFIRMED]


def released(filled: Filled, codes: Iterable[str]) -> dict[Place, Value]:
    """The given scores of indicators as cleared, so that the rule alone counts."""
    cells: dict[Place, Value] = {}
    for code in codes:
        line = filled.scores.of(code)[0]
        cells |= {filled.scores.place(column, line): None for column in GIVEN}
    return cells


def renewed(filled: Filled, values: Mapping[Place, Value]) -> dict[Place, Value]:
    """The values with what makes reasons hold for the scores among them: whoever tries out a score would write a new one."""
    cells = dict(values)
    if not filled.names.has(f"indicator_{REASON_SCORE}"):
        return cells
    columns = GIVEN if filled.framework.evaluation == "self" else GIVEN[:2]
    for line, _ in enumerate(filled.result.indicators):
        places = [filled.scores.place(column, line) for column in columns]
        if any(place in values for place in places):
            given = [values[place] if place in values else filled.package.value(*place) for place in places]
            score = next((value for value in given if not is_blank(value)), None)
            cells.setdefault(filled.scores.place(REASON_SCORE, line), score)
    return cells


@dataclass(frozen=True)
class Outcome:
    """What a trial gives: total and grade, at their lowest and highest where the rule leaves room; rule scores, limits."""

    low: float
    high: float
    grade_low: str
    grade_high: str
    rules: Mapping[str, tuple[Value, Value]]

    @property
    def is_open(self) -> bool:
        """Whether somebody would have to judge."""
        return compare(self.low, self.high) != 0


class Trials:
    """The workbook in an engine, with the confirmed awards released."""

    def __init__(self, filled: Filled) -> None:
        self._filled = filled
        package = filled.package
        _, self._model = loaded(package, AUTO, is_known_template(package), registered_functions())
        self._codes = [i.code for i in filled.framework.indicators]
        self._followers = set(followers(filled))
        self._released = released(filled, self._followers)
        names = filled.names
        self._total, self._grade = names.place("total_score"), names.place("total_grade")
        self._low = names.by_code("indicator_code", "indicator_low")
        self._high = names.by_code("indicator_code", "indicator_high")
        limits = (f"total_limit_{number}" for number, _ in enumerate(filled.framework.limits, 1))
        self._limits = {name: names.place(name) for name in limits}
        for place, value in self._released.items():
            self._model.set(*place, value)

    def outcome(self, values: Mapping[Place, Value]) -> Outcome | None:
        """The result with these inputs; None where there is no total."""
        self._calculate(values)
        read = self._model.read
        rules = {code: (read(*self._low[code]), read(*self._high[code])) for code in self._codes}
        rules |= {name: (read(*place), None) for name, place in self._limits.items()}
        found = self._result()
        if found is not None:
            self._restore(values)
            return Outcome(found[0], found[0], found[1], found[1], rules)
        open_ = {code: rules[code] for code in self._followers if _is_interval(rules[code])}
        ends = [self._with_awards(values, {code: bounds[end] for code, bounds in open_.items()}) for end in (0, 1)]
        self._restore(values)
        if not open_ or ends[0] is None or ends[1] is None:
            return None
        return Outcome(ends[0][0], ends[1][0], ends[0][1], ends[1][1], rules)

    def read(self, values: Mapping[Place, Value], places: Iterable[Place]) -> list[Value]:
        """The values of cells with these inputs."""
        self._calculate(values)
        found = [self._model.read(*place) for place in places]
        self._restore(values)
        return found

    def award_cells(self, code: str, score: Value) -> dict[Place, Value]:
        """The inputs that give an indicator a score, with a reason where none is written."""
        scores, line = self._filled.scores, self._filled.scores.of(code)[0]
        reason = scores.value("reason", line)
        cells = {
            scores.place(self.column(code), line): score,
            scores.place("reason", line): REASON if is_blank(reason) else reason,
        }
        return renewed(self._filled, cells)

    def column(self, code: str) -> str:
        """The column whose score counts for an indicator; the award where none is given."""
        line = self._filled.scores.of(code)[0]
        columns = GIVEN if self._filled.framework.evaluation == "self" else GIVEN[:2]
        return next((c for c in columns if not is_blank(self._filled.scores.value(c, line))), "award")

    def _with_awards(self, values: Mapping[Place, Value], awards: Mapping[str, Value]) -> tuple[float, str] | None:
        cells = dict(values)
        for code, score in awards.items():
            cells |= {place: value for place, value in self.award_cells(code, score).items() if place not in values}
        self._calculate(cells)
        found = self._result()
        self._restore(cells)
        return found

    def _calculate(self, values: Mapping[Place, Value]) -> None:
        for place, value in values.items():
            self._model.set(*place, value)
        self._model.calculate()

    def _restore(self, values: Mapping[Place, Value]) -> None:
        for place in values:
            self._model.set(*place, self._released.get(place, self._filled.package.value(*place)))

    def _result(self) -> tuple[float, str] | None:
        total, grade = self._model.read(*self._total), self._model.read(*self._grade)
        return (float(total), str(grade)) if is_number(total) else None


def _is_interval(bounds: tuple[Value, Value]) -> bool:
    low, high = bounds
    return is_number(low) and is_number(high) and compare(low, high) != 0
