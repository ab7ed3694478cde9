"""What a button of the ribbon does: the xlperf command itself, run in a process of its own, and its answer for VBA."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from xlperf.checks.schema import SEVERITY_LABELS
from xlperf.editions.vba.ribbon import BUTTONS, FILE, OUTPUT, TARGET
from xlperf.errors import UserError
from xlperf.findings.finding import HINT

SHORT = 700
TEXT, LONG, ERROR = "text", "file", "error"
HEADINGS = ["级别", "单元格", "说明"]
PROGRAM = "from xlperf.cli import main; main()"
_USAGE = 2
_NEW_CONSOLE, _NO_WINDOW = 0x00000010, 0x08000000
# These may take minutes: they get a window with their progress, and Excel stays usable.
_IN_A_WINDOW = frozenset({"xlperfBatch"})


def answer(button: str, workbook: str, target: str, output: str) -> list[list[str]]:
    """The rows that VBA shows: what kind of answer and its text, the headings of the problems, the problems.

    Errors: UserError: no such button.
    """
    arguments = command_line(button, workbook, target, output)
    if button in _IN_A_WINDOW:
        _start(arguments)
        return _rows(TEXT, f"已在另一个窗口里开始，结果写到 {output}。")
    status, out, err = _run(arguments)
    if status == _USAGE:
        return _rows(ERROR, err.strip() or "命令没有完成。")
    if "--json" in arguments:
        return _problems(json.loads(out))
    return _rows(TEXT, out) if len(out) <= SHORT else _rows(LONG, str(_written(button, out)))


def command_line(button: str, workbook: str, target: str, output: str) -> list[str]:
    """The arguments of the xlperf command of a button.

    Errors: UserError: no such button.
    """
    if button not in BUTTONS:
        raise UserError(f"功能区没有按钮 {button}；请更新工作簿或加载项")
    given = {FILE: workbook, TARGET: target, OUTPUT: output or _beside(workbook)}
    return [given.get(word, word) for word in BUTTONS[button].command]


def _beside(workbook: str) -> str:
    """Where a result goes that nobody asked to keep: next to the copy of the workbook."""
    path = Path(workbook)
    return str(path.with_stem(f"{path.stem}-xlperf")) if workbook else ""


def _environment() -> Mapping[str, str]:
    return {**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1", "COLUMNS": "110"}


def _run(arguments: list[str]) -> tuple[int, str, str]:
    """Runs the command and gives its exit status, its output and its complaints."""
    command = [sys.executable, "-P", "-c", PROGRAM, *arguments]
    flags = _NO_WINDOW if sys.platform == "win32" else 0
    done = subprocess.run(command, capture_output=True, check=False, env=_environment(), creationflags=flags)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def _start(arguments: list[str]) -> None:
    """Starts the command in a window of its own, which stays open at the end so that its answer can be read."""
    command = [
        sys.executable,
        "-P",
        "-c",
        f"{PROGRAM.replace('main()', '')}\ntry: main()\nfinally: input('按回车键关闭')",
    ]
    flags = _NEW_CONSOLE if sys.platform == "win32" else 0
    subprocess.Popen([*command, *arguments], env=_environment(), creationflags=flags)


def _problems(found: Mapping[str, list[Mapping[str, str]]]) -> list[list[str]]:
    """The findings of a check: a summary, then one row each, the worst first; hints that have no cell are left out."""
    order = list(SEVERITY_LABELS)
    findings = [f for f in found["findings"] if f["cell"] or f["severity"] != HINT]
    findings.sort(key=lambda finding: order.index(finding["severity"]))
    rows = [[SEVERITY_LABELS[f["severity"]], f["cell"], f["message"]] for f in findings]
    counts = [f"{label} {sum(row[0] == label for row in rows)} 条" for label in SEVERITY_LABELS.values()]
    text = "没有发现问题。" if not rows else f"{'，'.join(counts)}。点“跳到下一个问题”逐条查看。"
    return [*_rows(TEXT, text), *rows]


def _rows(kind: str, text: str) -> list[list[str]]:
    return [[kind, text, ""], HEADINGS]


def _written(button: str, text: str) -> Path:
    """A file with a long answer, for Notepad (with a byte order mark, lines ending in CR LF)."""
    path = Path(tempfile.gettempdir()) / f"{button}.txt"
    path.write_text(text, encoding="utf-8-sig", newline="\r\n")
    return path
