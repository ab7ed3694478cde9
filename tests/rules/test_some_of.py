"""Optional items that share a maximum: what is listed, in both editions; faults of listing, words, lint, wording."""

from __future__ import annotations

import pytest

from tests.rules import books
from tests.rules.books import EDITIONS
from tests.rules.samples import ADAPTER
from xlperf.editions.conversion import Edition
from xlperf.errors import CellError, UserError
from xlperf.evaluation.filled import Filled
from xlperf.evaluation.scoring import recalculated
from xlperf.explain.sensitivity import sensitivity
from xlperf.rules.kinds import KINDS
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.data_files import parse_data
from xlperf.workbook.names import NamedCells

NAMES = ("专栏", "培训", "宣传册", "专人", "回访", "公示", "台账", "热线", "例会", "通报")
POINTS = (1.5, 1.5, 1.5, 1.5, 2.5, 1.5, 1, 1, 1, 1)
ITEMS = "; ".join(f"{name}:{given:g}" for name, given in zip(NAMES, POINTS, strict=True))
RULE = f'kind = "some_of", items = "{ITEMS}"'
DATA = """
schema_version = 1
framework = "mini-2021"
unit = {{ name = "某局", year = 2021 }}
[points."1.1"]
finding = {finding}
basis = "查阅材料"
"""
MISSING, WRONG = CellError("#N/A"), CellError("#VALUE!")


@pytest.mark.whole
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("finding", "score", "sentence"),
    [
        ("无", 0, "一项也没有做到：0.00 分"),
        ("0", 0, "一项也没有做到：0.00 分"),
        ("3", 1.5, "做到 1 项（3）：1.5 = 1.50"),
        (3, 1.5, "做到 1 项（3）：1.5 = 1.50"),
        ("1、5", 4, "做到 2 项（1、5）：1.5 + 2.5 = 4.00"),
        ("5, 1", 4, "做到 2 项（1、5）：1.5 + 2.5 = 4.00"),
        (" 1，10　", 2.5, "做到 2 项（1、10）：1.5 + 1 = 2.50"),
        ("1、2、3、4", 6, "做到 4 项（1、2、3、4）：1.5 + 1.5 + 1.5 + 1.5 = 6.00"),
        ("1、2、3、4、5", 6, "做到 5 项（1、2、3、4、5）：1.5 + 1.5 + 1.5 + 1.5 + 2.5 = 8.5，以分值为限：6.00"),
        (None, MISSING, "还没有填做到哪几项，规则分算不出"),
        ("1、1", WRONG, "“1、1”里有重复的编号或表里没有的编号，规则分算不出"),
        ("11", WRONG, "“11”里有重复的编号或表里没有的编号，规则分算不出"),
        (15, WRONG, "“15”里有重复的编号或表里没有的编号，规则分算不出"),
        ("1、无", WRONG, "“1、无”里有重复的编号或表里没有的编号，规则分算不出"),
        ("1、、2", WRONG, "“1、、2”里有重复的编号或表里没有的编号，规则分算不出"),
        ("1、2、", WRONG, "“1、2、”里有重复的编号或表里没有的编号，规则分算不出"),
        ("1.5", WRONG, "“1.5”里有重复的编号或表里没有的编号，规则分算不出"),
        ("全部", WRONG, "“全部”里有重复的编号或表里没有的编号，规则分算不出"),
        (True, WRONG, "“是”里有重复的编号或表里没有的编号，规则分算不出"),
    ],
)  # fmt: skip
def test_scores_and_words(finding: Value, score: float | CellError, sentence: str, edition: Edition) -> None:
    book = books.filled(RULE, edition, {"finding.1.1": finding})
    assert books.cell(book, "point_low") == score
    assert books.scored(book) == ((None, None) if isinstance(score, CellError) else (score, score))
    assert books.said(book)[:2] == (sentence, "")


