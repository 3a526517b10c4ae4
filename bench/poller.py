"""How many listeners one worker keeps up with, while Spotify takes 300 ms for each answer.

Run `python -m bench.poller`, with `--quick` for fewer listeners. The worker is the Procfile's, its database
and broker share the machine. A slice of the 10,000 is polled; the time for all is that of the slice, longer.
Then the same again while one more listener imports a history of many years.
"""

import argparse
import sys
import time
from collections.abc import Iterator

from bench.ground import installed, memory_mb, processor_s
from bench.history_download import make_download
from bench.spotify_stub import LATENCY_S, answering
from bench.table import Line, show
from tests.services.installation import Installation
from tests.services.servers import wait_until

ALL = 10_000
WITHIN_MINUTES = 10
THREADS = 8
FLOOR = THREADS / LATENCY_S
"""Polls a second of eight threads that only wait for Spotify."""

WORKER_MB = 512
ROWS = 500_000
EXTRA_S = 60
"""How much later than without it somebody's import may make the polls of others."""

LIVE = "SELECT count(*) FROM jobs_job WHERE kind = 'library.poll' AND state IN ('queued', 'running')"
POLLED = "SELECT count(*) FROM library_pollschedule WHERE last_ok_at >= '{since}'"
DUE_AGAIN = """
    UPDATE library_pollschedule SET next_poll_at = now(), last_ok_at = now() - interval '10 minutes'
    RETURNING now()
"""


def main() -> int:
    """Print the table; 1 when something in it is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 listeners instead of 1,500, a small import")
    quick = parser.parse_args().quick
    with answering() as url, installed(**_environment(url)) as installation:
        return show(_measure(installation, 100 if quick else 1_500, rows=ROWS // 50 if quick else ROWS))


def _environment(url: str) -> dict[str, str]:
    return {"SPOTIFY_API_URL": url, "SOURCES": "", "SPOTIFY_CALLS_PER_30_SECONDS": "2000"}


def _measure(installation: Installation, listeners: int, *, rows: int) -> Iterator[Line]:
    installation.act("due", str(listeners))
    began = installation.value("SELECT now()")
    worker = installation.start("worker")
    first = _rate(installation, listeners, since=began)
    yield Line("first polls, 50 new plays each", first, "polls/s", FLOOR)
    used_s = processor_s(worker.popen.pid)
    usual = _rate(installation, listeners, since=_all_due(installation))
    used_s = processor_s(worker.popen.pid) - used_s
    yield Line("usual polls, 0 to 2 new plays each", usual, "polls/s", FLOOR)
    yield Line("processor time of the worker for a usual poll", 1000 * used_s / listeners, "ms")
    minutes = ALL / usual / 60
    yield Line("10,000 due listeners", minutes, "minutes", ALL / FLOOR / 60, WITHIN_MINUTES)
    yield Line("memory of the worker", sum(memory_mb(worker.popen.pid).values()), "MB", reach=WORKER_MB)
    yield from _beside_an_import(installation, listeners, rows=rows, usual=usual)


def _beside_an_import(
    installation: Installation, listeners: int, *, rows: int, usual: float
) -> Iterator[Line]:
    archive = installation.folder / "download.zip"
    archive.write_bytes(make_download(rows, seed=3).zip_bytes)
    installation.act("receive", "due-0", str(archive))
    slowed = _rate(installation, listeners, since=_all_due(installation))
    read = installation.value("SELECT count(*) FROM library_play WHERE source = 'extended'")
    yield Line(f"usual polls while somebody imports {rows:,} rows", slowed, "polls/s", usual)
    yield Line("of these rows imported meanwhile", read, "rows")
    later_s = listeners / slowed - listeners / usual
    yield Line(f"how much later that makes the last of {listeners:,} polls", later_s, "s", reach=EXTRA_S)


def _all_due(installation: Installation) -> object:
    """Have every listener polled again once the polls at work have ended; when that was."""
    wait_until(lambda: installation.value(LIVE) == 0, why="polls at work do not end")
    return installation.rows(DUE_AGAIN)[0][0]


def _rate(installation: Installation, listeners: int, *, since: object) -> float:
    """Polls a second from the twentieth part of them to the last one."""
    query = POLLED.format(since=since)
    early = max(1, listeners // 20)
    wait_until(lambda: installation.value(query) >= early, seconds=120, why="no polls")
    began, before = time.monotonic(), installation.value(query)
    wait_until(lambda: installation.value(query) >= listeners, seconds=500, why="polls do not end")
    return (listeners - before) / (time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
