"""收支预决算总表: initial, adjusted and final figures side by side; the final ones looked up in the official tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from xlperf.frameworks.plausibility import UNLIMITED
from xlperf.workbook.sheets.paste_blocks import BLOCKS, amount, first_of, is_known, row_by_code, row_by_label
from xlperf.workbook.tables.table import NOTHING, Field, Line, Table, change, difference, fact_cell, rate, typed_or

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


# In which group of columns 收入支出决算总表 (财决01表) lists what: income, spending by function, by nature.
_INCOME, _BY_FUNCTION, _BY_NATURE = 1, 2, 3
OVERALL = '"合计"'
SETTLED, PLANNED, GENERAL_PLANNED, PROJECTS_PLANNED = 1, 10, 11, 13


def _line(
    code: str, label: str, found: Mapping[str, Sequence[str]], row: str = "", sought: str = "", section: str = "",
    *, total: bool = False, unpasted: Mapping[str, str] | None = None,
) -> Line:  # fmt: skip
    """A line whose figures are looked up: by field, the templates of which the first that gives something counts."""
    formulas = {"row": row or NOTHING} | {field: first_of(*templates) for field, templates in found.items()}
    return Line(code, label, formulas, {"sought": sought or None}, total, section, unpasted=unpasted or {})


def _settled(group: int) -> dict[str, Sequence[str]]:
    """The three figures of 收入支出决算总表: final, initial and adjusted, in the row that is found once for all of them."""
    fields = {"imported": "final", "imported_initial": "initial", "imported_adjusted": "adjusted"}
    return {field: [amount(SETTLED, f"{column}{group}", "{row}")] for field, column in fields.items()}


def settled_group(line: Line) -> int:
    """In which group of columns of 收入支出决算总表 the figures of a line stand; 0 where in none."""
    return _settled_groups().get(line.formulas.get("imported_adjusted", ""), 0)


@cache
def _settled_groups() -> Mapping[str, int]:
    """The groups of columns by the template of their adjusted figure."""
    return {first_of(*_settled(group)["imported_adjusted"]): group for group in (_INCOME, _BY_FUNCTION, _BY_NATURE)}


def _planned(name: str, group: int) -> str:
    """A template for the figure of the published budget with a name (a template)."""
    return amount(PLANNED, f"plan{group}", row_by_label(PLANNED, name, group))


def _by_label(group: int, code: str, label: str, sought: str, section: str = "", *, total: bool = False) -> Line:
    """A line by its name in 收入支出决算总表, and in the published budget, which has the same two groups."""
    found = _settled(group)
    found["imported_initial"] = [_planned("{sought}", group), *found["imported_initial"]]
    row = row_by_label(SETTLED, "{sought}", group)
    return _line(code, label, found, row, sought or label, section, total=total)


def _income(code: str, label: str, sought: str = "", section: str = "", *, total: bool = False) -> Line:
    return _by_label(_INCOME, code, label, sought, section, total=total)


def _spending(code: str, label: str, sought: str = "", *, total: bool = False) -> Line:
    return _by_label(_BY_FUNCTION, code, label, sought, total=total)


def _function(code: str, label: str, section: str = "") -> Line:
    """A line by class of function: by its code in 支出决算表, else by its name in the tables that have names only."""
    name, found = f'"{label}"', _settled(_BY_FUNCTION)
    found["imported"] = [amount(3, "total", row_by_code(3, "{sought}")), *found["imported"]]
    found["imported_initial"] = [_planned(name, _BY_FUNCTION), *found["imported_initial"]]
    row = row_by_label(SETTLED, name, _BY_FUNCTION)
    return _line(f"function_{code}", label, found, row, code, section)


def _nature(
    code: str, label: str, column: str, name: str, planned: Sequence[str] = (), section: str = "", *, final: str = ""
) -> Line:
    """A line by nature of spending: the row 合计 of 支出决算表, else a row of 收入支出决算总表; initial ones also of the budget."""
    found = _settled(_BY_NATURE)
    if column:
        found["imported"] = [amount(3, column, row_by_label(3, OVERALL)), *found["imported"]]
    other = {"imported": f"={fact_cell(final)}"} if final else {}
    found["imported"] = [*found["imported"], *other.values()]
    found["imported_initial"] = [_planned(f'"{name}"', _BY_FUNCTION), *planned, *found["imported_initial"]]
    row = row_by_label(SETTLED, f'"{name}"', _BY_NATURE)
    return _line(code, label, found, row, name, section, unpasted=other)


def _all_general(column: str) -> str:
    """A template for an amount of the general budget's 合计, where all spending is of the general budget."""
    general, whole = (fact_cell(f"{line}_initial") for line in ("general_spending", "spending_year"))
    is_all = f"IF(COUNT({general},{whole})=2,ROUND({general}-{whole},2)=0)"
    found = amount(GENERAL_PLANNED, column, row_by_label(GENERAL_PLANNED, OVERALL)).removeprefix("=")
    return f'=IF({is_all},{found},"")'


