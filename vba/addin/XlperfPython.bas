Attribute VB_Name = "XlperfPython"
Option Explicit
' The connection to Python, in the add-in alone: xlwings' DLL starts one process, which serves every open workbook.

Private Const INSTALL As String = "python -m xlperf addin install"

' Called by the workbooks through Application.Run.
Public Function XlperfServer() As Object
    Set XlperfServer = XLPy
End Function

' What is wanting for that, without starting anything; empty where nothing is.
Public Function XlperfMissing() As String
    Dim interpreter As String, library As String
    interpreter = GetConfig("INTERPRETER_WIN")
    library = "xlwings" & Bits() & "-" & XLWINGS_VERSION & ".dll"
    If interpreter = "" Then
        XlperfMissing = Told("没有设置 Python：", "no Python is set: ") & INSTALL
    ElseIf Not IsFile(interpreter) Then
        XlperfMissing = Told("找不到 Python：", "Python is not there: ") & interpreter & "; " & INSTALL
    ElseIf Not IsFile(ParentFolder(interpreter) & "\" & library) And _
        Not IsFile(ParentFolder(ParentFolder(interpreter)) & "\" & library) Then
        XlperfMissing = Told("Python 旁边没有 ", "not beside Python: ") & library & "; " & INSTALL
    End If
End Function

' The settings that xlwings' module asks for. They come from the user's own folder only: a workbook, or what lies beside
' it, has no say in which program is started.
Public Function GetConfig(ByVal configKey As String, Optional ByVal default As String = "") As Variant
    Dim file As Integer, name As String, value As String, path As String
    GetConfig = default
    path = Environ("USERPROFILE") & "\.xlperf\xlperf.conf"
    If Not IsFile(path) Then Exit Function
    file = FreeFile
    Open path For Input As #file
    Do While Not EOF(file)
        Input #file, name, value
        If LCase$(name) = LCase$(configKey) Then GetConfig = value
    Loop
    Close #file
End Function

Private Function IsFile(ByVal path As String) As Boolean
    On Error Resume Next
    IsFile = (GetAttr(path) And vbDirectory) = 0
End Function

Private Function Bits() As String
    Bits = "32"
    #If Win64 Then
        Bits = "64"
    #End If
End Function
