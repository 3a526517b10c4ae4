"""What so many listeners need: the table of the operations page, from measured figures and a simulation.

Run `python -m bench.capacity`, with `--quick` for fewer simulated listeners. The simulation lets listeners
hear music for days while `library.services.pacing`, the real arithmetic, decides when each list of fifty is
read and a budget of calls decides whether it can be. Lost is what left the list before anybody read it.
"""

import argparse
import heapq
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from bench.table import Line, show
from library.services.pacing import SHARE_FOR_POLLS, WINDOW, longest_wait, next_wait

Floats = npt.NDArray[np.float64]

DAY_S = 86_400.0
PLAYS_PER_DAY = 30
SESSIONS_PER_DAY = 1.6
SPREAD = 0.9
"""Of the logarithm of how much people hear, and of how long a session is."""

BYTES_PER_PLAY = 280
"""A row of library_play with its indexes (pg_total_relation_size after `populate`, divided by its rows)."""

POLLS_PER_WORKER_S = 20.0
"""Usual polls a second of one worker on half of two cores (`python -m bench.poller`), rounded down."""

FLEETS = ((5, 60), (1_000, 60), (10_000, 300), (100_000, 3_000), (1_000_000, 30_000))
"""Listeners, and the calls in thirty seconds that Spotify would have to allow for them."""

SIMULATED = ((800, 60), *FLEETS[1:4], (10_000, 60), (100_000, 300))
"""With a budget that suffices, and, last, with one that does not."""

MOST_LOST = 0.05


@dataclass
class Listener:
    """Ends of plays in seconds, rising; which of them were read; and when the list was read last."""

    plays: Floats
    read: npt.NDArray[np.bool_]
    read_at: float = 0.0


@dataclass
class Outcome:
    """What a simulated fleet met."""

    polls: int = 0
    plays: int = 0
    lost: int = 0
    waits_s: list[float] = field(default_factory=list)


def main() -> int:
    """Print both tables; 1 when something in the second is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="60 simulated listeners for two days")
    quick = parser.parse_args().quick
    print(
        "| listeners | calls/30 s | polls/s | plays/s | plays a year | disk a year | workers | forced wait |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for listeners, calls in FLEETS:
        print(_plan(listeners, calls=calls))
    print()
    return show(_simulated(people=60 if quick else 300, days=2 if quick else 7))


def _plan(listeners: int, *, calls: int) -> str:
    wait = longest_wait(listeners=listeners, calls_per_30_s=calls)
    polls_s = listeners / max(wait.total_seconds() * 0.95, 1)
    polls_s = min(polls_s, SHARE_FOR_POLLS * calls / 30)
    plays_year = listeners * PLAYS_PER_DAY * 365
    workers = max(1, int(np.ceil(polls_s / POLLS_PER_WORKER_S)))
    return (
        f"| {listeners:,} | {calls:,} | {polls_s:.3g} | {listeners * PLAYS_PER_DAY / DAY_S:.3g} "
        f"| {_round(plays_year / 1e6)} M | {_round(plays_year * BYTES_PER_PLAY / 1e9)} GB | {workers} "
        f"| {wait.total_seconds() / 60:.0f} min |"
    )


def _round(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}"


def _simulated(*, people: int, days: int) -> Iterator[Line]:
    """Each fleet shrunk to so many people, its budget with it."""
    for listeners, calls in SIMULATED:
        shrunk = calls * people / listeners
        wait = longest_wait(listeners=listeners, calls_per_30_s=calls)
        met = simulate(people, days=days, calls_per_30_s=shrunk, longest=wait, seed=listeners)
        name = f"{listeners:,} listeners at {calls} calls/30 s"
        enough = listeners / (SHARE_FOR_POLLS * calls / 30) <= wait.total_seconds()
        lost = 100 * met.lost / met.plays
        yield Line(f"{name}: plays lost", lost, "%", reach=MOST_LOST if enough else None)
        yield Line(f"{name}: polls a day and listener", met.polls / people / days, "polls")
        yield Line(f"{name}: wait, mean", float(np.mean(met.waits_s)) / 60, "minutes")


def simulate(people: int, *, days: int, calls_per_30_s: float, longest: timedelta, seed: int) -> Outcome:
    """Let `people` hear music for `days`; at most 70 % of the calls go to reading their lists, in turn."""
    rng = np.random.default_rng(seed)
    fleet = [_listener(rng, days=days) for _ in range(people)]
    met = Outcome(plays=sum(len(one.plays) for one in fleet))
    due = [(float(rng.uniform(0, 600)), place) for place in range(people)]
    heapq.heapify(due)
    spacing_s = 30 / (SHARE_FOR_POLLS * calls_per_30_s)
    free_at = 0.0
    while due[0][0] < days * DAY_S:
        wanted_at, place = heapq.heappop(due)
        now = max(wanted_at, free_at)
        free_at = now + spacing_s
        wait = _poll(fleet[place], now, met, longest=longest, jitter=float(rng.random()))
        heapq.heappush(due, (now + wait, place))
    met.lost = sum(int((~one.read[one.plays <= one.read_at]).sum()) for one in fleet)
    return met


def _listener(rng: np.random.Generator, *, days: int) -> Listener:
    """Some hear much and some little, mostly in short sessions and now and then a whole day long.

    One in fifty skips through songs; the others hear them out.
    """
    gap_s = rng.uniform(31, 60) if rng.random() < 0.02 else rng.uniform(150, 260)
    each_session = PLAYS_PER_DAY / SESSIONS_PER_DAY * rng.lognormal(-(SPREAD**2) / 2, SPREAD)
    plays: list[float] = []
    for day in range(days):
        for start in np.sort(rng.uniform(7, 23, rng.poisson(SESSIONS_PER_DAY))) * 3600:
            length = max(1, int(each_session * rng.lognormal(-(SPREAD**2) / 2, SPREAD)))
            plays += list(day * DAY_S + start + np.cumsum(rng.normal(gap_s, gap_s / 4, length).clip(30)))
    moments = np.sort(np.array(plays, dtype=np.float64))
    return Listener(moments, np.zeros(len(moments), dtype=bool))


def _poll(one: Listener, now: float, met: Outcome, *, longest: timedelta, jitter: float) -> float:
    heard = int(np.searchsorted(one.plays, now, side="right"))
    first = max(0, heard - WINDOW)
    one.read[first:heard] = True
    met.polls += 1
    if one.read_at:
        met.waits_s.append(now - one.read_at)
    one.read_at = now
    seen = one.plays[first:heard]
    wait = next_wait(
        gap_s=_gap_s(seen),
        last_play_age=timedelta(seconds=now - float(seen[-1])) if len(seen) else None,
        idle_for=timedelta(0),
        longest=longest,
        jitter=jitter,
    )
    return wait.total_seconds()


def _gap_s(seen: Floats) -> float:
    if len(seen) < 10:
        return 200.0
    spans = (seen[9:] - seen[:-9]) / 9
    return max(30.0, min(200.0, float(spans.min())))


if __name__ == "__main__":
    sys.exit(main())
