"""Ranges of a value with points, as a text lists them, put in the order in which tiers are tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from xlperf.rules.phrases import exact, percent
from xlperf.rules.reading.forms import Relation

_COUNTED = frozenset("个项次例篇件处起名人家户份场条种类天日")
_UPWARD = "界限属于较高的一档（含下限）"
_DOWNWARD = "界限属于较低的一档（含上限）"


@dataclass(frozen=True)
class Range:
    """The values that several comparisons leave, and what they give."""

    relations: tuple[Relation, ...]
    points: Fraction

    def holds(self, low: float, high: float) -> bool:
        """Whether it holds a value, or all between two neighbouring limits (which may be infinite)."""
        return all(_holds(relation, low, high) for relation in self.relations)

    def is_within(self, other: Range) -> bool:
        """Whether all its values belong to another range that holds more, both being open at the same end."""
        ends, others = self._open_end(), other._open_end()
        if ends is None or ends[0] != (others or ends)[0] or others is None:
            return False
        return ends[1] > others[1] if ends[0] == "above" else ends[1] < others[1]

    def _open_end(self) -> tuple[str, float] | None:
        """Of a range with a single limit: on which side of it it is open."""
        if len(self.relations) != 1 or self.relations[0].operator == "=":
            return None
        return "above" if self.relations[0].operator in ("≥", ">") else "below", self.relations[0].limit

    def is_marked_at(self, limit: float) -> bool:
        """Whether the text says in so many words that a limit belongs to it."""
        return all(relation.is_marked for relation in self.relations if relation.limit == limit)


def _holds(relation: Relation, low: float, high: float) -> bool:
    limit, is_point = relation.limit, low == high
    if relation.operator == "=":
        return is_point and low == limit
    if relation.operator in ("≥", ">"):
        return low >= limit and (not is_point or low > limit or relation.operator == "≥")
    return high <= limit and (not is_point or high < limit or relation.operator == "≤")


def partitions(ranges: Sequence[Range], otherwise: Fraction | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Tiers as text, once for each way to give away what no range or several hold; what distinguishes the way."""
    ranges = _with_outer_ends(ranges)
    limits = sorted({relation.limit for item in ranges for relation in item.relations})
    spots = list(_spots(limits))
    owners = [_owners(ranges, low, high) for low, high in spots]
    first, last = _ends(owners)
    contested = [n for n in range(first, last + 1) if len({r.points for r in owners[n]}) != 1]
    if otherwise is not None and not _are_counts(ranges):
        contested = [n for n in contested if owners[n]]
    if _are_counts(ranges):
        # Nothing lies between two neighbouring counts.
        whole = [n for n in contested if spots[n][1] - spots[n][0] != 1]
        if not whole:
            held = [_settled(owners, n, n in contested, -1) for n in range(len(spots))]
            yield _chain(held, spots, ranges, is_percent=False, rest=otherwise), ()
            return
    is_percent = any(relation.unit == "%" for item in ranges for relation in item.relations)
    ways = ((_UPWARD, 1), (_DOWNWARD, -1)) if contested else (("", 1),)
    seen = set()
    for choice, step in ways:
        held = [_settled(owners, n, n in contested, step) for n in range(len(spots))]
        if (text := _chain(held, spots, ranges, is_percent=is_percent, rest=otherwise)) not in seen:
            seen.add(text)
            yield text, (choice,) if choice else ()


def overlap(ranges: Sequence[Range]) -> bool:
    """Whether two ranges hold the same values, other than a common end or all beyond a further limit."""
    limits = sorted({relation.limit for item in ranges for relation in item.relations})
    return any(low != high and len(_owners(ranges, low, high)) > 1 for low, high in _spots(limits))


def _are_counts(ranges: Sequence[Range]) -> bool:
    relations = [relation for item in ranges for relation in item.relations]
    return all(r.limit == int(r.limit) and r.unit != "%" for r in relations) and any(
        r.unit in _COUNTED for r in relations
    )


def _with_outer_ends(ranges: Sequence[Range]) -> list[Range]:
    """90（含）~100: the highest and the lowest limit belong to the range that ends there, if no other has them."""
    limits = [relation.limit for item in ranges for relation in item.relations]
    found = list(ranges)
    for limit, sign, closed in ((max(limits), "<", "≤"), (min(limits), ">", "≥")):
        if any(item.holds(limit, limit) for item in ranges):
            continue
        found = [
            Range(
                tuple(
                    replace(r, operator=closed) if (r.operator, r.limit, r.is_marked) == (sign, limit, False) else r
                    for r in item.relations
                ),
                item.points,
            )
            for item in found
        ]
    return found


