"""Thousands of mutated workbooks: each is taken or refused in one sentence, in time, in memory and in its folder."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.sandbox import Outcome, Sandbox, sandbox
from tests.support.hostile_workbooks import small, stamped
from tests.support.mutations import mutated

IN_CI, IN_SOAK = 12, 2000
OURS = (
    *(("score",), ("score", "--json"), ("score", "--as-saved"), ("check",), ("check", "--json"), ("inputs",)),
    *(("recalc", "-o", "out.xlsm"), ("set", "quota_used=200", "award.18=0", "-o", "out.xlsm")),
)
ANY = (("recalc", "-o", "out.xlsx"), ("recalc", "--force", "-o", "out.xlsx"), ("score",))


def command(seed: int) -> tuple[str, bytes, list[str]]:
    """A file's name and content, and the words of the command that it is given to."""
    dice = random.Random(-seed)
    name, source, commands = dice.choice((("交来.xlsm", stamped(), OURS), ("交来.xlsx", small(), ANY)))
    first, *further = dice.choice(commands)
    return name, mutated(source, seed), [first, name, *further]


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with sandbox() as opened:
        yield opened


def check(box: Sandbox, folder: Path, seed: int) -> Outcome:
    """Runs one file; an assertion fails where the command does not take it as it should."""
    name, content, words = command(seed)
    source = folder / name
    source.write_bytes(content)
    outcome = box.run(folder, *words)
    left = {path.name for path in folder.iterdir()} - {name}
    assert outcome.problem == "", f"seed {seed}, xlperf {' '.join(words)}"
    assert source.read_bytes() == content, f"seed {seed}: the file was changed"
    assert left <= ({f"out{source.suffix}"} if outcome.status == 0 else set()), f"seed {seed}: left {left}"
    for path in folder.iterdir():
        path.unlink()
    return outcome


@pytest.mark.slow
def test_the_sound_workbooks_are_taken(box: Sandbox, tmp_path: Path) -> None:
    for name, content, commands in (("a.xlsm", stamped(), OURS), ("a.xlsx", small(), ANY[:2])):
        (tmp_path / name).write_bytes(content)
        for first, *further in commands:
            outcome = box.run(tmp_path, first, name, *further)
            assert (outcome.status in (0, 1), outcome.err, outcome.problem) == (True, "", ""), outcome


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(IN_CI)])
def test_some_mutations(box: Sandbox, tmp_path: Path, seeds: range) -> None:
    assert {check(box, tmp_path, seed).status for seed in seeds} >= {0, 2}


@pytest.mark.soak
@pytest.mark.parametrize("start", range(1000, 1000 + IN_SOAK, 250))
def test_many_mutations(box: Sandbox, tmp_path: Path, start: int) -> None:
    assert {check(box, tmp_path, seed).status for seed in range(start, start + 250)} >= {0, 1, 2}
