"""What names, tables, sheets and linked workbooks stand for: formulas in which nothing but A1 references is left.

The text is an engine's: a cell of another workbook is a cell of a sheet that the engine is given, a function goes by the
name that Excel shows, an argument that is left out of a call of ours is marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from xlperf.errors import UserError
from xlperf.formula.addresses import quoted, reference, sheet_name
from xlperf.formula.definitions import DefinedName, LinkedBook, Table
from xlperf.formula.functions import function_name, unprefixed
from xlperf.formula.linked_books import Links
from xlperf.formula.parsing import parsed
from xlperf.formula.structured_references import Tables
from xlperf.formula.tokens import shifted, tokens
from xlperf.formula.tree import Call, Literal, Name, NotUnderstoodError, Omitted, Operation, Reference, Tree, walk

_ATOM = re.compile(r"(?:(?:'(?:[^']|'')*'|[\w.]+)!)?\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?|[0-9.]+")
_NESTING = 20
_MOST_SUBSTITUTED = 2_000
SEVERAL_SHEETS = "公式引用了多张工作表（三维引用）"
# Functions that take cells of several sheets at once.
OVER_SHEETS = frozenset(
    """AVERAGE AVERAGEA COUNT COUNTA MAX MAXA MEDIAN MIN MINA PRODUCT STDEV STDEVA STDEVP STDEVPA SUM VAR VARA VARP
    VARPA""".split()  # noqa: SIM905
)
_UNKNOWN = "#NAME?"
UNION, INTERSECTION = "公式用逗号求区域的并集", "公式用空格求区域的交集"

# Text that no cell holds: an argument left out.
OMITTED = "\ue000"

Place = tuple[str, int, int]
# A name in a formula: its sheet, if one is stated, its text and what stands in brackets behind it.
NameUsed = tuple[str, str, str]


class Sheet(Protocol):
    """A sheet, of which only the name matters here."""

    @property
    def name(self) -> str:
        """The name."""


class Book(Protocol):
    """What formulas of a workbook may refer to by name."""

    @property
    def sheets(self) -> Sequence[Sheet]:
        """The sheets of every kind."""

    @property
    def worksheets(self) -> Sequence[Sheet]:
        """The sheets that have cells."""

    @property
    def names(self) -> Sequence[DefinedName]:
        """The defined names."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables."""

    @property
    def links(self) -> tuple[LinkedBook | None, ...]:
        """The linked workbooks, which formulas number from 1."""

    def cells(self, sheet: str) -> Mapping[str, Any]:
        """The cells of a sheet by reference."""

    def formulas(self, sheet: str) -> Mapping[str, str]:
        """The formulas of a sheet by reference, without the equals sign."""


