"""The official texts of a workbook that are no longer those that were confirmed, and where texts stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from xlperf.errors import UserError
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.schema import Framework
from xlperf.package import Package
from xlperf.values import as_text
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.sheets import points, scoring


@dataclass(frozen=True)
class ChangedText:
    """An indicator with another official text than its rule was confirmed with.

    `standard`: the whole text as it is now. `points`: the texts of points that are otherwise, by number from 1; empty
    where only the whole was changed, which is then read as a whole.
    """

    indicator: Indicator
    cell: str
    standard: str
    points: Mapping[int, str]


def changed_texts(package: Package) -> tuple[ChangedText, ...]:
    """The indicators whose official text, or that of a point, is not the one that was confirmed.

    Errors: UserError: the whole and its points say different things.
    """
    framework = read_identity(package).framework.framework
    cells = text_places(package, framework)
    found = []
    for indicator in framework.indicators:
        whole, parts = cells[indicator.code]
        standard = _text(package, whole)
        own = {n: _text(package, place) for n, place in enumerate(parts, 1)}
        own = {n: text for n, text in own.items() if text != indicator.points[n - 1].text}
        if standard != indicator.standard or own:
            cell = (
                f"{whole[0]}!{whole[1]}"
                if standard != indicator.standard
                else f"{parts[min(own) - 1][0]}!{parts[min(own) - 1][1]}"
            )
            found.append(_settled(ChangedText(indicator, cell, standard, own)))
    return tuple(found)


def _settled(changed: ChangedText) -> ChangedText:
    """The whole text and those of the points brought together.

    Errors: UserError: they say different things.
    """
    indicator, own = changed.indicator, changed.points
    is_one = len(indicator.points) == 1
    if changed.standard != indicator.standard:
        if is_one and own and own[1] != changed.standard and indicator.points[0].text == indicator.standard:
            raise UserError(f"{changed.cell}：指标 {indicator.code} 的评分标准和要点原文改成了不同的文字，请改成一样的")
        if not is_one and any(text not in changed.standard for text in own.values()):
            raise UserError(
                f"{changed.cell}：指标 {indicator.code} 的要点原文也改了，评分标准里却没有这些字，请改成一致的"
            )
        return replace(changed, points={})
    standard = changed.standard
    for place, text in own.items():
        former = indicator.points[place - 1].text
        if standard.count(former) != 1:
            raise UserError(
                f"{changed.cell}：指标 {indicator.code} 只改了要点 {place} 的原文；请把“指标评分”里的评分标准也改成新的文字"
            )
        standard = standard.replace(former, text)
    return replace(changed, standard=standard, points={} if is_one else own)


def text_places(package: Package, framework: Framework) -> dict[str, tuple[Place, list[Place]]]:
    """Where the whole text of each indicator and those of its points stand."""
    names = NamedCells(package)
    lines = names.by_code("indicator_code", "indicator_weight")
    found = {}
    own = names.by_code("point_code", "point_weight")
    for indicator in framework.indicators:
        parts = [
            _beside(own[indicator.point_code(n)], points.COLUMNS.letter("text"))
            for n in range(1, len(indicator.points) + 1)
        ]
        found[indicator.code] = _beside(lines[indicator.code], scoring.COLUMNS.letter("standard")), parts
    return found


def _beside(place: Place, letter: str) -> Place:
    sheet, ref = place
    return sheet, f"{letter}{ref.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"


def _text(package: Package, place: Place) -> str:
    value = package.value(*place)
    # Some programs save line breaks as two signs.
    return as_text(value).replace("\r\n", "\n") if isinstance(value, bool | int | float | str) else ""
