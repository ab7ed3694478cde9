"""The confirmation workbook: what a person may set in it, what is refused and where, and that nothing of a framework is lost."""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path

import pytest

from tests.support.confirming import Person
from tests.support.examples import example
from xlperf.errors import UserError
from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.loading import find_framework, shipped_frameworks
from xlperf.frameworks.schema import Framework
from xlperf.package import open_package
from xlperf.rules.kinds import KINDS
from xlperf.standards import layout
from xlperf.standards.building import build, find_standard
from xlperf.standards.confirmation import AMBIGUOUS, AS_JUDGEMENT, AS_READ, Confirmation, names_of
from xlperf.standards.documents import Document
from xlperf.standards.drawing import draw
from xlperf.standards.examples import examples
from xlperf.standards.exporting import exported, framework_of
from xlperf.standards.figures import known_figures, same_name, suggestions
from xlperf.standards.grids import grid
from xlperf.standards.importing import imported
from xlperf.standards.official import read_official
from xlperf.workbook.identity import read_identity

TABLE = """\
一级指标,二级指标,三级指标,分值,指标说明,评分标准
投入,预算,预算执行率,10,支出进度,"≥95%得10分；≥80%得6分；＜80%不得分。"
投入,预算,预算调整率,5,调整幅度,"调整率≤10%得满分，每超过1个百分点扣0.5分，扣完为止。"
过程,管理,制度健全,5,"①有财务制度；②有内控制度。",每缺一项扣1分，扣完为止。
产出,数量,培训完成,10,培训,"得分=分值×培训完成率，培训完成率=实际培训人数÷计划培训人数×100%。"
产出,质量,工作亮点,10,亮点,共3项，第2项5分封顶另计2次。
"""
HEAD = {"region": "某县", "year": 2023}


@cache
def confirmation(text: str = TABLE) -> Confirmation:
    rows = [list(cells) for cells in csv.reader(io.StringIO(text))]
    return imported(read_official(Document("标准.csv", (grid("文件", rows),))), "标准")


@cache
def content(text: str = TABLE) -> bytes:
    return draw(confirmation(text))


def person() -> Person:
    """Somebody who has filled in what can't be told from the table."""
    found = Person(content())
    for key, value in HEAD.items():
        found.set(layout.HEAD, ("key", key), value=value)
    return found


def choose(found: Person) -> Person:
    """Takes the first of whatever has to be chosen."""
    for indicator in confirmation().indicators:
        if indicator.state == AMBIGUOUS:
            found.set(layout.POINTS, ("code", indicator.code), choice=indicator.choices[0])
    return found


def made(found: Person) -> Framework:
    return build(found.package(), "标准").framework


def indicator(framework: Framework, name: str) -> Indicator:
    return next(i for i in framework.indicators if i.name == name)


def refusal(found: Person) -> str:
    with pytest.raises(UserError) as refused:
        made(found)
    return str(refused.value)


@pytest.mark.whole
@pytest.mark.parametrize("name", shipped_frameworks())
def test_nothing_of_a_framework_is_lost(name: str) -> None:
    own = find_framework(name).framework
    assert build(open_package(draw(exported(own))), name).framework == own


@pytest.mark.whole
def test_a_filled_workbook_is_exported(tmp_path: Path) -> None:
    path = tmp_path / "工作簿.xlsm"
    path.write_bytes(example("wuhua-2023").data)
    own = read_identity(example("wuhua-2023")).framework.framework
    assert framework_of(str(path)).framework == own
    (tmp_path / "导出.xlsx").write_bytes(draw(exported(own)))
    assert find_standard(str(tmp_path / "导出.xlsx")).framework == own


@pytest.mark.whole
def test_what_has_no_place_any_more_is_told() -> None:
    found = choose(person())
    found.add(layout.REST, title="读法", where="indicators.99", text='scope = "individual"')
    found.add(layout.REST, title="读法", where="indicators.1", text="scope = ")
    said = refusal(found)
    assert "其他内容!B4：没有 indicators.99" in said
    assert "其他内容!C5：写法有误" in said


