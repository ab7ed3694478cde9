"""A finding: what `check` says of one place of a workbook, and how severe it is."""

from __future__ import annotations

from dataclasses import dataclass

ERROR, WARNING, HINT = "error", "warning", "hint"
# What is expected where text stands in the place of a figure.
NUMBER = "数字"


@dataclass(frozen=True)
class Finding:
    """Something to look at: severity (error, warning, hint), code, cell (sheet!A1) and one Chinese sentence.

    Of an alteration also what was expected and found, and its effect on the total (points), where these can be told; of
    a relation what its right side says (expected) and its left (found).
    """

    severity: str
    code: str
    cell: str
    message: str
    expected: str | None = None
    found: str | None = None
    effect: float | None = None
