"""From a workbook to its result: recalculated in memory, or as it was saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.engines import Recalculation, recalculate
from xlperf.engines.recalculation import calculated, calculated_together, filling_of
from xlperf.errors import UserError
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import Evaluation
from xlperf.findings.finding import ERROR, Finding
from xlperf.findings.integrity import integrity_findings
from xlperf.package import Package, open_package
from xlperf.package.book import Names
from xlperf.values import Value
from xlperf.workbook.identity import is_known_template, read_identity
from xlperf.workbook.names import NamedCells, Place, places_of

if TYPE_CHECKING:
    from xlperf.engines.compiled.engine import Filling

# What the cells of names hold, from above.
Results = dict[str, tuple[Value, ...]]
# So many workbooks are calculated together: more are hardly faster, and what they fill in is held until then.
_TOGETHER = 100


def score(package: Package, *, as_saved: bool = False) -> Evaluation:
    """The result of one of our workbooks; `as_saved` trusts the cached values.

    Errors: UserError: not one of our workbooks, or formulas were changed and can't be trusted.
    """
    read_identity(package)
    return read_evaluation(package) if as_saved else recalculated_score(package)[0]


def recalculated_score(package: Package) -> tuple[Evaluation, Recalculation]:
    """The result of one of our workbooks, recalculated, with the recalculation.

    Errors: UserError: not one of our workbooks, or formulas were changed and can't be trusted.
    """
    read_identity(package)
    # An altered workbook is calculated too: what was altered is among the findings, with its effect.
    result = recalculated(package, force=True)
    changes = {(c.sheet, c.ref): (c.old, c.new) for c in result.changes}
    return read_evaluation(result.seen, changes), result


def check(package: Package) -> tuple[Finding, ...]:
    """The findings of one of our workbooks, also of one that was altered so much that it can't be evaluated any more.

    Errors: UserError: not one of our workbooks, or one that can't be evaluated though nothing was altered.
    """
    read_identity(package)
    try:
        return score(package).findings
    except UserError as error:
        found = tuple(integrity_findings(package, NamedCells(package)))
        if not found:
            raise
        return (*found, Finding(ERROR, "not_evaluable", "", f"{str(error).rstrip('。')}。"))


def named_results(package: Package, wanted: tuple[str, ...]) -> Results:
    """What the cells of some names hold once the workbook is recalculated, from above; for reading very many workbooks.

    Of a submission of a template met before, only the sheets are read that these cells depend on.
    Errors: UserError: not one of our workbooks, a name gone, or formulas were changed and can't be trusted.
    """
    read_identity(package)
    places = _places(package.names, wanted)
    values = calculated(package, [place for found in places.values() for place in found], is_known_template)
    if values is None:
        seen = recalculated(package, force=True).seen
        values = [seen.value(*place) for found in places.values() for place in found]
    return _by_name(places, values)


def many_named_results(sources: Iterable[Path | bytes], wanted: tuple[str, ...]) -> Iterator[Results | UserError]:
    """The same of one workbook after the other, in their order; the error in the place of one that is refused.

    So many at a time are calculated together, each formula for all of them at once.
    """
    remaining = iter(sources)
    while begun := [_begun(source, wanted) for source in islice(remaining, _TOGETHER)]:
        waiting = [one for one in begun if isinstance(one, tuple)]
        places = [[*chain.from_iterable(places.values())] for places, _ in waiting]
        values = calculated_together([filling for _, filling in waiting], places)
        yield from (_by_name(one[0], next(values)) if isinstance(one, tuple) else one for one in begun)


def _begun(
    source: Path | bytes, wanted: tuple[str, ...]
) -> tuple[Mapping[str, Sequence[Place]], Filling] | Results | UserError:
    """What a workbook has filled in, with the cells of names; or its results where it must be calculated by itself."""
    try:
        package = open_package(source)
        read_identity(package)
        places = _places(package.names, wanted)
        filling = filling_of(package, [place for found in places.values() for place in found])
        return named_results(package, wanted) if filling is None else (places, filling)
    except UserError as error:
        return error.with_traceback(None)


def _by_name(places: Mapping[str, Sequence[Place]], values: Iterable[Value]) -> Results:
    following = iter(values)
    return {name: tuple(islice(following, len(found))) for name, found in places.items()}


@lru_cache(maxsize=8)
def _places(names: Names, wanted: tuple[str, ...]) -> dict[str, list[Place]]:
    """The cells of names; those of all submissions of a template are the same."""
    return {name: places_of(names, name) for name in wanted}


def recalculated(
    package: Package,
    inputs: Mapping[tuple[str, str], Value] | None = None,
    *,
    engine: str = "auto",
    force: bool = False,
) -> Recalculation:
    """A recalculation that trusts our own templates and tries strange ones first.

    Errors: UserError: refused, with the cells or functions that are the reason.
    """
    return recalculate(package, inputs=inputs, engine=engine, force=force, trusted=is_known_template(package))
