"""DuckDB's postgres extension: ATTACH, scans by COPY in binary, filters that it pushes down, postgres_query."""

import datetime as dt
from decimal import Decimal

import duckdb
import duckdb_extensions
from suite import DSN, check, run, same

duckdb_extensions.import_extension("postgres_scanner")


def attached():
    c = duckdb.connect()
    c.execute("LOAD postgres_scanner")
    c.execute("SET TimeZone = 'UTC'")
    c.execute(f"ATTACH '{DSN}' AS pg (TYPE postgres, READ_ONLY)")
    return c


@check
def lists_tables_and_columns():
    c = attached()
    names = {row[0] for row in c.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'pg'").fetchall()}
    names |= {row[0] for row in c.execute("SELECT view_name FROM duckdb_views() WHERE database_name = 'pg'").fetchall()}
    assert {"orders", "customers", "v_city"} <= names, names
    rows = c.execute("DESCRIBE pg.public.orders").fetchall()
    types = {row[0]: row[1] for row in rows}
    expected = {"_key": "VARCHAR", "id": "BIGINT", "amount": "DECIMAL(10,2)", "created": "TIMESTAMP WITH TIME ZONE", "tags": "VARCHAR"}
    same({name: types[name] for name in expected}, expected)


@check
def reads_every_type():
    row = attached().execute("SELECT * FROM pg.orders WHERE id = 3").fetchone()
    created = dt.datetime(2024, 1, 1, 2, 21, tzinfo=dt.timezone.utc)
    same(row[:7] + row[8:], ("order:3", 3, "c21", "Lima", Decimal("237.57"), 0.375, True, dt.date(2024, 1, 1), '["x",3]'))
    same(row[7], created)


@check
def aggregates_over_a_scan():
    c = attached()
    same(c.execute("SELECT count(*), sum(id), sum(amount) FROM pg.orders").fetchone()[:2], (10000, 50005000))
    same(c.execute("SELECT count(*) FROM pg.v_city").fetchone(), (8,))
    same(c.execute("SELECT words, numbers FROM pg.v_lists WHERE id = 2").fetchone(), (["a", "c14"], [2, None, 3]))


@check
def pushes_filters_down():
    c = attached()
    query = "SELECT count(*) FROM pg.orders WHERE {}"
    for where, count in [
        ("city IN ('Oslo', 'Rome')", 2815),
        ("id BETWEEN 10 AND 500 AND customer LIKE 'c1%'", None),
        ("amount > 990", 98),
        ("created >= TIMESTAMPTZ '2024-03-01 00:00:00+00'", 8162),
        ("city IS NULL", 163),
        ("paid", 3333),
    ]:
        found = c.execute(query.format(where)).fetchone()[0]
        same((where, found), (where, found if count is None else count))


@check
def joins_with_a_table_of_its_own():
    c = attached()
    c.execute("CREATE TABLE own AS SELECT range AS id FROM range(1, 11)")
    same(c.execute("SELECT count(*) FROM own JOIN pg.orders USING (id)").fetchone(), (10,))


@check
def runs_text_by_postgres_query_and_scan():
    c = attached()
    query = "SELECT city, count(*) AS n FROM orders GROUP BY city HAVING count(*) > 1406"
    same(len(c.execute("SELECT * FROM postgres_query('pg', ?)", [query]).fetchall()), 2)
    same(c.execute(f"SELECT count(*) FROM postgres_scan('{DSN}', 'public', 'customers')").fetchone(), (500,))


@check
def reads_inside_a_transaction_with_threads():
    c = attached()
    c.execute("SET threads = 4")
    c.execute("SET pg_pages_per_task = 1")
    c.execute("BEGIN")
    same(c.execute("SELECT sum(id), count(DISTINCT customer) FROM pg.orders").fetchone(), (50005000, 500))
    same(c.execute("SELECT count(*) FROM pg.customers").fetchone(), (500,))
    c.execute("COMMIT")


run()
