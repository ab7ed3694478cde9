"""What people paste that is not as it should be, and what the sheet has to say of it."""

from __future__ import annotations

import re

from tests.workbook.budget_tables import SETTLED
from tests.workbook.official_tables import Cells, as_text, in_yuan, pasted, with_split_codes

UNIT, OTHER_UNIT = "示例县政务服务数据管理局", "另一个县财政局"


def moved(text: str) -> str:
    """Pasted two rows down and one column to the right."""
    return "\t\n\t\n" + "\n".join("\t" + line for line in text.splitlines())


def body_moved(text: str) -> str:
    """Everything below the headings one cell to the right: headings and amounts don't stand above each other."""
    lines = text.splitlines()
    first = next(n for n, line in enumerate(lines) if re.search(r"\d\.\d\d", line))
    return "\n".join([*lines[:first], *("\t" + line for line in lines[first:])])


def as_split(text: str) -> str:
    return with_split_codes(text).replace("20103\t\t\t", "201\t03\t\t")


# By what it is: the cells, the line on the sheet, the finding of the command.
MISTAKES: dict[str, tuple[Cells, str, list[str]]] = {
    "off by one cell": (
        pasted(1, moved(as_text(1)), are_codes_text=False),
        "认出“公开01表 收入支出决算总表”，取到 20 个数，合计 579 万元",
        [],
    ),
    "amounts off by one cell": (
        pasted(3, body_moved(as_text(3)), are_codes_text=False),
        "认不出：合计数不在表头下面，表头和数可能错开了，没有取数（应为表3 支出决算表）",
        ["paste_not_recognised"],
    ),
    "yuan without a label": (
        pasted(1, in_yuan(as_text(1)).replace("单位：元", ""), are_codes_text=False),
        "单位未注明：请在第 2 行选择这张表的金额单位（元或万元）",
        ["paste_without_unit"],
    ),
    "text numbers": (
        {
            cell: f"{value:,.2f}" if isinstance(value, float) else value
            for cell, value in pasted(1, as_text(1), are_codes_text=False).items()
        },
        "文字数：20 个数是文字（第一个在 B10），请转换为数字",
        ["paste_has_texts"],
    ),
    "a table of three columns": (
        pasted(1, SETTLED, are_codes_text=False),
        "认出“财决01表 收入支出决算总表”，取到 29 个数，合计 372.67 万元",
        [],
    ),
    "split codes": (
        pasted(3, as_split(as_text(3)), are_codes_text=False),
        "认出“公开03表 支出决算表”，取到 50 个数，合计 579 万元",
        [],
    ),
    "another unit": (
        pasted(1, as_text(1), are_codes_text=False),
        "非本单位：表中单位是“示例县政务服务数据管理局”，封面上是“另一个县财政局”",
        ["paste_of_other_unit"],
    ),
}
