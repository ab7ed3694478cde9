"""`xlperf conformance`: how far the workbooks of a folder are calculated as they were saved."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xlperf.errors import UserError
from xlperf.escaping import printable
from xlperf.usage import Json, print_json

if TYPE_CHECKING:
    from xlperf.engines.conformance import Examined, Row, Trial

ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xltm")
_MOST_WRONG = 20
_AS_SAVED, _BLANKED = "保存的值在", "保存的值抹去"


def conformance(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="放着工作簿的文件夹，连同里面的文件夹")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="逐个文件的表写到哪里（.csv）")] = None,
    records: Annotated[Path | None, typer.Option("--records", help="各引擎的记录写到哪里（.json）")] = None,
    as_json: Json = False,
) -> None:
    """一个文件夹的工作簿能重算多少、对不对：每个照原样和抹去保存的值各重算一次（在内存里，不改文件），与保存的值比较。

    例：xlperf conformance 各地的表 -o 结果.csv
    """
    from xlperf.commands.progress import Meter

    paths = workbooks_in(folder)
    with Meter(work="比较") as meter:
        meter.show(0, len(paths))
        outcomes = {}
        for number, path in enumerate(paths, 1):
            outcomes[str(path.relative_to(folder))] = outcome_of(path)
            meter.show(number, len(paths))
    found = {name: one for name, one in outcomes.items() if not isinstance(one, str)}
    unread = {name: one for name, one in outcomes.items() if isinstance(one, str)}
    _write(found, unread, output, records)
    told = summary(found, unread)
    if as_json:
        print_json(told)
    else:
        _print(told)


def workbooks_in(folder: Path) -> list[Path]:
    """The workbooks of a folder and of those in it.

    Errors: UserError: it is none, or holds none.
    """
    if not folder.is_dir():
        raise UserError(f"{folder} 不是文件夹")
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
    if not found:
        raise UserError(f"{folder} 里没有工作簿（{'、'.join(ENDINGS)}）")
    return found


def outcome_of(path: Path) -> Examined | str:
    """What came of a file, which is read in a process of its own; where it can't be read, why."""
    from xlperf.confinement import MEGABYTE, Allowance, isolated
    from xlperf.engines.conformance import examined, from_json
    from xlperf.package.files import read_file
    from xlperf.package.limits import DEFAULT_LIMITS

    def work() -> bytes:
        try:
            return json.dumps(asdict(examined(read_file(path, DEFAULT_LIMITS))), default=str).encode()
        except UserError as error:
            return json.dumps(str(error)).encode()

    try:
        told: Any = json.loads(isolated(work, Allowance(1_500 * MEGABYTE, 900)))
    except UserError as error:
        return str(error)
    return told if isinstance(told, str) else from_json(told)


def summary(found: Mapping[str, Examined], unread: Mapping[str, str]) -> dict[str, Any]:
    """The figures of a folder, as `--json` shows them."""
    from xlperf.engines.conformance import functions_of, records_alone_of, records_of

    with_formulas = {name: one for name, one in found.items() if one.formulas}
    told: dict[str, Any] = {
        "files": len(found) + len(unread),
        "unread": dict(unread),
        "with_formulas": len(with_formulas),
        "as_saved": _figures({name: one.as_saved for name, one in with_formulas.items()}),
        "blanked": _figures({name: one.blanked for name, one in with_formulas.items()}),
    }
    for way, ending in ((records_of, ""), (records_alone_of, "_blanked")):
        records = way(with_formulas.values())
        told[f"agreement{ending}"] = {
            engine: {name: {"right": one.right, "wrong": one.wrong} for name, one in functions_of(of).items()}
            for engine, of in records.items()
        }
        agreements = [one.agreement_blanked if ending else one.agreement for one in with_formulas.values()]
        told[f"cells{ending}"] = {engine: _cells(agreements, engine) for engine in records}
    return told


def _cells(agreements: Iterable[Mapping[str, Sequence[Row]]], engine: str) -> dict[str, int]:
    counts: Counter[str] = Counter(right=0, wrong=0, unable=0)
    for one in agreements:
        for kind, _, count in one.get(engine, ()):
            # Wrong is wrong, be it that a cell before it was.
            counts["wrong" if kind == "following" else kind] += count
    return dict(counts)


