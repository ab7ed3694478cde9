"""What was recognised in each pasted table, as other sheets ask for it: in which row, in which column, which amount.

The cells stand on a sheet of their own (`paste_reading`), so that nothing pasted, however wide, meets a formula and no column
of an import sheet need be hidden: a block of columns for each table, its rows beside those of the paste area.
"""

from __future__ import annotations

from xlperf.workbook.columns import Column, Columns
from xlperf.workbook.sheets.official_tables import FIRST_ROW, IMPORTS, WIDTH, Amount, ImportSheet

TITLE = "粘贴识别"
# How many rows below the top of a paste area headings are looked for in.
SEARCHED = 20


def mark(group: int) -> str:
    """What stands before the name or code of a group in a row of them, and behind that of the group before."""
    return f"¦{group}¦"


class Block:
    """The columns of one table, and the addresses of what they hold.

    `fact`: single results, one a row. `signature`: the texts of a row. `path`: the headings of a column of the paste area,
    one column a row, behind the number of keys up to it. `key`: the code or name of a row; `joined`: those of all its groups
    side by side, each behind the mark of its group.
    """

    def __init__(self, spec: ImportSheet) -> None:
        self.spec = spec
        self.groups = tuple(range(1, spec.groups + 1))
        self.key = "" if not spec.is_keyed else "joined" if spec.groups > 1 else "key"
        self.rows = {name: FIRST_ROW + place for place, name in enumerate(self._facts())}

    def _facts(self) -> list[str]:
        facts = ["heading", "numbers"]
        for group in self.groups:
            facts += [f"place{group}"] if self.spec.keys else []
            facts += [f"{name}{group}" for name in ("second", "third", "name")] if self.spec.has_codes else []
        facts += [f"column_{amount.id}" for amount in self.spec.amounts]
        return [
            *facts,
            "total",
            "count",
            "known",
            "texts",
            "texts_place",
            "texts_cell",
            "form",
            "unit",
            "rest",
            "unit_name",
        ]

    @property
    def columns(self) -> tuple[str, ...]:
        """What its columns hold."""
        return ("fact", "signature", "path", *([self.key] if self.key else []))

    def id(self, column: str) -> str:
        """The id of one of its columns on the sheet."""
        return f"table{self.spec.number}_{column}"

    def fact(self, name: str) -> str:
        """The address of a fact."""
        return COLUMNS.at(self.rows[name], "both", TITLE)[self.id("fact")]

    def column(self, amount: Amount | str) -> str:
        """The address of the number of the column that an amount stands in; 0 where several may be meant."""
        return self.fact(f"column_{amount if isinstance(amount, str) else amount.id}")

    def span(self, column: str, length: int = 0) -> str:
        """The cells of one of its columns."""
        last = FIRST_ROW + (length or self.spec.capacity) - 1
        return COLUMNS.span(self.id(column), FIRST_ROW, last, pin="both", sheet=TITLE)

    @property
    def signatures(self) -> str:
        """The texts of the first rows, each cell between bars."""
        return self.span("signature", SEARCHED)

    @property
    def paths(self) -> str:
        """The headings of the columns."""
        return self.span("path", WIDTH)

    @property
    def lines(self) -> str:
        """The numbers of the rows, from 1."""
        return COLUMNS.span("line", FIRST_ROW, self.spec.last_row, pin="both", sheet=TITLE)

    def last_row(self, *amounts: str) -> str:
        """The formula for the last row below the headings with a number of one of some amounts; blank where there is none."""
        rows = (f"IFERROR(MATCH(9.99E+307,{self.whole(self.column(name))}),0)" for name in amounts)
        last = f"MAX({','.join(rows)})"
        return f'IF({last}>MAX({self.fact("heading")},{self.fact("numbers")}),{last},"")'

    def row_named(self, text: str, group: int = 1) -> str:
        """The formula for the first row whose name in a group is (or matches) a text; an error where none does."""
        if self.key == "joined":
            text = f'"*{mark(group)}"&{text}&"{mark(group + 1)}*"'
        return f"MATCH({text},{self.span(self.key)},0)"

    @property
    def texts(self) -> str:
        """The address of how many amounts are text."""
        return self.fact("texts")

    def cell(self, row: str, column: str) -> str:
        """A cell of the paste area."""
        return f"INDEX({self.spec.area(on_sheet=True)},{row},{column})"

    def whole(self, column: str) -> str:
        """A whole column of the paste area."""
        return self.cell("0", column)


BLOCKS = {spec.number: Block(spec) for spec in IMPORTS}


def _columns() -> Columns:
    ids = [block.id(column) for block in BLOCKS.values() for column in block.columns]
    plain = {name: Column("", 12, "general", is_named=False) for name in ("line", *ids)}
    return Columns(**plain)


COLUMNS = _columns()


def is_known(number: int) -> str:
    """A condition: what is pasted is the table that the sheet is for, and every column was found."""
    return f"{BLOCKS[number].fact('known')}=1"


def row_by_code(number: int, code: str, group: int = 1) -> str:
    """A template for the row that a code (a cell's template) stands in; `""` where it stands in none."""
    block = BLOCKS[number]
    row = block.row_named(code if block.key == "joined" else f"--{code}", group)
    return f'=IF({is_known(number)},IFERROR({row},""),"")'


def row_by_label(number: int, text: str, group: int = 1) -> str:
    """A template for the first row whose name holds a text (a cell's template); `""` where none does."""
    row = BLOCKS[number].row_named(f'"*"&{text}&"*"', group)
    return f'=IF({is_known(number)},IFERROR({row},""),"")'


def last_number_row(number: int, *amounts: str) -> str:
    """A template for the last row below the headings with a number of one of some amounts; `""` where there is none."""
    return f'=IF({is_known(number)},{BLOCKS[number].last_row(*amounts)},"")'


def amount(number: int, amount_id: str, row: str) -> str:
    """A template for an amount in a row (a template); text is passed on, blank stays blank."""
    block, row = BLOCKS[number], row.removeprefix("=")
    column = block.column(amount_id)
    found = block.cell(row, column)
    return f'=IF({row}="","",IF(ISNUMBER({column}),IF({found}="","",{found}),""))'


def first_of(*templates: str) -> str:
    """A template for the first of some results that is not blank."""
    *others, last = (template.removeprefix("=") for template in templates)
    for other in reversed(others):
        last = f'IF({other}<>"",{other},{last})'
    return f"={last}"
