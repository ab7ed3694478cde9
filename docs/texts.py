"""The page of scoring texts: what each text of the two corpora is read as. Part of the generated references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.support.scoring_texts import corpus, indicators, read_indicator
from xlperf.rules.reading.reader import AMBIGUOUS, JUDGEMENT, NOT_UNDERSTOOD, RULE, ReadText

_STATUS = {RULE: "读懂", AMBIGUOUS: "有几种读法或要确认", JUDGEMENT: "有由评价人认定的地方", NOT_UNDERSTOOD: "没有读懂"}
_MOST = 2
_HEAD = """# 标准文字

评分标准的原文就是公式：`xlperf frameworks read` 读一段原文，说它是什么规则，有几种读法，哪一句没有看懂。

```
xlperf frameworks read "支出率≥95%得满分，每低1个百分点扣0.5分，不足1个百分点的不扣，扣完为止" --weight 5
```

结果是四种之一（`--json` 的 `status`）：

| status | 意思 |
|---|---|
| `rule` | 只有一种读法，每一句都读进了规则，或是已知不影响给分的（定义、说明、扣完为止） |
| `ambiguous` | 有几种读法，并排列出；或有一处要对照原件确认（如“≤”印成了“W”，各项合计不等于分值） |
| `judgement` | 有“酌情”“视情况”“核定”一类由评价人认定的话，逐句列出；能确定的部分照样列成规则 |
| `not_understood` | 有没看懂的话，逐句照原文引出，不给规则 |

不猜：没有写明不足一步怎样扣、“1%”是百分点还是相对、偏离从哪里起算、相邻两档的界限归谁、达不到时怎样给分的，都列成几种读法由人选。
“以上、以下、以内”含本数，“不足、超过”不含（《民法典》第一千二百五十九条的用法），相邻一档或括号里另有写明的从其写明。
同一段文字用半角、全角、别的标点、别的条目编号，数字中间换了行，读成同一条规则；数字断开、符号认错的一律写明，不悄悄改。
标准写在“指标说明”里的要点（①②③）用 `--description` 给出；原文只写“比率”的，用 `--name` 给出指标名称；“满分”没有数的，用 `--weight` 给出分值。

下面是随附的两个指标体系和别处公开的文字各读成什么，由 `make generate` 写出。
"""


def texts_page() -> str:
    """The page."""
    ours = [(f"{name} {i.code} {i.name}", i.standard, read_indicator(i)) for name, i in indicators()]
    others = [(f"{s.id} {s.indicator}", s.text, s.reading) for s in corpus()]
    lines = [_HEAD]
    for title, rows in (("随附的两个指标体系", ours), ("别处公开的文字", others)):
        lines += [f"## {title}\n", *_summary(rows), "| 出处 | 原文 | 结果 | 读成 |\n|---|---|---|---|"]
        lines += [
            f"| {_cell(label)} | {_cell(text)} | {_STATUS[r.status]} | {_cell('<br>'.join(_said(r)))} |"
            for label, text, r in rows
        ]
        lines.append("")
    return "\n".join(lines)


def _summary(rows: Sequence[tuple[str, str, ReadText]]) -> Iterator[str]:
    """How many of which kind, and of those with numbers how many are understood."""
    counts = Counter(reading.status for _, _, reading in rows)
    numbered = [reading for _, text, reading in rows if any(sign.isdigit() for sign in text)]
    understood = [reading for reading in numbered if reading.status != NOT_UNDERSTOOD]
    told = "，".join(f"{_STATUS[status]} {counts[status]}" for status in _STATUS if counts[status])
    share = f"{len(understood)}/{len(numbered)}（{len(understood) / len(numbered):.0%}）"
    yield f"共 {len(rows)} 段：{told}。有数字的读懂 {share}，其余逐句引出没看懂的话。\n"


def _said(reading: ReadText) -> Iterator[str]:
    many = len(reading.ways) > 1
    for number, wording in enumerate(reading.wordings[:_MOST], 1):
        yield f"读法 {number}：{wording}" if many else wording
    if len(reading.ways) > _MOST:
        yield f"（共 {len(reading.ways)} 种读法）"
    yield from (f"没有看懂：“{clause.text}”" for clause in reading.unread)
    yield from (f"由评价人认定：“{clause.text}”" for clause in reading.judged)
    yield from (f"请确认：{text}" for text in dict.fromkeys(doubt.text for doubt in reading.doubts))


def _cell(text: str) -> str:
    """A text within a cell of a table."""
    return text.replace("|", "\\|").replace("\n", "<br>").replace("*", "\\*")
