"""ibis: tables, expressions, batches, own SQL."""

import ibis
from ibis import _
from suite import DATABASE, HOST, PASSWORD, PORT, USER, check, run, same


def connect():
    return ibis.postgres.connect(host=HOST, port=int(PORT), user=USER, password=PASSWORD, database=DATABASE)


@check
def lists_tables_and_schemas():
    c = connect()
    assert {"orders", "customers", "v_city"} <= set(c.list_tables())
    schema = c.table("orders").schema()
    found = {name: str(schema[name]).lstrip("!") for name in ("id", "city", "amount", "day")}
    same(found, {"id": "int64", "city": "string", "amount": "decimal(10, 2)", "day": "date"})
    assert schema["created"].is_timestamp(), schema["created"]
    assert "public" in c.list_databases()


@check
def runs_expressions():
    orders = connect().table("orders")
    same(orders.count().execute(), 10000)
    grouped = orders.group_by("city").aggregate(n=_.count(), total=_.amount.sum()).order_by(ibis.desc("n")).execute()
    same((len(grouped), int(grouped.n.sum())), (8, 10000))
    months = orders.mutate(m=_.created.truncate("M")).group_by("m").aggregate(n=_.count()).order_by("m").limit(2).execute()
    same(int(months.n.iloc[0]), 949)
    same(orders.filter((_.customer.startswith("c1")) & _.city.isin(["Oslo", "Rome"])).count().execute(), 625)


@check
def joins_and_windows():
    c = connect()
    orders, customers = c.table("orders"), c.table("customers")
    joined = orders.join(customers, customers["_key"] == ibis.literal("customer:") + orders["customer"])
    same(joined.filter(customers.country == "NO").count().execute(), 2000)
    ranked = orders.mutate(n=ibis.row_number().over(ibis.window(group_by="city", order_by="id")))
    same(ranked.filter(_.n == 0).count().execute(), 8)


@check
def reads_batches():
    reader = connect().table("customers").to_pyarrow_batches(chunk_size=100)
    same(sum(batch.num_rows for batch in reader), 500)
    same(connect().table("orders").select("id", "price", "day").to_pyarrow().num_rows, 10000)


@check
def wraps_own_sql():
    table = connect().sql("SELECT city, count(*) AS n FROM orders WHERE id < 100 GROUP BY city")
    same(int(table.n.sum().execute()), 99)


run()