def _projects_planned() -> str:
    """A template for what the published table of projects adds up to."""
    block = BLOCKS[PROJECTS_PLANNED]
    return f'=IF({is_known(PROJECTS_PLANNED)},{block.fact("total")},"")'


def _overall(code: str, label: str, number: int, column: str, section: str = "", *, planned: str = "") -> Line:
    """A line from the row 合计 of a table by classification code; the initial figure from that of the published budget."""
    found = {"imported": [amount(number, column, row_by_label(number, OVERALL))]}
    if planned:
        found["imported_initial"] = [amount(GENERAL_PLANNED, planned, row_by_label(GENERAL_PLANNED, OVERALL))]
    return _line(code, label, found, sought="合计", section=section)


def _typed(code: str, label: str, section: str = "") -> Line:
    """A line that no official table has."""
    return Line(code, label, constants={"sought": None}, section=section)


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
        *_natures(),
        _spending("spending_year", "本年支出合计", total=True),
        _spending("spending_distribution", "结余分配"),
        _spending("spending_carryover", "年末结转和结余"),
        _spending("spending_total", "支出总计", "总计", total=True),
        *_compared(),
    )


def _natures() -> Iterator[Line]:
    staff, public = (f"economic_{name}_final" for name in ("staff", "public"))
    yield _nature("spending_basic", "基本支出", "basic", "基本支出", [_all_general("basic")], "支出（按性质）")
    yield _nature("spending_staff", "　其中：人员经费", "", "人员经费", [_all_general("staff")], final=staff)
    yield _nature("spending_public", "　　　　公用经费", "", "公用经费", [_all_general("public")], final=public)
    planned = [_all_general("project"), _projects_planned()]
    yield _nature("spending_project", "项目支出", "project", "项目支出", planned)
    yield _nature("spending_superior", "上缴上级支出", "superior", "上缴上级支出")
    yield _nature("spending_operating", "经营支出", "operating", "经营支出")
    yield _nature("spending_affiliated", "对附属单位补助支出", "affiliated", "对附属单位补助")


def _compared() -> tuple[Line, ...]:
    """Figures that stand here only to be compared, on the check sheet."""
    return (
        _overall("grant_income", "财政拨款收入（表2）", 2, "grant", "供勾稽的合计数（没有的留空）"),
        _overall("general_spending", "一般公共预算财政拨款支出（表5）", 5, "total", planned="total"),
        _overall("general_basic", "　其中：基本支出", 5, "basic", planned="basic"),
        _overall("general_project", "　　　　项目支出", 5, "project", planned="project"),
        _overall("fund_opening", "政府性基金：年初结转和结余（表8）", 8, "opening"),
        _overall("fund_spending", "　本年支出", 8, "total"),
        _overall("fund_end", "　年末结转和结余", 8, "end"),
        _overall("capital_opening", "国有资本经营：年初结转和结余（表9）", 9, "opening"),
        _overall("capital_spending", "　本年支出", 9, "total"),
        _overall("capital_end", "　年末结转和结余", 9, "end"),
        _typed("agency_running", "机关运行经费（行政单位、参公单位）"),
        _typed("changes_increase", "本年追加预算（填在“调整预算数”列）"),
        _typed("changes_decrease", "本年追减预算（填正数）"),
        *_level_sums(),
    )


# The codes of classes, sections and items (类、款、项) by their digits, as text and as numbers.
LEVELS = (("class", "类", 3), ("section", "款", 5), ("item", "项", 7))
MOST_AMOUNT = 10**15
# A line of final figures alone: there is nothing to type for the budget, nor anything to work out from it.
ONLY_FINAL = dict.fromkeys(
    ("row", "initial", "used_initial", "adjusted", "used_adjusted", "change", "adjustment", "execution"), NOTHING
)
SUMMED_TABLES = {2: "本年收入合计", 3: "本年支出合计", 5: "一般公共预算支出合计"}


