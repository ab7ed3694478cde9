"""Explanations on a terminal: trees that people read in 100 columns, with lines broken as Chinese is set."""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from xlperf.commands.terminal import table
from xlperf.explain.comparisons import Comparison
from xlperf.explain.explanation import ALERTS, STRONG, Node

WIDTH = 100
GUIDE = 4
NARROWEST = 30
# A line breaks between any two pieces: runs of Latin letters and digits, or one sign with the marks that cling to it.
_PIECE = re.compile(
    r"\n|\[[^\[\]\s]+![A-Z]+\d+(?::[A-Z]+\d+)?\]|[（“‘《〈【［〔\[「]*(?:[!-~]+|[^\s!-~])[，。；：、！？）”’》〉】］〕\]」…％%]*[ \u3000]*|\s+"
)


def tree_console() -> Console:
    """The standard output; 100 columns where it is a file or a pipe."""
    terminal = Console(highlight=False)
    return terminal if terminal.is_terminal else Console(highlight=False, width=WIDTH)


def show_tree(out: Console, root: Node) -> None:
    """Prints a tree."""
    tree = Tree(_line(root, out.width), guide_style="dim")
    _add(tree, root, out.width - GUIDE)
    out.print(tree, soft_wrap=False)


def _add(tree: Tree, node: Node, width: int) -> None:
    for child in node.children:
        _add(tree.add(_line(child, width)), child, width - GUIDE)


def _line(node: Node, width: int) -> Text:
    """A node: label, text, remark, and the cell at the end; broken into lines of a width."""
    line = Text(node.label, style="bold" if node.kind in STRONG else "")
    if node.text:
        # A text of several lines begins below its label, so that its lines stand below each other.
        line.append("：\n" if "\n" in node.text else "：").append(node.text, style="not bold")
    if node.note:
        line.append(f"　{node.note}", style="yellow" if any(word in node.note for word in ALERTS) else "dim")
    if node.cell:
        line.append(f"　[{node.cell}]", style="cyan")
    return broken(line, max(width, NARROWEST))


def broken(line: Text, width: int) -> Text:
    """A text with line breaks where Chinese breaks: not before closing marks, not inside numbers and words."""
    result, start, used = Text(), 0, 0
    for match in _PIECE.finditer(line.plain):
        piece = match[0]
        if piece == "\n":
            result.append_text(line[start : match.start()]).append("\n")
            start, used = match.end(), 0
            continue
        size = cell_len(piece.rstrip())
        if used and used + size > width:
            result.append_text(_trimmed(line[start : match.start()])).append("\n")
            start, used = match.start(), 0
        used += cell_len(piece)
    return result.append_text(line[start:])


def _trimmed(part: Text) -> Text:
    part = part.copy()
    part.rstrip()
    return part


def show_comparison(out: Console, comparison: Comparison) -> None:
    """Prints sentences and tables."""
    for sentence in comparison.sentences:
        out.print(broken(Text(sentence), out.width))
    for listing in comparison.listings:
        out.print(table(listing.title, listing.headings, listing.rows, right=listing.right))
