"""Brings a choice of songs to the minutes asked for by adding, dropping and exchanging songs at the least
loss.
"""

import numpy as np

from playlists.selection.arrays import Bools, Floats, Ints
from playlists.selection.coverage import Contest
from playlists.selection.exchanging import replaceable, same_kind

TOLERANCE = 0.02
"""Share of the minutes asked for by which a list may be off."""

_AIMED_AT = 0.01
_OTHER_KIND, _NOT_YET = 10.0, 100.0
"""Rank exchanges: within the tolerance and of one kind, then of another, then those that only come nearer."""

_FAR = 0.6
"""Usual songs by which a list is off before one is added or dropped rather than exchanged."""


def fit_minutes(contest: Contest, chosen: Ints, *, durations: Ints, target_ms: float, kept: int) -> Ints:
    """Indices of the songs after fitting; the first `kept` stay. Durations (m,) in ms.

    Comes as near as it can: within one per cent where songs allow it.
    """
    while True:
        error = float(durations[chosen].sum()) - target_ms
        if abs(error) <= _AIMED_AT * target_ms:
            return chosen
        changed = _changed(contest, chosen, durations=durations, error=error, target_ms=target_ms, kept=kept)
        if changed is None:
            return chosen
        chosen = changed


def _changed(
    contest: Contest, chosen: Ints, *, durations: Ints, error: float, target_ms: float, kept: int
) -> Ints | None:
    """The choice after the one step that brings it nearer, or None when no step does."""
    far = _FAR * float(np.median(durations))
    if error > far:
        dropped = _drop(contest, chosen, durations=durations, error=error, kept=kept)
        if dropped is not None:
            return dropped
    if error < -far:
        added = _add(contest, chosen, durations=durations, error=error)
        if added is not None:
            return added
    return _exchange(contest, chosen, durations=durations, error=error, target_ms=target_ms, kept=kept)


def _drop(contest: Contest, chosen: Ints, *, durations: Ints, error: float, kept: int) -> Ints | None:
    """Drop the song worth least of those without which the list is nearer to the minutes."""
    out = chosen[kept:]
    nearer = np.abs(error - durations[out]) < error
    if not nearer.any():
        return None
    return np.delete(chosen, kept + int(np.argmin(np.where(nearer, contest.worth[out], np.inf))))


def _add(contest: Contest, chosen: Ints, *, durations: Ints, error: float) -> Ints | None:
    """Add the song worth most that brings the list nearer, of kinds that the quotas name if possible."""
    allowed = _open(contest, chosen) & (np.abs(error + durations) < -error)
    wanted = allowed & (contest.quotas > 0)[contest.kind]
    allowed = wanted if wanted.any() else allowed
    if not allowed.any():
        return None
    return np.append(chosen, np.argmax(np.where(allowed, contest.worth, -np.inf)))


def _open(contest: Contest, chosen: Ints) -> Bools:
    counts = np.bincount(contest.artist[chosen], minlength=int(contest.artist.max(initial=0)) + 1)
    allowed: Bools = ~np.isin(contest.work, contest.work[chosen]) & (counts[contest.artist] < contest.cap)
    return allowed


def _exchange(
    contest: Contest, chosen: Ints, *, durations: Ints, error: float, target_ms: float, kept: int
) -> Ints | None:
    """Exchange one song: into the tolerance at the least loss, else as near to it as one exchange comes."""
    out = chosen[kept:]
    after = np.abs(error + durations - durations[out][:, None])
    usable = replaceable(contest, chosen, out) & (after < abs(error))
    if not usable.any():
        return None
    loss = contest.worth[out][:, None] - contest.worth + _OTHER_KIND * ~same_kind(contest, out)
    ranked = np.where(after <= _AIMED_AT * target_ms, loss, _NOT_YET + after / target_ms)
    leaving, coming = np.unravel_index(int(np.argmin(np.where(usable, ranked, np.inf))), ranked.shape)
    changed = chosen.copy()
    changed[kept + int(leaving)] = coming
    return changed


def usual_length(durations: Floats | Ints, *, minutes: float) -> int:
    """How many songs of such durations (ms) fill the minutes, at least one."""
    return max(1, round(minutes * 60_000 / float(np.median(durations))))
