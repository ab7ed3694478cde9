"""The help as a person reads it: no English types, nothing cut off, columns that stand below each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from tests.support.command_here import Run
from xlperf.cli import app

# What stays in capitals: names of formats and programs, never a word for what is to be typed.
_PLACEHOLDER = re.compile(
    r"<[^>]*>|\b(?:TEXT|PATH|FILE|DIR|ID|VALUE|INTEGER|FLOAT|OPTIONS|COMMAND|ARGS)\b|x>=|default|required"
)


def names(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield words
    for name, child in getattr(command, "commands", {}).items():
        yield from names(child, (*words, name))


ALL = list(names(typer.main.get_command(app)))


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_no_english_types(run: Run, words: tuple[str, ...]) -> None:
    text = run(*words, "--help")[1]
    assert text.startswith(f"用法：{' '.join(('xlperf', *words))}")
    assert _PLACEHOLDER.findall(text) == []
    assert "显示本帮助" in text


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_parameter_says_what_to_type(words: tuple[str, ...]) -> None:
    command: Any = typer.main.get_command(app)
    for word in words:
        command = command.commands[word]
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    assert [p.name for p in arguments if not re.search("[\u4e00-\u9fff]", p.metavar or "")] == []


def test_lines_fit_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for words in ALL:
        for line in run(*words, "--help")[1].splitlines():
            assert columns(line) <= 82, line
            assert line == line.rstrip()


def test_list_of_commands_is_cut_nowhere(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = run("--help")[1]
    assert "..." not in text.partition("命令：")[2]
    assert re.search(r"^  new +由指标体系生成工作簿，可同时填入数据$", text, re.M)
    assert re.search(r"^  frameworks +指标体系：列出、查看、体检", text, re.M)


def test_options_say_what_they_need(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    text = run("batch", "--help")[1]
    for line in (
        r"  -o, --output 路径 +结果放到哪个文件夹  \[必填\]",
        r"  --time-limit 数 +每份文件最多用多少秒  \[默认 60；至少 1\]",
        r"  --write +把重算后的文件",
        r"  来源\.\.\.  交来的文件.*\[必填\]",
        r"  --roster 路径 +名册",
    ):
        assert re.search(f"^{line}", text, re.M), line
    texts = re.findall(r"^(  -\S.*?\S  +)\S", text, re.M)
    assert len(texts) > 10
    assert len(set(map(columns, texts))) == 1


def test_group_without_a_command_shows_its_help(run: Run) -> None:
    status, out, err = run("frameworks")
    assert status == 2
    assert "列出随附的指标体系" in out + err
