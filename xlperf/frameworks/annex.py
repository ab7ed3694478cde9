"""How the scoring table (评分表) that a report carries as its annex is printed: which form, under which headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator

from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.parts import Text
from xlperf.rules.part import Part

# What a title may say of the evaluated unit, and the name of the cell that holds it.
PLACES = {"{单位}": "unit_name", "{年度}": "evaluation_year", "{项目}": "project_name"}
_PLACE = re.compile(r"(\{[^{}]*\})")


def title_parts(title: str) -> list[str]:
    """The pieces of a title: texts, and between them the places for what it says of the unit."""
    return [piece for piece in _PLACE.split(title) if piece]


def _known_places(title: str) -> str:
    for piece in title_parts(title):
        if _PLACE.fullmatch(piece) and piece not in PLACES:
            raise ValueError(f"标题里的 {piece} 不认识，可以写 {'、'.join(PLACES)}")
    return title


class Annex(Part):
    """The printed scoring table: its form, title and headings; what is left out is as most reports have it.

    `form`: with the weights of all levels and a column of deductions, or with explanation and rate, the weights of the
    upper levels standing below their names. `has_codes`: whether the codes stand before the names: A11 for an indicator,
    A1 for its second level, A for its first. `has_subtotals`: whether a line below each first level gives its score.
    """

    form: Literal["deductions", "rates"] = "deductions"
    number: Text = "附件"
    title: Annotated[str, AfterValidator(_known_places)] = ""
    weight: Text = "分值"
    explanation: Text = "指标说明"
    standard: Text = "评分标准"
    score: str = ""
    note: str = ""
    has_codes: bool = False
    has_subtotals: bool = True

    def upper_codes(self, code: str) -> tuple[str, str]:
        """The codes of the first and second level that an indicator belongs to; none where they are not printed."""
        return (code[:-2], code[:-1]) if self.has_codes else ("", "")

    def problems(self, indicators: Iterable[Indicator], *, is_of_project: bool) -> Iterator[str]:
        """What doesn't fit the framework: codes that don't tell the levels, a project where none is evaluated."""
        owners: dict[str, tuple[str, ...]] = {}
        codes: dict[tuple[str, ...], str] = {}
        for indicator in indicators if self.has_codes else ():
            places = ((indicator.level,), (indicator.level, indicator.group))
            for code, place in zip(self.upper_codes(indicator.code), places, strict=True):
                if not code or owners.setdefault(code, place) != place or codes.setdefault(place, code) != code:
                    yield f"指标 {indicator.code} 的编码分不出一级、二级（应如 A11），annex 不能写 has_codes"
        if "{项目}" in self.title and not is_of_project:
            yield "annex 的标题写了 {项目}，评价对象却不是项目支出"
