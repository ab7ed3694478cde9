"""收支预决算总表: initial, adjusted and final figures side by side; the final ones looked up in the official tables."""

from __future__ import annotations

from collections.abc import Iterator

from xlperf.frameworks.plausibility import UNLIMITED
from xlperf.workbook.sheets.imports import MARKS, amount, is_unknown, row_by_code, row_by_label, table
from xlperf.workbook.tables.table import Field, Line, Table, change, fact_cell, rate, typed_or

UNIT_DOUBT = "疑似单位不符"
FUNCTIONS = {
    "201": "一般公共服务支出", "202": "外交支出", "203": "国防支出", "204": "公共安全支出", "205": "教育支出",
    "206": "科学技术支出", "207": "文化旅游体育与传媒支出", "208": "社会保障和就业支出", "210": "卫生健康支出",
    "211": "节能环保支出", "212": "城乡社区支出", "213": "农林水支出", "214": "交通运输支出",
    "215": "资源勘探工业信息等支出", "216": "商业服务业等支出", "217": "金融支出", "219": "援助其他地区支出",
    "220": "自然资源海洋气象等支出", "221": "住房保障支出", "222": "粮油物资储备支出",
    "223": "国有资本经营预算支出", "224": "灾害防治及应急管理支出", "229": "其他支出", "231": "债务还本支出",
    "232": "债务付息支出", "234": "抗疫特别国债安排的支出",
}  # fmt: skip


# The column of the label or code and that of the amount: as the sheet heads them, and as some programs export the
# table, with columns for line numbers (行次) or with the code spread over three columns (类, 款, 项).
Columns = tuple[tuple[str, str], tuple[str, str]]


def _line(
    code: str, label: str, number: int, columns: Columns, sought: str, section: str = "", *, total: bool = False
) -> Line:
    """A line whose final figure is looked up in an official table by a code (digits) or a label."""
    find = row_by_code if sought.isdigit() else row_by_label
    (key, column), (wide_key, wide_column) = columns
    formulas = {
        "row": _by_layout(number, find(number, "{sought}", key), find(number, "{sought}", wide_key)),
        "imported": _by_layout(number, amount(number, column, "{row}"), amount(number, wide_column, "{row}")),
    }
    return Line(code, label, formulas, {"sought": sought}, total, section)


def _by_layout(number: int, plain: str, wide: str) -> str:
    """One template where the pasted table is as the sheet heads it, another where it has the additional columns."""
    if plain == wide:
        return plain
    first, last = table(number).column("A").partition(":")[0], table(number).column("C").rpartition(":")[2]
    return f'=IF(COUNTIF({first}:{last},"{MARKS[number]}")>0,{wide.removeprefix("=")},{plain.removeprefix("=")})'


def _income(code: str, label: str, sought: str = "", section: str = "", *, total: bool = False) -> Line:
    return _line(code, label, 1, (("A", "B"), ("A", "C")), sought or label, section, total=total)


def _spending(code: str, label: str, sought: str = "", *, total: bool = False) -> Line:
    return _line(code, label, 1, (("C", "D"), ("D", "F")), sought or label, total=total)


def _function(code: str, label: str, section: str = "") -> Line:
    """A line by class of function, 支出决算表."""
    return _line(f"function_{code}", label, 3, (("A", "C"), ("A", "E")), code, section)


def _nature(code: str, label: str, columns: tuple[str, str], section: str = "") -> Line:
    """A line by nature of spending: the row 合计 of 支出决算表."""
    return _line(code, label, 3, (("A", columns[0]), ("D", columns[1])), "合计", section)


def _overall(code: str, label: str, number: int, column: str, section: str = "") -> Line:
    """A line from the row 合计 of a table by classification code; its columns stand two further on in the wide form."""
    return _line(code, label, number, (("A", column), ("D", chr(ord(column) + 2))), "合计", section)


def _typed(code: str, label: str, section: str = "") -> Line:
    """A line that no official table has."""
    return Line(code, label, constants={"sought": None}, section=section)


def _linked(code: str, label: str, fact: str) -> Line:
    return Line(code, label, {"row": '=""', "imported": f"={fact_cell(fact)}"}, {"sought": None})


def _lines() -> tuple[Line, ...]:
    return (
        _income("income_general", "一般公共预算财政拨款收入", "一般公共预算财政拨款", section="收入"),
        _income("income_fund", "政府性基金预算财政拨款收入", "政府性基金预算财政拨款"),
        _income("income_capital", "国有资本经营预算财政拨款收入", "国有资本经营预算财政拨款"),
        _income("income_superior", "上级补助收入"),
        _income("income_business", "事业收入"),
        _income("income_operating", "经营收入"),
        _income("income_affiliated", "附属单位上缴收入"),
        _income("income_other", "其他收入"),
        _income("income_year", "本年收入合计", total=True),
        _income("income_reserve", "使用非财政拨款结余（含专用结余）", "使用非财政拨款结余"),
        _income("income_carryover", "年初结转和结余"),
        _income("income_total", "收入总计", "总计", total=True),
        *(
            _function(code, label, "" if n else "支出（按功能分类）")
            for n, (code, label) in enumerate(FUNCTIONS.items())
        ),
        _nature("spending_basic", "基本支出", ("D", "F"), section="支出（按性质）"),
        _linked("spending_staff", "　其中：人员经费", "economic_staff_final"),
        _linked("spending_public", "　　　　公用经费", "economic_public_final"),
        _nature("spending_project", "项目支出", ("E", "G")),
        _nature("spending_superior", "上缴上级支出", ("F", "H")),
        _nature("spending_operating", "经营支出", ("G", "I")),
        _nature("spending_affiliated", "对附属单位补助支出", ("H", "J")),
        _spending("spending_year", "本年支出合计", total=True),
        _spending("spending_distribution", "结余分配"),
        _spending("spending_carryover", "年末结转和结余"),
        _spending("spending_total", "支出总计", "总计", total=True),
        *_compared(),
    )


