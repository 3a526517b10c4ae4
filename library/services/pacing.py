"""How long to wait before a listener's recently played list is read again. Pure arithmetic.

Figures from simulations of 800 listeners over 14 days (`bench/poll_faults.py` plays the faults).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

WINDOW = 50
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(minutes=60)
SPACING = timedelta(minutes=2)
"""Nobody's list is read more often than this, save after a failure."""
CALM_GAP_S = 200.0
LEAST_GAP_S = 30.0
"""Spotify lists plays of thirty seconds and more."""
HALF_LIFE = timedelta(days=7)
LISTENING_NOW = timedelta(minutes=45)
SHARE_FOR_POLLS = 0.7
_RUN = 10
_IDLE = (
    (timedelta(days=60), timedelta(hours=4)),
    (timedelta(days=14), timedelta(hours=2)),
)
_QUICK_RETRIES = 3


def fastest_gap_s(played_at: Sequence[datetime]) -> float | None:
    """The shortest mean time in seconds between ten plays in a row, or None below ten plays."""
    in_order = sorted(played_at)
    spans = [
        (in_order[last] - in_order[last - _RUN + 1]).total_seconds()
        for last in range(_RUN - 1, len(in_order))
    ]
    return max(LEAST_GAP_S, min(spans) / (_RUN - 1)) if spans else None


def calmed_gap_s(gap_s: float, elapsed: timedelta) -> float:
    """What a gap seen `elapsed` ago still says: it drifts to 200 s, half the way in seven days."""
    weight = 0.5 ** (max(elapsed, timedelta(0)) / HALF_LIFE)
    return CALM_GAP_S + (gap_s - CALM_GAP_S) * float(weight)


def longest_wait(*, listeners: int, calls_per_30_s: int) -> timedelta:
    """The wait at which all listeners together take 70 % of the calls; 10 to 60 minutes."""
    needed = timedelta(seconds=listeners / (SHARE_FOR_POLLS * calls_per_30_s / 30))
    return min(max(needed, SHORTEST), LONGEST)


def next_wait(
    *,
    gap_s: float,
    last_play_age: timedelta | None,
    idle_for: timedelta,
    longest: timedelta,
    jitter: float,
) -> timedelta:
    """The wait after a good poll.

    `last_play_age` is None where no play is known; `idle_for` counts from the last play or visit;
    `jitter` from 0 to 1 spreads the waits over their last tenth.
    """
    spread = 0.9 + 0.1 * jitter
    for idle, wait in _IDLE:
        if idle_for > idle:
            return wait * spread
    listens_now = last_play_age is not None and last_play_age <= LISTENING_NOW
    wanted = timedelta(seconds=WINDOW * gap_s * (0.35 if listens_now else 0.6))
    return min(max(wanted, SHORTEST), longest) * spread


def retry_wait(failures: int, *, jitter: float) -> timedelta:
    """The wait after the n-th failed try in a row, n from 1: 30 to 90 s thrice, then ten minutes.

    No longer, so that a window is seen again before fifty plays have passed through it.
    """
    if failures <= _QUICK_RETRIES:
        return timedelta(seconds=30 + 60 * jitter)
    return SHORTEST * (0.9 + 0.1 * jitter)


def expected_fill(*, since_last: timedelta | None, gap_s: float) -> float:
    """How full of unknown plays the window is by now, 1 and above being full; never read is fullest."""
    if since_last is None:
        return float("inf")
    return since_last.total_seconds() / (WINDOW * gap_s)
