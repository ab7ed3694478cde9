"""An explanation as one HTML page: nothing is loaded from elsewhere, every text is escaped, and it prints well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from string import Template

from xlperf.explain.comparisons import Comparison, Listing
from xlperf.explain.explanation import ALERTS, STRONG, Node

_PAGE = Template("""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>$title</title>
<style>
body { font: 15px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", SimSun, sans-serif; color: #1f2933;
  max-width: 62em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.5em; margin: 0; }
h2 { font-size: 1.15em; margin: 1.6em 0 .4em; }
p.about { color: #52606d; margin: .2em 0 1.5em; }
ul { list-style: none; margin: 0; padding-left: 1.2em; border-left: 1px solid #cbd2d9; }
ul.root { border: 0; padding: 0; }
li { margin: .15em 0; break-inside: avoid-page; }
li.level, li.group, li.indicator, li.point { break-inside: auto; }
summary { cursor: pointer; }
.label { color: #52606d; }
.strong > .label, .strong > details > summary > .label { color: #1f4e79; font-weight: bold; }
.text { white-space: pre-line; }
.note { color: #7b8794; margin-left: .6em; }
.alert { color: #b54708; }
.cell { color: #0b7285; font-size: .85em; margin-left: .6em; white-space: nowrap; }
table { border-collapse: collapse; margin: .3em 0 1em; width: 100%; }
th, td { border: 1px solid #cbd2d9; padding: .25em .6em; text-align: left; vertical-align: top; }
th { background: #eef2f6; }
td.right, th.right { text-align: right; white-space: nowrap; }
tr { break-inside: avoid; }
@media print {
  body { font-size: 10.5pt; max-width: none; margin: 0; padding: 0; }
  summary { list-style: none; }
  @page { size: A4; margin: 18mm 15mm; }
}
</style>
</head>
<body>
<h1>$title</h1>
<p class="about">$about</p>
$content
</body>
</html>
""")


def explanation_page(title: str, about: str, roots: Sequence[Node] = (), comparison: Comparison | None = None) -> bytes:
    """The page as it is written to a file: trees, or sentences and tables."""
    parts = [f'<ul class="root">{"".join(_node(root))}</ul>' for root in roots]
    if comparison is not None:
        parts += [f"<p>{escape(sentence)}</p>" for sentence in comparison.sentences]
        parts += ["\n".join(_listing(listing)) for listing in comparison.listings]
    page = _PAGE.substitute(title=escape(title), about=escape(about), content="\n".join(parts))
    return page.encode("utf-8")


def _node(node: Node) -> Iterator[str]:
    css = f"{node.kind} strong" if node.kind in STRONG else node.kind
    yield f'<li class="{escape(css)}">'
    if node.children:
        yield f"<details open><summary>{_line(node)}</summary>\n<ul>"
        for child in node.children:
            yield from _node(child)
        yield "</ul></details>"
    else:
        yield _line(node)
    yield "</li>\n"


def _line(node: Node) -> str:
    colon = "：" if node.text else ""
    parts = [f'<span class="label">{escape(node.label)}{colon}</span>']
    if node.text:
        parts.append(f'<span class="text">{escape(node.text)}</span>')
    if node.note:
        alert = " alert" if any(word in node.note for word in ALERTS) else ""
        parts.append(f'<span class="note{alert}">{escape(node.note)}</span>')
    if node.cell:
        parts.append(f'<span class="cell">{escape(node.cell)}</span>')
    return "".join(parts)


def _listing(listing: Listing) -> Iterator[str]:
    yield f"<h2>{escape(listing.title)}</h2>"
    yield f"<table><thead>{_row('th', listing.headings, listing.right)}</thead><tbody>"
    yield from (_row("td", row, listing.right) for row in listing.rows)
    yield "</tbody></table>"


def _row(tag: str, cells: Sequence[str], right: Sequence[int]) -> str:
    told = (
        f"<{tag}{' class=right' if number in right else ''}>{escape(cell)}</{tag}>" for number, cell in enumerate(cells)
    )
    return f"<tr>{''.join(told)}</tr>"
