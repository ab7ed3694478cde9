"""From a framework and data to a finished workbook with current cached values."""

from __future__ import annotations

from xlperf.editions.packaging import reproducible
from xlperf.editions.vbaparts import with_vba
from xlperf.engines import recalculate
from xlperf.frameworks.loading import FrameworkFile
from xlperf.package import open_package
from xlperf.workbook.build import lay_out
from xlperf.workbook.data import EvaluationData
from xlperf.workbook.identity import stamped

UDF = "udf"


def assemble(source: FrameworkFile, data: EvaluationData | None = None) -> bytes:
    """The UDF edition (.xlsm) of a framework's workbook, empty or filled; the same bytes for the same input."""
    laid_out = reproducible(lay_out(source, data, UDF), is_macro_enabled=True)
    package = stamped(open_package(with_vba(laid_out)))
    return recalculate(package, trusted=True).package.data
