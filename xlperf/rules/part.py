"""What rules are written with: the model behind every piece of a file, ids, points, tiers as text."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from xlperf.errors import CellError
from xlperf.functions.tiers import options, tiers


class Part(BaseModel):
    """Any piece of a framework: unknown keys and inf or nan are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)


def _tiers(text: str) -> str:
    try:
        tiers(text)
    except CellError as error:
        raise ValueError(error.reason) from error
    return text


def _options(text: str) -> str:
    try:
        options(text)
    except CellError as error:
        raise ValueError(error.reason) from error
    return text


Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)+$")]
TiersText = Annotated[str, AfterValidator(_tiers)]
OptionsText = Annotated[str, AfterValidator(_options)]
Points = Annotated[float, Field(ge=0)]
Operator = Literal["≥", ">", "≤", "<", "="]
