"""Sheets by who fills them in: what a framework's workbook shows, what a unit's copy holds, what the cover says."""

from __future__ import annotations

import re

import pytest

from tests.support.workbooks import after, built
from tests.support.written_parts import is_told
from xlperf.formula.addresses import position
from xlperf.frameworks.loading import find_framework, shipped_frameworks
from xlperf.package import Package
from xlperf.package.looks import look_numbers, looks_of
from xlperf.workbook.carrying import cells_of
from xlperf.workbook.names import NamedCells
from xlperf.workbook.needs import Needs
from xlperf.workbook.next_steps import count_formula
from xlperf.workbook.roles import GROUPS, Copy, Role
from xlperf.workbook.sheets.all_sheets import role_at, sheets_of
from xlperf.workbook.sheets.paste_blocks import COLUMNS, TITLE
from xlperf.workbook.tables.all_tables import ALL_TABLES

pytestmark = pytest.mark.whole

COVER = "封面与说明"
SMALL = ("mof-project-self", "wuhua-2023", "huidong-2021", "lechang-2021")
# What tells of the units that the shipped frameworks were made from.
CASES = re.compile(r"政务服务数据管理局|大数据管理局|20\d\d 年为|30\.62|57\.3|2\.57|35\.96|报告的得分|仁办发|延办文")


def visible(package: Package) -> list[str]:
    return [sheet.name for sheet in package.worksheets if sheet.state == "visible"]


def cover(package: Package) -> list[str]:
    hidden = {row for row in range(1, 80) if _is_hidden(package, row)}
    cells = package.cells(COVER)
    places = sorted((position(ref), ref) for ref, cell in cells.items() if cell.value is not None)
    return [str(cells[ref].value) for (row, _), ref in places if row not in hidden]


def _is_hidden(package: Package, row: int) -> bool:
    found = re.search(rb'<row [^>]*\br="%d"[^>]*>' % row, package.reading(COVER).xml.content)
    return bool(found and b'hidden="1"' in found[0])


@pytest.mark.parametrize("name", SMALL)
def test_a_small_self_evaluation_shows_six_sheets_at_most(name: str) -> None:
    framework = find_framework(name).framework
    shown = [sheet.title for sheet in sheets_of(framework) if sheet.is_shown(Needs(framework), Copy.ALL)]
    assert len(shown) <= 6, shown
    assert {COVER, "指标数据", "指标评分", "汇总"} <= set(shown)


def test_a_table_is_shown_where_a_score_rests_on_it_or_the_data_fill_it_in() -> None:
    yanjin = visible(built("yanjin-2022"))
    assert "人员编制" in yanjin
    assert "政府采购" not in yanjin
    assert "表7三公经费" not in yanjin
    assert "表1收支总表" in yanjin
    data = """
        schema_version = 1
        framework = "mof-project-self"
        unit = { name = "甲局", year = 2023, project = "某项目" }
        [tables.procurement]
    """
    plain = visible(built("mof-project-self"))
    filled = visible(built("mof-project-self", data))
    assert "政府采购" not in plain
    assert "政府采购" in filled


def test_relations_are_shown_where_there_is_something_to_compare() -> None:
    """Without any tables nearly every line would say 缺数据 for good; sources that differ stand on their own sheet."""
    blank = built("mof-project")
    assert "勾稽校验" not in visible(blank)
    assert "多来源对照" in visible(blank)
    assert "勾稽校验" not in visible(built("mof-project", copy=Copy.UNIT))
    assert "勾稽校验" in visible(built("yanjin-2022", copy=Copy.UNIT))
    known = find_framework("mof-project").framework
    asked = next(item.id for item in known.inputs if item.type == "money")
    several = f"""
        schema_version = 1
        framework = "mof-project"
        unit = {{ name = "甲局", year = 2023, project = "某项目" }}
        [inputs.{asked}]
        value = 5
        source = "决算表"
        others = [{{ value = 6, source = "明细账" }}]
    """
    assert "勾稽校验" in visible(built("mof-project", several))


def test_tables_say_what_is_pasted_into_them() -> None:
    package = built("renhua-2021")
    for table in ALL_TABLES:
        columns = {m for f in package.formulas(table.sheet).values() for m in re.findall(rf"{TITLE}!\$([A-Z]+)", f)}
        ids = {COLUMNS.ids[position(f"{letters}1")[1] - 1] for letters in columns}
        numbers = {int(identifier.partition("_")[0].removeprefix("table")) for identifier in ids}
        assert numbers == set(table.pasted), table.id


def test_the_tabs_have_the_colours_of_those_who_fill_them_in() -> None:
    package = built("renhua-2021")
    found = {
        sheet.name: re.search(rb'<tabColor rgb="00([0-9A-F]{6})"', package.reading(sheet.name).xml.content)
        for sheet in package.worksheets
    }
    colours = {name: match[1].decode() for name, match in found.items() if match}
    assert colours["指标数据"] == GROUPS[Role.UNIT]
    assert colours["指标评分"] == colours["问题台账"] == GROUPS[Role.EVALUATOR]
    assert colours["汇总"] == GROUPS[Role.COMPUTED]


