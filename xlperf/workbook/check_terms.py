"""Where the terms of a relation stand, and the formula that adds up a side of it.

The terms of the shipped relations are figures of the budget sheets; those of a framework's own are its inputs and rates
first. A rate that lacks data is #N/A where other figures are blank, and #DIV/0! where its base is zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlperf.checks.schema import CheckLine
from xlperf.frameworks.contents import Input, Rate
from xlperf.frameworks.relations import Term
from xlperf.frameworks.schema import Framework
from xlperf.workbook.tables.table import fact_cell

NO_BASE, WRONG = "基数为零", "数据有误"


@dataclass(frozen=True)
class Place:
    """The named cell of a term, and the input or rate of the framework that it is; a budget sheet's figure is neither."""

    name: str
    term: Term
    item: Input | Rate | None

    @property
    def is_rate(self) -> bool:
        """Whether the cell holds a rate of the framework, which is never blank."""
        return isinstance(self.item, Rate)

    @property
    def is_blank(self) -> str:
        """The formula that says whether there is no figure."""
        return f'IFERROR({self.name}="",ISNA({self.name}))' if self.is_rate else f'({self.name}="")'

    @property
    def counted(self) -> str:
        """The formula for what is added up."""
        return f"IF(ISNUMBER({self.name}),{self.name},0)" if self.is_rate and self.term.optional else self.name


def places(line: CheckLine, terms: Sequence[Term], framework: Framework) -> list[Place]:
    """Where the terms of a line, or of a side of it, stand."""
    items: dict[str, Input | Rate] = {}
    if line.number is None:
        items = {i.id: i for i in framework.inputs} | {r.id: r for r in framework.rates}
    found = [(term, items.get(term.fact)) for term in terms]
    return [Place(term.fact if item else fact_cell(term.fact), term, item) for term, item in found]


def side(cells: Sequence[Place], decimals: str) -> str:
    """The formula for one side: blank where it can't be compared, a remark where a figure is text or an error."""
    names, blanks = ",".join(cell.name for cell in cells), _blanks(cells)
    required = [cell for cell in cells if not cell.term.optional]
    missing = f"{_blanks(required)}>0" if required else f"{blanks}={len(cells)}"
    is_text = f"COUNT({names})+{blanks}<{len(cells)}"
    added, taken = ([cell.counted for cell in cells if cell.term.sign == sign] for sign in (1, -1))
    total = "-".join(f"SUM({','.join(part)})" for part in (added or ["0"], taken) if part)
    formula = f'IFERROR(IF({is_text},"{WRONG}",IF({missing},"",ROUND({total},{decimals}))),"{WRONG}")'
    # Text in one figure is to be mended even where another has no base, so the base comes second.
    if rates := [cell.name for cell in cells if cell.is_rate]:
        baseless = "+".join(["0", *(f"IFERROR(ERROR.TYPE({name})=2,FALSE)" for name in rates)])
        others = f"COUNT({names})+{blanks}+{baseless}={len(cells)}"
        formula = f'IFERROR(IF(AND({baseless}>0,{others}),"{NO_BASE}",{formula}),"{WRONG}")'
    return f"={formula}"


def _blanks(cells: Sequence[Place]) -> str:
    """How many figures are missing; begins with a number, since a lone truth value is greater than any number."""
    return "+".join(["0", *(cell.is_blank for cell in cells)])
