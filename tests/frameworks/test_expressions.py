"""Formulas over ids: what is read, what is refused, which inputs stand bare."""

from __future__ import annotations

import pytest

from xlperf.frameworks.expressions import Expression


@pytest.mark.parametrize(
    ("text", "ids", "bare"),
    [
        ("PERF_RATE(quota_used, quota_issued)", ("quota_used", "quota_issued"), ()),
        ("1 - spending_rate", ("spending_rate",), ("spending_rate",)),
        ("PERF_RATE(a_b+c_d, e_f)", ("a_b", "c_d", "e_f"), ("a_b", "c_d")),
        ("PERF_RATE((a_b), c_d)", ("a_b", "c_d"), ("a_b",)),
        ("PERF_RATE(PERF_RATE(a_b, c_d), e_f)", ("a_b", "c_d", "e_f"), ()),
        ("PERF_ADJUSTMENT_RATE(a_b, c_d, e_f,, \"合计\")", ("a_b", "c_d", "e_f"), ()),
        ("SUM(a_b, c_d)", ("a_b", "c_d"), ("a_b", "c_d")),
        ("IF(a_b>=1, 2, -3%)", ("a_b",), ("a_b",)),
        ("a_b", ("a_b",), ("a_b",)),
        ("PERF_PROGRESS_RATE({0.32, 1})", (), ()),
        ("-(a_b)^2 & \"甲(\"", ("a_b",), ("a_b",)),
    ],
)  # fmt: skip
def test_read(text: str, ids: tuple[str, ...], bare: tuple[str, ...]) -> None:
    expression = Expression.parse(text)
    assert expression.ids == ids
    assert expression.bare_ids == bare


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "不完整"),
        ("   ", "不完整"),
        ("1 -", "不完整"),
        ("PERF_RATE(a_b,", "不完整"),
        ("PERF_RATE(a_b, c_d", "括号不配对"),
        ("PERF_RATE(a_b, c_d))", "括号不配对"),
        ("(a_b", "括号不配对"),
        ("a_b)", "括号不配对"),
        ("PERF_PROGRESS_RATE({1, 2)", "括号不配对"),
        ("PERF_RATE(1, 2}", "括号不配对"),
        ("1}", "括号不配对"),
        ("a_b, c_d", "括号不配对"),
        ("a_b c_d", "在“c_d”前缺运算符"),
        ("PERF_RATE(a_b c_d, 1)", "在“c_d”前缺运算符"),
        ("2 PERF_RATE(a_b, c_d)", "在“PERF_RATE”前缺运算符"),
        ("* 2", "在“*”前缺一项"),
        ("1 + * 2", "在“*”前缺一项"),
        ("()", "在“)”前缺一项"),
        ("PERF_PROGRESS_RATE({1, })", "在“}”前缺一项"),
        ("PERF_RATES(a_b, c_d)", "不认识的函数 PERF_RATES"),
        ("VLOOKUP(a_b, c_d)", "不认识的函数 VLOOKUP"),
        ("PERF_RATE(a_b)", "PERF_RATE 的参数个数不对"),
        ("PERF_RATE()", "PERF_RATE 的参数个数不对"),
        ("PERF_RATE(1, 2, 3, 4)", "PERF_RATE 的参数个数不对"),
        ("a_b × 2", "第 4 个字符处看不懂"),
        ("Sheet1!A1", "第 1 个字符处看不懂"),
        ("[1]!X(1)", "第 1 个字符处看不懂"),
        ('"a', "第 1 个字符处看不懂"),
        ("(" * 30 + "1" + ")" * 30, "套得太深"),
    ],
)
def test_refused(text: str, part: str) -> None:
    with pytest.raises(ValueError, match="公式") as raised:
        Expression.parse(text)
    assert part in str(raised.value)
    assert f"“{text}”" in str(raised.value)


def test_rendered_with_references() -> None:
    expression = Expression.parse('1 - PERF_RATE( quota_used , quota_issued,, ) & "quota_used"'.replace(",, ", ""))
    rendered = expression.render({"quota_used": "数据!$C$2", "quota_issued": "数据!$C$3"}.__getitem__)
    assert rendered == '1-PERF_RATE(数据!$C$2,数据!$C$3)&"quota_used"'
