"""What-if and sensitivity in sentences and tables, the same for terminal and page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xlperf.explain.sensitivity import FIGURE, FINDING, SCORE, Distance, Lever, Sensitivity
from xlperf.explain.targets import Target
from xlperf.explain.what_if import Move, WhatIf
from xlperf.values import compare
from xlperf.wording import points, shown, signed

SHOWN = 10
LONGEST = 40
_KINDS = ((FIGURE, "数据项"), (FINDING, "核查结果"), (SCORE, "评分"))


@dataclass(frozen=True)
class Listing:
    """A table: title, headings, rows of texts, and the columns that are set to the right."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Sentences, then tables."""

    sentences: tuple[str, ...]
    listings: tuple[Listing, ...]


def what_if_comparison(found: WhatIf, target: Target) -> Comparison:
    """The before and after of a trial."""
    sentences = [
        f"假设：{a.item.label} {_short(shown(a.before, a.item.type, a.item.unit))} → "
        f"{_short(shown(a.after, a.item.type, a.item.unit))}　[{a.item.cell}]"
        for a in found.assumptions
    ]
    sentences += [f"注意：{note}。" for note in found.notes]
    if found.followed:
        codes, (given, called) = "、".join(found.followed), found.given
        sentences.append(
            f"指标 {codes} 的{called}原来与规则分一致，试算时随规则分走；要保持不变，请一并写明 {given}.编码=分数。"
        )
    own = {move.before for move in found.target}
    others = [move for move in found.moves if move.before not in own]
    headings = ("项目", "原来", "试算", "变动", "单元格")
    listings = [Listing(target.label, headings, tuple(map(_move, found.target)), (3,))]
    if others:
        title = f"随之变化的（{len(others)} 处）"
        listings.append(Listing(title, headings, tuple(map(_move, others)), (3,)))
    else:
        sentences.append("没有别的结果随之变化。")
    return Comparison(tuple(sentences), tuple(listings))


def sensitivity_comparison(found: Sensitivity, *, is_whole: bool = False) -> Comparison:
    """Distances and levers; of each kind the strongest few, or all."""
    sentences = [f"总分 {points(found.total)}，等级 {found.grade}。{_distance(found.up, found.down)}"]
    crossing = [x for x in found.levers if x.crosses]
    for distance, word, sign in ((found.up, "升", 1), (found.down, "降", -1)):
        if distance and not any(x.change(found.total) * sign > 0 for x in crossing):
            sentences.append(f"没有哪一项单独改变就能{word}为“{distance.grade}”。")
    listings = [_levers(f"单独改一项就会改变等级的（{len(crossing)} 项）", crossing, found.total)] if crossing else []
    for kind, label in _KINDS:
        rest = [x for x in found.levers if x.kind == kind and not x.crosses]
        listed = rest if is_whole else rest[:SHOWN]
        more = f"，列出影响最大的 {len(listed)} 处" if len(listed) < len(rest) else ""
        if listed:
            listings.append(_levers(f"{label}（{len(rest)} 处{more}）", listed, found.total))
    sentences += [f"{note}。" for note in found.notes]
    sentences.append(
        "每次只改一项，其余不变；“改为”是离现在最近的界限或能到的两头。核查结果和评定分的改动须有依据和理由。"
    )
    return Comparison(tuple(sentences), tuple(listings))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _move(move: Move) -> tuple[str, ...]:
    before = move.before
    label = f"{before.label}　{before.aspect}" if before.aspect else before.label
    return label, before.text, move.after.text if move.has_moved else "不变", move.difference, before.cell


def _distance(up: Distance | None, down: Distance | None) -> str:
    parts = []
    if up:
        parts.append(f"升为“{up.grade}”还差 {points(up.points)} 分（到 {points(up.total)}）")
    if down:
        parts.append(f"再失 {points(down.points)} 分（到 {points(down.total)}）就降为“{down.grade}”")
    return f"{'；'.join(parts)}。" if parts else ""


def _levers(title: str, levers: Iterable[Lever], total: float) -> Listing:
    rows = tuple((x.label, x.now_text, x.to_text, _total(x), signed(x.change(total)), _grade(x)) for x in levers)
    return Listing(title, ("改什么", "现在", "改为", "总分", "变动", "等级"), rows, (3, 4))


def _total(lever: Lever) -> str:
    low, high = lever.outcome.low, lever.outcome.high
    return points(low) if compare(low, high) == 0 else f"{points(low)}～{points(high)}"


def _grade(lever: Lever) -> str:
    low, high = lever.outcome.grade_low, lever.outcome.grade_high
    return low if low == high else f"{low}～{high}"
