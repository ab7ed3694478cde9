Attribute VB_Name = "XlperfMachine"
Option Explicit
Option Private Module
' What touches the machine: the add-in, the environment, files, dialogs, Excel's own settings.

' The connection to Python (xlwings, its DLL, the settings) lies in the add-in alone: workbooks outlive versions of it.
Private Const ADDIN As String = "xlperf.xlam"
Private Const LOG_LIMIT As Long = 500
Private logged As Long

Public Function IsWindows() As Boolean
    IsWindows = (Environ("OS") = "Windows_NT")
End Function

Public Function IsAddinOpen() As Boolean
    Dim book As Object
    On Error Resume Next
    Set book = Workbooks(ADDIN)
    IsAddinOpen = Not book Is Nothing
End Function

Public Function IsOwnAddin() As Boolean
    IsOwnAddin = ThisWorkbook.IsAddin
End Function

Public Function AddinServer() As Object
    Set AddinServer = Application.Run("'" & ADDIN & "'!XlperfServer")
End Function

Public Function AddinMissing() As String
    AddinMissing = Application.Run("'" & ADDIN & "'!XlperfMissing")
End Function

Public Function LogFile() As String
    LogFile = Environ("USERPROFILE") & "\.xlperf\excel.log"
End Function

' A line says when, where (workbook, sheet, cell), which function and why. Logging never fails and never floods.
Public Sub WriteLog(ByVal functionName As String, ByVal problem As String)
    Dim file As Integer, place As String
    On Error Resume Next
    logged = logged + 1
    If logged > LOG_LIMIT Then Exit Sub
    place = Told("（不在单元格里）", "(not in a cell)")
    If TypeName(Application.Caller) = "Range" Then place = Application.Caller.Address(External:=True)
    problem = Replace(Replace(problem, vbCr, " "), vbLf, " ")
    file = FreeFile
    Open LogFile() For Append As #file
    Print #file, Format$(Now, "yyyy-mm-dd hh:nn:ss") & vbTab & place & vbTab & functionName & vbTab & problem
    Close #file
End Sub

' Excel keeps the values of a sheet whose calculation is switched off; the switch is not saved with the file.
Public Sub SetCalculation(ByVal book As Object, ByVal isOn As Boolean)
    Dim sheet As Object
    On Error Resume Next
    For Each sheet In book.Worksheets
        If sheet.EnableCalculation <> isOn Then sheet.EnableCalculation = isOn
    Next sheet
End Sub

Public Sub CalculateAll()
    Application.CalculateFull
End Sub

Public Sub RunLater(ByVal procedure As String)
    Application.OnTime Now, OwnMacro(procedure)
End Sub

' A host without MacroOptions, and a hidden add-in in some versions of Excel, do without the descriptions.
Public Sub DescribeFunction(ByVal functionName As String, ByVal help As String, ByVal arguments As Variant)
    On Error Resume Next
    Application.MacroOptions Macro:=OwnMacro(functionName), Description:=help, Category:=XLPERF_CATEGORY, _
        ArgumentDescriptions:=arguments
End Sub

Private Function OwnMacro(ByVal procedure As String) As String
    OwnMacro = "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!" & procedure
End Function

' A command reads what stands on the screen, saved or not; the workbook itself is never written by it.
Public Function SavedCopy() As String
    Dim folder As String, path As String
    If InStrRev(ActiveWorkbook.Name, ".") = 0 Then Err.Raise vbObjectError + 1004, , _
        Told("请先把工作簿保存一次。", "Please save the workbook once first.")
    folder = Environ("TEMP") & "\xlperf-" & Format$(Now, "yyyymmddhhnnss") & "-" & Format$(Timer * 100, "0")
    MkDir folder
    path = folder & "\" & ActiveWorkbook.Name
    ActiveWorkbook.SaveCopyAs path
    SavedCopy = path
End Function

Public Sub DeleteCopy(ByVal copied As String)
    Dim folder As String
    On Error Resume Next
    folder = Left$(copied, InStrRev(copied, "\") - 1)
    Kill folder & "\*.*"
    RmDir folder
End Sub

Public Sub OpenInNotepad(ByVal path As String)
    Shell "notepad.exe """ & path & """", vbNormalFocus
End Sub

' Empty where the user has cancelled; so with the folder.
Public Function ChosenFile(ByVal proposed As String) As String
    Dim chosen As Variant
    chosen = Application.GetSaveAsFilename(proposed, Told("Excel 工作簿", "Excel workbook") & " (*.xlsx),*.xlsx", , _
        Told("另存为无宏版", "Save without macros"))
    If VarType(chosen) = vbString Then ChosenFile = chosen
End Function

Public Function ChosenFolder() As String
    With Application.FileDialog(4)
        .Title = Told("选择收回的工作簿所在的文件夹", "Folder of the workbooks that came back")
        If .Show Then ChosenFolder = .SelectedItems(1)
    End With
End Function

' MsgBox shows signs of Windows' own code page only; the shell's message takes all. 48: a warning, 64: an information.
Public Sub Tell(ByVal text As String, ByVal isProblem As Boolean)
    Dim icon As Long
    icon = IIf(isProblem, vbExclamation, vbInformation)
    On Error GoTo NoShell
    CreateObject("WScript.Shell").Popup text, 0, "xlperf", icon
    Exit Sub
NoShell:
    MsgBox text, icon, "xlperf"
End Sub
