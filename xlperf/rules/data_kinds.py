"""The kinds of rule that are calculated from figures alone, which another measure or reading and `either` may be made of."""

from __future__ import annotations

from typing import Annotated

from xlperf.rules.count import CountRule
from xlperf.rules.done import DoneRule
from xlperf.rules.linear import LinearRule
from xlperf.rules.one_of import OneOf, complete
from xlperf.rules.ratio import RatioRule
from xlperf.rules.rule import Rule
from xlperf.rules.tiers import ChangeRule, TiersRule

# A new kind of this sort goes in here, any other into `kinds`.
DATA_KINDS = complete(
    RatioRule,
    TiersRule,
    ChangeRule,
    LinearRule,
    CountRule,
    DoneRule,
)
AnyDataRule = Annotated[Rule, OneOf(DATA_KINDS)]
