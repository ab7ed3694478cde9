"""What rules put on the parameter sheet (参数), as data: tables of rows with names. The sheet's module draws them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from xlperf.values import Value

# The columns of the sheet, by which names and calculated cells address it.
COLUMNS = ("code", "name", "sign", "limit", "result", "note")


@dataclass(frozen=True)
class Calculated:
    """A cell with a formula. `{limit[0]}` in it is the absolute address of that column in the first row of its block.

    `may_fail`: a result that may be an error, which is for formulas and programs alone; people see a word in its place.
    """

    template: str
    may_fail: bool = False


@dataclass(frozen=True)
class ValueOf:
    """A cell with the present value of an input or a rate; blank where that is blank (a plain reference would show 0).

    `may_fail`: as of Calculated.
    """

    id: str
    may_fail: bool = False


@dataclass(frozen=True)
class UsedBy:
    """A cell that says which points share the rows: `7.1、7.2：下限`."""

    text: str


@dataclass(frozen=True)
class KindOf:
    """The number format of an input or a rate."""

    id: str


Cell = Value | Calculated | ValueOf | UsedBy
Format = str | KindOf | None


@dataclass(frozen=True)
class Row:
    """One row: its cells in the order of COLUMNS, and the number formats of the first of them."""

    cells: tuple[Cell, Cell, Cell, Cell, Cell, Cell]
    formats: tuple[Format, ...] = ()


@dataclass(frozen=True)
class Named:
    """A name for a range of a block: its columns, its rows (first and last; all where left out)."""

    name: str
    first_column: str
    last_column: str
    rows: tuple[int, int] | None = None


@dataclass(frozen=True)
class Table:
    """A table of the sheet. `is_sorted`: its blocks stand in the order of their keys, not in that of the points."""

    title: str
    headings: tuple[str, str, str, str, str, str]
    is_sorted: bool = False


@dataclass(frozen=True)
class Verdict:
    """What a block comes to, for formulas alone, in hidden cells: a formula beside each row, and a named one of them all.

    `{result}` in the first is the absolute address of that column in its row, `{each}` in the second all of the first.
    """

    name: str
    each: str
    together: str


@dataclass(frozen=True)
class Block:
    """Rows that belong together, with their names. Blocks of one table with the same key stand there once, for all users."""

    table: Table
    rows: tuple[Row, ...]
    names: tuple[Named, ...]
    key: str = ""
    users: tuple[str, ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Owner:
    """Whose parameters they are: a point's code, or that of one of several rules in it; what it is called."""

    code: str
    name: str

    def inner(self, number: int) -> Owner:
        """The nth rule within the rule."""
        return Owner(inner_code(self.code, number), self.name)


def inner_code(code: str, number: int) -> str:
    """The code of the nth rule within the rule of a point; none where the rule has none."""
    return f"{code}.{number}" if code else ""


def slug(code: str) -> str:
    """A code as part of a name: `7.3` -> `7_3`."""
    return code.replace(".", "_").lower()


def blocks_of(table: Table, blocks: Iterable[Block]) -> list[Block]:
    """The blocks of one table as it shows them: those with the same key as one."""
    found: dict[str, Block] = {}
    for number, block in enumerate(block for block in blocks if block.table == table):
        key = block.key or f"\0{number}"
        first = found.get(key)
        if first is None:
            found[key] = block
        else:
            names = tuple(dict.fromkeys((*first.names, *block.names)))
            found[key] = replace(first, names=names, users=(*first.users, *block.users))
    return [found[key] for key in sorted(found)] if table.is_sorted else list(found.values())