@pytest.mark.whole
def test_all_items_stand_below_with_what_was_met() -> None:
    lines = books.said(books.filled(RULE, Edition.UDF, {"finding.1.1": "1、5"}))[2]
    assert lines[0] == "1 专栏：1.5 分，做到"
    assert lines[1] == "2 培训：1.5 分，没有做到"
    assert len(lines) == len(NAMES)


@pytest.mark.whole
def test_items_stand_in_cells_which_may_be_changed() -> None:
    book = books.filled(RULE, Edition.NATIVE, {"finding.1.1": "1、5"})
    assert book.table("items_1_1") == [[n, given] for n, given in enumerate(POINTS, 1)]
    sheet, ref = book.names.places("items_1_1")[0]
    changed = recalculated(book.package, {(sheet, ref.replace("C", "D")): 0.5}).package
    assert books.scored(Filled(changed)) == (3, 3)
    assert books.said(Filled(changed))[:2] == ("做到 2 项（1、5）：0.5 + 2.5 = 3.00", "")


@pytest.mark.whole
def test_the_cell_takes_text_and_says_what_the_numbers_mean() -> None:
    package = books.workbook(RULE, Edition.UDF)
    item = catalogue(NamedCells(package), books.source(RULE).framework)["finding.1.1"]
    assert (item.type, item.choices) == ("text", ())
    part = next(package.part(sheet.part).decode() for sheet in package.worksheets if sheet.name == item.sheet)
    assert '"无,1,2,3,4,5,6,7,8,9,10"' in part.replace("&quot;", '"')
    assert "用顿号隔开，如 1、3；一项也没有填“无”。1 专栏；2 培训" in part


@pytest.mark.parametrize(
    ("finding", "suits"),
    [
        ('"1、3"', True), ('"无"', True), ("3", True), ('""', False), ("11", False), ('"1、1"', False), ('"符合"', False),
    ],
)  # fmt: skip
def test_a_data_file_is_checked(finding: str, suits: bool) -> None:
    framework = books.source(RULE).framework
    if suits:
        assert parse_data(DATA.format(finding=finding), framework, "数据.toml").points
    else:
        with pytest.raises(UserError, match=r"points.1.1：核查结果 .*不对，应为 做到的各项的编号（1～10"):
            parse_data(DATA.format(finding=finding), framework, "数据.toml")


def test_sensitivity_tries_more_and_fewer_items() -> None:
    rest: dict[str, Value] = {"finding.2.1": "符合", "finding.2.2": 0, "finding.2.3": "公开"}
    result = sensitivity(books.filled(RULE, Edition.UDF, {"finding.1.1": "1、2", **rest}))
    assert {"无", "1", "1、2、3"} <= {lever.to for lever in result.levers if lever.id == "finding.1.1"}


@pytest.mark.parametrize(
    ("items", "told"),
    [
        (ITEMS, []),
        ("专栏:3; 培训:2", ["各项合计 5 分，到不了分值 6"]),
        ("专栏:7; 培训:2", ["“专栏”一项 7 分超过分值 6"]),
    ],
)
def test_lint(items: str, told: list[str]) -> None:
    found = books.faults(RULE.replace(ITEMS, items))
    assert [fault.message for fault in found] == [f"支出率：要点 1：{text}" for text in told]


@pytest.mark.parametrize(
    ("items", "told"),
    [("专栏:1", "应有 2 至 30 项"), ("专栏:1; 培训:0", "“培训”的得分应大于 0"), ("专栏:1; 专栏:2", "重复的选项"), ("专栏; 培训:1", "缺冒号")],
)  # fmt: skip
def test_what_is_refused(items: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        books.source(RULE.replace(ITEMS, items))


def test_wording() -> None:
    rule = ADAPTER.validate_python({"kind": "some_of", "items": "专栏:1; 培训:1.5"})
    assert type(rule) in KINDS
    assert rule.wording(2) == "做到以下各项的，逐项得分，合计以分值为限：“专栏”得1分；“培训”得1.5分"
