"""Pasting the nine official tables of a department fills the budget sheets and touches no formula; a mix-up of 元 and 万元 is noticed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from functools import cache

import openpyxl
import pytest

from tests.support.workbooks import built
from xlperf.engines import recalculate
from xlperf.evaluation.scoring import score
from xlperf.findings.finding import ERROR
from xlperf.findings.relations import unit_findings
from xlperf.formula.addresses import reference
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package
from xlperf.values import Value, is_blank
from xlperf.workbook.identity import formula_hash, is_known_template
from xlperf.workbook.names import NamedCells
from xlperf.workbook.sheets import cover
from xlperf.workbook.sheets.imports import FIRST_ROW, IMPORTS, table
from xlperf.workbook.tables import budget, economic
from xlperf.workbook.tables.table import LINE, TEXT_AMOUNT, fact_cell

pytestmark = pytest.mark.slow

# One department's tables, made up and consistent in themselves; `|` stands for the tab between two cells.
OFFICIAL = {
    1: """\
收入支出决算总表|||
|||公开01表
部门：示例县政务服务数据管理局|||单位：万元
收入||支出|
项目|决算数|项目|决算数
栏次|1|栏次|2
一、一般公共预算财政拨款收入|512.36|一、一般公共服务支出|432.00
二、政府性基金预算财政拨款收入|40.00|二、外交支出|
三、国有资本经营预算财政拨款收入|5.00|八、社会保障和就业支出|52.30
四、上级补助收入|12.00|九、卫生健康支出|21.70
五、事业收入|0.00|十一、城乡社区支出|40.00
六、经营收入||十九、住房保障支出|28.00
七、附属单位上缴收入||二十一、国有资本经营预算支出|5.00
八、其他收入|6.64||
本年收入合计|576.00|本年支出合计|579.00
使用非财政拨款结余（含专用结余）|0.00|结余分配|0.00
年初结转和结余|24.00|年末结转和结余|21.00
总计|600.00|总计|600.00
注：本表反映部门本年度的总收支和年末结转结余情况。|||
""",
    2: """\
收入决算表||||||||
||||||||公开02表
部门：示例县政务服务数据管理局||||||||单位：万元
科目编码|科目名称|本年收入合计|财政拨款收入|上级补助收入|事业收入|经营收入|附属单位上缴收入|其他收入
栏次||1|2|3|4|5|6|7
合计||576.00|557.36|12.00|0.00|0.00|0.00|6.64
201|一般公共服务支出|430.36|430.36|||||
20103|政府办公厅（室）及相关机构事务|430.36|430.36|||||
2010301|行政运行|300.00|300.00|||||
2010302|一般行政管理事务|130.36|130.36|||||
208|社会保障和就业支出|50.94|32.30|12.00||||6.64
20805|行政事业单位养老支出|32.30|32.30|||||
2080505|机关事业单位基本养老保险缴费支出|32.30|32.30|||||
20899|其他社会保障和就业支出|18.64||12.00||||6.64
2089999|其他社会保障和就业支出|18.64||12.00||||6.64
210|卫生健康支出|21.70|21.70|||||
21011|行政事业单位医疗|21.70|21.70|||||
2101101|行政单位医疗|21.70|21.70|||||
212|城乡社区支出|40.00|40.00|||||
21208|国有土地使用权出让收入安排的支出|40.00|40.00|||||
2120899|其他国有土地使用权出让收入安排的支出|40.00|40.00|||||
221|住房保障支出|28.00|28.00|||||
22102|住房改革支出|28.00|28.00|||||
2210201|住房公积金|28.00|28.00|||||
223|国有资本经营预算支出|5.00|5.00|||||
22399|其他国有资本经营预算支出|5.00|5.00|||||
2239999|其他国有资本经营预算支出|5.00|5.00|||||
""",
    3: """\
