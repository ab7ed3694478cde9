"""`xlperf distribute` and `xlperf batch`: workbooks sent out to the units of a roster, and taken back in any number."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xlperf.commands.files import Against, Key, OwnFramework
from xlperf.commands.interruption import interruptible
from xlperf.commands.league import IncludeErrors
from xlperf.errors import UserError
from xlperf.escaping import printable
from xlperf.usage import FINDINGS

if TYPE_CHECKING:
    from xlperf.batch.individual_rows import IndividualRows
    from xlperf.batch.tables import UnitResult
    from xlperf.commands.progress import Meter

# Limits for the whole command would stop it in the middle of a large batch; each workbook has its own, and what is
# read afterwards are our own results.
WITH_OWN_LIMITS = ("batch", "conformance", "distribute", "league", "notice")
MOST_JOBS = 256
MOST_TOLD = 20

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="来源...", help="交来的文件、文件夹（连同下级）、压缩包、交来/*.xlsx，或 s3://…、sftp://… 等地址"
    ),
]
Folder = Annotated[Path, typer.Option("-o", "--output", help="结果放到哪个文件夹")]
RosterFile = Annotated[Path | None, typer.Option("--roster", help="名册（.xlsx），用来找出缺报的单位")]
Previous = Annotated[
    list[Path] | None,
    typer.Option(
        "--previous", help="以前批量处理的输出文件夹，可写几次：上年的用来核对跨年衔接，同一年度的作为上一轮比较"
    ),
]
Write = Annotated[bool, typer.Option("--write", help="把重算后的文件写到输出文件夹的 files 下")]
Jobs = Annotated[int, typer.Option("--jobs", help="同时处理几份；0 为处理器的个数")]
Resume = Annotated[bool, typer.Option("--resume", help="接着上次的做：做完且没有变动的文件不再做")]
Quiet = Annotated[bool, typer.Option("--quiet", help="不显示进度和汇总")]
JsonLines = Annotated[bool, typer.Option("--json-lines", help="每份文件输出一行 JSON，供程序读取")]
Dask = Annotated[
    str | None, typer.Option("--dask", metavar="地址", help="在 Dask 集群上处理：调度器的地址，如 tcp://主机:8786")
]
TimeLimit = Annotated[int, typer.Option("--time-limit", min=1, help="每份文件最多用多少秒")]
Parquet = Annotated[bool, typer.Option("--parquet", help="另写 Parquet 文件（需要 pip install xlperf[batch]）")]
StoreAddress = Annotated[
    str | None,
    typer.Option("--store", metavar="地址", help="另存入数据库：.db 文件（SQLite），或 postgresql+psycopg 地址"),
]
Reports = Annotated[bool, typer.Option("--reports", help="另给每个单位写一份评价报告（.docx），在“报告”文件夹里")]
Forms = Annotated[
    list[str] | None,
    typer.Option(
        "--forms",
        metavar="编号|文件",
        help="另给每个单位填一张表，可写几次：表的编号（见 xlperf forms list）、自己的声明（.toml）或模板",
    ),
]


def batch(
    sources: Sources,
    output: Folder,
    roster: RosterFile = None,
    previous: Previous = None,
    is_writing: Write = False,
    jobs: Jobs = 0,
    is_resuming: Resume = False,
    is_quiet: Quiet = False,
    as_lines: JsonLines = False,
    seconds: TimeLimit = 60,
    as_parquet: Parquet = False,
    store: StoreAddress = None,
    dask: Dask = None,
    includes_errors: IncludeErrors = False,
    has_reports: Reports = False,
    forms: Forms = None,
    against: Against = None,
    framework: OwnFramework = None,
    key: Key = None,
) -> None:
    """批量重算、校验、评分：交来多少份都行，坏文件隔离，重复取最新，缺报按名册列出；结果是几张 CSV 表和排名等工作簿。

    例：xlperf batch 交来 补交.zip -o 结果 --roster 名册.xlsx --against 下发/下发清单.json
    """
    from xlperf.batch.lock import locked
    from xlperf.batch.roster import read_roster
    from xlperf.batch.run import Order, run
    from xlperf.commands.batch_documents import Following, kinds
    from xlperf.commands.progress import Meter, watch
    from xlperf.findings.comparison import packed

    workers, units = _workers(jobs), read_roster(roster) if roster else None
    known, before = packed(against, framework, key), tuple(previous or ())
    order = Order(tuple(sources), output, units, before, workers, seconds, is_writing, is_resuming, dask, known)
    wanted, meter = kinds(has_reports=has_reports, forms=forms or ()), Meter(is_quiet=is_quiet)
    following = Following(output, workers, wanted, is_quiet=is_quiet, as_lines=as_lines, as_parquet=as_parquet)
    with interruptible(lambda: _interrupted(meter, output)), locked(output):
        with _store(store) as put, meter:
            summary = run(order, watch(meter, as_lines=as_lines, put=put))
        are_written = following.write(summary, includes_errors=includes_errors)
    if not (summary.is_clean and are_written):
        raise typer.Exit(FINDINGS)


def _interrupted(meter: Meter, output: Path) -> str:
    """What is said when a batch is interrupted."""
    if meter.state is None:
        return "已中断，还没有开始处理"
    total, finished = meter.state.total, meter.state.finished
    return f"已中断：{total} 份里做完 {finished} 份，结果都留在 {output}；接着做请再运行同一条命令，加上 --resume"


def _workers(jobs: int) -> int:
    """How many files are worked on at a time."""
    if not 0 <= jobs <= MOST_JOBS:
        raise UserError(f"--jobs 应在 0 到 {MOST_JOBS} 之间，现为 {jobs}")
    return jobs or os.cpu_count() or 1


@contextmanager
def _store(address: str | None) -> Iterator[Callable[[UnitResult], object] | None]:
    """What puts results into the store; nothing where none is asked for."""
    if address is None:
        yield None
        return
    try:
        from xlperf.batch.store import Store
    except ModuleNotFoundError as error:
        if error.name != "sqlalchemy":
            raise
        raise UserError("--store 需要 SQLAlchemy，没有安装；请运行 pip install xlperf[batch]") from None
    with Store(address) as opened:
        yield opened.put


def _undistributed(meter: Meter, output: Path) -> str:
    """What is said when the sending out is interrupted."""
    if not meter.done:
        return "已中断，一份也没有生成"
    return f"已中断：{meter.total} 份里生成了 {meter.done} 份；重新下发请清空 {output}，或换一个文件夹"


def distribute(
    roster: Annotated[
        Path, typer.Argument(metavar="名册.xlsx", help="名册：单位名称、单位编码、要预填的数据（名称或编号）")
    ],
    framework: Annotated[str, typer.Argument(metavar="指标体系", help="指标体系编号或文件")],
    output: Annotated[Path, typer.Option("-o", "--output", help="工作簿放到哪个文件夹（新的或空的）")],
    key: Annotated[
        Path | None, typer.Option("--key", help="密钥文件（自己保管，至少 16 个字节），给下发清单签名")
    ] = None,
    individual: Annotated[
        Path | None,
        typer.Option(
            "--individual", metavar="个性指标.xlsx", help="各单位的个性指标（.xlsx、.csv）；不写用名册的“个性指标”表"
        ),
    ] = None,
) -> None:
    """按名册生成每个单位一份的普通公式版工作簿，名称、编码和名册上的其他数据已经填好；另写一份下发清单，收回时核对用。

    名册有“个性指标”表的，换上各单位自己的指标。

    例：xlperf distribute 名册.xlsx renhua-2021 -o 下发 --key 密钥.txt
    """
    from xlperf.batch.distribution import distribute as distributed
    from xlperf.batch.individual_rows import read_individual
    from xlperf.batch.roster import read_roster
    from xlperf.commands.progress import Meter
    from xlperf.findings.comparison import read_key
    from xlperf.standards.building import find_standard

    meter = Meter()
    with interruptible(lambda: _undistributed(meter, output)), meter:
        secret = read_key(key) if key else None
        units, source = read_roster(roster), find_standard(framework).neutral
        own = read_individual(units, source, individual)
        done = distributed(units, source, output, meter.show, secret, own)
    sys.stdout.write(f"已在 {output} 生成 {done.count} 份工作簿\n")
    signed = "已签名，" if key else ""
    sys.stdout.write(f"下发清单：{done.list_path}（{signed}请自己保管，不要随工作簿发出；收回后用 --against 核对）\n")
    if own:
        _tell_individual(own)
    if done.unused:
        sys.stdout.write(f"名册里没有用到的列：{printable('、'.join(done.unused))}\n")


def _tell_individual(own: IndividualRows) -> None:
    """How many units have indicators of their own, and which of these the evaluator judges, with the reason."""
    told = f"个性指标：{len(own.frameworks)} 个单位 {own.count} 项，其中 {own.judged} 项由评价人评定"
    sys.stdout.write(f"{told}\n")
    reasons = [pair for framework in own.frameworks.values() for pair in framework.judged]
    for name, reason in list(dict.fromkeys(reasons))[:MOST_TOLD]:
        sys.stdout.write(f"  {printable(name)}：{printable(' '.join(reason.split()))}\n")
    if own.unused:
        sys.stdout.write(f"“个性指标”里没有用到的列：{printable('、'.join(own.unused))}\n")
