"""Plans kept on disk from one run to the next: plain data, checked in full on reading, never code."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from xlperf import __version__
from xlperf.engines.compiled.nodes import INNER, LAST, Node
from xlperf.engines.compiled.plan import MOST_FILLED, Plan, Step, planned
from xlperf.engines.protocol import Functions
from xlperf.errors import CellError, UserError
from xlperf.formula.addresses import MAXIMUM_COLUMN, MAXIMUM_ROW
from xlperf.package import Package, write_file
from xlperf.registry import FunctionSpec

# To be raised whenever the same formulas give another plan.
PLAN_VERSION = 8
FOLDER_VARIABLE = "XLPERF_CACHE"
_T = TypeVar("_T")
_DEEPEST, _MOST_NODES = 400, 1_000_000
_LARGEST = 64_000_000
_KEPT = 64
# Smaller plans are made faster than they are read.
_LEAST = 200
_OPERATORS = frozenset({"+", "-", "*", "/", "^", "&", "=", "<>", "<", ">", "<=", ">=", *LAST.values()})


class DamagedError(ValueError):
    """A kept plan that isn't what it claims to be; it is made anew."""


def plan_of(package: Package, functions: Functions) -> Plan:
    """The plan of a workbook: the kept one where there is one for these formulas, else a new one, which is kept."""
    path = place_for(f"{plan_key(package, functions)}.plan")
    if path is None:
        return planned(package, functions)
    plan = _read(path)
    if plan is None:
        plan = planned(package, functions)
        if len(plan.steps) >= _LEAST and not plan.unable:
            _keep(path, plan)
    return plan


def plan_key(package: Package, functions: Functions) -> str:
    """A hash of all that a plan depends on."""
    names = sorted((name, _signature(function)) for name, function in functions.items())
    facts = (
        (PLAN_VERSION, __version__, names, [sheet.name for sheet in package.sheets]),
        (list(map(repr, package.names)), list(map(repr, package.tables))),
        (package.date1904, repr(package.calculation)),
    )
    digest = hashlib.sha256(repr(facts).encode())
    for sheet, formulas in package.all_formulas:
        digest.update(repr((sheet, formulas, package.reading(sheet).unusual_formulas)).encode())
    return digest.hexdigest()


def _signature(function: Any) -> str:
    if isinstance(function, FunctionSpec):
        return ",".join(f"{parameter.kind.name}:{parameter.is_required}" for parameter in function.parameters)
    return f"{function.minimum_arguments}-{function.maximum_arguments}"


def cache_folder() -> Path | None:
    """The user's own folder for what can be made again; None where there is none, or the variable says “off”."""
    stated = os.environ.get(FOLDER_VARIABLE)
    if stated is not None:
        return None if stated in ("", "off") else Path(stated)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base) / "xlperf" / "cache" if base else None
    base = os.environ.get("XDG_CACHE_HOME")
    home = os.environ.get("HOME")
    folder = Path(base) if base else Path(home) / ".cache" if home else None
    return None if folder is None else folder / "xlperf"


def place_for(name: str) -> Path | None:
    """Where a thing of that name is kept; None where nothing can be kept, or others could put it there."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return folder / name if is_private(folder) else None


def is_private(path: Path) -> bool:
    """Whether a file or folder is the user's own, and no one else may write to it; Windows sees to that by itself."""
    if sys.platform == "win32":
        return True
    found = path.lstat()
    is_own = found.st_uid == os.getuid() and not stat.S_ISLNK(found.st_mode)
    return is_own and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _read(path: Path) -> Plan | None:
    """A kept plan; None where there is none that can be trusted."""
    try:
        if not is_private(path) or path.stat().st_size > _LARGEST:
            return None
        content = path.read_bytes()
        head, _, body = content.partition(b"\n")
        if head != _head(path.stem, body):
            return None
        inflater = zlib.decompressobj()
        data = inflater.decompress(body, _LARGEST)
        return _plan(json.loads(data))
    except (OSError, zlib.error, ValueError, RecursionError):
        return None


def _head(key: str, body: bytes) -> bytes:
    return f"xlperf plan {key} {hashlib.sha256(key.encode() + body).hexdigest()}".encode()


def _keep(path: Path, plan: Plan) -> None:
    """Writes a plan; a folder that can't be written to, or has been filled by others, is no reason to fail."""
    data = json.dumps(_data(plan), ensure_ascii=False, separators=(",", ":"))
    body = zlib.compress(data.encode(), 1)
    try:
        write_file(path, _head(path.stem, body) + b"\n" + body)
        path.chmod(0o600)
        known = sorted(path.parent.glob("*.plan"), key=lambda other: other.stat().st_mtime)
        for old in known[:-_KEPT]:
            old.unlink(missing_ok=True)
    except (OSError, UserError):
        return


def _data(plan: Plan) -> Mapping[str, Any]:
    """A plan as plain data: a list of nodes, each naming its parts by their place before it, and one of the references."""
    nodes = _Nodes()
    shapes = [nodes.place(shape) for shape in plan.shapes]
    references: dict[Node, int] = {}
    texts: dict[str, int] = {}
    steps = [
        [
            *step[:4],
            [references.setdefault(node, len(references)) for node in step.references],
            *step[5:7],
            [texts.setdefault(text, len(texts)) for text in step.texts],
        ]
        for step in plan.steps
    ]
    return {"nodes": nodes.list, "shapes": shapes, "references": [*references], "texts": [*texts], "steps": steps}