支出决算表|||||||
|||||||公开03表
部门：示例县政务服务数据管理局|||||||单位：万元
科目编码|科目名称|本年支出合计|基本支出|项目支出|上缴上级支出|经营支出|对附属单位补助支出
栏次||1|2|3|4|5|6
合计||579.00|382.00|197.00|0.00|0.00|
201|一般公共服务支出|432.00|300.00|132.00|||
20103|政府办公厅（室）及相关机构事务|432.00|300.00|132.00|||
2010301|行政运行|300.00|300.00||||
2010302|一般行政管理事务|132.00||132.00|||
208|社会保障和就业支出|52.30|32.30|20.00|||
20805|行政事业单位养老支出|32.30|32.30||||
2080505|机关事业单位基本养老保险缴费支出|32.30|32.30||||
20899|其他社会保障和就业支出|20.00||20.00|||
2089999|其他社会保障和就业支出|20.00||20.00|||
210|卫生健康支出|21.70|21.70||||
21011|行政事业单位医疗|21.70|21.70||||
2101101|行政单位医疗|21.70|21.70||||
212|城乡社区支出|40.00||40.00|||
21208|国有土地使用权出让收入安排的支出|40.00||40.00|||
2120899|其他国有土地使用权出让收入安排的支出|40.00||40.00|||
221|住房保障支出|28.00|28.00||||
22102|住房改革支出|28.00|28.00||||
2210201|住房公积金|28.00|28.00||||
223|国有资本经营预算支出|5.00||5.00|||
22399|其他国有资本经营预算支出|5.00||5.00|||
2239999|其他国有资本经营预算支出|5.00||5.00|||
""",
    4: """\
财政拨款收入支出决算总表||||||
||||||公开04表
部门：示例县政务服务数据管理局||||||单位：万元
收入||支出||||
项目|决算数|项目|合计|一般公共预算财政拨款|政府性基金预算财政拨款|国有资本经营预算财政拨款
栏次|1|栏次|2|3|4|5
一、一般公共预算财政拨款|512.36|一、一般公共服务支出|432.00|432.00||
二、政府性基金预算财政拨款|40.00|八、社会保障和就业支出|32.30|32.30||
三、国有资本经营预算财政拨款|5.00|九、卫生健康支出|21.70|21.70||
||十一、城乡社区支出|40.00||40.00|
||十九、住房保障支出|28.00|28.00||
||二十一、国有资本经营预算支出|5.00|||5.00
本年收入合计|557.36|本年支出合计|559.00|514.00|40.00|5.00
年初财政拨款结转和结余|20.00|年末财政拨款结转和结余|18.36|18.36||
总计|577.36|总计|577.36|532.36|40.00|5.00
""",
    5: """\
一般公共预算财政拨款支出决算表||||
||||公开05表
部门：示例县政务服务数据管理局||||单位：万元
科目编码|科目名称|合计|基本支出|项目支出
栏次||1|2|3
合计||514.00|382.00|132.00
201|一般公共服务支出|432.00|300.00|132.00
20103|政府办公厅（室）及相关机构事务|432.00|300.00|132.00
2010301|行政运行|300.00|300.00|
2010302|一般行政管理事务|132.00||132.00
208|社会保障和就业支出|32.30|32.30|
20805|行政事业单位养老支出|32.30|32.30|
2080505|机关事业单位基本养老保险缴费支出|32.30|32.30|
210|卫生健康支出|21.70|21.70|
21011|行政事业单位医疗|21.70|21.70|
2101101|行政单位医疗|21.70|21.70|
221|住房保障支出|28.00|28.00|
22102|住房改革支出|28.00|28.00|
2210201|住房公积金|28.00|28.00|
""",
    6: """\