@pytest.mark.whole
def test_a_confirmed_table_is_a_framework() -> None:
    found = made(choose(person()))
    assert [i.points[0].rule.kind for i in found.indicators] == ["tiers", "linear", "deduct", "ratio", "judgement"]
    assert [(level.name, level.weight) for level in found.levels] == [("投入", 15), ("过程", 5), ("产出", 20)]
    training = indicator(found, "培训完成").points[0].rule.ids[0]
    assert next(rate for rate in found.rates if rate.id == training).formula.startswith("PERF_RATE(")
    assert "有内控制度" in indicator(found, "制度健全").points[0].text


def test_a_row_without_a_weight_is_kept() -> None:
    text = TABLE + "产出,质量,群众来信,/,来信,来信数≤3封的得满分，否则不得分。\n"
    entry = read_official(Document("标准.csv", (grid("文件", [list(row) for row in csv.reader(io.StringIO(text))]),)))
    assert [(one.name, one.weight) for one in entry.entries][-1] == ("群众来信", 0)


@pytest.mark.whole
def test_what_is_open_is_refused_with_its_cell() -> None:
    if all(i.state != AMBIGUOUS for i in confirmation().indicators):
        pytest.fail("nothing is open")
    said = refusal(person())
    assert "标准!I" in said
    assert "还没有选" in said


@pytest.mark.whole
def test_what_was_chosen_is_declared_as_a_reading() -> None:
    found = made(choose(person()))
    chosen = [i for i in confirmation().indicators if i.state == AMBIGUOUS and len(i.ways) > 1]
    for each in chosen:
        (reading,) = indicator(found, each.name).readings
        assert reading.fault == "ambiguous"
        assert len(reading.alternatives) == len(each.ways) - 1


@pytest.mark.parametrize("column", ["text", "words"])
def test_the_official_text_and_its_reading_must_not_be_changed(column: str) -> None:
    found = choose(person())
    old = found.value(layout.POINTS, ("code", "1"), column)
    found.set(layout.POINTS, ("code", "1"), **{column: f"{old}（改）"})
    assert "被改过" in refusal(found)


def test_judgement_may_be_chosen_for_anything() -> None:
    found = choose(person())
    found.set(layout.POINTS, ("code", "1"), choice=AS_JUDGEMENT)
    rule = indicator(made(found), "预算执行率").points[0].rule
    assert rule.kind == "judgement"
    # What only that rule needed is nobody's to fill in.
    assert all(i.label != "预算执行率" for i in made(found).inputs)


@pytest.mark.parametrize(
    ("own", "kind"),
    [
        ("每发现一处扣2分，扣完为止", "deduct"),
        ("每发现一处扣２分，扣完为止。", "deduct"),
        ("符合的得满分；部分符合的不得分；不符合、缺证据的不得分；不设“不适用”", "finding"),
        ("由评价人在0分至满分之间判断，写明理由", "judgement"),
        ('{ kind = "choice", options = "好:10; 一般:5; 差:0" }', "choice"),
    ],
)
def test_a_rule_written_by_hand(own: str, kind: str) -> None:
    found = choose(person())
    found.set(layout.POINTS, ("code", "5"), own=own)
    assert indicator(made(found), "工作亮点").points[0].rule.kind == kind


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("共3项，第2项5分封顶另计2次", "没读懂"),
        ("亮点达到3个得10分，否则不得分", "请把这一句填在这一格"),
        ('{ kind = "choice" ', "写法有误"),
        ('{ kind = "guess" }', "不认识的 kind"),
    ],
)
def test_a_rule_that_is_not_plain_is_shown_back(own: str, told: str) -> None:
    found = choose(person())
    found.set(layout.POINTS, ("code", "5"), own=own)
    assert told in refusal(found)


def test_rows_may_be_added() -> None:
    package = open_package(content())
    protected = {s.name for s in package.worksheets if b"<sheetProtection" in package.part(s.part)}
    assert protected == {layout.GUIDE, layout.KNOWN}