@pytest.mark.parametrize("name", ["renhua-2021", "yanjin-2022", "mof-project-self"])
def test_a_units_copy_unlocks_nothing_that_is_for_others(name: str) -> None:
    package, framework = built(name, copy=Copy.UNIT), find_framework(name).framework
    looks, cells = looks_of(package), cells_of(NamedCells(package), framework)
    numbers = {sheet.name: look_numbers(package, sheet.name) for sheet in package.worksheets}
    locked = {cell.id: looks.cell(numbers[cell.place[0]].get(cell.place[1], 0)).is_locked for cell in cells.values()}
    for identifier, cell in cells.items():
        if "_cell." in identifier:
            continue  # Paste areas are unlocked by column, and no cell stands there yet.
        if cell.role is Role.UNIT:
            assert not locked[identifier], identifier
        else:
            assert locked[identifier], identifier
    assert any(not is_locked for is_locked in locked.values())
    assert "问题台账" not in visible(package)
    assert "改判与复核" not in visible(package)


def test_who_scores_is_for_the_framework_to_say() -> None:
    third, own = (find_framework(name).framework for name in ("renhua-2021", "mof-project-self"))
    place = ("要点评分底稿", "F4")
    assert role_at(place, third) is Role.EVALUATOR
    assert role_at(place, own) is Role.UNIT
    assert "要点评分底稿" not in visible(built("renhua-2021", copy=Copy.UNIT))
    assert "要点评分底稿" in visible(built("mof-project-self", copy=Copy.UNIT))


@pytest.mark.parametrize("name", ["renhua-2021", "yanjin-2022"])
def test_a_units_copy_tells_no_other_units_case(name: str) -> None:
    package = built(name, copy=Copy.UNIT)
    standard = " ".join(
        i.standard + "".join(p.text for p in i.points) for i in find_framework(name).framework.indicators
    )
    texts = [str(cell.value) for sheet in package.worksheets for cell in package.cells(sheet.name).values()]
    told = {match[0] for text in texts for match in CASES.finditer(text) if match[0] not in standard}
    assert told == set()
    # The evaluator reads them all the same.
    assert any(CASES.search(str(cell.value)) for cell in built(name).cells("标准读法").values())


def test_the_cover_counts_what_is_left_and_says_the_next_step() -> None:
    blank = built("renhua-2021", copy=Copy.UNIT)
    said = cover(blank)
    assert "单位填" in said
    assert "评价组填" not in said
    assert "69 格，还剩 67 格" in said
    assert "下一步：填写本页的浅黄格" in said
    assert not any("可出结果" in text for text in said)
    filled = after(blank, unit_name="甲局", initial_budget=100)
    said = cover(filled)
    assert "69 格，还剩 65 格" in said
    assert "下一步：粘贴官方表、在“指标数据”填数，还有 65 项；确实没有的在“备注”写明原因" in said


def test_the_evaluators_cover_has_its_own_gate_and_step() -> None:
    said = cover(built("renhua-2021", copy=Copy.EVALUATOR))
    assert any(text.startswith("不可出结果") for text in said)
    assert not any(text.startswith(("尚未填报", "不可提交")) for text in said)
    assert "下一步：在“要点评分底稿”填核查结果，还有 31 条" in said
    everybody = cover(built("renhua-2021"))
    assert "尚未填报" in everybody
    assert any(text.startswith("不可出结果") for text in everybody)


def test_the_cover_says_how_many_sheets_are_hidden() -> None:
    for copy in Copy:
        package = built("yanjin-2022", copy=copy)
        hidden = sum(sheet.state == "hidden" for sheet in package.worksheets)
        assert any(text.startswith(f"其余 {hidden} 张表") for text in cover(package))
        # Nothing keeps anybody from showing them again.
        assert b"lockStructure" not in package.part("xl/workbook.xml")


def test_the_formulas_are_the_same_in_all_copies() -> None:
    assert len({built("renhua-2021", copy=copy).formula_digest for copy in Copy}) == 1


def rows() -> list[str]:
    lines = [
        "| 指标体系 | 给谁 | 单位填 | 评价组填 | 自动算出与打印 | 可见合计 | 单位要填 | 评价组要填 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in shipped_frameworks():
        framework = find_framework(name).framework
        for copy in Copy:
            shown = [sheet for sheet in sheets_of(framework) if sheet.is_shown(Needs(framework), copy)]
            counts = [sum(sheet.group(framework, copy) is role for sheet in shown) for role in GROUPS]
            cells = [_cells(name, role, copy) for role in (Role.UNIT, Role.EVALUATOR)]
            lines.append("| " + " | ".join(map(str, (name, copy.label, *counts, len(shown), *cells))) + " |")
    return lines


def _cells(name: str, role: Role, copy: Copy) -> str:
    """How many cells have to be filled in: counted from the framework, what the cover shows by formula in a blank one."""
    framework = find_framework(name).framework
    if copy is Copy.UNIT and role is Role.EVALUATOR:
        return "—"
    formula = count_formula(role, framework).removeprefix("=").partition('&" 格')[0]
    pending = (
        "COUNT(indicator_award)+gate_pending" if role is Role.EVALUATOR else "COUNT(indicator_self_score)+gate_pending"
    )
    numbers = [int(part) for part in formula.replace(f"+{pending}", "").split("+") if part.isdigit()]
    scores = sum(1 for _ in framework.indicators) if pending in formula else 0
    return f"{sum(numbers)}" + (f"＋至多 {scores} 个分数" if scores else "")


def test_the_document_says_how_many_sheets_and_cells_each_role_has() -> None:
    """`XLPERF_WRITE=1` writes the table."""
    is_told("谁填什么.md", "workbook/test_roles.py", "\n".join(rows()) + "\n")