def _compared() -> tuple[Line, ...]:
    """Figures that stand here only to be compared, on the check sheet."""
    return (
        _overall("grant_income", "财政拨款收入（表2）", 2, "D", "供勾稽的合计数（没有的留空）"),
        _overall("general_spending", "一般公共预算财政拨款支出（表5）", 5, "C"),
        _overall("general_basic", "　其中：基本支出", 5, "D"),
        _overall("general_project", "　　　　项目支出", 5, "E"),
        _overall("fund_opening", "政府性基金：年初结转和结余（表8）", 8, "C"),
        _overall("fund_spending", "　本年支出", 8, "E"),
        _overall("fund_end", "　年末结转和结余", 8, "H"),
        _overall("capital_opening", "国有资本经营：年初结转和结余（表9）", 9, "C"),
        _overall("capital_spending", "　本年支出", 9, "E"),
        _overall("capital_end", "　年末结转和结余", 9, "H"),
        _typed("agency_running", "机关运行经费（行政单位、参公单位）"),
        _typed("changes_increase", "本年追加预算（填在“调整预算数”列）"),
        _typed("changes_decrease", "本年追减预算（填正数）"),
        *_level_sums(),
    )


# The codes of classes, sections and items (类、款、项) by their digits, as text and as numbers.
LEVELS = (("class", "类", 3), ("section", "款", 5), ("item", "项", 7))
MOST_AMOUNT = 10**15
SUMMED_TABLES = {2: "本年收入合计", 3: "本年支出合计", 5: "一般公共预算支出合计"}


def _level_sums() -> Iterator[Line]:
    """Of each table by classification code what its classes, sections and items add up to, and how many amounts it has."""
    for number, title in SUMMED_TABLES.items():
        for level, label, digits in LEVELS:
            formula = _by_layout(number, _level_sum(number, digits, "C"), _level_sum(number, digits, "E"))
            name = f"{'' if level != 'class' else f'表{number} {title}：'}Σ{label}"
            yield Line(f"table{number}_{level}", name, {"row": '=""', "imported": formula}, {"sought": None})
        amounts = _by_layout(number, _count(number, "C"), _count(number, "E"))
        name = f"表{number} 有金额的行数"
        yield Line(f"table{number}_rows", name, {"row": '=""', "imported": amounts}, {"sought": None}, kind="count")


def _level_sum(number: int, digits: int, column: str) -> str:
    codes, amounts = table(number).column("A"), table(number).column(column)
    low, high = 10 ** (digits - 1), 10**digits - 1
    texts, numbers = f'{codes},"{"?" * digits}"', f'{codes},">={low}",{codes},"<={high}"'
    # LibreOffice's patterns match numbers too, so that codes that are numbers would count twice.
    total = f"SUMIF({texts},{amounts})+SUMIFS({amounts},{numbers})-SUMIFS({amounts},{texts},{numbers})"
    # A title can be as long as a code; only rows with an amount count.
    filled = f'{amounts},">=-{MOST_AMOUNT}"'
    none = f"COUNTIFS({texts},{filled})+COUNTIFS({numbers},{filled})=0"
    return f'=IF({is_unknown(number)},"",IF({none},"",{total}))'


def _count(number: int, column: str) -> str:
    amounts = table(number).column(column)
    return f'=IF({is_unknown(number)},"",IF(COUNT({amounts})=0,"",COUNT({amounts})))'


def _check() -> str:
    """A template that compares the figure looked up with the one typed, or else with the adjusted budget.

    A factor of a thousand or more between them is no difference of amounts but yuan taken for ten thousand yuan.
    """
    other = 'IF(ISNUMBER({typed}),{typed},IF(ISNUMBER({adjusted}),{adjusted},""))'
    apart = f"MAX(ABS({{imported}}),ABS({other}))>=1000*MIN(ABS({{imported}}),ABS({other}))"
    differ = 'IF(ISNUMBER({typed}),IF(ROUND({typed}-{imported},2)=0,"一致","不一致"),"")'
    zero = f"{{imported}}*{other}=0"
    compared = f'IF({zero},{differ},IF({apart},"{UNIT_DOUBT}",{differ}))'
    return f'=IF(AND(ISNUMBER({{imported}}),ISNUMBER({other})),{compared},"")'


TABLE = Table(
    id="budget",
    sheet="收支预决算总表",
    title="收支预决算总表",
    note="年初、调整预算手填；决算数自动取自粘贴的官方表，没有粘贴的手填。手填优先，两边都有而不等时标出。空白不等于 0。",
    fields=(
        Field("initial", "年初预算数", 15, "money", limits=UNLIMITED),
        Field("adjusted", "调整预算数", 15, "money", limits=UNLIMITED),
        Field("imported", "决算数（取自官方表）", 17, "money", '=""'),
        Field("typed", "决算数（手填）", 15, "money", limits=UNLIMITED),
        Field("final", "决算数", 15, "money", typed_or("{typed}", "{imported}")),
        Field(
            "check",
            "取数核对",
            11,
            "general",
            _check(),
        ),
        Field(
            "adjustment",
            "预算调整率",
            12,
            "rate",
            change("{adjusted}", "{initial}"),
        ),
        Field(
            "execution",
            "预算执行率",
            12,
            "rate",
            rate("{final}", "{adjusted}"),
        ),
        Field("source", "来源", 36),
        Field("sought", "取数依据", 22, "constant"),
        Field("row", "取数行", 8, "general", '=""', is_hidden=True),
    ),
    lines=_lines(),
)
