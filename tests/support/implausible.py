"""Figures that can't be, typed into the example of 仁化, and the exact words of workbook and `check`."""

from __future__ import annotations

from xlperf.values import Value

MISTYPED = "不可提交：“指标数据”有 1 项疑似录错（百分数、元和万元）：“{}”"
IMPLAUSIBLE = "不可提交：“指标数据”有 1 项不合理（负数、超过上限、部分大于总数）：“{}”"
CONFIRM = "；确属实情的，在“备注”写“属实”和原因。"
# What is typed; what the sheet says beside it; what the cover says; what `check` says.
MISTAKES: dict[str, tuple[dict[str, Value], str, str, str]] = {
    "percent": (
        {"satisfaction_rate": 97.92},
        "疑似应为 97.92%",
        MISTYPED.format("公众或服务对象总体满意度"),
        "公众或服务对象总体满意度（satisfaction_rate）现为 97.92（即 9792.00%），疑似应为 97.92%（漏了百分号），请改正。",
    ),
    "negative": (
        {"assets_in_use": -42.56},
        "不应为负数",
        IMPLAUSIBLE.format("实际在用固定资产总额"),
        "实际在用固定资产总额（assets_in_use）现为 -42.56，不应为负数。",
    ),
    "part": (
        {"projects_with_goals": 5},
        "不应大于 4",
        IMPLAUSIBLE.format("设置了绩效目标的项目数"),
        "设置了绩效目标的项目数（projects_with_goals）现为 5，不应大于 4（本年度实施的项目总数）。",
    ),
    "yuan": (
        {"public_funds_final": 536100},
        "疑似元/万元",
        MISTYPED.format("日常公用经费决算数"),
        "日常公用经费决算数（public_funds_final）现为 536100.00，"
        "疑似元/万元：是“日常公用经费调整预算数”的百倍以上，请核对金额单位" + CONFIRM,
    ),
    "beyond": (
        {"cloud_rate": 1.2},
        "不应超过 100%",
        IMPLAUSIBLE.format("政务信息系统上云率"),
        "政务信息系统上云率（cloud_rate）现为 120.00%，不应超过 100%。",
    ),
}
