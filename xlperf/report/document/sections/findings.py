"""What came of it: achievements, problems by category with their causes, suggestions, plans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xlperf.evaluation.result import Problem
from xlperf.report.document.blocks import Block, Heading, Written
from xlperf.report.document.sections.overview import written
from xlperf.report.document.subject import Subject, chinese, listing, plain

_LEDGER = "“问题台账”"


@dataclass(frozen=True)
class Group:
    """Problems of one category: its title, and whether the ledger states it."""

    title: str
    is_stated: bool
    problems: tuple[Problem, ...]

    @property
    def causes(self) -> list[str]:
        """Why they came about, each cause once."""
        return _each(problem.cause for problem in self.problems)

    @property
    def suggestions(self) -> list[str]:
        """What is suggested, each suggestion once."""
        return _each(problem.suggestion for problem in self.problems)


def groups(subject: Subject) -> list[Group]:
    """The problems of the ledger by category; one without a category goes by the first-level indicator that it touches."""
    levels = {indicator.code: indicator.level for indicator in subject.framework.indicators}
    found: dict[tuple[str, bool], list[Problem]] = {}
    for problem in subject.problems.values():
        category = plain(problem.category or "")
        touched = next((levels[code] for code in problem.indicators if code in levels), "其他")
        found.setdefault((category or f"{touched}方面", bool(category)), []).append(problem)
    # Those that nobody has named yet come last.
    ordered = sorted(found.items(), key=lambda item: not item[0][1])
    return [Group(title, is_stated, tuple(problems)) for (title, is_stated), problems in ordered]


def achievements(subject: Subject) -> Iterator[Block]:
    """What was achieved."""
    yield written(subject, "achievements", "主要绩效", "取得的主要成效，分项写，附数据和佐证")


def experience(subject: Subject) -> Iterator[Block]:
    """What others can learn."""
    yield written(subject, "experience", "主要经验做法", "值得推广的做法，分项写")


def plan(subject: Subject) -> Iterator[Block]:
    """What the unit does next."""
    yield written(subject, "plan", "下一步工作计划", "下一步改进绩效管理的安排")


def problems(subject: Subject) -> Iterator[Block]:
    """The problems with their causes, a heading for each category."""
    found = groups(subject)
    if not found:
        yield Written("存在问题", (), "存在的问题；没有发现问题的写明", f"{_LEDGER}表")
    for place, group in enumerate(found, 1):
        yield Heading(f"（{chinese(place)}）{group.title}", 2)
        facts = [plain(problem.fact or "") for problem in group.problems]
        texts = [listing(facts)]
        if causes := group.causes:
            texts.append(f"原因：{listing(causes)}")
        yield Written(f"问题 {group.title}", tuple(texts), "问题和原因", f"{_LEDGER}表")
        if not group.is_stated:
            key = f"问题归类 {group.title}"
            yield Written(key, (), "给这一组问题归类、拟标题", f"{_LEDGER}的“类别”列")
        if not causes:
            yield Written(f"原因 {group.title}", (), "产生这些问题的原因", f"{_LEDGER}的“原因”列")


def problems_nested(subject: Subject) -> Iterator[Block]:
    """The problems within a part that has such a heading itself."""
    return _lowered(problems(subject))


def suggestions_nested(subject: Subject) -> Iterator[Block]:
    """The suggestions within a part that has such a heading itself."""
    return _lowered(suggestions(subject))


def _lowered(blocks: Iterator[Block]) -> Iterator[Block]:
    """Headings （一） as 一、 a level below."""
    for block in blocks:
        if isinstance(block, Heading):
            yield Heading(block.text.removeprefix("（").replace("）", "、", 1), block.level + 1)
        else:
            yield block


def suggestions(subject: Subject) -> Iterator[Block]:
    """The suggestions by the same categories."""
    found = groups(subject)
    if not found:
        yield Written("相关建议", (), "针对性的建议", f"{_LEDGER}的“建议”列")
    for place, group in enumerate(found, 1):
        yield Heading(f"（{chinese(place)}）{group.title}", 2)
        told = group.suggestions
        texts = (f"建议：{listing(told)}",) if told else ()
        yield Written(f"建议 {group.title}", texts, f"针对“{group.title}”的建议", f"{_LEDGER}的“建议”列")


def _each(texts: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(told for text in texts if (told := plain(text or ""))))
