"""Contender: polars-redis, told to run by JSON lines as in answer-jobs.ts. Usage: polars-redis.py URL."""

import json
import sys
import time
import traceback

import polars as pl
import polars_redis

URL = sys.argv[1]
SCHEMA = {"age": pl.Int64, "score": pl.Float64}


def group_by(parallel):
    """Averages the scores of each age; `parallel` as in scan_hashes, None for its default."""
    wall, cpu = time.perf_counter(), time.process_time()
    frame = (
        polars_redis.scan_hashes(URL, pattern="user:*", schema=SCHEMA, include_key=False, parallel=parallel)
        .group_by("age")
        .agg(pl.col("score").mean(), pl.len().alias("n"))
        .collect()
    )
    ms, cpu_ms = (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
    return {"ms": ms, "cpuMs": cpu_ms, "rows": int(frame["n"].sum()), "groups": frame.height, "check": frame["score"].sum()}


def tell(line):
    print(json.dumps(line), flush=True)


tell({"answer": {"polars": pl.__version__}})
for text in sys.stdin:
    try:
        request = json.loads(text)
        assert request["job"] == "groupBy", request
        tell({"answer": group_by(request.get("parallel"))})
    except Exception:
        tell({"error": traceback.format_exc()[-1500:]})
