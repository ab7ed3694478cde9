"""The tables of a store, and how an older one is brought up to date."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import (
    Column,
    Connection,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    insert,
    inspect,
    select,
    text,
    update,
)

from xlperf.errors import UserError

METADATA = MetaData()
# Any number that no other program is likely to lock.
_LOCK = 7_205_301_984
VERSIONS = Table("xlperf_schema", METADATA, Column("version", Integer, nullable=False))
UNITS = Table(
    "units",
    METADATA,
    Column("identity", Text, primary_key=True),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
)
EVALUATIONS = Table(
    "evaluations",
    METADATA,
    Column("id", Integer, primary_key=True),
    # Unit, year, framework and project in one: a year that is not stated would be unlike any other.
    Column("key", Text, nullable=False, unique=True),
    Column("identity", Text, ForeignKey(UNITS.c.identity), nullable=False, index=True),
    Column("year", Integer),
    Column("framework", Text, nullable=False),
    Column("project", Text, nullable=False, server_default=""),
    Column("framework_version", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("total", Float),
    Column("grade", Text),
    Column("reported_total", Float),
    Column("reported_grade", Text),
    Column("status", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("saved", Float, nullable=False),
)


def _part(name: str, *columns: Column[object]) -> Table:
    """A table of the parts of an evaluation, which go with it."""
    owner = ForeignKey(EVALUATIONS.c.id, ondelete="CASCADE")
    return Table(
        name,
        METADATA,
        Column("evaluation", Integer, owner, primary_key=True),
        Column("position", Integer, primary_key=True),
        *columns,
    )


def _texts(*names: str) -> list[Column[object]]:
    return [Column(name, Text) for name in names]


def _numbers(*names: str) -> list[Column[object]]:
    return [Column(name, Float) for name in names]


LEVELS = _part("levels", *_texts("name"), *_numbers("weight", "score", "rate"))
RATES = _part("rates", *_texts("rate", "label"), *_numbers("value"))
INDICATORS = _part(
    "indicators",
    *_texts("code", "name", "level1", "level2", "rule_status", "status", "reason", "evidence"),
    *_numbers("weight", "rule_score", "rule_low", "rule_high", "self_score", "award", "review", "score", "difference"),
)
POINTS = _part(
    "points",
    *_texts("code", "indicator", "rule", "finding", "rule_status", "basis", "problems", "evidence"),
    *_numbers("weight", "rule_score", "rule_low", "rule_high", "deduction"),
)
PROBLEMS = _part("problems", *_texts("code", "fact", "voucher", "amount", "clause", "indicators", "source"))
# Which indicator cites which problem of the ledger.
CITATIONS = _part("citations", *_texts("indicator", "problem"))
FINDINGS = _part("findings", *_texts("severity", "code", "cell", "message"))
PARTS = (LEVELS, RATES, INDICATORS, POINTS, PROBLEMS, CITATIONS, FINDINGS)


def _add_working_papers(connection: Connection) -> None:
    """To version 2: points and the ledger; what was called problems were citations. Results fill them when put again."""
    connection.execute(text("CREATE TABLE citations_before AS SELECT * FROM problems"))
    connection.execute(text("DROP TABLE problems"))
    connection.execute(text("ALTER TABLE evaluations ADD COLUMN project TEXT DEFAULT '' NOT NULL"))
    part = "evaluation INTEGER NOT NULL, position INTEGER NOT NULL"
    keys = "PRIMARY KEY (evaluation, position), FOREIGN KEY (evaluation) REFERENCES evaluations (id) ON DELETE CASCADE"
    points = (
        "code TEXT, indicator TEXT, rule TEXT, finding TEXT, rule_status TEXT, basis TEXT, problems TEXT, "
        "evidence TEXT, weight FLOAT, rule_score FLOAT, rule_low FLOAT, rule_high FLOAT, deduction FLOAT"
    )
    problems = "code TEXT, fact TEXT, voucher TEXT, amount TEXT, clause TEXT, indicators TEXT, source TEXT"
    for name, columns in (("points", points), ("problems", problems), ("citations", "indicator TEXT, problem TEXT")):
        connection.execute(text(f"CREATE TABLE {name} ({part}, {columns}, {keys})"))
    kept = "evaluation, position, indicator, problem"
    connection.execute(text(f"INSERT INTO citations ({kept}) SELECT {kept} FROM citations_before"))
    connection.execute(text("DROP TABLE citations_before"))


# Each brings a store from the version before; what was once released is never changed. A new store needs none of them.
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_add_working_papers,)


def migrate(connection: Connection) -> None:
    """Brings a store to this version of the tables; several may try at once.

    Errors: UserError: the store is of a newer version, or tables of these names are somebody else's.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    latest = 1 + len(MIGRATIONS)
    existing = set(inspect(connection).get_table_names())
    if VERSIONS.name not in existing:
        if taken := existing & set(METADATA.tables):
            raise UserError(f"数据库里已有别的程序的表 {'、'.join(sorted(taken))}，请另给一个数据库")
        METADATA.create_all(connection)
        connection.execute(insert(VERSIONS).values(version=latest))
    version = connection.execute(select(VERSIONS.c.version)).scalar_one()
    if version > latest:
        raise UserError("数据库由更新版本的 xlperf 建立，请升级 xlperf 后再用")
    for step in MIGRATIONS[version - 1 :]:
        step(connection)
    connection.execute(update(VERSIONS).values(version=latest))
