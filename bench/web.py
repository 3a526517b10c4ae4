"""How quick the pages are: cold and warm for listeners of many years, under load, and in database queries.

Run `python -m bench.web`, with `--quick` for a small listener. PostgreSQL, Redis, gunicorn and the pressing
client share the machine; the floor is a Django view that only answers (`bench/bare.py`) on the same gunicorn.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import requests

from bench.ground import installed, memory_mb, populate, processor_s
from bench.pressing import press
from bench.table import Line, show
from tests.services.installation import PROCFILE, Installation
from tests.services.servers import wait_until

SIZES = {100_000: None, 250_000: 1.0, 1_000_000: 3.0}
"""Plays of a listener, and in how many seconds the first visit to Home has to be answered."""

PAGES = ("/home/", "/tracks/", "/moods/calm/", "/build/", "/playlists/", "/imports/", "/sync/", "/settings/")
PRESSED = {
    "/home/": (60, 300),
    "/tracks/": (120, 200),
    "/playlists/": (120, 200),
    "/api/v1/tracks/": (120, 200),
    "/api/v1/plays/": (120, 200),
}
"""Answers a second and milliseconds (p95) to reach; the database and the client share the machine."""

CROWD, CROWD_PLAYS = 40, 5_000
"""Who press the pages beside the listener of many years, in turn, and their plays."""

VISITED = ("/home/", "/tracks/", "/build/", "/api/v1/tracks/", "/api/v1/plays/")

WARM_MS = 50
MOST_QUERIES = 12
WEB_MB = 200
BARE = PROCFILE["web"].replace("moodsite.wsgi", "bench.bare:application")


def main() -> int:
    """Print the table; 1 when something in it is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one listener with 20,000 plays, short presses")
    parser.add_argument("--up-to", type=int, default=max(SIZES), help="plays of the largest listener")
    parser.add_argument("--seconds", type=float, default=20, help="how long each page is pressed")
    options = parser.parse_args()
    sizes = {plays: reach for plays, reach in SIZES.items() if plays <= options.up_to}
    with installed(WEB_CONCURRENCY="2") as installation:
        if options.quick:
            return show(_measure(installation, {20_000: None}, seconds=3))
        return show(_measure(installation, sizes, seconds=options.seconds))


def _measure(installation: Installation, sizes: dict[int, float | None], *, seconds: float) -> Iterator[Line]:
    people = _populate(installation, sizes)
    floor_ms, floor_rate = _bare(installation, seconds=seconds)
    for plays, reach_s in sizes.items():
        yield from _visits(installation, people, plays, reach_s=reach_s, floor_ms=floor_ms)
    yield from _queries(installation, people[min(sizes)])
    crowd = [people[min(sizes)], *_crowd(installation, sizes)]
    yield from _load(installation, crowd, seconds=seconds, floor_rate=floor_rate)


def _populate(installation: Installation, sizes: dict[int, float | None]) -> dict[int, str]:
    """A listener of each size, and a small one (0) who wakes the code; their sessions."""
    sessions = {}
    for place, plays in enumerate((0, *sizes)):
        # One listener more each time: who is there already is left alone.
        populate(installation, users=place + 1, plays=plays or 200, tracks=_tracks(sizes))
        (sessions[plays],) = _sessions(installation, [place])
    installation.act("analyze")
    return sessions


def _crowd(installation: Installation, sizes: dict[int, float | None]) -> list[str]:
    """Forty listeners more, since one may ask the API 300 times a minute; their sessions."""
    first = len(sizes) + 1
    populate(installation, users=first + CROWD, plays=CROWD_PLAYS, tracks=_tracks(sizes))
    installation.act("analyze")
    return _sessions(installation, range(first, first + CROWD))


