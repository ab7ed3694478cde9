"""The store: one evaluation for each unit, year and framework, whoever writes, however often."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, Text, cast, create_engine, func, inspect, make_url, select, text

from tests.batch.server import is_available, postgres
from tests.batch.submissions import submission, write
from tests.support.command import ROOT, run
from tests.support.examples import example
from xlperf.batch import schema
from xlperf.batch.crossyear import LastYear
from xlperf.batch.journal import Journal
from xlperf.batch.outputs import unit_results
from xlperf.batch.settlement import settle
from xlperf.batch.store import Store
from xlperf.batch.tables import UnitResult
from xlperf.editions.conversion import Edition
from xlperf.errors import UserError

# Those of the units in the dumps of stores/.
IN_DUMP = ("renhua-2021.xlsx", "renhua-2021.xlsm", "mof-department.xlsx", "wuhua-2023.xlsm")
COUNT = len(IN_DUMP)
OLD = (
    *("id", "key", "identity", "year", "framework", "framework_version", "edition", "total", "grade"),
    *("reported_total", "reported_grade", "status", "file", "saved"),
)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[UnitResult]:
    """The results of a small batch."""
    place = tmp_path_factory.mktemp("库")
    for number in range(COUNT):
        write(place / "a" / f"{number}{Path(IN_DUMP[number]).suffix}", submission(number, masters=IN_DUMP))
    assert run(place, "batch", "a", "-o", "out", "--quiet", "--store", "库.db")[0] == 1
    assert (place / "库.db").exists()
    journal = Journal(place / "out")
    journal.read()
    settlement = settle(journal.entries.values(), (), None)
    found = list(unit_results(journal, settlement, LastYear(), has_roster=False))
    assert counts(f"sqlite:///{place / '库.db'}") == expected(found)
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if not is_available():
        if os.environ.get("XLPERF_REQUIRE_HOSTS") == "1":
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    with postgres() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'a.db'}"
        return
    server = request.getfixturevalue("server")
    empty(server)
    yield server


def empty(server: str) -> None:
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    engine.dispose()


def all_rows(address: str) -> dict[str, list[tuple[Any, ...]]]:
    engine = create_engine(address)
    with engine.connect() as connection:
        found = {
            table.name: sorted(tuple(row) for row in connection.execute(select(*_shown(table))))
            for table in schema.METADATA.sorted_tables
        }
    engine.dispose()
    return found


def _shown(table: Table) -> list[Any]:
    """All columns but the numbers that a database gives out, as text, so that they sort."""
    shown = (column for column in table.columns if column.name not in ("id", "evaluation"))
    return [func.coalesce(cast(column, Text), "") for column in shown]


def counts(address: str) -> dict[str, int]:
    return {name: len(rows) for name, rows in all_rows(address).items()}


def expected(results: list[UnitResult]) -> dict[str, int]:
    of = [unit.record["result"] for unit in results]
    return {
        "xlperf_schema": 1,
        "units": len(results),
        "evaluations": len(results),
        "levels": sum(len(result["level1"]) for result in of),
        "rates": sum(len(result["rates"]) for result in of),
        "indicators": sum(len(result["indicators"]) for result in of),
        "points": sum(len(result["points"]) for result in of),
        "problems": sum(len(result["problems"]) for result in of),
        "citations": sum(len(i["problems"]) for result in of for i in result["indicators"]),
        "findings": sum(len(unit.findings) for unit in results),
    }


def put(address: str, results: list[UnitResult]) -> list[bool]:
    with Store(address) as store:
        return [store.put(unit) for unit in results]


def later(unit: UnitResult, total: float, by: float) -> UnitResult:
    """The unit's corrected file."""
    result = {**unit.record["result"], "total": total}
    entry = dataclasses.replace(unit.entry, saved=unit.entry.saved + by, total=total, file="改正.xlsx")
    return dataclasses.replace(unit, entry=entry, record={**unit.record, "result": result})


def test_a_second_run_changes_nothing(address: str, results: list[UnitResult]) -> None:
    assert all(put(address, results))
    before = all_rows(address)
    assert all(put(address, results))
    assert all_rows(address) == before
    assert counts(address) == expected(results)


def test_the_latest_file_counts(address: str, results: list[UnitResult]) -> None:
    put(address, results)
    assert put(address, [later(results[0], 77.5, 60)]) == [True]
    corrected = all_rows(address)
    assert counts(address) == expected(results)
    assert sum("改正.xlsx" in row for row in corrected["evaluations"]) == 1
    assert put(address, results) == [False, *[True] * (COUNT - 1)]
    assert all_rows(address) == corrected


