"""The annex of a report as a Word document, read, confirmed, filled with the report's data: the score that it prints."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support import annexes
from tests.support.ci_size import some
from tests.support.confirming import Person
from tests.support.examples import scored
from xlperf.editions.assembly import assemble
from xlperf.evaluation.result import Evaluation
from xlperf.evaluation.scoring import score
from xlperf.frameworks.loading import FrameworkFile, find_framework
from xlperf.frameworks.schema import Framework
from xlperf.package import open_package
from xlperf.standards import layout
from xlperf.standards.building import build
from xlperf.standards.confirmation import STATES, Confirmation
from xlperf.standards.documents import read_document
from xlperf.standards.drawing import draw
from xlperf.standards.importing import imported
from xlperf.standards.official import read_official
from xlperf.workbook.data_files import parse_data
from xlperf.workbook.locations import workbooks_folder

CONFIRMED = tomllib.loads((Path(__file__).parent / "confirmed.toml").read_text(encoding="utf-8"))
MANUAL = (Path(__file__).parents[2] / "docs" / "导入标准.md").read_text(encoding="utf-8")
SOURCE = "报告"
NAMES = [name for name in CONFIRMED if isinstance(CONFIRMED[name], dict)]


@pytest.fixture(params=some(NAMES, ["yanjin-2022"]))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("annexes")


def word(name: str, folder: Path) -> Path:
    framework = find_framework(name).framework
    divided = annexes.annex(framework)[8].name
    return annexes.word(framework, folder / f"{name}.docx", breaks=(9, 10, 20), divided=divided)


def confirm(name: str, content: bytes) -> Person:
    """Sets what the person of confirmed.toml sets."""
    person, said = Person(content), CONFIRMED[name]
    for key, value in said["head"].items():
        person.set(layout.HEAD, ("key", key), value=value)
    for code, choice in said["choice"].items():
        person.set(layout.POINTS, ("code", code), choice=choice)
    for label, known in said["bind"].items():
        person.set(layout.FIGURES, ("label", label), choice=known)
    return person


@cache
def understood(name: str, folder: Path) -> Confirmation:
    document = word(name, folder)
    return imported(read_official(read_document(document)), document.stem)


@cache
def confirmed(name: str, folder: Path) -> tuple[FrameworkFile, int]:
    person = confirm(name, draw(understood(name, folder)))
    return build(person.package(), name), person.cells


def data_of(name: str, framework: Framework) -> str:
    """The example's data as far as the framework asks for it."""
    text = (workbooks_folder() / "examples" / f"{name}.toml").read_text(encoding="utf-8")
    data: dict[str, Any] = tomllib.loads(text)
    known = {i.id for i in framework.inputs}
    rules = {i.point_code(n): p.rule for i in framework.indicators for n, p in enumerate(i.points, 1)}
    data["framework"] = framework.id
    data["inputs"] = {key: value for key, value in data["inputs"].items() if key in known}
    data["points"] = {
        code: given
        for code, given in data["points"].items()
        if code in rules and (cell := rules[code].finding) is not None and cell.accepts(given["finding"])
    }
    filled = CONFIRMED[name].get("filled", {})
    for part, value in filled.get("figures", {}).items():
        (figure,) = (i.id for i in framework.inputs if part in i.label)
        data["inputs"][figure] = {"value": value, "source": SOURCE}
    data["points"] |= {code: {"finding": f, "basis": SOURCE} for code, f in filled.get("findings", {}).items()}
    data.pop("surveys", None)
    return json.dumps(data, default=str)


@cache
def result(name: str, folder: Path) -> Evaluation:
    source, _ = confirmed(name, folder)
    data = parse_data(data_of(name, source.framework), source.framework, "数据.json")
    return score(open_package(assemble(source, data)))


@pytest.mark.slow
def test_the_score_of_the_report(name: str, folder: Path) -> None:
    found = result(name, folder)
    assert (found.total, found.grade) == (CONFIRMED[name]["total"], CONFIRMED[name]["grade"])


@pytest.mark.slow
def test_the_rule_scores_are_those_of_the_framework_written_by_hand(name: str, folder: Path) -> None:
    hand = {i.code: (i.rule_status, i.rule_low, i.rule_high) for i in scored(name).indicators}
    read = {i.code: (i.rule_status, i.rule_low, i.rule_high) for i in result(name, folder).indicators}
    differing = [code for code in hand if hand[code] != read[code]]
    assert differing == CONFIRMED[name]["differ"], [(c, hand[c], read[c]) for c in differing]


@pytest.mark.whole
def test_how_many_cells_a_person_sets(name: str, folder: Path) -> None:
    """As many as the manual says, in its row for this annex."""
    found, said = understood(name, folder), CONFIRMED[name]
    parts = [len(said[key]) for key in ("choice", "bind", "head")]
    assert confirmed(name, folder)[1] == sum(parts) == said["cells"]
    row = [len(found.indicators), *(found.count(state) for state in STATES)]
    text = f"| {' | '.join(map(str, row))} | {'＋'.join(map(str, parts))}＝{sum(parts)} | {said['total']:.2f} {said['grade']}"
    assert text in MANUAL, text
