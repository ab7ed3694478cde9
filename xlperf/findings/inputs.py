"""Inputs that are missing or of another type than they should be, and scores beyond what an indicator allows."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.errors import CellError
from xlperf.findings.finding import ERROR, WARNING, Finding
from xlperf.frameworks.schema import Framework
from xlperf.frameworks.survey_schemes import chosen_scheme_problem
from xlperf.values import Value, as_text, is_blank, is_day, is_number
from xlperf.workbook.catalogue import SCHEME, framework_inputs
from xlperf.workbook.flags import truth
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets.scoring import NOT_APPLICABLE

# Inputs that most evaluations leave blank.
OPTIONAL = ("extra_", "applicable.")


def input_findings(names: NamedCells, framework: Framework) -> Iterator[Finding]:
    """The findings, in the order in which the inputs are listed."""
    left_out = _left_out(names, framework)
    for item in framework_inputs(names, framework):
        value = names.package.value(*(item.counted or (item.sheet, item.ref)))
        where = f"{item.label}（{item.id}）"
        if value is None or is_blank(value):
            if item.id.startswith(left_out):
                continue
            is_date = item.type == "date" and item.counted is None
            if item.type not in ("score", "text") and not is_date and not item.id.startswith(OPTIONAL):
                yield Finding(WARNING, "input_missing", item.cell, f"{where}缺数据。")
        elif isinstance(value, CellError):
            yield Finding(ERROR, "input_wrong_type", item.cell, f"{where}是错误值 {value}，请改正。")
        elif wanted := _wanted(item.type, value, item.choices):
            yield Finding(ERROR, "input_wrong_type", item.cell, f"{where}应为{wanted}，现为“{as_text(value)}”。")
        elif item.type == "score" and not 0 <= value <= item.maximum:  # type: ignore[operator]
            text = f"{where}应在 0 到 {item.maximum:g} 分之间，现为 {value:g}。"
            yield Finding(ERROR, "score_out_of_range", item.cell, text)


def _left_out(names: NamedCells, framework: Framework) -> tuple[str, ...]:
    """What the findings of indicators that don't apply begin with: nobody has to state them."""
    if not framework.can_leave_out:
        return ()
    cells = zip(names.column("indicator_code"), names.column("indicator_applicable"), strict=True)
    return tuple(f"finding.{code}." for code, said in cells if said == NOT_APPLICABLE)


def _wanted(kind: str, value: Value, choices: tuple[str, ...]) -> str:
    """What a filled input should have been; empty where it suits."""
    if kind == "text":
        return ""
    if kind == SCHEME:
        problem = chosen_scheme_problem(value) if isinstance(value, str) else "不是文字"
        return f"看得懂的口径（{problem}）" if problem else ""
    if kind == "choice":
        return "" if value in choices else "、".join(choices)
    if kind == "flag":
        return "" if truth(value) is not None else "是或否"
    if kind == "date":
        return "" if is_day(value) else "日期（如 2022-10-31）"
    if kind == "count" and is_number(value) and (value < 0 or value != int(value)):
        return "非负整数"
    return "" if is_number(value) else "数字"