def _level_sums() -> Iterator[Line]:
    """Of each table by classification code what its classes, sections and items add up to, and how many amounts it has."""
    for number, title in SUMMED_TABLES.items():
        for level, label, digits in LEVELS:
            name = f"{'' if level != 'class' else f'表{number} {title}：'}Σ{label}"
            formulas = {**ONLY_FINAL, "imported": _level_sum(number, digits)}
            yield Line(f"table{number}_{level}", name, formulas, {"sought": None})
        name = f"表{number} 有金额的行数"
        formulas = {**ONLY_FINAL, "imported": _count(number)}
        yield Line(f"table{number}_rows", name, formulas, {"sought": None}, kind="count")


def _level_sum(number: int, digits: int) -> str:
    """A template for the sum of the codes of so many digits: of one level only, since each level holds all amounts."""
    block = BLOCKS[number]
    codes, amounts = block.span("key"), block.whole(block.column("total"))
    level = f'{codes},">={10 ** (digits - 1)}",{codes},"<={10**digits - 1}"'
    # Only rows with an amount count.
    filled = f'{amounts},">=-{MOST_AMOUNT}"'
    return f'=IF({is_known(number)},IF(COUNTIFS({level},{filled})=0,"",SUMIFS({amounts},{level})),"")'


def _count(number: int) -> str:
    block = BLOCKS[number]
    amounts = f"COUNT({block.whole(block.column('total'))})"
    return f'=IF({is_known(number)},IF({amounts}=0,"",{amounts}),"")'


def _check() -> str:
    """A template that compares the figure looked up with the one typed, or else with the adjusted budget.

    A factor of a thousand or more between them is no difference of amounts but yuan taken for ten thousand yuan.
    """
    other = 'IF(ISNUMBER({typed}),{typed},IF(ISNUMBER({used_adjusted}),{used_adjusted},""))'
    apart = f"MAX(ABS({{imported}}),ABS({other}))>=1000*MIN(ABS({{imported}}),ABS({other}))"
    differ = 'IF(ISNUMBER({typed}),IF(ROUND({typed}-{imported},2)=0,"一致","不一致"),"")'
    zero = f"{{imported}}*{other}=0"
    compared = f'IF({zero},{differ},IF({apart},"{UNIT_DOUBT}",{differ}))'
    return f'=IF(AND(ISNUMBER({{imported}}),ISNUMBER({other})),{compared},"")'


TABLE = Table(
    id="budget",
    sheet="收支预决算总表",
    title="收支预决算总表",
    note="年初、调整预算数和决算数自动取自粘贴的官方表，没有粘贴的手填；年初预算数先取部门预算公开表，再取财决01表。"
    "手填优先，决算数两边都有而不等时标出。空白不等于 0。",
    fields=(
        Field("initial", "年初预算数（手填）", 15, "money", known_as="", limits=UNLIMITED),
        Field("imported_initial", "年初预算数（取自官方表）", 18, "money", NOTHING, known_as=""),
        Field(
            "used_initial", "年初预算数", 15, "money", typed_or("{initial}", "{imported_initial}"), known_as="initial"
        ),
        Field("adjusted", "调整预算数（手填）", 15, "money", known_as="", limits=UNLIMITED),
        Field("imported_adjusted", "调整预算数（取自官方表）", 18, "money", NOTHING, known_as=""),
        Field(
            "used_adjusted",
            "调整预算数",
            15,
            "money",
            typed_or("{adjusted}", "{imported_adjusted}"),
            known_as="adjusted",
        ),
        Field("change", "预算调整数", 13, "money", difference("{used_adjusted}", "{used_initial}")),
        Field("imported", "决算数（取自官方表）", 17, "money", NOTHING),
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
            change("{used_adjusted}", "{used_initial}"),
        ),
        Field(
            "execution",
            "预算执行率",
            12,
            "rate",
            rate("{final}", "{used_adjusted}"),
        ),
        Field("source", "来源", 36),
        Field("sought", "取数依据", 22, "constant"),
        Field("row", "取数行", 8, "general", NOTHING, is_hidden=True),
    ),
    lines=_lines(),
    pasted=(1, 2, 3, 5, 8, 9, 10, 11, 13),
)
