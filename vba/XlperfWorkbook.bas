Attribute VB_Name = "XlperfWorkbook"
Option Explicit
' Opening a workbook: descriptions, warm-up of Python, saved results kept where Python is out of reach; the self-test.

Public Sub XlperfOpened()
    Dim missing As String, wasSaved As Boolean
    On Error Resume Next
    wasSaved = ThisWorkbook.Saved
    XlperfDescribeFunctions
    ThisWorkbook.Saved = wasSaved
    missing = MissingPart()
    If missing = "" Then
        RunLater "XlperfWarmUp"
    ElseIf Not IsOwnAddin() Then
        SetCalculation ThisWorkbook, False
        Application.StatusBar = Left$(missing & "。保存时的结果已保留，本工作簿暂停计算。", 250)
        If IsWindows() Then RunLater "XlperfExplainMissing"
    End If
End Sub

' Starts Python once the workbook stands, so that the first formula does not wait for it.
Public Sub XlperfWarmUp()
    Dim version As Variant
    version = PythonAnswer("XLPERF_VERSION", Array(XLPERF_BUILD))
    If IsError(version) Then
        Application.StatusBar = "xlperf 没有启动，原因见 " & LogFile()
    ElseIf version <> XLPERF_BUILD Then
        Application.StatusBar = "工作簿的宏是 xlperf " & XLPERF_BUILD & "，本机装的是 " & version & "；函数按本机的版本计算。"
    End If
End Sub

Public Sub XlperfExplainMissing()
    MsgBox MissingPart() & "。" & vbLf & vbLf & _
        "保存时的结果已保留，本工作簿暂停计算：现在填的数不会反映到得分里。" & vbLf & _
        "装好后点功能区“绩效评价”的“重新计算”即可恢复；没有条件安装的，请用无宏版（.xlsx）。" & vbLf & _
        "安装办法见 docs/安装.md，或请管理员运行：pip install xlperf，然后 xlperf addin install", _
        vbExclamation, "xlperf"
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
    ElseIf answer(1, 2) <> 1.5 Or answer(1, 3) <> "良" Then
        XLPERF_SELFTEST = "自检失败：数或文字变了"
    ElseIf Not IsEmpty(CellValues()) Then
        XLPERF_SELFTEST = "自检失败：省略的参数不是空"
    Else
        XLPERF_SELFTEST = "自检通过：xlperf " & XLPERF_BUILD & "，" & XLPERF_FUNCTIONS & " 个函数"
    End If
End Function
