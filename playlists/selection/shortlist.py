"""Narrows the scored songs to a few hundred of each kind that fit, and says how far it had to reach."""

from dataclasses import dataclass

import numpy as np

from playlists.selection.arrays import Bools, Floats, Ints
from playlists.selection.prepared import Prepared
from playlists.selection.request import Request
from playlists.selection.scoring import Kind, Pool

LEAST_FLOOR = 0.02
_FLOOR_STEP = 0.7
_RISE = 1.1
_HIGHEST_FLOOR = 0.6
_PLENTY = 30
_LEAST_KEPT = 150
_LEAST_SHARE = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Shortlist:
    """`members` index the pool, best first within each kind; `worth` (m,) is the score scaled to 0..1 in its
    kind.

    `floors` holds, by kind, the least probability of a match accepted; `cap` the songs of one artist allowed.
    """

    members: Ints
    worth: Floats
    floors: Floats
    cap: int


def quotas(request: Request, *, length: int) -> Ints:
    """How many songs of each `Kind` a list of this length should hold; they sum to the length. Shape (3,)."""
    new = min(length, round(request.discovery * length))
    forgotten = min(length - new, round(request.forgotten * length))
    return np.array([length - new - forgotten, forgotten, new], dtype=np.int64)


def shortlist(prepared: Prepared, pool: Pool, *, request: Request, length: int, usable: int) -> Shortlist:
    """The best of each kind among the first `usable` of a pool, above a floor that sinks until there are
    enough.
    """
    wanted = quotas(request, length=length)
    match, kinds = pool.mood.match[:usable], pool.kind[:usable]
    floors = _floors(match, kinds, wanted=wanted, request=request, length=length)
    fits = match >= floors[kinds]
    cap = artist_cap(prepared.candidates.artist_id[pool.rows[:usable][fits]], length=length, cap=request.cap)
    members = []
    for kind in Kind:
        best = _best(
            prepared, pool, within=fits & (kinds == kind), keep=_kept(request, wanted[kind], length), cap=cap
        )
        members.append(best)
    worth = np.concatenate([_scaled(pool.score[best]) for best in members])
    return Shortlist(np.concatenate(members), worth, floors, cap)


def artist_cap(artists: Ints, *, length: int, cap: int) -> int:
    """The least cap, from the one asked for, under which these songs fill the length (or all can be used)."""
    counts = np.unique(artists, return_counts=True)[1]
    need = min(length, len(artists))
    while np.minimum(counts, cap).sum() < need:
        cap += 1
    return cap


def _floors(match: Floats, kinds: Ints, *, wanted: Ints, request: Request, length: int) -> Floats:
    """The floor of each kind; the lowest there is for all where otherwise too few are left. (3,)."""
    needs = {kind: int(wanted[kind]) for kind in Kind}
    floors = np.array([_floor(match[kinds == kind], need=needs[kind], request=request) for kind in Kind])
    if (match >= floors[kinds]).sum() < length:
        return np.full(len(floors), LEAST_FLOOR)
    return floors


def _floor(match: Floats, *, need: int, request: Request) -> float:
    """The floor: lowered until three times the need lies above it, raised while there is plenty."""
    floor = request.tuning.floor
    while floor * _RISE <= _HIGHEST_FLOOR and (match >= floor * _RISE).sum() >= _PLENTY * need:
        floor *= _RISE
    while floor > LEAST_FLOOR and (match >= floor).sum() < 3 * need:
        floor = max(LEAST_FLOOR, floor * _FLOOR_STEP)
    return floor


def _kept(request: Request, wanted: int, length: int) -> int:
    share = max(_LEAST_SHARE, wanted / length)
    return max(_LEAST_KEPT, 3 * length, round(request.tuning.shortlist * share))


def _best(prepared: Prepared, pool: Pool, *, within: Bools, keep: int, cap: int) -> Ints:
    """Pool indices of the best, one a work, at most 3 x cap of one artist."""
    indices = np.flatnonzero(within)
    if len(indices) > 4 * keep:
        indices = indices[np.argpartition(-pool.score[indices], 4 * keep)[: 4 * keep]]
    indices = indices[np.argsort(-pool.score[indices], kind="stable")]
    rows = pool.rows[indices]
    indices = indices[np.sort(np.unique(prepared.work[rows], return_index=True)[1])]
    nth = _occurrence(prepared.candidates.artist_id[pool.rows[indices]])
    return indices[nth < 3 * cap][:keep]


def _occurrence(codes: Ints) -> Ints:
    """How many times each code came before. Shape (n,)."""
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1) != 0)
    runs = np.repeat(starts, np.diff(starts, append=len(codes)))
    nth = np.empty(len(codes), dtype=np.int64)
    nth[order] = np.arange(len(codes)) - runs
    return nth


def _scaled(score: Floats) -> Floats:
    if not len(score):
        return score
    low, high = float(score.min()), float(score.max())
    return (score - low) / (high - low) if high > low else np.ones(len(score))
