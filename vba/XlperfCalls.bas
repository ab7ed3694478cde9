Attribute VB_Name = "XlperfCalls"
Option Explicit
Option Private Module
' Hands a worksheet function's arguments to Python and turns the answer into cell values.
'
' An error of a rule (missing data, wrong type, ...) comes back as a real Excel error. A failure inside Python gives
' #VALUE!, Python out of reach #NAME?; both are written to the log, never into the cell.

Private Const FUNCTIONS_MODULE As String = "xlperf.excel.udfs"
' Worksheet functions; what else is called (the version, a command) is asked anew each time.
Private Const PURE As String = "PERF_"
' What Python puts before an error's code: a call through COM can't return an error value itself.
Private Const ERROR_MARK As String = "xlperf!"
Private Const NOT_REACHED As Long = -2147220503
Private Const SECONDS_BETWEEN_TRIES As Long = 60

Private server As Object
Private notReached As String
Private lastProblem As String
Private lastTry As Date

Public Function PythonAnswer(ByVal functionName As String, ByVal values As Variant) As Variant
    Dim number As Long, problem As String, isSecondTry As Boolean, key As String, answer As Variant
    If Left$(functionName, Len(PURE)) = PURE Then key = MemoKey(functionName, values)
    If IsKept(key) Then
        PythonAnswer = KeptAnswer(key)
        Exit Function
    End If
Again:
    On Error GoTo Unreachable
    Connect
    On Error GoTo Failed
    answer = Decoded(server.CallUDF((FUNCTIONS_MODULE), (functionName), (values)))
    If key <> "" Then KeepAnswer key, answer
    PythonAnswer = answer
    Exit Function
Unreachable:
    lastProblem = Err.Description
    WriteLog functionName, lastProblem
    PythonAnswer = CVErr(xlErrName)
    Exit Function
Failed:
    number = Err.Number
    problem = Err.Description
    If IsServerGone(number) And Not isSecondTry Then
        isSecondTry = True
        LoseServer
        Resume Again
    End If
    lastProblem = Told("Python 出错：", "Python failed: ") & problem
    WriteLog functionName, problem
    PythonAnswer = CVErr(xlErrValue)
End Function

' One argument as values: a range gives its numbers unformatted, a blank cell and an argument left out are empty.
Public Function CellValues(Optional ByVal given As Variant) As Variant
    If IsMissing(given) Then
        CellValues = Empty
    ElseIf IsObject(given) Then
        CellValues = RangeValues(given)
    Else
        CellValues = given
    End If
End Function

' Value2 has no dates and no currency. LibreOffice has no Value2.
Private Function RangeValues(ByVal area As Object) As Variant
    On Error GoTo Formatted
    If area.Areas.Count > 1 Then
        RangeValues = CVErr(xlErrValue)
    Else
        RangeValues = area.Value2
    End If
    Exit Function
Formatted:
    RangeValues = area.Value
End Function

Public Function Decoded(ByVal answer As Variant) As Variant
    Dim row As Long, column As Long
    If Not IsArray(answer) Then
        Decoded = DecodedCell(answer)
        Exit Function
    End If
    If HasColumns(answer) Then
        For row = LBound(answer, 1) To UBound(answer, 1)
            For column = LBound(answer, 2) To UBound(answer, 2)
                answer(row, column) = DecodedCell(answer(row, column))
            Next column
        Next row
    Else
        For row = LBound(answer) To UBound(answer)
            answer(row) = DecodedCell(answer(row))
        Next row
    End If
    Decoded = answer
End Function

Private Function DecodedCell(ByVal value As Variant) As Variant
    DecodedCell = value
    If VarType(value) <> vbString Then Exit Function
    If Left$(value, Len(ERROR_MARK)) <> ERROR_MARK Then Exit Function
    Select Case Mid$(value, Len(ERROR_MARK) + 1)
        Case "#NULL!": DecodedCell = CVErr(xlErrNull)
        Case "#DIV/0!": DecodedCell = CVErr(xlErrDiv0)
        Case "#REF!": DecodedCell = CVErr(xlErrRef)
        Case "#NAME?": DecodedCell = CVErr(xlErrName)
        Case "#NUM!": DecodedCell = CVErr(xlErrNum)
        Case "#N/A": DecodedCell = CVErr(xlErrNA)
        Case Else: DecodedCell = CVErr(xlErrValue)
    End Select
End Function

Private Function HasColumns(ByVal table As Variant) As Boolean
    Dim last As Long
    On Error GoTo OneDimension
    last = UBound(table, 2)
    HasColumns = True
OneDimension:
End Function

' Starting Python takes seconds, and hundreds of cells may ask at once: after a failure the next try waits a minute.
Private Sub Connect()
    If Not server Is Nothing Then Exit Sub
    If notReached <> "" And DateDiff("s", lastTry, Now) < SECONDS_BETWEEN_TRIES Then Err.Raise NOT_REACHED, , notReached
    lastTry = Now
    notReached = MissingPart()
    If notReached <> "" Then Err.Raise NOT_REACHED, , notReached
    On Error GoTo Failed
    Set server = AddinServer()
    Exit Sub
Failed:
    ' Read first: another procedure may leave nothing of it.
    notReached = Err.Description
    notReached = Told("Python 没有启动：", "Python did not start: ") & notReached
    Err.Raise NOT_REACHED, , notReached
End Sub

' Forgets a failed try, so that the next call tries again at once.
Public Sub TryAgain()
    LoseServer
    notReached = ""
End Sub

' Another Python may be another version: what the last one answered goes with it.
Private Sub LoseServer()
    Set server = Nothing
    ForgetAnswers
End Sub

' Why the last try failed, or what is wanting; empty where neither is known.
Public Function WhyNotReached() As String
    WhyNotReached = MissingPart()
    If WhyNotReached = "" Then WhyNotReached = lastProblem
End Function

' What is wanting on this machine, without starting anything; empty where Python should be there.
Public Function MissingPart() As String
    If Not IsWindows() Then
        MissingPart = Told("只有 Windows 版 Excel 能调用 Python", "only Excel for Windows can call Python")
    ElseIf Not IsAddinOpen() Then
        MissingPart = Told("Excel 里没有 xlperf 加载项：请运行 python -m xlperf addin install，再重开 Excel", _
            "the xlperf add-in is missing: run python -m xlperf addin install, then start Excel again")
    Else
        MissingPart = AddinMissing()
    End If
End Function

' 462, RPC_S_SERVER_UNAVAILABLE, RPC_S_CALL_FAILED, RPC_E_DISCONNECTED: the Python process has ended.
Private Function IsServerGone(ByVal number As Long) As Boolean
    IsServerGone = (number = 462 Or number = -2147023174 Or number = -2147023170 Or number = -2147417848)
End Function
