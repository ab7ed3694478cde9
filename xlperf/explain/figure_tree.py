"""Where figures come from: inputs with their sources, rates with their formulas, down to the cells that were typed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from xlperf.evaluation.filled import Filled, written
from xlperf.explain.cell_tree import DEPTH, CellTrace
from xlperf.explain.explanation import Node
from xlperf.formula.tokens import Token
from xlperf.formula.tree import Call, Operation, Sign, Tree, children
from xlperf.formula.tree import Node as FormulaNode
from xlperf.frameworks.contents import Rate
from xlperf.frameworks.expressions import Expression, is_id
from xlperf.frameworks.survey_schemes import AS_REPORTED, SurveyUse
from xlperf.registry import worksheet_functions
from xlperf.values import is_blank
from xlperf.wording import shown

# How the functions of rates are written by hand; any other is shown by its name.
_TEMPLATES = {
    "PERF_RATE": "{0} ÷ {1}",
    "PERF_CHANGE_RATE": "（{0} − {1}）÷ {1}",
    "PERF_NET": "（{0} − 除外 {1}）",
}
_DIVIDING = ("PERF_RATE", "PERF_CHANGE_RATE", "PERF_ADJUSTMENT_RATE")
_ADJUSTMENTS = {"净额": "（{1} − {2}）÷ {0}", "合计": "（{1} + {2} + {3}）÷ {0}", "追加": "{1} ÷ {0}"}
_PLAIN = {
    "ABS": "绝对值", "AVERAGE": "平均", "IF": "如果", "MAX": "较大的", "MIN": "较小的", "ROUND": "四舍五入", "SUM": "合计",
}  # fmt: skip
_SIGNS = {"-": " − ", "+": " + ", "*": " × ", "/": " ÷ ", ",": "，"}


class Figures:
    """Figures of one workbook as trees; each is told in full once, wherever it is used again it is named only."""

    def __init__(self, filled: Filled) -> None:
        self._filled = filled
        self._trace = CellTrace(filled, is_brief=True)
        self._told: set[str] = set()

    def node(self, identifier: str) -> Node:
        """An input or a rate with everything below it."""
        node = _rate(self._filled, identifier, self) if identifier in self._filled.rates else self._input(identifier)
        if identifier in self._told and node.children:
            return replace(node, note="见上", children=())
        self._told.add(identifier)
        return node

    def nodes(self, identifiers: Iterable[str]) -> tuple[Node, ...]:
        """Several of them, each once."""
        return tuple(self.node(identifier) for identifier in dict.fromkeys(identifiers))

    def _input(self, identifier: str) -> Node:
        return _input(self._filled, identifier, self._trace)


def rate_words(filled: Filled, rate: Rate) -> str:
    """The formula of a rate with names and numbers put in: 已使用指标数 209.26 ÷ 下达指标数 213.70 = 97.92%."""
    tree = Expression.parse(rate.formula).tree
    words = _formula(filled, tree, tree.root)
    # A Chinese bracket brings its own space.
    text = f"{words} = {shown(filled.value(rate.id), rate.format)}"
    return text.replace(" （", "（").replace("） ", "）")


def _formula(filled: Filled, tree: Tree, node: FormulaNode) -> str:
    """A formula as people write it, function by function from the inside."""
    before = behind = ""
    while isinstance(node, Sign):
        # Any number of signs may stand before each other.
        inner = node.operand
        before += _written(tree.pieces[node.start : inner.start])
        behind = _written(tree.pieces[inner.end : node.end]) + behind
        node = inner
    return before + _operand(filled, tree, node) + behind


def _operand(filled: Filled, tree: Tree, node: FormulaNode) -> str:
    if isinstance(node, Call):
        return _call(node.name, [_formula(filled, tree, argument) for argument in node.arguments], node.arguments)
    if is_id(node):
        name = tree.text(node)
        return f"{filled.label(name)} {shown(filled.value(name), filled.kind(name))}"
    words, at = "", node.start
    for child in children(node):
        before, text = _written(tree.pieces[at : child.start]), _formula(filled, tree, child)
        # Brackets where the words of a call would be read otherwise: x ÷（a ÷ b）.
        is_divisor = before.endswith(_SIGNS["/"]) and _is_quotient(child)
        words += before + (_bracketed(text) if is_divisor else text)
        at = child.end
    return words + _written(tree.pieces[at : node.end])


def _written(pieces: Sequence[Token]) -> str:
    return "".join(_SIGNS.get(piece.text, piece.text) if piece.kind == "operator" else piece.text for piece in pieces)


def _bracketed(text: str) -> str:
    return f"（{text}）"


def _is_quotient(node: FormulaNode) -> bool:
    return isinstance(node, Call) and node.name in _DIVIDING


def _factor(text: str, node: FormulaNode, *, is_first: bool) -> str:
    """An argument as it stands beside ÷ and −: sums and quotients in brackets, a quotient that comes first as it is."""
    return _bracketed(text) if isinstance(node, Operation) or (_is_quotient(node) and not is_first) else text


def _call(name: str, arguments: list[str], nodes: Sequence[FormulaNode]) -> str:
    """A call in words; of a function without a template, its label with the arguments."""
    template = _TEMPLATES.get(name) if len(arguments) >= 2 else None
    if name == "PERF_ADJUSTMENT_RATE" and len(arguments) >= 3:
        method = arguments[4].strip('"') if len(arguments) == 5 else "净额"
        template = _ADJUSTMENTS.get(method)
    if template:
        pairs = enumerate(zip(arguments, nodes, strict=True))
        return template.format(*(_factor(text, node, is_first=n == 0) for n, (text, node) in pairs))
    spec = worksheet_functions().get(name)
    return f"{spec.label if spec else _PLAIN.get(name, name)}（{'，'.join(arguments)}）"


def _rate(filled: Filled, identifier: str, figures: Figures) -> Node:
    rate, value = filled.rates[identifier], filled.value(identifier)
    children = [
        Node("formula", "算法", rate_words(filled, rate)),
        Node("definition", "口径", rate.definition),
        Node("origin", "口径出处", rate.source),
        *figures.nodes(Expression.parse(rate.formula).ids),
    ]
    cell = written(filled.names.place(rate.id))
    return Node("rate", rate.label, shown(value, rate.format), value, "", cell, tuple(children))


def _input(filled: Filled, identifier: str, trace: CellTrace) -> Node:
    item, line = filled.inputs[identifier], filled.figures.first(identifier)
    value, unit = filled.value(identifier), filled.unit(identifier)
    text = shown(value, item.type, unit)
    if line is None:
        return Node("input", item.label, text, value, "", written(filled.names.place(identifier)))
    status = filled.figures.text("status", line)
    note = "；".join(part for part in (filled.figures.text("period", line), status) if part)
    survey = next((use for use in filled.framework.surveys if use.feeds == identifier), None)
    others = list(_other_sources(filled, identifier))
    listed = {part for node in others for child in node.children for part in (child.label, *child.note.split("；"))}
    children = [
        *_ways(filled, identifier, line, survey, trace),
        *(node for node in _told(filled, line) if node.text not in listed),
        *others,
    ]
    if is_blank(value):
        children.append(Node("help", "到哪里找", item.help))
    cell = written(filled.names.place(identifier))
    return Node("input", item.label, text, value, note, cell, tuple(children))


def _ways(filled: Filled, identifier: str, line: int, survey: SurveyUse | None, trace: CellTrace) -> Iterator[Node]:
    """Whether a figure was typed in or taken from another sheet, and which of both counts."""
    kind, unit, figures = filled.kind(identifier), filled.unit(identifier), filled.figures
    given, linked = figures.value("given", line), figures.value("linked", line)
    counts = linked if survey and not is_blank(linked) else given if not is_blank(given) else linked
    if not is_blank(given):
        note = "" if counts is given else "没有采用，以问卷口径为准"
        cell = figures.cell("given", line)
        yield Node("typed", "填报数", shown(given, kind, unit), given, note, cell)
    if not is_blank(linked):
        note = "" if counts is linked else "手填优先，没有采用" + ("" if linked == given else "，两数不一")
        label = "取自问卷" if survey else "取自他表"
        cell = figures.cell("linked", line)
        children = trace.precedents(figures.place("linked", line), DEPTH if counts is linked else 1)
        yield Node("linked", label, shown(linked, kind, unit), linked, note, cell, children)
    if survey:
        chosen = [str(filled.names.value(f"{part}_{survey.id}") or "") for part in ("scheme", "questions", "unaware")]
        text = f"{chosen[0]}；{chosen[1]}，不了解{chosen[2]}" if chosen[0] != AS_REPORTED else AS_REPORTED
        yield Node("scheme", "问卷口径", text, None, survey.note, written(filled.names.place(f"scheme_{survey.id}")))


def _told(filled: Filled, line: int) -> Iterator[Node]:
    """What was written beside a figure: its source and remarks."""
    for column, label in (("source", "来源"), ("note", "备注")):
        if text := filled.figures.text(column, line):
            yield Node(column, label, text, None, "", filled.figures.cell(column, line))


def _other_sources(filled: Filled, identifier: str) -> Iterator[Node]:
    """The same figure as other sources have it."""
    sources, kind, unit = filled.sources, filled.kind(identifier), filled.unit(identifier)
    lines = []
    for line in sources.of(identifier):
        value = sources.value("value", line)
        used, note = sources.text("used", line), sources.text("note", line)
        label = sources.text("origin", line) or "未注明来源"
        remark = "；".join(part for part in (used, note) if part)
        lines.append(Node("source", label, shown(value, kind, unit), value, remark, sources.cell("value", line)))
    if lines:
        agreement = sources.text("agreement", sources.of(identifier)[0])
        yield Node("sources", "多来源对照", f"{len(lines)} 个来源{agreement}", children=tuple(lines))
