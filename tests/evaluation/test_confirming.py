"""Changed official texts of a filled workbook: read again, shown, and only once confirmed carried out, in both editions."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from tests.support import small_framework as small
from tests.support.ci_size import some
from tests.support.command_here import Run, refused
from tests.support.confirming import Person
from tests.support.workbooks import after, built, finished
from xlperf.editions import room
from xlperf.editions.conversion import Edition
from xlperf.evaluation.changed_texts import changed_texts
from xlperf.evaluation.scoring import score
from xlperf.frameworks.loading import find_framework, parse_framework
from xlperf.package import Package, open_package
from xlperf.standards import layout
from xlperf.values import Value
from xlperf.workbook.identity import read_identity
from xlperf.workbook.names import NamedCells, Place
from xlperf.workbook.sheets import points, scoring

FIRST = "比率≥90%得6分；≥80%得3分；＜80%不得分"
TIERS = "≥90%:6; ≥80%:3; 否则:0"
SECOND = "①有制度，得1分；②没有问题，每发现一处扣1分；③公开得1分，没有公开不得分"
SOURCE = parse_framework(
    small.changed(
        ('standard = "按比例得分"', f'standard = "{FIRST}"'),
        (TIERS, "≥90%:6; ≥80%:3; <80%:0"),
        ('standard = "四个要点"', f'standard = "{SECOND}"'),
        ('text = "公开"', 'text = "公开得1分，没有公开不得分"'),
    ),
    small.ORIGIN,
)
FILLED: dict[str, Value] = {
    "unit_name": "水务局", "evaluation_year": 2021, "money_unit": "万元", "quota_used": 85, "quota_issued": 100,
    "staff_count": 3, "has_rules": "是", "main_goal": "供水",
    "finding__2__1": "符合", "finding__2__2": 0, "finding__2__3": "公开",
    "problem_fact__1": "没有公开", "goals_name__1": "供水人口",
}  # fmt: skip
LOWER = "比率≥85%得6分；≥80%得3分；＜80%不得分"
OPEN = "比率≥95%得满分，每低1个百分点扣0.5分，扣完为止"


@pytest.fixture(autouse=True)
def shared_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "assemble", finished)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    return Run(monkeypatch, capsys)


@cache
def filled(edition: Edition = Edition.UDF) -> Package:
    return after(built(SOURCE, edition=edition), **FILLED)


def text_of(book: Package, code: str) -> Place:
    names = NamedCells(book)
    if "." in code:
        (sheet, ref), columns, column = names.by_code("point_code", "point_weight")[code], points.COLUMNS, "text"
    else:
        (sheet, ref), columns, column = (
            names.by_code("indicator_code", "indicator_weight")[code],
            scoring.COLUMNS,
            "standard",
        )
    return sheet, f"{columns.letter(column)}{ref.strip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"


def edited(path: Path, **texts: str) -> Path:
    """The filled workbook with other texts, typed over the ones that are there."""
    book = filled(Edition.UDF if path.suffix == ".xlsm" else Edition.NATIVE)
    cells: dict[Place, Value] = {text_of(book, code[1:].replace("_", ".")): text for code, text in texts.items()}
    path.write_bytes(book.with_inputs(cells).data)
    return path


def scores(path: Path) -> dict[str, float | None]:
    return {result.code: result.score for result in score(open_package(path.read_bytes())).indicators}


@pytest.mark.slow
@pytest.mark.parametrize("name", some(["旧.xlsm", "旧.xlsx"], ["旧.xlsx"]))
def test_shown_then_confirmed_in_both_editions(run: Run, tmp_path: Path, name: str) -> None:
    file = edited(tmp_path / name, c1=LOWER)
    before = file.read_bytes()
    assert scores(file) == {"1": None, "2": 4}
    status, out, _ = run("frameworks", "confirm", name)
    out = "".join(out.split())
    assert status == 1
    for words in (f"原来的原文：{FIRST}", "按支出率分档：≥90%的，得6分", f"现在的原文：{LOWER}", "按支出率分档：≥85%的，得6分",
                  "85%→6分", "84.99%→3分", "支出率（spending_rate）", "得分：3分（按规则）→6分（按规则）", "没有写入任何文件"):  # fmt: skip
        assert "".join(words.split()) in out, words
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]
    status, out, _ = run("frameworks", "confirm", name, "--yes", "-o", "新.xlsm", "-o", "新.xlsx", "-o", "新.toml")
    assert status == 0
    assert file.read_bytes() == before
    for new in ("新.xlsm", "新.xlsx"):
        assert scores(tmp_path / new) == {"1": 6, "2": 4}
        package = open_package((tmp_path / new).read_bytes())
        assert package.value(*text_of(package, "1")) == LOWER
        names = NamedCells(package)
        assert [names.value(x) for x in ("unit_name", "quota_used")] == ["水务局", 85]
        assert changed_texts(package) == ()
        assert run("frameworks", "confirm", new)[0] == 0
    framework = find_framework("新.toml").framework
    assert (framework.version, framework.indicators[0].standard) == ("1.0.1", LOWER)
    assert framework.indicators[1] == SOURCE.framework.indicators[1]
    assert run("check", "新.xlsm", "--framework", "新.toml", "--json")[1].count("framework_changed") == 0


@pytest.mark.whole
def test_several_readings_must_be_chosen(run: Run, tmp_path: Path) -> None:
    edited(tmp_path / "旧.xlsm", c1=OPEN)
    status, out, _ = run("frameworks", "confirm", "旧.xlsm", "--json")
    told = json.loads(out)["changed"][0]
    assert status == 1
    assert told["now"]["state"] == "需要选定"
    assert told["choices"] == ["读法1", "读法2", "读法3", "由人判断"]
    refused(run("frameworks", "confirm", "旧.xlsm", "--yes", "-o", "新.xlsm"), "指标 1", "--choose 1=读法1")
    refused(run("frameworks", "confirm", "旧.xlsm", "--choose", "1=读法9"), "读法9")
    refused(run("frameworks", "confirm", "旧.xlsm", "--choose", "2=读法1"), "指标 2 的原文没有改")
    refused(run("frameworks", "confirm", "旧.xlsm", "--choose", "读法1"), "7=读法2")
    assert [path.name for path in tmp_path.iterdir()] == ["旧.xlsm"]
    assert run("frameworks", "confirm", "旧.xlsm", "--choose", "1=读法2", "--yes", "-o", "新.xlsm")[0] == 0
    assert scores(tmp_path / "新.xlsm")["1"] == 1
    kept = read_identity(open_package((tmp_path / "新.xlsm").read_bytes())).framework.framework.indicators[0]
    assert kept.points[0].rule.model_dump()["partial"] == "不足不扣"
    assert "读法2" in kept.readings[0].executed


@pytest.mark.slow
@pytest.mark.parametrize(("text", "state"), [("按天气好坏扣若干分", "没读懂"), ("由评价组酌情给分", "由人判断")])
def test_what_cannot_be_calculated_is_left_to_judgement_only_when_said(
    run: Run, tmp_path: Path, text: str, state: str
) -> None:
    edited(tmp_path / "旧.xlsm", c1=text)
    status, out, _ = run("frameworks", "confirm", "旧.xlsm")
    assert (status, state in out) == (1, True)
    if state == "没读懂":
        assert f"“{text}”" in out
        refused(run("frameworks", "confirm", "旧.xlsm", "--yes", "-o", "新.xlsm"), "--choose 1=由人判断")
    assert run("frameworks", "confirm", "旧.xlsm", "--choose", "1=由人判断", "--yes", "-o", "新.xlsm")[0] == 0
    assert scores(tmp_path / "新.xlsm") == {"1": None, "2": 4}


@pytest.mark.whole
def test_the_text_of_a_point_alone(run: Run, tmp_path: Path) -> None:
    edited(tmp_path / "旧.xlsm", c2_3="公开得1分，部分公开得0.5分，没有公开不得分")
    assert run("frameworks", "confirm", "旧.xlsm", "--yes", "-o", "新.xlsm")[0] == 0
    framework = read_identity(open_package((tmp_path / "新.xlsm").read_bytes())).framework.framework
    second = framework.indicators[1]
    assert second.standard == SECOND.replace("公开得1分，", "公开得1分，部分公开得0.5分，", 1)
    assert second.points[:2] == SOURCE.framework.indicators[1].points[:2]
    assert scores(tmp_path / "新.xlsm") == {"1": 3, "2": 4}


@pytest.mark.whole
def test_texts_that_contradict_each_other(run: Run, tmp_path: Path) -> None:
    edited(tmp_path / "旧.xlsm", c2_1="有两项制度", c2="①有制度，得1分；②没有问题，得3分")
    refused(run("frameworks", "confirm", "旧.xlsm"), "指标 2", "改成一致的")


@pytest.mark.slow
def test_by_the_confirmation_workbook(run: Run, tmp_path: Path) -> None:
    """A figure is bound and a reading chosen in cells; a table of other texts is refused."""
    edited(tmp_path / "旧.xlsm", c1="指标使用率≥95%得6分；＜95%不得分")
    status, out, _ = run("frameworks", "confirm", "旧.xlsm", "--table-out", "确认.xlsx")
    assert status == 1
    assert "指标使用率（新的数，要填）" in out
    person = Person((tmp_path / "确认.xlsx").read_bytes())
    person.set(
        layout.POINTS, ("code", "1"), own='{ kind = "tiers", value = "spending_rate", tiers = "≥95%:6; 否则:0" }'
    )
    (tmp_path / "确认.xlsx").write_bytes(person.saved())
    assert run("frameworks", "confirm", "旧.xlsm", "--table", "确认.xlsx")[0] == 1
    assert run("frameworks", "confirm", "旧.xlsm", "--table", "确认.xlsx", "--yes", "-o", "新.xlsx")[0] == 0
    assert scores(tmp_path / "新.xlsx") == {"1": 0, "2": 4}
    inputs = read_identity(open_package((tmp_path / "新.xlsx").read_bytes())).framework.framework.inputs
    assert [item.id for item in inputs] == [item.id for item in SOURCE.framework.inputs]
    edited(tmp_path / "另.xlsm", c1=LOWER)
    refused(
        run("frameworks", "confirm", "另.xlsm", "--table", "确认.xlsx", "--yes", "-o", "又.xlsx"),
        "指标 1",
        "--table-out",
    )


@pytest.mark.whole
def test_what_is_asked_first(run: Run, tmp_path: Path) -> None:
    file = edited(tmp_path / "旧.xlsm", c1=LOWER)
    refused(run("frameworks", "confirm", "旧.xlsm", "--yes"), "-o")
    refused(run("frameworks", "confirm", "旧.xlsm", "--yes", "-o", "旧.xlsm"), "从不改写")
    (tmp_path / "新.xlsm").write_bytes(b"work of a week")
    refused(run("frameworks", "confirm", "旧.xlsm", "--yes", "-o", "新.xlsm"), "新.xlsm")
    refused(run("frameworks", "confirm", "旧.xlsm", "--yes", "-o", "新.pdf"), "新.pdf")
    assert (tmp_path / "新.xlsm").read_bytes() == b"work of a week"
    file.write_bytes(filled().data)
    status, out, _ = run("frameworks", "confirm", "旧.xlsm")
    assert (status, "没有要确认的" in out) == (0, True)


@pytest.mark.whole
def test_a_shipped_standard_gets_an_id_of_its_own(run: Run, tmp_path: Path) -> None:
    book = built("lechang-2021", edition=Edition.NATIVE)
    code = next(i.code for i in find_framework("lechang-2021").framework.indicators if len(i.points) == 1)
    (tmp_path / "旧.xlsx").write_bytes(book.with_inputs({text_of(book, code): "由评价组酌情给分"}).data)
    assert run("frameworks", "confirm", "旧.xlsx", "--choose", f"{code}=由人判断", "--yes", "-o", "新.toml")[0] == 0
    assert find_framework("新.toml").framework.id == "lechang-2021-revised"
