"""“三公”经费: last year, budget and final figures, taken from the official table where it is pasted; physical counts."""

from __future__ import annotations

from xlperf.frameworks.plausibility import limited
from xlperf.workbook.sheets.paste_blocks import amount, first_of, last_number_row
from xlperf.workbook.tables.table import NOTHING, Field, Line, Table, change, rate, typed_or

_ITEMS = (
    ("three_public_total", "“三公”经费合计", "total"),
    ("three_public_abroad", "　因公出国（境）费", "abroad"),
    ("three_public_vehicles", "　公务用车购置及运行费", "vehicles"),
    ("three_public_purchase", "　　其中：公务用车购置费", "purchase"),
    ("three_public_running", "　　　　　公务用车运行费", "running"),
    ("three_public_reception", "　公务接待费", "reception"),
)
_COUNTS = (
    ("three_public_groups", "因公出国（境）团组数（个）"),
    ("three_public_persons", "因公出国（境）人次数（人）"),
    ("three_public_bought", "公务用车购置数（辆）"),
    ("three_public_kept", "公务用车保有量（辆）"),
    ("three_public_batches", "国内公务接待批次（个）"),
    ("three_public_guests", "国内公务接待人次（人）"),
)


def _line(code: str, label: str, column: str) -> Line:
    is_first = column == "total"
    row, plan_row = (f"{{{name}}}" if is_first else f"{{{name}@{_ITEMS[0][0]}}}" for name in ("row", "plan_row"))
    planned = (amount(7, f"budget_{column}", row), amount(12, f"budget_{column}", plan_row))
    formulas = {"imported_budget": first_of(*planned), "imported_final": amount(7, f"final_{column}", row)}
    if is_first:
        # The rows are the same for all lines.
        formulas |= {
            "row": last_number_row(7, "budget_total", "final_total"),
            "plan_row": last_number_row(12, "budget_total"),
        }
    return Line(code, label, formulas, is_total=is_first, section="金额" if is_first else "")


TABLE = Table(
    id="threepublic",
    sheet="三公经费",
    title="“三公”经费",
    note="预算数、决算数自动取自粘贴的表7（没有表7的，预算数取自预算3），没有粘贴的手填；控制率=决算数÷预算数，变动率=(本年决算−上年决算)÷上年决算。",
    fields=(
        Field("previous", "上年决算数", 13, "money", last_year_of="final"),
        Field("imported_budget", "预算数（取自表7）", 14, "money", NOTHING),
        Field("typed_budget", "预算数（手填）", 13, "money"),
        Field("budget", "预算数", 13, "money", typed_or("{typed_budget}", "{imported_budget}")),
        Field("imported_final", "决算数（取自表7）", 14, "money", NOTHING),
        Field("typed_final", "决算数（手填）", 13, "money", limits=limited(like="budget")),
        Field("final", "决算数", 13, "money", typed_or("{typed_final}", "{imported_final}")),
        Field(
            "control",
            "控制率",
            11,
            "rate",
            rate("{final}", "{budget}"),
        ),
        Field(
            "change",
            "变动率",
            11,
            "rate",
            change("{final}", "{previous}"),
        ),
        Field("source", "来源", 30),
        Field("row", "取数行", 8, "general", NOTHING, is_hidden=True),
        Field("plan_row", "取数行（预算表）", 18, "general", NOTHING, is_hidden=True),
    ),
    lines=(
        *(_line(*item) for item in _ITEMS),
        *(
            Line(code, label, kind="count", section="" if n else "实物量（填在“决算数（手填）”列）")
            for n, (code, label) in enumerate(_COUNTS)
        ),
    ),
    pasted=(7, 12),
)
