"""What there is: worksheet functions, the worked examples."""

from __future__ import annotations

from typing import Any

from xlperf.usage import Json, print_json


def functions(as_json: Json = False) -> None:
    """列出工作表函数。

    例：xlperf functions
    """
    from xlperf.registry import worksheet_functions

    specs = worksheet_functions().values()
    if as_json:
        print_json([_function(spec) for spec in specs])
        return
    from xlperf.commands.terminal import console, table

    rows = [[spec.signature, spec.label, spec.help] for spec in specs]
    console().print(table(f"工作表函数（{len(rows)} 个）", ("函数", "名称", "说明"), rows))


def _function(spec: Any) -> dict[str, object]:
    parameters = [
        {"name": p.name, "type": p.kind.value, "help": p.help, "required": p.is_required} for p in spec.parameters
    ]
    return {"name": spec.name, "label": spec.label, "family": spec.family, "help": spec.help, "parameters": parameters}


def demo() -> None:
    """用真实报告的数据演示：生成工作簿，不用 Excel 重算，列出得分和每一处改判的理由。

    例：xlperf demo
    """
    from xlperf.commands.terminal import console, show_departures, show_heading, show_rates
    from xlperf.commands.waiting import working
    from xlperf.editions.assembly import assemble
    from xlperf.evaluation.scoring import score as evaluate
    from xlperf.frameworks.loading import find_framework
    from xlperf.package import open_package
    from xlperf.workbook.data_files import read_data
    from xlperf.workbook.locations import example_names, workbooks_folder

    out = console()
    for name in example_names():
        source = find_framework(name)
        data = read_data(workbooks_folder() / "examples" / f"{name}.toml", source.framework)
        with working(f"生成并计算 {name}…"):
            result = evaluate(open_package(assemble(source, data)))
        show_heading(out, result)
        show_rates(out, result)
        show_departures(out, result, source.framework.award_label)
