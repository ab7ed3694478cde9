"""What is kept of a workbook as it was made."""

from __future__ import annotations

import pytest

from xlperf.workbook.as_delivered import cells


@pytest.mark.parametrize(
    ("areas", "count"),
    [
        ("B2", 1),
        ("A1:B2 D4", 5),
        ("A1:B2 B2:C3", 8),
        ("D4 $D$4 A1:A1", 2),
        ("", 0),
        # As other programs may leave it; the cells that it took are missing from the count, which is a finding.
        ("A:A #REF! B2", 1),
    ],
)
def test_the_cells_of_areas_are_counted(areas: str, count: int) -> None:
    assert cells(areas) == count
