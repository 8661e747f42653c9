"""psycopg 3: parameters, types in text and binary, server cursors, pipeline, COPY, transactions, errors, cancel."""

import datetime as dt
import threading
import time
import uuid
from decimal import Decimal

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types import TypeInfo
from suite import DSN, check, fails, run, same

UTC = dt.timezone.utc


def connect(**options):
    return psycopg.connect(DSN, **options)


@check
def tells_server_version_and_parameters():
    with connect() as c:
        assert c.info.server_version >= 140000
        same(c.info.parameter_status("client_encoding"), "UTF8")
        same(c.info.parameter_status("standard_conforming_strings"), "on")
        same(c.info.parameter_status("integer_datetimes"), "on")
        same(c.info.encoding, "utf-8")


@check
def reads_every_type_alike_in_text_and_binary():
    rows = []
    for binary in (False, True):
        with connect() as c:
            c.execute("SET TimeZone = 'UTC'")
            rows.append(c.cursor(binary=binary).execute("SELECT * FROM orders WHERE id = 3").fetchall())
    same(rows[0], rows[1])
    created = dt.datetime(2024, 1, 1, 2, 21, tzinfo=UTC)
    expected = ("order:3", 3, "c21", "Lima", Decimal("237.57"), 0.375, True, created, dt.date(2024, 1, 1), ["x", 3])
    same(rows[0], [expected])


@check
def reads_null_and_letters_beyond_ascii():
    for binary in (False, True):
        with connect() as c:
            cursor = c.cursor(binary=binary)
            same(cursor.execute("SELECT city FROM orders WHERE id = 61").fetchone(), (None,))
            same(cursor.execute("SELECT name FROM customers WHERE id = 3").fetchone(), ("Customer 3 ✓",))
            same(cursor.execute("SELECT DISTINCT city FROM orders WHERE city LIKE 'Ł%'").fetchall(), [("Łódź",)])


@check
def reads_arrays_alike_in_text_and_binary():
    for binary in (False, True):
        with connect() as c:
            row = c.cursor(binary=binary).execute("SELECT words, numbers FROM v_lists WHERE id = 2").fetchone()
            same(row, (["a", "c14"], [2, None, 3]))


@check
def binds_parameters_of_many_types():
    day = dt.date(2024, 3, 1)
    created = dt.datetime(2024, 3, 1, tzinfo=UTC)
    with connect() as c:
        for where, value, count in [
            ("id = %s", 7, 1),
            ("id = %b", 7, 1),
            ("id = %t", 7, 1),
            ("id < %s", 2**40, 10000),
            ("amount > %s", Decimal("990.00"), 98),
            ("price < %s", 1.5, 11),
            ("paid = %s", True, 3333),
            ("city = %s", "L'Aquila", None),
            ("day = %s", day, None),
            ("created >= %s", created, 8162),
            ("id = any(%s)", [1, 5, 20000], 2),
            ("city = any(%s)", ["Oslo", "Rome"], None),
            ("city IS NOT DISTINCT FROM %s", None, 163),
        ]:
            found = c.execute(f"SELECT count(*) FROM orders WHERE {where}", (value,)).fetchone()[0]
            if count is None:
                assert 0 < found < 9000, (where, found)
            else:
                same((where, found), (where, count))


@check
def prepares_a_statement_that_runs_often():
    with connect() as c:
        for id in range(1, 12):
            same(c.execute("SELECT customer FROM orders WHERE id = %s", (id,)).fetchone(), (f"c{id * 7 % 500}",))


@check
def names_columns_and_types_in_the_description():
    with connect() as c:
        cursor = c.execute("SELECT id, amount, created AS at, count(*) OVER () AS n FROM orders LIMIT 1")
        same([(d.name, d.type_code) for d in cursor.description], [("id", 20), ("amount", 1700), ("at", 1184), ("n", 20)])
        same((cursor.description[1].precision, cursor.description[1].scale), (10, 2))
        same((cursor.rowcount, cursor.statusmessage), (1, "SELECT 1"))


@check
def walks_a_server_cursor():
    with connect() as c, c.cursor("walker") as cursor:
        cursor.itersize = 300
        cursor.execute("SELECT id FROM orders WHERE id <= %s ORDER BY id", (1000,))
        same([row[0] for row in cursor], list(range(1, 1001)))


@check
def scrolls_a_server_cursor():
    with connect() as c, c.cursor("scroller", scrollable=True) as cursor:
        cursor.execute("SELECT id FROM orders WHERE id <= 100 ORDER BY id")
        same(cursor.fetchmany(3), [(1,), (2,), (3,)])
        cursor.scroll(4)
        same(cursor.fetchone(), (8,))
        cursor.scroll(0, mode="absolute")
        same(cursor.fetchone(), (1,))
        same(len(cursor.fetchall()), 99)


