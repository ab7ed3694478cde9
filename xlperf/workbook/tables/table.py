"""Budget and working tables as declarations: fields, fixed or free lines, formulas by name; laid out and named in one way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

from xlperf.frameworks import plausibility
from xlperf.frameworks.plausibility import NO_LIMITS, UNLIMITED, Limits
from xlperf.values import Value
from xlperf.workbook import appearance
from xlperf.workbook.columns import Cells, Column, Columns, Formula
from xlperf.workbook.needs import Needs
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.roles import Role
from xlperf.workbook.sheets.paste_blocks import TITLE as PASTES

if TYPE_CHECKING:
    from xlperf.workbook.drawing.sheet import Sheet

_REFERENCE = re.compile(r"\{(\w+)(\[\])?(?:@(\w+))?\}")
CONSTANT = "constant"
# The template of a field that is not typed, in lines where nothing computes it either: the cell stays empty.
NOTHING = '=""'
TEXT_AMOUNT = "金额含文字"
LABEL, LINE = "label", "line"
SPARE_LINES = 10
# In the line below a table's title where some of its figures can't be.
IMPLAUSIBLE = "不合理的数"
NUMERIC = ("money", "number", "count", "rate", "score")


@dataclass(frozen=True)
class Field:
    """A column: id, heading, width, kind, and its formula template; typed in by hand where there is none.

    `limits`: what its figures can sensibly be, of those typed in; other fields by their ids. `is_hidden`: it is for formulas alone.
    `known_as`: what its figures are called where they are used (`initial`, of the column that holds what was typed or else
    found); its id where not given, `""` where nothing uses them.
    In a template `{final}` is the field in the same line, `{final@staff}` in the line `staff`, `{final[]}` the column.
    """

    id: str
    heading: str
    width: float
    kind: str = "text"
    formula: str = ""
    choices: tuple[str, ...] = ()
    help: str = ""
    is_hidden: bool = False
    limits: Limits = NO_LIMITS
    known_as: str | None = None
    last_year_of: str = ""
    is_lasting: bool = False

    @property
    def bounds(self) -> Limits:
        """Its limits where people fill it in with numbers."""
        return self.limits if self.kind in NUMERIC and not self.formula else UNLIMITED

    @property
    def use(self) -> str:
        """What its figures are called where they are used; empty where nothing uses them."""
        if self.kind not in NUMERIC:
            return ""
        return self.id if self.known_as is None else self.known_as


@dataclass(frozen=True)
class Line:
    """A fixed line: code, label, the formulas that replace typing in it, and the section that begins with it.

    `constants`: what stands in fields of kind `constant`, which nobody fills in. `kind`: that of the line's numbers
    where it is not the fields' own. `unpasted`: the formulas that count in workbooks that official tables aren't pasted into.
    """

    code: str
    label: str
    formulas: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Value] = field(default_factory=dict)
    is_total: bool = False
    section: str = ""
    kind: str = ""
    unpasted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fact:
    """A figure drawn from a table of free lines, such as the number of projects; other sheets use it by its id."""

    id: str
    label: str
    formula: str
    kind: str = "number"


@dataclass(frozen=True)
class Table:
    """A table on a sheet of its own: with fixed lines, or with a capacity of free ones, numbered from 1.

    More data makes room for more: a few free lines are always left below the last one. `pasted`: the numbers of the
    official tables that it takes figures from. `is_counted`: figures are taken from it, or it is a record beside them.
    `is_of_projects`: it lists projects, which the evaluation of a single one has no need of.
    """

    id: str
    sheet: str
    title: str
    note: str
    fields: tuple[Field, ...]
    lines: tuple[Line, ...] = ()
    capacity: int = 0
    facts: tuple[Fact, ...] = ()
    filled_by: Role = Role.UNIT
    pasted: tuple[int, ...] = ()
    is_counted: bool = True
    is_of_projects: bool = False

    @property
    def is_free(self) -> bool:
        """Whether the lines are free."""
        return not self.lines

    def field(self, name: str) -> Field | None:
        """The field of that id."""
        return next((f for f in self.fields if f.id == name), None)

    def column_name(self, name: str) -> str:
        """The name of a field's column, or (LINE) of the column of codes."""
        return f"col_{self.id}_{name}"

    @property
    def doubts_name(self) -> str:
        """The name of the line below the title, which says which figures can't be."""
        return f"doubts_{self.id}"

    @property
    def limited(self) -> tuple[Field, ...]:
        """The fields whose figures have limits."""
        return tuple(f for f in self.fields if f.bounds != UNLIMITED)

    @cached_property
    def fact_names(self) -> list[str]:
        """The names under which other sheets use the table's figures."""
        fixed = [f"{line.code}_{f.use}" for line in self.lines for f in self.fields if f.use]
        return [*fixed, *(fact.id for fact in self.facts)]


