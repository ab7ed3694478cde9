Attribute VB_Name = "XlperfRibbon"
Option Explicit
' The buttons of the ribbon. Each one runs an xlperf command on a copy of the active workbook and shows its answer.

Private problems As Variant
Private position As Long
Private examined As String

' customUI14.xml: a workbook's own tab stays away where the add-in shows one already.
Public Sub XlperfTabVisible(control As IRibbonControl, ByRef visible As Variant)
    visible = True
    If Not IsOwnAddin() Then visible = Not IsAddinOpen()
End Sub

Public Sub XlperfButton(control As IRibbonControl)
    Dim problem As String
    On Error GoTo Failed
    If ActiveWorkbook Is Nothing And control.ID <> "xlperfAbout" And control.ID <> "xlperfHelp" Then
        Tell Told("请先打开一个工作簿。", "Please open a workbook first."), False
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
    problem = Err.Description
    WriteLog control.ID, problem
    Tell problem, True
End Sub

' Excel calculates first; then the copy is recalculated without Excel, which says where the two differ.
Private Sub Recalculate()
    TryAgain
    If Not XlperfStarted(ActiveWorkbook) Then
        XlperfExplainMissing
        Exit Sub
    End If
    CalculateAll
    ShowAnswer RunCommand("xlperfRecalculate", "", "")
End Sub

Private Sub Check()
    Dim answer As Variant
    answer = RunCommand("xlperfCheck", "", "")
    Remember answer
    ShowAnswer answer
End Sub

Private Sub ShowNext()
    Dim answer As Variant
    If examined <> ActiveWorkbook.FullName Then
        answer = RunCommand("xlperfCheck", "", "")
        Remember answer
        If IsEmpty(problems) Then ShowAnswer answer
    ElseIf IsEmpty(problems) Then
        Tell Told("上次检查没有发现问题；改动之后请再点“检查”。", _
            "The last check found nothing; after a change, check again."), False
    End If
    If Not IsEmpty(problems) Then GoToProblem
End Sub

' The first row of an answer says what it is, the second heads the problems below it: severity, cell, message.
Private Sub Remember(ByVal answer As Variant)
    problems = Empty
    position = LBound(answer, 1) + 1
    examined = ""
    If answer(LBound(answer, 1), LBound(answer, 2)) = "error" Then Exit Sub
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
    Application.StatusBar = Left$((position - heading) & "/" & (UBound(problems, 1) - heading) & ChrW(&H3000) & _
        problems(position, first) & ChrW(&H3000) & place & ChrW(&H3000) & problems(position, first + 2), 250)
End Sub

Private Sub SaveWithoutMacros()
    Dim target As String, stem As String
    stem = ActiveWorkbook.Name
    If InStrRev(stem, ".") > 0 Then stem = Left$(stem, InStrRev(stem, ".") - 1)
    target = ChosenFile(stem & Told("（无宏版）", "-native") & ".xlsx")
    If target <> "" Then ShowAnswer RunCommand("xlperfConvert", "", target)
End Sub

Private Sub Summarise()
    Dim folder As String
    folder = ChosenFolder()
    If folder <> "" Then ShowAnswer RunCommand("xlperfBatch", folder, folder & Told("\汇总", "\xlperf"))
End Sub

Private Function RunCommand(ByVal button As String, ByVal target As String, ByVal written As String) As Variant
    Dim copied As String, answer As Variant
    If MissingPart() <> "" Then Err.Raise vbObjectError + 1002, , MissingPart()
    If button <> "xlperfAbout" And button <> "xlperfHelp" And button <> "xlperfBatch" Then copied = SavedCopy()
    answer = PythonAnswer("XLPERF_COMMAND", Array(button, copied, target, written))
    If copied <> "" Then DeleteCopy copied
    If IsError(answer) Then Err.Raise vbObjectError + 1003, , Told("命令没有完成，原因见 ", "The command failed; see ") & LogFile()
    RunCommand = answer
End Function

' Short answers in a message, long ones (which Python has put into a file) in Notepad.
Private Sub ShowAnswer(ByVal answer As Variant)
    Dim row As Long, column As Long
    row = LBound(answer, 1)
    column = LBound(answer, 2)
    Select Case answer(row, column)
        Case "file": OpenInNotepad answer(row, column + 1)
        Case "error": Tell answer(row, column + 1), True
        Case Else: Tell answer(row, column + 1), False
    End Select
End Sub