@check
def holds_a_server_cursor_over_commit():
    with connect() as c:
        cursor = c.cursor("holder", withhold=True)
        cursor.execute("SELECT id FROM orders WHERE id <= 10 ORDER BY id")
        same(cursor.fetchone(), (1,))
        c.commit()
        same(cursor.fetchone(), (2,))
        cursor.close()


@check
def reads_a_binary_server_cursor():
    with connect() as c, c.cursor("binary_cursor", binary=True) as cursor:
        cursor.execute("SELECT id, amount, day FROM orders WHERE id = 2")
        same(cursor.fetchall(), [(2, Decimal("158.38"), dt.date(2024, 1, 1))])


@check
def loses_a_cursor_at_the_end_of_the_transaction():
    with connect() as c:
        c.execute("DECLARE gone CURSOR FOR SELECT id FROM orders")
        c.rollback()
        same(fails(psycopg.Error, lambda: c.execute("FETCH 1 FROM gone")).sqlstate, "34000")


@check
def streams_rows():
    with connect() as c:
        same(sum(1 for _ in c.cursor().stream("SELECT id, customer FROM orders")), 10000)


@check
def runs_a_pipeline():
    with connect(autocommit=True) as c, c.pipeline():
        cursors = [c.execute("SELECT %s::int + count(*) FROM orders", (i,)) for i in range(20)]
        same([cursor.fetchone()[0] for cursor in cursors], [10000 + i for i in range(20)])


@check
def goes_on_after_an_error_in_a_pipeline():
    with connect(autocommit=True) as c:
        def work():
            with c.pipeline() as pipeline:
                c.execute("SELECT 1")
                c.execute("SELECT nope FROM orders")
                c.execute("SELECT 2")
                pipeline.sync()

        same(fails(psycopg.Error, work).sqlstate, "42703")
        same(c.execute("SELECT count(*) FROM customers").fetchone(), (500,))


@check
def copies_out_as_text_csv_and_binary():
    with connect() as c:
        cursor = c.cursor()
        with cursor.copy("COPY (SELECT id, city, paid FROM orders WHERE id IN (60, 61) ORDER BY id) TO STDOUT") as copy:
            same(b"".join(copy).decode(), "60\tŁódź\tt\n61\t\\N\tf\n")
        with cursor.copy("COPY (SELECT id, tags FROM orders WHERE id = 2) TO STDOUT (FORMAT csv, HEADER)") as copy:
            same(b"".join(copy), b'id,tags\n2,"{""size"":2,""words"":[""a"",""b \\""q\\""""]}"\n')
        with cursor.copy("COPY (SELECT id, amount, customer FROM orders WHERE id = 2) TO STDOUT (FORMAT binary)") as copy:
            copy.set_types(["int8", "numeric", "text"])
            same(list(copy.rows()), [(2, Decimal("158.38"), "c14")])
        same(cursor.rowcount, 1)


@check
def copies_a_whole_table_out():
    with connect() as c:
        cursor = c.cursor()
        with cursor.copy("COPY customers (id, name) TO STDOUT") as copy:
            same(sum(bytes(data).count(b"\n") for data in copy), 500)
        same(cursor.rowcount, 500)


@check
def refuses_to_copy_in_and_goes_on():
    with connect(autocommit=True) as c:
        def work():
            with c.cursor().copy("COPY customers FROM STDIN") as copy:
                copy.write("customer:x\t1\tx\ty\textra\n")

        assert fails(psycopg.Error, work).sqlstate in ("25006", "42501", "0A000", "22P04")
        same(c.execute("SELECT 1").fetchone(), (1,))


@check
def rolls_back_to_savepoints():
    with connect() as c:
        c.execute("SELECT 1")
        with c.transaction():
            fails(psycopg.errors.UndefinedTable, lambda: nested(c))
            same(c.execute("SELECT count(*) FROM customers").fetchone(), (500,))


def nested(c):
    with c.transaction():
        c.execute("SELECT * FROM nope")


@check
def reports_a_failed_transaction_until_its_end():
    with connect() as c:
        fails(psycopg.Error, lambda: c.execute("SELECT * FROM nope"))
        same(c.info.transaction_status, psycopg.pq.TransactionStatus.INERROR)
        same(fails(psycopg.Error, lambda: c.execute("SELECT 1")).sqlstate, "25P02")
        c.rollback()
        same(c.execute("SELECT 1").fetchone(), (1,))


