"""A workbook that went through LibreOffice is still ours: stamp, formulas and result."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.ci_size import DRAWN, some
from tests.support.libreoffice import convert, require_tools
from xlperf.evaluation.scoring import score
from xlperf.package import open_package, same_value
from xlperf.workbook.identity import is_known_template, read_identity
from xlperf.workbook.locations import example_names, workbooks_folder


@pytest.mark.slow
@pytest.mark.parametrize("name", some(example_names(), DRAWN))
def test_saved_by_libreoffice(name: str, tmp_path: Path) -> None:
    require_tools()
    source = workbooks_folder() / "examples" / f"{name}.xlsm"
    saved, original = open_package(convert(source, tmp_path, "xlsx")), open_package(source)
    assert saved.data != original.data
    assert is_known_template(saved)
    assert read_identity(saved).framework_hash == read_identity(original).framework_hash
    assert "xlperf" in saved.properties
    before, after = score(original), score(saved)
    assert (after.total, after.grade) == (before.total, before.grade)
    for here, there in zip(before.rates, after.rates, strict=True):
        assert here.id == there.id
        assert same_value(here.value, there.value)
    assert after.indicators == before.indicators
