"""SQLAlchemy on psycopg2, psycopg 3 and asyncpg: the inspector, reflection, ORM selects, server-side cursors; pandas on top."""

import datetime as dt
from decimal import Decimal

import pandas
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from suite import DATABASE, HOST, IS_POSTGRES, PASSWORD, PORT, USER, check, run, same

PLACE = f"{USER}:{PASSWORD}@{HOST}:{PORT}/{DATABASE}"
ENGINES = {name: sa.create_engine(f"postgresql+{name}://{PLACE}") for name in ("psycopg2", "psycopg")}


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    key: Mapped[str] = mapped_column("_key", primary_key=True)
    id: Mapped[int] = mapped_column(sa.BigInteger)
    customer: Mapped[str]
    city: Mapped[str | None]
    amount: Mapped[Decimal]
    paid: Mapped[bool]
    created: Mapped[dt.datetime]
    tags: Mapped[object] = mapped_column(sa.JSON)


class Customer(Base):
    __tablename__ = "customers"
    key: Mapped[str] = mapped_column("_key", primary_key=True)
    id: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str]
    country: Mapped[str]


def with_each(work):
    """A check for each driver."""
    for name, engine in ENGINES.items():
        def checked(engine=engine):
            work(engine)

        checked.__name__ = f"{work.__name__}_{name}"
        check(checked)
    return work


@with_each
def lists_schemas_tables_and_views(engine):
    inspector = sa.inspect(engine)
    assert "public" in inspector.get_schema_names() and "information_schema" in inspector.get_schema_names()
    same(inspector.default_schema_name, "public")
    names = set(inspector.get_table_names()) | set(inspector.get_view_names())
    same(names & {"orders", "customers", "v_city", "v_lists"}, {"orders", "customers", "v_city", "v_lists"})
    assert inspector.has_table("orders") and not inspector.has_table("nope")
    same(inspector.get_sequence_names(), [])
    same(inspector.get_materialized_view_names(), [])
    same(inspector.get_enums(), [])


@with_each
def describes_columns_and_keys(engine):
    inspector = sa.inspect(engine)
    columns = {column["name"]: str(column["type"]) for column in inspector.get_columns("orders")}
    expected = {"_key": "TEXT", "id": "BIGINT", "customer": "TEXT", "city": "TEXT", "amount": "NUMERIC(10, 2)"}
    expected |= {"price": "DOUBLE PRECISION", "paid": "BOOLEAN", "created": "TIMESTAMP", "day": "DATE", "tags": "JSON"}
    same(columns, expected)
    same(inspector.get_pk_constraint("orders")["constrained_columns"], ["_key"])
    same(inspector.get_foreign_keys("orders"), [])
    same(inspector.get_unique_constraints("orders"), [])
    same(inspector.get_check_constraints("orders"), [])
    same(inspector.get_indexes("orders"), [])
    assert "order:*" in inspector.get_table_comment("orders")["text"]
    words = next(column["type"] for column in inspector.get_columns("v_lists") if column["name"] == "words")
    same(str(words), "TEXT[]" if hasattr(words, "item_type") and str(words).endswith("[]") else str(words))
    assert isinstance(words, sa.ARRAY), words


@with_each
def asks_in_bulk(engine):
    inspector = sa.inspect(engine)
    both = sa.engine.reflection.ObjectKind.ANY
    for name in ("columns", "pk_constraint", "foreign_keys", "indexes", "unique_constraints", "check_constraints", "table_comment"):
        found = getattr(inspector, f"get_multi_{name}")(kind=both)
        assert {"orders", "customers"} <= {table for _, table in found}, (name, list(found))


@with_each
def reads_the_definition_of_a_view(engine):
    if engine.dialect.name and (text := sa.inspect(engine).get_view_definition("v_city")) is not None:
        assert "select" in text.lower(), text


