"""基本支出: basic spending by economic classification, and what is staff and what is public funds."""

from __future__ import annotations

from xlperf.frameworks.plausibility import UNLIMITED
from xlperf.workbook.sheets.paste_blocks import amount, first_of, row_by_code
from xlperf.workbook.tables.table import NOTHING, Field, Line, Table, some, typed_or

CLASSES = {
    "301": ("工资福利支出", {
        "01": "基本工资", "02": "津贴补贴", "03": "奖金", "06": "伙食补助费", "07": "绩效工资",
        "08": "机关事业单位基本养老保险缴费", "09": "职业年金缴费", "10": "职工基本医疗保险缴费",
        "11": "公务员医疗补助缴费", "12": "其他社会保障缴费", "13": "住房公积金", "14": "医疗费",
        "99": "其他工资福利支出",
    }),
    "303": ("对个人和家庭的补助", {
        "01": "离休费", "02": "退休费", "03": "退职（役）费", "04": "抚恤金", "05": "生活补助", "07": "医疗费补助",
        "08": "助学金", "09": "奖励金", "10": "个人农业生产补贴", "11": "代缴社会保险费",
        "99": "其他对个人和家庭的补助",
    }),
    "302": ("商品和服务支出", {
        "01": "办公费", "02": "印刷费", "03": "咨询费", "04": "手续费", "05": "水费", "06": "电费", "07": "邮电费",
        "08": "取暖费", "09": "物业管理费", "11": "差旅费", "12": "因公出国（境）费用", "13": "维修（护）费",
        "14": "租赁费", "15": "会议费", "16": "培训费", "17": "公务接待费", "18": "专用材料费", "24": "被装购置费",
        "25": "专用燃料费", "26": "劳务费", "27": "委托业务费", "28": "工会经费", "29": "福利费",
        "31": "公务用车运行维护费", "39": "其他交通费用", "40": "税金及附加费用", "99": "其他商品和服务支出",
    }),
    "310": ("资本性支出", {
        "01": "房屋建筑物购建", "02": "办公设备购置", "03": "专用设备购置", "07": "信息网络及软件购置更新",
        "13": "公务用车购置", "19": "其他交通工具购置", "21": "文物和陈列品购置", "22": "无形资产购置",
        "99": "其他资本性支出",
    }),
}  # fmt: skip


def _found() -> str:
    """A template for the amount of a code; the official table has up to three blocks of code, name and amount."""
    found = (amount(6, f"final{group}", row_by_code(6, "{subject}", group)) for group in (1, 2, 3))
    return first_of(*found)


def _line(code: str, label: str, *, is_total: bool = False, section: str = "") -> Line:
    return Line(f"economic_{code}", label, {"imported": _found()}, {"subject": code}, is_total, section)


def _lines() -> list[Line]:
    lines = []
    for code, (label, items) in CLASSES.items():
        section = {"301": "人员经费", "302": "公用经费"}.get(code, "")
        lines.append(_line(code, label, is_total=True, section=section))
        lines += [_line(code + number, f"　{name}") for number, name in items.items()]
    return lines


def _sum(code: str, label: str, classes: tuple[str, str], section: str = "") -> Line:
    finals = (f"{{final@economic_{name}}}" for name in classes)
    return Line(code, label, {"final": typed_or("{typed}", some(*finals))}, is_total=True, section=section)


TABLE = Table(
    id="economic",
    sheet="基本支出",
    title="基本支出（按经济分类）",
    note="决算数自动取自粘贴的表6，没有粘贴的手填；人员经费=301+303，公用经费=302+310。空白不等于 0。",
    fields=(
        Field("subject", "科目编码", 10, "constant"),
        Field("imported", "决算数（取自表6）", 17, "money", NOTHING),
        Field("typed", "决算数（手填）", 15, "money", limits=UNLIMITED),
        Field("final", "决算数", 15, "money", typed_or("{typed}", "{imported}")),
        Field("source", "来源", 46),
    ),
    lines=(
        *_lines(),
        _sum("economic_staff", "人员经费合计", ("301", "303"), "合计"),
        _sum("economic_public", "公用经费合计", ("302", "310")),
    ),
    pasted=(6,),
)
