"""The VBA modules in pyOpenVBA's interpreter, with a stand-in for what touches the machine (XlperfMachine.bas)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.interpreter import EMPTY, MISSING, NOTHING, VBAArray, VBAErrorValue, VBAInt, VBAObject, member, method

from xlperf.editions.vba.project import addin_modules
from xlperf.errors import CellError
from xlperf.excel.com_values import from_com
from xlperf.registry import Argument

MACHINE = """
Option Explicit
Private given As Object
Private done As String
Private starts As Long
Private lacking As String

Public Sub UseServer(ByVal server As Object, ByVal missing As String)
    Set given = server
    lacking = missing
End Sub
Private Sub Note(ByVal what As String)
    done = done & what & vbLf
End Sub
Public Function Noted() As String
    Noted = done
    done = ""
End Function
Public Function CountStarts() As Long
    CountStarts = starts
End Function
Public Function IsWindows() As Boolean
    IsWindows = True
End Function
Public Function IsAddinOpen() As Boolean
    IsAddinOpen = True
End Function
Public Function AddinMissing() As String
    AddinMissing = lacking
End Function
Public Function AddinServer() As Object
    starts = starts + 1
    If given Is Nothing Then Err.Raise 1000, , "the DLL does not load"
    Set AddinServer = given
End Function
Public Function LogFile() As String
    LogFile = "excel.log"
End Function
Public Sub WriteLog(ByVal functionName As String, ByVal problem As String)
    Note functionName & ": " & problem
End Sub
Public Sub SetCalculation(ByVal book As Object, ByVal isOn As Boolean)
    Note "calculation " & isOn
End Sub
Public Sub CalculateAll()
    Note "calculated"
End Sub
Public Function IsOwnAddin() As Boolean
End Function
Public Sub RunLater(ByVal procedure As String)
    Note "later " & procedure
End Sub
Public Sub DescribeFunction(ByVal functionName As String, ByVal help As String, ByVal arguments As Variant)
    Note functionName & "|" & help & "|" & Join(arguments, "|")
End Sub
Public Function SavedCopy() As String
    SavedCopy = "copy.xlsm"
End Function
Public Sub DeleteCopy(ByVal copied As String)
    Note "deleted " & copied
End Sub
Public Sub OpenInNotepad(ByVal path As String)
    Note "notepad " & path
End Sub
Public Sub Tell(ByVal text As String, ByVal isProblem As Boolean)
    MsgBox text, IIf(isProblem, vbExclamation, vbInformation), "xlperf"
End Sub
Public Function ChosenFile(ByVal proposed As String) As String
    ChosenFile = "chosen.xlsx"
End Function
Public Function ChosenFolder() As String
    ChosenFolder = "folder"
End Function
"""
ERRORS = {2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!", 2042: "#N/A"}
NUMBERS = {code: number for number, code in ERRORS.items()}
COM_ERROR_BASE = -2146828288


class Server(VBAObject):
    """What XLPy gives: an object whose CallUDF is a Python function here."""

    vba_type_name = "XLPython"

    def __init__(self, call: Callable[[str, str, tuple[Any, ...]], Any]) -> None:
        self.call = call

    @method
    def CallUDF(self, Module: Any = None, Name: Any = None, Arguments: Any = None) -> Any:  # noqa: N802, N803
        """Converts as COM does, both ways."""
        return from_python(self.call(str(Module), str(Name), as_com(Arguments)))


def project(server: Server | None, missing: str = "") -> ExcelApplication:
    """All modules loaded into an empty workbook; only the one that touches the machine is replaced."""
    app = ExcelApplication()
    app.add_workbook()
    for name, text in addin_modules().items():
        if name != "ThisWorkbook":
            app.add_module(MACHINE if name == "XlperfMachine" else text, name=name)
    app.run("UseServer", server if server is not None else NOTHING, missing)
    return app


def as_com(value: Any) -> Any:
    """A VBA value as pywin32 hands it to Python."""
    if isinstance(value, VBAArray):
        if value.dimensions == 1:
            return tuple(as_com(item) for item in value.elements())
        (top, bottom), (left, right) = value.bounds
        return tuple(
            tuple(as_com(value.get([row, column])) for column in range(left, right + 1))
            for row in range(top, bottom + 1)
        )
    if value is EMPTY or value is MISSING:
        return None
    if isinstance(value, VBAErrorValue):
        return COM_ERROR_BASE + value.number
    return float(value) if isinstance(value, VBAInt) else value


def from_python(value: Any) -> Any:
    """What Python returns, as VBA gets it."""
    if not isinstance(value, list | tuple):
        return value
    if value and isinstance(value[0], list | tuple):
        array = VBAArray([(0, len(value) - 1), (0, len(value[0]) - 1)])
        for row, cells in enumerate(value):
            for column, cell in enumerate(cells):
                array.set([row, column], cell)
        return array
    return VBAArray([(0, len(value) - 1)], items=list(value))


def as_vba(argument: Argument) -> Any:
    """A test's argument as Excel hands it to a wrapper."""
    if isinstance(argument, list):
        array = VBAArray([(1, len(argument)), (1, len(argument[0]))])
        for row, cells in enumerate(argument, 1):
            for column, cell in enumerate(cells, 1):
                array.set([row, column], as_vba(cell))
        return array
    if argument is None:
        return EMPTY
    return VBAErrorValue(NUMBERS[argument.code]) if isinstance(argument, CellError) else argument


def as_value(result: Any) -> Any:
    """What a wrapper gives, as a cell shows it."""
    if isinstance(result, list):
        return [as_value(item) for item in result]
    if isinstance(result, VBAErrorValue):
        return CellError(ERRORS[result.number])
    return from_com(result)


class Control(VBAObject):
    """A button of the ribbon, as a callback gets it."""

    vba_type_name = "IRibbonControl"

    def __init__(self, button: str) -> None:
        self.button = button

    @member
    def ID(self) -> str:  # noqa: N802
        """The button's id."""
        return self.button
