"""Mood over time: what share of each week's plays had which mood, how many there were, how much is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from moods.classifier.taxonomy import UNKNOWN
from moods.pictures.spans import Tick, ticks
from moods.pictures.states import STACK, STATES, is_mood
from moods.pictures.strokes import percent_of, swell

FEW_PLAYS = 10
"""Below so many plays a period's shares say little: it is hatched."""
LITTLE_KNOWN = 0.5
"""Below this share of plays with a known mood a period is hatched as well."""

HEIGHT = 1000
STEP = 10


@dataclass(frozen=True, slots=True)
class Band:
    """One state's area, from its upper edge down to the ground; painted top band first."""

    state: str
    path: str


@dataclass(frozen=True, slots=True)
class Period:
    """One week or month: where it stands, and the row of the data table.

    ``known_percent`` is None and ``leading`` unknown where there were no plays. ``shares`` holds
    (state, percent) of what was heard, largest first.
    """

    start: date
    x: str
    width: str
    volume: str
    plays: int
    known_percent: int | None
    is_uncertain: bool
    leading: str
    shares: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A stacked picture in a box ``view_box``, its periods and labels, and its words in numbers."""

    view_box: str
    bands: tuple[Band, ...]
    periods: tuple[Period, ...]
    ticks: tuple[Tick, ...]
    plays: int
    known_percent: int | None
    leading: str
    leading_percent: int
    states: tuple[str, ...]


def timeline(starts: Sequence[date], *, shares: NDArray[np.float64], plays: Sequence[int]) -> Timeline:
    """Draw mood over equal periods.

    Parameters
    ----------
    starts : first days of the n periods, without holes; a period without plays has shares of 0.
    shares : (n, 8) in the order of ``states.STATES``, rows sum to 1.
    plays : (n,) number of plays in each period.
    """
    periods = tuple(
        _period(starts, index=index, shares=shares[index], plays=plays) for index in range(len(starts))
    )
    totals = np.asarray(plays, dtype=float) @ shares if len(starts) else np.zeros(len(STATES))
    heard = sum(plays)
    leading, leading_share = _leading(totals / heard if heard else totals)
    return Timeline(
        view_box=f"0 0 {STEP * max(len(starts), 1)} {HEIGHT}",
        bands=_bands(shares, plays=plays),
        periods=periods,
        ticks=ticks(starts),
        plays=heard,
        known_percent=round(100 * (1 - totals[-1] / heard)) if heard else None,
        leading=leading,
        leading_percent=round(100 * leading_share),
        states=tuple(state for state in STATES if totals[STATES.index(state)] > 0),
    )


def _leading(shares: NDArray[np.float64]) -> tuple[str, float]:
    """Find the commonest of the six moods and its share; unknown and 0 where none was heard."""
    moods = [index for index, state in enumerate(STATES) if is_mood(state)]
    best = max(moods, key=lambda index: shares[index])
    return (STATES[best], float(shares[best])) if shares[best] > 0 else (UNKNOWN, 0.0)


def _period(
    starts: Sequence[date], *, index: int, shares: NDArray[np.float64], plays: Sequence[int]
) -> Period:
    """Place one period and count what was heard in it."""
    known = 1 - float(shares[-1]) if plays[index] else None
    heard = [
        (STATES[place], round(100 * float(shares[place]))) for place in np.argsort(-shares, kind="stable")
    ]
    return Period(
        start=starts[index],
        x=percent_of(index, len(starts)),
        width=percent_of(1, len(starts)),
        volume=percent_of(plays[index], max(plays) or 1),
        plays=plays[index],
        known_percent=None if known is None else round(100 * known),
        is_uncertain=known is not None and (known < LITTLE_KNOWN or plays[index] < FEW_PLAYS),
        leading=_leading(shares)[0],
        shares=tuple((state, percent) for state, percent in heard if percent > 0),
    )


def _bands(shares: NDArray[np.float64], *, plays: Sequence[int]) -> tuple[Band, ...]:
    """Pile the states up, leave out those never heard, and give the topmost first."""
    columns = [STATES.index(state) for state in STACK]
    edges = HEIGHT - np.rint(HEIGHT * np.cumsum(shares[:, columns], axis=1)).astype(int)
    heard = [place for place, column in enumerate(columns) if np.any(shares[:, column] > 0)]
    return tuple(
        Band(STACK[place], _area(edges[:, place].tolist(), plays=plays)) for place in reversed(heard)
    )


def _area(edge: Sequence[int], *, plays: Sequence[int]) -> str:
    """Close one upper edge down to the ground, interrupted where nothing was played."""
    runs = [
        list(run) for played, run in groupby(range(len(edge)), key=lambda index: plays[index] > 0) if played
    ]
    return "".join(_run(edge[run[0] : run[-1] + 1], left=run[0] * STEP) for run in runs)


def _run(edge: Sequence[int], *, left: int) -> str:
    """Draw the area of periods that follow each other, level in the first and the last half period."""
    middle = left + STEP // 2
    return f"M{left} {HEIGHT}V{edge[0]}H{middle}{swell(edge, start=middle, step=STEP)}h{STEP // 2}V{HEIGHT}Z"
