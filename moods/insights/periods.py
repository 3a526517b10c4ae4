"""Mood of a stretch of days: shares, how far they may be off, and how much is known."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from moods.insights.hours import Hours
from moods.insights.local_time import day_number
from moods.pictures.states import STATES, is_mood

_MOODS = [place for place, state in enumerate(STATES) if is_mood(state)]


@dataclass(frozen=True, slots=True)
class PeriodMood:
    """What was heard from `start` until before `end`, in the listener's days.

    shares: of the time listened, by STATES, sum 1 (all 0 without plays). doubts: how far each share may
    be off (one standard deviation), because single songs may feel otherwise. known: share of the time with a
    known mood. valence, arousal: means over that time, 0..1, None where nothing is known. leading: the mood
    heard most, "unknown" where no mood was.
    """

    start: date
    end: date
    plays: int
    minutes: float
    shares: dict[str, float]
    doubts: dict[str, float]
    known: float
    valence: float | None
    arousal: float | None
    leading: str

    @property
    def leading_share(self) -> float:
        """Share of the leading mood."""
        return self.shares[self.leading]

    @property
    def ranked(self) -> list[tuple[str, float]]:
        """Moods with their shares, largest first; only those that were heard."""
        moods = [(state, self.shares[state]) for state in STATES if is_mood(state)]
        return sorted(((mood, share) for mood, share in moods if share > 0), key=lambda pair: -pair[1])


def mood_between(hours: Hours, start: date, end: date) -> PeriodMood:
    """The mood from `start` until before `end`."""
    here = slice(*np.searchsorted(hours.days, [day_number(start), day_number(end)]))
    minutes = hours.minutes[here].sum(axis=0)
    total, known = float(minutes.sum()), float(hours.known_minutes[here].sum())
    shares, doubts = share_of(minutes, hours.doubt[here].sum(axis=0))
    return PeriodMood(
        start=start,
        end=end,
        plays=int(hours.plays[here].sum()),
        minutes=total,
        shares=dict(zip(STATES, shares.tolist(), strict=True)),
        doubts=dict(zip(STATES, doubts.tolist(), strict=True)),
        known=float(1 - shares[-1]) if total else 0.0,
        valence=float(hours.valence[here].sum() / known) if known else None,
        arousal=float(hours.arousal[here].sum() / known) if known else None,
        leading=leading_of(shares),
    )


def share_of(
    minutes: npt.NDArray[np.float64], doubt: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Minutes by state (…, 8) and their variance as shares and standard deviations; 0 without minutes."""
    total = minutes.sum(axis=-1, keepdims=True)
    whole = np.where(total > 0, total, 1.0)
    return minutes / whole, np.sqrt(doubt) / whole


def leading_of(shares: npt.NDArray[np.float64]) -> str:
    """The mood with the largest share; "unknown" where no mood has one."""
    best = max(_MOODS, key=lambda place: float(shares[place]))
    return STATES[best] if shares[best] > 0 else STATES[-1]
