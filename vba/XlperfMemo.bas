Attribute VB_Name = "XlperfMemo"
Option Explicit
Option Private Module
' Python's answers, kept: a worksheet function gives the same answer to the same arguments, and a call crosses into
' another process. Nothing but the arguments is looked at. Whoever loses the server forgets them all.

Private Const LIMIT As Long = 20000
Private answers As Object

' Empty where an argument is of a kind that has no exact text.
Public Function MemoKey(ByVal functionName As String, ByVal values As Variant) As String
    Dim index As Long, text As String
    On Error GoTo NoKey
    text = functionName
    For index = LBound(values) To UBound(values)
        text = text & "|" & ArgumentKey(values(index))
    Next index
    MemoKey = text
NoKey:
End Function

Public Function IsKept(ByVal key As String) As Boolean
    On Error GoTo NotThere
    If Not answers Is Nothing Then IsKept = answers.Exists(key)
NotThere:
End Function

Public Function KeptAnswer(ByVal key As String) As Variant
    KeptAnswer = answers.Item(key)
End Function

' A host without dictionaries keeps nothing.
Public Sub KeepAnswer(ByVal key As String, ByVal answer As Variant)
    On Error GoTo NotKept
    If answers Is Nothing Then Set answers = CreateObject("Scripting.Dictionary")
    If answers.Count >= LIMIT Then answers.RemoveAll
    answers.Add key, answer
NotKept:
End Sub

Public Sub ForgetAnswers()
    Set answers = Nothing
End Sub

Private Function ArgumentKey(ByVal value As Variant) As String
    Dim row As Long, column As Long, text As String
    If Not IsArray(value) Then
        ArgumentKey = CellKey(value)
        Exit Function
    End If
    text = "A" & LBound(value, 1) & ":" & UBound(value, 1) & "," & LBound(value, 2) & ":" & UBound(value, 2)
    For row = LBound(value, 1) To UBound(value, 1)
        For column = LBound(value, 2) To UBound(value, 2)
            text = text & ";" & CellKey(value(row, column))
        Next column
    Next row
    ArgumentKey = text
End Function

' The text of a number has 15 digits, so what is left of it belongs to the key. A text says how long it is, so that no
' two lists of arguments have one key.
Private Function CellKey(ByVal value As Variant) As String
    Select Case VarType(value)
        Case vbDouble: CellKey = "D" & CStr(value) & "~" & CStr(value - CDbl(CStr(value)))
        Case vbString: CellKey = "S" & Len(value) & ":" & value
        Case vbBoolean: CellKey = IIf(value, "T", "F")
        Case vbEmpty: CellKey = "N"
        Case vbInteger, vbLong: CellKey = "L" & CStr(value)
        Case vbError: CellKey = "E" & CStr(value)
        Case Else: Err.Raise vbObjectError + 1005
    End Select
End Function
