"""Spark's JDBC reader: the schema, partitions, filters and aggregates that it pushes down, a catalog, a query."""

import os

from pyspark.sql import SparkSession
from pyspark.sql import functions as f
from suite import DATABASE, HOST, PASSWORD, PORT, USER, check, run, same

URL = f"jdbc:postgresql://{HOST}:{PORT}/{DATABASE}"
JAR = os.environ["PGJDBC_JAR"]
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.jars", JAR)
    .config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.catalog.pg", "org.apache.spark.sql.execution.datasources.v2.jdbc.JDBCTableCatalog")
    .config("spark.sql.catalog.pg.url", URL)
    .config("spark.sql.catalog.pg.user", USER)
    .config("spark.sql.catalog.pg.password", PASSWORD)
    .config("spark.sql.catalog.pg.driver", "org.postgresql.Driver")
    .config("spark.sql.catalog.pg.pushDownAggregate", "true")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")


def reader(**options):
    base = {"url": URL, "user": USER, "password": PASSWORD, "driver": "org.postgresql.Driver"}
    return spark.read.format("jdbc").options(**base, **options)


@check
def reads_the_schema():
    types = dict(reader(dbtable="orders").load().dtypes)
    expected = {"_key": "string", "id": "bigint", "amount": "decimal(10,2)", "price": "double", "paid": "boolean", "day": "date"}
    same({name: types[name] for name in expected}, expected)
    same(dict(reader(dbtable="v_lists").load().dtypes)["words"], "array<string>")


@check
def reads_rows_of_every_type():
    row = reader(dbtable="orders").load().where("id = 3").collect()[0]
    same((row["_key"], row.city, str(row.amount), row.price, row.paid, str(row.day), row.tags), ("order:3", "Lima", "237.57", 0.375, True, "2024-01-01", '["x",3]'))
    same(reader(dbtable="v_lists").load().where("id = 2").collect()[0]["words"], ["a", "c14"])


@check
def reads_in_partitions():
    frame = reader(dbtable="orders", partitionColumn="id", lowerBound=1, upperBound=10001, numPartitions=4, fetchsize=1000).load()
    same(frame.rdd.getNumPartitions(), 4)
    same(frame.agg(f.count("*"), f.sum("id")).collect()[0][:], (10000, 50005000))
    frame = reader(dbtable="orders", partitionColumn="day", lowerBound="2024-01-01", upperBound="2024-12-01", numPartitions=3).load()
    same(frame.count(), 10000)


@check
def pushes_filters_down():
    frame = reader(dbtable="orders").load()
    for where, count in [
        ("city IN ('Oslo', 'Rome')", 2815),
        ("amount > 990 AND customer LIKE 'c%'", 98),
        ("created >= TIMESTAMP '2024-03-01 00:00:00'", 8162),
        ("city IS NULL", 163),
        ("day = DATE '2024-03-01'", 30),
        ("paid", 3333),
        ("NOT (id < 9990 OR id = 9995)", 10),
    ]:
        same((where, frame.where(where).count()), (where, count))


@check
def reads_a_query_and_stops_early():
    frame = reader(query="SELECT city, count(*) AS n FROM orders GROUP BY city").load()
    same(frame.agg(f.sum("n")).collect()[0][0], 10000)
    same(len(reader(dbtable="orders", fetchsize=100).load().limit(5).collect()), 5)


@check
def walks_a_catalog_and_pushes_aggregates():
    names = {row.tableName for row in spark.sql("SHOW TABLES IN pg.public").collect()}
    assert {"orders", "customers"} <= names, names
    row = spark.sql("SELECT count(*), min(id), max(price), sum(amount) FROM pg.public.orders WHERE city = 'Oslo'").collect()[0]
    same(row[0], 1407)
    same(spark.sql("SELECT count(*) FROM (SELECT DISTINCT city FROM pg.public.orders)").collect()[0][0], 8)
    joined = "SELECT count(*) FROM pg.public.orders o JOIN pg.public.customers c ON c._key = concat('customer:', o.customer) WHERE c.country = 'NO'"
    same(spark.sql(joined).collect()[0][0], 2000)


run()
