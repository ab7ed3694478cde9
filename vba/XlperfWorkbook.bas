Attribute VB_Name = "XlperfWorkbook"
Option Explicit
' Opening a workbook: descriptions; saved results stay until Python has answered; the self-test.

Private isReached As Boolean
Private isTold As Boolean

' Python starts with the first change or click, not with Excel. Until it has answered the workbook does not calculate, so
' that an installation that is there but broken writes no #NAME? over what was saved.
Public Sub XlperfOpened()
    Dim missing As String, wasSaved As Boolean
    On Error Resume Next
    wasSaved = ThisWorkbook.Saved
    XlperfDescribeFunctions
    ThisWorkbook.Saved = wasSaved
    If IsOwnAddin() Then Exit Sub
    SetCalculation ThisWorkbook, False
    missing = MissingPart()
    If missing = "" Then
        Application.StatusBar = Told("结果是保存时的；第一次改数时启动 Python（约几秒），随后自动重算。", _
            "Results are as saved; the first change starts Python (some seconds), then the workbook calculates.")
    Else
        isTold = True
        Application.StatusBar = Left$(missing & Told("。保存时的结果已保留，本工作簿暂停计算。", _
            ". Saved results are kept; this workbook does not calculate."), 250)
        If IsWindows() Then RunLater "XlperfExplainMissing"
    End If
End Sub

' After a failure the user is told once; the button of the ribbon tries again.
Public Sub XlperfChanged()
    If isReached Or isTold Or IsOwnAddin() Then Exit Sub
    isTold = True
    If XlperfStarted(ThisWorkbook) Then Exit Sub
    XlperfExplainMissing
End Sub

' Whether Python answers; if it does, the workbook calculates from now on.
Public Function XlperfStarted(ByVal book As Object) As Boolean
    Dim version As Variant
    Application.StatusBar = Told("正在启动 Python……", "Starting Python...")
    version = PythonAnswer("XLPERF_VERSION", Array(XLPERF_BUILD))
    If IsError(version) Then
        Application.StatusBar = Told("xlperf 没有启动，保存时的结果已保留，本工作簿暂停计算；原因见 ", _
            "xlperf did not start; saved results are kept, this workbook does not calculate. See ") & LogFile()
        Exit Function
    End If
    isReached = True
    XlperfStarted = True
    SetCalculation book, True
    Application.StatusBar = False
    If version <> XLPERF_BUILD Then
        Application.StatusBar = Told("工作簿的宏是 xlperf ", "Macros of the workbook: xlperf ") & XLPERF_BUILD & _
            Told("，本机装的是 ", ", installed here: ") & version & _
            Told("；函数按本机的版本计算。", "; functions calculate as installed here.")
    End If
End Function

Public Sub XlperfExplainMissing()
    Tell WhyNotReached() & vbLf & vbLf & Told( _
        "保存时的结果已保留，本工作簿暂停计算：现在填的数不会反映到得分里。" & vbLf & _
        "装好后点功能区“绩效评价”的“重新计算”即可恢复；没有条件安装的，请用无宏版（.xlsx）。" & vbLf & _
        "已经装了的，请运行 python -m xlperf addin status 看缺什么；安装办法见 docs/安装.md。", _
        "Saved results are kept; this workbook does not calculate, so what is typed now changes no score." & vbLf & _
        "Once Python works, click the first button of the ribbon; or use the edition without macros (.xlsx)." & vbLf & _
        "python -m xlperf addin status says what is missing."), True
End Sub

' A module that does not compile blanks every function of the project without a word: this cell shows it.
Public Function XLPERF_SELFTEST() As Variant
    Dim table(1 To 1, 1 To 3) As Variant, answer As Variant
    table(1, 1) = "xlperf!#N/A"
    table(1, 2) = 1.5
    table(1, 3) = "良"
    answer = Decoded(table)
    If Not IsError(answer(1, 1)) Then
        XLPERF_SELFTEST = "自检失败：错误值没有还原"
    ElseIf answer(1, 2) <> 1.5 Or answer(1, 3) <> table(1, 3) Then
        XLPERF_SELFTEST = "自检失败：数或文字变了"
    ElseIf Not IsEmpty(CellValues()) Then
        XLPERF_SELFTEST = "自检失败：省略的参数不是空"
    Else
        XLPERF_SELFTEST = "自检通过：xlperf " & XLPERF_BUILD & "，" & XLPERF_FUNCTIONS & " 个函数"
    End If
End Function
