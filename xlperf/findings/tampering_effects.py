"""What altered formulas do to the total: the workbook recalculated with its own formulas put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from xlperf.editions.conversion import formulas_as_made
from xlperf.editions.former_formulas import Pattern, Place
from xlperf.engines import recalculate
from xlperf.errors import UserError
from xlperf.package import Package
from xlperf.values import Value, as_text, is_blank, is_number
from xlperf.workbook.names import NamedCells

MOST_SINGLE = 10


@dataclass(frozen=True)
class Effect:
    """The effect of one alteration: on the total (points), and in words what the cell would show."""

    points: float | None = None
    sentence: str = ""


class Effects:
    """The effects of altered cells, calculated when asked for."""

    def __init__(
        self, package: Package, names: NamedCells, patterns: Mapping[Place, Pattern], places: list[Place]
    ) -> None:
        self._package = package
        self._names = names
        self._patterns = patterns
        self._places = places
        self._known: dict[tuple[Place, ...], Package | None] = {}

    @cached_property
    def total(self) -> tuple[float | None, float | None] | None:
        """The total as it is, and with every formula put back; None where it can't be told."""
        restored = self._restored(tuple(self._places))
        return None if restored is None else (self._total(self._package), self._total(restored))

    def of(self, place: Place) -> Effect:
        """What one altered cell does: its own value and the total with its formula put back."""
        if len(self._places) > MOST_SINGLE:
            return Effect()
        restored = self._restored((place,))
        if restored is None:
            return Effect()
        now, then = self._total(self._package), self._total(restored)
        sentence = f"，按原公式应为 {_shown(restored.value(*place))}"
        if now is None or then is None:
            return Effect(None, sentence)
        points = round(now - then, 2)
        return Effect(
            points,
            f"{sentence}，总分{f'因此多 {points:.2f}' if points > 0 else f'因此少 {-points:.2f}' if points else '不变'}",
        )

    def _restored(self, places: tuple[Place, ...]) -> Package | None:
        """The workbook with the formulas of these cells put back; with a single one altered, that is also all of them."""
        if places not in self._known:
            self._known[places] = self._recalculated(places) if places else None
        return self._known[places]

    def _recalculated(self, places: tuple[Place, ...]) -> Package | None:
        try:
            package = self._package.with_formulas_back(formulas_as_made(self._package, set(places), self._patterns))
            return recalculate(package, force=True, is_judged=False).seen
        except UserError:
            # A cell that is gone, a formula that can't be put back: then only the alteration itself is told.
            return None

    def _total(self, package: Package) -> float | None:
        if not self._names.has("total_score"):
            return None
        value = package.value(*self._names.place("total_score"))
        return float(value) if is_number(value) else None


def _shown(value: Value) -> str:
    return "空白" if is_blank(value) else as_text(value) if isinstance(value, bool | int | float | str) else str(value)