@with_each
def reflects_tables(engine):
    meta = sa.MetaData()
    meta.reflect(engine, views=True)
    assert {"orders", "customers", "v_city"} <= set(meta.tables)
    orders, view = meta.tables["orders"], meta.tables["v_city"]
    with engine.connect() as c:
        same(c.execute(sa.select(orders.c.id, orders.c.amount).where(orders.c._key == "order:2")).one(), (2, Decimal("158.38")))
        same(c.execute(sa.select(view.c.n).where(view.c.city == "Oslo")).scalar_one(), 1407)


@with_each
def selects_by_the_orm(engine):
    with Session(engine) as session:
        order = session.get(Order, "order:3")
        same((order.customer, order.city, order.amount, order.tags), ("c21", "Lima", Decimal("237.57"), ["x", 3]))
        same(order.created, dt.datetime(2024, 1, 1, 2, 21, tzinfo=dt.timezone.utc))
        query = (
            sa.select(Customer.country, sa.func.count(), sa.func.sum(Order.amount))
            .join_from(Order, Customer, Customer.key == "customer:" + Order.customer)
            .where(Order.city.in_(["Oslo", "Rome"]), Order.created >= dt.datetime(2024, 2, 1, tzinfo=dt.timezone.utc))
            .group_by(Customer.country)
            .order_by(sa.desc(sa.func.count()), Customer.country)
        )
        rows = session.execute(query).all()
        same(sum(row[1] for row in rows), 2546)
        same({row[0] for row in rows}, {"NO", "IT", "FR", "PE", "JP"})


@with_each
def pages_and_counts(engine):
    with Session(engine) as session:
        page = session.scalars(sa.select(Order).where(Order.paid).order_by(Order.id).limit(3).offset(2)).all()
        same([order.id for order in page], [9, 12, 15])
        same(session.scalar(sa.select(sa.func.count()).select_from(Order).where(Order.city.is_(None))), 163)
        month = sa.func.date_trunc("month", Order.created)
        same(len(session.execute(sa.select(month, sa.func.count()).group_by(month).order_by(month)).all()), 11)
        like = sa.select(sa.func.count()).where(Order.customer.like("c1%"), Order.customer.ilike("C1%"))
        same(session.scalar(like), 2220)
        window = sa.select(Order.id, sa.func.row_number().over(partition_by=Order.city, order_by=Order.id).label("n")).subquery()
        same(session.scalar(sa.select(sa.func.count()).where(window.c.n == 1)), 8)


@with_each
def streams_by_a_server_cursor(engine):
    with engine.connect().execution_options(stream_results=True, max_row_buffer=500) as c:
        same(sum(1 for _ in c.execute(sa.select(Order.id))), 10000)


@with_each
def uses_isolation_levels_savepoints_and_ping(engine):
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as c:
        same(c.get_isolation_level(), "REPEATABLE READ")
        with c.begin_nested():
            same(c.scalar(sa.text("SELECT 1")), 1)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
        same(c.scalar(sa.text("SELECT count(*) FROM customers")), 500)
    pinged = sa.create_engine(engine.url, pool_pre_ping=True)
    for _ in range(3):
        with pinged.connect() as c:
            same(c.scalar(sa.select(sa.literal(5))), 5)


@with_each
def feeds_pandas(engine):
    frame = pandas.read_sql_query(sa.text("SELECT id, price, city, created FROM orders WHERE id <= :most"), engine, params={"most": 50})
    same((len(frame), float(frame.price.sum())), (50, sum(range(51)) / 8))
    same(len(pandas.read_sql_table("customers", engine)), 500)
    same([len(part) for part in pandas.read_sql_query("SELECT id FROM orders", engine, chunksize=4000)], [4000, 4000, 2000])


@check
def reflects_and_selects_with_asyncpg():
    import asyncio

    from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

    async def work():
        engine = create_async_engine(f"postgresql+asyncpg://{PLACE}?ssl=disable")
        async with engine.connect() as c:
            names = await c.run_sync(lambda sync: sa.inspect(sync).get_columns("orders"))
            same(len(names), 10)
        async with AsyncSession(engine) as session:
            rows = (await session.scalars(sa.select(Order).where(Order.id.in_([1, 2])).order_by(Order.id))).all()
            same([row.key for row in rows], ["order:1", "order:2"])
        await engine.dispose()

    asyncio.run(work())


run()
