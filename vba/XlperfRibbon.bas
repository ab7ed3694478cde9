Attribute VB_Name = "XlperfRibbon"
Option Explicit
' The buttons of the ribbon. Each one runs an xlperf command on a copy of the active workbook and shows its answer.

Private problems As Variant
Private position As Long
Private examined As String

' customUI14.xml: a workbook's own tab stays away where the add-in shows one already.
Public Sub XlperfTabVisible(control As IRibbonControl, ByRef visible As Variant)
    visible = True
    If Not ThisWorkbook.IsAddin Then visible = Not IsAddinOpen()
End Sub

Public Sub XlperfButton(control As IRibbonControl)
    On Error GoTo Failed
    If ActiveWorkbook Is Nothing And control.ID <> "xlperfAbout" And control.ID <> "xlperfHelp" Then
        MsgBox "请先打开一个工作簿。", vbInformation, "xlperf"
        Exit Sub
    End If
    Select Case control.ID
        Case "xlperfRecalculate": Recalculate
        Case "xlperfCheck": Check
        Case "xlperfNext": ShowNext
        Case "xlperfExplain": ShowAnswer RunCommand(control.ID, ActiveSheet.Name & "!" & ActiveCell.Address(False, False), "")
        Case "xlperfConvert": SaveWithoutMacros
        Case "xlperfBatch": Summarise
        Case Else: ShowAnswer RunCommand(control.ID, "", "")
    End Select
    Exit Sub
Failed:
    WriteLog control.ID, Err.Description
    MsgBox Err.Description, vbExclamation, "xlperf"
End Sub

' Excel calculates first; then the copy is recalculated without Excel, which says where the two differ.
Private Sub Recalculate()
    TryAgain
    If MissingPart() <> "" Then
        XlperfExplainMissing
        Exit Sub
    End If
    SetCalculation ActiveWorkbook, True
    Application.StatusBar = False
    Application.CalculateFull
    ShowAnswer RunCommand("xlperfRecalculate", "", "")
End Sub

Private Sub Check()
    Dim answer As Variant
    answer = RunCommand("xlperfCheck", "", "")
    Remember answer
    ShowAnswer answer
End Sub

Private Sub ShowNext()
    If examined <> ActiveWorkbook.FullName Then Remember RunCommand("xlperfCheck", "", "")
    If IsEmpty(problems) Then
        MsgBox "没有发现问题。", vbInformation, "xlperf"
        Exit Sub
    End If
    GoToProblem
End Sub

' The first row of an answer says what it is, the second heads the problems below it: severity, cell, message.
Private Sub Remember(ByVal answer As Variant)
    problems = Empty
    position = LBound(answer, 1) + 1
    examined = ActiveWorkbook.FullName
    If UBound(answer, 1) > position Then problems = answer
End Sub

Private Sub GoToProblem()
    Dim first As Long, place As String, mark As Long, heading As Long
    first = LBound(problems, 2)
    heading = LBound(problems, 1) + 1
    position = position + 1
    If position > UBound(problems, 1) Then position = heading + 1
    place = problems(position, first + 1)
    mark = InStrRev(place, "!")
    If mark > 0 Then
        With ActiveWorkbook.Worksheets(Left$(place, mark - 1))
            If .Visible = xlSheetVisible Then Application.Goto .Range(Mid$(place, mark + 1))
        End With
    End If
    Application.StatusBar = Left$((position - heading) & "/" & (UBound(problems, 1) - heading) & "　" & _
        problems(position, first) & "　" & place & "　" & problems(position, first + 2), 250)
End Sub

Private Sub SaveWithoutMacros()
    Dim target As Variant, name As String
    name = ActiveWorkbook.Name
    If InStrRev(name, ".") > 0 Then name = Left$(name, InStrRev(name, ".") - 1)
    target = Application.GetSaveAsFilename(name & "（无宏版）.xlsx", "Excel 工作簿 (*.xlsx),*.xlsx", , "另存为无宏版")
    If VarType(target) = vbBoolean Then Exit Sub
    ShowAnswer RunCommand("xlperfConvert", "", CStr(target))
End Sub

Private Sub Summarise()
    Dim folder As String
    With Application.FileDialog(4)
        .Title = "选择收回的工作簿所在的文件夹"
        If Not .Show Then Exit Sub
        folder = .SelectedItems(1)
    End With
    ShowAnswer RunCommand("xlperfBatch", folder, folder & "\汇总")
End Sub

Private Function RunCommand(ByVal button As String, ByVal target As String, ByVal written As String) As Variant
    Dim copied As String, answer As Variant
    If MissingPart() <> "" Then Err.Raise vbObjectError + 1002, , MissingPart() & "。"
    If button <> "xlperfAbout" And button <> "xlperfHelp" And button <> "xlperfBatch" Then copied = SavedCopy()
    answer = PythonAnswer("XLPERF_COMMAND", Array(button, copied, target, written))
    If copied <> "" Then DeleteCopy copied
    If IsError(answer) Then Err.Raise vbObjectError + 1003, , "命令没有完成，原因见 " & LogFile() & "。"
    RunCommand = answer
End Function

' The command reads what stands on the screen, saved or not; the workbook itself is never written by it.
Private Function SavedCopy() As String
    Dim folder As String, path As String
    If InStrRev(ActiveWorkbook.Name, ".") = 0 Then Err.Raise vbObjectError + 1004, , "请先把工作簿保存一次。"
    folder = TemporaryFolder() & "\xlperf-" & Format$(Now, "yyyymmddhhnnss") & "-" & Format$(Timer * 100, "0")
    MkDir folder
    path = folder & "\" & ActiveWorkbook.Name
    ActiveWorkbook.SaveCopyAs path
    SavedCopy = path
End Function

Private Sub DeleteCopy(ByVal copied As String)
    Dim folder As String
    On Error Resume Next
    folder = Left$(copied, InStrRev(copied, "\") - 1)
    Kill folder & "\*.*"
    RmDir folder
End Sub

' Short answers in a message, long ones (which Python has put into a file) in Notepad.
Private Sub ShowAnswer(ByVal answer As Variant)
    Dim row As Long, column As Long
    row = LBound(answer, 1)
    column = LBound(answer, 2)
    Select Case answer(row, column)
        Case "file": Shell "notepad.exe """ & answer(row, column + 1) & """", vbNormalFocus
        Case "error": MsgBox answer(row, column + 1), vbExclamation, "xlperf"
        Case Else: MsgBox answer(row, column + 1), vbInformation, "xlperf"
    End Select
End Sub
