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
    # Unit, year and framework in one: a year that is not stated would be unlike any other.
    Column("key", Text, nullable=False, unique=True),
    Column("identity", Text, ForeignKey(UNITS.c.identity), nullable=False, index=True),
    Column("year", Integer),
    Column("framework", Text, nullable=False),
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
PROBLEMS = _part("problems", *_texts("indicator", "problem"))
FINDINGS = _part("findings", *_texts("severity", "code", "cell", "message"))
PARTS = (LEVELS, RATES, INDICATORS, PROBLEMS, FINDINGS)


def _create(connection: Connection) -> None:
    METADATA.create_all(connection)


# Each brings a store from the version before; what was once released is never changed.
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_create,)


def migrate(connection: Connection) -> None:
    """Brings a store to this version of the tables; several may try at once.

    Errors: UserError: the store is of a newer version, or tables of these names are somebody else's.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    existing = set(inspect(connection).get_table_names())
    if VERSIONS.name in existing:
        version = connection.execute(select(VERSIONS.c.version)).scalar_one()
    elif taken := existing & set(METADATA.tables):
        raise UserError(f"数据库里已有别的程序的表 {'、'.join(sorted(taken))}，请另给一个数据库")
    else:
        VERSIONS.create(connection)
        version = 0
        connection.execute(insert(VERSIONS).values(version=version))
    if version > len(MIGRATIONS):
        raise UserError("数据库由更新版本的 xlperf 建立，请升级 xlperf 后再用")
    for step in MIGRATIONS[version:]:
        step(connection)
    connection.execute(update(VERSIONS).values(version=len(MIGRATIONS)))
