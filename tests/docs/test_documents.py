"""The documents: generated pages are current, and every command that they show works."""

from __future__ import annotations

import re
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from docs.generate import references
from tests.support import annexes
from tests.support import league_results as results
from tests.support.pages import PAGES, blocks
from xlperf.cli import main
from xlperf.commands import installation
from xlperf.editions.conversion import Edition
from xlperf.editions.own_workbooks import own_converted
from xlperf.findings.sent_list import SentList
from xlperf.frameworks.loading import find_framework
from xlperf.package import open_package
from xlperf.report.document.word_template import make_template
from xlperf.standards.drawing import draw
from xlperf.standards.exporting import exported

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("name", "text"), list(references()), ids=lambda value: value if len(value) < 40 else "")
def test_generated_pages_are_current(name: str, text: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"docs/{name}: run make generate"


def shown_commands() -> list[str]:
    """Every line beginning with xlperf, addresses apart, inside a code block of README and docs; each once."""
    found: dict[str, None] = {}
    for path in PAGES:
        for _, block in blocks(path):
            lines = [line.strip() for line in block.splitlines() if line.strip().startswith("xlperf ")]
            # Addresses stand for machines that the reader has.
            found |= dict.fromkeys(re.sub(r"\s+#.*$", "", line) for line in lines if "://" not in line)
    return list(found)


def test_documents_show_commands() -> None:
    assert len(shown_commands()) >= 60


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


@pytest.mark.parametrize("line", shown_commands(), ids=lambda value: value[:40])
def test_shown_commands_work(
    line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command runs in a folder that holds what the documents call 仁化.xlsm, 数据.csv, 我县.toml, 名册.xlsx and so on."""
    monkeypatch.chdir(tmp_path)
    for name in ("我县.xlsm", "已填.xlsm"):
        # What a command makes new is not there before it: it writes over nothing.
        if not (line.startswith("xlperf new ") and name in line):
            (tmp_path / name).write_bytes((ROOT / "workbooks" / "mof-department.xlsm").read_bytes())
    if " copy " not in line:
        text = (ROOT / "xlperf" / "frameworks" / "data" / "mof-department.toml").read_text(encoding="utf-8")
        (tmp_path / "我县.toml").write_text(text, encoding="utf-8")
    for name in ("仁化.xlsm", "交来.xlsm"):
        (tmp_path / name).write_bytes((ROOT / "workbooks" / "examples" / "renhua-2021.xlsm").read_bytes())
    for name in ("交来.xlsx", "甲评.xlsx", "乙评.xlsx"):
        (tmp_path / name).write_bytes((ROOT / "workbooks" / "examples" / "renhua-2021.xlsx").read_bytes())
    (tmp_path / "数据.csv").write_text("编号,值\nunit_name,某某局\nquota_used,200\n", encoding="utf-8")
    hand_in(tmp_path)
    if line.startswith("xlperf report"):
        has_a_report(tmp_path)
    if line.startswith("xlperf forms"):
        has_forms(tmp_path)
    elif any(name in line for name in ("评分标准.docx", "自评表.docx", "我县标准.xlsx", "今年.xlsx")):
        has_a_standard(tmp_path)
        if line.startswith("xlperf new"):
            (tmp_path / "今年.xlsx").unlink()
    if line.startswith(("xlperf league", "xlperf notice")) or "--previous 结果" in line:
        has_been_taken_in(tmp_path, "评价" if "评价" in line else "结果")
    if any(name in line for name in ("下发/下发清单.json", "补交/", " 评定")):
        is_evaluated(tmp_path, line)
    if "--any" in line:
        has_ones_own(tmp_path)
    if "completion" in line:
        monkeypatch.setattr(installation, "_get_shell_name", lambda: "bash")
    monkeypatch.setattr(sys, "argv", line.split())
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code in (0, 1), capsys.readouterr().err


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