class _Nodes:
    """Nodes of many shapes, each different one once."""

    def __init__(self) -> None:
        self.list: list[list[Any]] = []
        self._places: dict[str, int] = {}

    def place(self, node: Node) -> int:
        """The place of a node in the list, into which it and its parts are put."""
        head = 2 if node[0] in INNER else len(node)
        content = [*node[:head], *(self.place(child) for child in node[head:])]
        # As they are written, since 0 and -0 are equal.
        found = self._places.setdefault(repr(content), len(self.list))
        if found == len(self.list):
            self.list.append(content)
        return found


def _plan(data: Mapping[str, Any]) -> Plan:
    """The plan that the data describe.

    Errors: DamagedError at anything that no plan of ours holds.
    """
    keys = ("nodes", "shapes", "references", "texts", "steps")
    if not isinstance(data, dict) or not all(isinstance(data.get(key), list) for key in keys):
        raise DamagedError("no plan")
    nodes = _trees(data["nodes"])
    shapes = tuple(_at(nodes, place) for place in data["shapes"])
    references, texts = [_reference(node) for node in data["references"]], data["texts"]
    if not all(isinstance(text, str) for text in texts):
        raise DamagedError("text")
    return Plan(shapes, tuple(_step(step, len(shapes), references, texts) for step in data["steps"]), {})


def _at(known: Sequence[_T], place: Any) -> _T:
    if type(place) is not int or not 0 <= place < len(known):
        raise DamagedError("place in a list")
    return known[place]


def _step(data: Any, shapes: int, known: Sequence[Node], known_texts: Sequence[str]) -> Step:
    if not isinstance(data, list) or len(data) != 8 or not isinstance(data[4], list) or not isinstance(data[7], list):
        raise DamagedError("step")
    sheet, row, column, shape, references, height, width, texts = data
    _check_place(sheet, row, column)
    if not (_is_index(height) and _is_index(width) and 0 < height * width <= MOST_FILLED):
        raise DamagedError("size")
    if height * width > 1:
        _check_place(sheet, row + height - 1, column + width - 1)
    if not _is_index(shape) or shape >= shapes:
        raise DamagedError("shape")
    own = tuple(_at(known, place) for place in references)
    return Step(sheet, row, column, shape, own, height, width, tuple(_at(known_texts, place) for place in texts))


def _reference(data: Any) -> Node:
    if isinstance(data, list) and data[:1] == ["cell"] and len(data) == 4:
        _check_place(*data[1:])
    elif isinstance(data, list) and data[:1] in (["range"], ["place"]) and len(data) == 6:
        _check_place(data[1], data[2], data[3])
        _check_place(data[1], data[4], data[5])
    else:
        raise DamagedError("reference")
    return tuple(data)


def _check_place(sheet: Any, row: Any, column: Any) -> None:
    is_good = isinstance(sheet, str) and _is_index(row) and _is_index(column)
    if not is_good or not (0 < row <= MAXIMUM_ROW and 0 < column <= MAXIMUM_COLUMN):
        raise DamagedError("place")


def _is_index(value: Any) -> bool:
    return type(value) is int and value >= 0


def _trees(data: Sequence[Any]) -> list[Node]:
    """All nodes: each has exactly what one of its kind has, so that code made from it can be nothing else."""
    nodes: list[Node] = []
    depths: list[int] = []
    sizes: list[int] = []
    for entry in data:
        if not isinstance(entry, list) or not entry or not isinstance(entry[0], str):
            raise DamagedError("node")
        if entry[0] not in INNER:
            nodes.append(_leaf(entry))
            depths.append(0)
            sizes.append(1)
            continue
        _check_inner(entry)
        parts = entry[2:]
        nodes.append((*entry[:2], *(_at(nodes, place) for place in parts)))
        depths.append(1 + max((depths[place] for place in parts), default=0))
        sizes.append(1 + sum(sizes[place] for place in parts))
        if depths[-1] > _DEEPEST or sizes[-1] > _MOST_NODES:
            raise DamagedError("too deep or too large")
    return nodes


def _check_inner(entry: Sequence[Any]) -> None:
    kind, parts = entry[0], len(entry) - 2
    said = entry[1] if len(entry) > 1 and isinstance(entry[1], str) else ""
    is_good = {
        "call": said.replace(".", "_").isidentifier(),
        "operator": said in _OPERATORS and parts == 2,
        "sign": said in ("+", "-", "%") and parts == 1,
    }
    if not is_good[kind]:
        raise DamagedError("node")


def _leaf(entry: list[Any]) -> Node:
    kind, content = entry[0], entry[1:]
    if kind == "array" and len(content) > 2 and _is_index(content[0]) and _is_index(content[1]):
        return _array(*content)
    if kind in ("slot", "slots", "given") and len(content) == 1 and _is_index(content[0]):
        return (kind, content[0])
    if _is_literal(entry):
        return tuple(entry)
    raise DamagedError("node")


def _array(height: int, width: int, *values: Any) -> Node:
    if height * width != len(values) or not all(_is_literal(value) for value in values):
        raise DamagedError("array")
    return ("array", height, width, *(tuple(value) for value in values))


def _is_literal(data: Any) -> bool:
    if not isinstance(data, list) or not 0 < len(data) <= 2:
        return False
    kinds = {"number": float, "text": str, "truth": bool}
    if data == ["blank"]:
        return True
    if len(data) != 2:
        return False
    return data[1] in CellError.CODES if data[0] == "error" else type(data[1]) is kinds.get(data[0])
