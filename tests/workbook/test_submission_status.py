"""The two gates on the cover: what is said first, in both editions, and what a blank workbook says."""

from __future__ import annotations

import pytest

from tests.support.workbooks import after, built
from xlperf.editions.conversion import Edition
from xlperf.evaluation.scoring import recalculated, score
from xlperf.findings.gates import Gate
from xlperf.frameworks.loading import shipped_frameworks
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.gate_links import LINK, TO_REASON, TO_RESULT, target
from xlperf.workbook.gates import TYPED
from xlperf.workbook.identity import IDENTITY, PREFILLED_CELL, read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

pytestmark = pytest.mark.whole


@pytest.fixture(scope="module", params=list(Edition))
def package(request: pytest.FixtureRequest) -> Package:
    data = workbooks_folder() / "examples" / "renhua-2021.toml"
    return built("renhua-2021", data.read_text(encoding="utf-8"), request.param)


def states(package: Package) -> tuple[str, str]:
    names = NamedCells(package)
    return str(names.value("submission_status")), str(names.value("result_status"))


@pytest.mark.parametrize(
    ("values", "submission", "result"),
    [
        ({}, "可提交", "可出结果"),
        ({"unit_name": None}, "不可提交：本页的单位名称、评价年度、金额单位有 1 项没有填", "可出结果"),
        (
            {"reason__18": None},
            "不可提交：“指标评分”有 1 项评定分没有写理由：“财政供养人员控制率”",
            "不可出结果：“指标评分”有 1 项评定分",
        ),
        (
            {"quota_used": "二百"},
            "不可提交：“指标数据”有 1 项类型不对：“",
            "不可出结果：“指标评分”有 2 项数据有误：“部门预算支出率”",
        ),
        ({"award__34": None}, "可提交", "不可出结果：“指标评分”有 1 项待评定：“公众或服务对象满意度”"),
        (
            {"award__33": 5.0, "reason__33": "按材料认定"},
            "可提交",
            "不可出结果：“指标评分”有 1 个分数小于 0 或超过分值",
        ),
        ({"evidence__27": None}, "可提交", "不可出结果：“指标评分”有 1 项缺数据的评定没有佐证：“政务服务一体机"),
        ({"evidence__1": None}, "可提交", "不可出结果：“指标评分”有 1 项改判没有写佐证"),
        (
            {"budget_initial__income_general": 1.0, "budget_initial__income_year": 500.0},
            "不可提交：“勾稽校验”有 2 项错误：“本年收入合计应等于各项收入之和",
            "可出结果",
        ),
    ],
)
def test_the_first_reason(package: Package, values: dict[str, Value], submission: str, result: str) -> None:
    found = states(after(package, **values))
    assert found[0].startswith(submission)
    assert found[1].startswith(result)


def test_a_missing_figure_needs_its_cause(package: Package) -> None:
    """A figure without data closes the gate until the remark says why; two characters are no cause."""
    names = NamedCells(package)
    line = names.column("figure_id").index("machine_coverage_growth")
    note = names.places("figure_note")[line]
    for cause, is_open in ((None, False), ("没有", False), ("上年没有统计", True)):
        found = states(recalculated(package, {note: cause}).package)[0]
        assert found == ("可提交" if is_open else "不可提交：“指标数据”有 1 项缺数据，“备注”没有写明原因")


@pytest.mark.parametrize(
    ("values", "submission", "result"),
    [
        ({}, "#'汇总'!A1", "#'汇总'!A1"),
        ({"unit_name": None}, "#'封面与说明'!A1", "#'汇总'!A1"),
        ({"reason__18": None}, "#'指标评分'!N21", "#'指标评分'!N21"),
        ({"quota_used": "二百"}, "#'指标数据'!F27", "#'指标评分'!N11"),
        ({"award__34": None}, "#'汇总'!A1", "#'指标评分'!N37"),
    ],
)
def test_the_line_leads_to_the_place(package: Package, values: dict[str, Value], submission: str, result: str) -> None:
    """What the links of the cover lead to, which their cells don't show, calculated in a cell of its own."""
    framework = read_identity(package).framework.framework
    changed, places = after(package, **values), [NamedCells(package).place(name) for name in LINK.values()]
    targets = {place: target(gate, framework) for place, gate in zip(places, LINK, strict=True)}
    shown = [changed.value(*place) for place in places]
    assert shown == [TO_RESULT if leads == "#'汇总'!A1" else TO_REASON for leads in (submission, result)]
    led = recalculated(changed.with_formulas(targets), force=True).package
    assert [led.value(*place) for place in places] == [submission, result]


def test_what_was_sent_along_is_nobodys_typing() -> None:
    """The number of cells that had something in them is taken off; one more and somebody has begun."""
    blank = built("renhua-2021")
    sent = after(blank, quota_used=120, carryover_previous_end__carryover_general=3)
    typed = NamedCells(sent).value(TYPED)
    assert states(sent)[0].startswith("不可提交")
    known = recalculated(sent, {(IDENTITY, PREFILLED_CELL): typed}).package
    assert (states(known)[0], NamedCells(known).value(TYPED)) == ("尚未填报", 0)
    assert score(known).submission == Gate("尚未填报", ())
    assert states(after(known, quota_issued=130))[0].startswith("不可提交")


@pytest.mark.parametrize("framework", shipped_frameworks())
def test_a_blank_workbook_is_not_filled_in(framework: str) -> None:
    submission, result = states(built(framework))
    assert submission == "尚未填报"
    assert result.startswith("不可出结果：")
