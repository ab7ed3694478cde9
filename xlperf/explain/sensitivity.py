"""How far the grade is, and what a single input, finding or score would change: found by trying it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from xlperf.errors import UserError
from xlperf.evaluation.filled import Filled
from xlperf.explain.explanation import plain
from xlperf.explain.rule_limits import Watched, inputs_of, limits, solutions
from xlperf.explain.total_tree import band_of, grade_bands
from xlperf.explain.trials import BY_RULE, Outcome, Trials
from xlperf.functions.tiers import Tier
from xlperf.package import same_value
from xlperf.rules.rule import Limit
from xlperf.values import Value, compare, is_number, round_half_up
from xlperf.wording import shown
from xlperf.workbook.catalogue import InputCell, framework_inputs
from xlperf.workbook.names import Place

KINDS = FIGURE, FINDING, SCORE = "figure", "finding", "score"
STEPS = {"money": 0.01, "number": 0.01, "count": 1.0, "rate": 0.0001, "score": 0.01}
LARGEST = 1e12


@dataclass(frozen=True)
class Lever:
    """One thing changed: what, from and to, and the total and grade that follow (as a range where somebody must judge)."""

    kind: str
    id: str
    label: str
    cell: str
    now: Value
    to: Value
    now_text: str
    to_text: str
    outcome: Outcome
    crosses: bool

    def change(self, total: float) -> float:
        """The greatest change of the total (points)."""
        return max((self.outcome.low - total, self.outcome.high - total), key=abs)


@dataclass(frozen=True)
class Distance:
    """The next grade in one direction: its name, the first total that has it, and how many points away that is."""

    grade: str
    total: float
    points: float


@dataclass(frozen=True)
class Sensitivity:
    """The total and its grade, the next grades up and down, and every lever, the strongest first."""

    total: float
    grade: str
    up: Distance | None
    down: Distance | None
    levers: tuple[Lever, ...]
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The same as plain data."""
        distances = {
            name: None if d is None else {"grade": d.grade, "total": d.total, "points": d.points}
            for name, d in (("up", self.up), ("down", self.down))
        }
        levers = [
            {
                "kind": x.kind, "id": x.id, "label": x.label, "cell": x.cell, "now": plain(x.now), "to": plain(x.to),
                "total_low": x.outcome.low, "total_high": x.outcome.high,
                "grade_low": x.outcome.grade_low, "grade_high": x.outcome.grade_high, "crosses": x.crosses,
            }
            for x in self.levers
        ]  # fmt: skip
        return {"total": self.total, "grade": self.grade, **distances, "levers": levers, "notes": list(self.notes)}


def sensitivity(filled: Filled) -> Sensitivity:
    """The distances and levers of a workbook that has a total and a grade.

    Errors: UserError: it has none.
    """
    total, grade = filled.result.total, filled.result.grade
    if total is None:
        lacking = [i.code for i in filled.result.indicators if i.score is None]
        why = f"指标 {'、'.join(lacking)} 没有得分" if lacking else "见 xlperf explain 的“合成”"
        raise UserError(f"总分还算不出（{why}），不能看离等级有多远；请先补齐")
    if grade is None:
        raise UserError("来源没有印出等级表（未载明），不能看离等级有多远")
    search = _Search(filled)
    levers = [*search.figures(), *search.findings(), *search.scores()]
    # Python's sort keeps the order of kinds among levers of equal strength.
    levers.sort(key=lambda x: (not x.crosses, KINDS.index(x.kind) if x.crosses else 0, -abs(x.change(total))))
    return Sensitivity(total, grade, search.up, search.down, tuple(levers), tuple(search.notes()))


def distances(total: float, bands: Sequence[Tier], cap: float | None) -> tuple[Distance | None, Distance | None]:
    """The next grades up and down from a total, by bands on a grid of 0.01 points."""
    own = band_of(total, list(bands))
    edges = sorted({round_half_up(b.threshold + d) for b in bands if b.threshold is not None for d in (-0.01, 0, 0.01)})
    grades = [(edge, band_of(edge, list(bands))) for edge in edges if edge >= 0 and (cap is None or edge <= cap)]
    others = [(e, b) for e, b in grades if b is not None and own is not None and b.result != own.result]
    up = next(((e, b) for e, b in others if e > total), None)
    down = next(((e, b) for e, b in reversed(others) if e < total), None)
    found = [
        None if x is None else Distance(str(x[1].result), x[0], round_half_up(abs(x[0] - total))) for x in (up, down)
    ]
    return found[0], found[1]


