"""A report as one HTML page: nothing is loaded from elsewhere, every text is escaped, it prints as pages of A4."""

from __future__ import annotations

from collections.abc import Iterator
from string import Template

from xlperf.report.document.blocks import Bar, Block, Chapter, Chart, Heading, Landscape, Paragraph, Report, Written
from xlperf.report.document.blocks import Cell as TableCell
from xlperf.report.document.blocks import Table as ReportTable
from xlperf.report.document.charts import described, is_low
from xlperf.report.html import link, source_hash, text

_STYLE = """
body { font: 16px/1.8 "Noto Serif CJK SC", "Source Han Serif SC", FangSong, SimSun, serif; color: #1f2933;
  max-width: 52em; margin: 2em auto; padding: 0 1em; }
header { text-align: center; margin: 3em 0; }
h1 { font-size: 1.7em; line-height: 1.4; }
h2 { font-size: 1.35em; margin: 2em 0 .6em; }
h3, h4, h5 { margin: 1.2em 0 .4em; font-size: 1.05em; }
p { margin: .3em 0; text-indent: 2em; overflow-wrap: anywhere; }
p.note, p.alert, header p, figcaption { text-indent: 0; }
p.note { color: #52606d; font-size: .9em; }
.alert { color: #b54708; }
.open { background: #fff3bf; }
nav ol { columns: 2; }
.box { overflow-x: auto; margin: .8em 0 1.2em; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; min-width: 36em; font-size: .92em; line-height: 1.5; }
.wide table { min-width: 60em; }
.small table { font-size: .82em; }
caption { font-weight: bold; padding: .4em; }
caption small { display: block; text-align: right; font-weight: normal; }
th, td { border: 1px solid #7b8794; padding: .25em .5em; vertical-align: middle; white-space: pre-line; overflow-wrap: anywhere; }
th { background: #eef2f6; }
.r { text-align: right; } .c { text-align: center; } .l { text-align: left; } .b { font-weight: bold; }
.bar { display: grid; grid-template-columns: 9em 1fr 14em; gap: .6em; align-items: center; font-size: .88em; }
.bar svg { width: 100%; height: 1.1em; }
.bar span:first-child { text-align: right; }
.ground { fill: #e4e9ee; } .full { fill: #2f6f9f; } .low { fill: #b54708; }
@media print {
  body { font-size: 10.5pt; max-width: none; margin: 0; padding: 0; }
  @page { size: A4; margin: 25mm 22mm; }
  @page lying { size: A4 landscape; margin: 18mm; }
  nav { display: none; }
  section.chapter { break-before: page; }
  section.continued { break-before: auto; }
  .lying { page: lying; }
  .lying .box { font-size: 10pt; }
  .box { overflow: visible; margin-top: 0; }
  table, .wide table { min-width: 0; }
  h2, h3, h4, h5, caption { break-after: avoid; }
  thead { display: table-header-group; }
  tr, figure { break-inside: avoid; }
  .wide tr { break-inside: auto; }
}
"""
_PAGE = Template("""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src $hash">
<title>$title</title>
<style>$style</style>
</head>
<body>
<header><h1>$title</h1>$about</header>
<nav aria-label="目录"><ol>$contents</ol></nav>
<main>
$content
</main>
</body>
</html>
""")
_SIDES = {"left": "l", "center": "c", "right": "r"}


def write_page(report: Report) -> bytes:
    """The page as it is written to a file."""
    facts = report.facts
    about = [f"<p>{facts['机构类别']}：{text(facts['评价机构'])}</p>"]
    about += [f"<p>委托方：{text(facts['委托方'])}</p>"] if facts["委托方"] else []
    blanks = sum(block.is_placeholder for block in report.written)
    if blanks:
        about.append(f'<p class="alert">草稿：还有 {blanks} 处待填，没有完成和要核对的见文末“生成说明”。</p>')
    shown = [chapter for chapter in report.chapters if chapter.blocks]
    titled = [chapter for chapter in shown if chapter.title]
    contents = (f'<li><a href="{link(chapter.name)}">{text(chapter.title)}</a></li>' for chapter in titled)
    page = _PAGE.substitute(
        title=text(report.title),
        hash=source_hash(_STYLE),
        style=_STYLE,
        about="".join(about),
        contents="".join(contents),
        content="".join("".join(_chapter(chapter)) for chapter in shown),
    )
    return page.encode("utf-8", "replace")


