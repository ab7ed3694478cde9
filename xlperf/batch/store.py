"""A store of results in a database, SQLite or PostgreSQL: one evaluation for each unit, year and framework."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, delete, event, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from xlperf.batch.schema import (
    CITATIONS,
    EVALUATIONS,
    FINDINGS,
    INDICATORS,
    LEVELS,
    PARTS,
    POINTS,
    PROBLEMS,
    RATES,
    UNITS,
    migrate,
)
from xlperf.batch.tables import UnitResult
from xlperf.errors import UserError
from xlperf.values import as_text

FILES = (".db", ".sqlite", ".sqlite3")
PATIENCE = 60
_DIALECTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
Values = dict[str, Any]


class Store:
    """A store that is open; used as a context manager.

    Each unit is one transaction: what a kill leaves is whole, and a second run puts the same in its place.
    """

    def __init__(self, address: str) -> None:
        self._url = _url(address)
        self._insert: Callable[[Table], Any] = _DIALECTS[self._url.get_backend_name()]

    def __enter__(self) -> Store:
        with self._errors(), ExitStack() as stack:
            self._engine = _engine(self._url)
            stack.callback(self._engine.dispose)
            with self._engine.begin() as connection:
                migrate(connection)
            stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.dispose()

    def put(self, unit: UnitResult) -> bool:
        """Puts a result in the place of an earlier one; False where the store has one saved later, which stays.

        Errors: UserError: the database refuses or is gone.
        """
        with self._errors(), self._engine.begin() as connection:
            identity = f"code:{unit.code}" if unit.code else f"name:{unit.entry.unit}"
            self._put_unit(connection, identity, unit)
            number = self._put_evaluation(connection, identity, unit)
            if number is None:
                return False
            for table in PARTS:
                connection.execute(delete(table).where(table.c.evaluation == number))
            for table, rows in _parts(unit):
                if rows:
                    place: list[Values] = [{"evaluation": number, "position": i, **row} for i, row in enumerate(rows)]
                    connection.execute(insert(table), [_clean(row) for row in place])
            return True

    def _put_unit(self, connection: Connection, identity: str, unit: UnitResult) -> None:
        row = _clean({"identity": identity, "code": unit.code, "name": unit.entry.unit})
        names = {"code": row["code"], "name": row["name"]}
        statement = self._insert(UNITS).values(**row)
        connection.execute(statement.on_conflict_do_update(index_elements=["identity"], set_=names))

    def _put_evaluation(self, connection: Connection, identity: str, unit: UnitResult) -> int | None:
        result, entry = unit.record["result"], unit.entry
        fields = ("year", "framework", "framework_version", "edition", "total", "grade")
        row: Values = {name: result[name] for name in (*fields, "reported_total", "reported_grade")}
        project = entry.project or ""
        key = f"{identity}|{entry.year or ''}|{entry.framework}{f'|{project}' if project else ''}"
        row |= {"key": key, "identity": identity, "project": project}
        row |= {"status": unit.status, "file": entry.file, "saved": entry.saved}
        statement = self._insert(EVALUATIONS).values(**_clean(row))
        changes = {name: statement.excluded[name] for name in row if name != "key"}
        is_newer = statement.excluded.saved >= EVALUATIONS.c.saved
        upsert = statement.on_conflict_do_update(index_elements=["key"], set_=changes, where=is_newer)
        number: int | None = connection.execute(upsert.returning(EVALUATIONS.c.id)).scalar_one_or_none()
        return number

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except ModuleNotFoundError as error:
            raise UserError(f"用这种数据库还需要 {error.name}，没有安装；请运行 pip install xlperf[batch]") from None
        except SQLAlchemyError as error:
            first = str(getattr(error, "orig", error)).strip().splitlines()[:1]
            shown = self._url.render_as_string(hide_password=True)
            raise UserError(f"数据库 {shown} 不能用（{''.join(first)}）；请检查地址、权限和服务是否在运行") from None


def _url(address: str) -> URL:
    """The address of a database; a file ending in .db or .sqlite is one of SQLite."""
    if Path(address).suffix.lower() in FILES and "://" not in address:
        return URL.create("sqlite", database=address)
    try:
        url = make_url(address)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError):
        raise UserError("--store 应是 .db 文件，或 postgresql+psycopg://用户:密码@主机/库 这样的地址") from None
    if url.get_backend_name() not in _DIALECTS:
        raise UserError(f"不支持 {url.get_backend_name()} 数据库；可用 SQLite（.db 文件）或 postgresql+psycopg")
    return url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    engine = create_engine(url, connect_args={"timeout": PATIENCE})

    # The driver begins transactions late, and two that want to write then get into each other's way.
    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _parts(unit: UnitResult) -> Iterator[tuple[Any, list[Values]]]:
    """The rows of the parts of an evaluation by table."""
    result = unit.record["result"]
    yield LEVELS, result["level1"]
    yield RATES, [{"rate": rate["id"], "label": rate["label"], "value": rate["value"]} for rate in result["rates"]]
    columns = [column.name for column in INDICATORS.columns if column.name not in ("evaluation", "position")]
    yield INDICATORS, [{name: indicator[name] for name in columns} for indicator in result["indicators"]]
    yield POINTS, [_listing(point, "problems") for point in result["points"]]
    yield PROBLEMS, [_problem(problem) for problem in result["problems"]]
    yield (
        CITATIONS,
        [{"indicator": i["code"], "problem": problem} for i in result["indicators"] for problem in i["problems"]],
    )
    yield (
        FINDINGS,
        [{"severity": f.severity, "code": f.code, "cell": f.cell, "message": f.message} for f in unit.findings],
    )


def _problem(problem: Values) -> Values:
    row, amount = _listing(problem, "indicators"), problem["amount"]
    return {"code": row.pop("id"), **row, "amount": None if amount is None else as_text(amount)}


def _listing(row: Values, name: str) -> Values:
    """The row with a list as people write it."""
    return {**row, name: "、".join(row[name])}


def _clean(row: Values) -> Values:
    """The row without what a database can't hold in a text."""
    return {name: _storable(value) if isinstance(value, str) else value for name, value in row.items()}


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "backslashreplace").decode()