一般公共预算财政拨款基本支出决算表||||||||
||||||||公开06表
部门：示例县政务服务数据管理局||||||||单位：万元
人员经费|||公用经费|||||
科目编码|科目名称|决算数|科目编码|科目名称|决算数|科目编码|科目名称|决算数
301|工资福利支出|296.50|302|商品和服务支出|68.20|30226|劳务费|3.00
30101|基本工资|110.20|30201|办公费|12.00|30228|工会经费|6.00
30102|津贴补贴|60.30|30205|水费|0.80|30229|福利费|4.00
30103|奖金|25.00|30206|电费|6.40|30231|公务用车运行维护费|4.50
30106|伙食补助费||30207|邮电费|2.50|30239|其他交通费用|1.50
30107|绩效工资|15.00|30209|物业管理费|10.00|30240|税金及附加费用|
30108|机关事业单位基本养老保险缴费|32.30|30211|差旅费|8.50|310|资本性支出|5.00
30109|职业年金缴费|4.00|30213|维修（护）费|4.00|31002|办公设备购置|3.00
30110|职工基本医疗保险缴费|18.00|30215|会议费|1.20|31007|信息网络及软件购置更新|2.00
30112|其他社会保障缴费|3.70|30216|培训费|1.80|||
30113|住房公积金|28.00|30217|公务接待费|2.00|||
303|对个人和家庭的补助|12.30||||||
30302|退休费|8.30||||||
30305|生活补助|4.00||||||
人员经费合计||308.80|公用经费合计|||||73.20
""",
    7: """\
财政拨款“三公”经费支出决算表|||||||||||
|||||||||||公开07表
部门：示例县政务服务数据管理局|||||||||||单位：万元
预算数||||||决算数|||||
合计|因公出国（境）费|公务用车购置及运行费|||公务接待费|合计|因公出国（境）费|公务用车购置及运行费|||公务接待费
||小计|公务用车购置费|公务用车运行费||||小计|公务用车购置费|公务用车运行费|
1|2|3|4|5|6|7|8|9|10|11|12
9.00|0.00|6.00|0.00|6.00|3.00|6.50|0.00|4.50|0.00|4.50|2.00
注：本表反映部门本年度“三公”经费支出预决算情况。|||||||||||
""",
    8: """\
政府性基金预算财政拨款收入支出决算表|||||||
|||||||公开08表
部门：示例县政务服务数据管理局|||||||单位：万元
科目编码|科目名称|年初结转和结余|本年收入|本年支出小计|基本支出|项目支出|年末结转和结余
栏次||1|2|3|4|5|6
合计||0.00|40.00|40.00||40.00|0.00
212|城乡社区支出||40.00|40.00||40.00|
21208|国有土地使用权出让收入安排的支出||40.00|40.00||40.00|
2120899|其他国有土地使用权出让收入安排的支出||40.00|40.00||40.00|
""",
    9: """\
