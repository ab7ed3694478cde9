"""One small generator for every kind of bad cell and formula."""

from __future__ import annotations

from tests.support import hostile_workbooks as w
from tests.support.hostile_workbooks import kind, with_cells, with_formulas, with_names, with_parts

# The cells.


@kind
def million_rows() -> bytes:
    return with_parts(
        SECOND=w.sheet("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 1_000_001)))
    )


@kind
def million_empty_cells() -> bytes:
    letters = [chr(65 + n) for n in range(26)]
    rows = (
        f'<row r="{n}">{"".join(f"<c r={chr(34)}{x}{n}{chr(34)} s={chr(34)}1{chr(34)}/>" for x in letters)}</row>'
        for n in range(1, 40_001)
    )
    return with_parts(SECOND=w.sheet("".join(rows)))


@kind
def many_formulas() -> bytes:
    return with_formulas(*["1"] * 120_000)


@kind
def shared_string_out_of_range() -> bytes:
    return with_cells('<c r="A1" t="s"><v>99</v></c>')


@kind
def shared_string_of_many_digits() -> bytes:
    return with_cells(f'<c r="A1" t="s"><v>{"1" * 5000}</v></c>')


@kind
def wrong_cell_type() -> bytes:
    return with_cells('<c r="A1" t="zz"><v>1</v></c>')


@kind
def text_as_number() -> bytes:
    return with_cells('<c r="A1"><v>一百</v></c>')


@kind
def huge_number() -> bytes:
    return with_cells('<c r="A1"><v>1e999</v></c>')


@kind
def not_a_number() -> bytes:
    return with_cells('<c r="A1"><v>NaN</v></c>')


@kind
def impossible_date() -> bytes:
    return with_cells('<c r="A1" t="d"><v>2022-13-45</v></c>')


@kind
def cell_beyond_the_edge() -> bytes:
    return with_cells('<c r="XFE1"><v>1</v></c>')


@kind
def row_beyond_the_edge() -> bytes:
    return with_parts(SECOND=w.sheet('<row r="1048577"><c r="A1048577"><v>1</v></c></row>'))


@kind
def cells_out_of_order() -> bytes:
    return with_cells('<c r="B1"><v>1</v></c><c r="A1"><v>1</v></c>')


@kind
def text_too_long() -> bytes:
    return with_cells(f'<c r="A1" t="str"><v>{"长" * 40_000}</v></c>')


@kind
def unknown_entity() -> bytes:
    return with_cells('<c r="A1" t="str"><v>&passwd;</v></c>')


@kind
def escape_sequence() -> bytes:
    return with_cells('<c r="A1"><v>\x1b[2J\x1b]0;x\x07</v></c>')


@kind
def shared_formula_without_its_first() -> bytes:
    return with_cells('<c r="A1"><f t="shared" si="7"/><v>1</v></c>')


@kind
def array_over_everything() -> bytes:
    return with_cells('<c r="A1"><f t="array" ref="A1:XFD1048576">1</f><v>1</v></c>')


@kind
def many_arrays() -> bytes:
    rows = (
        f'<row r="{n}"><c r="A{n}"><f t="array" ref="A{n}:B{n}">1</f><v>1</v></c><c r="B{n}"><v>1</v></c></row>'
        for n in range(1, 30_001)
    )
    return with_parts(SECOND=w.sheet("".join(rows)))


# The formulas.


@kind
def circle() -> bytes:
    return with_formulas("A2+1", "A1+1")


@kind
def deep_formula() -> bytes:
    return with_formulas("IF(1," * 2000 + "1" + ")" * 2000)


@kind
def deep_brackets() -> bytes:
    return with_formulas("(" * 8000 + "1" + ")" * 8000)


@kind
def long_formula() -> bytes:
    return with_formulas("1" + "+1" * 100_000)


@kind
def formula_of_nothing_sensible() -> bytes:
    return with_formulas(")(")


@kind
def unknown_function() -> bytes:
    return with_formulas('NOSUCH("a")')


@kind
def missing_sheet() -> bytes:
    return with_formulas("没有!A1")


@kind
def name_to_nowhere() -> bytes:
    return with_names('<definedName name="n">没有!$A$1</definedName>', "n+1")


@kind
def name_of_a_missing_sheet() -> bytes:
    return with_names('<definedName name="n" localSheetId="9">表!$A$1</definedName>', "1")


@kind
def names_in_a_circle() -> bytes:
    return with_names('<definedName name="n">m+1</definedName><definedName name="m">n+1</definedName>', "n")


@kind
def laughing_names() -> bytes:
    names = "".join(f'<definedName name="笑{n}">笑{n + 1}+笑{n + 1}+A1</definedName>' for n in range(1, 19))
    return with_names(names + '<definedName name="笑19">A2</definedName>', "笑1")


@kind
def calls_of_the_outside() -> bytes:
    return with_formulas('WEBSERVICE("http://127.0.0.1:9/")', 'CALL("kernel32","WinExec")', 'DDE("cmd","/c calc","1")')


@kind
def link_to_a_workbook() -> bytes:
    return with_formulas("[7]表!A1", "'[C:\\x.xlsx]表'!A1")


@kind
def arrays_that_take_hours() -> bytes:
    column = "SUMPRODUCT((表!B$1:B$20000&gt;1)*(表!B$1:B$20000&lt;{0}))"
    return with_formulas(*(column.format(n) for n in range(5000)))


@kind
def arrays_that_take_all_memory() -> bytes:
    nested = "".join(f"({c}:{c}+C:C)*(" for c in "DEFGHIJKLMNOPQRSTUV")
    return with_formulas(f"SUMPRODUCT({nested}W:W{')' * 19})")


@kind
def texts_that_take_all_memory() -> bytes:
    return with_formulas('REPT("长",30000)', *(f"A{n}&amp;A{n}" for n in range(1, 40)))


@kind
def texts_in_arrays_that_take_all_memory() -> bytes:
    return with_formulas('REPT("长",30000)', "SUMPRODUCT(LEN(B1:B50000&amp;A1))")


@kind
def chain_of_formulas() -> bytes:
    return with_formulas(*(f"A{n}" for n in range(2, 60_001)), "1")
