"""Apache Superset end to end by its REST API: database, schemas, tables, dataset, SQL Lab, chart data, column values."""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

import requests
from suite import DATABASE, HOST, PASSWORD, PORT, USER, check, run, same

BIN = os.path.dirname(sys.executable)
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="redquery-superset-"))
CONFIG = FOLDER / "superset_config.py"
CONFIG.write_text(
    f"SECRET_KEY = 'only for this test, thrown away'\nSQLALCHEMY_DATABASE_URI = 'sqlite:///{FOLDER}/superset.db'\n"
    "WTF_CSRF_ENABLED = False\nTALISMAN_ENABLED = False\nRATELIMIT_ENABLED = False\n"
    "FEATURE_FLAGS = {'ESTIMATE_QUERY_COST': True}\n"
)
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("PG") and name != "PYTHONPATH"},
    "SUPERSET_CONFIG_PATH": str(CONFIG),
    "FLASK_APP": "superset",
    "SUPERSET_HOME": str(FOLDER),
}


def superset(*words):
    done = subprocess.run([f"{BIN}/superset", *words], env=ENVIRONMENT, capture_output=True, text=True, cwd=FOLDER)
    assert done.returncode == 0, (words, (done.stdout + done.stderr)[-1500:])


def start():
    superset("db", "upgrade")
    superset("fab", "create-admin", "--username", "admin", "--firstname", "A", "--lastname", "B", "--email", "a@b.c", "--password", "admin")
    superset("init")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [f"{BIN}/gunicorn", "-w", "1", "-k", "gthread", "--threads", "8", "-b", f"127.0.0.1:{port}", "--timeout", "120", "superset.app:create_app()"]
    log = open(FOLDER / "log", "w")
    server = subprocess.Popen(words, env=ENVIRONMENT, cwd=FOLDER, stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            if requests.get(f"{base}/health", timeout=2).ok:
                return server, base
        except requests.RequestException:
            pass
        if server.poll() is not None:
            break
        time.sleep(0.2)
    raise AssertionError((FOLDER / "log").read_text()[-1500:])


SERVER, BASE = start()
HTTP = requests.Session()
MADE = {}


def call(method, path, **options):
    answer = HTTP.request(method, f"{BASE}/api/v1/{path}", timeout=60, **options)
    assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text[:800]}"
    return answer.json()


@check
def signs_in():
    body = {"username": "admin", "password": "admin", "provider": "db", "refresh": False}
    HTTP.headers["Authorization"] = f"Bearer {call('POST', 'security/login', json=body)['access_token']}"


@check
def tests_and_adds_the_database():
    uri = f"postgresql+psycopg2://{USER}:{PASSWORD}@{HOST}:{PORT}/{DATABASE}"
    call("POST", "database/test_connection/", json={"sqlalchemy_uri": uri, "database_name": "shop"})
    extra = '{"cost_estimate_enabled": true, "allows_virtual_table_explore": true}'
    body = {"database_name": "shop", "sqlalchemy_uri": uri, "expose_in_sqllab": True, "extra": extra}
    MADE["database"] = call("POST", "database/", json=body)["id"]


@check
def lists_schemas_and_tables():
    database = MADE["database"]
    assert "public" in call("GET", f"database/{database}/schemas/")["result"]
    tables = call("GET", f"database/{database}/tables/?q=(schema_name:public)")["result"]
    kinds = {table["value"]: table["type"] for table in tables}
    assert {"orders", "customers", "v_city"} <= set(kinds), kinds


@check
def shows_the_columns_of_a_table():
    found = call("GET", f"database/{MADE['database']}/table_metadata/?name=orders&schema=public")
    columns = {column["name"]: column["type"] for column in found["columns"]}
    same((columns["id"], columns["amount"], columns["day"]), ("BIGINT", "NUMERIC", "DATE"))
    assert "order:*" in found["comment"], found["comment"]


