"""Stubs of Windows' COM modules, so that xlwings' own UDF server can be imported and called on Linux.

Nothing of COM itself is imitated: values go in and out as pywin32 would hand them over (floats, None, tuples of tuples,
an error as its number). What is tested is xlwings' code and ours, not pywin32's.
"""

from __future__ import annotations

import ctypes
import importlib
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import MagicMock

import pytest
import xlwings

STUBBED = (
    *("pythoncom", "pywintypes", "win32api", "win32con", "win32event", "win32gui", "win32process", "win32timezone"),
    *("win32com", "win32com.client", "win32com.server", "win32com.server.dispatcher"),
    *("win32com.server.policy", "win32com.server.util", "win32com.server.exception"),
)
LOADED = ("xlwings.udfs", "xlwings.com_server", "xlwings._xlwindows", "xlwings._win32patch", "xlperf.excel.udfs")


class Stub:
    """Any class or object of a stubbed module."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass


class StubModule(types.ModuleType):
    """A stubbed module: whatever is asked of it is a class of that name, an exception where its name says so."""

    __path__: list[str] = []
    __file__ = "stub"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (Exception,) if "error" in name.lower() else (Stub,), {})
        setattr(self, name, made)
        return made


@contextmanager
def udf_server(patch: pytest.MonkeyPatch) -> Iterator[Any]:
    """xlwings' UDF server (XLPython), with our functions declared through xlwings' real decorators."""
    for name in STUBBED:
        module = StubModule(name)
        patch.setitem(sys.modules, name, module)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
    sys.modules["pythoncom"].TypeIIDs = {sys.modules["pythoncom"].IID_IDispatch: Stub}  # type: ignore[attr-defined]
    for library in ("windll", "oledll"):
        patch.setattr(ctypes, library, MagicMock(name=library), raising=False)
    for name in LOADED:
        patch.delitem(sys.modules, name, raising=False)
    engines = list(xlwings.engines.engines), dict(xlwings.engines.engines_by_name)
    try:
        with pytest.MonkeyPatch.context() as loading:
            loading.setattr(ctypes, "PyDLL", MagicMock(name="PyDLL"))
            windows = importlib.import_module("xlwings._xlwindows")
        patch.setattr(xlwings, "_xlwindows", windows, raising=False)
        xlwings.engines.add(xlwings.Engine(impl=windows.engine))
        udfs = importlib.import_module("xlwings.udfs")
        for ours, theirs in (("func", "xlfunc"), ("arg", "xlarg"), ("ret", "xlret")):
            patch.setattr(xlwings, ours, getattr(udfs, theirs))
        yield importlib.import_module("xlwings.com_server").XLPython()
    finally:
        xlwings.engines.engines[:], xlwings.engines.engines_by_name = engines[0], engines[1]
        for name in LOADED:
            sys.modules.pop(name, None)
