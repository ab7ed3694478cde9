"""Which part belongs to which: relationships, with targets made into part names."""

from __future__ import annotations

import posixpath
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from xlperf.package.archive import Archive
from xlperf.package.part_xml import children, parse
from xlperf.package.reuse import remembered


class Relationship(NamedTuple):
    """One relationship; the target is a part name, or an address outside the package."""

    id: str
    type: str
    target: str
    is_external: bool


@lru_cache(maxsize=1024)
def relations_part(source: str) -> str:
    """The entry that lists the relationships of a part."""
    folder, _, name = source.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def relationships(archive: Archive, source: str) -> tuple[Relationship, ...]:
    """The relationships of a part, or of the package itself where `source` is empty."""
    part = relations_part(source)
    if part not in archive:
        return ()
    print_ = archive.fingerprint(part)
    return remembered((source, print_, archive.names), print_.size, lambda: _read(archive, source, part))


def _read(archive: Archive, source: str, part: str) -> tuple[Relationship, ...]:
    folder, found = source.rpartition("/")[0], []
    for element in children(parse(part, archive.read(part)), "Relationship"):
        target = element.get("Target", "")
        is_external = element.get("TargetMode") == "External"
        if not is_external:
            target = _part_name(archive, folder, target)
        kind = element.get("Type", "").rpartition("/")[2]
        found.append(Relationship(element.get("Id", ""), kind, target, is_external))
    return tuple(found)


def _part_name(archive: Archive, folder: str, target: str) -> str:
    """The entry a target means: relative to the source's folder, or absolute; percent signs and case may differ."""
    path = posixpath.normpath(posixpath.join("/", folder, target.partition("#")[0])).lstrip("/")
    for candidate in (path, unquote(path)):
        if candidate in archive:
            return candidate
    return archive.folded.get(unquote(path).casefold(), path)