@check
def tells_state_message_and_position_of_errors():
    with connect(autocommit=True) as c:
        for text, state, position in [
            ("SELECT * FROM nope", "42P01", 15),
            ("SELECT nope FROM orders", "42703", 8),
            ("SELEC 1", "42601", 1),
            ("SELECT id FROM orders WHERE", "42601", 28),
            ("SELECT nofunc(id) FROM orders", "42883", 8),
            ("SELECT city, count(*) FROM orders", "42803", 8),
            ("SELECT 'x'::int", "22P02", 8),
        ]:
            diag = fails(psycopg.Error, lambda: c.execute(text)).diag
            same((text, diag.sqlstate, diag.severity, diag.severity_nonlocalized), (text, state, "ERROR", "ERROR"))
            same((text, diag.statement_position), (text, str(position)))
        diag = fails(psycopg.Error, lambda: c.execute("SELECT 1/0 FROM orders")).diag
        same((diag.sqlstate, diag.message_primary), ("22012", "division by zero"))


@check
def composes_names_safely():
    with connect() as c:
        text = sql.SQL("SELECT {} FROM {} WHERE {} = {}").format(
            sql.Identifier("orders", "customer"),
            sql.Identifier("public", "orders"),
            sql.Identifier("city"),
            sql.Literal("L'Aquila"),
        )
        assert len(c.execute(text).fetchall()) > 1000


@check
def finds_types_in_the_catalog():
    with connect(autocommit=True) as c:
        info = TypeInfo.fetch(c, "numeric")
        same((info.oid, info.array_oid), (1700, 1231))
        same(TypeInfo.fetch(c, "hstore"), None)


@check
def cancels_a_query():
    with connect(autocommit=True) as c:
        timer = threading.Timer(0.4, c.cancel)
        timer.start()
        start = time.monotonic()
        error = fails(psycopg.Error, lambda: c.execute("SELECT count(*) FROM orders a, orders b, orders c WHERE a.price + b.price + c.price > 1e9"))
        same(error.sqlstate, "57014")
        assert time.monotonic() - start < 5
        timer.join()
        same(c.execute("SELECT count(*) FROM customers").fetchone(), (500,))


@check
def ends_a_statement_at_its_time_out():
    with connect(autocommit=True) as c:
        c.execute("SET statement_timeout = 300")
        work = lambda: c.execute("SELECT count(*) FROM orders a, orders b, orders c WHERE a.price + b.price + c.price > 1e9")
        same(fails(psycopg.Error, work).sqlstate, "57014")
        c.execute("SET statement_timeout = 0")
        same(c.execute("SELECT 1").fetchone(), (1,))


@check
def takes_isolation_levels_and_settings():
    with connect() as c:
        c.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        c.read_only = True
        c.deferrable = True
        same(c.execute("SHOW transaction_isolation").fetchone(), ("repeatable read",))
        same(c.execute("SHOW transaction_read_only").fetchone(), ("on",))
        c.rollback()
    with connect(options="-c statement_timeout=12345 -c application_name=suite") as c:
        same(c.execute("SHOW statement_timeout").fetchone(), ("12345ms",))
        same(c.execute("SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()").fetchone(), ("suite",))


@check
def answers_several_results_of_one_call():
    with connect(autocommit=True) as c:
        cursor = c.execute("SELECT 1; SELECT id FROM orders WHERE id < 3 ORDER BY 1; SET search_path = public")
        same(cursor.fetchall(), [(1,)])
        cursor.nextset()
        same(cursor.fetchall(), [(1,), (2,)])
        assert cursor.nextset()
        same(cursor.statusmessage, "SET")


@check
def reads_rows_as_dictionaries_with_client_side_binding():
    with psycopg.connect(DSN, row_factory=dict_row, cursor_factory=psycopg.ClientCursor) as c:
        rows = c.execute("SELECT city, count(*) AS n FROM orders WHERE id < %s GROUP BY city ORDER BY n DESC, city", (100,)).fetchall()
        same(sum(row["n"] for row in rows), 99)


@check
def passes_values_through():
    value = uuid.UUID("12345678-1234-5678-1234-567812345678")
    moment = dt.datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)
    for binary in (False, True):
        with connect() as c:
            cursor = c.cursor(binary=binary)
            for given in [1, 2**31, 2**62, -5, 1.25, Decimal("-12345.6789"), True, "ünï", b"\x00\xff", value, moment, moment.date(), moment.time(), dt.timedelta(days=3, seconds=5), [1, 2]]:
                same(cursor.execute("SELECT %s", (given,)).fetchone(), (given,))


run()
