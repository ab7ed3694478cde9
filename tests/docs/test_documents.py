"""The documents: generated pages are current, and every command that they show works."""

from __future__ import annotations

import re
import shutil
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
from openpyxl import Workbook

import xlperf
from docs.generate import references
from tests.support import annexes
from tests.support import league_results as results
from tests.support.case_files import page_case
from tests.support.ci_size import some
from tests.support.command_here import Run
from tests.support.pages import ONLY_IN_PART, blocks, lines_for, mentioned
from tests.support.small_framework import READING, TEXT, framework
from xlperf.cli import app, main
from xlperf.commands import installation
from xlperf.editions.conversion import Edition
from xlperf.editions.own_workbooks import own_converted
from xlperf.errors import CellError, UserError
from xlperf.findings.sent_list import SentList
from xlperf.frameworks.loading import find_framework, parse_framework
from xlperf.package import open_package
from xlperf.report.document.word_template import make_template
from xlperf.standards.drawing import draw
from xlperf.standards.exporting import exported

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("name", "text"), list(references()), ids=lambda value: value if len(value) < 40 else "")
def test_generated_pages_are_current(name: str, text: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"docs/{name}: run make generate"


# What stands for something of the reader's in the running text.
PLACES = {
    "文件": "仁化.xlsm",
    "指标": "总分",
    "指标体系": "renhua-2021",
    "文件夹": "交来",
    "分值": "5",
    "旧.xlsm": "仁化.xlsm",
}
PLACES |= {"下发清单.json": "下发/下发清单.json", '"评分标准原文"': "得分=支出率×分值", "延津.xlsm": "延津.xlsm"}


@cache
def application() -> Any:
    """The whole command, built once for all lines."""
    return typer.main.get_command(app)


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The command that a line names, and what it is given."""
    command: Any = application()
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    return command, words


def is_whole(line: str) -> bool:
    """Whether a command in the running text can be typed as it stands, and isn't just named."""
    command, given = command_of(line.split()[1:])
    if "…" in line or not (given or line.split()[1:]):
        return False
    positional = [word for word in given if not word.startswith("-")]
    needed = [p for p in command.params if p.required]
    options = [p for p in needed if p.param_type_name == "option"]
    return len(positional) >= len(needed) and all(set(p.opts) & set(given) for p in options) and not is_group(command)


def is_group(command: Any) -> bool:
    return bool(getattr(command, "commands", {}))


def named_commands() -> list[str]:
    """Every command of xlperf in the running text."""
    found = (re.sub(r"^(python|py) -m ", "", line) for line in mentioned())
    return [
        line
        for line in dict.fromkeys(found)
        if line.startswith("xlperf ") and not re.match(r"xlperf [\u4e00-\u9fff]", line)
    ]


def shown_commands() -> list[str]:
    """Every line of xlperf in a block of README and docs, and what is whole in the running text; each once."""
    whole = [line for line in named_commands() if is_whole(line)]
    return list(dict.fromkeys([*lines_for("tests/docs/test_documents.py"), *whole]))


@pytest.mark.parametrize("line", named_commands())
def test_named_commands_have_these_options(line: str) -> None:
    command, given = command_of(line.split()[1:])
    if is_group(command):
        assert all(word.startswith("-") for word in given), f"no such command: {line}"
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {word for word in given if word.startswith("-") and word != "-"} <= known


@pytest.mark.parametrize("line", shown_commands(), ids=lambda value: value[:40])
def test_shown_commands_are_understood(line: str) -> None:
    """Options, types and what has to be given, of every line; a part of them also runs, in the long runs all."""
    command, given = command_of([PLACES.get(word, word) for word in line.split()[1:]])
    command.make_context(line, given)


def test_documents_show_commands() -> None:
    assert len(shown_commands()) >= 60
    assert len(named_commands()) >= 30
    assert len(in_every_run()) >= 35


@cache
def in_every_run() -> frozenset[str]:
    """The first line of each command; the others differ from it by their options and inputs."""
    first: dict[Any, str] = {}
    for line in shown_commands():
        first.setdefault(command_of(line.split()[1:])[0], line)
    return frozenset(first.values())


def hand_in(folder: Path) -> None:
    """What the documents call 名册.xlsx, 交来 and 补交.zip."""
    example = ROOT / "workbooks" / "examples" / "wuhua-2023.xlsx"
    book = Workbook()
    book.active.append(("单位名称", "单位编码"))
    book.active.append(("教育局", "0101"))
    book.save(folder / "名册.xlsx")
    (folder / "交来").mkdir()
    shutil.copy(example, folder / "交来")
    with zipfile.ZipFile(folder / "补交.zip", "w") as target:
        target.write(example, "补交/五华.xlsx")


def has_a_standard(folder: Path) -> None:
    """What the documents call 评分标准.docx, 自评表.docx, and 我县标准.xlsx once it is confirmed."""
    annexes.word(find_framework("yanjin-2022").framework, folder / "评分标准.docx")
    annexes.self_form(folder / "自评表.docx")
    (folder / "我县标准.xlsx").write_bytes(draw(exported(find_framework("mof-project-self").framework)))
    (folder / "今年.xlsx").write_bytes((ROOT / "workbooks" / "mof-department.xlsx").read_bytes())


def has_a_report(folder: Path) -> None:
    """What the documents call 我局模板.docx, and 报告.docx once it is written."""
    (folder / "我局模板.docx").write_bytes(make_template())
    (folder / "报告.docx").write_bytes(make_template())


def has_forms(folder: Path) -> None:
    """What the documents call 五华.xlsx and 我局自评表.xlsx."""
    shutil.copy(ROOT / "workbooks" / "examples" / "wuhua-2023.xlsx", folder / "五华.xlsx")
    book = Workbook()
    book.active.append(("单位：{{单位名称}}", "{{指标.1.三级指标}}", "{{指标.1.得分}}"))
    book.save(folder / "我局自评表.xlsx")


def is_evaluated(folder: Path, line: str) -> None:
    """What the documents call 下发/下发清单.json, 补交/0101.xlsx and 评定."""
    example = ROOT / "workbooks" / "examples" / "wuhua-2023.xlsx"
    for name in ("下发", "补交", "评定"):
        (folder / name).mkdir()
    sent = SentList("0", {"id": "county", "version": "1.0.0", "hash": "0"}, {}, ())
    (folder / "下发" / "下发清单.json").write_text(sent.text(), encoding="utf-8")
    shutil.copy(example, folder / "补交" / "0101.xlsx")
    if " 评定 " in line:
        shutil.copy(example, folder / "评定")


def has_been_taken_in(folder: Path, name: str) -> None:
    """What the documents call 结果 or 评价, once a batch has written it."""
    (folder / name).mkdir()
    results.hand_in(folder / name, results.record("甲局", (20, 30, 0), closings={}, money_unit_fen=1_000_000))


def has_ones_own(folder: Path) -> None:
    """What the documents call 自己的.xlsx, and 普通.xlsx once it is converted."""
    book = Workbook()
    book.active.append((9, 10, "=PERF_RATE(A1,B1)"))
    book.save(folder / "自己的.xlsx")
    plain = own_converted(open_package(folder / "自己的.xlsx"), Edition.NATIVE).package
    (folder / "普通.xlsx").write_bytes(plain.data)


def prepare(folder: Path, line: str) -> None:
    """What the documents call 仁化.xlsm, 数据.csv, 我县.toml, 名册.xlsx and so on."""
    for name in ("我县.xlsm", "已填.xlsm"):
        # What a command makes new is not there before it: it writes over nothing.
        if not (line.startswith("xlperf new ") and name in line):
            (folder / name).write_bytes((ROOT / "workbooks" / "mof-department.xlsm").read_bytes())
    if " copy " not in line:
        text = (ROOT / "xlperf" / "frameworks" / "data" / "mof-department.toml").read_text(encoding="utf-8")
        (folder / "我县.toml").write_text(text, encoding="utf-8")
    for name in ("仁化.xlsm", "交来.xlsm"):
        (folder / name).write_bytes((ROOT / "workbooks" / "examples" / "renhua-2021.xlsm").read_bytes())
    for name in ("交来.xlsx", "甲评.xlsx", "乙评.xlsx"):
        (folder / name).write_bytes((ROOT / "workbooks" / "examples" / "renhua-2021.xlsx").read_bytes())
    (folder / "数据.csv").write_text("编号,值\nunit_name,某某局\nquota_used,200\n", encoding="utf-8")
    hand_in(folder)
    if line.startswith("xlperf report"):
        has_a_report(folder)
    if line.startswith("xlperf forms"):
        has_forms(folder)
    elif line.startswith("xlperf verify"):
        # Of one formula: what is compared in a whole workbook is in tests/engines/test_verification.py.
        has_ones_own(folder)
        (folder / "普通.xlsx").rename(folder / "五华.xlsx")
    elif any(name in line for name in ("评分标准.docx", "自评表.docx", "我县标准.xlsx", "今年.xlsx")):
        has_a_standard(folder)
        if line.startswith("xlperf new"):
            (folder / "今年.xlsx").unlink()
    if line.startswith(("xlperf league", "xlperf notice")) or "--previous 结果" in line:
        has_been_taken_in(folder, "评价" if "评价" in line else "结果")
    if any(name in line for name in ("下发清单.json", "补交/", " 评定")):
        is_evaluated(folder, line)
    if "--any" in line:
        has_ones_own(folder)
    if "延津.xlsm" in line:
        shutil.copy(ROOT / "workbooks" / "examples" / "yanjin-2022.xlsm", folder / "延津.xlsm")


@pytest.mark.parametrize("line", some(shown_commands(), in_every_run()), ids=lambda value: value[:40])
def test_shown_commands_work(
    line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command runs in a folder that holds what the documents speak of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    prepare(tmp_path, line)
    if "completion" in line:
        monkeypatch.setattr(installation, "_get_shell_name", lambda: "bash")
    monkeypatch.setattr(sys, "argv", [PLACES.get(word, word) for word in line.split()])
    with pytest.raises(SystemExit) as stopped:
        main()
    printed = capsys.readouterr().err
    if line in ONLY_IN_PART and sys.platform != "win32":
        assert (stopped.value.code, "不是 Windows" in printed) == (2, True)
        return
    assert stopped.value.code in (0, 1, None), printed


def test_python_of_the_page_on_batches_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One block after the other, where a batch has written 结果."""
    monkeypatch.chdir(tmp_path)
    hand_in(tmp_path)
    monkeypatch.setattr(sys, "argv", ["xlperf", "batch", "交来", "-o", "结果", "--quiet"])
    with pytest.raises(SystemExit):
        main()
    names: dict[str, object] = {}
    found = [block for language, block in blocks(ROOT / "docs" / "批量.md") if language == "python"]
    assert len(found) == 2
    for block in found:
        exec(compile(block, "批量.md", "exec"), names)
    assert len(names["values"]) == 1  # type: ignore[arg-type]


def test_formulas_of_the_page_on_functions_give_what_it_says() -> None:
    """All of them on one sheet of a workbook that is somebody's own."""
    shown = [line for _, block in blocks(ROOT / "docs" / "functions.md") for line in block.splitlines()]
    cases = [page_case(line) for line in shown]
    assert len(cases) > 60
    book = Workbook()
    for case in cases:
        book.active.append((case.formula,))
    values = xlperf.openpyxl.recalculate(book)["Sheet"]
    found = [values[f"A{number}"] for number, _ in enumerate(cases, 1)]
    results = [CellError(str(value)) if value in CellError.CODES else value for value in found]
    assert [problem for case, value in zip(cases, results, strict=True) if (problem := case.problem(value))] == []


def test_the_print_of_a_folder_has_the_lines_that_are_shown(run: Run, tmp_path: Path) -> None:
    """The page's is of workbooks that are not in the repository: here the heads of its lines, of a folder of two."""
    shutil.copy(ROOT / "workbooks" / "examples" / "wuhua-2023.xlsx", tmp_path)
    book = Workbook()
    book.active["A1"] = '=REGEXTEST("a","a")'
    book.save(tmp_path / "函数.xlsx")
    printed = [re.sub(r"\d+", "0", line) for line in run("conformance", tmp_path)[1].splitlines()]
    ((_, shown),) = blocks(ROOT / "docs" / "引擎一致性.md")
    heads = [re.sub(r"\d+", "0", line) for line in shown.splitlines() if not line.startswith(" ")]
    assert [head for head in heads if head not in printed] == []


def fragments(page: str) -> list[str]:
    return [block for language, block in blocks(ROOT / "docs" / page) if language == "toml"]


def test_parts_of_frameworks_on_the_pages_can_be_written_in_one() -> None:
    """Each where the page says that it goes, in a framework that a bureau writes."""
    short, either, levels, relations = fragments("写指标体系.md")
    (case,) = fragments("谁填什么.md")
    top, rest = TEXT.partition("[source]")[::2]
    about, given = rest.partition("[[levels]]")[::2]
    read = parse_framework(f"{top.replace('10', '20')}{short}[source]{about}", "一.toml").framework
    assert [(one.name, one.weight) for one in read.indicators] == [("预算执行率", 20)]

    tiers = re.search(r"\[\[indicators\.points\]\]\ntext = \"支出率\".*?\n\n", TEXT, re.S)
    assert tiers is not None
    rule: Any = framework((tiers[0], f"{either}\n")).indicators[0].points[0].rule
    assert (rule.kind, [one.text for one in rule.rules]) == ("either", ["按进度", "按人数"])

    figures = given[given.index("[[inputs]]") : given.index("[[indicators]]")]
    rows = "".join(
        f'[[indicators]]\nname = "{name}"\nlevel = "过程"\ngroup = "资金"\nweight = {weight}\nstandard = "按比例"\n'
        'rule = { kind = "ratio", value = "spending_rate" }\n'
        for name, weight in (("支出率", 10), ("结转率", 6))
    )
    text = f"{top.replace('10', '15')}{levels}[source]{about}{figures}{rows}"
    (group,) = parse_framework(text, "三.toml").framework.levels[0].groups
    assert (group.weight, group.reading.why if group.reading else "") == (15, "满分是 100 分")
    with pytest.raises(UserError, match="16"):
        parse_framework(re.sub(r", reading = \{.*?\}", "", text), "三.toml")

    facts = ("video_total", "video_new", "video_reused", "complaint_rate")
    inputs = "".join(
        f'[[inputs]]\nid = "{name}"\nlabel = "{name}"\ntype = "{"rate" if "rate" in name else "count"}"\n'
        for name in facts
    )
    assert [one.id for one in framework(add=inputs + relations).relations] == ["video_points", "complaint_low"]
    told = READING.format(fault="ambiguous").replace('why = "理由"', case)
    assert framework(add=told).indicators[1].readings[0].why.startswith("没有写明不足 1%的怎样扣")
