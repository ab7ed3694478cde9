"""粘贴识别: where headings, columns and rows of each pasted table stand; computed, read by other sheets, seen by nobody.

Only formulas of Excel 2010, none entered as an array. Headings are compared exactly once normalised: a path such as
`1//本年支出/合计//` holds the group of a column and its headings from above to below, between slashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlperf.workbook import appearance
from xlperf.workbook.columns import Formula
from xlperf.workbook.plan import Plan, SheetDeclaration
from xlperf.workbook.sheets.official_tables import FIRST_ROW, IMPORTS, SIX, WIDTH, YEAR, Amount
from xlperf.workbook.sheets.paste_blocks import BLOCKS, COLUMNS, SEARCHED, TITLE, Block, mark
from xlperf.workbook.tables.all_tables import uses_official_tables

# Before the name of the unit, as tables print it.
UNIT_LABELS = ("|部门:", "公开部门:", "编制部门:", "部门名称:", "编制单位:", "填报单位:", "单位名称:", "预算单位:")
# In place of a code that begins like one but is none.
NO_CODE = "×"
_DROPPED = ('" "', '"　"', '"\u00a0"', "CHAR(10)", '"（"', '"）"', '"("', '")"')


def normalised(text: str) -> str:
    """The formula for a text without spaces, line breaks and brackets."""
    for dropped in _DROPPED:
        text = f'SUBSTITUTE({text},{dropped},"")'
    return f'SUBSTITUTE({text},"：",":")'


class _Rows:
    """What one block holds beside each row of the paste area, and for each of its columns."""

    def __init__(self, block: Block, line: int) -> None:
        self.block, self.spec, self.row = block, block.spec, FIRST_ROW + line - 1
        self.is_first = line == 1
        letters = self.spec.columns.ids
        at = self.spec.columns.at(self.row, "column", self.spec.sheet)
        self.cells = tuple(at[letter] for letter in letters)
        self.whole = self.spec.columns.span(
            letters[0], self.row, self.row, to=letters[-1], pin="column", sheet=self.spec.sheet
        )
        self.line = COLUMNS.at(self.row, "column").line

    def _own(self, column: str) -> str:
        return COLUMNS.at(self.row, "column")[self.block.id(column)]

    def _before(self, column: str, otherwise: str = '""') -> str:
        """The cell above, which is that of the column to the left; the first one has none."""
        return otherwise if self.is_first else COLUMNS.at(self.row - 1, "column")[self.block.id(column)]

    def signature(self) -> str:
        """The texts of a row between bars."""
        text = '&"|"&'.join(self.cells)
        joined = normalised(f'"|"&{text}&"|"')
        return f'IF(COUNTA({self.whole})=0,"",IFERROR({joined},""))'

    def path(self) -> str:
        """The heading of a column of the paste area with those above it, or, where they are merged, further left."""
        last, before = self.block.fact("heading"), self._before("path")
        top, above, own = (self.block.cell(row, self.line) for row in (f"MAX({last}-2,1)", f"MAX({last}-1,1)", last))
        group = "1"
        if self.spec.groups > 1:
            names = f'"|{"|".join(self.spec.keys)}|"'
            tests = ",".join(f'ISNUMBER(FIND("|"&{normalised(cell)}&"|",{names}))' for cell in (above, own))
            counted = "0" if self.is_first else f"IFERROR(--LEFT({before}),0)"
            group = f"({counted}+IF(OR({tests}),1,0))"
        texts = normalised(f'{top}&"/"&{above}&"/"&{own}')
        if self.spec.has_parents:
            # What stands above merged columns is that of the column before: the first and the second part of its path.
            end = f'FIND("/",{before},4)'
            upper = f'IF({top}<>"",{normalised(top)},IF(AND({above}="",{own}=""),"",{self._part(f"MID({before},4,{end}-4)")}))'
            part = f'MID({before},{end}+1,FIND("/",{before},{end}+1)-{end}-1)'
            middle = f'IF({above}<>"",{normalised(above)},IF(OR({top}<>"",{own}=""),"",{self._part(part)}))'
            texts = f'{upper}&"/"&{middle}&"/"&{normalised(own)}'
        return f'IF(ISNUMBER({last}),IFERROR({group}&"//"&{texts}&"/",""),"")'

    def _part(self, text: str) -> str:
        """A part of the path before; the first column has none."""
        return '""' if self.is_first else f'IFERROR({text},"")'

    def joined(self) -> str:
        """The codes or names of a row, one of each group behind its mark."""
        groups = self.block.groups
        pieces = (self._code_of(group) if self.spec.has_codes else self._first(group) for group in groups)
        parts = (f'"{mark(group)}"&IFERROR({piece},"")' for group, piece in zip(groups, pieces, strict=True))
        text = "&".join([*parts, f'"{mark(len(groups) + 1)}"'])
        return f'IF({self._is_below()},{text if self.spec.has_codes else normalised(text)},"")'

    def _is_below(self) -> str:
        """Whether a row is one of amounts: below the headings, but not the row of column numbers."""
        heading = self.block.fact("heading")
        return f"IF(ISNUMBER({heading}),IF({self.line}>{heading},{self.line}<>{self.block.fact('numbers')}))"

    def key(self) -> str:
        """The code of a row as a number, else its name."""
        text = normalised(self._first(1))
        if self.spec.has_codes:
            # What is no code is text that is no number either.
            text = f"IFERROR(--{self._digits(1, self._before('key'))},{normalised(self._named(1))})"
        place = self.block.fact("place1")
        return f'IF(ISNUMBER({place}),IF({self._is_below()},IFERROR({text},""),""),"")'

    def _code_of(self, group: int) -> str:
        """The code in a group of a row; where something begins like one and isn't, a sign that no code has."""
        before = '""'
        if not self.is_first:
            row, (start, end) = self._before("joined"), (mark(group), mark(group + 1))
            begin = f'FIND("{start}",{row})+{len(start)}'
            before = f'IFERROR(MID({row},{begin},FIND("{end}",{row})-{begin.replace("+", "-")}),"")'
        is_like = f'ISNUMBER(--LEFT(TRIM(SUBSTITUTE({self._named(group)},"　"," "))))'
        return f'IFERROR(--{self._digits(group, before)},IF({is_like},"{NO_CODE}",""))'

    def _first(self, group: int) -> str:
        """The cell of a row that its code or name stands in."""
        return f"INDEX({self.whole},{self.block.fact(f'place{group}')})"

    def _named(self, group: int) -> str:
        """What stands in the columns of codes and of names."""
        name = self.block.fact(f"name{group}")
        return f'{self._first(group)}&IF(ISNUMBER({name}),INDEX({self.whole},{name}),"")'

    def _digits(self, group: int, before: str) -> str:
        """The code of a row, whole or joined of its parts, as text; what is blank is no number."""
        first, second, third = self._first(group), *(self.block.fact(f"{part}{group}") for part in ("second", "third"))
        part = f'IF(ISNUMBER({third}),INDEX({self.whole},{third}),"")'
        code = self._code(first, f"INDEX({self.whole},{second})", part, before)
        return f'IF(ISNUMBER({second}),{code},IF({first}="","—",{first}))'

    @staticmethod
    def _code(first: str, second: str, third: str, before: str) -> str:
        """A code split into 类, 款, 项, joined; what a row leaves out is that of the row before."""
        of_class = f'IF({first}="",LEFT({before},3),{first})'
        of_section = f'IF({second}="",MID({before},4,2),RIGHT("0"&{second},2))'
        item = f'IF(LEN({third})>2,{third},{of_class}&{of_section}&RIGHT("0"&{third},2))'
        section = f'IF(LEN({second})>2,{second},{of_class}&RIGHT("0"&{second},2))'
        return f'IF({third}<>"",{item},IF({second}<>"",{section},{first}&""))'

    def formulas(self, line: int) -> Iterator[tuple[str, str]]:
        """All of them by column."""
        if line <= SEARCHED:
            yield "signature", self.signature()
        if line <= WIDTH:
            yield "path", self.path()
        if line <= self.spec.capacity and (key := self.block.key):
            yield key, self.joined() if key == "joined" else self.key()