def fact_cell(fact: str) -> str:
    """The name of the cell of a fact; the prefix keeps it apart from a framework's own ids."""
    return f"tbl_{fact}"


def some(*cells: str) -> str:
    """A template for a sum of cells: blank where nothing is filled in, a remark where one of them holds text."""
    blanks, terms = "+".join(f'({cell}="")' for cell in cells), ",".join(cells)
    text = f"COUNT({terms})+{blanks}<{len(cells)}"
    return f'=IF({blanks}={len(cells)},"",IF({text},"{TEXT_AMOUNT}",SUM({terms})))'


def some_of(area: str) -> str:
    """A template for the sum of a column; see `some`."""
    text = f"COUNT({area})+COUNTBLANK({area})<ROWS({area})"
    return f'=IF(COUNTBLANK({area})=ROWS({area}),"",IF({text},"{TEXT_AMOUNT}",SUM({area})))'


def typed_or(typed: str, template: str) -> str:
    """A template for what was typed in a cell, and where nothing was, for another cell or the result of another template."""
    otherwise = f'IF({template}="","",{template})' if template.startswith("{") else template.removeprefix("=")
    return f'=IF({typed}<>"",{typed},{otherwise})'


def rate(numerator: str, denominator: str) -> str:
    """A template for a rate that stays blank where something is missing or there is nothing to divide by."""
    return _divided(denominator, numerator, f"PERF_RATE({numerator},{denominator})")


def change(current: str, previous: str) -> str:
    """A template for a change rate that stays blank where something is missing or there is nothing to divide by."""
    return _divided(previous, current, f"PERF_CHANGE_RATE({current},{previous})")


def difference(whole: str, part: str) -> str:
    """A template for a difference of two amounts that stays blank where one of them is missing."""
    return f'=IF(COUNT({whole},{part})<2,"",ROUND({whole}-{part},6))'


def _divided(denominator: str, other: str, calculation: str) -> str:
    return f'=IF(COUNT({other},{denominator})<2,"",IF({denominator}=0,"",{calculation}))'


def sheet_of(table: Table) -> SheetDeclaration:
    """A table as a sheet of the workbook."""
    return SheetDeclaration(
        table.sheet,
        table.title,
        _columns(table),
        partial(_lay_out, table),
        table.filled_by,
        is_needed=partial(is_needed, table),
    )


def is_needed(table: Table, needs: Needs) -> bool:
    """Whether scores take a figure from it, or the data fill it in; what no figure comes from, an evaluation has."""
    if needs.has_table(table.id):
        return True
    if table.is_of_projects and needs.framework.is_of_project:
        return False
    return needs.takes(table.fact_names) if table.is_counted else needs.is_evaluation


def _columns(table: Table, *, has_pastes: bool = True) -> Columns:
    """The columns; those of what is found in pasted tables are hidden where nothing is pasted."""
    fields = {
        f.id: _column(f, is_hidden=f.is_hidden or (f.formula == NOTHING and not has_pastes)) for f in table.fields
    }
    if table.is_free:
        return Columns(**{LINE: Column("序号", 6, "general", is_centred=True)}, **fields)
    return Columns(**{LABEL: Column("项目", 36)}, **fields, **{LINE: Column("编号", 22, is_hidden=True)})


