"""Programs that write formulas without calculating them put 0 beside each, and have all calculated when the file is opened."""

from __future__ import annotations

from xlperf.package import Package

NOTE = "{} 个公式的结果是写文件的程序放的 0（文件要求打开时全部重算），当作没有保存的值"


def without_placeholders(package: Package) -> tuple[Package, tuple[str, ...]]:
    """The workbook to judge results by, without zeros that nobody calculated, and what is said of them."""
    if not package.calculation.full_on_load:
        return package, ()
    zeros = [place for place, value in package.saved_results.items() if value == 0 and not isinstance(value, bool)]
    if not zeros:
        return package, ()
    return package.patched(dict.fromkeys(zeros)), (NOTE.format(len(zeros)),)
