"""How each kind of rule reads statements: all forms, in the order in which the ways of an ambiguous text are listed."""

from __future__ import annotations

from xlperf.rules import (
    bands,
    choice,
    conditions,
    count,
    deduct,
    either,
    finding,
    judgement,
    linear,
    ratio,
    some_of,
    tiers,
)
from xlperf.rules.reading.forms import Form

# A kind that can be read from a text has its form in here.
FORMS: tuple[Form, ...] = (
    tiers.FORM,
    linear.FORM,
    *count.FORMS,
    conditions.FORM,
    *ratio.FORMS,
    *deduct.FORMS,
    some_of.FORM,
    choice.FORM,
    *finding.FORMS,
    either.FORM,
    *bands.FORMS,
    judgement.FORM,
)
PHRASES = tuple(phrase for form in FORMS for phrase in form.phrases)