国有资本经营预算财政拨款收入支出决算表|||||||
|||||||公开09表
部门：示例县政务服务数据管理局|||||||单位：万元
科目编码|科目名称|年初结转和结余|本年收入|本年支出小计|基本支出|项目支出|年末结转和结余
栏次||1|2|3|4|5|6
合计||0.00|5.00|5.00||5.00|0.00
223|国有资本经营预算支出||5.00|5.00||5.00|
22399|其他国有资本经营预算支出||5.00|5.00||5.00|
2239999|其他国有资本经营预算支出||5.00|5.00||5.00|
""",
}
CODE_COLUMNS = {2: "A", 3: "A", 5: "A", 6: "ADG", 8: "A", 9: "A"}
FIGURES: dict[str, float | None] = {
    "income_general": 512.36, "income_fund": 40, "income_capital": 5, "income_superior": 12, "income_business": 0,
    "income_operating": None, "income_affiliated": None, "income_other": 6.64, "income_year": 576,
    "income_reserve": 0, "income_carryover": 24, "income_total": 600,
    "function_201": 432, "function_202": None, "function_208": 52.3, "function_210": 21.7, "function_212": 40,
    "function_221": 28, "function_223": 5, "function_234": None,
    "spending_basic": 382, "spending_staff": 308.8, "spending_public": 73.2, "spending_project": 197,
    "spending_superior": 0, "spending_operating": 0, "spending_affiliated": None,
    "spending_year": 579, "spending_distribution": 0, "spending_carryover": 21, "spending_total": 600,
    "economic_301": 296.5, "economic_30101": 110.2, "economic_30102": 60.3, "economic_30103": 25,
    "economic_30106": None, "economic_30107": 15, "economic_30108": 32.3, "economic_30109": 4, "economic_30110": 18,
    "economic_30111": None, "economic_30112": 3.7, "economic_30113": 28,
    "economic_303": 12.3, "economic_30302": 8.3, "economic_30305": 4,
    "economic_302": 68.2, "economic_30201": 12, "economic_30205": 0.8, "economic_30206": 6.4, "economic_30207": 2.5,
    "economic_30209": 10, "economic_30211": 8.5, "economic_30213": 4, "economic_30215": 1.2, "economic_30216": 1.8,
    "economic_30217": 2, "economic_30226": 3, "economic_30228": 6, "economic_30229": 4, "economic_30231": 4.5,
    "economic_30239": 1.5, "economic_30240": None,
    "economic_310": 5, "economic_31002": 3, "economic_31007": 2, "economic_staff": 308.8, "economic_public": 73.2,
    "three_public_total": 6.5, "three_public_abroad": 0, "three_public_vehicles": 4.5, "three_public_purchase": 0,
    "three_public_running": 4.5, "three_public_reception": 2,
    "grant_income": 557.36, "general_spending": 514, "general_basic": 382, "general_project": 132,
    "fund_opening": 0, "fund_spending": 40, "fund_end": 0, "capital_opening": 0, "capital_spending": 5,
    "capital_end": 0, "agency_running": None,
}  # fmt: skip
# The relations that official tables alone are enough for.
COMPARED = {
    "income_total_sum", "income_year_sum", "grant_income_sum", "spending_total_sum", "totals_balance",
    "spending_year_sum", "general_spending_sum", "function_sum", "basic_sum", "general_basic_sum", "class_301_sum",
    "class_303_sum", "class_302_sum", "class_310_sum", "staff_sum", "public_sum", "three_public_sum", "vehicles_sum",
    "three_public_over", "fund_balance",
}  # fmt: skip
Cells = dict[tuple[str, str], Value]


@cache
def blank() -> Package:
    return built("renhua-2021")


def as_text(number: int) -> str:
    """A table as it comes from the clipboard."""
    return OFFICIAL[number].replace("|", "\t")


def with_line_numbers(text: str) -> str:
    """表1 as some programs export it: a column 行次 before each amount."""
    lines = []
    for number, line in enumerate(text.splitlines()):
        label, amount, other, total = line.split("\t")
        if label == "项目":
            numbers = ("行次", "行次")
        elif number > 5 and (amount or total):
            numbers = (str(number - 5), str(number + 25))
        else:
            numbers = ("", "")
        lines.append("\t".join((label, numbers[0], amount, other, numbers[1], total)))
    return "\n".join(lines)


def with_split_codes(text: str) -> str:
    """A table by classification code as some programs export it: the code's column spread over 类, 款, 项, with 栏次 and 合计 in the fourth."""
    lines = []
    for line in text.splitlines():
        code, name, *amounts = line.split("\t")
        head = ["类", "款", "项", code] if code == "栏次" else [code, "", "", name]
        lines.append("\t".join([*(["", "", "", code] if code == "合计" else head), *amounts]))
    return "\n".join(lines)


WIDE = {1: with_line_numbers} | dict.fromkeys((2, 3, 5, 8, 9), with_split_codes)


