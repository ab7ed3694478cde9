"""Pages that are written beside the workbooks are those that are written after them; what goes wrong is one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.league_results import hand_in, record
from xlperf.errors import UserError
from xlperf.report.league.page import write_league_pages
from xlperf.report.league.page_worker import pages_beside


@pytest.mark.whole
def test_the_same_pages(tmp_path: Path) -> None:
    folder = hand_in(tmp_path, record("甲局", (20, 30, 0)), record("乙局", (10, 30, 50)))
    with pages_beside(folder) as pages:
        pass
    beside = [page.read_bytes() for page in pages]
    assert len(beside) == 2
    assert write_league_pages(folder) == pages
    assert [page.read_bytes() for page in pages] == beside


@pytest.mark.whole
def test_results_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="不是批量处理的输出文件夹"), pages_beside(tmp_path):
        pass


def test_what_goes_wrong_beside_ends_both(tmp_path: Path) -> None:
    folder = hand_in(tmp_path, record("甲局", (20, 30, 0)))
    with pytest.raises(ZeroDivisionError), pages_beside(folder):
        raise ZeroDivisionError
