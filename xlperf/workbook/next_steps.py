"""What the cover tells each role by formula: how many cells are theirs, how many are left, what comes next.

What has to be filled in counts: the facts of the cover, the figures, the findings asked for, the scores that no rule gives.
Lines of tables don't: nobody can say how many there should be.
"""

from __future__ import annotations

from xlperf.frameworks.schema import Framework
from xlperf.workbook.gate_condition import RESULT, SUBMISSION
from xlperf.workbook.gates import PASSED, STATUS
from xlperf.workbook.needs import Needs
from xlperf.workbook.roles import Role
from xlperf.workbook.sheets import figures, points, scoring, summary
from xlperf.workbook.sheets.official_tables import IMPORTS
from xlperf.workbook.tables.all_tables import uses_official_tables

# The cover's own: name, year, money unit.
COVER_FACTS = 3
FIGURES, POINTS, SCORING = figures.SHEET.title, points.SHEET.title, scoring.SHEET.title
_LEFT = "gate_unit+gate_missing"
# The scores that no rule gives, whether they are there already or not.
_SCORES = {Role.UNIT: "COUNT(indicator_self_score)", Role.EVALUATOR: "COUNT(indicator_award)"}


def _findings_left(framework: Framework) -> str:
    """How many findings are still to be typed: those that follow from the ledger aren't."""
    needs = Needs(framework)
    followed = f'-COUNTIF(point_origin,"{points.FROM_LEDGER}*")' if needs.followed else ""
    return f'MAX(0,{needs.findings_asked}-COUNTA(point_finding)+COUNTIF(point_finding,"（*）"){followed})'


def _counts(role: Role, framework: Framework) -> tuple[str, str]:
    """How many cells a role has to fill in, and how many are left, as formulas without equals sign."""
    all_cells, left = [], []
    if role is Role.UNIT:
        figures_asked = sum(not item.is_exclusion for item in framework.inputs)
        all_cells, left = [f"{COVER_FACTS + figures_asked}"], [_LEFT]
    if Role.SCORER.of(framework) is role:
        asked = Needs(framework).findings_asked
        all_cells += [str(asked), _SCORES[role], "gate_pending"]
        left += [_findings_left(framework), "gate_pending"]
    return "+".join(all_cells) or "0", "+".join(left) or "0"


def count_formula(role: Role, framework: Framework) -> str:
    """The formula for how many cells are a role's and how many of them are left."""
    all_cells, left = _counts(role, framework)
    return f'={all_cells}&" 格，还剩 "&({left})&" 格"'


def step_formula(gate: str, framework: Framework) -> str:
    """The formula for what comes next on the way to a gate."""
    asked = Needs(framework).findings_asked
    scorer = Role.SCORER.of(framework)
    steps: list[tuple[str, str]] = []
    if gate == SUBMISSION:
        pasted = "+".join(f"COUNTA(import{spec.number}_area)" for spec in IMPORTS)
        tables = f'IF({pasted}=0,"粘贴官方表、","")&' if uses_official_tables(framework) else ""
        steps += [
            ("gate_unit>0", '"填写本页的浅黄格"'),
            # What is missing with a reason stands in nobody's way.
            (
                "gate_unexplained>0",
                f'{tables}"在“{FIGURES}”填数，还有 "&gate_missing&" 项；确实没有的在“备注”写明原因"',
            ),
        ]
    if (gate == SUBMISSION) is (scorer is Role.UNIT):
        left = _findings_left(framework)
        steps += [(f"{left}>0", f'"在“{POINTS}”填核查结果，还有 "&{left}&" 条"')] if asked else []
        steps += [("gate_pending>0", f'"在“{SCORING}”填{framework.award_label}，还有 "&gate_pending&" 项"')]
    done = {
        SUBMISSION: '"保存，把文件交回发来的单位"',
        RESULT: f'"看“{summary.SHEET.title}”，打印后写报告"',
    }[gate]
    passed = f'IF({STATUS[gate]}="{PASSED[gate]}",{done},"改正上面写的这一条")'
    for when, text in reversed(steps):
        passed = f"IF({when},{text},{passed})"
    return f'="下一步："&{passed}'