def _chapter(chapter: Chapter) -> Iterator[str]:
    is_lying = any(isinstance(block, Landscape) for block in chapter.blocks)
    css = "chapter lying" if is_lying else "chapter continued" if chapter.title else "chapter"
    yield f'<section class="{css}" id="{text(chapter.name)}">'
    # An introduction stands below the title of the whole report on paper, on a page below its own name.
    yield f"<h2>{text(chapter.title or chapter.name)}</h2>\n"
    for block in chapter.blocks:
        yield from _block(block)
    yield "</section>\n"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"<h{block.level + 1}>{text(block.text)}</h{block.level + 1}>\n"
    elif isinstance(block, Paragraph):
        css = "note" if block.is_note else "alert" if block.is_alert else ""
        yield f'<p class="{css}">{text(block.text)}</p>\n' if css else f"<p>{text(block.text)}</p>\n"
    elif isinstance(block, Written):
        css = ' class="open"' if block.is_placeholder else ""
        yield f'<div{css} data-key="{text(block.key)}">'
        yield "".join(f"<p>{text(part)}</p>" for part in block.texts)
        yield "</div>\n"
        if block.note:
            yield f'<p class="alert">【核对：{text(block.note)}】</p>\n'
    elif isinstance(block, ReportTable):
        yield from _table(block)
    elif isinstance(block, Chart):
        yield from _chart(block)
    else:
        yield '<div class="wide">'
        for inner in block.blocks:
            yield from _block(inner)
        yield "</div>\n"


def _table(block: ReportTable) -> Iterator[str]:
    small = " small" if block.is_small else ""
    yield f'<div class="box{small}" tabindex="0" role="region" aria-label="{text(block.title)}"><table>'
    whole = sum(block.widths)
    columns = "".join(f'<col width="{100 * width / whole:.1f}%">' for width in block.widths)
    unit = f"<small>单位：{text(block.unit)}</small>" if block.unit else ""
    yield f"<caption>{text(block.title)}{unit}</caption><colgroup>{columns}</colgroup><thead>"
    yield "".join(f"<tr>{''.join(_cell(cell, 'th') for cell in cells)}</tr>" for cells in block.head)
    yield "</thead><tbody>"
    yield "".join(f"<tr>{''.join(_cell(cell, 'td') for cell in cells)}</tr>\n" for cells in block.body)
    yield "</tbody></table></div>\n"


def _cell(cell: TableCell, tag: str) -> str:
    css = _SIDES[cell.align] + (" b" if cell.is_bold and tag == "td" else "")
    scope = ' scope="col"' if tag == "th" and cell.columns == 1 else ' scope="colgroup"' if tag == "th" else ""
    spans = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    spans += f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    return f'<{tag}{scope}{spans} class="{css}">{text(cell.text)}</{tag}>'


def _chart(block: Chart) -> Iterator[str]:
    yield f'<figure role="img" aria-label="{text(described(block))}"><figcaption>图　{text(block.title)}</figcaption>'
    for bar in block.bars:
        yield _bar(block, bar)
    yield "</figure>\n"


def _bar(block: Chart, bar: Bar) -> str:
    width = round(100 * min(max(bar.share, 0.0), 1.0), 2)
    css = "low" if is_low(block, bar.share) else "full"
    shapes = f'<rect class="ground" width="100" height="10"/><rect class="{css}" width="{width:g}" height="10"/>'
    drawn = f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{shapes}</svg>'
    return f'<div class="bar"><span>{text(bar.label)}</span>{drawn}<span>{text(bar.shown)}</span></div>\n'
