"""Tables of grades as data: the usual ones that frameworks follow, with what their sources print and leave open."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from xlperf.frameworks.parts import Source, Text, stated
from xlperf.functions.tiers import tiers
from xlperf.rules.part import Part, TiersText

SchemeId = Annotated[str, Field(pattern=r"^[a-z]+(_[a-z]+)*$")]


class GradeScheme(Part):
    """A table of grades, best first. `literal`: the limits as they are printed; `bands` None where none were seen."""

    id: SchemeId
    name: Text
    grades: tuple[Text, ...] = Field(min_length=2)
    bands: Annotated[TiersText | None, BeforeValidator(stated)]
    literal: str = ""
    note: str = ""
    source: Source

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.bands is not None and [tier.result for tier in tiers(self.bands)] != list(self.grades):
            raise ValueError(f"{self.id} 的 bands 与 grades 不符")
        return self


class GradeSchemes(Part):
    """The file of grade tables."""

    schemes: tuple[GradeScheme, ...] = Field(min_length=1)
