"""结转结余: balances across years, by budget; this year's opening must be last year's closing balance."""

from __future__ import annotations

from xlperf.frameworks.plausibility import UNLIMITED
from xlperf.workbook.sheets.paste_blocks import amount, row_by_label
from xlperf.workbook.tables.table import NOTHING, Field, Line, Table, change, typed_or

_SAME = 'IF(COUNT({previous_end},{used_opening})<2,"",IF(ROUND({previous_end}-{used_opening},2)=0,"衔接","不衔接"))'


def _granted(label: str, group: int) -> str:
    """A template for an amount of 财政拨款收入支出决算总表, in the half (income, spending) that it stands in."""
    return amount(4, f"final{group}", row_by_label(4, f'"{label}"', group))


TABLE = Table(
    id="carryover",
    sheet="结转结余",
    title="结转结余（跨年）",
    note="本年初应等于上年末；变动率=(本年末−上年末)÷上年末。上年末取自上年决算，填时注明来源。"
    "存量资金的本年初、本年末没有手填的，取自粘贴的表4（财政拨款结转和结余）；有不计入的（科研项目、当年 12 月下达的资金等）手填。",
    fields=(
        Field("previous_end", "上年末", 15, "money", limits=UNLIMITED, last_year_of="used_end"),
        Field("opening", "本年初（手填）", 15, "money", known_as="", limits=UNLIMITED),
        Field("imported_opening", "本年初（取自表4）", 17, "money", NOTHING, known_as=""),
        Field("used_opening", "本年初", 15, "money", typed_or("{opening}", "{imported_opening}"), known_as="opening"),
        Field("end", "本年末（手填）", 15, "money", known_as="", limits=UNLIMITED),
        Field("imported_end", "本年末（取自表4）", 17, "money", NOTHING, known_as=""),
        Field("used_end", "本年末", 15, "money", typed_or("{end}", "{imported_end}"), known_as="end"),
        Field("linked", "跨年衔接", 11, "general", f"={_SAME}"),
        Field(
            "change",
            "变动率",
            12,
            "rate",
            change("{used_end}", "{previous_end}"),
        ),
        Field("source", "来源", 60),
    ),
    lines=(
        Line("carryover_general", "一般公共预算财政拨款"),
        Line("carryover_fund", "政府性基金预算财政拨款"),
        Line("carryover_capital", "国有资本经营预算财政拨款"),
        Line("carryover_other", "其他资金"),
        Line("carryover_total", "结转结余合计", is_total=True),
        Line(
            "carryover_stock",
            "国库集中支付存量资金",
            {
                "imported_opening": _granted("年初财政拨款结转和结余", 1),
                "imported_end": _granted("年末财政拨款结转和结余", 2),
            },
        ),
    ),
    pasted=(4,),
)
