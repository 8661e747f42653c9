"""Programs in a pseudo terminal, driven by JSON lines as in answer-jobs.ts; times are taken here, where the bytes arrive.

One program at a time: `start`, then any number of `send`, then `end`. Nothing but Python's own library."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import traceback

ESCAPES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>78]")
KEPT_BYTES = 2_000_000
READ_BYTES = 65536

pid = fd = None


def pump(pending, pattern, limit_ms, since):
    """Writes `pending`, reads until the text drawn since then, without its escapes, has `pattern`; gives ms since `since`."""
    wanted = None if pattern is None else re.compile(pattern)
    drawn = b""
    while True:
        left = limit_ms / 1000 - (time.perf_counter() - since)
        if left <= 0:
            raise TimeoutError(f"no {pattern!r} within {limit_ms} ms: {drawn[-1000:]!r}")
        readable, writable, _ = select.select([fd], [fd] if pending else [], [], left)
        if writable:
            pending = pending[os.write(fd, pending[:4096]) :]
        if not readable:
            continue
        try:
            chunk = os.read(fd, READ_BYTES)
        except OSError:  # Linux tells the end of the last program by EIO
            chunk = b""
        now = time.perf_counter()
        if chunk == b"":
            if wanted is None:
                return (now - since) * 1000
            raise EOFError(f"the program ended without {pattern!r}: {drawn[-1000:]!r}")
        drawn = (drawn + chunk)[-KEPT_BYTES:]
        if wanted is not None and wanted.search(ESCAPES.sub(b"", drawn).decode("utf-8", "replace")):
            return (now - since) * 1000


def start(command, env, until, limitMs, columns=120, rows=40):
    """Starts a program and waits until `until` is drawn; null: until it ends."""
    global pid, fd
    end()
    since = time.perf_counter()
    pid, fd = pty.fork()
    if pid == 0:
        try:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(command[0], command, env)
        finally:
            os._exit(127)
    return {"ms": pump(b"", until, limitMs, since), "pid": pid}


def send(text, until, limitMs):
    """Sends keys and waits until `until` is drawn."""
    return {"ms": pump(text.encode(), until, limitMs, time.perf_counter())}


def settle(ms):
    """Reads and forgets what is drawn for a while."""
    try:
        pump(b"", "(?!)", ms, time.perf_counter())
    except TimeoutError:
        pass
    return {}


def end():
    """Hangs up, and ends what goes on."""
    global pid, fd
    if pid is None:
        return {}
    os.close(fd)
    for sign in (signal.SIGHUP, signal.SIGKILL):
        for _ in range(200):
            if os.waitpid(pid, os.WNOHANG)[0] != 0:
                pid = None
                return {}
            time.sleep(0.005)
        os.kill(pid, sign)
    os.waitpid(pid, 0)
    pid = None
    return {}


JOBS = {"start": start, "send": send, "settle": settle, "end": end}


def tell(line):
    print(json.dumps(line), flush=True)


tell({"answer": {"python": sys.version.split()[0]}})
for line in sys.stdin:
    try:
        request = json.loads(line)
        tell({"answer": JOBS[request.pop("job")](**request)})
    except Exception:
        tell({"error": traceback.format_exc()[-1500:]})
end()
