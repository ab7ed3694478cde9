"""A confirmation workbook drawn: one row a point, the official text beside what was understood, choices in lists."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import datetime

from openpyxl import Workbook

from xlperf.frameworks.contents import Rate
from xlperf.frameworks.parts import shown_weight
from xlperf.frameworks.writing import plain
from xlperf.rules.phrases import Names
from xlperf.standards import layout
from xlperf.standards.confirmation import (
    AMBIGUOUS,
    AS_JUDGEMENT,
    CERTAIN,
    JUDGED,
    MOST_WRITTEN_OUT,
    UNREAD,
    Confirmation,
    ConfirmedPoint,
    NamedFigure,
    Understood,
    choice_name,
    gate_words,
    rows_of,
    seal,
    shown_words,
)
from xlperf.standards.examples import examples
from xlperf.standards.figures import known_figures, meaning
from xlperf.values import Value
from xlperf.workbook import appearance
from xlperf.workbook.columns import Columns, Formula
from xlperf.workbook.drawing.sheet import Sheet

_FILLS = {
    CERTAIN: appearance.CALM_FILL,
    AMBIGUOUS: appearance.WARNING_FILL,
    JUDGED: appearance.SECTION_FILL,
    UNREAD: appearance.ALARM_FILL,
}
_MADE = datetime(2000, 1, 1)


def draw(confirmation: Confirmation) -> bytes:
    """The workbook."""
    book = Workbook()
    book.remove(book.worksheets[0])
    guide = Sheet(book, layout.GUIDE, layout.GUIDE_COLUMNS)
    _head(Sheet(book, layout.HEAD, layout.HEAD_COLUMNS), confirmation)
    rows = _points(Sheet(book, layout.POINTS, layout.POINT_COLUMNS), confirmation)
    figures = _figures(Sheet(book, layout.FIGURES, layout.FIGURE_COLUMNS), confirmation)
    _indicators(Sheet(book, layout.INDICATORS, layout.INDICATOR_COLUMNS), confirmation)
    _levels(Sheet(book, layout.LEVELS, layout.LEVEL_COLUMNS), confirmation)
    _rest(Sheet(book, layout.REST, layout.REST_COLUMNS), confirmation)
    _known(Sheet(book, layout.KNOWN, layout.KNOWN_COLUMNS))
    _guide(guide, confirmation, rows, figures)
    for page in book.worksheets:
        # People add indicators and points; what they must not change is sealed.
        page.protection.sheet = page.title in (layout.GUIDE, layout.KNOWN)
    book.properties.creator, book.properties.title = "xlperf", str(confirmation.head.get("name") or "")
    book.properties.created = book.properties.modified = _MADE
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _guide(sheet: Sheet, confirmation: Confirmation, rows: range, figures: range) -> None:
    sheet.title("标准确认", "程序从标准原文读出的规则都在“标准”表：左边是原文，右边是理解成什么。核对后生成指标体系。")
    sheet.header(is_frozen=False)
    state = layout.POINT_COLUMNS.span("state", rows.start, rows.stop - 1, pin="both", sheet=layout.POINTS)
    choice = layout.POINT_COLUMNS.span("choice", rows.start, rows.stop - 1, pin="both", sheet=layout.POINTS)
    told = (
        (CERTAIN, "绿色。核对“理解为”和“示例得分”是不是原文的意思，对的不用动；不对的在“选用”选“由人判断”，或在“另写的规则”写明。"),
        (AMBIGUOUS, "黄色。原文有几种读法，或有要确认的疑点，请在“选用”里选一种；不选不能生成。"),
        (JUDGED, "蓝色。原文没有可以计算的分档，由评价人判断并写理由，不用动。"),
        (UNREAD, "红色。程序没读懂，不会猜：不动就由人判断；也可以在“另写的规则”按“理解为”那样的句式写。"),
    )  # fmt: skip
    for name, how in told:
        row = sheet.line({"what": f"{name}的指标", "count": Formula(f'=COUNTIF({state},"{name}")'), "how": how})
        sheet.colour(sheet.at(row).what, "TRUE", _FILLS[name])
    open_ = Formula(f'=COUNTIFS({state},"{AMBIGUOUS}",{choice},"")')
    row = sheet.line({"what": "还要选的格", "count": open_, "how": "到 0 才能生成指标体系。"}, is_bold=True)
    sheet.colour(sheet.at(row).count, f"{sheet.at(row).count}>0", appearance.ALARM_FILL)
    sheet.line({"what": "数据", "count": len(figures), "how": "规则要用的数在“数据”表：已有的数（预算表、随附指标体系里有的）可在“选用已有的数”里选，选了就自动取数；不选就是要填报的新数。"})  # fmt: skip
    sheet.line({"what": "基本情况", "how": "“基本情况”表：编号、名称、地区、年度、出处、等级界限，黄格都可以改。"})
    sheet.line({"what": "然后", "how": "保存，运行 xlperf new 本文件.xlsx -o 工作簿.xlsx，直接生成填报工作簿；或 xlperf frameworks build 本文件.xlsx -o 我县.toml。"})  # fmt: skip
    for note in confirmation.notes:
        sheet.line({"what": "读入时", "how": note})


def _head(sheet: Sheet, confirmation: Confirmation) -> None:
    sheet.title(layout.HEAD, "黄格可以改。")
    sheet.header()
    for key in layout.KEYS:
        value = confirmation.head.get(key.path)
        row = sheet.line({"key": key.path, "label": key.label, "value": _head_value(key, value), "help": key.help})
        choices = list(key.words.values()) if key.words else [layout.YES, layout.NO] if key.kind == "flag" else []
        if choices:
            sheet.allow_list(sheet.at(row).value, choices, key.label)


def _head_value(key: layout.Key, value: object) -> Value:
    if key.words is not None:
        return key.words.get(str(value), None if value is None else str(value))
    if isinstance(value, bool):
        return layout.YES if value else layout.NO
    return value if isinstance(value, int | float | str) else None


def _points(sheet: Sheet, confirmation: Confirmation) -> range:
    """The rows of the points; those below the header."""
    sheet.title(layout.POINTS, "一行一个要点。“选用”和“另写的规则”是要人定的，原文和“理解为”不能改；识别结果的颜色：绿 确定，黄 需要选定，蓝 由人判断，红 没读懂。")  # fmt: skip
    sheet.header()
    sheet.freeze("text")
    start = sheet.row
    for indicator in confirmation.indicators:
        for number in rows_of(indicator):
            _point(sheet, indicator, number, confirmation)
        _gate(sheet, indicator, confirmation)
    stop = max(sheet.row, start + 1)
    states = sheet.columns.span("state", start, stop - 1)
    for state, fill in _FILLS.items():
        sheet.colour(states, f'{sheet.at(start).state}="{state}"', fill)
    open_ = f'AND({sheet.at(start).state}="{AMBIGUOUS}",{sheet.at(start).choice}="")'
    sheet.colour(sheet.columns.span("choice", start, stop - 1), open_, appearance.ALARM_FILL)
    sheet.page.column_dimensions[sheet.columns.letter("data")].hidden = True
    return range(start, stop)


def _point(sheet: Sheet, indicator: Understood, number: int, confirmation: Confirmation) -> None:
    way = indicator.ways[0] if indicator.ways else None
    point = way.points[number] if way and number < len(way.points) else None
    text = point.text if point else indicator.standard
    weight = point.weight if point else indicator.weight
    words = shown_words(indicator, number, confirmation.names) or (
        "由评价人在0分至满分之间判断，写明理由" if number == 0 else ""
    )
    tried = [w.points[number] for w in indicator.ways if number < len(w.points)]
    shown = _tried(tried, confirmation.names)
    rules = [plain(p.rule) for p in tried]
    is_first = number == 0
    row = sheet.line({
        "code": indicator.code, "name": indicator.name if is_first else None, "text": text, "weight": shown_weight(weight),
        "state": indicator.state if is_first else None, "words": words,
        "examples": shown or None, "doubts": "\n".join(indicator.doubts) if is_first else None,
        "choice": _default(indicator) if is_first else None,
    })  # fmt: skip
    _write_data(sheet, row, {"rules": rules, "seal": seal(text, words)})
    if is_first:
        sheet.allow_list(sheet.at(row).choice, indicator.choices, "选用")
    else:
        sheet.lock(row, "choice")


def _tried(points: Sequence[ConfirmedPoint], names: Names) -> str:
    """Example scores, of each reading where they differ."""
    found = [examples(point.rule, point.weight, names) for point in points[:MOST_WRITTEN_OUT]]
    if len(set(found)) <= 1:
        return "".join(found[:1])
    return "\n".join(f"{choice_name(number)}：{text}" for number, text in enumerate(found))


def _write_data(sheet: Sheet, row: int, data: object) -> None:
    """What the program needs, in a column that is hidden; its length is not to make the row tall."""
    sheet.set(row, "data", json.dumps(data, ensure_ascii=False), "text")


def _default(indicator: Understood) -> str | None:
    """What stands in the choice before anybody chose: nothing where there is something to choose."""
    if indicator.state == AMBIGUOUS:
        return None
    return AS_JUDGEMENT if not indicator.ways else indicator.choices[0]


def _gate(sheet: Sheet, indicator: Understood, confirmation: Confirmation) -> None:
    """The veto of an indicator, in a row of its own."""
    gates = [way.gate for way in indicator.ways]
    if not any(gates):
        return
    words = "\n".join(dict.fromkeys("没有门槛" if g is None else gate_words(g, confirmation.names) for g in gates))
    text = next(gate.text for gate in gates if gate)
    data = {"gates": [None if g is None else plain(g) for g in gates], "seal": seal(text, words)}
    row = sheet.line({
        "code": indicator.code, "name": layout.VETO, "text": text, "words": words,
    })  # fmt: skip
    _write_data(sheet, row, data)
    sheet.lock(row)


def _figures(sheet: Sheet, confirmation: Confirmation) -> range:
    sheet.title(layout.FIGURES, "规则要用的数。“选用已有的数”里选了的，按那个数取（灰色的各格不再用）；没有选的，就是要填报的新数，或按公式算出。")  # fmt: skip
    sheet.header()
    sheet.freeze("kind")
    start = sheet.row
    last = 3 + len(known_figures())
    source = layout.KNOWN_COLUMNS.span("text", 4, last, pin="both", sheet=layout.KNOWN)
    for named in confirmation.figures:
        row = sheet.line(_figure(named))
        sheet.suggest(sheet.at(row).choice, source, "选用已有的数", "从列表里选，或留空：留空就是要填报的新数")
        sheet.allow_list(sheet.at(row).type, list(layout.TYPES.values()), "类型")
        sheet.allow_list(sheet.at(row).exclusion, [layout.YES, layout.NO], "除外数")
    stop = max(sheet.row, start + 1)
    sheet.colour(
        sheet.columns.span("type", start, stop - 1, to="unit"),
        f'{sheet.at(start, "column").choice}<>""',
        appearance.GRID,
    )
    return range(start, sheet.row)


def _figure(named: NamedFigure) -> dict[str, Value]:
    figure = named.figure
    line: dict[str, Value] = {
        "id": figure.id, "label": figure.label, "used": "、".join(named.used_by) or None,
        "suggested": "\n".join(known.text for known in named.suggested) or None,
        "choice": named.chosen.text if named.chosen else None, "help": meaning(figure),
    }  # fmt: skip
    if isinstance(figure, Rate):
        calculated: dict[str, Value] = {"kind": layout.CALCULATED, "type": layout.TYPES[figure.format]}
        return line | calculated | {"formula": figure.formula, "source": figure.source}
    is_left_out = layout.YES if figure.is_exclusion else None
    typed: dict[str, Value] = {"kind": layout.TYPED, "type": layout.TYPES[figure.type], "unit": figure.unit or None}
    return line | typed | {"formula": figure.fact or None, "source": figure.group, "exclusion": is_left_out}


def _indicators(sheet: Sheet, confirmation: Confirmation) -> None:
    sheet.title(layout.INDICATORS, "照文件读入的指标，与原件对照；分值改了，各级分值也要改。")
    sheet.header()
    sheet.freeze("weight")
    for i in confirmation.indicators:
        row = sheet.line({
            "code": i.code, "level": i.level, "group": i.group, "name": i.name, "weight": shown_weight(i.weight),
            "description": i.description, "standard": i.standard,
            "scope": layout.SCOPES["individual" if i.is_individual else "common"],
            "skippable": layout.YES if i.is_skippable else layout.NO,
        })  # fmt: skip
        sheet.allow_list(sheet.at(row).scope, list(layout.SCOPES.values()), "共性或个性")
        sheet.allow_list(sheet.at(row).skippable, [layout.YES, layout.NO], "可否不适用")


def _levels(sheet: Sheet, confirmation: Confirmation) -> None:
    sheet.title(layout.LEVELS, "各级分值必须守恒：下一级合计等于上一级。")
    sheet.header()
    for level, level_weight, group, group_weight in confirmation.levels:
        line: dict[str, Value] = {"level": level, "level_weight": shown_weight(level_weight)}
        sheet.line(line | {"group": group, "group_weight": shown_weight(group_weight)})


def _rest(sheet: Sheet, confirmation: Confirmation) -> None:
    sheet.title(layout.REST, "其他表没有地方写的内容，写法与指标体系文件相同；没有的留空。")
    sheet.header()
    for piece in confirmation.rest:
        sheet.line({"title": piece.title, "where": piece.where, "text": piece.text})


def _known(sheet: Sheet) -> None:
    sheet.title(layout.KNOWN, "预算表和随附指标体系里已有的数，供“数据”表选用；不用改。")
    sheet.header()
    for known in known_figures().values():
        _plain_line(
            sheet, layout.KNOWN_COLUMNS, (known.text, layout.TYPES[known.type], meaning(known.figure), known.figure.id)
        )
    # A list to choose from is not printed.
    sheet.page.print_area = sheet.columns.span("text", 1, 3, to="id")


def _plain_line(sheet: Sheet, columns: Columns, values: Sequence[Value]) -> None:
    sheet.line(dict(zip(columns.ids, values, strict=True)))
