"""`xlperf set`: exactly the numbers move that depend on an input."""

from __future__ import annotations

import pytest

from xlperf.evaluation.reading import read_evaluation
from xlperf.evaluation.result import Evaluation
from xlperf.evaluation.scoring import recalculated
from xlperf.package import Package, open_package
from xlperf.workbook.catalogue import catalogue, parse_input
from xlperf.workbook.identity import read_identity
from xlperf.workbook.locations import workbooks_folder
from xlperf.workbook.names import NamedCells

# An award that no longer equals the rule score and has no reason makes the score, its level and the total errors.
LOST = {"total": None, "grade": None}

# input, what is typed, and every figure that must move with its new value (score of an indicator, rate, level, total).
MOVES = [
    (
        "quota_used",
        "200",
        {
            "rate:spending_rate": 0.935891,
            "rate:carryover_rate": 0.064109,
            "rule:8": 4.68,
            "score:8": None,
            "level:预算执行情况": None,
        }
        | LOST,
    ),
    (
        "quota_issued",
        "300",
        {
            "rate:spending_rate": 0.697533,
            "rate:carryover_rate": 0.302467,
            "rule:8": 3.49,
            "rule:9": 0.0,
            "score:8": None,
            "score:9": None,
            "level:预算执行情况": None,
        }
        | LOST,
    ),
    ("staff_actual", "20", {"rate:staffing_rate": 1.0, "rule:18": 2.0}),
    (
        "three_public_final",
        "9",
        {"rate:three_public_rate": 1.125, "rule:21": 0.0, "score:21": None, "level:资金使用效益": None} | LOST,
    ),
    ("public_funds_adjusted", "30.62", {"rate:public_funds_rate": 1.750816, "rule:20": 0.0}),
    ("finding.1.2", "符合", {"rule:1": 5.0}),
    ("finding.2.1", "1", {"rule:2": 2.0}),
    ("award.18", "0", {"score:18": 0.0, "level:预算执行情况": 30.5, "total": 80.57}),
    ("award.3", "2", {"score:3": None, "level:预算编制情况": None} | LOST),
    ("review.34", "2", {"score:34": None, "level:资金使用效益": None} | LOST),
    ("stock_current", "5", {"rule:10": 0.0, "score:10": None, "level:预算执行情况": None} | LOST),
]


@pytest.fixture(scope="module")
def package() -> Package:
    return open_package(workbooks_folder() / "examples" / "renhua-2021.xlsm")


def figures(result: Evaluation) -> dict[str, object]:
    """Every computed figure of a result under a short name."""
    found: dict[str, object] = {"total": result.total, "grade": result.grade}
    found |= {f"level:{level.name}": level.score for level in result.level1}
    found |= {f"rate:{rate.id}": rate.value for rate in result.rates}
    for i in result.indicators:
        found |= {
            f"rule:{i.code}": i.rule_score,
            f"bounds:{i.code}": (i.rule_low, i.rule_high),
            f"score:{i.code}": i.score,
        }
    return found


@pytest.mark.whole
@pytest.mark.parametrize(("name", "typed", "moves"), MOVES, ids=[move[0] for move in MOVES])
def test_exactly_what_depends_on_an_input_moves(
    package: Package, name: str, typed: str, moves: dict[str, float | None]
) -> None:
    item = catalogue(NamedCells(package), read_identity(package).framework.framework)[name]
    before = figures(read_evaluation(package))
    after = figures(read_evaluation(recalculated(package, {(item.sheet, item.ref): parse_input(item, typed)}).package))
    moved = {key for key in before if before[key] != after[key] and not key.startswith("bounds:")}
    assert moved == set(moves)
    for key, expected in moves.items():
        assert after[key] == (pytest.approx(expected, abs=1e-6) if expected is not None else None), key
