"""What a report is about: a filled workbook with its tables line by line, its texts, and its numbers as reports print them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from xlperf.errors import CellError
from xlperf.escaping import printable
from xlperf.evaluation.filled import Filled, code_text
from xlperf.evaluation.result import IndicatorResult, Problem
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import UNSTATED
from xlperf.values import Value, is_blank, is_number, round_half_up
from xlperf.wording import number, shown
from xlperf.workbook.tables import report_texts
from xlperf.workbook.tables.table import LINE, Table

NONE = "—"
OPEN = "算不出"
FULL = 100.0
Line = Mapping[str, Value]


class Subject:
    """A filled workbook as the sections of a report ask for it."""

    def __init__(self, filled: Filled) -> None:
        self.filled, self.result, self.framework = filled, filled.result, filled.framework
        self.unit = plain(self.result.unit or "") or "（未填单位名称）"
        self.year = str(self.result.year or "（未填年度）")
        self.is_self = self.framework.evaluation == "self"
        self.money_unit = plain(code_text(filled.names.value("money_unit"))) or self.framework.money_unit
        self._tables: dict[str, list[Line]] = {}

    @property
    def what(self) -> str:
        """What is evaluated: 部门整体支出, or the project by its name."""
        return f"“{plain(self.result.project)}”项目支出" if self.result.project else self.framework.subject

    @property
    def scored(self) -> str:
        """What the score is called by those who give it."""
        return "自评得分" if self.is_self else "评价得分"

    @property
    def evaluator(self) -> str:
        """Who evaluates; empty where that is not stated."""
        return plain(code_text(self.filled.names.value("evaluator_name")))

    def lines(self, table: Table) -> list[Line]:
        """The lines of a table in which something stands besides their numbers or codes; none where a workbook of an
        earlier version has no such table.
        """
        names = self.filled.names
        if not names.has(table.column_name(LINE)):
            return []
        if table.id not in self._tables:
            ids = [f.id for f in table.fields if names.has(table.column_name(f.id))]
            columns = [names.column(table.column_name(name)) for name in (LINE, *ids)]
            found = [dict(zip((LINE, *ids), cells, strict=True)) for cells in zip(*columns, strict=True)]
            typed = [f.id for f in table.fields if f.id in ids and (table.lines or not f.formula)]
            self._tables[table.id] = [line for line in found if any(not is_blank(line[name]) for name in typed)]
        return self._tables[table.id]

    def fixed(self, table: Table) -> dict[str, Line]:
        """The lines of a table with fixed ones, by their codes."""
        return {code_text(line[LINE]): line for line in self.lines(table)}

    @cached_property
    def _texts(self) -> dict[str, str]:
        table = report_texts.TABLE
        if not self.filled.names.has(table.column_name("text")):
            return {}
        return {code: _text(line["text"]) for code, line in self.fixed(table).items()}

    def text(self, code: str) -> tuple[str, ...]:
        """The paragraphs of a text on the sheet 报告内容; none where nothing stands there."""
        return paragraphs(self._texts.get(f"report_{code}", ""))

    def one_line(self, code: str) -> str:
        """A text of that sheet in one line."""
        return "".join(self.text(code))

    def money(self, value: Value) -> str:
        """An amount with its unit, for sentences."""
        return f"{amount(value)} {self.money_unit}"

    @cached_property
    def problems(self) -> dict[str, Problem]:
        """The problems of the ledger that have a number and a fact, by their numbers."""
        return {problem.id: problem for problem in self.result.problems if problem.id and problem.fact}

    def facts(self, indicator: Indicator) -> list[str]:
        """What was found wrong at an indicator: the problems that name it, and those that it and its points name."""
        named = set(self.filled.results[indicator.code].problems)
        named |= {code for point in self.result.points if point.indicator == indicator.code for code in point.problems}
        return [
            plain(problem.fact or "")
            for code, problem in self.problems.items()
            if code in named or indicator.code in problem.indicators
        ]

    def in_order(self) -> Iterator[IndicatorResult]:
        """The results of the indicators in the order of levels and groups."""
        for level in self.framework.levels:
            for group in level.groups:
                for indicator in self.framework.indicators_of(level.name, group.name):
                    yield self.filled.results[indicator.code]


def plain(text: str) -> str:
    """A text of a stranger without what can't be seen or shown, on one line."""
    return " ".join(printable(text.replace("\t", " ")).split())


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text."""
    return tuple(line for part in text.splitlines() if (line := plain(part)))


def _text(value: Value) -> str:
    return "" if isinstance(value, CellError) else printable(code_text(value).replace("\r\n", "\n").replace("\t", " "))


def said(value: Value) -> str:
    """What a cell says, as a table prints it."""
    return "" if isinstance(value, CellError) else plain(code_text(value))


def amount(value: Value) -> str:
    """An amount as a table prints it; nothing stated is no nought."""
    return shown(value, "money") if is_number(value) else NONE


def share(value: Value, whole: Value) -> str:
    """A part of a whole as a percentage."""
    if not is_number(value) or not is_number(whole) or not whole:
        return NONE
    return shown(float(value) / float(whole), "rate")


def rate(value: float | None) -> str:
    """A rate as a percentage."""
    return NONE if value is None else shown(value, "rate")


def score(value: float | None) -> str:
    """Points with two places."""
    return OPEN if value is None else shown(value, "score")


def weight(value: float | None) -> str:
    """A weight as short as it is exact."""
    return UNSTATED if value is None else number(value)


def told(full: float | None, points: float | None, reach: float | None, word: str = "得分") -> str:
    """Weight, score and rate in a clause; a weight that the source doesn't state has no rate."""
    if full is None:
        return f"分值{UNSTATED}，{word} {score(points)} 分"
    return f"分值 {weight(full)} 分，{word} {score(points)} 分，得分率 {rate(reach)}"


def reached(points: float | None, full: float | None) -> float | None:
    """The rate of points reached; None where it can't be had."""
    return None if points is None or not full else round_half_up(points / full, 6)


def listing(sentences: list[str]) -> str:
    """Sentences one after the other as reports count them: 一是……。二是……。"""
    trimmed = [sentence.rstrip("。；; ") for sentence in sentences]
    if len(trimmed) == 1:
        return f"{trimmed[0]}。"
    return "".join(f"{chinese(place)}是{sentence}。" for place, sentence in enumerate(trimmed, 1))


def chinese(value: int) -> str:
    """A number up to 99 in Chinese characters."""
    digits = "零一二三四五六七八九十"
    if value <= 10:
        return digits[value]
    tens, ones = divmod(value, 10)
    if tens > 9:
        return str(value)
    return f"{digits[tens] if tens > 1 else ''}十{digits[ones] if ones else ''}"
