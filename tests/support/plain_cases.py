"""The worked cases with plain formulas in the place of the worksheet functions, as the native edition has them."""

from __future__ import annotations

from functools import cache

from tests.support.case_files import Case
from tests.support.case_workbook import SETS, workbook
from xlperf.editions.plain import Translator
from xlperf.editions.references import References
from xlperf.functions.plain.operands import NoPlainFormError
from xlperf.package import open_package

# Texts of tiers and options in cells: a plain formula can't read them.
WITHOUT_PLAIN_FORM = {
    "tiers: one a line",
    "tiers: blank cell",
    "tiers: value before tiers",
    "choice: error choice",
    "grade: the total's error is passed on",
}
# Reading a text is beyond any formula of Excel's own.
NEVER_PLAIN = ("=PERF_SCORE_RULE(", "=PERF_EXPLAIN_RULE(")


@cache
def plain_cases() -> tuple[dict[str, list[tuple[Case, Case]]], set[str]]:
    """Every case beside its plain form, and the names of those that have none."""
    translator = Translator(References(open_package(workbook({"x": []}))))
    found: dict[str, list[tuple[Case, Case]]] = {}
    refused = set()
    for name, given in SETS.items():
        for case in given:
            try:
                formula = "=" + translator.plain(case.formula[1:], name, 1)
            except NoPlainFormError:
                refused.add(case.name)
                continue
            plain = Case(case.name, formula, case.expected, case.source, case.cells)
            found.setdefault(name, []).append((case, plain))
    return found, refused


def plain_workbook() -> bytes:
    """A workbook of the plain forms."""
    found, _ = plain_cases()
    return workbook({name: [plain for _, plain in pairs] for name, pairs in found.items()})
