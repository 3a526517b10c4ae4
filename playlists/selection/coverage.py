"""Chooses the songs: greedily the best score together with breadth of artists, genres, decades and moods."""

from dataclasses import dataclass, field

import numpy as np

from playlists.selection.arrays import Bools, Floats, Ints
from playlists.selection.prepared import Prepared
from playlists.selection.scoring import Kind

BREADTH = {"artist": 1.0, "genre": 0.8, "decade": 0.5, "cell": 0.3}
"""Weights of the four kinds of groups over which breadth is counted."""

_CELLS = 5
_SPILL = (Kind.FAMILIAR, Kind.FORGOTTEN, Kind.NEW)


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """Songs in the running, all arrays (m,): `worth` 0..1, kind, work, artist and `groups` (4, m) of codes
    from 0.

    `quotas` (3,) are songs wanted by kind; `cap` songs of one artist; `breadth` weighs breadth against worth.
    """

    worth: Floats
    kind: Ints
    work: Ints
    artist: Ints
    groups: Ints
    quotas: Ints
    cap: int
    breadth: float

    def __len__(self) -> int:
        return len(self.worth)


@dataclass(slots=True, eq=False)
class _Draft:
    """A list in the making; counts follow from what was chosen."""

    contest: Contest
    quotas: Ints
    chosen: list[int] = field(default_factory=list)
    open: Bools = field(init=False)
    counts: Ints = field(init=False)
    by_artist: Ints = field(init=False)

    def __post_init__(self) -> None:
        contest = self.contest
        self.open = np.ones(len(contest), dtype=np.bool_)
        self.counts = np.zeros((len(contest.groups), int(contest.groups.max(initial=0)) + 1), dtype=np.int64)
        self.by_artist = np.zeros(int(contest.artist.max(initial=0)) + 1, dtype=np.int64)

    def take(self, index: int) -> None:
        """Choose a song: its work is used up and its artist and kind have one place less."""
        contest = self.contest
        self.chosen.append(index)
        self.open &= contest.work != contest.work[index]
        self.counts[np.arange(len(contest.groups)), contest.groups[:, index]] += 1
        self.by_artist[contest.artist[index]] += 1
        self.quotas[contest.kind[index]] -= 1
        if self.by_artist[contest.artist[index]] >= contest.cap:
            self.open &= contest.artist != contest.artist[index]


def choose(contest: Contest, *, length: int, taken: Ints) -> Ints:
    """Indices of the songs chosen, those in `taken` first, then in order of choice; fewer when the songs run
    out.
    """
    draft = _Draft(contest, contest.quotas.copy())
    for index in taken:
        draft.take(int(index))
    while len(draft.chosen) < length:
        index = _next(draft, left=length - len(draft.chosen))
        if index is None:
            break
        draft.take(index)
    return np.array(draft.chosen, dtype=np.int64)


def objective(contest: Contest, chosen: Ints) -> float:
    """Worth of a list plus its breadth: what `choose` makes large."""
    breadth = 0.0
    for weight, codes in zip(BREADTH.values(), contest.groups, strict=True):
        breadth += weight * float(np.sqrt(np.bincount(codes[chosen])).sum())
    return float(contest.worth[chosen].sum()) + contest.breadth * breadth


def marginal_gains(contest: Contest, counts: Ints) -> Floats:
    """What each song would add to `objective`, given how often each group is there (4, groups): (m,)."""
    steps = np.sqrt(counts + 1.0) - np.sqrt(counts)
    gains = contest.worth.copy()
    for weight, step, codes in zip(BREADTH.values(), steps, contest.groups, strict=True):
        gains += contest.breadth * weight * step[codes]
    return gains


def group_counts(contest: Contest, chosen: Ints) -> Ints:
    """How often each group of each of the four sorts is among the chosen. Shape (4, groups)."""
    width = int(contest.groups.max(initial=0)) + 1
    return np.stack([np.bincount(codes[chosen], minlength=width) for codes in contest.groups])


def group_codes(prepared: Prepared, rows: Ints) -> Ints:
    """Codes of artist, genre, decade and cell of the mood plane for rows of a library. Shape (4, m)."""
    library = prepared.candidates
    valence, arousal = library.valence[rows], library.arousal[rows]
    cell = (
        np.clip(valence * _CELLS, 0, _CELLS - 1) // 1 * _CELLS + np.clip(arousal * _CELLS, 0, _CELLS - 1) // 1
    )
    columns = (
        library.artist_id[rows],
        library.genre[rows],
        library.year[rows] // 10,
        np.nan_to_num(cell, nan=-1),
    )
    return np.stack([np.unique(column, return_inverse=True)[1].reshape(-1) for column in columns]).astype(
        np.int64
    )


def _next(draft: _Draft, *, left: int) -> int | None:
    """The open song that adds most, within the quotas; when a kind runs dry its places spill to the next
    kind.
    """
    contest = draft.contest
    allowed = draft.open & (draft.quotas[contest.kind] > 0)
    for kind in _SPILL:
        if allowed.any():
            break
        draft.quotas[:] = 0
        draft.quotas[kind] = left
        allowed = draft.open & (contest.kind == kind)
    if not allowed.any():
        return None
    gains = marginal_gains(contest, draft.counts)
    return int(np.argmax(np.where(allowed, gains, -np.inf)))
