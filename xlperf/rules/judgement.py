"""Standards without a scale: all is judgement (判断), or the source does not print it (未载明)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from xlperf.functions import scoring
from xlperf.rules.parameters import Block, Owner
from xlperf.rules.phrases import PLAIN_NAMES, Names
from xlperf.rules.reading.forms import Form, Found, Situation, Statement, one
from xlperf.rules.rule import Facts, Limit, Places, Rule, Scale, Told
from xlperf.wording import points


class ScalelessRule(Rule):
    """A rule without anything to calculate."""

    has_fixed_points: ClassVar[bool] = False
    ids: ClassVar[tuple[str, ...]] = ()
    figures: ClassVar[tuple[str, ...]] = ()
    finding: ClassVar[None] = None

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """Nothing."""
        return ()

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """None: it reads no figures."""
        yield from ()


class JudgementRule(ScalelessRule):
    """No scale in the standard: the evaluator judges between 0 and the weight and gives the reason."""

    kind: Literal["judgement"]

    label: ClassVar[str] = "判断"
    scale: ClassVar[Scale] = Scale.JUDGED

    def formulas(self, places: Places) -> tuple[str, str]:
        """Nothing and all."""
        return f"PERF_SCORE_PASS({places.weight},FALSE)", f"PERF_SCORE_PASS({places.weight},TRUE)"

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """That there is no scale."""
        yield "no_scale", "标准里没有分档，由评价人判断"

    def words(self, facts: Facts) -> Told:
        """That the evaluator judges."""
        full = scoring.score_pass(facts.weight, True)
        return Told(f"标准没有分档，由评价人在 0.00～{points(full)} 分之间判断并写明理由", 0.0, full)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """That the evaluator judges."""
        return "由评价人在0分至满分之间判断，写明理由"


class UnstatedRule(ScalelessRule):
    """The source does not print the standard (未载明): there is no rule score, whatever the data."""

    kind: Literal["unstated"]

    label: ClassVar[str] = "未载明"
    scale: ClassVar[Scale] = Scale.UNSTATED

    def formulas(self, places: Places) -> None:
        """None."""
        return

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """None: what is not printed is listed for the whole framework."""
        yield from ()

    def words(self, facts: Facts) -> Told:
        """That there is none."""
        return Told("来源没有印出评分标准（未载明），没有规则分")

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """That there is none."""
        return "评分标准未载明"


_SCALED = ("%", "分之", "权重", "得分", "扣", "折算", "比例", "分值", "满分", "一票否决", "择一", "择其一")


def _read(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """Words without a number and without points, or a rank among others: somebody has to judge."""
    text = situation.text(*statements)
    is_rank = all(s.type == "RANK" for s in statements)
    said = "".join(situation.text(s) for s in statements if s.type == "FREE")
    if is_rank or not (any(sign.isdigit() for sign in said) or any(word in said for word in _SCALED)):
        yield one(JudgementRule(kind="judgement"), text)


FORM = Form(
    "judgement",
    "(FREE | OPEN)+ | RANK+",
    _read,
    (("RANK.60", r"/[^；。\n]*(?:排名|排序|名次|第(?:\d+|[一二三])(?:[-~至](?:第)?\d+)?名)[^；。\n]*/"),),
)
