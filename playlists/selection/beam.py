"""Finds a good way through the songs of a journey: beam search, then exchanges, under cap, gap and no
repeats.
"""

from dataclasses import dataclass

import numpy as np

from playlists.selection.arrays import Bools, Floats, Ints

SMOOTHNESS = 1.5
"""Nats that a change of songs as far apart as can be costs."""

_TOO_NEAR, _OVER_CAP, _TOO_NEW = 40.0, 80.0, 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """k songs for n places: `fit` (n, k) in nats, `costs` (k, k) of following; work, artist and `unheard` are
    (k,).

    `cap` songs of an artist, `gap` others between two, `most_new` unheard ones; `fixed` maps places to songs.
    """

    fit: Floats
    costs: Floats
    work: Ints
    artist: Ints
    unheard: Bools
    cap: int
    gap: int
    most_new: int
    fixed: dict[int, int]


def search(field: Field, *, width: int) -> Ints:
    """The best way that a beam finds, one song a place (n,); rules are broken only where there is no other
    way.
    """
    ways = np.zeros((1, 0), dtype=np.int64)
    totals = np.zeros(1)
    for place in range(len(field.fit)):
        gains = totals[:, None] + _gains(field, ways)
        if place in field.fixed:
            best = np.arange(len(ways)) * gains.shape[1] + field.fixed[place]
        else:
            best = _top(gains, width)
        totals = gains.ravel()[best]
        parents, songs = np.divmod(best, gains.shape[1])
        ways = np.column_stack([ways[parents], songs])
    best_way: Ints = ways[int(np.argmax(totals))]
    return best_way


def polish(field: Field, way: Ints) -> Ints:
    """Improve a way by replacing single songs and exchanging pairs until neither helps."""
    while True:
        replaced = replacement_gains(field, way)
        place, song = np.unravel_index(int(np.argmax(replaced)), replaced.shape)
        exchanged = _exchange(field, way)
        if exchanged is not None and exchanged[0] >= replaced[place, song]:
            way = exchanged[1]
        elif replaced[place, song] > 1e-9:
            way = way.copy()
            way[place] = song
        else:
            return way


def replacement_gains(field: Field, way: Ints) -> Floats:
    """What putting each song at each place would gain, in nats; -inf where a rule or a fixed place forbids
    it. (n, k).
    """
    fit = field.fit - np.take_along_axis(field.fit, way[:, None], axis=1)
    smooth = np.zeros_like(fit)
    smooth[1:] += field.costs[way[:-1]] - field.costs[way[:-1], way[1:]][:, None]
    smooth[:-1] += field.costs[way[1:]] - field.costs[way[1:], way[:-1]][:, None]
    gains = fit - SMOOTHNESS * smooth
    gains[_forbidden(field, way)] = -np.inf
    gains[list(field.fixed)] = -np.inf
    return gains


def value(field: Field, way: Ints) -> float:
    """Fit less roughness of a way, in nats: what the search makes large."""
    fit = field.fit[np.arange(len(way)), way].sum()
    return float(fit - SMOOTHNESS * field.costs[way[:-1], way[1:]].sum())


def _gains(field: Field, ways: Ints) -> Floats:
    """What each song would add to each way, with penalties for broken rules; -inf for a work used before.
    (ways, k).
    """
    place = ways.shape[1]
    gains = np.repeat(field.fit[place][None], len(ways), axis=0)
    if place:
        gains -= SMOOTHNESS * field.costs[ways[:, -1]]
    members = np.column_stack([ways, np.tile(_coming(field, place), (len(ways), 1))])
    near = np.column_stack(
        [ways[:, max(0, place - field.gap) :], np.tile(_soon(field, place), (len(ways), 1))]
    )
    gains -= _TOO_NEAR * (_times(field.artist, near) > 0)
    gains -= _OVER_CAP * (_times(field.artist, members) >= field.cap)
    full = field.unheard[members].sum(axis=1) >= field.most_new
    gains -= _TOO_NEW * (full[:, None] & field.unheard)
    gains[_times(field.work, members) > 0] = -np.inf
    if place in field.fixed:
        gains[:, field.fixed[place]] = field.fit[place, field.fixed[place]]
    return gains


