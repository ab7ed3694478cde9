"""What an indicator was to reach and what it reached: of the goal of the same name, else of the figures that its rule uses."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from xlperf.escaping import printable
from xlperf.frameworks.expressions import Expression
from xlperf.frameworks.indicators import Indicator
from xlperf.report.document.subject import Line, Subject, said
from xlperf.report.forms.marks import BLANK, Content
from xlperf.standards.targets import TARGET
from xlperf.workbook.tables import goals

_TARGET_WORDS, _ACTUAL_WORDS = ("指标值", "目标值"), ("实际", "完成值", "调查结果")
QUALITATIVE = "定性"


@dataclass(frozen=True)
class Reached:
    """The target of an indicator, its parts (性质, 值, 单位), what was reached, and a goal's remark."""

    target: Content = BLANK
    nature: str = ""
    number: str = ""
    unit: str = ""
    actual: Content = BLANK
    note: str = ""


class Targets:
    """The targets of a workbook."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        lines = subject.lines(goals.TABLE)
        self._goals = {_key(name): line for line in lines if (name := said(line.get("name")))}
        self.unused = set(self._goals)

    def of(self, indicator: Indicator) -> Reached:
        """What is known of an indicator; blank where nothing is."""
        key = _key(indicator.name)
        line = self._goals.get(key)
        if line is None:
            return self._by_rule(indicator)
        self.unused.discard(key)
        target = goal_target(line)
        nature, number, unit = parts(target)
        return Reached(Content(target), nature, number, unit, Content(said(line.get("actual"))), said(line.get("note")))

    def unused_names(self) -> list[str]:
        """The goals that no indicator is called like."""
        return [said(line.get("name")) for key, line in self._goals.items() if key in self.unused]

    def _by_rule(self, indicator: Indicator) -> Reached:
        """From the rule of its only point, where exactly one figure is called the target and one what was reached."""
        filled = self._subject.filled
        if len(indicator.points) != 1:
            return Reached()
        ids = [name for figure in indicator.points[0].rule.figures for name in self._inputs(figure)]
        targets = [name for name in dict.fromkeys(ids) if _is_called(filled.label(name), _TARGET_WORDS)]
        actuals = [name for name in dict.fromkeys(ids) if _is_called(filled.label(name), _ACTUAL_WORDS)]
        if len(targets) != 1 or len(actuals) != 1 or targets == actuals:
            return Reached()
        wanted, reached = (self._figure(name) for name in (targets[0], actuals[0]))
        unit = "%" if wanted.kind == "rate" else filled.unit(targets[0])
        number = wanted.text.removesuffix("%") if wanted.kind == "rate" else wanted.text
        return Reached(wanted, "", number, printable(unit), reached)

    def _inputs(self, figure: str) -> list[str]:
        """The inputs that a figure consists of."""
        rate = self._subject.filled.rates.get(figure)
        names = Expression.parse(rate.formula).ids if rate else (figure,)
        return [name for name in names if name in self._subject.filled.inputs]

    def _figure(self, identifier: str) -> Content:
        filled = self._subject.filled
        return Content(filled.value(identifier), filled.kind(identifier))


def goal_target(line: Line) -> str:
    """The target of a goal in its last version."""
    return next((text for name in ("adjusted", "approved", "applied") if (text := said(line.get(name)))), "")


def parts(target: str) -> tuple[str, str, str]:
    """A target as the forms with columns for it have it: 性质 (≥, 定性…), 指标值, 度量单位."""
    found = TARGET.fullmatch("".join(unicodedata.normalize("NFKC", target).split()))
    if found is None:
        return (QUALITATIVE if target else "", target, "")
    sign, number, unit = found.groups()
    return (sign or "", number, unit)


def _key(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _is_called(label: str, words: tuple[str, ...]) -> bool:
    return any(word in label for word in words)