def pasted(number: int, text: str, *, are_codes_text: bool) -> Cells:
    """The cells that a spreadsheet makes of pasted text: numbers become numbers, unless a column is formatted as text."""
    spec = table(number)
    cells: Cells = {}
    for row, line in enumerate(text.splitlines(), FIRST_ROW):
        for column, piece in enumerate(line.split("\t"), 1):
            ref = reference(row, column)
            is_number = re.fullmatch(r"-?[\d,]+(\.\d+)?", piece)
            is_code = ref[0] in CODE_COLUMNS.get(number, "") and re.fullmatch(r"\d{3,7}", piece)
            if piece:
                cells[spec.sheet, ref] = (
                    float(piece.replace(",", "")) if is_number and not (is_code and are_codes_text) else piece
                )
    return cells


def all_pasted(*, are_codes_text: bool = False, changes: Mapping[int, Callable[[str], str]] | None = None) -> Cells:
    """All nine tables, some of them changed."""
    cells: Cells = {}
    for number in OFFICIAL:
        text = (changes or {}).get(number, str)(as_text(number))
        cells |= pasted(number, text, are_codes_text=are_codes_text)
    return cells


def result_of(cells: Cells) -> NamedCells:
    """The blank workbook with those cells, recalculated."""
    return NamedCells(recalculate(blank().with_inputs(cells), trusted=True).package)


def mismatches(names: NamedCells) -> Value:
    """The count of tables in another money unit, on the cover."""
    labels = {cell.value: ref for ref, cell in names.package.cells(cover.SHEET.title).items() if ref.startswith("A")}
    row = next(ref[1:] for label, ref in labels.items() if str(label).startswith("金额单位不符"))
    return names.package.value(cover.SHEET.title, f"B{row}")


def in_yuan(text: str) -> str:
    """The same table in 元."""
    return re.sub(
        r"-?\d+\.\d\d", lambda match: f"{float(match[0]) * 10000:.2f}", text.replace("单位：万元", "单位：元")
    )


def test_the_nine_sheets_take_what_is_pasted() -> None:
    book = openpyxl.load_workbook(io.BytesIO(blank().data), keep_vba=True)
    for number, spec in enumerate(IMPORTS, 1):
        lines = [line.split("\t") for line in WIDE.get(number, str)(as_text(number)).splitlines()]
        page = book[spec.sheet]
        assert len(lines) <= spec.capacity
        assert all(len(line) == len(lines[0]) for line in lines), number
        for column in range(1, len(lines[0]) + 1):
            place = page.cell(FIRST_ROW, column)
            dimension = page.column_dimensions[place.column_letter]
            assert not (place.protection if place.has_style else dimension.protection).locked, place.coordinate
    assert not any(cell in blank().formulas(sheet) for sheet, cell in all_pasted())


@pytest.mark.parametrize("are_codes_text", [False, True], ids=["codes as numbers", "codes as text"])
@pytest.mark.parametrize("changes", [{}, WIDE], ids=["as headed", "with additional columns"])
def test_budget_sheets_fill_themselves(are_codes_text: bool, changes: Mapping[int, Callable[[str], str]]) -> None:
    names = result_of(all_pasted(are_codes_text=are_codes_text, changes=changes))
    found = {name: names.value(fact_cell(f"{name}_final")) for name in FIGURES}
    assert {name: None if is_blank(value) else value for name, value in found.items()} == pytest.approx(FIGURES)
    assert names.value(fact_cell("three_public_total_budget")) == 9
    results = dict(zip(names.column("check_id"), names.column("check_result"), strict=True))
    compared = {str(line) for line, result in results.items() if line and result != "缺数据"}
    assert {results[line] for line in compared} == {"相符"}
    assert {line.partition(".")[0] for line in compared} >= COMPARED
    assert names.value(fact_cell("three_public_running_budget")) == 6
    assert names.value(fact_cell("three_public_total_control")) == pytest.approx(6.5 / 9)
    assert mismatches(names) == 0


