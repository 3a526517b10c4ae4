"""Press a page with sixteen connections for some seconds: with wrk where there is one, else with threads."""

import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

import requests

CONNECTIONS = 16
# A listener may ask the API 300 times a minute: each request is another one's, as on a busy site.
_ASK = """
local sessions, turn = {%s}, 0
request = function()
  turn = turn %% #sessions + 1
  return wrk.format(nil, nil, {["Cookie"] = "sessionid=" .. sessions[turn]})
end
"""
# wrk tells percentiles of its own choice only, and not in one unit; this asks for what we want.
_TELL = """
done = function(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local p95 = latency:percentile(95)
  io.write(string.format("TOLD %d %d %d %d", summary.requests, summary.duration, p95, failed))
end
"""


@dataclass(frozen=True)
class Pressed:
    """Answers a second, the time within which 95 in 100 came, in ms, and how many were no good ones."""

    per_second: float
    p95_ms: float
    failed: int


def press(url: str, *, sessions: Sequence[str], seconds: float) -> Pressed:
    """Ask for `url` as fast as it answers, as the listeners of these sessions in turn."""
    if shutil.which("wrk"):
        return _with_wrk(url, sessions=sessions, seconds=seconds)
    return _with_threads(url, sessions=sessions, seconds=seconds)


def _with_wrk(url: str, *, sessions: Sequence[str], seconds: float) -> Pressed:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_ASK % ", ".join(f'"{session}"' for session in sessions) + _TELL)
        script.flush()
        command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "20s"]
        command += ["-s", script.name, url]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    told = re.search(r"TOLD (\d+) (\d+) (\d+) (\d+)", said)
    assert told, said
    answers, took_us, p95_us, failed = map(int, told.groups())
    return Pressed(answers / took_us * 1e6, p95_us / 1000, failed)


def _with_threads(url: str, *, sessions: Sequence[str], seconds: float) -> Pressed:
    times_ms: list[float] = []
    failed: list[int] = []
    until = time.monotonic() + seconds
    turns = cycle(sessions)

    def ask() -> None:
        with requests.Session() as visitor:
            while time.monotonic() < until:
                began = time.monotonic()
                cookie = f"sessionid={next(turns)}"
                status = visitor.get(url, headers={"Cookie": cookie}, timeout=20).status_code
                times_ms.append(1000 * (time.monotonic() - began))
                if status != 200:
                    failed.append(status)

    threads = [threading.Thread(target=ask) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times_ms.sort()
    return Pressed(len(times_ms) / seconds, times_ms[int(0.95 * len(times_ms))], len(failed))
