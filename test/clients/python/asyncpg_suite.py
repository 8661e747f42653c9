"""asyncpg: everything binary, named statements, cursors, COPY, pools with their reset, cancel by time-out."""

import asyncio
import datetime as dt
import io
from decimal import Decimal

import asyncpg
from suite import DATABASE, HOST, PASSWORD, PORT, USER, check, run, same

UTC = dt.timezone.utc
PLACE = {"host": HOST, "port": int(PORT), "user": USER, "database": DATABASE, "password": PASSWORD, "ssl": False}
HEAVY = "SELECT count(*) FROM orders a, orders b, orders c WHERE a.price + b.price + c.price > 1e9"


def connected(work):
    """A check of a coroutine that is given a connection."""

    def checked():
        async def all():
            connection = await asyncpg.connect(**PLACE)
            try:
                await work(connection)
            finally:
                await connection.close(timeout=5)

        asyncio.run(all())

    checked.__name__ = work.__name__
    return check(checked)


async def fails(kind, awaitable):
    try:
        await awaitable
    except kind as error:
        return error
    raise AssertionError(f"no {kind}")


@connected
async def reads_every_type_in_binary(c):
    row = await c.fetchrow("SELECT * FROM orders WHERE id = $1", 3)
    created = dt.datetime(2024, 1, 1, 2, 21, tzinfo=UTC)
    same(tuple(row), ("order:3", 3, "c21", "Lima", Decimal("237.57"), 0.375, True, created, dt.date(2024, 1, 1), '["x",3]'))
    same(list(row.keys())[:3], ["_key", "id", "customer"])


@connected
async def reads_arrays_and_null(c):
    row = await c.fetchrow("SELECT words, numbers FROM v_lists WHERE id = $1", 2)
    same((row["words"], row["numbers"]), (["a", "c14"], [2, None, 3]))
    same(await c.fetchval("SELECT city FROM orders WHERE id = 61"), None)


@connected
async def infers_the_types_of_parameters(c):
    for where, value, count in [
        ("id = $1", 7, 1),
        ("amount > $1", Decimal("990.00"), 98),
        ("city = $1", "L'Aquila", 1404),
        ("day = $1", dt.date(2024, 3, 1), 30),
        ("created >= $1", dt.datetime(2024, 3, 1, tzinfo=UTC), 8162),
        ("price < $1", 1.5, 11),
        ("paid = $1", True, 3333),
        ("id = ANY($1)", [1, 5, 20000], 2),
        ("city = ANY($1)", ["Oslo", "Rome"], 2815),
        ("customer LIKE $1 || '%'", "c1", 2220),
        ("id < $1::int", 12, 11),
    ]:
        statement = await c.prepare(f"SELECT count(*) FROM orders WHERE {where}")
        same((where, await statement.fetchval(value)), (where, count))
        same([column.type.name for column in statement.get_attributes()], ["int8"])


@connected
async def describes_a_statement(c):
    statement = await c.prepare("SELECT id, city, amount, created FROM orders WHERE city = $1 AND id < $2 LIMIT $3")
    same([t.name for t in statement.get_parameters()], ["text", "int8", "int8"])
    same([a.type.name for a in statement.get_attributes()], ["int8", "text", "numeric", "timestamptz"])
    for limit in range(1, 9):
        same(len(await statement.fetch("Oslo", 5000, limit)), limit)
    same(statement.get_statusmsg(), "SELECT 8")


@connected
async def walks_a_cursor(c):
    async with c.transaction():
        seen = [row["id"] async for row in c.cursor("SELECT id FROM orders WHERE id <= $1 ORDER BY id", 1000, prefetch=50)]
        same(seen, list(range(1, 1001)))
        cursor = await c.cursor("SELECT id FROM orders ORDER BY id")
        same([row[0] for row in await cursor.fetch(3)], [1, 2, 3])
        same(await cursor.forward(4), 4)
        same((await cursor.fetchrow())[0], 8)


@connected
async def copies_out(c):
    out = io.BytesIO()
    same(await c.copy_from_query("SELECT id, city FROM orders WHERE id < $1 ORDER BY id", 61, output=out, format="csv", header=True), "COPY 60")
    same(out.getvalue().decode().splitlines()[:2], ["id,city", "1,Rome"])
    out = io.BytesIO()
    same(await c.copy_from_table("customers", output=out, columns=["id", "name"], format="binary"), "COPY 500")
    assert out.getvalue().startswith(b"PGCOPY\n\xff\r\n\0")
    assert out.getvalue().endswith(b"\xff\xff")


@connected
async def nests_transactions(c):
    async with c.transaction(isolation="repeatable_read", readonly=True):
        same(await c.fetchval("SELECT count(*) FROM customers"), 500)
        error = await fails(asyncpg.UndefinedTableError, nested(c))
        same(error.sqlstate, "42P01")
        same(await c.fetchval("SELECT 1"), 1)


async def nested(c):
    async with c.transaction():
        await c.fetch("SELECT * FROM nope")


@connected
async def tells_errors(c):
    for text, kind, state in [
        ("SELECT nope FROM orders", asyncpg.UndefinedColumnError, "42703"),
        ("SELEC", asyncpg.PostgresSyntaxError, "42601"),
        ("SELECT 1/0 FROM orders", asyncpg.DivisionByZeroError, "22012"),
    ]:
        same((await fails(kind, c.fetch(text))).sqlstate, state)
    same(await c.fetchval("SELECT 5"), 5)


@connected
async def cancels_by_time_out(c):
    await fails(asyncio.TimeoutError, c.fetchval(HEAVY, timeout=0.5))
    same(await c.fetchval("SELECT count(*) FROM customers"), 500)


@connected
async def learns_a_type_that_it_does_not_know(c):
    rows = await c.fetch("SELECT oid, typname, typacl FROM pg_type WHERE typname = 'int4'")
    same((rows[0]["oid"], rows[0]["typname"]), (23, "int4"))
    same(await c.fetchval("SELECT 'pg_class'::regclass::oid"), 1259)
    await c.set_type_codec("json", encoder=str, decoder=len, schema="pg_catalog")
    same(await c.fetchval("SELECT tags FROM orders WHERE id = 3"), 7)


@connected
async def passes_values_through_in_binary(c):
    moment = dt.datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)
    for kind, value in [
        ("int2", -5),
        ("int4", 2**31 - 1),
        ("int8", 2**62),
        ("float4", 1.25),
        ("float8", 1e300),
        ("numeric", Decimal("-12345.678900")),
        ("bool", False),
        ("text", "ünï"),
        ("bytea", b"\0\xff"),
        ("timestamptz", moment),
        ("timestamp", moment.replace(tzinfo=None)),
        ("date", moment.date()),
        ("time", moment.time()),
        ("interval", dt.timedelta(days=3, seconds=5)),
        ("int4[]", [1, None, 3]),
        ("text[]", ["a", 'b"c', ""]),
        ("jsonb", '{"a": 1}'),
    ]:
        same((kind, await c.fetchval(f"SELECT $1::{kind}", value)), (kind, value))


@check
def shares_a_pool():
    async def work():
        async with asyncpg.create_pool(**PLACE, min_size=2, max_size=5) as pool:
            counts = await asyncio.gather(*[pool.fetchval("SELECT count(*) FROM orders WHERE id % $1 = 0", i) for i in range(1, 31)])
            same(counts, [10000 // i for i in range(1, 31)])

    asyncio.run(work())


run()
