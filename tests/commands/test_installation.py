"""`xlperf doctor`: which extra is missing and what goes without it; the completion of commands in a shell."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from tests.support.command_here import Run, refused
from tests.support.source_tree import ROOT
from xlperf.commands import installation
from xlperf.commands.installation import EXTRAS, LIBRARIES, OFFICE

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def package(requirement: str) -> str:
    return re.split(r"[\[<>=~]", requirement)[0]


def without(monkeypatch: pytest.MonkeyPatch, *gone: str) -> None:
    """As where these packages are not installed."""
    version = metadata.version

    def told(name: str) -> str:
        if name in gone:
            raise metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(metadata, "version", told)


def test_extras_are_those_of_the_project() -> None:
    declared = {name: list(map(package, needs)) for name, needs in PROJECT["optional-dependencies"].items()}
    del declared["dev"]
    assert {name: list(packages) for name, (packages, _, _) in EXTRAS.items()} == declared
    assert set(LIBRARIES) <= set(map(package, PROJECT["dependencies"]))


@pytest.mark.parametrize("extra", EXTRAS)
def test_a_missing_extra_is_named_with_what_it_disables(run: Run, monkeypatch: pytest.MonkeyPatch, extra: str) -> None:
    packages, _, disables = EXTRAS[extra]
    without(monkeypatch, packages[-1])
    parts = {part["name"]: part for part in json.loads(run("doctor", "--json")[1])["parts"]}
    part = parts[f"xlperf[{extra}]"]
    assert (part["state"], part["missing"], part["disables"]) == ("未安装", [packages[-1]], disables)
    assert part["advice"] == f"pip install 'xlperf[{extra}]'"
    others = [name for name in EXTRAS if name != extra and parts[f"xlperf[{name}]"]["missing"]]
    assert others == []
    shown = "".join(run("doctor")[1].split())
    assert f"pipinstall'xlperf[{extra}]'" in shown
    assert "".join(disables.split())[:10] in shown


def test_nothing_missing_is_no_second_table(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: "1")
    monkeypatch.setattr("xlperf.package.foreign_formats.office_program", lambda: "/usr/bin/soffice")
    status, out, _ = run("doctor")
    assert (status, "未安装" in out, "因此不能用" in out) == (0, False, False)


def test_without_libreoffice(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlperf.package.foreign_formats.office_program", lambda: None)
    (part,) = (p for p in json.loads(run("doctor", "--json")[1])["parts"] if p["name"] == "LibreOffice")
    assert (part["state"], part["disables"]) == ("未安装", OFFICE)


def test_the_options_named_are_there(run: Run) -> None:
    """What an extra is said to disable is a command or an option that exists."""
    for _, _, disables in EXTRAS.values():
        command = disables.split()[0]
        words = ["addin", "build"] if command == "addin" else [command]
        shown = run(*words, "--help")[1]
        assert [option for option in re.findall(r"--[a-z-]+", disables.split("；")[0]) if option not in shown] == []


def test_completion_is_installed_for_the_shell(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(installation, "_get_shell_name", lambda: "bash")
    status, out, err = run("--install-completion")
    assert (status, err) == (0, "")
    assert "已为 bash 装上补全" in out
    script = tmp_path / ".bash_completions" / "xlperf.sh"
    assert str(script) in (tmp_path / ".bashrc").read_text(encoding="utf-8")
    assert run("--show-completion")[1].strip() == script.read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("shell", [None, "cmd"])
def test_a_shell_without_completion_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch, shell: str | None) -> None:
    monkeypatch.setattr(installation, "_get_shell_name", lambda: shell)
    refused(run("--install-completion"), "认不出", "bash、zsh")
    refused(run("--show-completion"), "认不出")


@pytest.mark.whole
@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [("xlperf frame", ["frameworks"]), ("xlperf batch --ro", ["--roster"]), ("xlperf no", ["notice"])],
)
def test_bash_completes(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str, offered: list[str]
) -> None:
    """The script in a real bash, which calls the command as it is installed."""
    monkeypatch.setattr(installation, "_get_shell_name", lambda: "bash")
    (tmp_path / "completion.sh").write_text(run("--show-completion")[1], encoding="utf-8")
    command = tmp_path / "xlperf"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m xlperf "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    words = " ".join(f"'{word}'" for word in typed.split())
    last = len(typed.split()) - 1
    asked = f'. ./completion.sh; COMP_WORDS=({words}); COMP_CWORD={last}; _xlperf_completion xlperf; echo "${{COMPREPLY[@]}}"'
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", asked], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=3600
    )
    assert done.stdout.split() == offered