def test_everything_that_is_not_in_the_tables_stays_blank() -> None:
    names = result_of(all_pasted())
    codes = [
        str(code) for sheet in (budget.TABLE, economic.TABLE) for code in names.column(sheet.column_name(LINE)) if code
    ]
    sums = [code for code in codes if re.fullmatch(r"table\d_\w+", code)]
    others = [code for code in codes if code not in FIGURES and code not in sums]
    known = [name for name in FIGURES if not name.startswith("three_public")]
    assert len(others) == len(set(codes)) - len(known) - len(sums)
    assert others
    assert [code for code in others if not is_blank(names.value(fact_cell(f"{code}_final")))] == []


def test_figures_of_the_framework_are_taken_from_there() -> None:
    names = result_of(all_pasted())
    used = dict(zip(names.column("figure_id"), names.column("figure_used"), strict=True))
    expected = {
        "income_final": 576, "expenditure_final": 579, "basic_final": 382, "staff_funds_final": 308.8,
        "public_funds_final": 73.2, "project_final": 197, "three_public_budget": 9, "three_public_final": 6.5,
    }  # fmt: skip
    assert {name: used[name] for name in expected} == pytest.approx(expected)
    assert names.value("three_public_rate") == pytest.approx(6.5 / 9)


def test_no_formula_is_touched() -> None:
    package = result_of(all_pasted()).package
    assert formula_hash(package) == formula_hash(blank())
    assert is_known_template(package)


def test_another_money_unit_is_noticed() -> None:
    names = result_of(all_pasted(changes=dict.fromkeys(OFFICIAL, in_yuan)))
    assert names.value(fact_cell("income_total_final")) == 6_000_000
    for number in OFFICIAL:
        assert "单位不符" in str(names.value(f"import{number}_unit")), number
    assert mismatches(names) == len(OFFICIAL)
    one = result_of(all_pasted(changes={6: in_yuan}))
    assert mismatches(one) == 1
    assert [n for n in OFFICIAL if not is_blank(one.value(f"import{n}_unit"))] == [6]


def test_an_amount_that_is_text_is_an_error_and_no_zero() -> None:
    cells = all_pasted()
    cells |= {("表6基本支出", "C9"): "296.50", ("表3支出决算", "D9"): "382.00", ("表7三公经费", "G11"): "6.50"}
    assert all(
        all_pasted()[place] == float(str(cells[place])) for place in cells if cells[place] != all_pasted()[place]
    )
    names = result_of(cells)
    assert names.value(fact_cell("economic_301_final")) == "296.50"
    assert names.value(fact_cell("spending_basic_final")) == "382.00"
    for name in ("economic_staff_final", "spending_staff_final"):
        assert names.value(fact_cell(name)) == TEXT_AMOUNT
    assert is_blank(names.value(fact_cell("three_public_total_control")))
    wrong = {"staff_funds_final", "basic_final", "three_public_final"}
    statuses = dict(zip(names.column("figure_id"), names.column("figure_status"), strict=True))
    assert {name for name, status in statuses.items() if status == "应为数字"} == wrong
    found = [finding.message for finding in score(names.package).findings if finding.severity == ERROR]
    assert all(any(f"（{name}）" in message for message in found) for name in wrong)


@pytest.mark.parametrize("amounts", ["|||||||||||", "—|—|—|—|—|—|—|—|—|—|—|—"])
def test_column_numbers_are_no_amounts(amounts: str) -> None:
    """A department without “三公” spending leaves the row under the column numbers blank."""
    row = OFFICIAL[7].splitlines()[-2]
    names = result_of(
        all_pasted(changes={7: lambda text: text.replace(row.replace("|", "\t"), amounts.replace("|", "\t"))})
    )
    for code in ("total", "vehicles", "reception"):
        for kind in ("budget", "final"):
            assert is_blank(names.value(fact_cell(f"three_public_{code}_{kind}")))


