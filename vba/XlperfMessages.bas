Attribute VB_Name = "XlperfMessages"
Option Explicit
Option Private Module
' What the user is told. The project is stored in code page 936; where Windows works in another one, the literals of
' this project come out as other signs, so each has an English twin (see Tell in XlperfMachine).

Private Const HAN As Long = &H6C49&

Public Function Told(ByVal chinese As String, ByVal english As String) As String
    Told = chinese
    If Not IsReadable("汉") Then Told = english
End Function

' Whether a literal of one Han character is still that character.
Public Function IsReadable(ByVal literal As String) As Boolean
    If Len(literal) = 1 Then IsReadable = (AscW(literal) = HAN)
End Function