def _spots(limits: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Every limit, and every stretch between two of them, from below."""
    bounds = [float("-inf"), *limits, float("inf")]
    for n in range(len(limits)):
        yield bounds[n], bounds[n + 1]
        yield limits[n], limits[n]
    yield bounds[-2], bounds[-1]


def _owners(ranges: Sequence[Range], low: float, high: float) -> list[Range]:
    """The ranges that hold a spot; of a limit those that say so, where some do."""
    found = [item for item in ranges if item.holds(low, high)]
    # ≥90% before ≥80%: the narrower of two ranges is meant, where one lies within the other.
    found = [item for item in found if not any(other is not item and other.is_within(item) for other in found)]
    marked = [item for item in found if item.is_marked_at(low)]
    return marked if low == high and marked else found


def _ends(owners: Sequence[Sequence[Range]]) -> tuple[int, int]:
    held = [n for n, found in enumerate(owners) if found]
    return (held[0], held[-1]) if held else (0, -1)


def _settled(owners: Sequence[Sequence[Range]], n: int, is_contested: bool, step: int) -> Range | None:
    """Which range a spot belongs to; where it is contested to the neighbour's on one side."""
    if not is_contested:
        return owners[n][0] if owners[n] else None
    at = n + step
    while 0 <= at < len(owners):
        if len({item.points for item in owners[at]}) == 1:
            return owners[at][0]
        at += step
    return owners[n][0] if owners[n] else None


def _chain(
    held: Sequence[Range | None],
    spots: Sequence[tuple[float, float]],
    ranges: Sequence[Range],
    *,
    is_percent: bool,
    rest: Fraction | None,
) -> str:
    """Rows of which the first that holds counts. What nobody defines at one end is left to no row."""
    runs = _runs(held, rest)
    is_downward = runs[-1][0] is not None and (runs[0][0] is None or _begins_above(ranges, spots))
    if runs[0][0] is None and runs[-1][0] is None:
        # Below the lowest limit is no less defined than above the highest; rates don't go there.
        runs = runs[1:]
        is_downward = False
    ordered = list(reversed(runs)) if is_downward else runs
    texts = []
    for number, (given, low, high) in enumerate(ordered):
        if given is None:
            continue
        is_last = number == len(ordered) - 1
        if is_last and rest is not None and given == rest:
            texts.append(f"否则:{_number(given)}")
            continue
        texts.append(
            f"{_bound(spots, low, high, is_downward=is_downward, is_last=is_last, is_percent=is_percent)}:{_number(given)}"
        )
    return "; ".join(texts)


def _runs(held: Sequence[Range | None], rest: Fraction | None) -> list[tuple[Fraction | None, int, int]]:
    """Neighbouring spots of the same range as one: what they give, the first and the last. Tiers that give the same stay two."""
    runs: list[tuple[Fraction | None, int, int]] = []
    last: Range | None = None
    for n, item in enumerate(held):
        if runs and item is last:
            runs[-1] = (runs[-1][0], runs[-1][1], n)
        else:
            runs.append((rest if item is None else item.points, n, n))
        last = item
    return runs


def _begins_above(ranges: Sequence[Range], spots: Sequence[tuple[float, float]]) -> bool:
    """Whether the text begins with the highest values."""
    held = [n for n, (low, high) in enumerate(spots) if ranges[0].holds(low, high)]
    return bool(held) and held[-1] == len(spots) - 1


def _bound(
    spots: Sequence[tuple[float, float]], low: int, high: int, *, is_downward: bool, is_last: bool, is_percent: bool
) -> str:
    """The condition of a row. The last one is what remains, unless nobody defines what lies beyond it."""
    write = percent if is_percent else exact
    from_above = is_downward != (is_last and (low == 0 or high == len(spots) - 1))
    if from_above:
        sign, limit = ("≥", spots[low][0]) if spots[low][0] == spots[low][1] else (">", spots[low][0])
    else:
        sign, limit = ("≤", spots[high][1]) if spots[high][0] == spots[high][1] else ("<", spots[high][1])
    return f"{sign}{write(limit)}"


def _number(points: Fraction) -> str:
    return exact(float(points))
