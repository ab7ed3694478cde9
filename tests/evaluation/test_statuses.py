"""What is said of an award: the true cause, whether the rule, the data or the reason is at fault."""

from __future__ import annotations

import pytest

from tests.support import workbooks
from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import Evaluation
from xlperf.package import Package, open_package
from xlperf.values import Value
from xlperf.workbook.locations import workbooks_folder


@pytest.fixture(scope="module")
def package() -> Package:
    return open_package(workbooks_folder() / "examples" / "renhua-2021.xlsm")


def after(package: Package, **values: Value) -> Evaluation:
    """The result once inputs hold other values."""
    return read_evaluation(workbooks.after(package, **values))


def status(result: Evaluation, code: str) -> tuple[str, str, float | None]:
    """Status of the award, what the rule gives, the score that counts."""
    found = next(i for i in result.indicators if i.code == code)
    return found.status, found.rule_status, found.score


@pytest.mark.whole
@pytest.mark.parametrize(
    ("values", "code", "expected"),
    [
        ({"quota_used": "二百零九"}, "8", ("数据有误", "missing", None)),
        ({"quota_used": "二百零九", "award__8": None}, "8", ("数据有误", "missing", None)),
        ({"quota_issued": 0.0}, "8", ("缺理由", "missing", None)),
        ({"quota_issued": 0.0, "reason__8": "没有下达指标"}, "8", ("分母为零认定", "missing", 4.9)),
        ({"quota_used": None, "quota_used__1": None}, "8", ("缺理由", "missing", None)),
        ({"quota_used": None, "quota_used__1": None, "reason__8": "系统停用"}, "8", ("缺数据认定", "missing", 4.9)),
        ({"quota_used": None, "quota_used__1": None, "award__8": None}, "8", ("待评定", "missing", None)),
        ({"award__8": None}, "8", ("按规则", "determined", 4.9)),
        ({"award__8": 4.0}, "8", ("缺理由", "determined", None)),
        ({"award__8": 4.0, "reason__8": "支付不均衡"}, "8", ("改判", "determined", 4.0)),
        ({"award__8": "四"}, "8", ("数据有误", "determined", None)),
    ],
)
def test_status(package: Package, values: dict[str, Value], code: str, expected: tuple[str, str, float | None]) -> None:
    assert status(after(package, **values), code) == expected
