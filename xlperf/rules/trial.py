"""What a rule meets outside of any workbook: figures and a finding that are tried, and its own parameters as cells would be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from xlperf.rules.conditions import Condition
from xlperf.rules.conditions import block as condition_block
from xlperf.rules.parameters import COLUMNS, Block, Calculated, Cell, Owner, ValueOf
from xlperf.rules.phrases import Names
from xlperf.rules.rule import Facts, Rule
from xlperf.values import Grid, Value

_CODE = "1"
_BLANK_IF_BLANK = re.compile(r'=IF\((\w+)="","",\1\)')
_SAME_COLUMN = re.compile(r"=\{(\w+)\[(\d+)\]\}")


def trial_facts(rule: Rule, weight: float, names: Names, values: Mapping[str, Value], finding: Value = None) -> Facts:
    """What the rule meets. `values`: the figures by id; one that is left out is blank."""
    tables = _tables(rule.parameters(Owner(_CODE, "")), values)
    return Facts(weight, values.get, names.kind, names.label, finding, _CODE, lambda name: tables.get(name, []))


def condition_facts(conditions: Sequence[Condition], names: Names, values: Mapping[str, Value]) -> Facts:
    """What the conditions of a gate or veto meet."""
    tables = _tables([condition_block(Owner(_CODE, ""), conditions)], values)
    return Facts(0.0, values.get, names.kind, names.label, code=_CODE, table=lambda name: tables.get(name, []))


def _tables(blocks: Iterable[Block], values: Mapping[str, Value]) -> dict[str, Grid]:
    """Parameters by name, as the workbook would hold them."""
    found: dict[str, Grid] = {}
    for block in blocks:
        cells = [[_value(cell, block, values) for cell in row.cells] for row in block.rows]
        for named in block.names:
            first, last = named.rows or (0, len(cells) - 1)
            columns = slice(COLUMNS.index(named.first_column), COLUMNS.index(named.last_column) + 1)
            found[named.name] = [row[columns] for row in cells[first : last + 1]]
    return found


def _value(cell: Cell, block: Block, values: Mapping[str, Value]) -> Value:
    """What a cell of the parameters holds: formulas there either show a figure, or repeat another cell."""
    if isinstance(cell, ValueOf):
        return values.get(cell.id)
    if not isinstance(cell, Calculated):
        return cell if isinstance(cell, bool | int | float | str) else None
    if shows := _BLANK_IF_BLANK.fullmatch(cell.template):
        return values.get(shows[1])
    if repeats := _SAME_COLUMN.fullmatch(cell.template):
        return _value(block.rows[int(repeats[2])].cells[COLUMNS.index(repeats[1])], block, values)
    return None