@check
def runs_statements_in_sql_lab():
    for text, first in [
        ("SELECT city, count(*) AS n FROM orders GROUP BY 1 ORDER BY n DESC, city LIMIT 3", {"city": "Rome", "n": 1408}),
        ("SELECT id, created, tags FROM orders WHERE id = 3", {"id": 3, "tags": '["x", 3]'}),
        ("SELECT DATE_TRUNC('month', created) AS m, sum(amount) AS s FROM public.orders GROUP BY 1 ORDER BY 1", {}),
    ]:
        body = {"database_id": MADE["database"], "sql": text, "schema": "public", "runAsync": False, "queryLimit": 1000, "client_id": str(time.time_ns())[-11:]}
        rows = call("POST", "sqllab/execute/", json=body)["data"]
        assert rows and first.items() <= rows[0].items(), rows[:1]


@check
def tells_errors_of_sql_lab():
    body = {"database_id": MADE["database"], "sql": "SELECT nope FROM orders", "schema": "public", "runAsync": False, "client_id": str(time.time_ns())[-11:]}
    answer = HTTP.post(f"{BASE}/api/v1/sqllab/execute/", json=body, timeout=60)
    assert answer.status_code >= 400 and "nope" in answer.text, answer.text[:500]


@check
def estimates_the_cost():
    body = {"database_id": MADE["database"], "sql": "SELECT count(*) FROM orders", "schema": "public", "template_params": {}}
    found = call("POST", "sqllab/estimate/", json=body)["result"]
    assert "Total cost" in found[0], found


@check
def makes_datasets():
    for name, extra in [("orders", {}), ("by_city", {"sql": "SELECT city, count(*) AS n FROM orders GROUP BY city"})]:
        MADE[name] = call("POST", "dataset/", json={"database": MADE["database"], "schema": "public", "table_name": name, **extra})["id"]
        found = call("GET", f"dataset/{MADE[name]}")["result"]
        assert {"city"} <= {column["column_name"] for column in found["columns"]}, found["columns"]
    created = next(column for column in call("GET", f"dataset/{MADE['orders']}")["result"]["columns"] if column["column_name"] == "created")
    same(created["is_dttm"], True)


def chart(dataset, result_type="full", **query):
    base = {"filters": [], "extras": {"having": "", "where": ""}, "row_limit": 1000, "orderby": [], "applied_time_extras": {}}
    body = {"datasource": {"id": MADE[dataset], "type": "table"}, "queries": [{**base, **query}], "result_format": "json", "result_type": result_type, "force": True}
    return call("POST", "chart/data", json=body)["result"][0]


@check
def gives_data_to_charts():
    metric = {"expressionType": "SQL", "sqlExpression": "SUM(amount)", "label": "total"}
    rows = chart("orders", columns=["city"], metrics=[metric, "count"], orderby=[["count", False]])["data"]
    same((len(rows), rows[0]["count"]), (8, 1408))
    time_axis = {"timeGrain": "P1M", "columnType": "BASE_AXIS", "sqlExpression": "created", "label": "created", "expressionType": "SQL"}
    rows = chart("orders", columns=[time_axis], metrics=["count"], time_range="2024-02-01 : 2024-05-01", granularity="created", filters=[{"col": "created", "op": "TEMPORAL_RANGE", "val": "2024-02-01 : 2024-05-01"}])["data"]
    same(sorted(row["count"] for row in rows), [889, 919, 950])
    rows = chart("orders", columns=["city"], metrics=["count"], filters=[{"col": "city", "op": "IN", "val": ["Oslo", "Rome"]}, {"col": "paid", "op": "IS TRUE"}])["data"]
    assert {row["city"] for row in rows} == {"Oslo", "Rome"}, rows
    same(sum(row["n"] for row in chart("by_city", columns=["city", "n"], metrics=[])["data"]), 10000)


@check
def gives_samples_and_values_of_columns():
    same(len(chart("orders", result_type="samples", columns=[], metrics=[], row_limit=20)["data"]), 20)
    values = call("GET", f"datasource/table/{MADE['orders']}/column/city/values/")["result"]
    same(len(values), 8)


run(at_end=SERVER.kill)
