"""pgcli and harlequin: completion's catalog queries, special commands, the catalog tree, fetching."""

import os
import subprocess
import sys

from suite import DATABASE, DSN, HOST, PASSWORD, PORT, USER, check, fails, run, same

PGCLI = os.path.join(os.path.dirname(sys.executable), "pgcli")


def pgcli(*commands):
    words = [word for command in commands for word in ("-c", command)]
    place = ["-h", HOST, "-p", PORT, "-U", USER, "-d", DATABASE]
    done = subprocess.run([PGCLI, *place, *words], capture_output=True, text=True, env={**os.environ, "PGPASSWORD": PASSWORD}, timeout=60)
    return done.stdout + done.stderr


@check
def pgcli_runs_statements():
    text = pgcli("SELECT city, count(*) AS n FROM orders GROUP BY city ORDER BY n DESC, city LIMIT 1")
    assert "1408" in text, text


@check
def pgcli_describes():
    text = pgcli("\\d orders")
    assert "amount" in text and "numeric(10,2)" in text and "_key" in text, text
    text = pgcli("\\dt", "\\dv", "\\dn", "\\l", "\\du", "\\df pg_catalog.pg_typeof", "\\dT")
    for word in ("orders", "v_city", "public", "redis"):
        assert word in text, text
    assert "Traceback" not in text, text


@check
def pgcli_fills_its_completion():
    from pgcli.pgexecute import PGExecute

    executor = PGExecute(DATABASE, USER, PASSWORD, HOST, PORT)
    assert "public" in executor.schemata()
    tables = set(executor.tables()) | set(executor.views())
    assert {("public", "orders"), ("public", "v_city")} <= tables, tables
    columns = {(row[1], row[2]): row[3] for row in [*executor.table_columns(), *executor.view_columns()]}
    same(columns[("orders", "amount")], "numeric")
    same(list(executor.foreignkeys()), [])
    assert DATABASE in executor.databases()
    assert executor.search_path()
    assert len(list(executor.functions())) > 1000
    list(executor.datatypes())
    list(executor.casing())


@check
def pgcli_recovers_from_errors():
    from pgcli.pgexecute import PGExecute

    executor = PGExecute(DATABASE, USER, PASSWORD, HOST, PORT)
    rows = [list(cur) if cur is not None else None for _t, cur, _h, _s, _q, _ok, _sp in executor.run("SELECT 1; SELECT count(*) FROM customers")]
    same(rows, [[(1,)], [(500,)]])
    fails(Exception, lambda: list(executor.run("SELECT * FROM nope")))
    rows = [list(cur) for _t, cur, *_rest in executor.run("SELECT 7")]
    same(rows, [[(7,)]])


@check
def harlequin_shows_the_catalog_and_rows():
    from harlequin_postgres.adapter import HarlequinPostgresAdapter

    connection = HarlequinPostgresAdapter((URL_WITH_PASSWORD,)).connect()
    try:
        databases = {item.label: item for item in connection.get_catalog().items}
        assert DATABASE in databases, databases
        schemas = {item.label: item for item in children(databases[DATABASE])}
        relations = {item.label: item for item in children(schemas["public"])}
        assert {"orders", "customers", "v_city"} <= set(relations), relations
        columns = [item.label for item in children(relations["customers"])]
        same(columns, ["_key", "id", "name", "country"])
        cursor = connection.execute("SELECT id, city FROM orders ORDER BY id")
        same([name for name, _ in cursor.columns()], ["id", "city"])
        same(len(cursor.set_limit(20).fetchall()), 20)
        assert len(connection.get_completions()) > 100
        fails(Exception, lambda: connection.execute("SELECT * FROM nope"))
        same(connection.execute("SELECT count(*) FROM customers").fetchall(), [(500,)])
    finally:
        connection.close()


def children(item):
    fetch = getattr(item, "fetch_children", None)
    return list(item.children) or (list(fetch()) if fetch else [])


URL_WITH_PASSWORD = f"postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{DATABASE}"
run()
