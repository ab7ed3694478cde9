"""Reports and forms of the units of a batch: one of each for every unit, made anew only where its workbook has changed.

A list beside the documents says of which workbook each was made and what was written. A document that nobody has touched
is replaced by the newer one; one that people have worked on stays, and the newer one takes over what they wrote.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from xlperf import __version__
from xlperf.batch.run import Counted
from xlperf.errors import UserError
from xlperf.report.document.making import Outcome, free_name
from xlperf.report.document.many import FileWish, FreeNames, Task, write_reports

LIST = "documents.jsonl"


@dataclass(frozen=True)
class Kind:
    """A kind of document: what people call it, the folder below the results, what is to be made, what else tells it."""

    label: str
    folder: str
    wish: FileWish
    mark: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the list: the unit (with year, framework, project), its workbook as it was, the file and its content."""

    unit: str
    key: str
    name: str
    content: str


@dataclass(frozen=True)
class Order:
    """What is to be made of a kind: the tasks with the units that they are of, and how many documents stay as they are."""

    kind: Kind
    folder: Path
    tasks: tuple[tuple[Task, Counted], ...]
    known: int


def ordered(output: Path, kind: Kind, units: Sequence[Counted]) -> Order:
    """What is to be made of a kind for the units that count.

    Errors: UserError: the folder can't be used.
    """
    folder = output / kind.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob(".*.tmp"):
            path.unlink()
    except OSError as error:
        raise UserError(f"{folder}：无法写入（系统错误 {error.errno}）；里面的文件可能正被打开") from None
    lines, names, tasks, known = _read(folder / LIST), FreeNames(), [], 0
    for unit in units:
        name = f"{names.take(_stem(unit))}{kind.wish.suffix}"
        line = lines.get(_identity(unit))
        path = folder / (line.name if line else name)
        if line and line.key == _key(unit, kind) and path.is_file():
            known += 1
            continue
        tasks.append((_task(unit, kind, path, line), unit))
    return Order(kind, folder, tuple(tasks), known)


def write_documents(order: Order, jobs: int) -> Iterator[Outcome]:
    """The outcome of each task; what is written stands in the list at once, so that nothing is made twice."""
    units = {task.source: unit for task, unit in order.tasks}
    with (order.folder / LIST).open("a", encoding="utf-8") as file:
        # Behind a line that was cut off.
        file.write("\n")
        for outcome in write_reports([task for task, _ in order.tasks], jobs):
            if not outcome.problem:
                unit, path = units[outcome.source], Path(outcome.target)
                line = Line(_identity(unit), _key(unit, order.kind), path.name, _content(path))
                file.write(json.dumps(asdict(line), ensure_ascii=True) + "\n")
                file.flush()
            yield outcome


def _task(unit: Counted, kind: Kind, path: Path, line: Line | None) -> Task:
    if not path.exists() or (line is not None and _content(path) == line.content):
        return Task(unit.submission, str(path), kind.wish)
    kept = str(path) if kind.wish.is_carried_over else ""
    return Task(unit.submission, str(free_name(path)), kind.wish, kept, str(path))


def _stem(unit: Counted) -> str:
    """What a unit's file is called, as that which was sent to it."""
    return "_".join(text for text in (unit.code, unit.name, unit.project) if text)


def _identity(unit: Counted) -> str:
    return json.dumps([unit.code or unit.name, unit.year, unit.framework, unit.project], ensure_ascii=False)


def _key(unit: Counted, kind: Kind) -> str:
    """Changes where the workbook does, or what is made of it."""
    facts = [unit.submission.key, kind.mark, __version__]
    return hashlib.sha256(json.dumps(facts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _content(path: Path) -> str:
    with contextlib.suppress(OSError):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return ""


def _read(path: Path) -> dict[str, Line]:
    """The last line of each unit; what was cut off or is something else is passed over: then it is made again."""
    found: dict[str, Line] = {}
    with contextlib.suppress(OSError):
        for text in path.read_text(encoding="utf-8", errors="replace").splitlines():
            with contextlib.suppress(ValueError, TypeError):
                line = Line(**json.loads(text))
                # Only a name, never a way out of the folder.
                if Path(line.name).name == line.name and all(isinstance(part, str) for part in asdict(line).values()):
                    found[line.unit] = line
    return found
