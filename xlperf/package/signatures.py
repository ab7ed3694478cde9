"""What a file is by its first bytes: a zip, or something else that users take for a workbook."""

from __future__ import annotations

import re

from xlperf.errors import UserError

_ZIP = (b"PK\3\4", b"PK\5\6")
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_OPEN_TEXT = b"mimetypeapplication/vnd.oasis.opendocument.text"
_RICH_TEXT = b"{\\rtf"
_BOM = b"\xef\xbb\xbf"
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_SAVE_AS = "请用 Excel 或 WPS 另存为 .xlsx 后再处理"


def check_is_zip(blob: bytes) -> None:
    """Passes a zip that may be a workbook.

    Errors: a UserError that says what the file is instead.
    """
    if not blob:
        raise UserError("文件是空的，请重新取得一份完整的文件")
    if blob.startswith(_OLE2):
        raise UserError(_what_ole2_is(blob))
    if blob.startswith(_ZIP):
        if _OPEN_DOCUMENT in blob[:200]:
            raise UserError(f"文件是 OpenDocument 表格（.ods），不能处理；{_SAVE_AS}")
        return
    start = blob[:512].removeprefix(_BOM).lstrip().lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table")):
        raise UserError(f"文件是网页（HTML），不是工作簿；{_SAVE_AS}")
    if start.startswith(b"<?xml"):
        raise UserError(f"文件是 XML 表格，不是 .xlsx；{_SAVE_AS}")
    if start.startswith(b"%pdf"):
        raise UserError("文件是 PDF，不是工作簿；请给出 .xlsx 或 .xlsm 文件")
    if start.startswith((b"\x1f\x8b", b"rar!", b"7z\xbc\xaf")):
        raise UserError("文件是压缩包，请先解压，再给出里面的 .xlsx 或 .xlsm 文件")
    if not _BINARY.search(blob[:4096]):
        raise UserError(f"文件是纯文本（可能是 CSV），不是工作簿；{_SAVE_AS}")
    raise UserError(f"文件不是 Excel 工作簿（.xlsx、.xlsm），或已损坏；{_SAVE_AS}")


def other_format(blob: bytes) -> str | None:
    """The format of a workbook that another program can turn into .xlsx: xls, et or ods; None for all else.

    The extension says little: an .et of WPS mostly holds what an .xls does, and either may bear the name of the other.
    """
    if blob.startswith(_ZIP):
        return "ods" if _OPEN_DOCUMENT in blob[:200] else None
    if not blob.startswith(_OLE2) or _in_utf16("EncryptedPackage") in blob:
        return None
    if _in_utf16("ETExtData") in blob:
        return "et"
    return "xls" if any(_in_utf16(name) in blob for name in ("Workbook", "Book")) else None


def document_format(blob: bytes) -> str | None:
    """The format of a text document that another program can turn into .docx: doc (.wps too), odt or rtf; else None."""
    if blob.startswith(_ZIP):
        return "odt" if _OPEN_TEXT in blob[:200] else None
    if blob.startswith(_RICH_TEXT):
        return "rtf"
    is_open = blob.startswith(_OLE2) and _in_utf16("EncryptedPackage") not in blob
    return "doc" if is_open and _in_utf16("WordDocument") in blob else None


def _in_utf16(name: str) -> bytes:
    """As OLE2 containers write the names of their streams."""
    return name.encode("utf-16-le")


def _what_ole2_is(blob: bytes) -> str:
    """The sentence about an OLE2 container."""
    if _in_utf16("EncryptedPackage") in blob:
        return "文件有打开密码（已加密），不能处理；请在 Excel 或 WPS 里取消密码后重新保存"
    if _in_utf16("ETExtData") in blob:
        return f"文件是 WPS 表格的旧格式（.et），不能处理；{_SAVE_AS}"
    if any(_in_utf16(name) in blob for name in ("Workbook", "Book")):
        return f"文件是旧格式的工作簿（.xls 或 .et），不能处理；{_SAVE_AS}"
    return f"文件不是 .xlsx（是 OLE2 格式，可能是加密文件、.xls、.et 或 .doc），不能处理；{_SAVE_AS}"
