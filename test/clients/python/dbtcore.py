"""dbt: debug, compile and show, source tests, the catalog of its documentation. `run` writes, so it must fail and say why.

The name of this file must not begin with dbt_: dbt imports every module of such a name as a plugin.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

from suite import DATABASE, HOST, IS_POSTGRES, PASSWORD, PORT, USER, check, run, same

DBT = os.path.join(os.path.dirname(sys.executable), "dbt")
# Without the path to this folder: dbt looks for plugins there.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"DBT_USE_COLORS": "false"}
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="redquery-dbt-"))
FILES = {
    "dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\nmodel-paths: [models]\nflags:\n  send_anonymous_usage_stats: false\n",
    "profiles.yml": f"shop:\n  target: dev\n  outputs:\n    dev: {{type: postgres, host: {HOST}, port: {PORT}, user: {USER}, password: {PASSWORD}, dbname: {DATABASE}, schema: public, threads: 2}}\n",
    "models/sources.yml": """version: 2
sources:
  - name: public
    database: redis
    tables:
      - name: customers
        columns:
          - {name: _key, data_tests: [unique, not_null]}
          - {name: country, data_tests: [{accepted_values: {arguments: {values: ['NO', 'IT', 'FR', 'PE', 'JP']}}}]}
      - name: orders
        columns:
          - name: city
            data_tests: [not_null]
          - {name: id, data_tests: [unique]}
""",
    "models/big.sql": "SELECT city, count(*) AS n FROM {{ source('public', 'orders') }} GROUP BY city",
}
for name, text in FILES.items():
    (FOLDER / name).parent.mkdir(exist_ok=True)
    (FOLDER / name).write_text(text)


def dbt(*words):
    place = ["--project-dir", str(FOLDER), "--profiles-dir", str(FOLDER)]
    done = subprocess.run([DBT, *words, *place], capture_output=True, text=True, cwd=FOLDER, timeout=120, env=ENVIRONMENT)
    return done.returncode, done.stdout + done.stderr


@check
def debug_finds_the_connection_ok():
    status, text = dbt("debug")
    assert "Connection test: [OK" in text, text


@check
def show_runs_a_query_and_a_model():
    status, text = dbt("show", "--inline", "SELECT count(*) AS n FROM {{ source('public', 'customers') }}", "--output", "json")
    same(status, 0)
    assert '"n": 500' in text, text
    status, text = dbt("show", "--select", "big", "--limit", "20")
    assert status == 0 and "Oslo" in text, text


@check
def test_finds_what_is_right_and_what_is_wrong():
    status, text = dbt("test")
    assert "PASS=4" in text and "ERROR=1" in text, text
    assert "Got 163 results" in text, text


@check
def docs_describe_the_sources():
    status, text = dbt("docs", "generate")
    same((status, text if status else ""), (0, ""))
    catalog = json.loads((FOLDER / "target/catalog.json").read_text())
    columns = {key: list(value["columns"]) for key, value in catalog["sources"].items()}
    same(columns["source.shop.public.customers"], ["_key", "id", "name", "country"])


@check
def run_is_refused_by_name():
    if IS_POSTGRES:
        return
    status, text = dbt("run")
    assert status != 0 and "Database Error" in text, text


run()
