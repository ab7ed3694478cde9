"""`xlperf frameworks read`: for people, as JSON, and what it refuses."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from tests.support.command_here import Run, refused
from tests.support.source_tree import ROOT

TEXT = "1.比率≥90%的，得3分；2.90%＞比率≥80%的，得2分；3.比率＜80%的，不得分。"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


def test_json(run: Run) -> None:
    status, out, _ = run("frameworks", "read", TEXT, "--weight", "3", "--name", "覆盖率", "--json")
    found = json.loads(out)
    assert status == 0
    assert (found["status"], found["unread"]) == ("rule", [])
    assert found["wording"] == "按覆盖率分档：≥90%的，得3分；≥80%的，得2分；<80%的，不得分"
    (rule,) = found["rules"]
    assert (rule["kind"], rule["tiers"]) == ("tiers", "≥90%:3; ≥80%:2; <80%:0")
    assert found["values"] == [{"id": rule["value"], "label": "覆盖率", "type": "rate"}]


def test_what_is_not_understood_is_quoted_in_json(run: Run) -> None:
    found = json.loads(run("frameworks", "read", TEXT + "每多一个亮点另行研究加分。", "--weight", "3", "--json")[1])
    assert (found["status"], found["rules"]) == ("not_understood", [])
    assert found["unread"] == ["每多一个亮点另行研究加分"]


def test_points_and_a_veto_in_json(run: Run) -> None:
    text = "1.有目标，得1分；2.有计划，得2分。弄虚作假一票否决"
    found = json.loads(run("frameworks", "read", text, "--weight", "3", "--json")[1])
    (way,) = found["rules"]
    assert way["kind"] == "points"
    assert [(point["text"], point["weight"], point["rule"]["kind"]) for point in way["points"]] == [
        ("有目标，得1分", 1.0, "finding"),
        ("有计划，得2分", 2.0, "finding"),
    ]
    assert way["veto"]["text"] == "弄虚作假一票否决"


def test_for_people(run: Run) -> None:
    text = "支出率≥95%得满分，每低1个百分点扣0.5分，扣完为止"
    status, out, _ = run("frameworks", "read", text, "--weight", "5")
    assert status == 0
    assert "有几种读法" in out
    assert "读法 1（不足一步的按比例扣）：支出率不低于95%的得满分；每低1个百分点扣分值的10%" in out
    assert "请确认：没有写明不足一步的怎样扣（“每低1个百分点扣0.5分”）" in out


def test_from_the_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(TEXT))
    assert json.loads(run("frameworks", "read", "-", "--weight", "3", "--json")[1])["status"] == "rule"


@pytest.mark.parametrize("weight", ["三", "0", "-1", "nan", "inf"])
def test_a_weight_that_is_none_is_refused(run: Run, weight: str) -> None:
    refused(run("frameworks", "read", TEXT, "--weight", weight), f"分值“{weight}”")


@pytest.mark.whole
def test_scoring_and_the_command_load_no_parser() -> None:
    for statement in (
        "import xlperf.cli, xlperf.commands.frameworks",
        "import xlperf.evaluation.scoring, xlperf.rules.kinds",
    ):
        code = f"import sys; {statement}; assert 'lark' not in sys.modules"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
