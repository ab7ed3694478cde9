"""How numbers of the examples came about: whole trees, and what is said where something is missing or was changed."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.explain.trees import after, found, outline, tree
from tests.support.examples import example
from xlperf.errors import UserError
from xlperf.evaluation.filled import Filled
from xlperf.evaluation.scoring import recalculated
from xlperf.explain.targets import find_target
from xlperf.package import Package, open_package


@pytest.fixture(scope="module")
def renhua() -> Filled:
    return Filled(example("renhua-2021"))


@pytest.fixture(scope="module")
def yanjin() -> Filled:
    return Filled(example("yanjin-2022"))


def test_a_departure_from_a_tier(renhua: Filled) -> None:
    root = tree(renhua, "财政供养人员控制率")
    reason = (
        "原文：“行政编制人员超编，鉴于超编 2 人均为县里的人事调整安排，并非县政数局主动调动提拔。因此，该指标拟不扣分。”"
        "按评分标准 21/20=105%，大于 100%，应得 0 分"
    )
    problem = (
        "行政编制人员超编 2 人：核定机关行政编制 7 名，实有在职行政编制人员 9 名（均为县里的人事调整安排，报告不扣分）"
    )
    assert outline(root) == [
        "18 财政供养人员控制率：2.00／2.00｜改判（规则分 0.00） [指标评分!M21]",
        "  计入得分：2.00　取自评定分｜改判：比规则分 0.00 高 2.00 分 [指标评分!M21]",
        "    评定分：2.00 [指标评分!K21]",
        f"    理由：{reason} [指标评分!O21]",
        "    佐证：报告二（二）4；仁办发〔2019〕35 号 [指标评分!Q21]",
        "  规则分：0.00｜确定 [指标评分!G21]",
        "    要点 18.1：0.00／2.00　本年度在编人数（含工勤人员）与核定编制数（含工勤人员）的比率，按两档得分"
        " [要点评分底稿!G38]",
        "      分档：105.00% 落在“>100%”档：0.00 分",
        "        各档：≤100% 得 2 分；>100% 得 0 分",
        "      财政供养人员控制率：105.00% [比率!B9]",
        "        算法：在编人数合计（含工勤人员）21 ÷ 核定编制数合计（含工勤人员）20 = 105.00%",
        "        口径：在编人数（含工勤人员）÷核定编制数（含工勤人员）",
        "        口径出处：附件评分表“财政供养人员控制率”指标说明",
        "        在编人数合计（含工勤人员）：21 名｜2021年末 [指标数据!D42]",
        "          填报数：21 名 [指标数据!B42]",
        "          取自他表：21 名｜手填优先，没有采用 [指标数据!C42]",
        "            合计　年末实有人数：21 [人员编制!C8]",
        "          来源：报告二（二）4 [指标数据!H42]",
        "          备注：由 9＋12 得出，报告未印合计；控制率 21/20=105%，报告也未印 [指标数据!I42]",
        "        核定编制数合计（含工勤人员）：20 名｜2021年末 [指标数据!D39]",
        "          填报数：20 名 [指标数据!B39]",
        "          取自他表：20 名｜手填优先，没有采用 [指标数据!C39]",
        "            合计　编制数：20 [人员编制!B8]",
        "          来源：报告二（二）4 [指标数据!H39]",
        "          备注：由 7＋13 得出，报告未印合计 [指标数据!I39]",
        "  查出的问题：1 个",
        f"    W21：{problem}｜出处 报告二（二）4 [问题台账!D24]",
        "  评分标准（原文）：1.比率≤100%的，得2分；\n2.比率＞100%的，得0分。",
        "    指标说明：部门（单位）本年度在编人数（含工勤人员）与核定编制数（含工勤人员）的比率。",
        "    出处：仁化县部门整体支出绩效评价评分表（2021 年）：县政务服务数据管理局评价报告的附件",
    ]


def test_a_condition_with_several_sources(renhua: Filled) -> None:
    root = tree(renhua, "公用经费控制率")
    assert (root.label, root.text, root.note) == ("20 公用经费控制率", "0.00／2.00", "失 2.00；改判（规则分 2.00）")
    assert found(root, "计入得分").note == "改判：比规则分 2.00 低 2.00 分"
    point = found(root, "规则分", "要点 20.1")
    assert found(point, "达标").text == "日常公用经费决算数≤日常公用经费调整预算数：53.61 ≤ 53.61 成立，得满分 2.00"
    assert [
        (n.label, n.text, n.note[:3], n.cell) for n in found(point, "日常公用经费调整预算数", "多来源对照").children
    ] == [
        ("报告表1-4（部门决算报表“收入支出决算总表”调整预算数）", "53.61 万元", "采用；", "多来源对照!D10"),
        ("报告表1-4、表2-3 预算报表数据", "35.86 万元", "未采用", "多来源对照!D11"),
        ("报告二（三）1（1）、表2-3 决算报表数据", "30.62 万元", "未采用", "多来源对照!D12"),
    ]
    assert found(root, "同名比率“公用经费控制率”").note == "只供参考，规则没有用到"
    assert [child.label for child in found(root, "扣分明细").children] == ["K12"]
    assert found(root, "查出的问题", "W24").cell == "问题台账!D27"
    reading = found(root, "评分标准（原文）", "读法")
    assert reading.text == "按评分标准：与日常公用经费调整预算数比较（2021 年为 53.61 万元）"
    assert [child.label for child in reading.children] == ["有疑义的原文", "未采用", "未采用", "为什么"]


@pytest.mark.whole
def test_points_a_gate_and_figures_told_once(yanjin: Filled) -> None:
    rule = found(tree(yanjin, "B12"), "规则分")
    assert outline(rule)[0] == "规则分：2.00｜确定 [指标评分!G10]"
    assert [child.label for child in rule.children] == ["要点 B12.1", "要点 B12.2", "要点合计", "门槛"]
    assert found(rule, "要点 B12.1", "超限线性扣").text == "100.00% ≥ 95%，不扣分：1.00 分"
    assert found(rule, "要点合计").text == "1.00 + 1.00 = 2.00"
    assert outline(found(rule, "门槛")) == [
        "门槛：已过，按要点计分｜3.若预算执行率大于 100%则不得分。",
        "  基本支出预算执行率不大于 100%：100.00% ≤ 100% 成立",
        "  项目支出预算执行率不大于 100%：100.00% ≤ 100% 成立",
        "  基本支出预算执行率：100.00%｜见上 [比率!B10]",
        "  项目支出预算执行率：100.00%｜见上 [比率!B11]",
    ]


@pytest.mark.whole
def test_a_gate_that_is_shut(yanjin: Filled) -> None:
    other = after(yanjin, basic_final=181.0, award__B12=None)
    rule = found(tree(other, "B12"), "规则分")
    assert rule.text == "0.00"
    assert found(rule, "门槛").text == "没有过，规则分按 0.00 计"
    assert "要点合计" not in [child.label for child in rule.children]


@pytest.mark.whole
def test_other_readings_are_calculated(yanjin: Filled) -> None:
    readings = [c for c in found(tree(yanjin, "B11"), "评分标准（原文）").children if c.label == "读法"]
    notes = [child.note for child in readings[0].children if child.label == "未采用"]
    assert notes[0] == "按此：-12.33% ≤ 10%，不扣分：2.00 分"
    assert [note[-4:] for note in notes] == ["00 分", "1.86", "0.47", "0.50", "0.44", ""]


def test_a_figure_from_a_survey(yanjin: Filled) -> None:
    assert outline(tree(yanjin, "staff_satisfaction"))[:6] == [
        "工作人员综合满意度：97.88%｜2022年度评价 [指标数据!D73]",
        "  填报数：97.88%｜没有采用，以问卷口径为准 [指标数据!B73]",
        "  取自问卷：97.88% [指标数据!C73]",
        "    大厅入驻单位工作人员满意度调查　采用结果：0.9788 [问卷口径!E5]",
        "      大厅入驻单位工作人员满意度调查　采用口径：前两档,题平均,四舍五入｜填入 [问卷口径!B5]",
        "  问卷口径：前两档,题平均,四舍五入；全部题，不了解计入｜没有写明口径；报告六题非常满意、满意份数"
        " 323/330=97.88%，与报告数一致 [问卷口径!B5]",
    ]
    survey = found(tree(yanjin, "D31"), "规则分", "要点 D31.1", "企业和办事群众综合满意度")
    assert found(survey, "问卷口径").text == "按报告数"


@pytest.mark.whole
def test_a_figure_from_another_sheet(renhua: Filled) -> None:
    figure = tree(after(renhua, quota_used=None), "已使用指标数")
    assert outline(figure)[:4] == [
        "已使用指标数：209.26 万元｜2021年 [指标数据!D27]",
        "  取自他表：209.26 万元 [指标数据!C27]",
        "    已使用数合计：209.26 [指标执行情况!C4]",
        "      已使用数：40 格，1 格有内容，1 个数合计 209.26 [指标执行情况!E7:E46]",
    ]
    typed = found(tree(after(renhua, quota_used=200.0), "已使用指标数"), "取自他表")
    assert typed.note == "手填优先，没有采用，两数不一"


def test_missing_data(renhua: Filled) -> None:
    root = tree(renhua, "27")
    rule = found(root, "规则分")
    assert (rule.text, rule.note) == ("算不出（缺数据）", "")
    told = found(rule, "要点 27.1", "达标")
    assert told.text == "2 项条件中 1 项不能判断，规则分算不出"
    assert [child.label for child in told.children] == [
        "政务服务一体机镇（街）覆盖率达到 80%：100.00% ≥ 80% 成立",
        "同比增长：未填，不能判断",
    ]
    assert found(rule, "要点 27.1", "政务服务一体机镇（街）覆盖率同比增长", "到哪里找").text.startswith("本年与上年")


def test_the_total(renhua: Filled) -> None:
    root = tree(renhua, "总分")
    assert outline(root)[:12] == [
        "总分：82.57／100.00　良 [汇总!E18]",
        "  等级：良｜82.57 落在“≥80”档 [汇总!E20]",
        "    等级表：≥90 优；≥80 良；≥70 中；≥60 低；其余 差｜从上到下第一个符合的 [参数!C5:E9]",
        "    出处：广东省通行的五档等级（优、良、中、低、差），未核对原文",
        "  报告印出：82.57　良｜总分与算出的一致；等级一致 [汇总!H18]",
        "  合成：34 项指标的计入得分相加 82.57｜以 100.00 为限，没有超过",
        "  预算编制情况：15.00／22.00｜失 7.00；与报告一致 [汇总!E4]",
        "    预算编制：8.50／12.00｜失 3.50 [汇总!E5]",
        "      1 预算编制合理性：4.50／5.00｜失 0.50；改判（规则分 4.00） [指标评分!M4]",
        "      2 预算编制规范性：2.00／3.00｜失 1.00；改判（规则分 1.00） [指标评分!M5]",
        "      3 预算编制规划性：0.00／2.00｜失 2.00；与规则一致 [指标评分!M6]",
        "      4 预算编制科学性：2.00／2.00｜与规则一致 [指标评分!M7]",
    ]
    assert sum(node.kind == "indicator" for node in root.walk()) == 34
    assert [node.label for node in tree(renhua, "等级").children] == ["等级表", "出处", "总分"]


@pytest.mark.whole
def test_a_total_that_cannot_be_had(renhua: Filled) -> None:
    other = after(renhua, award__8=4.0, award__18=1.0, reason_score__18=1.0)
    root = tree(other, "总分")
    assert root.text == "算不出／100.00"
    assert found(root, "合成").text == "算不出：8 部门预算支出率（缺理由） 没有得分"
    assert found(root, "报告印出").note == ""
    assert found(tree(other, "8"), "计入得分").text == "没有得分　取自评定分"


@pytest.mark.whole
def test_a_tampered_result_is_noticed(renhua: Filled) -> None:
    tampered = Filled(renhua.package.patched({renhua.points.place("low", renhua.points.of("18.1")[0]): 2.0}))
    rule = found(tree(tampered, "18"), "规则分", "要点 18.1", "分档")
    assert rule.note == "单元格里是 2.00，与规则算出的 0.00 不同，公式可能被改动，请核对"


@pytest.mark.whole
def test_tiers_are_those_of_the_parameter_sheet(renhua: Filled) -> None:
    sheet, cells = renhua.names.area("tiers_18_1")
    changed = Filled(
        recalculated(renhua.package, {(sheet, f"D{cells.top}"): 1.1, (sheet, f"D{cells.top + 1}"): 1.1}).package
    )
    rule = found(tree(changed, "18"), "规则分", "要点 18.1", "分档")
    assert (rule.text, rule.note) == ("105.00% 落在“≤110%”档：2.00 分", "")


@pytest.mark.whole
def test_problems_that_are_not_in_the_ledger(renhua: Filled) -> None:
    root = tree(after(renhua, point_problems__18__1="W99"), "18")
    assert found(root, "查出的问题", "W99").text == "不在问题台账里，请登记或改正编号"


@pytest.mark.parametrize(
    ("text", "kind", "identifier"),
    [
        ("22", "indicator", "22"),
        ("公用经费控制率", "indicator", "20"),
        ("三公经费控制率", "indicator", "21"),
        ("public_funds_rate", "rate", "public_funds_rate"),
        ("已使用指标数", "input", "quota_used"),
        ("资金使用效益", "level", "资金使用效益"),
        ("经济性", "group", "经济性"),
        ("7.2", "point", "7.2"),
        ("好差评（分）", "indicator", "26"),
        ("指标评分!m12", "indicator", "9"),
        ("指标评分！$M$12", "indicator", "9"),
        ("'要点评分底稿'!H38", "point", "18.1"),
        ("汇总!E18", "total", "total_score"),
        ("汇总!E5", "group", "预算编制"),
        ("比率!B9", "rate", "staffing_rate"),
        ("指标数据!C27", "input", "quota_used"),
        ("指标评分!R12", "cell", "指标评分!R12"),
    ],
)
def test_targets(renhua: Filled, text: str, kind: str, identifier: str) -> None:
    target = find_target(renhua, text)
    assert (target.kind, target.id) == (kind, identifier)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("控制率", ("18 财政供养人员控制率（指标）", "20 公用经费控制率（指标）", "请写全名")),
        ("支出决算", ("expenditure_final 部门整体支出决算数（数据项）", "basic_final")),
        ("公用经费控制绿", ("没有找到", "相近的有", "20 公用经费控制率")),
        ("", ("没有找到",)),
        ("没有!A1", ("没有名为“没有”的工作表",)),
        ("指标评分!12", ("不是单元格",)),
    ],
)
def test_targets_that_are_not_clear(renhua: Filled, text: str, words: tuple[str, ...]) -> None:
    with pytest.raises(UserError) as refused:
        find_target(renhua, text)
    for word in words:
        assert word in str(refused.value)


def test_any_cell(yanjin: Filled) -> None:
    total = tree(yanjin, "收支预决算总表!K47")
    assert outline(total)[:2] == [
        '公用经费　决算数：18.35｜公式 =IF(J47<>"",J47,IF(I47="","",I47)) [收支预决算总表!K47]',
        "  公用经费　决算数（手填）：18.35｜填入 [收支预决算总表!J47]",
    ]
    official = found(total, "公用经费　决算数（取自官方表）")
    assert (official.text, official.cell) == ("18.35", "收支预决算总表!I47")
    assert official.note.startswith("公式 =IF(IF(Q47=")
    assert official.note.endswith(",tbl_economic_public_final)")
    assert outline(found(official, "公用经费合计　决算数"))[0] == (
        "公用经费合计　决算数：18.35｜公式 "
        '=IF(D72<>"",D72,IF((E32="")+(E60="")=2,"",IF(COUNT(E32,E60)+(E32="")+(E60="")<2,"金额含文字",SUM(E32,E60))))'
        " [基本支出!E72]"
    )
    checked = tree(yanjin, "指标评分!R12")
    assert [child.label for child in checked.children] == [
        "财务管理制度健全性　计入得分", "财务管理制度健全性　规则结果", "财务管理制度健全性　规则分下限",
        "指标编码", "编码", "扣分", "财务管理制度健全性　问题编号", "财务管理制度健全性　分值",
    ]  # fmt: skip
    cells = [node.cell for node in checked.walk() if node.children]
    assert len(cells) == len(set(cells)), "a cell is told in full once"


@pytest.mark.whole
@pytest.mark.parametrize("name", ["renhua-2021", "yanjin-2022"])
def test_every_rule_in_words_agrees_with_its_cell(name: str) -> None:
    """The words compute the score once more, from the rule; no cell of the examples may say otherwise."""
    filled = Filled(example(name))
    for code in filled.indicators:
        for node in tree(filled, code).walk():
            assert "公式可能被改动" not in node.note


@pytest.mark.slow
def test_a_departure_from_bounds_and_changed_formulas(renhua: Filled) -> None:
    assert (
        found(tree(after(renhua, award__6=0.5, reason_score__6=0.5), "6"), "计入得分").note
        == "改判：在规则给出的 1.00～4.00 之外"
    )
    data = open_package(renhua.package.data).with_inputs({("指标评分", "A1"): "指标评分"})
    assert "注意" not in [child.label for child in tree(Filled(data), "6").children]
    changed = rewritten(renhua.package, "PERF_SCORE_RATIO(D21,spending_rate)", "PERF_SCORE_RATIO(D21,1)")
    warning = tree(Filled(changed), "8").children[0]
    assert (warning.label, "的公式被改成" in warning.text) == ("注意", True)


def rewritten(package: Package, old: str, new: str) -> Package:
    """The workbook with one formula changed, as by hand."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package.data)) as source_, zipfile.ZipFile(content, "w") as target:
        for name in source_.namelist():
            target.writestr(name, source_.read(name).replace(old.encode(), new.encode()))
    assert content.getvalue() != package.data
    return open_package(content.getvalue())
