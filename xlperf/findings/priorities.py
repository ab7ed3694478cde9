"""What to mend first: the findings by their cause, a line each, errors before warnings.

Here and not beside the table on the terminal, since a batch may say the same of every unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xlperf.findings.codes import RELATION, known_code
from xlperf.findings.finding import ERROR, NUMBER, WARNING, Finding

MOST_LINES = 10
SHOWN_CELLS = 3
MISSING = "input_missing"
# Figures that are text break one relation after the other; the table that they stand in is the cause, and comes first.
TEXT_FIGURES, PASTED_TEXTS = "text_figures", "paste_has_texts"
_TEXT_ADVICE = "改成数字（文字型数字选中后“转换为数字”）"
_LISTED_CELL = re.compile(r"([^、]+![A-Z]+[0-9]+)（“[^”]*”）")


@dataclass(frozen=True)
class Priority:
    """One cause: severity, code, how many findings come of it, their cells, and one sentence with what to do."""

    severity: str
    code: str
    count: int
    cells: tuple[str, ...]
    message: str


def priorities(findings: Iterable[Finding]) -> tuple[Priority, ...]:
    """The causes of errors and warnings, in the order in which they are best mended; all of them, hints left out."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        if finding.severity in (ERROR, WARNING):
            groups.setdefault(_cause(finding), []).append(finding)
    ordered = sorted(groups.items(), key=lambda item: (item[0][0] != ERROR, item[0][1] != TEXT_FIGURES))
    return tuple(_priority(*cause, found) for cause, found in ordered)


def _cause(finding: Finding) -> tuple[str, str, str]:
    """Severity, code, and the table that is the cause where there is one."""
    if finding.code.startswith(RELATION) and finding.expected == NUMBER:
        first = next(iter(_text_cells(finding)), finding.cell)
        return finding.severity, TEXT_FIGURES, first.partition("!")[0]
    if finding.code == PASTED_TEXTS:
        return finding.severity, TEXT_FIGURES, finding.cell.partition("!")[0]
    return finding.severity, finding.code, ""


def _text_cells(finding: Finding) -> list[str]:
    """The cells of the figures that are text, as the finding lists them: `表1收支总表!B7（“372.67”）、…`."""
    return _LISTED_CELL.findall(finding.found or "")


def _priority(severity: str, code: str, table: str, found: Sequence[Finding]) -> Priority:
    count = len(found)
    if code == TEXT_FIGURES:
        listed = dict.fromkeys(cell for finding in found for cell in _text_cells(finding))
        cells = tuple(cell for cell in listed if cell.startswith(f"{table}!"))
        named = f"“{table}”有数是文字（{_some(cells)}）" if cells else f"“{table}”所用的数是文字"
        relations = sum(finding.code.startswith(RELATION) for finding in found)
        effect = f"，{relations} 条关系没有比较" if relations else ""
        return Priority(severity, code, count, cells, f"{named}{effect}：{_TEXT_ADVICE}。")
    cells = tuple(dict.fromkeys(finding.cell for finding in found if finding.cell))
    if code == MISSING:
        labels = [finding.message.removesuffix("缺数据。").partition("（")[0] for finding in found]
        sheets = "、".join(f"“{sheet}”" for sheet in dict.fromkeys(cell.partition("!")[0] for cell in cells))
        text = f"缺数据 {count} 项：{_some(labels)}，在{sheets}：{advice(code)}。"
    elif count == 1:
        text = _with_advice(found[0])
    elif code.startswith(RELATION):
        text = f"{found[0].message.rstrip('。')}。同一关系共 {count} 处：{_some(cells)}。"
    else:
        text = f"{_name(code)} {count} 处：{_some(cells)}：{advice(code)}。"
    return Priority(severity, code, count, cells, text)


def _some(things: Sequence[str]) -> str:
    """The first of them, and that there are more."""
    return "、".join(things[:SHOWN_CELLS]) + ("…" if len(things) > SHOWN_CELLS else "")


def _with_advice(finding: Finding) -> str:
    """A finding that stands alone, with what to do where its own sentence does not say it."""
    told = advice(finding.code)
    says_it = finding.code.startswith(RELATION) or not told or "请" in finding.message
    return finding.message if says_it else f"{finding.message.rstrip('。')}：{told}。"


def _name(code: str) -> str:
    known = known_code(code)
    return known.name if known else code


def advice(code: str) -> str:
    """What to do, in a clause; nothing for relations, whose own sentence says what should agree."""
    known = known_code(code)
    return re.split("[。；]", known.advice)[0] if known else ""
