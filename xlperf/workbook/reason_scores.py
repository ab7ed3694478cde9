"""The score that a reason was written for, filled in beside it when a program fills in the reason.

A workbook of formulas can't remember what stood in a cell; so 理由对应的分 stands beside the reason, and a score that is
another one makes the reason 理由过期. People type it; whoever hands over a reason and a score together has said it already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from xlperf.values import Value, is_blank
from xlperf.workbook.catalogue import REASON_SCORE, InputCell
from xlperf.workbook.names import Place

# The strongest first; a self score counts where nothing else does, and in a self-evaluation alone.
GIVEN = ("review", "award", "self_score")


def with_reason_scores(
    values: Mapping[Place, Value], known: Mapping[str, InputCell], held: Callable[[Place], Value]
) -> dict[Place, Value]:
    """The values, and beside every reason among them the score that counts with them; what is stated there stays.

    `held`: what a cell holds that is not among the values.
    """
    found = dict(values)
    for name, item in known.items():
        column, _, code = name.partition(".")
        beside = known.get(f"{REASON_SCORE}.{code}")
        if column != "reason" or beside is None or (item.sheet, item.ref) not in values:
            continue
        place = (beside.sheet, beside.ref)
        if place not in values:
            scores = [_value(known[f"{given}.{code}"], values, held) for given in GIVEN]
            score = next((score for score in scores if not is_blank(score)), None)
            found[place] = None if is_blank(values[item.sheet, item.ref]) else score
    return found


def _value(item: InputCell, values: Mapping[Place, Value], held: Callable[[Place], Value]) -> Value:
    place = (item.sheet, item.ref)
    return values[place] if place in values else held(place)
