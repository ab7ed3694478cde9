"""LibreOffice loads the macros, lists the modules, and calculates the self-test and a wrapper in cells."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.libreoffice import require_tools
from tests.support.office_server import python_with_uno
from xlperf.editions.vba.project import workbook_modules
from xlperf.workbook.locations import workbooks_folder

pytestmark = pytest.mark.slow
SELFTEST, RATE, COLUMN = "=XLPERF_SELFTEST()", "=PERF_RATE(1;2)", "=PERF_TOTAL(A1:A3)"


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What LibreOffice makes of a worked example."""
    require_tools()
    script = Path(__file__).with_name("vba_in_libreoffice.py")
    workbook = workbooks_folder() / "examples" / "renhua-2021.xlsm"
    command = [python_with_uno() or "python3", str(script), str(workbook), SELFTEST, RATE, COLUMN]
    done = subprocess.run(command, check=True, capture_output=True, timeout=3600)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_modules_are_listed(seen: dict[str, Any]) -> None:
    assert set(workbook_modules()) <= set(seen["modules"]["VBAProject"])


def test_chinese_text_arrives(seen: dict[str, Any]) -> None:
    assert "重新计算" in seen["modules"]["VBAProject"]["XlperfWorkbook"]


def test_the_self_test_passes(seen: dict[str, Any]) -> None:
    """It fails, and every other function too, as soon as one module does not compile."""
    assert seen["shown"][SELFTEST].startswith("自检通过：xlperf")


def test_a_wrapper_runs_and_says_that_python_is_out_of_reach(seen: dict[str, Any]) -> None:
    """LibreOffice shows CVErr(xlErrName) as text; the interpreter's tests see the error itself."""
    assert seen["shown"][RATE] == seen["shown"][COLUMN] == "Error 2029"
