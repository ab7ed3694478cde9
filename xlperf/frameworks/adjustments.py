"""What changes a total beyond the indicators: bonus and penalty items (加减分项), caps and vetoes on the total."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from xlperf.frameworks.parts import Code, PointWeight, Source, Text
from xlperf.rules.conditions import Condition
from xlperf.rules.part import Id, Part, Points, TiersText


class ExtraItem(Part):
    """A bonus or penalty item. `year_by`: which year must be the evaluated one, that of the fact or of the document."""

    code: Code
    name: Annotated[str, Field(min_length=1, pattern=r"^[^,，]+$")]
    kind: Literal["bonus", "penalty"]
    maximum: PointWeight
    year_by: Literal["fact", "document", "未载明"]
    standard: Text


class Extras(Part):
    """The bonus and penalty items. `counts`: within the full score (never above it), or on top of it.

    `maximum`: all bonuses together count for so many points at most.
    """

    counts: Literal["within", "on_top", "未载明"]
    maximum: PointWeight
    items: tuple[ExtraItem, ...] = Field(min_length=1)
    source: Source

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for part in ("code", "name"):
            values = [getattr(item, part).upper() for item in self.items]
            repeated = sorted({value for value in values if values.count(value) > 1})
            if repeated:
                raise ValueError(f"加减分项 {'、'.join(repeated)} 重复")
        return self


class Cap(Part):
    """The total is at most what the tiers give for a rate or input, such as 89 where less than 80% is spent."""

    text: Text
    value: Id
    tiers: TiersText
    source: Source


class Veto(Part):
    """A veto (一票否决): where all conditions hold, the total is at most `total`."""

    text: Text
    conditions: tuple[Condition, ...] = Field(min_length=1)
    total: Points
    source: Source
