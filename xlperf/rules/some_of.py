"""Several items of which the evaluator lists those that apply: optional ones that earn points (可选项目), faults that cost some."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from xlperf.functions import scoring
from xlperf.functions.tiers import options
from xlperf.rules.deduct import not_below_zero
from xlperf.rules.finding_cell import FindingCell
from xlperf.rules.parameters import Block, Calculated, Named, Owner, Row, Table, slug
from xlperf.rules.part import OptionsText
from xlperf.rules.phrases import PLAIN_NAMES, UNTIL_NOTHING, Names, exact, quoted
from xlperf.rules.reading.forms import OFF, OFF_SHARE, Form, Found, Situation, Statement, one
from xlperf.rules.rule import Facts, Limit, Places, Rule, Scale, Told
from xlperf.values import Value, as_text, compare, is_blank, is_number
from xlperf.wording import number, points, shown

NONE = "无"
MOST_ITEMS = 30
ITEMS = Table(
    "可选项目（核查结果里列出编号的各项得分相加，以要点分值为限）", ("要点", "指标", "编号", "得分", "计入", "项目")
)
FAULTS = Table(
    "扣分项目（核查结果里列出编号的各项扣分相加，扣完为止）", ("要点", "指标", "编号", "扣分", "计入", "项目")
)
# The signs between two numbers, and those that mean nothing.
_SEPARATORS, _SPACES = ("、", "，"), (" ", "　")


@dataclass(frozen=True)
class ItemList(FindingCell):
    """The numbers of the items that were met: 1、3、4, or 无. Kept as text, since Excel takes 1,3 for thirteen."""

    count: int
    suggestions: tuple[str, ...]
    hint: str
    applies: str = "做到"
    type = "text"
    format = "text"

    @property
    def allowed(self) -> str:
        """What may be listed."""
        return f"{self.applies}的各项的编号（1～{self.count}，用顿号隔开，不重复）或 {NONE}"

    def accepts(self, finding: object) -> bool:
        """Known numbers, none twice."""
        return _met(finding, range(1, self.count + 1)) is not None

    def trials(self, weight: float | None) -> Sequence[Value]:
        """None, the first, the first two, and so on."""
        numbers = [str(n) for n in range(1, self.count + 1)]
        return [NONE, *("、".join(numbers[:n]) for n in range(1, len(numbers) + 1))]


def _items(text: str) -> str:
    if not 2 <= len(options(text)) <= MOST_ITEMS:
        raise ValueError(f"应有 2 至 {MOST_ITEMS} 项")
    if worthless := next((name for name, given in options(text).items() if given <= 0), ""):
        raise ValueError(f"“{worthless}”的得分应大于 0")
    return text


class ListedRule(Rule):
    """Items with points, numbered from 1 in the order of `items`; the evaluator lists those that apply.

    `items`: such as `设立专栏:1; 开展培训:1; 专人负责:2`.
    """

    items: Annotated[OptionsText, AfterValidator(_items)]

    scale: ClassVar[Scale] = Scale.STATED
    has_fixed_points: ClassVar[bool] = True
    ids: ClassVar[tuple[str, ...]] = ()
    figures: ClassVar[tuple[str, ...]] = ()
    # What applies, what an item does to the score, and how its number is told in a sentence.
    applies: ClassVar[str]
    absent: ClassVar[str]
    table: ClassVar[Table]

    @property
    def finding(self) -> ItemList:
        """The numbers of the items that apply; its hint says which number is which item."""
        numbered = list(enumerate(options(self.items), 1))
        hint = f"填{self.applies}的各项的编号，用顿号隔开，如 1、3；一项也没有填“{NONE}”。"
        hint += "；".join(f"{n} {name}" for n, name in numbered)
        return ItemList(len(numbered), (NONE, *(str(n) for n, _ in numbered)), hint, self.applies)

    def parameters(self, owner: Owner) -> tuple[Block, ...]:
        """What the finding lists, each item with what it counts for, and whether every number is known and none is there twice."""
        stated = f'INDEX(point_finding,MATCH("{owner.code}",point_code,0))'
        for sign in _SPACES:
            stated = f'SUBSTITUTE({stated},"{sign}","")'
        for sign in _SEPARATORS:
            stated = f'SUBSTITUTE({stated},"{sign}",",")'
        found = options(self.items).items()
        hits = [f'ISNUMBER(FIND(","&{{sign[{n}]}}&",",","&{{result[0]}}&","))' for n in range(1, len(found) + 1)]
        length = "+".join(f"IF({hit},LEN({{sign[{n}]}})+1,0)" for n, hit in enumerate(hits, 1))
        is_none = f'OR({{result[0]}}="0",{{result[0]}}="{NONE}")'
        check = f'IF({{result[0]}}="","",IF({is_none},0,IF({length}=LEN({{result[0]}})+1,0,#VALUE!)))'
        rows = [Row((owner.code, owner.name, None, None, Calculated(f"={stated}"), "核查结果里列出的编号"))]
        for n, ((name, given), hit) in enumerate(zip(found, hits, strict=True), 1):
            earned = Calculated(f'=IF({{result[0]}}="","",IF({hit},{{limit[{n}]}},0))')
            rows.append(Row((owner.code, owner.name, n, given, earned, name), (None, None, "count", "score", "score")))
        rows.append(
            Row(
                (
                    owner.code,
                    owner.name,
                    None,
                    None,
                    Calculated(f"={check}", may_fail=True),
                    "核对：编号都在表里、不重复（0 即相符）",
                )
            )
        )
        names = (
            Named(_name(owner.code, "items"), "sign", "limit", (1, len(found))),
            Named(_name(owner.code, "earned"), "result", "result", (1, len(found) + 1)),
        )
        return (Block(self.table, tuple(rows), names),)

    def words(self, facts: Facts) -> Told:
        """What is listed and what follows from it, all items below."""
        table = facts.table(_name(facts.code, "items"))
        if is_blank(facts.finding):
            return Told(f"还没有填{self.applies}哪几项，规则分算不出", lines=tuple(self._lines(table, None)))
        met = _met(facts.finding, range(1, len(table) + 1))
        if met is None:
            text = f"“{shown(facts.finding)}”里有重复的编号或表里没有的编号，规则分算不出"
            return Told(text, lines=tuple(self._lines(table, None)))
        given = [float(counted) for n, counted in table if n in met and is_number(counted)]
        return self.listed(facts.weight, sorted(met), given, tuple(self._lines(table, met)))

    @abstractmethod
    def listed(self, weight: float, numbers: list[int], given: list[float], lines: tuple[str, ...]) -> Told:
        """What follows from the items listed."""

    def _lines(self, table: Sequence[Sequence[Value]], met: set[int] | None) -> Iterator[str]:
        for name, (n, given) in zip(options(self.items), table, strict=False):
            state = "" if met is None else f"，{self.applies}" if n in met else f"，{self.absent}"
            yield f"{shown(n)} {name}：{shown(given)} 分{state}"

    def limits(self, facts: Facts) -> Iterator[Limit]:
        """None: it reads no figures."""
        yield from ()


class SomeOfRule(ListedRule):
    """Several items, of which a unit need not meet all: points for each that is met, together at most the weight."""

    kind: Literal["some_of"]

    label: ClassVar[str] = "可选项目"
    applies: ClassVar[str] = "做到"
    absent: ClassVar[str] = "没有做到"
    table: ClassVar[Table] = ITEMS

    def formulas(self, places: Places) -> tuple[str, str]:
        """The points of the items met, which stand on the parameter sheet."""
        return f"PERF_SCORE_PARTS({_name(places.code, 'earned')},{places.weight})", places.low

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """Items that together don't reach the weight, or alone go beyond it."""
        given = options(self.items)
        if weight is None:
            return
        if compare(sum(given.values()), weight) < 0:
            yield "tier_over_weight", f"各项合计 {number(sum(given.values()))} 分，到不了分值 {weight:g}"
        for name, most in given.items():
            if compare(most, weight) > 0:
                yield "tier_over_weight", f"“{name}”一项 {most:g} 分超过分值 {weight:g}"

    def listed(self, weight: float, numbers: list[int], given: list[float], lines: tuple[str, ...]) -> Told:
        """`做到 2 项（1、3）：1 + 2 = 3.00`."""
        score = scoring.score_parts(given or [0.0], weight)
        if not numbers:
            return Told(f"一项也没有做到：{points(score)} 分", score, score, lines)
        total = f"{' + '.join(number(x) for x in given)} = "
        capped = f"{number(sum(given))}，以分值为限：" if compare(sum(given), weight) > 0 else ""
        head = f"做到 {len(numbers)} 项（{'、'.join(str(n) for n in numbers)}）"
        return Told(f"{head}：{total}{capped}{points(score)}", score, score, lines)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`做到以下各项的，逐项得分，合计以分值为限：“设立专栏”得1分；“专人负责”得2分`."""
        each = (f"{quoted(name)}得{exact(given)}分" for name, given in options(self.items).items())
        return f"做到以下各项的，逐项得分，合计以分值为限：{'；'.join(each)}"


class DeductSomeRule(ListedRule):
    """Several faults, each of which costs points of its own (缺批复扣6分，无任务书扣4分), down to nothing."""

    kind: Literal["deduct_some"]

    label: ClassVar[str] = "逐项扣分"
    applies: ClassVar[str] = "存在"
    absent: ClassVar[str] = "没有"
    table: ClassVar[Table] = FAULTS

    def formulas(self, places: Places) -> tuple[str, str]:
        """The weight less what the faults cost, which stands on the parameter sheet."""
        off = f"PERF_SCORE_PARTS({_name(places.code, 'earned')},{places.weight})"
        return f"PERF_SCORE_DEDUCT({places.weight},1,{off})", places.low

    def faults(self, weight: float | None) -> Iterator[tuple[str, str]]:
        """Faults that cost more than there is."""
        for name, off in options(self.items).items():
            if weight is not None and compare(off, weight) > 0:
                yield "tier_over_weight", f"“{name}”一项扣 {off:g} 分，超过分值 {weight:g}"

    def listed(self, weight: float, numbers: list[int], given: list[float], lines: tuple[str, ...]) -> Told:
        """`存在 2 项（1、3）：分值 10 − 6 − 3 = 1.00`."""
        off = scoring.score_parts(given or [0.0], weight)
        score = scoring.score_deduct(weight, 1, off)
        if not numbers:
            return Told(f"一项也没有，不扣分：{points(score)} 分", score, score, lines)
        head = f"存在 {len(numbers)} 项（{'、'.join(str(n) for n in numbers)}）"
        way = f"分值 {' − '.join(number(x) for x in (weight, *given))} = "
        return Told(f"{head}：{way}{not_below_zero(weight - sum(given), score)}", score, score, lines)

    def wording(self, weight: float, names: Names = PLAIN_NAMES) -> str:
        """`存在以下各项的，逐项扣分，扣完为止：“缺批复”扣6分；“无任务书”扣4分`."""
        each = (f"{quoted(name)}扣{exact(off)}分" for name, off in options(self.items).items())
        return f"存在以下各项的，逐项扣分，{UNTIL_NOTHING}：{'；'.join(each)}"


def _name(code: str, part: str) -> str:
    """A name on the parameter sheet: the items with their points, or what they earn."""
    return f"{part}_{slug(code)}"


def _met(finding: object, numbers: Sequence[int]) -> set[int] | None:
    """The numbers that a finding lists; None where one is not known or is there twice."""
    text = as_text(finding) if isinstance(finding, bool | int | float | str) else str(finding)
    for sign in _SPACES:
        text = text.replace(sign, "")
    for sign in _SEPARATORS:
        text = text.replace(sign, ",")
    if text in ("0", NONE):
        return set()
    listed, known = text.split(","), {str(n): n for n in numbers}
    is_valid = len(set(listed)) == len(listed) and set(listed) <= set(known)
    return {known[part] for part in listed} if is_valid else None


def _read(statements: Sequence[Statement], situation: Situation) -> Iterator[Found]:
    """缺批复扣60%，无任务书扣40%: what each fault costs. Two ways where one limit lies beyond another (<90%…，<70%…)."""
    offs = [_off(s, situation) for s in statements]
    if None in offs:
        situation.doubt("ask_weight", "扣分写成分值的比例，请给出分值", *statements)
        return
    names = [_item_name(s, situation) for s in statements]
    costs = [exact(float(off)) for off in offs if off is not None]
    if len(names) < 2 or len(set(names)) < len(names) or "" in names or "0" in costs:
        return
    nested = [n for n in range(1, len(statements)) if _goes_beyond(statements[n], statements[n - 1])]
    text = situation.text(*statements)
    if not nested:
        yield one(DeductSomeRule(kind="deduct_some", items=_listed(names, costs)), text)
        return
    apart = [f"{name}（未到下一档）" if n + 1 in nested else name for n, name in enumerate(names)]
    yield one(DeductSomeRule(kind="deduct_some", items=_listed(apart, costs)), text, "同一指标值只按最低一档扣")
    yield one(DeductSomeRule(kind="deduct_some", items=_listed(names, costs)), text, "符合几档的，各档扣分相加")


def _listed(names: Sequence[str], costs: Sequence[str]) -> str:
    return "; ".join(f"{name}:{cost}" for name, cost in zip(names, costs, strict=True))


def _off(statement: Statement, situation: Situation) -> Fraction | None:
    outcome = statement.outcome
    if outcome is None or outcome.kind not in (OFF, OFF_SHARE):
        return None
    if outcome.kind == OFF:
        return outcome.amount
    return None if situation.weight is None else outcome.amount * situation.weight


def _item_name(statement: Statement, situation: Situation) -> str:
    if not statement.causes:
        return ""
    text = situation.quote(statement.causes[0].start, statement.causes[-1].end)
    for sign in (";", "；", "：", ":", "\n", ","):
        text = text.replace(sign, "，")
    return text.strip("，、的 ")


def _goes_beyond(statement: Statement, before: Statement) -> bool:
    """Whether it is a further limit of what the statement before it limits: `<70%` after `完成率<90%`."""
    if not statement.compared or not before.compared:
        return False
    first, last = before.compared[0], statement.compared[0]
    if last.subject and last.subject != first.subject:
        return False
    signs = [cause.relations[0].operator if cause.relations else cause.operator for cause in (first, last)]
    return signs[0] == signs[1]


FORM = Form("deduct_some", "(OFF_FACT | OFF_VALUE)+", _read)
