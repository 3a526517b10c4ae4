"""What can be worked out about a library once and used for every playlist made from it."""

from dataclasses import dataclass, replace

import numpy as np

from playlists.selection.arrays import Bools, Floats, Ints
from playlists.selection.candidates import DAY_S, HALF_LIVES_DAYS, Candidates
from playlists.selection.duplicates import song_groups, work_groups

USUAL_DURATION_MS = 210_000
"""Stands in for an unknown duration where no duration in the library is known."""

USUAL_SPREAD = 0.2
"""Standard deviation taken for a valence or arousal whose own is unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A library in song order: rows of one song lie together, the one to play first; built by `prepare`.

    `candidates`: behaviour summed over each song, artists coded 0.., missing moods and durations filled from
    the song. `song`, `work`: labels (n,), `song` ascending. `first`: (n,) marks each song's first row.
    `timed`: (n,) duration known. `order`: (n,) the row that each came from. `counted_at`: the moment that all
    counters are brought to. `retention`: (n,) 1 - r, the smoothed share finished. `finish`: (n,) ln of
    retention over the library's. `log_probabilities`: (6, n). `artist_heard`: songs heard by artist.
    """

    candidates: Candidates
    order: Ints
    song: Ints
    work: Ints
    first: Bools
    timed: Bools
    counted_at: float
    retention: Floats
    finish: Floats
    log_probabilities: Floats
    probabilities: Floats
    variance_v: Floats
    variance_a: Floats
    artist_heard: Floats

    def __len__(self) -> int:
        return len(self.candidates)


def prepare(candidates: Candidates, *, apart: frozenset[int] = frozenset()) -> Prepared:
    """Group and sum a library. Tracks in `apart` are never merged with another or taken for the same work."""
    by_id = np.argsort(candidates.track_id, kind="stable")
    tracks = candidates.where(by_id)
    alone = np.isin(tracks.track_id, list(apart))
    songs = song_groups(tracks, apart=alone)
    works = work_groups(tracks, songs, apart=alone)
    order = np.lexsort((~tracks.liked, -tracks.plays, songs))
    ordered = tracks.where(order)
    return _assemble(ordered, order=by_id[order], song=_codes(songs[order]), work=_codes(works[order]))


def _codes(labels: Ints) -> Ints:
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _assemble(ordered: Candidates, *, order: Ints, song: Ints, work: Ints) -> Prepared:
    timed = ordered.duration_ms > 0
    counted_at = float(np.nanmax(ordered.last_listen_at, initial=0.0))
    summed = _with_moods(_with_sums(ordered, song=song, counted_at=counted_at), song=song)
    library = replace(
        summed,
        artist_id=_artist_codes(ordered.artist_id),
        duration_ms=_durations(ordered, timed=timed),
        tempo=np.where(ordered.tempo > 0, ordered.tempo, np.nan),
    )
    first = np.diff(song, prepend=-1) > 0
    retention, typical = _retention(library, first=first)
    probabilities = np.ascontiguousarray(library.probabilities.T)
    return Prepared(
        candidates=library,
        order=order,
        song=song,
        work=work,
        first=first,
        timed=timed,
        counted_at=counted_at,
        retention=retention,
        finish=np.log(retention / typical),
        log_probabilities=np.log(np.clip(probabilities, 1e-4, 1.0)),
        probabilities=probabilities,
        variance_v=np.nan_to_num(library.spread_v, nan=USUAL_SPREAD) ** 2,
        variance_a=np.nan_to_num(library.spread_a, nan=USUAL_SPREAD) ** 2,
        artist_heard=_by_artist((library.listens > 0).astype(np.float64), library, first=first),
    )


def artist_sums(prepared: Prepared, values: Floats) -> Floats:
    """Sum a value (n,) of each song over its artist. Shape (artists,)."""
    return _by_artist(values, prepared.candidates, first=prepared.first)


def _by_artist(values: Floats, library: Candidates, *, first: Bools) -> Floats:
    return np.bincount(library.artist_id, weights=np.where(first, values, 0.0)).astype(np.float64)


def _with_sums(ordered: Candidates, *, song: Ints, counted_at: float) -> Candidates:
    age_days = np.nan_to_num((counted_at - ordered.last_listen_at) / DAY_S)
    decayed = ordered.counters * np.exp2(-age_days[:, None] / HALF_LIVES_DAYS)
    counters = np.stack([_sum(column, song) for column in decayed.T], axis=1)
    last = np.full(int(song.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(last, song, np.nan_to_num(ordered.last_listen_at, nan=-np.inf))
    return replace(
        ordered,
        counters=counters,
        listens=_sum(ordered.listens, song).astype(np.int64),
        plays=_sum(ordered.plays, song).astype(np.int64),
        unplayed=_sum(ordered.unplayed, song),
        last_listen_at=np.where(np.isfinite(last), last, np.nan)[song],
        blocked=_sum(ordered.blocked, song) > 0,
    )


def _sum(values: Floats | Ints | Bools, song: Ints) -> Floats:
    """Each row gets the sum over its song."""
    sums: Floats = np.bincount(song, weights=values).astype(np.float64)[song]
    return sums


def _with_moods(library: Candidates, *, song: Ints) -> Candidates:
    """A release without a mood takes it from another release of the same song."""
    pointed: Bools = np.isfinite(library.valence) & np.isfinite(library.arousal)
    donor = _donors(pointed, song)
    likely = _donors(np.isfinite(library.probabilities.sum(axis=1)), song)
    return replace(
        library,
        valence=library.valence[donor],
        arousal=library.arousal[donor],
        spread_v=library.spread_v[donor],
        spread_a=library.spread_a[donor],
        probabilities=library.probabilities[likely],
    )


def _donors(known: Bools, song: Ints) -> Ints:
    """For each row itself when known, else the first known row of its song, else itself."""
    rows = np.arange(len(song))
    best = np.full(int(song.max(initial=-1)) + 1, len(song))
    np.minimum.at(best, song, np.where(known, rows, len(song)))
    return np.where(known | (best[song] == len(song)), rows, best[song])


def _artist_codes(artist_id: Ints) -> Ints:
    """Codes 0..; an unknown artist is nobody else's."""
    alone = np.where(artist_id < 0, artist_id.max(initial=0) + 1 + np.arange(len(artist_id)), artist_id)
    return _codes(alone)


def _durations(ordered: Candidates, *, timed: Bools) -> Ints:
    usual = int(np.median(ordered.duration_ms[timed])) if timed.any() else USUAL_DURATION_MS
    return np.where(timed, ordered.duration_ms, usual)


def _retention(library: Candidates, *, first: Bools) -> tuple[Floats, float]:
    """1 - r per row and for the library, r smoothed towards the artist's and that towards the library's."""
    plays = library.plays.astype(np.float64)
    skipped = np.minimum(library.unplayed, plays)
    rate = min(
        float(np.where(first, skipped, 0).sum()) / max(1.0, float(np.where(first, plays, 0).sum())), 0.95
    )
    artist_skipped = _by_artist(skipped, library, first=first)
    by_artist = (artist_skipped + 4 * rate) / (_by_artist(plays, library, first=first) + 4)
    r = (skipped + 2 * by_artist[library.artist_id]) / (plays + 2)
    return np.clip(1 - r, 0.02, 1.0), max(1 - rate, 0.02)
