"""The errors of the public face: the sentence that a user would read, with a code for programs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from xlperf.errors import UserError

Error = UserError

# What each code means; docs/Python.md lists them.
CODES = {
    "file": "文件打不开、不是工作簿、太大、有密码、写不出去",
    "not_xlperf": "不是 xlperf 的工作簿，或者身份记录坏了",
    "framework": "没有这个指标体系，或者写得不对",
    "data": "数据文件与指标体系不符",
    "unknown_name": "没有这个编号、名称、单元格或表",
    "value": "填报格不接受这个值",
    "calculation": "有公式不能重算，或者重现不出文件里保存的值",
}


class UnknownNameError(UserError, KeyError):
    """Nothing is called so: also a KeyError, so that mappings behave as mappings do."""

    code = "unknown_name"

    def __str__(self) -> str:
        return str(self.args[0])


@contextmanager
def told_as(code: str) -> Iterator[None]:
    """Gives the errors inside a code, where they have none yet: what was being done tells best what went wrong."""
    assert code in CODES
    try:
        yield
    except UserError as error:
        if not error.code:
            error.code = code
        raise