def _figures(trials: Mapping[str, Trial]) -> dict[str, Any]:
    """Of one way of trying: accepted and refused files, why, which came out wrong."""
    accepted = {name: trial for name, trial in trials.items() if trial.is_accepted}
    wrong = {name: trial.wrong for name, trial in accepted.items() if trial.wrong}
    refused = Counter(reason for trial in trials.values() for reason in trial.reasons)
    kept = Counter(reason for trial in accepted.values() for reason in trial.kept)
    return {
        "accepted": len(accepted),
        "refused": len(trials) - len(accepted),
        "whole": sum(not trial.kept for trial in accepted.values()),
        "equal_cells": sum(trial.equal for trial in accepted.values()),
        "wrong_files": len(wrong),
        "wrong_cells": wrong,
        "refused_by_reason": _by_number(refused),
        "kept_by_reason": _by_number(kept),
    }


def _by_number(counts: Mapping[str, int]) -> dict[str, int]:
    """The most frequent first, those of one number by name."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def table_of(found: Mapping[str, Examined], unread: Mapping[str, str]) -> str:
    """A row a file, as CSV."""
    out = io.StringIO()
    rows = csv.writer(out)
    head = [f"{way}：{what}" for way in (_AS_SAVED, _BLANKED) for what in ("结果", "原因", "不同的格")]
    rows.writerow(["文件", "公式结果", *head])
    for name, one in found.items():
        rows.writerow([name, one.formulas, *_row(one.as_saved), *_row(one.blanked)])
    for name, reason in unread.items():
        rows.writerow([name, "", "读不了", reason, "", "", "", ""])
    return out.getvalue()


def _row(trial: Trial) -> Sequence[object]:
    if not trial.is_accepted:
        return "拒绝", "；".join(trial.reasons), ""
    kept = "；".join(f"{reason}（{count} 格保留）" for reason, count in trial.kept.items())
    return "接受", kept, "\n".join(trial.wrong[:_MOST_WRONG])


def _write(found: Mapping[str, Examined], unread: Mapping[str, str], output: Path | None, records: Path | None) -> None:
    from xlperf.engines.conformance import records_of
    from xlperf.engines.records import written
    from xlperf.package import write_file

    if output is not None:
        # With the mark by which Excel knows the encoding.
        write_file(output, table_of(found, unread).encode("utf-8-sig"))
    if records is not None:
        write_file(records, written(records_of(found.values())).encode())


def _print(told: Mapping[str, Any]) -> None:
    for line in report(told):
        sys.stdout.write(f"{printable(line)}\n")


def report(told: Mapping[str, Any]) -> Iterator[str]:
    """The figures of a folder, line by line."""
    yield (f"{told['files']} 个文件，读不了 {len(told['unread'])} 个，有公式的 {told['with_formulas']} 个")
    for name, reason in told["unread"].items():
        yield (f"  读不了：{name}：{reason}")
    for way, figures in ((_AS_SAVED, told["as_saved"]), (_BLANKED, told["blanked"])):
        yield (
            f"{way}：接受 {figures['accepted']}（其中每格都算 {figures['whole']}），拒绝 {figures['refused']}；"
            f"接受的里面有格不同的 {figures['wrong_files']} 个，相同 {figures['equal_cells']} 格"
        )
        for reason, count in figures["refused_by_reason"].items():
            yield (f"  拒绝：{reason}：{count} 个文件")
        for reason, count in figures["kept_by_reason"].items():
            yield (f"  有格保留文件中的值：{reason}：{count} 个文件")
        for name, cells in figures["wrong_cells"].items():
            yield (f"  不同：{name}：{cells[0]}（共 {len(cells)} 格）")
    for ending, way in (("", "逐格"), ("_blanked", f"逐格，{_BLANKED}")):
        for engine, counts in told[f"cells{ending}"].items():
            yield (f"{engine}（{way}）：相同 {counts['right']}，不同 {counts['wrong']}，拒绝 {counts['unable']}")
            functions = told[f"agreement{ending}"][engine]
            wrong = [f"{name} {one['wrong']}" for name, one in functions.items() if one["wrong"]]
            if wrong:
                yield (f"  算错过的函数（格）：{'、'.join(wrong)}")
