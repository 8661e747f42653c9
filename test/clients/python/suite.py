"""What every suite in Python shares: @check marks a test, run() runs all and says `ok - …` or `not ok - …` for each."""

import os
import sys
import time
import traceback

HOST = os.environ["PGHOST"]
PORT = os.environ["PGPORT"]
USER = os.environ["PGUSER"]
DATABASE = os.environ["PGDATABASE"]
PASSWORD = os.environ["PGPASSWORD"]
DSN = f"host={HOST} port={PORT} user={USER} dbname={DATABASE} password={PASSWORD}"
URL = f"postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{DATABASE}"
IS_POSTGRES = os.environ.get("REDQUERY_CLIENTS_TARGET") == "postgres"

_checks = []


def check(function):
    """Marks a test; its name, with blanks, is its title."""
    _checks.append(function)
    return function


def same(found, expected):
    """As assert found == expected, telling both."""
    assert found == expected, f"{found!r} instead of {expected!r}"


def fails(kind, work):
    """Runs `work`, which must raise `kind`; gives the error."""
    try:
        work()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")


def run(at_end=lambda: None):
    """Runs the checks that the command line names by a part of their titles; all without. Then frees what `at_end` frees."""
    wanted = sys.argv[1:]
    failed = 0
    for function in _checks:
        title = function.__name__.replace("_", " ")
        if wanted and not any(word in title for word in wanted):
            continue
        start = time.monotonic()
        try:
            function()
            print(f"ok - {title} ({(time.monotonic() - start) * 1000:.0f} ms)", flush=True)
        except Exception as error:
            failed += 1
            line = traceback.extract_tb(error.__traceback__)
            own = [frame for frame in line if frame.filename == sys.argv[0]]
            place = f" (line {own[-1].lineno})" if own else ""
            text = " ".join(f"{type(error).__name__}: {error}".split())
            print(f"not ok - {title}{place}: {text[:1500]}", flush=True)
    at_end()
    # Threads of a driver that hangs do not keep the suite.
    os._exit(1 if failed else 0)
