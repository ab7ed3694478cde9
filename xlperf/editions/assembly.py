"""From a framework and data to a finished workbook with current cached values."""

from __future__ import annotations

from xlperf.editions.conversion import Edition
from xlperf.editions.laying_out import laid_out
from xlperf.editions.layouts import layout
from xlperf.editions.vba.parts import without_vba
from xlperf.engines import recalculate
from xlperf.frameworks.loading import FrameworkFile
from xlperf.workbook.data_schema import EvaluationData
from xlperf.workbook.identity import FREE_SHEET
from xlperf.workbook.roles import Copy
from xlperf.workbook.row_heights import fitted


def assemble(
    source: FrameworkFile,
    data: EvaluationData | None = None,
    edition: Edition = Edition.UDF,
    copy: Copy = Copy.ALL,
) -> bytes:
    """A framework's workbook in one of the editions, empty or filled, for one of the roles; the same bytes for the same
    input.
    """
    package = layout(source, "", edition, copy) if data is None else laid_out(source, data, edition, copy)
    if edition is Edition.UDF:
        return fitted(recalculate(package, trusted=True)).data
    return without_vba(fitted(recalculate(package, trusted=True, free_sheets=(FREE_SHEET,))).data)
