"""Every kind of rule that a point can have."""

from __future__ import annotations

from typing import Annotated

from xlperf.rules.bands import BandsRule
from xlperf.rules.choice import ChoiceRule
from xlperf.rules.conditions import PassRule
from xlperf.rules.data_kinds import DATA_KINDS
from xlperf.rules.deduct import DeductRule, DeductShareRule
from xlperf.rules.either import EitherRule
from xlperf.rules.finding import FindingRule
from xlperf.rules.judgement import JudgementRule, UnstatedRule
from xlperf.rules.one_of import OneOf, complete
from xlperf.rules.rule import Rule
from xlperf.rules.some_of import DeductSomeRule, SomeOfRule

# A new kind goes in here; one that is calculated from figures alone into `data_kinds`.
KINDS = complete(
    FindingRule,
    ChoiceRule,
    BandsRule,
    DeductRule,
    DeductShareRule,
    PassRule,
    EitherRule,
    SomeOfRule,
    DeductSomeRule,
    JudgementRule,
    UnstatedRule,
    *DATA_KINDS,
)
AnyRule = Annotated[Rule, OneOf(KINDS)]
