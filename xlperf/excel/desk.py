"""The bureau's desk: a folder for Windows with scripts that files are dropped on, and the wheels that they are set up from.

Made on any system by `make desk`. What a script runs is a command of xlperf, declared here, so that its tests run the
same commands; the scripts themselves run on Windows alone.
"""

from __future__ import annotations

import email
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from xlperf.errors import UserError

PLATFORM, PYTHONS = "win_amd64", ("3.11", "3.12", "3.13")
# What markers of a requirement are about, on the machine that the wheels are for.
_WINDOWS = {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64"}
WHEELS, ENVIRONMENT, LIST, GUIDE = "安装包", "环境", "安装包清单.txt", "说明.txt"
FILE, FRAMEWORK, HERE = "{file}", "{framework}", "{here}"


@dataclass(frozen=True)
class Script:
    """A script: its name, what is dropped on it, what it does, and the command for each thing dropped.

    In the command {file} stands for what was dropped, {framework} for what the user is asked for, {here} for the folder.
    `folder`: what has to be there before it runs.
    """

    name: str
    dropped: str
    purpose: str
    command: tuple[str, ...]
    folder: str = ""

    @property
    def asks(self) -> bool:
        """Whether the user is asked for an indicator system."""
        return FRAMEWORK in self.command


SCRIPTS = (
    Script(
        "下发",
        "单位名册（.xlsx）",
        "每个单位一份预填好的工作簿，写到“下发的工作簿”",
        ("distribute", FILE, FRAMEWORK, "-o", f"{HERE}下发的工作簿"),
    ),
    Script("检查", "一份或几份工作簿", "勾稽、改动、缺数据、缺理由", ("check", FILE)),
    Script(
        "汇总",
        "放着收回的工作簿的文件夹",
        "全部重算、检查、排名，写到“汇总结果”；中断后再拖一次就接着做",
        ("batch", FILE, "-o", f"{HERE}汇总结果", "--resume"),
    ),
    Script(
        "报告",
        "填好的工作簿，或放着它们的文件夹",
        "评价报告初稿（Word），写到“报告”；再拖一次时人写的文字照样带过来",
        ("report", FILE, "-o", f"{HERE}报告", "--force"),
        folder="报告",
    ),
)
# What the installation has besides: Word.
EXTRA = "report"


def written_scripts() -> dict[str, bytes]:
    """The files of the desk but for the wheels, by name; lines end in CR LF."""
    found = {f"{script.name}.cmd": _lines(_script(script)) for script in SCRIPTS}
    return {"安装.cmd": _lines(_SET_UP), **found, GUIDE: "\ufeff".encode() + _lines(_guide())}


def resolved_wheels(folder: Path, wheel: Path, python: str, constraints: Path) -> list[str]:
    """Downloads all wheels that xlperf's needs on Windows with a version of Python; gives their file names.

    Errors: UserError: the registry has no wheel for something.
    """
    wanted = [f"{wheel}[{EXTRA}]"]
    while wanted:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += ["--platform", PLATFORM, "--python-version", python, "--only-binary=:all:", "--dest", str(folder)]
        command += ["--constraint", str(constraints), *wanted]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            raise UserError(f"Python {python} 的安装包取不全：{done.stderr.decode(errors='replace').strip()[-500:]}")
        # pip reads the conditions of a requirement for the machine that it runs on.
        wanted = list(_missing(folder))
    return sorted(path.name for path in folder.glob("*.whl"))


def _missing(folder: Path) -> Iterator[str]:
    """What the wheels of a folder ask for on Windows and is not there."""
    there = {canonicalize_name(path.name.split("-")[0]) for path in folder.glob("*.whl")}
    for path in sorted(folder.glob("*.whl")):
        for text in _requirements(path):
            requirement = Requirement(text)
            holds = requirement.marker is None or requirement.marker.evaluate({**_WINDOWS, "extra": ""})
            if holds and canonicalize_name(requirement.name) not in there:
                requirement.marker = None
                yield str(requirement)


def _requirements(wheel: Path) -> Sequence[str]:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name)).get_all("Requires-Dist", [])


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode()