def test_the_tables_agree_with_each_other() -> None:
    """The made-up figures are themselves right: classes add up, and the tables name the same totals."""
    cells = pasted(3, as_text(3), are_codes_text=True)
    rows = {ref[1:]: str(value) for (_, ref), value in cells.items() if ref[0] == "A"}
    for column in "CDE":
        amounts = {
            code: cells.get(("表3支出决算", f"{column}{row}"), 0.0) for row, code in rows.items() if code.isdigit()
        }
        for code in amounts:
            children = [float(str(v)) for c, v in amounts.items() if c.startswith(code) and len(c) == len(code) + 2]
            assert not children or sum(children) == pytest.approx(amounts[code]), (column, code)
    final = {name: value or 0.0 for name, value in FIGURES.items()}
    functions = sum(v for name, v in final.items() if name.startswith("function_"))
    items = {
        c: sum(v for n, v in final.items() if n.startswith(f"economic_{c}") and len(n) == 14)
        for c in (301, 302, 303, 310)
    }
    assert functions == pytest.approx(final["spending_year"])
    assert items == pytest.approx({code: final[f"economic_{code}"] for code in items})
    assert final["spending_basic"] == pytest.approx(final["economic_staff"] + final["economic_public"])
    assert final["income_total"] == final["spending_total"] == final["income_year"] + final["income_carryover"]


def test_amounts_in_yuan_are_noticed_without_a_word_about_the_unit() -> None:
    """A bare table in 元: ten thousand times the adjusted budget that was typed in 万元."""
    final = FIGURES["income_total"]
    assert isinstance(final, int | float)
    typed = NamedCells(blank()).by_code("col_budget_line", "col_budget_adjusted")["income_total"]
    silent = {1: lambda text: in_yuan(text).replace("单位：元", "")}
    mixed_up = result_of(all_pasted(changes=silent) | {typed: float(final)})
    assert mismatches(mixed_up) == 1
    (finding,) = unit_findings(mixed_up, find_framework("renhua-2021").framework)
    assert (finding.code, finding.severity, finding.cell[:8]) == ("money_unit_differs", "error", "收支预决算总表!")
    assert mismatches(result_of(all_pasted() | {typed: float(final)})) == 0


def level_checks(names: NamedCells) -> dict[str, Value]:
    """What became of the comparison of classes, sections and items, by table."""
    lines = zip(names.column("check_id"), names.column("check_result"), strict=True)
    return {str(name): result for name, result in lines if str(name).startswith(("classes_sections", "sections_items"))}


@pytest.mark.parametrize("are_codes_text", [False, True])
@pytest.mark.parametrize("changes", [{}, WIDE], ids=["narrow", "wide"])
def test_classes_sections_and_items_add_up(are_codes_text: bool, changes: dict[int, Callable[[str], str]]) -> None:
    names = result_of(all_pasted(are_codes_text=are_codes_text, changes=changes))
    assert level_checks(names) == {
        f"{relation}.table{number}": "相符"
        for relation in ("classes_sections", "sections_items")
        for number in (2, 3, 5)
    }


def test_a_section_that_is_left_out_is_noticed() -> None:
    def without_a_section(text: str) -> str:
        lines = text.splitlines()
        return "\n".join(
            line for line in lines if not line.startswith(next(x for x in codes(lines) if len(x) == 5) + "\t")
        )

    def codes(lines: list[str]) -> list[str]:
        return [line.split("\t")[0] for line in lines]

    names = result_of(all_pasted(changes={5: without_a_section}))
    found = {name for name, result in level_checks(names).items() if result == "不符"}
    assert found == {"classes_sections.table5", "sections_items.table5"}


def test_levels_that_are_not_pasted_are_not_compared() -> None:
    def classes_only(text: str) -> str:
        return "\n".join(line for line in text.splitlines() if not re.match(r"\d{5}", line))

    names = result_of(all_pasted(changes={2: classes_only}))
    assert {level_checks(names)[f"{relation}.table2"] for relation in ("classes_sections", "sections_items")} == {
        "缺数据"
    }
