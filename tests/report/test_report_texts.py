"""The sentences of reports: their numbers are those of the result, and change with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support.examples import example, scored
from tests.support.word_report import read_report
from tests.support.workbooks import after
from tests.support.written_reports import made_example, read_example, read_made
from xlperf.evaluation.filled import Filled
from xlperf.report.document.blocks import Paragraph, Report, Table, Written, within
from xlperf.report.document.subject import Subject, chinese, listing, said
from xlperf.values import Value, is_number
from xlperf.wording import shown
from xlperf.workbook.tables import goals as goals_table
from xlperf.workbook.tables import key_tasks
from xlperf.workbook.tables.all_tables import ALL_TABLES

EXAMPLES = ("renhua-2021", "yanjin-2022", "wuhua-2023")
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?%?(?![\w.]*\d)")
QUOTED = re.compile(r"《[^》]*》|（[^（）]*〔[^）]*）|“[^”]*”|≥\d+:|否则:")


def known_numbers(name: str) -> set[str]:
    """Every number that the result, the figures, the rates and the tables of an example hold, as reports print them."""
    filled, result = Filled(example(name)), scored(name)
    values: list[Value] = [result.total, result.year, filled.framework.weight]
    rates: list[float] = []
    for level in filled.names.rows("level_weight", "level_score", "level_rate"):
        values += level[:2]
        rates += [float(level[2])] if is_number(level[2]) else []
    for indicator in result.indicators:
        values += [indicator.weight, indicator.score]
        if indicator.weight and indicator.score is not None:
            rates.append(indicator.score / indicator.weight)
            values.append(round(indicator.weight - indicator.score, 6))
    if result.total is not None and filled.framework.weight:
        rates.append(result.total / filled.framework.weight)
    for table in ALL_TABLES:
        for field in filter(lambda field: filled.names.has(table.column_name(field.id)), table.fields):
            values += filled.names.column(table.column_name(field.id))
    counts = [len(filled.framework.levels), len(filled.framework.indicators)]
    counts += [len(level.groups) for level in filled.framework.levels] + [sum(counts_of(filled))]
    counts += counts_of(filled) + [len(filled.framework.indicators_of(level.name)) for level in filled.framework.levels]
    numbers = [float(value) for value in (*values, *counts) if is_number(value)]
    found = {shown(value, kind) for value in numbers for kind in ("money", "score", "number")}
    return found | {shown(value, "rate") for value in rates} | {f"{value:g}" for value in numbers}


def counts_of(filled: Filled) -> list[int]:
    """How many groups there are, and indicators in each."""
    framework = filled.framework
    groups = [(level.name, group.name) for level in framework.levels for group in level.groups]
    return [len(groups), *(len(framework.indicators_of(*names)) for names in groups)]


def sentences(report: Report) -> Iterator[str]:
    """The paragraphs that nobody wrote, without what they quote; remarks for the evaluator apart."""
    for chapter in report.chapters[:-1]:
        for block in within(chapter.blocks):
            if isinstance(block, Paragraph):
                yield QUOTED.sub("", block.text)


def counted(name: str) -> dict[str, set[str]]:
    """Numbers that count lines, by what stands in the sentences that tell them."""
    filled = Filled(example(name))
    subject = Subject(filled)
    goals, tasks = subject.lines(goals_table.TABLE), subject.lines(key_tasks.TABLE)
    of_goals = [said(line["status"]) for line in goals]
    of_tasks = [said(line["status"]) for line in tasks if said(line["counts"]) == "是"]
    differences = next(
        (
            block
            for block in made_example(name).report.blocks()
            if isinstance(block, Table) and "不一致" in block.caption
        ),
        None,
    )
    rows = [row for row in differences.body if not row[0].is_bold] if differences else []
    issued = {f"{value:g}" for row in surveys_of(filled) for value in row if is_number(value)}
    return {
        "绩效指标共": {str(len(goals)), *(str(of_goals.count(status)) for status in goals_table.STATUSES)},
        "列出工作任务": {str(len(tasks)), str(len(of_tasks)), str(of_tasks.count("完成")), str(filled.result.year)},
        "差异为左列数减右列数": {str(len(rows))},
        "发放": issued,
    }


def surveys_of(filled: Filled) -> list[tuple[Value, ...]]:
    """How many sheets of each survey were sent and valid."""
    names = filled.names
    return list(names.rows("surveys_issued", "surveys_valid")) if names.has("surveys_issued") else []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_number_in_a_sentence_is_a_result(name: str) -> None:
    report, known, lines = made_example(name).report, known_numbers(name), counted(name)
    checked = 0
    for sentence in sentences(report):
        counts = next((numbers for sign, numbers in lines.items() if sign in sentence), known)
        for number in NUMBER.findall(sentence):
            assert number in counts, sentence
            checked += 1
    assert checked > 40


def standard_numbers(filled: Filled) -> set[str]:
    """The numbers of the standard itself: what is reached, from what on, how many points for it."""
    found = set[str]()
    for indicator in filled.framework.indicators:
        for number in map(float, re.findall(r"\d+(?:\.\d+)?", indicator.model_dump_json())):
            found |= {f"{number:g}", shown(number, "score"), f"{100 * number:g}%", f"{number:g}%"}
    return found


def figures_of(filled: Filled) -> set[str]:
    """The figures and rates that scores are calculated from, as they are printed."""
    ids = [item.id for item in filled.framework.inputs] + [rate.id for rate in filled.framework.rates]
    values = [float(value) for name in ids if is_number(value := filled.value(name))]
    kinds = ("money", "score", "number", "rate")
    return {shown(value, kind) for value in values for kind in kinds} | {f"{value:g}" for value in values}


CALCULATED = ("按评分标准计算", "扣", "合计扣", "失", "合计失")
DIVISION = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) ÷ \D*?(\d+(?:\.\d+)?) = (-?\d+\.\d\d)%")
PRODUCT = re.compile(r"分值 (\d+(?:\.\d+)?) × (\d+(?:\.\d+)?)% = (\d+\.\d\d)")


def calculations(name: str) -> list[str]:
    """How scores follow, as a report tells it, without what it quotes."""
    texts = (text for block in made_example(name).report.written for text in block.paragraphs)
    return [QUOTED.sub("", text) for text in texts if text.startswith(CALCULATED)]


@pytest.mark.parametrize("name", ["renhua-2021", "yanjin-2022"])
def test_every_number_in_a_calculation_is_a_figure_a_result_or_the_standards(name: str) -> None:
    filled = Filled(example(name))
    known = known_numbers(name) | figures_of(filled) | standard_numbers(filled)
    texts = calculations(name)
    unknown = {number: text for text in texts for number in NUMBER.findall(text) if number not in known}
    assert unknown == {}
    assert len(texts) > 15


@pytest.mark.parametrize("name", ["renhua-2021", "yanjin-2022"])
def test_what_a_calculation_says_is_what_it_gives(name: str) -> None:
    whole = "\n".join(calculations(name))
    divisions, products = DIVISION.findall(whole), PRODUCT.findall(whole)
    assert len(divisions) > 2
    for above, below, rate in divisions:
        # Of differences in brackets the sum behind the bracket is told; those are no plain division.
        assert float(above) / float(below) * 100 == pytest.approx(float(rate), abs=0.006)
    for weight, rate, points in products:
        assert float(weight) * float(rate) / 100 == pytest.approx(float(points), abs=0.006)


def test_how_a_score_follows_is_told_with_its_figures() -> None:
    texts = read_example("renhua-2021").whole
    rate = next(r for r in scored("renhua-2021").rates if r.id == "spending_rate")
    assert "已使用指标数 209.26 ÷ 下达指标数 213.70 = 97.92%；分值 5 × 97.92% = 4.90" in texts
    assert rate.value == pytest.approx(0.9792, abs=1e-4)
    assert "预算调整数 57.30 ÷ 部门整体收支年初预算数 315.37 = 18.17%；18.17% 落在“>10%”档：0.00 分" in texts


def test_summary_table_conclusion_and_annex_say_the_same_total() -> None:
    report = read_example("renhua-2021")
    stated = [text for text in report.texts if "82.57 分，绩效等级为“良”" in text]
    assert len(stated) == 2
    assert report.table("评价情况总表").row("总得分")[2] == "82.57"
    assert report.table("绩效评价评分表").rows[-1][8] == "82.57"


@pytest.mark.whole
def test_another_award_changes_everything_that_hangs_on_it() -> None:
    report = read_made(after(example("renhua-2021"), award__1=4))
    assert "82.57" not in "\n".join(report.texts)
    assert report.table("评价情况总表").row("总得分")[2:] == ["82.07", "82.07%"]
    assert report.table("绩效评价评分表").rows[-1][8] == "82.07"
    assert sum("82.07 分" in text for text in report.texts) == 2
    assert "指标分值 12 分，得分 8.00 分，得分率 66.67%" in "\n".join(report.texts)


@pytest.mark.whole
def test_another_figure_changes_the_tables_and_sentences_that_use_it() -> None:
    report = read_made(
        after(example("renhua-2021"), budget_typed__spending_project=70.76, budget_typed__spending_year=377.67)
    )
    assert report.table("表 1-4").row("项目支出")[3:] == ["70.76", "18.74%"]
    assert any("决算数 377.67 万元，其中基本支出 306.91 万元、项目支出 70.76 万元" in text for text in report.texts)


def test_faults_are_counted_and_their_points_told() -> None:
    texts = read_example("renhua-2021").texts
    start = texts.index("（2）预算编制规范性")
    assert "本指标分值 3 分，得 2.00 分，得分率 66.67%。" in texts[start + 1]
    faults = next(text for text in texts[start:] if text.startswith("存在的主要问题"))
    assert faults.startswith("存在的主要问题：一是公务用车运行维护费预算超标准编制")
    assert "二是预算编制不完整" in faults
    assert "合计扣 1.00 分。" in texts[start:]


def test_a_self_evaluation_has_its_own_chapters_and_words() -> None:
    report = read_example("wuhua-2023")
    chapters = [text for text, style in report.paragraphs if style == "Heading 1"]
    assert chapters[1:4] == ["一、基本情况", "二、绩效自评情况", "三、下一步工作计划"]
    assert "自评五华县政务服务数据管理局 2023 年度部门整体支出绩效得分为 98.00 分" in report.whole
    assert "评价得分" not in report.whole
    # Weights that the source does not state are not invented.
    assert report.table("自评情况总表").row("预算编制情况")[1] == "未载明"


def test_what_people_must_write_says_what_belongs_there() -> None:
    made = made_example("renhua-2021")
    blanks = {block.key: block for block in made.report.written if block.is_placeholder}
    assert blanks["主要绩效"].texts[0].startswith("【待填：取得的主要成效")
    assert "“报告内容”表的“主要绩效”" in blanks["主要绩效"].texts[0]
    assert made.blanks == len(blanks)
    report = read_report(made.content)
    assert any(f"还有 {len(blanks)} 处待填" in text for text in report.texts)
    assert all(any(block.texts[0] == text for text in report.texts) for block in blanks.values())
    # All of them are named at the end, where they can be worked off.
    assert sum(text.startswith("· ") for text in report.texts) >= len(blanks)


@pytest.mark.whole
def test_texts_of_the_workbook_fill_the_places() -> None:
    given = after(example("renhua-2021"), report_text__report_achievements="一网通办。\n少跑腿。")
    written = set(read_made(given).texts)
    assert {"一网通办。", "少跑腿。"} <= written
    assert not any("取得的主要成效" in text for text in written)


def test_numbers_are_counted_in_chinese() -> None:
    assert [chinese(n) for n in (1, 10, 11, 20, 34, 99, 100)] == ["一", "十", "十一", "二十", "三十四", "九十九", "100"]
    assert listing(["甲。"]) == "甲。"
    assert listing(["甲；", "乙"]) == "一是甲。二是乙。"


def test_written_places_are_told_apart() -> None:
    for name in EXAMPLES:
        keys = [block.key for block in made_example(name).report.written]
        assert len(set(keys)) == len(keys)
        assert all(isinstance(block, Written) for block in made_example(name).report.written)