# cmd reads a file as it goes, so the code page may be set in its first lines; the lines before are ASCII.
_HEAD = ("@echo off", "chcp 65001 >nul", "setlocal", "set PYTHONUTF8=1", 'set "HERE=%~dp0"')
_PYTHON = rf'"%HERE%{ENVIRONMENT}\Scripts\python.exe"'
_SET_UP = (
    *_HEAD,
    f'py -3 -m venv "%HERE%{ENVIRONMENT}" || goto nopython',
    "for /f %%V in ('py -3 -c \"import sys; print('%%d.%%d' %% sys.version_info[:2])\"') do set VERSION=%%V",
    rf'{_PYTHON} -m pip install --no-index --find-links "%HERE%{WHEELS}\%VERSION%" xlperf[{EXTRA}] || goto failed',
    f"{_PYTHON} -m xlperf doctor",
    "pause",
    "exit /b 0",
    ":nopython",
    f"echo 没有找到 Python：请先安装 Python {PYTHONS[0]} 到 {PYTHONS[-1]}（64 位，勾选 py launcher），再运行一次。",
    "pause",
    "exit /b 1",
    ":failed",
    f"echo 安装没有完成：{WHEELS} 里没有这个版本的 Python（%VERSION%）要的安装包。",
    "pause",
    "exit /b 1",
)


def _script(script: Script) -> Iterator[str]:
    yield from _HEAD
    yield f'if not exist "%HERE%{ENVIRONMENT}\\Scripts\\python.exe" (echo 请先运行 安装.cmd & pause & exit /b 1)'
    yield f'if "%~1"=="" (echo 请把{script.dropped}拖到这个文件上 & pause & exit /b 1)'
    if script.asks:
        yield f"{_PYTHON} -m xlperf frameworks list"
        yield 'set /p "FRAMEWORK=指标体系的编号或 .toml 文件："'
    places = {FILE: '"%~1"', FRAMEWORK: '"%FRAMEWORK%"'}
    words = [
        places.get(word) or (f'"{word.replace(HERE, "%HERE%")}"' if HERE in word else word) for word in script.command
    ]
    if script.folder:
        yield f'if not exist "%HERE%{script.folder}" mkdir "%HERE%{script.folder}"'
    yield ":next"
    yield f"{_PYTHON} -m xlperf {' '.join(words)}"
    yield "shift"
    yield 'if not "%~1"=="" goto next'
    yield "pause"


def _guide() -> Iterator[str]:
    yield "预算绩效评价工作台（Windows）"
    yield ""
    yield "这些文件没有在真实的 Windows 上运行过；同样的命令在 Linux 上有测试。第一次用请先在一台电脑上试。"
    yield ""
    yield f"1. 装 Python {PYTHONS[0]} 到 {PYTHONS[-1]} 中的一个（64 位，勾选 py launcher）；单位已有的就不用装。"
    yield f"2. 双击 安装.cmd：不上网，从“{WHEELS}”安装到“{ENVIRONMENT}”，只做一次。"
    yield "3. 以后把文件拖到下面的文件上："
    for script in SCRIPTS:
        yield f"   {script.name}.cmd　拖{script.dropped}：{script.purpose}。"
    yield ""
    yield "交来的文件从不改写；结果写在本文件夹里。整个文件夹可以拷到别的电脑，拷后重新运行 安装.cmd。"
    yield f"{LIST} 列出每个 Python 版本的全部安装包。"


def main() -> None:
    """Writes the desk: `python -m xlperf.excel.desk FOLDER WHEEL CONSTRAINTS [PYTHON…]`."""
    target, wheel, constraints = map(Path, sys.argv[1:4])
    target.mkdir(parents=True, exist_ok=True)
    listed: list[str] = []
    for python in sys.argv[4:] or PYTHONS:
        folder = target / WHEELS / python
        folder.mkdir(parents=True, exist_ok=True)
        listed += [
            f"Python {python}（{PLATFORM}，没有在 Windows 上试装过）：",
            *resolved_wheels(folder, wheel, python, constraints),
            "",
        ]
    for name, content in {**written_scripts(), LIST: "\ufeff".encode() + _lines(listed)}.items():
        (target / name).write_bytes(content)


if __name__ == "__main__":
    main()