class _Search:
    """Tries single changes out, one input after the other."""

    def __init__(self, filled: Filled) -> None:
        self._filled = filled
        self._trials = Trials(filled)
        base = self._trials.outcome({})
        if base is None:
            raise UserError("总分还算不出，不能试算；请先补齐数据和评定")
        self._base = base
        # Bonuses may stand on top of the full score.
        cap = None if filled.framework.extras else filled.framework.weight
        self.up, self.down = distances(base.low, grade_bands(filled), cap)
        self._items = {item.id: item for item in framework_inputs(filled.names, filled.framework)}
        # Where an evaluator has judged, the rule score does not count whatever the figures are.
        judged = {i.code for i in filled.result.indicators if i.status not in BY_RULE}
        self._limits = [watched for watched in limits(filled) if watched.changes not in judged]
        self._reading = {name for watched in limits(filled) for name in inputs_of(filled, watched.limit.ids)}
        self._surveyed = {use.feeds for use in filled.framework.surveys}
        self._fixed = 0

    def figures(self) -> Iterator[Lever]:
        """Figures that rules read: the nearest values at which a rule score jumps or the grade changes."""
        for name in self._filled.inputs:
            read = [x for x in self._limits if name in inputs_of(self._filled, x.limit.ids)]
            if not self._counts(name) or name not in self._reading:
                continue
            item = self._items[name]
            tried = (
                self._tried(FIGURE, item, item.choices or (True, False))
                if item.type == "flag"
                else self._numbers(item, read)
            )
            found = list(tried) if read else []
            self._fixed += not found
            yield from found

    def notes(self) -> Iterator[str]:
        """What was not tried, or has no effect."""
        if self._fixed:
            yield f"另有 {self._fixed} 个数据项单独改变不影响总分（得分已由{self._filled.framework.award_label}决定，或到不了界限）"
        skipped = [self._filled.label(name) for name in self._surveyed if not self._counts(name)]
        if skipped:
            yield f"{'、'.join(skipped)}由问卷份数算出，没有单独试"

    def findings(self) -> Iterator[Lever]:
        """Every other finding, option or count of problems that changes the total."""
        for indicator in self._filled.framework.indicators:
            for number, point in enumerate(indicator.points, 1):
                code = indicator.point_code(number)
                if point.rule.finding:
                    trials = point.rule.finding.trials(self._weight(code))
                    yield from self._tried(FINDING, self._items[f"finding.{code}"], trials)

    def scores(self) -> Iterator[Lever]:
        """For every indicator the lowest and highest score that could be given, and the one that changes the grade."""
        for indicator in self._filled.framework.indicators:
            result = self._filled.results[indicator.code]
            score, weight = result.score, result.weight
            if weight is None or score is None:
                continue
            item = self._items[f"{self._trials.column(indicator.code)}.{indicator.code}"]
            for end in (0.0, weight):
                found = self._score(item, indicator.code, score, end)
                if found is not None:
                    yield found

    def _score(self, item: InputCell, code: str, score: float, end: float) -> Lever | None:
        """The score at one end; or the nearest to the present one that changes the grade, where the end does."""
        last = self._trials.outcome(self._trials.award_cells(code, end))
        if last is None or compare(score, end) == 0:
            return None
        if not self._crosses(last):
            return self._lever(SCORE, item, score, end, last)
        value, outcome = self._nearest(code, score, end, last)
        return self._lever(SCORE, item, score, value, outcome)

    def _nearest(self, code: str, score: float, end: float, last: Outcome) -> tuple[float, Outcome]:
        """The score nearest to the present one that changes the grade, given that the end does."""
        distance = self.up if end > score else self.down
        near, far, outcome = round(score * 100), round(end * 100), last
        # Where the total is a plain sum the first two guesses settle it; otherwise halving does.
        guess = near + round(distance.points * 100) * (1 if end > score else -1) if distance else (near + far) // 2
        for middle in (guess, guess - 1 if end > score else guess + 1):
            if min(near, far) < middle < max(near, far):
                near, far, outcome = self._halved(code, middle, near, far, outcome)
        while abs(far - near) > 1:
            near, far, outcome = self._halved(code, (near + far) // 2, near, far, outcome)
        return far / 100, outcome

    def _halved(self, code: str, middle: int, near: int, far: int, outcome: Outcome) -> tuple[int, int, Outcome]:
        tried = self._trials.outcome(self._trials.award_cells(code, middle / 100))
        if tried is not None and self._crosses(tried):
            return near, middle, tried
        return middle, far, outcome

    def _weight(self, code: str) -> float | None:
        """The weight of a point, None where it has none."""
        line = self._filled.points.first(code)
        weight = self._filled.points.value("weight", line) if line is not None else None
        return float(weight) if is_number(weight) else None

    def _counts(self, name: str) -> bool:
        """Whether what is typed for a figure counts, and not what a survey gives."""
        figures = self._filled.figures
        return name not in self._surveyed or not figures.text("linked", figures.of(name)[0])

    def _tried(self, kind: str, item: InputCell, choices: Iterable[Value]) -> Iterator[Lever]:
        """Each choice but the present one that changes the total or the grade."""
        now = self._filled.package.value(*(item.counted or (item.sheet, item.ref)))
        for choice in choices:
            if same_value(choice, now):
                continue
            outcome = self._outcome(item, choice)
            if outcome is not None and self._matters(outcome):
                yield self._lever(kind, item, now, choice, outcome)

    def _numbers(self, item: InputCell, read: Sequence[Watched]) -> Iterator[Lever]:
        now = self._filled.value(item.id)
        start = float(now) if is_number(now) else None
        tried: dict[float, Outcome] = {}
        flips: list[float] = []
        for watched, places in self._places(item, start, read):
            for side in _sides(places, start):
                flips += self._first_flip(item, watched, side, tried)
        # On each side the nearest flip that matters is shown, and the nearest change of grade.
        chosen = [v for side in _sides(flips, start) for v in [v for v in side if self._matters(tried[v])][:1]]
        crossings = dict(self._crossings(item, start, tried)) if start is not None else {}
        tried |= crossings
        for value in dict.fromkeys((*chosen, *crossings)):
            # A flip beyond the change of grade, on the same side, says nothing new.
            if start is None or not any(_is_between(start, nearer, value) for nearer in crossings):
                yield self._lever(FIGURE, item, now, value, tried[value])

    def _first_flip(
        self, item: InputCell, watched: Watched, side: Sequence[float], tried: dict[float, Outcome]
    ) -> list[float]:
        """The nearest of some values at which a limit is passed, if any."""
        for value in side:
            outcome = tried.get(value) or self._outcome(item, value)
            if outcome is not None:
                tried[value] = outcome
                if self._flips(watched, outcome):
                    return [value]
        return []

    def _places(
        self, item: InputCell, start: float | None, read: Sequence[Watched]
    ) -> Iterator[tuple[Watched, list[float]]]:
        """For every limit the values of an input at, just before and just beyond each of its thresholds."""
        xs = _samples(start, item.type)
        ids = list(dict.fromkeys(name for watched in read for name in watched.limit.ids))
        cells = [self._filled.names.place(name) for name in ids]
        values = [
            {name: self._filled.value(name) for name in ids}
            if x == start
            else dict(zip(ids, self._trials.read(self._set(item, x), cells), strict=True))
            for x in xs
        ]
        for watched in read:
            limit = watched.limit
            quantities = [_quantity(limit, found) for found in values]
            roots = [x for t in limit.thresholds for x in solutions(xs, quantities, t)]
            places = (v for root in roots for v in _around(root, item.type, start, is_step=limit.is_step))
            yield watched, list(dict.fromkeys(places))

    def _crossings(self, item: InputCell, start: float, tried: dict[float, Outcome]) -> Iterator[tuple[float, Outcome]]:
        """The values nearest to the present one, below and above, at which the grade changes."""
        for value in (0.0, start * 2):
            outcome = None if value in tried or value == start else self._outcome(item, value)
            if outcome is not None:
                tried[value] = outcome
        for values in (sorted((v for v in tried if v < start), reverse=True), sorted(v for v in tried if v > start)):
            near = start
            for value in values:
                if self._crosses(tried[value]):
                    yield self._bisected(item, near, value, tried[value])
                    break
                near = value

    def _bisected(self, item: InputCell, near: float, far: float, outcome: Outcome) -> tuple[float, Outcome]:
        """The value nearest to `near` that has another grade."""
        step = STEPS[item.type]
        low, high = round(near / step), round(far / step)
        while abs(high - low) > 1:
            middle = (low + high) // 2
            tried = self._outcome(item, round_half_up(middle * step, 4))
            if tried is not None and self._crosses(tried):
                high, outcome = middle, tried
            else:
                low = middle
        return round_half_up(high * step, 4), outcome

    def _set(self, item: InputCell, value: Value) -> dict[Place, Value]:
        return {(item.sheet, item.ref): value}

    def _outcome(self, item: InputCell, value: Value) -> Outcome | None:
        return self._trials.outcome(self._set(item, value))

    def _flips(self, watched: Watched, outcome: Outcome) -> bool:
        """Whether a limit was passed: its rule score is another one, or (where it changes everywhere) the total is."""
        if watched.limit.is_step:
            return outcome.rules[watched.changes] != self._base.rules[watched.changes]
        return self._matters(outcome)

    def _matters(self, outcome: Outcome) -> bool:
        same = compare(outcome.low, self._base.low) == 0 and compare(outcome.high, self._base.low) == 0
        return not same or self._crosses(outcome)

    def _crosses(self, outcome: Outcome) -> bool:
        return {outcome.grade_low, outcome.grade_high} != {self._base.grade_low}

    def _lever(self, kind: str, item: InputCell, now: Value, to: Value, outcome: Outcome) -> Lever:
        unit = self._filled.unit(item.id) if kind == FIGURE else item.unit if kind == FINDING else ""
        texts = [shown(value, item.type, unit) for value in (now, to)]
        crosses = self._crosses(outcome)
        return Lever(kind, item.id, item.label, item.cell, now, to, texts[0], texts[1], outcome, crosses)


def _samples(start: float | None, kind: str) -> tuple[float, float, float]:
    """Three places at which a quantity is looked at."""
    if start is None:
        return (0.25, 0.5, 0.75) if kind == "rate" else (1.0, 2.0, 3.0)
    apart = 0.05 if kind == "rate" else max(round(abs(start) * 0.1), 1)
    return start, start + apart, start + 2 * apart


def _quantity(limit: Limit, values: dict[str, Value]) -> float | None:
    found = [values[name] for name in limit.ids]
    if not all(is_number(value) for value in found):
        return None
    return limit.quantity([float(value) for value in found])  # type: ignore[arg-type]


def _around(root: float, kind: str, start: float | None, *, is_step: bool) -> Iterator[float]:
    """The values that can be typed at a place, and just before and beyond it where a score may jump there.

    None is below 0 unless the present value is.
    """
    step = STEPS[kind]
    nearest = round_half_up(root / step, 0)
    is_here = start is not None and compare(nearest * step, start) == 0
    for count in (-1, 0, 1) if is_step or is_here else (0,):
        value = round_half_up((nearest + count) * step, 4)
        if abs(value) < LARGEST and value != start and (value >= 0 or (start is not None and start < 0)):
            yield value


def _sides(places: Sequence[float], start: float | None) -> list[list[float]]:
    """The places below and above the present value, the nearest first; all together where there is none."""
    if start is None:
        return [sorted(places)]
    return [sorted((p for p in places if p < start), reverse=True), sorted(p for p in places if p > start)]


def _is_between(start: float, nearer: float, value: float) -> bool:
    """Whether a value lies beyond a nearer one, as seen from the start."""
    return start < nearer < value or start > nearer > value
