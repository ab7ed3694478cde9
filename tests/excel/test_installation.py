"""Setting up a Windows machine, against folders and a registry of the test's own."""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from xlperf.cli import main
from xlperf.editions.vba.parts import ADDIN_NAME, SELFTEST_NAME
from xlperf.errors import UserError
from xlperf.excel.installation import FINE, MISSING, WRONG, install, library_name, status, uninstall
from xlperf.excel.windows import EXCEL_PATH_KEY, Machine, program_bits
from xlperf.workbook.locations import workbooks_folder

TRUSTED = r"HKCU\Software\Microsoft\Office\16.0\Excel\Security\Trusted Locations"


class MadeRegistry:
    """A registry in memory."""

    def __init__(self, keys: Mapping[str, Mapping[str, str | int]]) -> None:
        self.keys = {key: dict(values) for key, values in keys.items()}

    def values(self, key: str) -> Mapping[str, str | int]:
        return self.keys.get(key, {})

    def subkeys(self, key: str) -> tuple[str, ...]:
        below = (name[len(key) + 1 :].split("\\")[0] for name in self.keys if name.startswith(f"{key}\\"))
        return tuple(dict.fromkeys(below))

    def write(self, key: str, values: Mapping[str, str | int]) -> None:
        self.keys.setdefault(key, {}).update(values)

    def delete(self, key: str) -> None:
        del self.keys[key]


def program(path: Path, machine: int) -> Path:
    """A file with the header of a Windows program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(
        b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x80) + bytes(0x40) + b"PE\0\0" + struct.pack("<H", machine)
    )
    return path


def windows(tmp_path: Path, *, bits: int = 64, has_library: bool = True) -> Machine:
    """A machine with Excel and a Python in a virtual environment."""
    excel = program(tmp_path / "Office" / "EXCEL.EXE", 0x8664 if bits == 64 else 0x14C)
    interpreter = tmp_path / "环境" / "Scripts" / "python.exe"
    interpreter.parent.mkdir(parents=True, exist_ok=True)
    interpreter.write_bytes(b"")
    if has_library:
        (tmp_path / "环境" / library_name(bits)).write_bytes(b"")
    (tmp_path / "home").mkdir(exist_ok=True)
    keys = {EXCEL_PATH_KEY: {"": f'"{excel}"'}, r"HKCU\Software\Microsoft\Office\16.0\Excel\Options": {}}
    return Machine(tmp_path / "home", tmp_path / "data", interpreter, MadeRegistry(keys), "gbk")


def states(machine: Machine) -> dict[str, str]:
    return {item.name: item.state for item in status(machine)}


def test_install_sets_up_and_uninstall_takes_away(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    work = tmp_path / "绩效评价"
    work.mkdir()
    install(machine, (work,))
    assert machine.settings.read_bytes() == f'"INTERPRETER_WIN","{machine.interpreter}"\r\n'.encode("gbk")
    assert (machine.startup / ADDIN_NAME).read_bytes() == (workbooks_folder() / ADDIN_NAME).read_bytes()
    assert machine.registry.values(rf"{TRUSTED}\xlperf1")["Path"] == str(work)
    found = states(machine)
    assert (found["Python"], found["xlwings 的 DLL"], found["加载项"], found["可信位置"]) == (FINE,) * 4
    assert machine.settings.with_name(SELFTEST_NAME).is_file()
    assert len(uninstall(machine)) == 4
    assert list(machine.settings.parent.iterdir()) == []
    assert machine.registry.subkeys(TRUSTED) == ()
    found = states(machine)
    assert (found["Python"], found["加载项"]) == (MISSING, MISSING)
    assert uninstall(machine) == []


@pytest.mark.parametrize("bits", [32, 64])
def test_the_library_follows_the_bits_of_excel(tmp_path: Path, bits: int) -> None:
    machine = windows(tmp_path, bits=bits)
    assert machine.excel is not None
    assert program_bits(machine.excel) == bits
    assert states(machine)["xlwings 的 DLL"] == FINE
    (tmp_path / "环境" / library_name(bits)).unlink()
    (tmp_path / "环境" / library_name(96 - bits)).write_bytes(b"")
    assert states(machine)["xlwings 的 DLL"] == MISSING


def test_without_the_library_nothing_is_installed(tmp_path: Path) -> None:
    machine = windows(tmp_path, has_library=False)
    with pytest.raises(UserError, match=r"xlwings64-.*dll"):
        install(machine)
    assert not machine.settings.exists()
    assert not machine.startup.exists()


def test_without_excel_nothing_is_installed(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    assert isinstance(machine.registry, MadeRegistry)
    machine.registry.delete(EXCEL_PATH_KEY)
    with pytest.raises(UserError, match="没有找到 Excel"):
        install(machine)
    assert states(machine)["Excel"] == MISSING


def test_a_processor_that_is_not_served(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    program(tmp_path / "Office" / "EXCEL.EXE", 0xAA64)
    with pytest.raises(UserError, match="ARM"):
        install(machine)


def test_an_old_add_in_and_another_python_are_seen(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    install(machine)
    (machine.startup / ADDIN_NAME).write_bytes(b"old")
    assert states(machine)["加载项"] == WRONG
    other = tmp_path / "别处" / "python.exe"
    other.parent.mkdir()
    other.write_bytes(b"")
    moved = Machine(machine.home, machine.application_data, other, machine.registry, "gbk")
    assert states(moved)["Python"] == WRONG
    machine.interpreter.unlink()
    assert states(moved)["Python"] == MISSING


def test_a_path_outside_the_code_page_is_refused(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    latin = Machine(machine.home, machine.application_data, machine.interpreter, machine.registry, "latin-1")
    with pytest.raises(UserError, match="代码页"):
        install(latin)


def test_a_folder_that_is_not_there_is_not_trusted(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    with pytest.raises(UserError, match="不是文件夹"):
        install(machine, (tmp_path / "没有",))
    assert not machine.settings.exists()


def test_locations_of_others_stay(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    machine.registry.write(rf"{TRUSTED}\Location5", {"Path": "C:\\", "Description": "别人的"})
    uninstall(machine)
    assert machine.registry.subkeys(TRUSTED) == ("Location5",)


@pytest.mark.skipif(sys.platform == "win32", reason="says what is not possible elsewhere")
@pytest.mark.parametrize(("command", "code"), [("install", 2), ("uninstall", 2), ("status", 0)])
def test_elsewhere_the_command_says_what_is_possible(
    command: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["xlperf", "addin", command])
    with pytest.raises(SystemExit) as stopped:
        main()
    shown = capsys.readouterr()
    assert stopped.value.code == code
    assert "不是 Windows" in shown.out + shown.err
    assert "xlperf addin build" in shown.out + shown.err


def test_without_pyopenvba_the_command_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyopenvba", None)
    monkeypatch.setattr(sys, "argv", ["xlperf", "addin", "build", "-o", str(tmp_path)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "pip install pyOpenVBA==6.5.0" in capsys.readouterr().err
