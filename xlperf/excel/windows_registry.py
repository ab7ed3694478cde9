"""The registry of the Windows machine that this runs on."""

from __future__ import annotations

import sys
from collections.abc import Mapping

if sys.platform == "win32":
    import winreg

    _ROOTS = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}

    class WindowsRegistry:
        """See `windows.Registry`."""

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
