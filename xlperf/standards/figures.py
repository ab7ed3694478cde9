"""The figures that the budget tables and the shipped frameworks already know, by name, for a new standard to use."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from xlperf.frameworks.contents import Input, Rate
from xlperf.frameworks.expressions import Expression
from xlperf.frameworks.loading import find_framework, shipped_frameworks
from xlperf.frameworks.schema import Framework
from xlperf.workbook.tables.all_tables import BUDGET_TABLES
from xlperf.workbook.tables.table import NUMERIC, Table

Figure = Input | Rate
SUGGESTIONS = 3
_ALIKE = 0.6
_TYPES = {"money": "money", "number": "number", "count": "count", "rate": "rate"}
# What a standard puts before or after a name without meaning another figure.
_AFFIXES = ("部门", "本部门", "单位", "本单位", "本年度", "年度", "本年", "当年", "全年")
_NEGATIONS = "没未无不非否"


@dataclass(frozen=True)
class Known:
    """A figure that may be used: what a list shows, the figure itself, and before it whatever it is calculated from."""

    text: str
    figures: tuple[Figure, ...]

    @property
    def figure(self) -> Figure:
        """The figure."""
        return self.figures[-1]

    @property
    def type(self) -> str:
        """Its type: money, number, count, rate, flag or text."""
        return self.figure.type if isinstance(self.figure, Input) else self.figure.format


@cache
def known_figures() -> dict[str, Known]:
    """All of them by the text that a list shows; those of the same name and another meaning have a remark behind it."""
    found: dict[str, Known] = {}
    for name in shipped_frameworks():
        framework = find_framework(name).framework
        for figures in _with_sources(framework):
            _add(found, figures, name)
    for table in BUDGET_TABLES:
        for fact in _facts(table):
            _add(found, (fact,), table.sheet)
    return found


def meaning(figure: Figure) -> str:
    """How a figure is defined, or where it is found."""
    return figure.definition if isinstance(figure, Rate) else figure.help


def suggestions(label: str, kind: str) -> list[Known]:
    """The known figures whose name is most like a label, of a type that may stand for it; those of the same name first."""
    wanted = _bare(label)
    fitting = [known for known in known_figures().values() if _fits(known.type, kind)]
    if kind == "flag":
        # The opposite is written almost alike: 有低或差, 没有低或差.
        fitting = [known for known in fitting if _negations(known.figure.label) == _negations(label)]
    rated = [(SequenceMatcher(None, wanted, _bare(known.figure.label)).ratio(), known) for known in fitting]
    best = sorted((pair for pair in rated if pair[0] >= _ALIKE), key=lambda pair: -pair[0])
    return [known for _, known in best[:SUGGESTIONS]]


def same_name(label: str, kind: str) -> Known | None:
    """The one known figure of a name; None where there is none, or several of which one would have to be guessed."""
    wanted = _bare(label)
    found = [k for k in known_figures().values() if _fits(k.type, kind) and _bare(k.figure.label) == wanted]
    return found[0] if len(found) == 1 else None


def _fits(type_: str, kind: str) -> bool:
    """Whether a figure of a type may stand where a standard compares one of a kind."""
    return (
        type_ == kind or (kind == "number" and type_ in ("money", "count")) or (kind == "money" and type_ == "number")
    )


def _negations(label: str) -> int:
    return sum(label.count(sign) for sign in _NEGATIONS)


def _bare(label: str) -> str:
    """A name without what makes no other figure of it."""
    text = "".join(sign for sign in unicodedata.normalize("NFKC", label) if sign.isalnum() or sign in "+-")
    for affix in _AFFIXES:
        if text.startswith(affix) and len(text) > len(affix) + 2:
            text = text[len(affix) :]
    return text.removesuffix("数") if len(text) > 3 else text


def _add(found: dict[str, Known], figures: tuple[Figure, ...], origin: str) -> None:
    label = figures[-1].label.strip("　 ")
    same = found.get(label)
    if same is None:
        found[label] = Known(label, figures)
    elif same.figures != figures:
        text = f"{label}（{origin}）"
        found[text] = Known(text, figures)


def _with_sources(framework: Framework) -> Iterator[tuple[Figure, ...]]:
    """Every input and rate, each rate behind all that it is calculated from."""
    known: dict[str, Figure] = {i.id: i for i in framework.inputs}
    known |= {rate.id: rate for rate in framework.rates}
    for figure in known.values():
        yield tuple(dict.fromkeys(_sources(figure, known)))


def _sources(figure: Figure, known: dict[str, Figure]) -> Iterator[Figure]:
    if isinstance(figure, Rate):
        for identifier in Expression.parse(figure.formula).ids:
            yield from _sources(known[identifier], known)
    yield figure


def _facts(table: Table) -> Iterator[Input]:
    """The figures of a budget table as inputs that are taken from it."""
    cells = [
        (f"{line.code}_{f.id}", f"{line.label.strip()}{f.heading}", line.kind or f.kind)
        for line in table.lines
        for f in table.fields
        if f.kind in NUMERIC
    ]
    cells += [(fact.id, fact.label, fact.kind) for fact in table.facts]
    for identifier, label, kind in cells:
        if kind in _TYPES:
            unit = "万元" if kind == "money" else ""
            yield Input.model_validate(
                {"id": identifier, "label": label, "group": table.sheet, "type": _TYPES[kind], "unit": unit,
                 "help": f"取自预算表“{table.sheet}”", "fact": identifier}
            )  # fmt: skip