def _tracks(sizes: dict[int, float | None]) -> int:
    return max(2_000, max(sizes) // 25)


def _sessions(installation: Installation, places: Iterable[int]) -> list[str]:
    return installation.act("session", *(f"listener-{place:05d}" for place in places)).split()


@contextmanager
def _serving(installation: Installation, command: str = PROCFILE["web"], *, processes: int) -> Iterator[int]:
    """The web process as the Procfile starts it, with so many processes; the group's leader."""
    installation.environment["WEB_CONCURRENCY"] = str(processes)
    web = installation.start_command("web", command)
    wait_until(lambda: _is_up(installation), why=web.log.read_text)
    yield web.popen.pid
    web.end()


def _is_up(installation: Installation) -> bool:
    try:
        return requests.get(installation.url, timeout=10).status_code < 500
    except requests.RequestException:
        return False


def _bare(installation: Installation, *, seconds: float) -> tuple[float, float]:
    with _serving(installation, BARE, processes=2):
        alone_ms = statistics.median(_times_ms(installation, "/", {}, times=30))
        return alone_ms, press(installation.url, sessions=["none"], seconds=seconds).per_second


def _visits(
    installation: Installation, people: dict[int, str], plays: int, *, reach_s: float | None, floor_ms: float
) -> Iterator[Line]:
    """The first visit in a process that has served somebody else, and the median of twenty after it."""
    with _serving(installation, processes=1) as leader:
        _times_ms(installation, "/home/", _as(people[0]), times=3)
        for page in VISITED:
            cold, *_ = _times_ms(installation, page, _as(people[plays]), times=2)
            used_s = processor_s(leader)
            warm = statistics.median(_times_ms(installation, page, _as(people[plays]), times=20))
            used_ms = 1000 * (processor_s(leader) - used_s) / 20
            cold_ms, warm_ms = _bars(page, plays, reach_s=reach_s)
            yield Line(f"{page} of {plays:,} plays, cold", cold, "ms", floor_ms, cold_ms)
            yield Line(f"{page} of {plays:,} plays, warm", warm, "ms", floor_ms, warm_ms)
            yield Line(f"{page} of {plays:,} plays, warm, processor time", used_ms, "ms")
        largest = max(memory_mb(leader).values())
        reach = WEB_MB if plays <= 100_000 else None
        yield Line(f"memory of a web process after {plays:,} plays", largest, "MB", reach=reach)


def _bars(page: str, plays: int, *, reach_s: float | None) -> tuple[float | None, float | None]:
    """What the first and the later visits have to reach, in ms."""
    if page != "/home/":
        return None, None
    return 1000 * reach_s if reach_s else None, WARM_MS if plays <= 100_000 else None


def _queries(installation: Installation, session: str) -> Iterator[Line]:
    for line in installation.act("queries", session, *PAGES).splitlines():
        page, number = line.split()
        yield Line(f"queries of {page}", float(number), "queries", reach=MOST_QUERIES)


def _load(
    installation: Installation, crowd: list[str], *, seconds: float, floor_rate: float
) -> Iterator[Line]:
    for page, (rate, most_ms) in PRESSED.items():
        # New processes for each page: none of them has to give way to its successor meanwhile.
        with _serving(installation, processes=2) as leader:
            for session in crowd:
                _times_ms(installation, page, _as(session), times=1)
            used_s = processor_s(leader)
            pressed = press(installation.url + page, sessions=crowd, seconds=seconds)
            used_ms = 1000 * (processor_s(leader) - used_s) / (pressed.per_second * seconds)
        name = f"{page}, 16 connections"
        yield Line(name, pressed.per_second, "answers/s", floor_rate, rate, at_least=True)
        yield Line(f"{name}, p95", pressed.p95_ms, "ms", reach=most_ms)
        yield Line(f"{name}, failed", pressed.failed, "answers", reach=0)
        yield Line(f"{name}, processor time of an answer", used_ms, "ms")


def _as(session: str) -> dict[str, str]:
    return {"sessionid": session}


def _times_ms(installation: Installation, page: str, cookies: dict[str, str], *, times: int) -> list[float]:
    taken = []
    with requests.Session() as visitor:
        for _ in range(times):
            began = time.monotonic()
            answer = visitor.get(installation.url + page, cookies=cookies, timeout=120, allow_redirects=False)
            taken.append(1000 * (time.monotonic() - began))
            assert answer.status_code == 200, (page, answer.status_code)
    return taken


if __name__ == "__main__":
    sys.exit(main())