def test_an_indicator_may_be_added_for_next_year() -> None:
    found = choose(person())
    new = {"code": "6", "level": "过程", "group": "管理", "name": "新指标", "weight": 5, "standard": "按实际情况评定"}
    found.add(layout.INDICATORS, **new)
    found.add(layout.POINTS, code="6", text="按实际情况评定", weight=5)
    found.set(layout.LEVELS, ("level", "过程"), level_weight=10, group_weight=10)
    found.set(layout.HEAD, ("key", "weight"), value=45)
    framework = made(found)
    assert (framework.weight, indicator(framework, "新指标").points[0].rule.kind) == (45, "judgement")


def test_points_may_be_added_by_hand() -> None:
    found = choose(person())
    points = [
        {"weight": 6, "rule": "每发现一处扣1分，扣完为止"},
        {"weight": 4, "text": "第二点", "rule": "由评价人在0分至满分之间判断，写明理由"},
    ]
    found.write("5", points)
    assert [(p.weight, p.rule.kind) for p in indicator(made(found), "工作亮点").points] == [
        (6, "deduct"),
        (4, "judgement"),
    ]


def test_a_known_figure_brings_what_it_is_calculated_from() -> None:
    found = choose(person())
    found.set(layout.FIGURES, ("label", "预算执行率"), choice="预算执行率（mof-project）")
    framework = made(found)
    known = known_figures()["预算执行率（mof-project）"]
    assert known.figure in framework.rates
    assert {figure.id for figure in known.figures[:-1]} <= {i.id for i in framework.inputs}
    assert indicator(framework, "预算执行率").points[0].rule.ids == (known.figure.id,)


def test_figures_of_one_id_and_two_meanings_stand_side_by_side() -> None:
    found = choose(person())
    texts = [text for text, known in known_figures().items() if known.figure.id == "budget_adjustment_rate"][:2]
    labels = [named.figure.label for named in confirmation().figures if named.figure.id.startswith("rate_")][:2]
    for label, text in zip(labels, texts, strict=True):
        found.set(layout.FIGURES, ("label", label), choice=text)
    rates = {rate.id: rate for rate in made(found).rates}
    assert {"budget_adjustment_rate", "budget_adjustment_rate_2"} <= set(rates)


def test_a_figure_that_there_is_not() -> None:
    found = choose(person())
    found.set(layout.FIGURES, ("label", "预算执行率"), choice="没有的数")
    assert "数据!H" in refusal(found)


def test_what_the_head_lacks_is_told() -> None:
    said = refusal(choose(Person(content())))
    assert "评价年度没有填" in said
    assert "地区没有填" in said
    assert "基本情况!C" in said


def test_a_workbook_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(example("wuhua-2023").data)
    with pytest.raises(UserError, match="不是标准确认表"):
        find_standard(str(path))


def test_names_suggest_figures() -> None:
    assert suggestions("在职人员控制率", "rate")[0].figure.label == "在职人员控制率"
    assert same_name("政府采购执行率", "rate") is None
    only = same_name("采购计划金额合计数", "number")
    assert only is not None
    assert only.figure.id == "procurement_plan"
    # 有低或差 is the opposite of 没有低或差.
    assert all("没有" not in known.text for known in suggestions("专项资金绩效评价等级有低或差", "flag"))


@pytest.mark.parametrize("name", ["renhua-2021", "yanjin-2022", "mof-project"])
def test_examples_show_the_edges(name: str) -> None:
    framework = find_framework(name).framework
    names = names_of([*framework.inputs, *framework.rates])
    shown = {p.rule.kind: examples(p.rule, p.weight, names) for i in framework.indicators for p in i.points}
    silent = {"judgement", "unstated", "either", "some_of"}
    assert {kind for kind, text in shown.items() if not text} <= silent | {"pass"}
    assert set(shown) <= {kind.model_fields["kind"].annotation.__args__[0] for kind in KINDS}  # type: ignore[union-attr]


def test_example_scores() -> None:
    shown = confirmation().indicators[0]
    text = examples(shown.ways[0].points[0].rule, 10, confirmation().names)
    for part in ("95% → 10 分", "94.99% → 6 分", "80% → 6 分", "79.99% → 0 分"):
        assert part in text


def test_a_certain_reading_needs_no_cell() -> None:
    found = Person(content())
    assert found.value(layout.POINTS, ("code", "1"), "choice") == AS_READ
    assert found.value(layout.POINTS, ("code", "5"), "choice") == AS_JUDGEMENT
