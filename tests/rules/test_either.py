"""One of several rules: formulas in both editions, bounds, missing and wrong figures, words, lint, limits, wording."""

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
from xlperf.values import Value
from xlperf.workbook.catalogue import catalogue
from xlperf.workbook.names import NamedCells

PARTS = """rules = [
  { text = "按进度", rule = { kind = "ratio", value = "spending_rate" } },
  { text = "按人数", rule = { kind = "tiers", value = "staff_count", tiers = "≥10:6; ≥5:3; 否则:0" } }]"""
PARTS = " ".join(PARTS.split())
BETTER, WORSE, CHOSEN = (f'kind = "either", take = "{take}", {PARTS}' for take in ("better", "worse", "chosen"))
RULES = '{ value = "has_rules", threshold = true, text = "有制度" }'
OPEN = PARTS.replace(
    '{ kind = "ratio", value = "spending_rate" }', f'{{ kind = "pass", below = "open", conditions = [{RULES}] }}'
)
OPEN = f'kind = "either", take = "better", {OPEN}'
HALF: dict[str, Value] = {"quota_used": 50, "quota_issued": 100}


@pytest.mark.whole
@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("rule", "values", "score", "sentence"),
    [
        (BETTER, {**HALF, "staff_count": 12}, (6, 6), "就高：“按进度” 3.00 分，“按人数” 6.00 分，取 6.00 分"),
        (BETTER, {**HALF, "quota_used": 80, "staff_count": 5}, (4.8, 4.8), "就高：“按进度” 4.80 分，“按人数” 3.00 分，取 4.80 分"),
        (BETTER, {**HALF, "quota_used": 0, "staff_count": 1}, (0, 0), "就高：“按进度” 0.00 分，“按人数” 0.00 分，取 0.00 分"),
        (BETTER, {"staff_count": 12}, (None, None), "就高：“按进度”算不出，不能比较，规则分算不出"),
        (BETTER, HALF, (None, None), "就高：“按人数”算不出，不能比较，规则分算不出"),
        (BETTER, {**HALF, "staff_count": "很多"}, (None, None), "就高：“按人数”算不出，不能比较，规则分算不出"),
        (WORSE, {**HALF, "staff_count": 12}, (3, 3), "就低：“按进度” 3.00 分，“按人数” 6.00 分，取 3.00 分"),
        (CHOSEN, {**HALF, "staff_count": 12, "finding.1.1": "按进度"}, (3, 3), "适用“按进度”：分值 6 × 50.00% = 3.00"),
        (CHOSEN, {"staff_count": 5, "finding.1.1": "按人数"}, (3, 3), "适用“按人数”：5 落在“≥5”档：3.00 分"),
        (CHOSEN, {"staff_count": 5, "finding.1.1": "按进度"}, (None, None), "适用“按进度”：规则分算不出：支出率是 #N/A（缺数据）"),
        (CHOSEN, {**HALF, "staff_count": 12}, (None, None), "还没有选适用哪一项，规则分算不出"),
        (CHOSEN, {**HALF, "staff_count": 12, "finding.1.1": "都行"}, (None, None), "核查结果“都行”不在可选的范围内"),
        (OPEN, {"has_rules": False, "staff_count": 5}, (3, 6), "就高：“按进度” 0.00～6.00 分，“按人数” 3.00 分，取 3.00～6.00 分"),
        (OPEN, {"has_rules": True, "staff_count": 5}, (6, 6), "就高：“按进度” 6.00 分，“按人数” 3.00 分，取 6.00 分"),
    ],
)  # fmt: skip
def test_scores_and_words(
    rule: str, values: dict[str, Value], score: books.Score, sentence: str, edition: Edition
) -> None:
    book = books.filled(rule, edition, values)
    assert books.scored(book) == score
    assert books.said(book)[:2] == (sentence, "")


@pytest.mark.whole
def test_what_each_of_them_says_stands_below() -> None:
    book = books.filled(BETTER, Edition.UDF, {"staff_count": 12})
    assert books.said(book)[2] == [
        "按进度：规则分算不出：支出率是 #N/A（缺数据）",
        "按人数：12 落在“≥10”档：6.00 分",
        "各档：≥10 得 6 分；≥5 得 3 分；其余 得 0 分",
    ]


