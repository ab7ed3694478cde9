"""Generated fillings of a workbook: blanks, zeros, text in a number's place, rates over 100%, values at every threshold.

Half of what is filled are the inputs that scores depend on; now and then a parameter of the standard is changed as well.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from xlperf.frameworks.schema import Framework
from xlperf.functions.tiers import tiers
from xlperf.package import Package
from xlperf.values import Value, is_number
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets import figures, points, scoring

Place = tuple[str, str]
Filling = dict[Place, Value]
SCORED, OTHERS, PARAMETERS, COUNTS = 50, 40, 3, 12
PARAMETER_NAMES = ("tiers_", "options_", "met_", "condition_", "grade_bands")
OPERATORS = ("≥", ">", "≤", "<", "=", ">=", "≦", "＞", " ＜ ", "否则", "≠", None)
SCHEMES = (
    "前两档,题平均",
    "100/80/60/40/20,合并",
    "100/75/50/25/0/0，题平均，四舍五入",
    "前两档,合并,截断",
    "100/60",
    "满意",
    None,
)
REASONS = ("县里统一调配", " ", "　", None)


class Fillings:
    """Fillings of one workbook, the same ones for the same seed."""

    def __init__(self, package: Package, seed: int) -> None:
        framework, names = read_identity(package).framework.framework, NamedCells(package)
        items = [i for i in catalogue(names, framework).values() if i.type != "text" or i.sheet == scoring.SHEET.title]
        self._kinds = {(i.sheet, i.ref): (i.type, i.choices) for i in items}
        self._scored = [
            place for place in self._kinds if place[0] in (figures.SHEET.title, points.SHEET.title, scoring.SHEET.title)
        ]
        self._others = [place for place in self._kinds if place not in self._scored]
        self._parameters = [
            place
            for name in package.names
            if name.name.startswith(PARAMETER_NAMES) and not name.name.endswith("_values")
            for place in names.places(name.name)
            if place[1] not in package.formulas(place[0])
        ]
        self._counts = [place for letter in "abcdef" for place in names.places(f"question_count_{letter}")]
        self._package, self._thresholds, self._random = package, thresholds(framework), random.Random(seed)

    def next(self) -> Filling:
        """Some inputs with values of all sorts."""
        pick = self._random
        filling = {
            place: self._value(*self._kinds[place])
            for place in pick.sample(self._scored, min(SCORED, len(self._scored)))
        }
        filling |= {
            place: self._value(*self._kinds[place])
            for place in pick.sample(self._others, min(OTHERS, len(self._others)))
        }
        if pick.random() < 0.5:
            counts: Sequence[Value] = (0.0, 3.0, 25.0, None, None, 40.0)
            filling |= {
                place: pick.choice(counts) for place in pick.sample(self._counts, min(COUNTS, len(self._counts)))
            }
        if pick.random() < 0.3:
            filling |= {
                place: self._parameter(place)
                for place in pick.sample(self._parameters, min(PARAMETERS, len(self._parameters)))
            }
        return filling

    def _value(self, kind: str, choices: tuple[str, ...]) -> Value:
        pick = self._random
        if kind == "scheme":
            return pick.choice(SCHEMES)
        if kind == "text":
            return pick.choice(REASONS)
        if choices:
            return pick.choice([None, "别的", *choices * 3])
        if kind == "flag":
            return pick.choice([None, True, False, "是"])
        base = pick.choice([1.0, 10.0, 100.0, 250.5])
        near = pick.choice(self._thresholds) + pick.choice([0.0, 0.0001, -0.0001, 1e-12])
        usual: Sequence[Value] = (base, base * near, near, round(pick.uniform(0, 500), 2), float(pick.randint(0, 12)))
        rare: Sequence[Value] = (None, 0.0, -1.0, 1e9 / 3, "12", "98%", "无")
        return pick.choice(rare) if pick.random() < 0.25 else pick.choice(usual)

    def _parameter(self, place: Place) -> Value:
        saved = self._package.value(*place)
        if is_number(saved):
            return self._random.choice([None, 0.0, saved + 0.05, saved - 1, "0.8", 2.0])
        return self._random.choice([*OPERATORS, "优", "符合"])


def thresholds(framework: Framework) -> list[float]:
    """Every threshold of every rule, and of what is in proportion."""
    found = {0.5, 1.0, 1.3}
    for indicator in framework.indicators:
        for point in indicator.points:
            text: Any = getattr(point.rule, "tiers", "")
            found |= {tier.threshold for tier in tiers(text) if tier.threshold is not None} if text else set()
            found |= {getattr(point.rule, "threshold", 1.0)}
    return sorted(found)