def _coming(field: Field, place: int) -> Ints:
    """Songs fixed at or after a place."""
    return np.array([song for fixed, song in field.fixed.items() if fixed >= place], dtype=np.int64)


def _soon(field: Field, place: int) -> Ints:
    """Songs fixed within the gap after a place."""
    near = [song for fixed, song in field.fixed.items() if place < fixed <= place + field.gap]
    return np.array(near, dtype=np.int64)


def _times(codes: Ints, members: Ints) -> Ints:
    """How often each song's code is among the members of each way. Shape (ways, k)."""
    width = int(codes.max(initial=0)) + 1
    offsets = np.arange(len(members))[:, None] * width
    counts = np.bincount((codes[members] + offsets).ravel(), minlength=len(members) * width)
    return counts.reshape(len(members), width)[:, codes].astype(np.int64)


def _top(gains: Floats, width: int) -> Ints:
    flat = gains.ravel()
    kept = min(width, len(flat))
    best = np.argpartition(-flat, kept - 1)[:kept]
    best = best[np.isfinite(flat[best])]
    return best.astype(np.int64)


def _forbidden(field: Field, way: Ints) -> Bools:
    """Which songs (n, k) would break a rule at a place, were they to replace the song there."""
    own_work = field.work[way][:, None] == field.work
    used = np.isin(field.work, field.work[way]) & ~own_work
    counts = np.bincount(field.artist[way], minlength=int(field.artist.max()) + 1)[field.artist]
    own_artist = field.artist[way][:, None] == field.artist
    full = counts - own_artist >= field.cap
    spare = field.most_new - int(field.unheard[way].sum()) + field.unheard[way]
    new = field.unheard & (spare <= 0)[:, None]
    same = np.zeros(own_work.shape, dtype=np.bool_)
    np.put_along_axis(same, way[:, None], True, axis=1)
    forbidden: Bools = used | full | new | same | _crowded(field, way)
    return forbidden


def _crowded(field: Field, way: Ints) -> Bools:
    """Which songs (n, k) have their artist within the gap of a place, the song at the place aside."""
    artists = field.artist[way]
    crowded = np.zeros((len(way), len(field.artist)), dtype=np.bool_)
    for step in range(1, min(field.gap, len(way) - 1) + 1):
        same = artists[:, None] == field.artist
        crowded[step:] |= same[:-step]
        crowded[:-step] |= same[step:]
    return crowded


def _exchange(field: Field, way: Ints) -> tuple[float, Ints] | None:
    """The exchange of two places that gains most without breaking the gap, with its gain; None where none
    gains.
    """
    n = len(way)
    fit = field.fit[:, way]
    own = np.diagonal(fit)
    rough = fit + fit.T - own[:, None] - own - SMOOTHNESS * _exchange_costs(field, way)
    rough[list(field.fixed)] = rough[:, list(field.fixed)] = 0.0
    crowded = _crowded(field, way)[:, way]
    rough[crowded | crowded.T] = 0.0
    best = int(np.argmax(np.triu(rough, k=2)))
    gain = float(rough[best // n, best % n])
    if gain <= 1e-9:
        return None
    changed = way.copy()
    changed[[best // n, best % n]] = way[[best % n, best // n]]
    return gain, changed


def _exchange_costs(field: Field, way: Ints) -> Floats:
    """Change of the summed costs when two places that are not neighbours are exchanged. Shape (n, n)."""
    n = len(way)
    costs = field.costs[way[:, None], way]
    beside = np.zeros((n, n))
    beside[1:] += costs[:-1]
    beside[:-1] += costs[1:]
    own = np.diagonal(beside)
    change: Floats = beside + beside.T - own[:, None] - own
    return change
