"""How long a large master workbook takes: 40 indicators, 200 projects, 300 ledger lines.

Prints the time to build it and the median time to recalculate submissions of it that differ, with machine and date.
"""

from __future__ import annotations

import datetime as dt
import os
import platform
import statistics
import time

from xlperf.editions.assembly import assemble
from xlperf.engines import recalculate
from xlperf.frameworks.loading import FrameworkFile, find_framework, parse_framework
from xlperf.package import open_package
from xlperf.workbook.data_files import read_data
from xlperf.workbook.data_schema import EvaluationData, Problem
from xlperf.workbook.locations import workbooks_folder

EXAMPLE, ROUNDS = "renhua-2021", 20


def larger() -> FrameworkFile:
    """The indicators of 仁化 2021 and six more."""
    added = [
        f"""
[[indicators]]
code = "{code}"
level = "附加"
group = "附加"
name = "附加指标{code}"
weight = 1
description = "附加"
standard = "按比例"
points = [{{ text = "按比例", weight = 1, rule = {{ kind = "ratio", value = "spending_rate" }} }}]
"""
        for code in range(35, 41)
    ]
    level = '\n[[levels]]\nname = "附加"\nweight = 6\ngroups = [{ name = "附加", weight = 6 }]\n'
    text = find_framework(EXAMPLE).text.replace("\nweight = 100\n", "\nweight = 106\n", 1)
    return parse_framework(text.replace("\n[[inputs]]", level + "\n[[inputs]]", 1) + "".join(added), "larger.toml")


def larger_data(source: FrameworkFile) -> EvaluationData:
    """The data of 仁化 2021 with 200 projects and 300 lines in the ledger."""
    data = read_data(workbooks_folder() / "examples" / f"{EXAMPLE}.toml", source.framework)
    projects = tuple(
        {"name": f"项目{n}", "initial": 10.0 + n, "adjusted": 11.0 + n, "spent": 10.5 + n} for n in range(200)
    )
    lines = range(300 - len(data.problems))
    more = (Problem(id=f"X{n}", fact="查出的事实" * 8, indicators=("1",), source="现场") for n in lines)
    tables = {**data.tables, "projects": projects}
    return data.model_copy(update={"tables": tables, "problems": (*data.problems, *more)})


def main() -> None:
    """Builds, recalculates, prints."""
    source = larger()
    data = larger_data(source)
    started = time.perf_counter()
    workbook = assemble(source, data)
    built = time.perf_counter() - started
    times = []
    for n in range(ROUNDS + 1):
        submission = open_package(workbook).with_inputs({("项目支出明细", f"F{10 + n}"): float(n)}).data
        started = time.perf_counter()
        recalculate(open_package(submission), trusted=True)
        times.append((time.perf_counter() - started) * 1000)
    print(f"{dt.date.today()}  {platform.platform()}  Python {platform.python_version()}  {os.cpu_count()} 核")
    package = open_package(workbook)
    formulas = sum(len(package.formulas(sheet.name)) for sheet in package.worksheets)
    print(
        f"{len(source.framework.indicators)} 个指标，200 个项目，300 行台账，{formulas} 个公式，{len(workbook):,} 字节"
    )
    print(
        f"生成 {built:.2f} 秒；重算不同的填报，第一份 {times[0]:.0f} 毫秒，此后中位数 {statistics.median(times[1:]):.0f} 毫秒"
    )


if __name__ == "__main__":
    main()