@pytest.mark.whole
@pytest.mark.parametrize(
    ("finding", "error"), [(None, "#N/A"), ("都行", "#VALUE!"), (3, "#VALUE!")]
)  # what is not chosen, and what can't be
def test_a_wrong_choice_is_an_error_in_the_cell(finding: Value, error: str) -> None:
    book = books.filled(CHOSEN, Edition.NATIVE, {**HALF, "staff_count": 12, "finding.1.1": finding})
    assert books.cell(book, "point_low") == CellError(error)


@pytest.mark.whole
def test_its_parameters_stand_in_cells() -> None:
    book = books.filled(BETTER, Edition.UDF, {**HALF, "staff_count": 12})
    assert book.table("tiers_1_1_2") == [["≥", 10, 6], ["≥", 5, 3], ["否则", None, 0]]
    sheet, ref = book.names.places("tiers_1_1_2")[0]
    changed = recalculated(book.package, {(sheet, ref.replace("C", "E")): 4.0}).package
    assert books.scored(Filled(changed)) == (4, 4)


@pytest.mark.whole
def test_what_is_chosen_comes_from_a_list() -> None:
    names = NamedCells(books.workbook(CHOSEN, Edition.UDF))
    item = catalogue(names, books.source(CHOSEN).framework)["finding.1.1"]
    assert (item.type, item.choices, item.label) == ("choice", ("按进度", "按人数"), "支出率：要点 1（择一）")
    assert "finding.1.1" not in catalogue(
        NamedCells(books.workbook(BETTER, Edition.UDF)), books.source(BETTER).framework
    )


def test_lint_examines_each_of_them() -> None:
    assert books.faults(BETTER) == []
    (fault,) = books.faults(BETTER.replace("≥5:3", "≥5:6"))
    assert (fault.code, fault.message) == (
        "tier_without_effect",
        "支出率：要点 1：“按人数”：第 1 档与第 2 档给分相同（6），分档失效",
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("按人数", "按进度", "各项的 text 不能相同"),
        ("按人数", "按人,数", "text"),
        ('take = "better"', 'take = "best"', "take"),
        ('kind = "ratio"', 'kind = "judgement"', "不认识的 kind"),
        ("staff_count", "staff_number", "未定义的 staff_number"),
        ("staff_count", "main_goal", "不是数的 main_goal"),
    ],
)
def test_what_is_refused(old: str, new: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        books.source(BETTER.replace(old, new))


@pytest.mark.whole
def test_its_limits_are_those_of_its_rules() -> None:
    rest: dict[str, Value] = {"finding.2.1": "符合", "finding.2.2": 0, "finding.2.3": "公开"}
    result = sensitivity(books.filled(BETTER, Edition.UDF, {**HALF, "staff_count": 4, **rest}))
    found = {(lever.id, lever.to) for lever in result.levers if lever.kind == "figure"}
    assert ("staff_count", 10) in found
    assert "quota_used" in {name for name, _ in found}


@pytest.mark.parametrize(
    ("take", "head"),
    [
        ("better", "分别按以下各项计分，取得分高的"),
        ("worse", "分别按以下各项计分，取得分低的"),
        ("chosen", "由评价人选定适用以下哪一项，按该项计分"),
    ],
)
def test_wording(take: str, head: str) -> None:
    rules = [
        {"text": "甲", "rule": {"kind": "ratio", "value": "done_rate", "over": "归零"}},
        {"text": "乙", "rule": {"kind": "count", "count": "talk_count", "target": 3, "points": 1}},
    ]
    rule = ADAPTER.validate_python({"kind": "either", "take": take, "rules": rules})
    first, second = "得分=分值×done_rate，超过100%的不得分", "talk_count达到3项的得满分，每少1项扣1分，扣完为止"
    assert rule.wording(2) == f"{head}：“甲”「{first}」；“乙”「{second}」"
