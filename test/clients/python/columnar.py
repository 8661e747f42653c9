"""ADBC, connectorx and Polars: Arrow and data frames by COPY in binary, partitions, metadata."""

import adbc_driver_postgresql.dbapi as adbc
import connectorx
import polars
import pyarrow
from suite import URL, check, run, same


@check
def adbc_fetches_an_arrow_table():
    with adbc.connect(URL) as c, c.cursor() as cursor:
        cursor.execute("SELECT id, customer, city, price, paid, created, day FROM orders ORDER BY id")
        table = cursor.fetch_arrow_table()
        same((table.num_rows, table.column("city").null_count), (10000, 163))
        same([str(field.type) for field in table.schema][:5], ["int64", "string", "string", "double", "bool"])
        same(str(table.schema.field("day").type), "date32[day]")
        same(sum(table.column("id").to_pylist()), 50005000)


@check
def adbc_reads_decimals_json_and_lists():
    with adbc.connect(URL) as c, c.cursor() as cursor:
        cursor.execute("SELECT amount, tags FROM orders WHERE id = 2")
        row = cursor.fetchone()
        same(str(row[0]), "158.38")
        cursor.execute("SELECT words, numbers FROM v_lists WHERE id = 2")
        same(cursor.fetchone(), (["a", "c14"], [2, None, 3]))


@check
def adbc_binds_parameters():
    with adbc.connect(URL) as c, c.cursor() as cursor:
        cursor.execute("SELECT id FROM orders WHERE city = $1 AND id < $2 ORDER BY id", ("Oslo", 30))
        rows = [row[0] for row in cursor.fetchall()]
        assert rows and all(id < 30 for id in rows), rows
        cursor.execute("SELECT count(*) FROM orders WHERE price < $1", (1.5,))
        same(cursor.fetchone(), (11,))


@check
def adbc_lists_objects_and_schemas():
    with adbc.connect(URL) as c:
        objects = c.adbc_get_objects(depth="columns", db_schema_filter="public").read_all().to_pylist()
        schemas = [schema for catalog in objects for schema in catalog["catalog_db_schemas"] or []]
        tables = {table["table_name"]: table for schema in schemas for table in schema["db_schema_tables"] or []}
        assert {"orders", "customers", "v_city"} <= set(tables), set(tables)
        same([column["column_name"] for column in tables["customers"]["table_columns"]], ["_key", "id", "name", "country"])
        same(c.adbc_get_table_schema("customers").names, ["_key", "id", "name", "country"])
        assert "table" in c.adbc_get_table_types()
        same(c.adbc_get_info()["vendor_name"], "PostgreSQL")


@check
def adbc_goes_on_after_an_error():
    with adbc.connect(URL) as c, c.cursor() as cursor:
        try:
            cursor.execute("SELECT nope FROM orders")
            raise AssertionError("no error")
        except adbc.Error as error:
            same(error.sqlstate, "42703")
        c.rollback()
        cursor.execute("SELECT count(*) FROM customers")
        same(cursor.fetchone(), (500,))


@check
def connectorx_reads_by_each_protocol():
    query = "SELECT id, customer, price, paid, created, day FROM orders WHERE id <= 100"
    for protocol in ("binary", "csv", "cursor", "simple"):
        frame = connectorx.read_sql(URL, query, protocol=protocol)
        same((protocol, len(frame), int(frame["id"].sum()), float(frame["price"].sum())), (protocol, 100, 5050, 631.25))


@check
def connectorx_reads_partitions():
    frame = connectorx.read_sql(URL, "SELECT id, city FROM orders", partition_on="id", partition_num=4)
    same((len(frame), int(frame["id"].sum())), (10000, 50005000))
    frame = connectorx.read_sql(URL, ["SELECT id FROM orders WHERE id <= 50", "SELECT id FROM orders WHERE id > 9950"], return_type="arrow")
    table = frame if isinstance(frame, pyarrow.Table) else frame.read_all()
    same(table.num_rows, 100)


@check
def polars_reads_by_connectorx_and_adbc():
    query = "SELECT city, count(*) AS n, sum(price) AS total FROM orders GROUP BY city ORDER BY n DESC"
    for engine in ("connectorx", "adbc"):
        frame = polars.read_database_uri(query, URL, engine=engine)
        same((engine, frame["n"].sum(), frame.height), (engine, 10000, 8))
    frame = polars.read_database_uri("SELECT * FROM customers", URL, partition_on="id", partition_num=3)
    same((frame.height, frame.columns), (500, ["_key", "id", "name", "country"]))


run()
