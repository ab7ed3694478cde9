"""The buttons: their commands exist, the ribbon is well formed, the answers are what VBA shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer.main

from xlperf.cli import app
from xlperf.editions.vba.parts import has_vba
from xlperf.editions.vba.ribbon import BUTTONS, CALLBACK, NAMESPACE, VISIBLE_CALLBACK, ribbon_xml
from xlperf.editions.vba.sources import module_sources
from xlperf.errors import UserError
from xlperf.excel.ribbon import HEADINGS, PROGRAM, answer, command_line

EXAMPLE = Path(__file__).parents[2] / "workbooks" / "examples" / "renhua-2021.xlsm"


def test_every_button_runs_a_command() -> None:
    known = set(getattr(typer.main.get_command(app), "commands", {}))
    assert {button.command[0] for button in BUTTONS.values()} <= known


def test_the_ribbon_has_the_eight_buttons_in_chinese() -> None:
    root = ElementTree.fromstring(ribbon_xml())
    found = {button.get("id"): button for button in root.iter(f"{{{NAMESPACE}}}button")}
    assert list(found) == list(BUTTONS)
    assert [button.get("label") for button in found.values()] == [
        *("重新计算", "检查", "跳到下一个问题", "解释当前单元格", "另存为无宏版", "批量汇总", "帮助", "关于")
    ]
    assert {button.get("onAction") for button in found.values()} == {CALLBACK}
    assert all(button.get("imageMso") for button in found.values())


# Of Excel's own icons, those that both Office 2013 and Microsoft 365 list (OfficeDev/office-fluent-ui-command-identifiers).
DOCUMENTED_ICONS = {
    *("About", "CalculateNow", "ErrorChecking", "FileSaveAsExcelXlsx", "FunctionWizard", "GoTo", "Help"),
    "TableSummarizeWithPivot",
}
# The part of [MS-CUSTOMUI2] that the ribbon uses: children, and attributes with those that must be there.
SCHEMA: dict[str, tuple[set[str], set[str], set[str]]] = {
    "customUI": ({"ribbon"}, set(), set()),
    "ribbon": ({"tabs"}, set(), set()),
    "tabs": ({"tab"}, set(), set()),
    "tab": ({"group"}, {"id", "label", "getVisible"}, {"id"}),
    "group": ({"button"}, {"id", "label"}, {"id"}),
    "button": (set(), {"id", "label", "imageMso", "size", "screentip", "supertip", "onAction"}, {"id", "onAction"}),
}
LONGEST = 1024


def test_the_icons_are_documented() -> None:
    assert {button.image for button in BUTTONS.values()} <= DOCUMENTED_ICONS


def test_the_ribbon_follows_its_schema() -> None:
    root = ElementTree.fromstring(ribbon_xml())
    identifiers = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(set(identifiers)) == len(identifiers)
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", found) for found in identifiers if found)
    for element in root.iter():
        children, attributes, required = SCHEMA[element.tag.removeprefix(f"{{{NAMESPACE}}}")]
        assert {child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in element} <= children
        assert required <= set(element.attrib) <= attributes
        assert all(1 <= len(value) <= LONGEST for value in element.attrib.values())
        assert element.get("size", "large") in ("normal", "large")


def test_vba_has_the_callbacks_and_knows_the_buttons() -> None:
    source = module_sources()["XlperfRibbon.bas"]
    assert re.search(rf"^Public Sub {CALLBACK}\(control As IRibbonControl\)", source, re.M)
    assert re.search(
        rf"^Public Sub {VISIBLE_CALLBACK}\(control As IRibbonControl, ByRef visible As Variant\)", source, re.M
    )
    assert set(re.findall(r'"(xlperf[A-Z]\w+)"', source)) <= set(BUTTONS)


@pytest.mark.slow
def test_check_gives_the_problems_that_the_command_gives() -> None:
    rows = answer("xlperfCheck", str(EXAMPLE), "", "")
    assert rows[0][0] == "text"
    assert rows[1] == HEADINGS
    assert ["警告", "指标数据!B58", "政务服务好差评分同比增长（service_rating_growth）缺数据。"] in rows[2:]
    order = [row[0] for row in rows[2:]]
    assert order == sorted(order, key=["错误", "警告", "提示"].index)


@pytest.mark.slow
def test_recalculation_compares_and_leaves_the_workbook_alone(tmp_path: Path) -> None:
    copied = tmp_path / "仁化.xlsm"
    copied.write_bytes(EXAMPLE.read_bytes())
    rows = answer("xlperfRecalculate", str(copied), "", "")
    assert "0 个公式结果有变化" in rows[0][1]
    assert copied.read_bytes() == EXAMPLE.read_bytes()


@pytest.mark.slow
def test_a_workbook_without_macros_is_made_of_a_copy(tmp_path: Path) -> None:
    kind, text, _ = answer("xlperfConvert", str(EXAMPLE), "", str(tmp_path / "无宏版.xlsx"))[0]
    assert (kind, "已写入" in text) == ("text", True)
    assert not has_vba((tmp_path / "无宏版.xlsx").read_bytes())


@pytest.mark.slow
def test_the_current_cell_is_explained() -> None:
    kind, shown, _ = answer("xlperfExplain", str(EXAMPLE), "指标评分!H5", "")[0]
    text = Path(shown).read_text(encoding="utf-8-sig") if kind == "file" else shown
    assert "预算编制规范性" in text


@pytest.mark.whole
def test_a_long_answer_becomes_a_file() -> None:
    kind, path, _ = answer("xlperfHelp", "", "", "")[0]
    assert kind == "file"
    content = Path(path).read_bytes()
    assert content.startswith("\ufeff".encode())
    assert "PERF_RATE" in content.decode("utf-8-sig")
    assert b"\r\n" in content


@pytest.mark.whole
def test_a_file_that_is_none_of_ours_is_an_error(tmp_path: Path) -> None:
    other = tmp_path / "别的.xlsm"
    other.write_bytes(b"")
    kind, text, _ = answer("xlperfCheck", str(other), "", "")[0]
    assert kind == "error"
    assert "文件是空的" in text


@pytest.mark.slow
def test_summing_up_a_folder_runs_and_runs_again(tmp_path: Path) -> None:
    """The results stand in the folder itself, and a second click goes on with what has come in since."""
    (tmp_path / "01.xlsm").write_bytes(EXAMPLE.read_bytes())
    words = command_line("xlperfBatch", str(tmp_path), str(tmp_path), str(tmp_path / "汇总"))
    for bad in (0, 1):
        done = subprocess.run([sys.executable, "-P", "-c", PROGRAM, *words], capture_output=True, check=False)
        assert done.returncode == 1, done.stderr.decode()
        units = (tmp_path / "汇总" / "units.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
        quarantined = (tmp_path / "汇总" / "quarantine.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
        assert (len(units), len(quarantined)) == (1, bad)
        (tmp_path / "坏.xlsx").write_bytes(b"PK")


def test_the_words_of_a_command_are_filled_in() -> None:
    assert command_line("xlperfConvert", "a.xlsm", "", "b.xlsx") == [
        "convert",
        "a.xlsm",
        "--edition",
        "native",
        "-o",
        "b.xlsx",
    ]
    assert command_line("xlperfRecalculate", "x/a.xlsm", "", "")[-1] == str(Path("x/a-xlperf.xlsm"))
    assert command_line("xlperfExplain", "a.xlsm", "评分!F5", "") == ["explain", "a.xlsm", "评分!F5"]


def test_an_unknown_button_is_refused() -> None:
    with pytest.raises(UserError, match="没有按钮"):
        command_line("xlperfNothing", "", "", "")
