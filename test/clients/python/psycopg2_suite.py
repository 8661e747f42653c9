"""psycopg2: the simple protocol, parameters put in by the client, named cursors, COPY, transactions, cancel."""

import datetime as dt
import io
import threading
from decimal import Decimal

import psycopg2
import psycopg2.errorcodes
import psycopg2.extensions
import psycopg2.extras
from suite import DSN, check, fails, run, same

UTC = dt.timezone.utc
HEAVY = "SELECT count(*) FROM orders a, orders b, orders c WHERE a.price + b.price + c.price > 1e9"


def connect(autocommit=False, **options):
    connection = psycopg2.connect(DSN, **options)
    connection.autocommit = autocommit
    return connection


@check
def reads_every_type():
    with connect() as c, c.cursor() as cursor:
        cursor.execute("SELECT * FROM orders WHERE id = %s", (3,))
        created = dt.datetime(2024, 1, 1, 2, 21, tzinfo=UTC)
        row = ("order:3", 3, "c21", "Lima", Decimal("237.57"), 0.375, True, created, dt.date(2024, 1, 1), ["x", 3])
        same(cursor.fetchall(), [row])
        same([d.type_code for d in cursor.description], [25, 20, 25, 25, 1700, 701, 16, 1184, 1082, 114])
        same((cursor.rowcount, cursor.statusmessage), (1, "SELECT 1"))


@check
def reads_arrays_and_null():
    with connect() as c, c.cursor() as cursor:
        cursor.execute("SELECT words, numbers FROM v_lists WHERE id = 2")
        same(cursor.fetchone(), (["a", "c14"], [2, None, 3]))
        cursor.execute("SELECT city FROM orders WHERE id = 61")
        same(cursor.fetchone(), (None,))


@check
def writes_parameters_of_many_types_into_the_text():
    with connect() as c, c.cursor() as cursor:
        for where, value, count in [
            ("id = %s", 7, 1),
            ("amount > %s", Decimal("990.00"), 98),
            ("city = %s", "L'Aquila", 1404),
            ("day = %s", dt.date(2024, 3, 1), 30),
            ("created >= %s", dt.datetime(2024, 3, 1, tzinfo=UTC), 8162),
            ("id = ANY(%s)", ([1, 5, 20000],), 2),
            ("city = ANY(%s)", (["Oslo", "Rome"],), 2815),
            ("city IN %s", (("Oslo", "Rome"),), 2815),
            ("paid = %s", True, 3333),
            ("customer LIKE %s", "c1%", 2220),
        ]:
            cursor.execute(f"SELECT count(*) FROM orders WHERE {where}", value if isinstance(value, tuple) else (value,))
            same((where, cursor.fetchone()[0]), (where, count))


@check
def walks_a_named_cursor():
    with connect() as c, c.cursor("walker") as cursor:
        cursor.itersize = 700
        cursor.execute("SELECT id FROM orders ORDER BY id")
        same(sum(1 for _ in cursor), 10000)


@check
def scrolls_a_named_cursor_that_is_held():
    with connect() as c:
        cursor = c.cursor("holder", scrollable=True, withhold=True)
        cursor.execute("SELECT id FROM orders WHERE id <= 20 ORDER BY id")
        same(cursor.fetchmany(2), [(1,), (2,)])
        c.commit()
        cursor.scroll(3)
        same(cursor.fetchone(), (6,))
        cursor.scroll(-2)
        same(cursor.fetchone(), (5,))
        cursor.close()


@check
def copies_out():
    with connect() as c, c.cursor() as cursor:
        out = io.StringIO()
        cursor.copy_expert("COPY (SELECT id, city FROM orders WHERE id IN (60, 61) ORDER BY id) TO STDOUT WITH CSV HEADER", out)
        same(out.getvalue(), "id,city\n60,Łódź\n61,\n")
        out = io.StringIO()
        cursor.copy_to(out, "customers", sep="|", null="?", columns=("id", "country"))
        same(len(out.getvalue().splitlines()), 500)
        same(cursor.rowcount, 500)


@check
def ends_a_failed_transaction():
    with connect() as c, c.cursor() as cursor:
        error = fails(psycopg2.errors.UndefinedTable, lambda: cursor.execute("SELECT * FROM nope"))
        same((error.pgcode, error.diag.statement_position), ("42P01", "15"))
        assert 'relation "nope" does not exist' in error.pgerror
        fails(psycopg2.errors.InFailedSqlTransaction, lambda: cursor.execute("SELECT 1"))
        c.rollback()
        cursor.execute("SELECT count(*) FROM customers")
        same(cursor.fetchone(), (500,))


@check
def sets_up_sessions():
    with connect() as c:
        c.set_session(isolation_level="REPEATABLE READ", readonly=True, deferrable=True)
        with c.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            same(cursor.fetchone(), ("repeatable read",))
        c.rollback()
        c.set_client_encoding("UTF8")
        c.reset()
        same(c.get_transaction_status(), psycopg2.extensions.TRANSACTION_STATUS_IDLE)


@check
def cancels_a_query():
    c = connect(autocommit=True)
    timer = threading.Timer(0.4, c.cancel)
    timer.start()
    error = fails(psycopg2.errors.QueryCanceled, lambda: c.cursor().execute(HEAVY))
    same(error.pgcode, "57014")
    timer.join()
    cursor = c.cursor()
    cursor.execute("SELECT 1")
    same(cursor.fetchone(), (1,))


@check
def waits_as_an_asynchronous_connection():
    c = psycopg2.connect(DSN, async_=True)
    psycopg2.extras.wait_select(c)
    cursor = c.cursor()
    cursor.execute("SELECT count(*) FROM orders WHERE id < %s", (50,))
    psycopg2.extras.wait_select(c)
    same(cursor.fetchone(), (49,))


@check
def reads_rows_by_name_and_in_pages():
    with connect() as c, c.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
        cursor.execute("SELECT city, count(*) AS n FROM orders GROUP BY city HAVING count(*) > 200 ORDER BY city")
        assert all(row["n"] > 1000 for row in cursor.fetchall())
        cursor.execute("SELECT id FROM orders ORDER BY id LIMIT 3 OFFSET 10")
        same([row["id"] for row in cursor], [11, 12, 13])


@check
def runs_several_statements_and_an_empty_one():
    with connect(autocommit=True) as c, c.cursor() as cursor:
        cursor.execute("SET search_path = public; SELECT 1; SELECT count(*) FROM customers")
        same(cursor.fetchone(), (500,))
        fails(psycopg2.ProgrammingError, lambda: cursor.execute(""))
        cursor.execute("-- ping\n;SELECT 2")
        same(cursor.fetchone(), (2,))


@check
def refuses_writes_and_stays_whole():
    c = connect(autocommit=True)
    with c.cursor() as cursor:
        for text in ["INSERT INTO nope VALUES (1)", "UPDATE nope SET a = 1", "DROP TABLE nope"]:
            code = fails(psycopg2.Error, lambda: cursor.execute(text)).pgcode
            assert code in ("25006", "42P01", "42501", "0A000"), (text, code)
        cursor.execute("SELECT 1")


run()
