"""Sheets: their columns go by ids and never by letters, one list holds them all, each is declared apart from its drawing."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator

import pytest

from tests.support.source_tree import Module, modules
from xlperf.workbook.plan import SheetDeclaration
from xlperf.workbook.sheets.all_sheets import SHEETS
from xlperf.workbook.tables.all_tables import ALL_TABLES
from xlperf.workbook.tables.table import Table

SHEET_MODULES = [m for m in modules() if m.name.startswith("xlperf.workbook.sheets.")]
TABLE_MODULES = [m for m in modules() if m.name.startswith("xlperf.workbook.tables.")]
# A column's letter before a row (a number, or what is filled in), or before another letter: A4, $A$4, A{}, A:C.
LETTER = re.compile(
    r"(?<![\w.])\$?[A-Z]{1,3}(?:\$?[1-9][0-9]*(?![\w(.])|\$?\{|:\$?[A-Z]{1,3}(?![\w(.]))",
)
QUOTED = re.compile(r'"[^"]*"')
# A sentence for people is no formula; it may name the key F9.
SENTENCE = re.compile(r"[。，；：“（]")
LETTERED = (
    "f'=G{row}'",
    "f'=SUM($E${first}:$E${last})'",
    "f'$N{first}=1'",
    "f'{sheet}!M{row}'",
    "f'COUNTIF({area},1)' f'+T{row}'",
    "x = '=IF(A4=1,2,3)'",
    "x = 'COUNT(A:C)'",
    "x = '=$AB$12'",
    "rows.format('B{}')",
)
FREE = (
    "f'N({cell})+T({cell})'",
    "f'PERF_SCORE_LINEAR({weight},{value})'",
    "f'{at.low}:{at.high}'",
    "f'IF({cell}=\"N1\",LOG10({cell}),9.99E+307)'",
    "x = '结果不更新时按 F9；WPS 里保存请选 .xlsx。'",
    "def f():\n    'Like A4.'",
)


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The strings of a module with their lines, `{}` for what an f-string fills in; docstrings are left out."""
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented | within:
            yield node.lineno, node.value


def lettered(tree: ast.AST) -> list[tuple[int, str]]:
    """The formulas that name a column by its letter, with their lines."""
    found = ((line, text, QUOTED.sub("", text)) for line, text in texts(tree))
    return [(line, text) for line, text, formula in found if LETTER.search(formula) and not SENTENCE.search(formula)]


@pytest.mark.parametrize("code", LETTERED)
def test_a_letter_is_found(code: str) -> None:
    assert lettered(ast.parse(code))


@pytest.mark.parametrize("code", FREE)
def test_no_letter_is_found_where_there_is_none(code: str) -> None:
    assert lettered(ast.parse(code)) == []


@pytest.mark.parametrize("module", SHEET_MODULES + TABLE_MODULES, ids=lambda module: module.name)
def test_no_formula_names_a_column_by_its_letter(module: Module) -> None:
    assert lettered(module.tree) == []


def declared(module: Module, kind: type) -> list[object]:
    """What of a kind a module declares, alone or in a tuple."""
    values = vars(importlib.import_module(module.name)).values()
    return [
        item for value in values for item in (value if isinstance(value, tuple) else (value,)) if type(item) is kind
    ]


def test_every_sheet_and_table_is_in_its_list() -> None:
    listed = {id(sheet) for sheet in SHEETS}
    sheets = [item for module in SHEET_MODULES for item in declared(module, SheetDeclaration)]
    assert [item for item in sheets if id(item) not in listed] == []
    tables = [item for module in TABLE_MODULES for item in declared(module, Table)]
    assert [item for item in tables if item not in ALL_TABLES] == []
    assert {sheet.title for sheet in SHEETS} >= {table.sheet for table in ALL_TABLES}


def test_titles_differ_and_the_cover_says_what_each_is_for() -> None:
    assert len({sheet.title for sheet in SHEETS}) == len(SHEETS)
    assert [sheet.title for sheet in SHEETS if not sheet.purpose] == [SHEETS[0].title]


def test_only_the_build_draws() -> None:
    loaded = {
        module.name
        for module in modules()
        for node in module.tree.body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(("xlperf.workbook.drawing", "openpyxl"))
    }
    outside = {name for name in loaded if not name.startswith("xlperf.workbook.drawing.")}
    assert outside == {"xlperf.workbook.build", "xlperf.editions.vba.build", "xlperf.standards.drawing"}
