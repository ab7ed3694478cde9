"""How many cells the 17 deductions of 仁化 take, as they are filled in and at least: counted, and told in the document.

Before, every deduction had a line of its own beside the facts, the score and the evidence that named each other.
"""

from __future__ import annotations

import pytest

from tests.support.examples import example
from tests.support.written_parts import is_told
from xlperf.evaluation.scoring import recalculated
from xlperf.frameworks.loading import find_framework
from xlperf.package import Package
from xlperf.values import Value
from xlperf.workbook.ledger_lines import deductions_of, read_lines
from xlperf.workbook.names import NamedCells, Place, listed
from xlperf.workbook.needs import Needs

FRAMEWORK = find_framework("renhua-2021").framework
SHEETS = ("要点评分底稿", "问题台账", "扣分明细", "指标评分", "佐证索引")
# Counted in the same way in the workbook of commit 0e3367c, which had the sheet 扣分明细.
BEFORE_ALL, BEFORE_LEAST = (105, 137, 95, 63, 72), (29, 60, 50, 32, 0)
LEDGER = (
    *("indicator", "fact", "points", "group", "clause", "voucher", "amount", "category", "cause", "suggestion"),
    *("same_as", "points_basis", "source"),
)
POINTS = ("finding", "basis", "problems", "evidence")
SCORES = ("award", "reason", "reason_score", "evidence")


@pytest.fixture(scope="module")
def package() -> Package:
    return example("renhua-2021")


def codes(package: Package) -> set[str]:
    """The indicators that something is taken off."""
    deductions = deductions_of(read_lines(NamedCells(package)))
    assert len(deductions) == 17
    return {deduction.indicator for deduction in deductions}


def cells_of(package: Package) -> dict[str, set[Place]]:
    """What is filled in for the deductions, by sheet."""
    names, wanted = NamedCells(package), codes(package)
    found: dict[str, set[Place]] = {sheet: set() for sheet in SHEETS}

    def add(prefix: str, columns: tuple[str, ...], rows: list[int]) -> None:
        for column in columns:
            places, values = names.places(f"{prefix}_{column}"), names.column(f"{prefix}_{column}")
            for row in rows:
                if values[row] not in (None, ""):
                    found[places[row][0]].add(places[row])

    add("problem", LEDGER, _rows(names.column("problem_indicator_key"), wanted, "|"))
    add("point", POINTS, _rows(names.column("point_code"), wanted, "."))
    add("indicator", SCORES, _rows(names.column("indicator_code"), wanted, "."))
    cited = names.column("col_evidence_indicators")
    rows = [row for row, value in enumerate(cited) if wanted & set(listed(value))]
    add("col_evidence", ("number", "name", "place", "provider", "date", "indicators", "note"), rows)
    typed = {place for places in found.values() for place in places if _is_typed(package, place)}
    return {sheet: places & typed for sheet, places in found.items()}


def _rows(keys: list[Value], wanted: set[str], end: str) -> list[int]:
    return [row for row, key in enumerate(keys) if str(key).partition(end)[0] in wanted]


def _is_typed(package: Package, place: Place) -> bool:
    return package.cells(place[0])[place[1]].formula is None and "由数据算" not in str(package.value(*place))


def superfluous(package: Package) -> set[Place]:
    """What may be left out: the scores, what they are explained by and what is found wrong stay the same."""
    names, wanted = NamedCells(package), codes(package)
    found = {place for places in cells_of(package).values() for place in places}
    needed: set[Place] = set()
    by_data = {i.code for i in FRAMEWORK.indicators if all(point.rule.finding is None for point in i.points)}
    columns = ("indicator_code", "indicator_status")
    departures = {str(code): str(status) for code, status in names.rows(*columns) if status != "与规则一致"}
    by_rule = by_data - departures.keys()
    for row in _rows(names.column("problem_indicator_key"), wanted - by_rule, "|"):
        needed |= {names.places(f"problem_{column}")[row] for column in ("indicator", "fact", "same_as")}
    for row in _rows(names.column("indicator_code"), set(departures), "."):
        needed |= {names.places(f"indicator_{column}")[row] for column in SCORES[:3]}
        if "改判" in departures[str(names.column("indicator_code")[row])]:
            needed.add(names.places("indicator_evidence")[row])
    followed = Needs(FRAMEWORK).followed
    points = zip(names.column("point_code"), names.places("point_finding"), strict=True)
    needed |= {place for code, place in points if str(code) not in followed}
    return found - needed


@pytest.mark.whole
def test_the_17_deductions_take_few_cells(package: Package) -> None:
    left_out = superfluous(package)
    least = NamedCells(recalculated(package, dict.fromkeys(left_out)).package)
    names = NamedCells(package)
    for column in ("score", "check"):
        assert least.column(f"indicator_{column}") == names.column(f"indicator_{column}"), column
    # An award that says what the rule says may as well be left out.
    told = {"按规则": "与规则一致"}
    assert [told.get(str(s), s) for s in least.column("indicator_status")] == names.column("indicator_status")
    notes = {str(code): note for code, note in least.rows("indicator_code", "indicator_deduction_note")}
    assert {code for code in codes(package) if not notes[code]} == set()
    assert least.value("total_score") == names.value("total_score") == 82.57
    # One cell less, a fact or a reason, and it shows.
    for name, row, counter in (("problem_fact", 0, "gate_deductions"), ("indicator_reason", 0, "gate_unreasoned")):
        place = names.places(name)[row]
        assert place not in left_out
        fewer = NamedCells(recalculated(package, dict.fromkeys({*left_out, place})).package)
        assert fewer.value(counter) == 1, counter


def rows(package: Package) -> list[str]:
    left_out, filled = superfluous(package), cells_of(package)
    counts = [len(filled[sheet]) for sheet in SHEETS]
    least = [len(filled[sheet] - left_out) for sheet in SHEETS]
    lines = (
        ("以前，照例子填全", BEFORE_ALL),
        ("现在，照例子填全", counts),
        ("以前，最少", BEFORE_LEAST),
        ("现在，最少", least),
    )
    head = [f"| | {' | '.join(SHEETS)} | 合计 | 表 |", f"|---|{'---:|' * (len(SHEETS) + 2)}"]
    return head + [
        f"| {label} | {' | '.join(str(n) if n else '—' for n in line)} | {sum(line)} | {sum(n > 0 for n in line)} |"
        for label, line in lines
    ]


def test_the_document_says_how_many(package: Package) -> None:
    """`XLPERF_WRITE=1` writes the table."""
    is_told("谁填什么.md", "workbook/test_deduction_cells.py", "\n".join(rows(package)) + "\n")
