"""How far workbooks are calculated as they were saved: accepted or refused, and how often each engine is right.

Each is tried as it is, and once more with its saved values taken out of a copy in memory, as many programs write files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from xlperf.engines.dependents import Dependents
from xlperf.engines.foreign import UnwitnessedError
from xlperf.engines.placeholders import without_placeholders
from xlperf.engines.protocol import CellPlace
from xlperf.engines.recalculation import COMPILED, FORMUALIZER, Recalculation, engine_named, recalculate
from xlperf.engines.records import Record
from xlperf.engines.reproduction import Reproduction, array_owners, reproduce
from xlperf.engines.variants import Formulas, function_of, is_call, values_of, variants
from xlperf.errors import UserError
from xlperf.package import Package, open_package, same_value
from xlperf.values import Value

ENGINES = (COMPILED, FORMUALIZER)
# What some cells are, their variants, and their number.
Row = tuple[str, tuple[str, ...], int]
RIGHT, WRONG, UNABLE = "right", "wrong", "unable"
# Wrong only as it is based on a cell that is.
FOLLOWING = "following"
_GENERAL = (
    (re.compile(r"^结果(区域是|展开成 ).*"), "数组公式的结果区域与保存的不同"),
    (re.compile(r"^\S+ 的 .+ (算错过|没有记录|记录不足)"), r"\1"),
    (re.compile(r"^.* 重现不出本文件中保存的值"), "重现不出本文件中保存的值"),
    (re.compile(r"^公式引用了外部工作簿.*"), "外部工作簿没有保存的值"),
    (re.compile(r"^(工作簿以显示精度计算).*"), r"\1"),
    (re.compile(r"^\S+ 的求和区域里.*"), "求和区域里有错误值"),
)


@dataclass
class Trial:
    """One recalculation of a file: whether it was accepted, else why not.

    `kept`: reasons for which cells keep what the file holds, with their number. `wrong`: cells that came out otherwise.
    """

    is_accepted: bool = True
    reasons: list[str] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=dict)
    equal: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class Examined:
    """What came of a file.

    `agreement`: by engine what the cells are, each judged by itself, by their variants; `agreement_blanked`: the same where
    no cell has a saved value to count on.
    """

    formulas: int
    as_saved: Trial
    blanked: Trial
    agreement: dict[str, list[Row]] = field(default_factory=dict)
    agreement_blanked: dict[str, list[Row]] = field(default_factory=dict)


def examined(data: bytes) -> Examined:
    """Tries a workbook.

    Errors: UserError: it can't be read.
    """
    package, _ = without_placeholders(open_package(data))
    saved = package.saved_results
    if not saved:
        return Examined(0, Trial(), Trial())
    formulas = Formulas(package)
    blank = package.patched(dict.fromkeys(saved))
    as_saved, blanked = _tried(package, package, formulas), _tried(blank, package, formulas)
    agreement, alone = ({name: _agreement(p, package, formulas, name) for name in ENGINES} for p in (package, blank))
    return Examined(len(saved), as_saved, blanked, agreement, alone)


def _tried(given: Package, original: Package, formulas: Formulas) -> Trial:
    try:
        result = recalculate(given)
    except UnwitnessedError as error:
        return Trial(False, _general(error.witnesses.unwitnessed.values()))
    except UserError as error:
        return Trial(False, _general([str(error)]))
    trial = Trial(kept=dict(Counter(map(general, result.kept.values()))))
    after: Mapping[CellPlace, Value] = {**given.saved_results, **_new(result)}
    timely = timely_cells(original, formulas)
    for place, value in original.saved_results.items():
        if value is None or place in timely:
            continue
        if same_value(value, after[place]):
            trial.equal += 1
        else:
            text = original.formulas(place[0]).get(place[1], "")
            trial.wrong.append(f"{place[0]}!{place[1]}  ={text}  文件中 {value}  重算 {after[place]}")
    return trial


def _new(result: Recalculation) -> dict[CellPlace, Value]:
    return {(change.sheet, change.ref): change.new for change in result.changes}


def timely_cells(package: Package, formulas: Formulas) -> frozenset[CellPlace]:
    """The cells that change with time or by chance, and those based on them."""
    own = [place for place in package.saved_results if (at := formulas.at(place)) is not None and at.is_volatile]
    return frozenset(own) | Dependents(package, formulas).of(own) if own else frozenset()


def general(reason: str) -> str:
    """A reason without what is peculiar to one cell."""
    for pattern, words in _GENERAL:
        if found := pattern.match(reason):
            return found.expand(words)
    return reason.split("：")[0]


def _general(reasons: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(general, reasons)))


def _agreement(given: Package, original: Package, formulas: Formulas, name: str) -> list[Row]:
    """What the cells are to an engine, with the number of those that are the same and have the same variants."""
    try:
        found = reproduce(given, engine_named(name).load(given, {}), formulas)
    except UserError:
        return []
    saved, owners = original.saved_results, array_owners(original)
    kinds = _kinds(found, saved) if given is original else _kinds_alone(found, original, formulas)
    value = values_of(original, saved)
    counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for place, held in saved.items():
        formula = formulas.at(place)
        if formula is None or held is None or formula.is_volatile or owners.get(place, place) != place:
            continue
        counts[kinds[place], tuple(sorted(variants(formula, value)))] += 1
    return [(kind, names, count) for (kind, names), count in counts.items()]


def _kinds(found: Reproduction, saved: Mapping[CellPlace, Value]) -> dict[CellPlace, str]:
    """What each cell is, where others have their saved values."""
    return {place: UNABLE if place in found.unable else WRONG if place in found.failing else RIGHT for place in saved}


def _kinds_alone(found: Reproduction, original: Package, formulas: Formulas) -> dict[CellPlace, str]:
    """What each cell is, where no cell has a saved value: what is based on one that can't be done can't be done either."""
    saved, dependents = original.saved_results, Dependents(original, formulas)
    wrong = {
        place
        for place, value in saved.items()
        if place not in found.unable and value is not None and not same_value(value, found.results.get(place))
    }
    lost, following = dependents.of(found.unable), dependents.of(wrong)
    kinds = dict.fromkeys(saved, RIGHT) | dict.fromkeys(found.unable, UNABLE)
    for place in wrong:
        kinds[place] = UNABLE if place in lost else FOLLOWING if place in following else WRONG
    return kinds


def records_of(outcomes: Iterable[Examined]) -> dict[str, dict[str, Record]]:
    """The records that the files give; for a wrong cell the variant answers that is right least often elsewhere."""
    listed = list(outcomes)
    return {engine: blamed([row for one in listed for row in one.agreement.get(engine, ())]) for engine in ENGINES}


def records_alone_of(outcomes: Iterable[Examined]) -> dict[str, dict[str, Record]]:
    """The same for cells that had no saved values to count on."""
    listed = list(outcomes)
    return {e: blamed([row for one in listed for row in one.agreement_blanked.get(e, ())]) for e in ENGINES}


def blamed(rows: list[Row]) -> dict[str, Record]:
    """The records that cells give, which are right, wrong or not done, with their variants and their number."""
    right: Counter[str] = Counter()
    suspected: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for kind, names, count in rows:
        if kind in (RIGHT, WRONG):
            (right if kind == RIGHT else suspected).update(dict.fromkeys(names, count))

    def share(name: str) -> float:
        return right[name] / (right[name] + suspected[name])

    for kind, names, count in rows:
        if kind == WRONG:
            functions = [name for name in names if is_call(name)] or names
            least = min(map(share, functions), default=0.0)
            wrong.update({name: count for name in functions if share(name) <= least})
    return {name: Record(right[name], wrong[name]) for name in sorted(right.keys() | wrong.keys())}


def functions_of(found: Mapping[str, Record]) -> dict[str, Record]:
    """Records added up by function."""
    totals: dict[str, list[int]] = {}
    for name, one in found.items():
        total = totals.setdefault(function_of(name), [0, 0])
        total[0] += one.right
        total[1] += one.wrong
    return {name: Record(*total) for name, total in sorted(totals.items())}


def from_json(data: Mapping[str, Any]) -> Examined:
    """What came of a file, from what `dataclasses.asdict` made of it."""
    both = [
        {engine: [(kind, tuple(names), count) for kind, names, count in rows] for engine, rows in data[way].items()}
        for way in ("agreement", "agreement_blanked")
    ]
    return Examined(data["formulas"], Trial(**data["as_saved"]), Trial(**data["blanked"]), *both)
