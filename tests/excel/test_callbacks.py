"""What happens when a workbook is opened and when a button is clicked, in pyOpenVBA's interpreter."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pyopenvba.interpreter._values import error

from tests.excel.vba_host import MACHINE, Control, Server, project
from xlperf import __version__
from xlperf.editions.vba.ribbon import BUTTONS
from xlperf.editions.vba.sources import module_sources
from xlperf.registry import worksheet_functions

LACKING = "没有设置 Python：请运行 xlperf addin install"
HEADINGS = ["级别", "单元格", "说明"]
FOUND = [
    ["text", "错误 1 条，警告 1 条，提示 0 条。", ""],
    HEADINGS,
    ["错误", "Sheet1!B2", "第一个问题。"],
    ["警告", "Sheet1!C3", "第二个问题。"],
]


def connected(answer: Any, calls: list[Any] | None = None, missing: str = "") -> Any:
    """A project whose server gives one answer (its version apart, where that is a command's) and notes what it was asked."""

    def call(_: str, name: str, arguments: tuple[Any, ...]) -> Any:
        if calls is not None:
            calls.append((name, arguments))
        return __version__ if name == "XLPERF_VERSION" and isinstance(answer, list) else answer

    return project(Server(call), missing)


def status_bar(excel: Any) -> str:
    return str(excel.evaluate("Application.StatusBar"))


def test_the_stand_in_has_the_procedures_that_it_stands_for() -> None:
    heads = re.compile(r"^Public ((?:Function|Sub) \w+\(.*)$", re.M)
    assert set(heads.findall(module_sources()["XlperfMachine.bas"])) <= set(heads.findall(MACHINE))


def test_opening_describes_every_function_and_starts_nothing() -> None:
    calls: list[Any] = []
    excel = connected(__version__, calls)
    excel.run("XlperfOpened")
    noted = excel.run("Noted").splitlines()
    assert noted[-1] == "calculation False"
    for spec, line in zip(worksheet_functions().values(), noted, strict=False):
        texts = [spec.name, spec.help, *(p.help for p in spec.parameters)]
        assert line == "|".join(texts).replace("−", "－")
        assert all(len(text) <= 255 for text in texts)
    assert (calls, excel.run("CountStarts")) == ([], 0)


def test_the_first_change_starts_python_and_calculation() -> None:
    calls: list[Any] = []
    excel = connected(__version__, calls)
    excel.run("XlperfOpened")
    excel.run("Noted")
    for _ in range(3):
        excel.run("XlperfChanged")
    assert excel.run("Noted").splitlines() == ["calculation True"]
    assert calls == [("XLPERF_VERSION", (__version__,))]
    assert excel.dialogs == []


@pytest.mark.parametrize("broken", ["the DLL does not load", "No module named 'xlperf'"])
def test_a_python_that_is_there_but_broken_loses_no_result(broken: str) -> None:
    """Old DLL, wrong path, antivirus; or Python starts and has no xlperf."""

    def call(*_: Any) -> Any:
        raise error(1000, broken)

    excel = project(None if "DLL" in broken else Server(call))
    excel.run("XlperfOpened")
    for _ in range(3):
        excel.run("XlperfChanged")
    assert "calculation True" not in excel.run("Noted")
    assert len(excel.dialogs) == 1
    assert broken in excel.dialogs[0][1]
    assert "addin status" in excel.dialogs[0][1]
    assert status_bar(excel).startswith("xlperf 没有启动，保存时的结果已保留")


def test_the_button_tries_again_after_a_failure_and_writes_nothing_before_it_works() -> None:
    answers: list[Any] = [error(1000, "no xlperf"), error(1000, "no xlperf"), __version__]

    def call(_: str, name: str, __: tuple[Any, ...]) -> Any:
        if name == "XLPERF_COMMAND":
            return [["text", "0 个公式结果有变化。", ""], HEADINGS]
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    excel = project(Server(call))
    excel.run("XlperfOpened")
    excel.run("XlperfChanged")
    excel.run("XlperfButton", Control("xlperfRecalculate"))
    assert "calculat" not in excel.run("Noted").replace("calculation False", "")
    excel.run("XlperfButton", Control("xlperfRecalculate"))
    assert excel.run("Noted").splitlines() == ["calculation True", "calculated", "deleted copy.xlsm"]
    assert len(excel.dialogs) == 3


def test_opening_without_python_keeps_the_results_and_says_so() -> None:
    excel = connected(None, missing=LACKING)
    excel.run("XlperfOpened")
    assert excel.run("Noted").splitlines()[-2:] == ["calculation False", "later XlperfExplainMissing"]
    assert status_bar(excel).startswith(LACKING)
    excel.run("XlperfExplainMissing")
    excel.run("XlperfChanged")
    assert len(excel.dialogs) == 1
    assert LACKING in excel.dialogs[-1][1]
    assert "docs/安装.md" in excel.dialogs[-1][1]


def test_another_version_is_mentioned() -> None:
    calls: list[Any] = []
    excel = connected("9.9", calls)
    excel.run("XlperfChanged")
    assert calls == [("XLPERF_VERSION", (__version__,))]
    assert "9.9" in status_bar(excel)


@pytest.mark.parametrize(
    ("button", "arguments"),
    [
        ("xlperfCheck", ("xlperfCheck", "copy.xlsm", "", "")),
        ("xlperfExplain", ("xlperfExplain", "copy.xlsm", "Sheet1!A1", "")),
        ("xlperfConvert", ("xlperfConvert", "copy.xlsm", "", "chosen.xlsx")),
        ("xlperfBatch", ("xlperfBatch", "", "folder", "folder\\汇总")),
        ("xlperfHelp", ("xlperfHelp", "", "", "")),
        ("xlperfAbout", ("xlperfAbout", "", "", "")),
    ],
)
def test_a_button_runs_its_command_and_shows_the_answer(button: str, arguments: tuple[str, ...]) -> None:
    calls: list[Any] = []
    excel = connected([["text", "好了", ""], HEADINGS], calls)
    excel.run("XlperfButton", Control(button))
    assert calls == [("XLPERF_COMMAND", arguments)]
    assert "好了" in excel.dialogs[-1][1]
    assert (excel.run("Noted") or "").splitlines() == (["deleted copy.xlsm"] if arguments[1] else [])


def test_recalculation_resumes_calculation_first() -> None:
    calls: list[Any] = []
    excel = connected([["text", "0 个公式结果有变化。", ""], HEADINGS], calls)
    excel.run("XlperfButton", Control("xlperfRecalculate"))
    assert excel.run("Noted").splitlines() == ["calculation True", "calculated", "deleted copy.xlsm"]
    assert calls == [
        ("XLPERF_VERSION", (__version__,)),
        ("XLPERF_COMMAND", ("xlperfRecalculate", "copy.xlsm", "", "")),
    ]


def test_a_long_answer_opens_in_notepad() -> None:
    excel = connected([["file", "answer.txt", ""], HEADINGS])
    excel.run("XlperfButton", Control("xlperfHelp"))
    assert excel.run("Noted").strip() == "notepad answer.txt"


def test_next_checks_first_then_goes_round() -> None:
    calls: list[Any] = []
    excel = connected(FOUND, calls)
    places = []
    for _ in range(3):
        excel.run("XlperfButton", Control("xlperfNext"))
        places.append(excel.evaluate("ActiveCell.Address(False, False)"))
    assert places == ["B2", "C3", "B2"]
    assert [name for name, _ in calls] == ["XLPERF_COMMAND"]
    assert status_bar(excel) == "1/2　错误　Sheet1!B2　第一个问题。"


def test_next_without_problems_says_so() -> None:
    excel = connected([["text", "没有发现问题。", ""], HEADINGS])
    excel.run("XlperfButton", Control("xlperfNext"))
    assert "没有发现问题" in excel.dialogs[-1][1]


def test_a_check_that_failed_is_not_taken_for_no_problems() -> None:
    excel = connected([["error", "错误：不是由 xlperf 生成的。", ""], HEADINGS])
    for _ in range(2):
        excel.run("XlperfButton", Control("xlperfNext"))
        assert "不是由 xlperf 生成的" in excel.dialogs[-1][1]


@pytest.mark.parametrize("button", BUTTONS)
def test_without_python_every_button_says_what_is_missing(button: str) -> None:
    calls: list[Any] = []
    excel = connected(None, calls, missing=LACKING)
    excel.run("XlperfButton", Control(button))
    assert calls == []
    assert LACKING in excel.dialogs[-1][1]


def test_a_command_that_breaks_is_logged_and_said() -> None:
    def call(*_: Any) -> Any:
        raise error(1000, "OSError: disk")

    excel = project(Server(call))
    excel.run("XlperfButton", Control("xlperfCheck"))
    assert "excel.log" in excel.dialogs[-1][1]
    assert "XLPERF_COMMAND: OSError: disk" in excel.run("Noted")


def test_messages_have_an_english_twin_where_windows_has_another_code_page() -> None:
    """The bytes of code page 936 read in another one: no literal is what it was."""
    excel = project(None)
    assert excel.run("IsReadable", "汉") is True
    for page in ("cp1252", "cp932", "utf-8"):
        garbled = "汉".encode("cp936").decode(page, errors="replace")
        assert excel.run("IsReadable", garbled) is False
    assert excel.run("Told", "先保存", "save first") == "先保存"


def test_every_chinese_literal_that_a_user_sees_goes_through_told() -> None:
    """A statement over several lines counts as one."""
    for name, text in (*module_sources().items(), *module_sources(is_addin=True).items()):
        if name in ("XlperfHelp.bas", "XlperfFunctions.bas", "XlperfMessages.bas"):
            continue
        for line in text.replace(" _\n", " ").splitlines():
            if re.search('"[^"\']*[\u4e00-\u9fff]', line) and not line.lstrip().startswith("'"):
                assert "Told(" in line or "XLPERF_SELFTEST" in line or "table(" in line, f"{name}: {line.strip()}"