def _lay_out(table: Table, plan: Plan) -> None:
    """Lays out a table with the unit's data."""
    has_pastes = any(declared.title == PASTES for declared in plan.sheets)
    sheet = plan.draw(table.sheet, _columns(table, has_pastes=has_pastes))
    sheet.title(table.title, "" if table.limited else _note(table))
    note = sheet.row
    if table.limited:
        width = sum(column.width for column in sheet.columns)
        height = appearance.height_of(f"金额单位：万元。{table.note}{_limits_said(table)}", width)
        sheet.name(table.doubts_name, sheet.columns.ids[0], sheet.across("", color=appearance.MUTED, height=height))
    given = plan.data.tables.get(table.id, {}) if plan.data else {}
    layout = _Layout(table, sheet, max(len(given), plan.room(table.id)), has_pastes=has_pastes)
    layout.facts()
    sheet.header()
    for number in range(layout.length):
        if isinstance(given, Mapping):
            values = {} if table.is_free else given.get(table.lines[number].code, {})
        else:
            values = given[number] if number < len(given) else {}
        layout.line(number, values)
    layout.name()
    if table.limited:
        layout.doubts(note)


def _limits_said(table: Table) -> str:
    """The limits of a table's figures as its second line says them where one of them is passed."""
    headings = {f.id: f.heading for f in table.fields}
    said = [plausibility.NEGATIVE] if any(not f.bounds.negative for f in table.limited) else []
    for f in table.limited:
        others = f.bounds.model_copy(update={"negative": True})
        if text := plausibility.range_words(others, f.kind, headings.__getitem__, errors_only=True):
            said.append(f"“{f.heading}”{text}")
    return "；".join(said)


def _tests(f: Field, at: Cells, span: Callable[[str], str]) -> Iterator[tuple[str, str, bool]]:
    """For each limit of a field: whether the figure in a line passes it, how many lines do, whether that is an error."""
    limits, own, column = f.bounds, at[f.id], span(f.id)
    if not limits.negative:
        yield f"AND(ISNUMBER({own}),{own}<0)", f'COUNTIF({column},"<0")', True
    if limits.highest is not None:
        beyond = f"{own}>{limits.highest:g}"
        yield f"AND(ISNUMBER({own}),{beyond})", f'COUNTIF({column},">{limits.highest:g}")', limits.is_strict
    if limits.part_of:
        whole, wholes = at[limits.part_of], span(limits.part_of)
        count = f"SUMPRODUCT({_numbers(column)}*{_numbers(wholes)}*({column}>{wholes}))"
        yield f"AND(ISNUMBER({own}),ISNUMBER({whole}),{own}>{whole})", count, limits.is_strict
    if limits.like:
        like, likes, apart = at[limits.like], span(limits.like), plausibility.APART
        count = f"SUMPRODUCT({_numbers(column)}*{_numbers(likes)}*({likes}>0)*({column}>={apart}*{likes}))"
        yield f"AND({like}>0,{own}>={apart}*{like})", f"IFERROR({count},0)", True


def _numbers(area: str) -> str:
    """Which cells of an area hold numbers: texts and truth values are greater than all of them (formualizer's ISNUMBER
    of an area is wrong where some of its cells are formulas)."""
    return f'({area}<>"")*({area}<999999999999999)'


def _note(table: Table) -> str:
    """The line of help below the title, with the money unit where the table has amounts."""
    if all(f.kind != "money" for f in table.fields):
        return table.note
    return Formula(f'="金额单位："&money_unit&"。{table.note}"')


def _column(f: Field, *, is_hidden: bool) -> Column:
    is_centred = f.kind not in ("text", "money") or bool(f.choices)
    kind = "general" if f.choices or f.kind == CONSTANT else f.kind
    is_muted = f.kind == CONSTANT
    is_typed = not f.formula and not is_muted
    return Column(f.heading, f.width, kind, is_typed, is_centred, is_muted, is_hidden=is_hidden)