class Resolver:
    """Resolves the formulas of one workbook for an engine that has the functions it says."""

    def __init__(self, book: Book, is_function: Callable[[str], bool], is_ours: Callable[[str], bool]) -> None:
        self.is_function = is_function
        self._book = book
        self._is_ours = is_ours
        self.links = Links(book.links, [sheet.name for sheet in book.sheets])
        self._tables = Tables(book.tables)
        self.sheets = {sheet.name.casefold(): sheet.name for sheet in book.worksheets}
        self._names = {((n.sheet or "").casefold(), n.name.casefold()): n for n in book.names}
        # The names of all scopes and the tables, case folded.
        self.special = {name for _, name in self._names} | self._tables.names
        # How many names one formula has led to: names that stand for several names each may double at every step.
        self._substitutions = 0
        # What a formula hangs on beside its text: what names stand for, sheets, and whether there is more (linked workbooks,
        # names that nothing defines). Without that it means the same in any workbook that has these sheets and names.
        self.names_used: dict[NameUsed, str] = {}
        self.sheets_used: set[str] = set()
        self.hangs_on_more = False
        # Whether the text of another formula was asked for.
        self.has_shown_formulas = False
        # What names with absolute references stand for, and the words that mean such a name on every sheet.
        self._fixed: dict[DefinedName, str] = {}
        self.fixed_words: dict[str, str] = {}
        self._scopes: dict[str, list[str]] = {}
        for scope, name in self._names:
            self._scopes.setdefault(name, []).append(scope)

    def text(self, tree: Tree, place: Place) -> str:
        """A formula with all names resolved, as seen from a cell.

        Errors: NotUnderstoodError where no engine can be trusted with it.
        """
        self._substitutions = 0
        return tree.rewritten(self._edits(tree, place, 0))

    def name(self, node: Name, tree: Tree, place: Place) -> str:
        """What a name in a formula stands for.

        Errors: NotUnderstoodError.
        """
        self._substitutions = 0
        text = self._name(node, tree, place, 0)
        self.names_used[node.sheet, node.text, node.bracket] = text
        return text

    def stand_for(self, used: Iterable[tuple[NameUsed, str]], place: Place) -> bool:
        """Whether names stand for those texts here, too."""
        nodes = ((Name(0, 0, *name), text) for name, text in used)
        self._substitutions = 0
        try:
            return all(self._name(node, Tree((), node), place, 0) == text for node, text in nodes)
        except (NotUnderstoodError, UserError):
            return False

    def forget_uses(self) -> None:
        """Begins anew to note what a formula hangs on."""
        self.names_used.clear()
        self.sheets_used.clear()
        self.hangs_on_more = False

    def sheet(self, stated: str) -> str:
        """The engine's sheet for what stands before a “!”.

        Errors: NotUnderstoodError: there is none, or there are several.
        """
        name = _of_this_book(sheet_name(stated))
        if "[" in name:
            self.hangs_on_more = True
            alias = self.links.sheet(name)
            if alias is None:
                raise NotUnderstoodError(f"公式引用了外部工作簿 {name}，文件里没有它的值")
            return alias
        if ":" in name:
            raise NotUnderstoodError(SEVERAL_SHEETS)
        sheet = self.sheets.get(name.casefold())
        if sheet is None:
            raise NotUnderstoodError(f"公式引用的“{name}”不是本文件的工作表")
        self.sheets_used.add(sheet)
        return sheet

    def sheets_between(self, stated: str) -> list[str] | None:
        """The sheets from one to another, as “一月:三月!” means them; None where it is one sheet.

        Errors: NotUnderstoodError: a sheet that isn't there.
        """
        name = sheet_name(stated)
        if ":" not in name or "[" in name:
            return None
        self.hangs_on_more = True
        ends = [self.sheet(end) for end in name.split(":", 1)]
        known = [*self.sheets.values()]
        first, last = sorted(map(known.index, ends))
        return known[first : last + 1]

    def formula_text(self, call: Call, place: Place) -> str | None:
        """What FORMULATEXT shows; None where the cell has no formula.

        Errors: NotUnderstoodError: the cell is calculated, or its formula is shown in another way than it is stored.
        """
        self.hangs_on_more = True
        self.has_shown_formulas = True
        (where,) = call.arguments if len(call.arguments) == 1 else (None,)
        if not isinstance(where, Reference):
            raise NotUnderstoodError("FORMULATEXT 的参数不是单元格")
        sheet = self.sheet(where.sheet) if where.sheet else place[0]
        cell = self._book.cells(sheet).get(reference(*where.area[:2]))
        if cell is None or cell.formula is None:
            return None
        text = self._book.formulas(sheet).get(cell.ref)
        if text is None or "[" in text or cell.formula.kind != "normal":
            raise NotUnderstoodError("FORMULATEXT 用于数组公式、共享公式或外部引用")
        return "=" + "".join(unprefixed(t.text) if t.kind in ("function", "name") else t.text for t in tokens(text))

    def function(self, call: Call) -> str:
        """The name of the function that is called, with a sheet if one is stated.

        Errors: NotUnderstoodError: the engine has none of that name.
        """
        name = function_name(call.name)
        if name != "SINGLE" and not self.is_function(name):
            raise NotUnderstoodError(f"引擎不认识函数 {name}")
        is_on_sheet = call.sheet and not (call.sheet.startswith("[") and call.sheet.endswith("]"))
        return f"{quoted(self.sheet(call.sheet))}!{name}" if is_on_sheet else name

    def _edits(self, tree: Tree, place: Place, depth: int) -> Iterator[tuple[int, int, str]]:
        """What is put in the place of which tokens."""
        marked: set[int] = set()
        # Arguments that are put in as a whole.
        done: set[int] = set()
        for node in walk(tree.root):
            match node:
                case Reference() if node.start in done:
                    continue
                case Reference() if node.sheet:
                    cells = f"{node.first}:{node.last}" if node.is_range else node.first
                    yield node.start, node.end, f"{quoted(self.sheet(node.sheet))}!{cells}"
                case Name():
                    yield node.start, node.end, self._name(node, tree, place, depth)
                case Call() if is_sheet_of_number(node):
                    yield node.start, node.end, "NA()"
                case Call() if function_name(node.name) == "FORMULATEXT" and node.arguments:
                    shown = self.formula_text(node, place)
                    yield node.start, node.end, "NA()" if shown is None else '"' + shown.replace('"', '""') + '"'
                    done.update(argument.start for argument in node.arguments)
                case Call(callee=None):
                    name = self.function(node)
                    yield node.start, node.opening, "@" if name == "SINGLE" else name
                    for each, text in self._over_sheets(name, node):
                        done.add(each.start)
                        yield each.start, each.end, text
                    if self._is_ours(name):
                        marked.update(each.start for each in node.arguments if isinstance(each, Omitted))
                case Literal(kind="error"):
                    yield node.start, node.end, node.text
                case Operation():
                    check_operators(node)
                case Omitted() if node.start in marked:
                    yield node.start, node.start, f'"{OMITTED}"'

    def _over_sheets(self, name: str, call: Call) -> Iterator[tuple[Reference, str]]:
        """The arguments that lie on several sheets, written out sheet by sheet."""
        for each in call.arguments if name in OVER_SHEETS else ():
            sheets = self.sheets_between(each.sheet) if isinstance(each, Reference) else None
            if sheets is not None and isinstance(each, Reference):
                cells = f"{each.first}:{each.last}" if each.is_range else each.first
                yield each, ",".join(f"{quoted(sheet)}!{cells}" for sheet in sheets)

    def _name(self, node: Name, tree: Tree, place: Place, depth: int) -> str:
        """What a table, a defined name, a variable of LET or LAMBDA, or a name that means nothing stands for."""
        if node.sheet:
            return self._name_on_sheet(node, tree, place, depth)
        if not node.text:
            around = self._tables.around(*place)
            if around is None:
                raise NotUnderstoodError(f"公式的“{node.bracket}”不在任何表格里")
            return self._tables.resolved(around, node.bracket, place[1])
        if node.text in self._tables:
            return self._tables.resolved(node.text, node.bracket, place[1])
        if node.bracket:
            raise NotUnderstoodError(f"公式引用的表格“{node.text}”不在文件里")
        definition = self._definition(node.text, place[0])
        if definition is None:
            self.hangs_on_more = True
            return unprefixed(node.text) if _has_variables(tree) else _UNKNOWN
        text = self._substituted(definition, place, depth)
        if definition in self._fixed and len(self._scopes[node.text.casefold()]) == 1 and not definition.sheet:
            self.fixed_words[node.text] = text
        return text

    def _name_on_sheet(self, node: Name, tree: Tree, place: Place, depth: int) -> str:
        """What a name limited to a sheet, or one of another workbook, stands for."""
        stated = _of_this_book(sheet_name(node.sheet))
        if not stated:
            return self._name(node._replace(sheet=""), tree, place, depth)
        if "[" in stated:
            text = self.links.name(stated, node.text)
            if text is None:
                raise NotUnderstoodError(f"公式引用了外部工作簿 {stated}，文件里没有它的值")
            return text
        definition = None if ":" in stated else self._definition(node.text, stated)
        if definition is not None:
            return self._substituted(definition, place, depth)
        self.sheet(node.sheet)
        if node.bracket:
            raise NotUnderstoodError(f"公式引用的表格“{node.text}”不在文件里")
        raise NotUnderstoodError(f"公式引用的“{_UNKNOWN}”读不懂")

    def _definition(self, name: str, sheet: str) -> DefinedName | None:
        folded = name.casefold()
        return self._names.get((sheet.casefold(), folded)) or self._names.get(("", folded))

    def _substituted(self, definition: DefinedName, place: Place, depth: int) -> str:
        """What a name stands for at a place, in brackets where it is more than a reference or a number."""
        self._substitutions += 1
        if depth >= _NESTING or self._substitutions > _MOST_SUBSTITUTED:
            raise NotUnderstoodError(f"名称“{definition.name}”层层相套，可能循环")
        known = self._fixed.get(definition)
        if known is not None:
            return known
        sheet, row, column = place
        stated = tokens(definition.text.removeprefix("="))
        tree = parsed(shifted(stated, row - 1, column - 1))
        if isinstance(tree.root, Operation) and "," in tree.root.operators:
            raise NotUnderstoodError(f"名称“{definition.name}”由几块区域组成（并集）")
        text = tree.rewritten(self._edits(tree, (definition.sheet or sheet, row, column), depth + 1))
        text = text if _ATOM.fullmatch(text) else f"({text})"
        if _ATOM.fullmatch(text) and shifted(stated, 1, 1) == definition.text.removeprefix("="):
            self._fixed[definition] = text
        return text


def _of_this_book(stated: str) -> str:
    """A sheet's name without the number 0, by which formulas mean their own workbook."""
    return stated.removeprefix("[0]")


def check_operators(node: Operation) -> None:
    """Refuses the operators of references that engines lack: union (a comma) and intersection (a space).

    Errors: NotUnderstoodError.
    """
    if "," in node.operators:
        raise NotUnderstoodError(UNION)
    if " " in node.operators:
        raise NotUnderstoodError(INTERSECTION)


def is_sheet_of_number(call: Call) -> bool:
    """Whether a call is SHEET of a number that is written out, which Excel answers with #N/A."""
    return (
        function_name(call.name) == "SHEET"
        and call.end - call.opening == 3
        and isinstance(call.arguments[0], Literal)
        and call.arguments[0].kind == "number"
    )


def _has_variables(tree: Tree) -> bool:
    return any(isinstance(node, Call) and function_name(node.name) in ("LET", "LAMBDA") for node in walk(tree.root))
