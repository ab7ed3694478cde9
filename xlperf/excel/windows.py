"""What xlperf asks of a Windows machine: its folders, its registry, Excel's version and bits."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from xlperf.errors import UserError

ONLY_WINDOWS = (
    "加载项只能装在 Windows 版 Excel 里，这里不是 Windows。可以做的：xlperf addin build 生成加载项，"
    "xlperf recalc、score、check 不用 Excel 重算和检查；填报请用无宏版（.xlsx）"
)
EXCEL_PATH_KEY = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_MACHINES = {0x8664: 64, 0x014C: 32}


class Registry(Protocol):
    """The Windows registry; keys begin with HKCU or HKLM."""

    def values(self, key: str) -> Mapping[str, str | int]:
        """The values of a key by name (the default one is ""); none where there is no such key."""

    def subkeys(self, key: str) -> tuple[str, ...]:
        """The names below a key; none where there is no such key."""

    def write(self, key: str, values: Mapping[str, str | int]) -> None:
        """Writes values, making the key if need be."""

    def delete(self, key: str) -> None:
        """Deletes a key that has no keys below."""


if sys.platform == "win32":
    import winreg

    _ROOTS = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}

    class WindowsRegistry:
        """The registry of the machine that this runs on."""

        def values(self, key: str) -> Mapping[str, str | int]:
            """The values of a key by name; none where there is no such key."""
            root, _, path = key.partition("\\")
            try:
                with winreg.OpenKey(_ROOTS[root], path) as handle:
                    found = [winreg.EnumValue(handle, n) for n in range(winreg.QueryInfoKey(handle)[1])]
            except FileNotFoundError:
                return {}
            return {name: value for name, value, _ in found if isinstance(value, str | int)}

        def subkeys(self, key: str) -> tuple[str, ...]:
            """The names below a key; none where there is no such key."""
            root, _, path = key.partition("\\")
            try:
                with winreg.OpenKey(_ROOTS[root], path) as handle:
                    return tuple(winreg.EnumKey(handle, n) for n in range(winreg.QueryInfoKey(handle)[0]))
            except FileNotFoundError:
                return ()

        def write(self, key: str, values: Mapping[str, str | int]) -> None:
            """Writes values, making the key if need be."""
            root, _, path = key.partition("\\")
            with winreg.CreateKey(_ROOTS[root], path) as handle:
                for name, value in values.items():
                    kind = winreg.REG_DWORD if isinstance(value, int) else winreg.REG_SZ
                    winreg.SetValueEx(handle, name, 0, kind, value)

        def delete(self, key: str) -> None:
            """Deletes a key that has no keys below."""
            root, _, path = key.partition("\\")
            winreg.DeleteKey(_ROOTS[root], path)


@dataclass(frozen=True)
class Machine:
    """A Windows machine as one user sees it."""

    home: Path
    application_data: Path
    interpreter: Path
    registry: Registry
    encoding: str = "mbcs"

    @property
    def settings(self) -> Path:
        """The file from which the add-in takes its settings; the log lies beside it."""
        return self.home / ".xlperf" / "xlperf.conf"

    @property
    def startup(self) -> Path:
        """The folder from which Excel loads add-ins when it starts."""
        return self.application_data / "Microsoft" / "Excel" / "XLSTART"

    @property
    def excel(self) -> Path | None:
        """Excel's program, or None where it is not installed."""
        found = self.registry.values(EXCEL_PATH_KEY).get("")
        return Path(str(found).strip('"')) if found else None


def this_machine() -> Machine:
    """The machine that this runs on.

    Errors: UserError: it is not a Windows machine.
    """
    if sys.platform == "win32":
        folders = Path(os.environ["USERPROFILE"]), Path(os.environ["APPDATA"])
        return Machine(*folders, Path(sys.executable), WindowsRegistry())
    raise UserError(ONLY_WINDOWS)


def program_bits(program: Path) -> int | None:
    """32 or 64, from the header of a program; None where it can't be read or is for another processor."""
    try:
        with program.open("rb") as stream:
            head = stream.read(0x40)
            stream.seek(struct.unpack_from("<I", head, 0x3C)[0])
            signature, machine = struct.unpack("<4sH", stream.read(6))
    except (OSError, struct.error):
        return None
    return _MACHINES.get(machine) if signature == b"PE\0\0" else None
