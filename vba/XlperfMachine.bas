Attribute VB_Name = "XlperfMachine"
Option Explicit
Option Private Module
' What touches the machine: the add-in, the environment, the log file, the cell that calls.

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
    place = "（不在单元格里）"
    If TypeName(Application.Caller) = "Range" Then place = Application.Caller.Address(External:=True)
    problem = Replace(Replace(problem, vbCr, " "), vbLf, " ")
    file = FreeFile
    Open LogFile() For Append As #file
    Print #file, Format$(Now, "yyyy-mm-dd hh:nn:ss") & vbTab & place & vbTab & functionName & vbTab & problem
    Close #file
End Sub

Public Function TemporaryFolder() As String
    TemporaryFolder = Environ("TEMP")
End Function