def test_two_batches_at_once(address: str, results: list[UnitResult]) -> None:
    problems: list[BaseException] = []

    def write_all(mine: list[UnitResult]) -> None:
        try:
            for _ in range(3):
                put(address, mine)
        except UserError as error:
            problems.append(error)

    threads = [threading.Thread(target=write_all, args=(results,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert counts(address) == expected(results)


def test_migrations(address: str, results: list[UnitResult], monkeypatch: pytest.MonkeyPatch) -> None:
    put(address, results)
    before = all_rows(address)

    def add_note(connection: Any) -> None:
        connection.execute(text("ALTER TABLE units ADD COLUMN note TEXT"))

    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, add_note))
        put(address, results)
        put(address, results)
    after = all_rows(address)
    assert after.pop("xlperf_schema") == [("3",)]
    assert after == {name: rows for name, rows in before.items() if name != "xlperf_schema"}
    with pytest.raises(UserError, match="更新版本"):
        put(address, results)


def load_version1(address: str) -> None:
    """The store that the first version of the tables left: four units, a few lines of each."""
    kind = make_url(address).get_backend_name()
    dump = (Path(__file__).parent / "stores" / f"version1-{kind}.sql").read_text(encoding="utf-8")
    engine = create_engine(address)
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            driver.executescript(dump)
        else:
            driver.execute(dump)
            driver.commit()
    engine.dispose()


def shape(address: str) -> dict[str, Any]:
    """The tables with their columns, keys and references."""
    engine = create_engine(address)
    found = inspect(engine)
    shown = {
        name: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(name)),
            found.get_pk_constraint(name)["constrained_columns"],
            [(k["constrained_columns"], k["referred_table"], k["options"]) for k in found.get_foreign_keys(name)],
            sorted(str(i["column_names"]) for i in found.get_indexes(name)),
        )
        for name in found.get_table_names()
    }
    engine.dispose()
    return shown


def test_a_store_of_the_first_version(address: str, results: list[UnitResult], tmp_path: Path) -> None:
    load_version1(address)
    before = rows_of(address, "SELECT * FROM evaluations ORDER BY id")
    cited = rows_of(address, "SELECT * FROM problems ORDER BY evaluation, position")
    assert len(before) == 4
    assert len(cited) == 8
    put(address, [])
    assert rows_of(address, "SELECT version FROM xlperf_schema") == [(2,)]
    after = rows_of(address, f"SELECT {', '.join(OLD)} FROM evaluations ORDER BY id")
    assert after == before
    assert rows_of(address, "SELECT * FROM citations ORDER BY evaluation, position") == cited
    assert rows_of(address, "SELECT * FROM points") == rows_of(address, "SELECT * FROM problems") == []
    # The units of the dump are those of the results: their evaluations are replaced, whole.
    assert all(put(address, [later(unit, 1.5, 1e9) for unit in results]))
    assert counts(address) == {**expected(results), "xlperf_schema": 1}
    if make_url(address).get_backend_name() == "sqlite":
        fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
        put(fresh, results)
        assert shape(address) == shape(fresh)


def test_an_upgraded_store_is_like_a_new_one_in_postgresql(server: str) -> None:
    shapes = []
    for is_old in (True, False):
        empty(server)
        if is_old:
            load_version1(server)
        put(server, [])
        shapes.append(shape(server))
    assert shapes[0] == shapes[1]


def rows_of(address: str, query: str) -> list[tuple[Any, ...]]:
    engine = create_engine(address)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def test_tables_of_somebody_else_stay(address: str, results: list[UnitResult]) -> None:
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE units (a INTEGER)"))
    engine.dispose()
    with pytest.raises(UserError, match="units"):
        put(address, results)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense", "postgresql"),
        ("mysql://a:b@c/d", "mysql"),
        ("sqlite:////no/such/folder/a.db", "不能用"),
        ("postgresql+psycopg://me:secret@/x?host=/no/such/socket", "不能用"),
    ],
)
def test_addresses_that_are_refused(address: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as refused, Store(address):
        pass
    assert "secret" not in str(refused.value)


def test_the_address_on_the_page(server: str, tmp_path: Path) -> None:
    """What docs/批量.md has for a server, with this one's user, machine and database."""
    shown = "--store postgresql+psycopg://用户:密码@主机/库"
    assert f"`{shown}`" in (ROOT / "docs" / "批量.md").read_text(encoding="utf-8")
    empty(server)
    write(tmp_path / "交来" / "五华.xlsx", example("wuhua-2023", Edition.NATIVE).data)
    option, place = shown.replace("用户:密码@主机/库", f"xlperf:any@{server.partition('@')[2]}").split()
    assert run(tmp_path, "batch", "交来", "-o", "结果", "--quiet", option, place) == (1, "", "")
    assert len(all_rows(server)["evaluations"]) == 1
