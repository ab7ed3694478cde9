"""From a framework and data to a workbook of an edition as it is laid out, with formulas and without results."""

from __future__ import annotations

from functools import lru_cache

from xlperf.editions.conversion import Edition, in_plain_formulas
from xlperf.editions.former_formulas import NOTE, our_formulas, remembered
from xlperf.editions.reproducible import reproducible
from xlperf.editions.vba.parts import with_vba
from xlperf.frameworks.loading import FrameworkFile, parse_framework
from xlperf.package import Package, open_package
from xlperf.workbook.build import lay_out
from xlperf.workbook.data_schema import EvaluationData, of_unit
from xlperf.workbook.identity import stamped, with_notes
from xlperf.workbook.roles import Copy


def laid_out(source: FrameworkFile, data: EvaluationData | None, edition: Edition, copy: Copy = Copy.ALL) -> Package:
    """What the workbook of an edition must be like, to compare with: it holds no results."""
    package = _laid_out(source, data, copy)
    return stamped(package) if edition is Edition.UDF else in_plain_formulas(package)


def _laid_out(source: FrameworkFile, data: EvaluationData | None, copy: Copy) -> Package:
    filled = data.model_dump_json() if data else ""
    return _drawn(source.text, source.origin, filled, copy)


@lru_cache(maxsize=2)
def _drawn(text: str, origin: str, filled: str, copy: Copy) -> Package:
    """The workbook as it is drawn: both editions are made of it, and a finished one is then compared with it."""
    source = parse_framework(text, origin)
    data = EvaluationData.model_validate_json(filled) if filled else None
    if copy is Copy.UNIT:
        source, data = source.neutral, data and of_unit(data, source.framework)
    # Loosely, since it is packed again at once.
    drawn = reproducible(lay_out(source, data, Edition.UDF, copy), is_macro_enabled=True, level=0)
    package = open_package(with_vba(drawn))
    formulas = our_formulas(package)
    return with_notes(package, {NOTE: remembered(formulas, formulas)})
