"""A unit's own indicators (个性指标) in the place of the individual ones of the framework that units share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.individual_rows import framework_text
from xlperf.frameworks.loading import find_framework, parse_framework
from xlperf.frameworks.schema import Framework
from xlperf.frameworks.shared_part import shared_mark
from xlperf.rules.reading.reader import read
from xlperf.standards.individual import FaultsError, OwnFramework, OwnIndicator, with_own_indicators

SHARED = parse_framework(framework_text(), "县.toml")
BY_TARGET = OwnIndicator("第 3 行", "", "数量", "好评率", 7, target="≥95%")
BY_RULE = OwnIndicator("第 4 行", "", "数量", "安全事故", 3, standard="发生一起事故扣1分，扣完为止。")


def own(*lines: OwnIndicator) -> OwnFramework:
    return with_own_indicators(SHARED, lines)


def rules(framework: Framework) -> dict[str, list[str]]:
    return {i.name: [point.rule.kind for point in i.points] for i in framework.indicators if i.is_individual}


def test_what_is_replaced_and_what_stays() -> None:
    found = own(BY_TARGET, BY_RULE)
    framework = found.source.framework
    assert [i.code for i in framework.indicators] == ["1", "2", "3A", "3B"]
    assert rules(framework) == {"好评率": ["ratio"], "安全事故": ["deduct"]}
    assert framework.weight == 20
    assert [i.id for i in framework.inputs if i.group == "个性指标"] == ["target_3a", "reached_3a"]
    # Only the replaced indicators needed these; the others stay, needed or not.
    gone = {i.id for i in SHARED.framework.inputs} - {i.id for i in framework.inputs}
    assert gone == {"work_done", "work_total"}
    assert [rate.id for rate in framework.rates] == ["spending_rate", "done_3a_rate"]
    assert found.targets == {"target_3a": 0.95}
    assert framework.base is not None
    assert (framework.base.id, framework.base.hash) == ("mini-2021", SHARED.standard_hash)
    assert framework.id != SHARED.framework.id
    assert shared_mark(found.source) == shared_mark(SHARED)


def test_the_same_lines_make_the_same_framework() -> None:
    moved = [replace(line, place=f"第 {9 - n} 行") for n, line in enumerate((BY_TARGET, BY_RULE))]
    assert own(*moved).source.text == own(BY_TARGET, BY_RULE).source.text
    assert (
        own(BY_TARGET, replace(BY_RULE, name="事故")).source.framework.id != own(BY_TARGET, BY_RULE).source.framework.id
    )


def test_what_units_share_tells_changed_standards_apart() -> None:
    text = own(BY_TARGET, BY_RULE).source.text
    easier = text.replace("≥90%:6", "≥50%:6")
    assert easier != text
    assert shared_mark(parse_framework(easier, "县.toml")) != shared_mark(SHARED)


def test_a_rate_of_completion_is_that_of_the_target() -> None:
    """The standard speaks of 完成率: it is the target's, which the roster fills in."""
    line = OwnIndicator("第 3 行", "产出", "数量", "办件数", 10, target="1200件", standard="完成率×分值")
    found = own(line)
    [indicator] = [i for i in found.source.framework.indicators if i.is_individual]
    assert indicator.points[0].rule.ids == ("done_3a_rate",)
    assert found.targets == {"target_3a": 1200}
    assert "目标值：1200件" in indicator.description


AMBIGUOUS = "未完成的，扣2分或3分。"
JUDGED = "由评价人根据实际情况酌情评分。"


@pytest.mark.parametrize("text", [AMBIGUOUS, JUDGED])
def test_what_is_no_rule_the_evaluator_judges(text: str) -> None:
    found = own(OwnIndicator("第 3 行", "", "数量", "群众获得感", 10, standard=text))
    assert rules(found.source.framework) == {"群众获得感": ["judgement"]}
    assert [name for name, _ in found.judged] == ["群众获得感"]


def test_a_rule_is_what_the_reader_reads() -> None:
    [point] = [p for i in own(BY_TARGET, BY_RULE).source.framework.indicators if i.name == "安全事故" for p in i.points]
    known = read(BY_RULE.standard, None, name=BY_RULE.name).ways[0].rule
    assert known is not None
    assert point.rule == known


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([replace(BY_TARGET, weight=6), BY_RULE], "“数量”的个性指标（第 3 行、第 4 行）分值合计 9，应为 10；请改分值，使合计为 10"),
        ([replace(BY_TARGET, weight=None)], "第 3 行“好评率”的分值应是大于 0 的数"),
        ([replace(BY_TARGET, parent="管理")], "上级指标“管理”下面没有个性指标可换；可以写 产出/数量"),
        ([replace(BY_TARGET, parent="质量")], "上级指标“质量”指标体系里没有；可以写 产出/数量"),
        ([replace(BY_TARGET, target="")], "没有评分标准，也没有目标值"),
        ([replace(BY_TARGET, name="")], "第 3 行没有指标名称"),
        ([BY_TARGET, replace(BY_RULE, name="好评率")], "有两个都叫“好评率”"),
    ],
)  # fmt: skip
def test_what_is_refused(lines: list[OwnIndicator], told: str) -> None:
    with pytest.raises(FaultsError) as error:
        own(*lines)
    assert any(told in fault for fault in error.value.faults)


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(FaultsError) as error:
        own(replace(BY_TARGET, parent="质量"), replace(BY_RULE, weight=None))
    assert len(error.value.faults) == 2


def test_in_a_shipped_framework() -> None:
    shipped = find_framework("renhua-2021").neutral
    line = OwnIndicator("第 3 行", "", "资金使用效益/效果性", "好评率", 22, target="95%")
    found = with_own_indicators(shipped, [line]).source
    assert [i.code for i in found.framework.indicators if i.is_individual] == ["26A"]
    assert shared_mark(found) == shared_mark(shipped)


def test_codes_that_tell_the_levels_still_do() -> None:
    """The annex prints the codes of the levels before their names."""
    text = framework_text()
    for old, new in (("1", "A11"), ("2", "A21"), ("3", "B11"), ("4", "B12")):
        text = text.replace(f'code = "{old}"', f'code = "{new}"')
    coded = parse_framework(f"{text}\n[annex]\nhas_codes = true\n", "县.toml")
    framework = with_own_indicators(coded, [BY_TARGET, BY_RULE]).source.framework
    assert [i.code for i in framework.indicators] == ["A11", "A21", "B1A", "B1B"]