class _Facts:
    """The facts of one block, by name."""

    def __init__(self, block: Block) -> None:
        self.block, self.spec = block, block.spec
        self.fact = block.fact
        self.columns = [block.column(amount) for amount in self.spec.amounts]
        self.all_columns = f"{self.columns[0]}:{self.columns[-1].rpartition('!')[2]}"

    def formulas(self) -> Iterator[tuple[str, str]]:
        """All of them, by name."""
        yield "heading", self._first_match(self.spec.marks, self.block.signatures)
        yield "numbers", self._numbers()
        for group in self.block.groups:
            yield from self._keys(group)
        for amount in self.spec.amounts:
            yield f"column_{amount.id}", self._column(amount)
        yield "total", self._total()
        yield "count", self._count()
        yield "known", self._known()
        yield from self._text_cells()
        yield from self._unit()

    @staticmethod
    def _first_match(patterns: Sequence[str], area: str, otherwise: str = '""') -> str:
        for pattern in reversed(patterns):
            otherwise = f'IFERROR(MATCH("{pattern}",{area},0),{otherwise})'
        return otherwise

    def _numbers(self) -> str:
        """The row in which columns are numbered (栏次); 0 where there is none."""
        found = self._first_match(("*|栏次|*",), self.block.signatures, "0")
        if self.spec.is_keyed or len(self.columns) < len(SIX):
            return found
        one, two, *_, six = self.columns[: len(SIX)]
        below = f"{self.fact('heading')}+1"
        tests = ",".join(f"{self.block.cell(below, column)}={n}" for column, n in ((one, 1), (two, 2), (six, 6)))
        return f"IF(COUNT({one},{two},{six})=3,IFERROR(IF(AND({tests}),{below},{found}),0),0)"

    def _keys(self, group: int) -> Iterator[tuple[str, str]]:
        """Where the names or codes of a group of columns stand."""
        paths = self.block.paths
        if self.spec.groups > 1:
            yield f"place{group}", self._first_match([f"{group}//*"], paths)
        elif self.spec.keys:
            yield f"place{group}", self._first_match([f"{group}/*/{key}/*" for key in self.spec.keys], paths)
        if self.spec.has_codes:
            for name, headings in (("second", ("款",)), ("third", ("项",)), ("name", ("科目名称", "名称"))):
                yield f"{name}{group}", self._first_match([f"{group}/*/{text}/*" for text in headings], paths)

    def _column(self, amount: Amount) -> str:
        """The column of an amount: the first of its headings that stands anywhere, 0 where that stands twice."""
        paths, text = self.block.paths, '""'
        for heading in reversed(amount.headings):
            pattern = f'"{amount.group}/*/{heading}/*"'.replace(YEAR, '"&evaluation_year&"')
            found = f"COUNTIF({paths},{pattern})"
            text = f"IF({found}>0,IF({found}=1,MATCH({pattern},{paths},0),0),{text})"
        return f'IF(ISNUMBER({self.fact("heading")}),{text},"")'

    def _body(self) -> str:
        """Factors that are 1 in the rows of amounts: below the headings, not that of column numbers."""
        return f"({self.block.lines}>{self.fact('heading')})*({self.block.lines}<>{self.fact('numbers')})"

    def _digits(self, column: str) -> str:
        """Factors that are 1 where a text begins like a number: digits sort before letters, letters before Chinese."""
        whole = self.block.whole(column)
        return f'({whole}>="0")*({whole}<"a")'

    def _texts(self, column: str) -> str:
        """How many amounts in a column are text."""
        return f"IF(SUM({column})>0,SUMPRODUCT({self._body()}*{self._digits(column)}),0)"

    def _text_cells(self) -> Iterator[tuple[str, str]]:
        counts = [self._texts(column) for column in self.columns]
        yield "texts", "+".join(counts)
        place = '""'
        for count, column in zip(reversed(counts), reversed(self.columns), strict=True):
            place = f"IF({count}>0,{column},{place})"
        yield "texts_place", f'IF({self.block.texts}>0,{place},"")'
        column = self.fact("texts_place")
        row = f"MATCH(1,INDEX({self._body()}*{self._digits(column)},0),0)"
        yield "texts_cell", f'IF(ISNUMBER({column}),IFERROR(CHAR(64+{column})&({row}+{FIRST_ROW - 1}),""),"")'

    def _total(self) -> str:
        """The table's own total, which shows that amounts stand below their headings."""
        rows, amount_id = self.spec.total
        if not amount_id:
            return self._of_classes(rows) if rows else '""'
        amount = next(amount for amount in self.spec.amounts if amount.id == amount_id)
        column = self.block.column(amount)
        if self.spec.is_keyed:
            row = self._named_row(rows, amount.group)
        else:
            row = self.block.last_row(*(name for name in self.spec.ids if name.endswith("_total")))
        found = self.block.cell(row, column)
        otherwise = '""'
        if amount.group > 1:
            # One half of the table may have been pasted alone.
            half = self.block.cell(self._named_row(rows), self.columns[0])
            otherwise = f'IFERROR(IF({half}="","",{half}),"")'
        if self.spec.adds_up:
            otherwise = f'IF({self.fact("count")}>0,SUM({self.block.whole(column)}),"")'
        return f'IF(SUM({column})>0,IFERROR(IF({found}="","",{found}),{otherwise}),"")'

    def _named_row(self, patterns: Sequence[str], group: int = 1) -> str:
        """The first row in a group that has one of some names, in the order of the names."""
        row = '""'
        for pattern in reversed(patterns):
            found = self.block.row_named(f'"{pattern}"', group)
            row = f"IFERROR({found},{row})"
        return row

    def _of_classes(self, codes: Sequence[str]) -> str:
        parts = []
        for amount in self.spec.amounts:
            rows = (self.block.row_named(f'"{code}"', amount.group) for code in codes)
            parts += [f"IFERROR({self.block.cell(row, self.block.column(amount))},0)" for row in rows]
        found = "+".join(f'COUNTIF({self.block.span("joined")},"*¦{code}¦*")' for code in codes)
        return f'IF({found}=0,"",{"+".join(f"N({part})" for part in parts)})'

    def _count(self) -> str:
        """How many amounts there are in the columns that were found."""
        numbers = self.fact("numbers")
        parts = []
        for column in self.columns:
            numbered = f"IF({numbers}>0,COUNT({self.block.cell(numbers, column)}),0)"
            parts.append(f"IF(SUM({column})>0,COUNT({self.block.whole(column)})-{numbered},0)")
        return "+".join(parts)

    def _known(self) -> str:
        """1 where the table is recognised: its headings are there once each, its total is; or it has no amounts at all."""
        needed = [self.block.column(amount) for amount in self.spec.amounts if not amount.is_optional]
        others = [f'COUNTIF({self.block.signatures},"{other}")=0' for other in self.spec.others]
        clear = [f"COUNT({','.join(needed)})={len(needed)}", f"COUNTIF({self.all_columns},0)=0", *others]
        area, numbers, count = self.spec.area(on_sheet=True), self.fact("numbers"), self.fact("count")
        numbered = f"IF({numbers}>0,COUNT({self.block.cell(numbers, '0')}),0)"
        amounts = f"{count}+{self.block.texts}"
        is_empty = f"IF({amounts}=0,COUNT({area})={numbered})"
        has_total = f'IF({self.fact("total")}<>"",{amounts}>0,{is_empty})' if self.spec.total[0] else "TRUE"
        if self.spec.has_codes:
            # A code that is not in the column of codes is taken for a name: the rows stand beside their headings.
            keys = self.block.span(self.block.key)
            is_joined = self.block.key == "joined"
            clear += [f'COUNTIF({keys},"*{NO_CODE}*")=0' if is_joined else f'SUMPRODUCT(({keys}>="0")*({keys}<"a"))=0']
        return f"IF(ISNUMBER({self.fact('heading')}),IF(AND({','.join(clear)}),IF({has_total},1,0),0),0)"

    def _unit(self) -> Iterator[tuple[str, str]]:
        """What the table names itself, its money unit and its unit."""
        area = self.block.signatures
        form = '""'
        for sign in ("|财决", "|公开"):
            line = f'INDEX({area},MATCH("*{sign}*表|*",{area},0))'
            start = f'FIND("{sign}",{line})+1'
            form = f'IFERROR(MID({line},{start},FIND("|",{line},{start})-{start.removesuffix("+1")}-1),{form})'
        yield "form", form
        wan = f'COUNTIF({area},"*单位:万元*")+COUNTIF({area},"*单位:*万元|*")'
        yuan = f'COUNTIF({area},"*单位:元*")+COUNTIF({area},"*单位:人民币元*")'
        yield "unit", f'IF({wan}>0,"万元",IF({yuan}>0,"元",""))'
        rest = '""'
        for label in reversed(UNIT_LABELS):
            line = f'INDEX({area},MATCH("*{label}*",{area},0))'
            rest = f'IFERROR(MID({line},FIND("{label}",{line})+{len(label)},80),{rest})'
        yield "rest", rest
        given = self.fact("rest")
        inner = f'IF(LEFT({given})="|",MID({given},2,80),{given})'
        name = f'LEFT({inner},FIND("|",{inner}&"|")-1)'
        yield "unit_name", f'IF({given}="","",IF(ISNUMBER(FIND(":",{name})),"",{name}))'


def _lay_out(plan: Plan) -> None:
    """Writes only the cells that hold something: a look for thousands of cells would make the file slow."""
    sheet = plan.draw(TITLE, COLUMNS)
    sheet.put(1, "line", "由公式算出，供各表取数；不用看，也不用填。", appearance.MUTED)
    for line in range(1, max(spec.capacity for spec in IMPORTS) + 1):
        sheet.set(FIRST_ROW + line - 1, "line", line, "general")
    for block in BLOCKS.values():
        for name, text in _Facts(block).formulas():
            sheet.set(block.rows[name], block.id("fact"), _own(text), "general")
        for line in range(1, block.spec.capacity + 1):
            for column, text in _Rows(block, line).formulas(line):
                sheet.set(FIRST_ROW + line - 1, block.id(column), _own(text), "general")


def _own(text: str) -> Formula:
    """A formula of this sheet, which need not name it: that would be a fifth of the file."""
    return Formula(f"={text.replace(f'{TITLE}!', '')}")


SHEET: SheetDeclaration = SheetDeclaration(
    TITLE, "由公式算出，供各表取数", COLUMNS, _lay_out, is_used=uses_official_tables, is_hidden=True
)