class _Layout:
    """Where a table's cells stand: facts, then the header, then the lines, some of them behind a section's heading."""

    def __init__(self, table: Table, sheet: Sheet, given_lines: int, *, has_pastes: bool) -> None:
        self.table, self.sheet, self.has_pastes = table, sheet, has_pastes
        self.length = max(table.capacity, given_lines + SPARE_LINES) if table.is_free else len(table.lines)
        self.rows: list[int] = []
        row = sheet.row + len(table.facts) + 1
        for number in range(self.length):
            row += bool(table.lines and table.lines[number].section)
            self.rows.append(row)
            row += 1

    def facts(self) -> None:
        """Writes the facts above the header, each label beside its value."""
        label, value = (f.id for f in self.table.fields[:2])
        for fact in self.table.facts:
            values: dict[str, Value] = {label: fact.label, value: Formula(self._filled(fact.formula, 0))}
            row = self.sheet.line(values, formats={value: fact.kind})
            self.sheet.lock(row, *self.sheet.columns.ids)
            self.sheet.name(fact_cell(fact.id), value, row)

    def line(self, number: int, given: Mapping[str, Value]) -> None:
        """Writes a line, and the heading of the section that begins with it."""
        line = None if self.table.is_free else self.table.lines[number]
        if line and line.section:
            self.sheet.section(line.section)
        values: dict[str, Value] = {LABEL: line.label, LINE: line.code} if line else {LINE: number + 1}
        computed = []
        for f in self.table.fields:
            template = (line.formulas.get(f.id) if line else None) or f.formula
            if line and PASTES in template and not self.has_pastes:
                template = line.unpasted.get(f.id, NOTHING)
            if f.kind == CONSTANT:
                values[f.id] = line.constants.get(f.id) if line else None
            elif template != NOTHING:
                values[f.id] = Formula(self._filled(template, number)) if template else given.get(f.id)
            computed += [f.id] if template or f.kind == CONSTANT else []
        kinds = {f.id: line.kind for f in self.table.fields if line and line.kind and f.kind == "money"}
        row = self.sheet.line(values, is_bold=bool(line and line.is_total), formats=kinds)
        for column in computed:
            self.sheet.lock(row, column)

    def name(self) -> None:
        """Names the columns, and every number of a fixed line; sets what may be typed."""
        first, last = self.rows[0], self.rows[-1]
        names = {self.table.column_name(column): column for column in (LINE, *(f.id for f in self.table.fields))}
        self.sheet.name_each(names, first, last)
        for f in self.table.fields:
            if f.use:
                for line, row in zip(self.table.lines, self.rows, strict=False):
                    self.sheet.name(fact_cell(f"{line.code}_{f.use}"), f.id, row)
            if not f.formula and f.kind != CONSTANT:
                self._allow(f, self.sheet.span(f.id, first, last))

    def doubts(self, row: int) -> None:
        """Says in a row how many figures can't be, and marks them."""
        first, last = self.rows[0], self.rows[-1]
        counted = []
        for f in self.table.limited:
            cells, at = self.sheet.span(f.id, first, last), self.sheet.at(first, "column")
            for test, count, is_error in _tests(f, at, partial(self.sheet.span, top=first, bottom=last)):
                counted += [count] if is_error else []
                if is_error:
                    self.sheet.colour(cells, test, appearance.ALARM_FILL, appearance.ALARM)
                else:
                    self.sheet.colour(cells, test, appearance.WARNING_FILL)
        count, note = "+".join(counted), _note(self.table)
        text = note.removeprefix("=") if isinstance(note, Formula) else f'"{note}"'
        said = f'"　{IMPLAUSIBLE} "&{count}&" 处，已标红：{_limits_said(self.table)}。"'
        self.sheet.set(row, self.sheet.columns.ids[0], Formula(f'={text}&IF({count}>0,{said},"")'), "general")

    def _allow(self, f: Field, cells: str) -> None:
        if f.choices:
            self.sheet.allow_list(cells, f.choices, f.heading)
        elif f.kind in NUMERIC:
            first = self.sheet.at(self.rows[0], "column")
            low, high = plausibility.range_allowed(f.bounds, f.kind, first.__getitem__)
            message = f.help or f"{f.heading}填数字；没有数据请留空，不要填 0。"
            self.sheet.allow_number(cells, low, high, f.heading, message)

    def _filled(self, template: str, number: int) -> str:
        """A template with addresses in place of its fields."""

        def address(match: re.Match[str]) -> str:
            name, whole, other = match[1], match[2], match[3]
            if whole:
                return self.sheet.span(name, self.rows[0], self.rows[-1], pin="both")
            codes = [line.code for line in self.table.lines]
            return self.sheet.at(self.rows[codes.index(other) if other else number])[name]

        return _REFERENCE.sub(address, template)
