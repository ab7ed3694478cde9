"""Why points were lost, in words: the formulas for an indicator's problems, 扣分说明, 扣分核对 and 理由草稿.

All of them follow from the ledger and, where a rule alone takes points off, from the figures that it reads.
"""

from __future__ import annotations

from xlperf.frameworks.indicators import Indicator
from xlperf.frameworks.schema import Framework
from xlperf.workbook.columns import Cells
from xlperf.workbook.sheets.ledger import KEY_END, LONGEST_TEXT, of_indicator

# What is behind a text that was cut.
CUT = "……见台账"
MOST_FIGURES = 4


def problems(at: Cells) -> str:
    """The numbers of the facts that the ledger has of an indicator."""
    return f'=IFERROR(MID({of_indicator("numbers", at.code)},2,{LONGEST_TEXT}),"")'


def check(counted: str, at: Cells) -> str:
    """Whether the points taken off in the ledger are those that were lost.

    Where its lines state none, they explain what was lost together; what a determined rule score takes off needs no line.
    """
    listed = f'SUMIF(problem_indicator_key,{at.code}&"{KEY_END}",problem_points)'
    is_told = f'IF({_by_rule(at)},{listed}=0,AND({at.problems}<>"",{listed}=0))'
    return f'=IF(ISERROR({at.score}),"",IF(IF({is_told},TRUE,PERF_SAME({counted}-{at.score},{listed},0)),"","对不上"))'


def note(framework: Framework, indicator: Indicator, counted: str, at: Cells) -> str:
    """Why points were lost: the facts of the ledger; where there are none, what the rule read; else the reason."""
    if indicator.weight is None:
        return f'=IF({at.problems}<>"",{_facts(at)},{at.reason}&"")'
    lost = f"ROUND({counted}-{at.score},2)"
    together = f'IF(COUNTIF(problem_indicator_key,{at.code}&"{KEY_END}")>1,"合计","")'
    taken = f'IF({lost}=0,"不扣分",{together}&"扣 "&{lost}&" 分")'
    told = f'SUBSTITUTE({_facts(at)}&"，","。，","，")&{taken}'
    by_rule = f'{_figures(framework, indicator)}"按规则得 "&ROUND({at.score},2)&" 分，扣 "&{lost}&" 分"'
    otherwise = f'IF({_by_rule(at)},{by_rule},IF({at.reason}<>"",LEFT({at.reason},{LONGEST_TEXT}),"扣 "&{lost}&" 分"))'
    text = f'IF({at.problems}<>"",{told},IF({lost}=0,"",{otherwise}))'
    return f'=IF(ISERROR({at.score}),"",{text})'


def draft(typed: str, at: Cells) -> str:
    """What a reason could say where the score that was typed needs one; it is none itself, since nobody has weighed it."""
    is_same = f'IF({at.rule}="确定",{typed}={at.low},FALSE)'
    bounds = f'ROUND({at.low},2)&IF({at.low}={at.high},"","～"&ROUND({at.high},2))&" 分"'
    rule = f'IF(ISNUMBER({at.low}),"规则分 "&{bounds},"规则分"&{at.rule})'
    facts = f'IF({at.problems}="","",{_facts(at)}&"；")'
    return f'=IF({typed}="","",IF({is_same},"",{facts}&{rule}&"，评定 "&ROUND({typed},2)&" 分"))'


def _by_rule(at: Cells) -> str:
    """Whether the score is the determined one of the rule."""
    return f'IF({at.rule}="确定",{at.score}={at.low},FALSE)'


def _facts(at: Cells) -> str:
    """The facts of an indicator that has any, one after the other, cut where they are too long."""
    told = of_indicator("told", at.code)
    return f'MID(SUBSTITUTE({told},"。；","；"),2,{LONGEST_TEXT})&IF(LEN({told})>{LONGEST_TEXT + 1},"{CUT}","")'


def _figures(framework: Framework, indicator: Indicator) -> str:
    """The figures that the rules read with their values, as the beginning of a formula; nothing where they read none."""
    kinds: dict[str, tuple[str, str]] = {rate.id: (rate.label, rate.format) for rate in framework.rates}
    kinds |= {item.id: (item.label, item.type) for item in framework.inputs}
    ids = dict.fromkeys(name for point in indicator.points for name in point.rule.ids)
    figures = []
    for name in [name for name in ids if name in kinds][:MOST_FIGURES]:
        label, kind = kinds[name]
        # Programs write further digits of a number into a text in their own ways.
        number = f"IF(ISNUMBER({name}),ROUND({name},4),{name})"
        value = f'ROUND({name}*100,2)&"%"' if kind == "rate" else number
        quoted = label.replace('"', '""')
        figures.append(f'"{quoted} "&IFERROR({value},"—")&"，"')
    return "".join(f"{figure}&" for figure in figures)
