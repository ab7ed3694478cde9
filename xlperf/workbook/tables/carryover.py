"""结转结余: balances across years, by budget; this year's opening must be last year's closing balance."""

from __future__ import annotations

from xlperf.frameworks.plausibility import UNLIMITED
from xlperf.workbook.tables.table import Field, Line, Table, change

_SAME = 'IF(COUNT({previous_end},{opening})<2,"",IF(ROUND({previous_end}-{opening},2)=0,"衔接","不衔接"))'

TABLE = Table(
    id="carryover",
    sheet="结转结余",
    title="结转结余（跨年）",
    note="本年初应等于上年末；变动率=(本年末−上年末)÷上年末。上年末取自上年决算，填时注明来源。",
    fields=(
        Field("previous_end", "上年末", 15, "money", limits=UNLIMITED, last_year_of="end"),
        Field("opening", "本年初", 15, "money", limits=UNLIMITED),
        Field("end", "本年末", 15, "money", limits=UNLIMITED),
        Field("linked", "跨年衔接", 11, "general", f"={_SAME}"),
        Field(
            "change",
            "变动率",
            12,
            "rate",
            change("{end}", "{previous_end}"),
        ),
        Field("source", "来源", 60),
    ),
    lines=(
        Line("carryover_general", "一般公共预算财政拨款"),
        Line("carryover_fund", "政府性基金预算财政拨款"),
        Line("carryover_capital", "国有资本经营预算财政拨款"),
        Line("carryover_other", "其他资金"),
        Line("carryover_total", "结转结余合计", is_total=True),
        Line("carryover_stock", "国库集中支付存量资金"),
    ),
)
