"""The two kinds of error that xlperf speaks of: to a user, and in a cell."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can put right: one Chinese sentence, shown without a traceback.

    The sentence says where (file, sheet!cell, key), what is wrong and what to do. `code` is for programs: what was being
    done (xlperf.api.errors lists them); empty where nobody has said.
    """

    code = ""


class CellError(Exception):
    """A worksheet error: raised by a worksheet function, and a value wherever cells are read.

    Two are equal when their codes are; `reason` (Chinese) only explains and is never written to a cell.
    """

    CODES = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
    # What newer programs put into cells, in the order of ERROR.TYPE after those; no formula may have one written in it.
    NEWER = ("#GETTING_DATA", "#SPILL!", "#CONNECT!", "#BLOCKED!", "#UNKNOWN!", "#FIELD!", "#CALC!")

    def __init__(self, code: str, reason: str = "") -> None:
        if code not in self.CODES and code not in self.NEWER:
            raise ValueError(f"unknown cell error {code!r}")
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellError) and other.code == self.code

    def __hash__(self) -> int:
        return hash(self.code)

    def __str__(self) -> str:
        return self.code

    def __repr__(self) -> str:
        return f"CellError({self.code!r})"


def missing(reason: str = "缺数据") -> CellError:
    """#N/A: an input is blank, or a result can't be had for lack of data."""
    return CellError("#N/A", reason)


def wrong_type(reason: str = "类型不对") -> CellError:
    """#VALUE!: text where a number belongs, an unknown option, a needed reason left out."""
    return CellError("#VALUE!", reason)


def zero_denominator(reason: str = "分母为零") -> CellError:
    """#DIV/0!: the denominator is zero."""
    return CellError("#DIV/0!", reason)


def out_of_range(reason: str = "超出范围") -> CellError:
    """#NUM!: a number that can't be, such as a negative count."""
    return CellError("#NUM!", reason)
