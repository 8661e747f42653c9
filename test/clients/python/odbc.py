"""psqlODBC under unixODBC, by pyodbc and isql: catalog functions, cursors by declare/fetch, parameters, savepoints."""

import datetime as dt
import glob
import os
import subprocess
import tempfile
from decimal import Decimal

import pyodbc
from suite import DATABASE, HOST, PASSWORD, PORT, USER, check, fails, run, same

DRIVER = glob.glob("/usr/lib/*/odbc/psqlodbcw.so")[0]
BASE = f"DRIVER={DRIVER};SERVER={HOST};PORT={PORT};DATABASE={DATABASE};UID={USER};PWD={PASSWORD};SSLmode=disable"


def connect(words="", **options):
    return pyodbc.connect(f"{BASE};{words}", **options)


@check
def reads_every_type():
    with connect() as c:
        row = c.execute("SELECT * FROM orders WHERE id = ?", 3).fetchone()
        same(tuple(row)[:6], ("order:3", 3, "c21", "Lima", Decimal("237.57"), 0.375))
        same((str(row.paid), row.day, row.tags), ("1", dt.date(2024, 1, 1), '["x",3]'))


@check
def lists_tables_columns_and_keys():
    with connect() as c:
        names = {row.table_name: row.table_type for row in c.cursor().tables(schema="public")}
        assert {"orders", "customers", "v_city"} <= set(names), names
        columns = {row.column_name: row.type_name for row in c.cursor().columns(table="orders")}
        same((columns["id"], columns["amount"], columns["day"]), ("int8", "numeric", "date"))
        same([row.column_name for row in c.cursor().primaryKeys("orders", schema="public")], ["_key"])
        same(c.cursor().foreignKeys("orders").fetchall(), [])
        c.cursor().statistics("orders").fetchall()
        assert len(c.cursor().getTypeInfo().fetchall()) > 10
        c.cursor().procedures().fetchall()
        assert c.getinfo(pyodbc.SQL_DBMS_NAME) == "PostgreSQL"


@check
def binds_parameters():
    with connect() as c:
        for where, value, count in [
            ("id = ?", 7, 1),
            ("amount > ?", Decimal("990.00"), 98),
            ("city = ?", "L'Aquila", 1404),
            ("day = ?", dt.date(2024, 3, 1), 30),
            ("price < ?", 1.5, 11),
            ("customer LIKE ?", "c1%", 2220),
        ]:
            same((where, c.execute(f"SELECT count(*) FROM orders WHERE {where}", value).fetchval()), (where, count))


@check
def fetches_by_declared_cursors():
    with connect("UseDeclareFetch=1;Fetch=100") as c:
        same(sum(1 for _ in c.execute("SELECT id, customer FROM orders")), 10000)
        same(c.execute("SELECT count(*) FROM customers").fetchval(), 500)


@check
def prepares_on_the_server_and_goes_on_after_errors():
    for protocol in ("7.4-0", "7.4-1", "7.4-2"):
        with connect(f"UseServerSidePrepare=1;Protocol={protocol}") as c:
            for id in range(1, 8):
                same(c.execute("SELECT customer FROM orders WHERE id = ?", id).fetchval(), f"c{id * 7}")
            error = fails(pyodbc.Error, lambda: c.execute("SELECT * FROM nope"))
            same(error.args[0], "42P01" if protocol != "x" else "")
            if protocol != "7.4-2":
                c.rollback()
            same(c.execute("SELECT count(*) FROM customers").fetchval(), 500)


@check
def describes_columns_with_their_table():
    with connect() as c:
        cursor = c.execute("SELECT id, amount, city FROM orders WHERE id < 3")
        same([(column[0], column[1]) for column in cursor.description], [("id", int), ("amount", Decimal), ("city", str)])


@check
def isql_runs_statements():
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/odbc.ini", "w") as file:
            file.write(f"[shop]\nDriver={DRIVER}\nServername={HOST}\nPort={PORT}\nDatabase={DATABASE}\nUsername={USER}\nPassword={PASSWORD}\n")
        words = ["isql", "-b", "-d|", "shop", USER, PASSWORD]
        text = "SELECT id, city FROM orders WHERE id < 3 ORDER BY id\nhelp orders\nSELECT nope\nSELECT 7\n"
        done = subprocess.run(words, input=text, capture_output=True, text=True, env={**os.environ, "ODBCINI": f"{folder}/odbc.ini"})
        lines = done.stdout.splitlines()
        assert "1|Rome" in lines and "7" in lines, done.stdout + done.stderr
        assert any("|orders|amount|" in line for line in lines), done.stdout


run()
