"""Scores each candidate for a request as a sum of named terms in nats, so that the score explains itself."""

import hashlib
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from playlists.selection.arrays import Bools, Floats, Ints, median
from playlists.selection.candidates import DAY_S, HALF_LIVES_DAYS
from playlists.selection.prepared import Prepared, artist_sums
from playlists.selection.request import Aim, Request, Tuning

COUNTER_WEIGHTS = np.array([3.7655, 0.2840, 0.0829, 0.0155, 0.0051])
"""Fit sum of 1 / (days since a listen + 1/24) over five half-lives."""

UNKNOWN_MATCH = 0.15
"""Probability of a mood for a song of which nothing is known, where no song's is known either."""

_LEAST_ACTIVATION = 1e-3
_LEAST_MATCH = 1e-4
_LOW_LANES = np.uint64(0x0000FFFF0000FFFF)


class Kind(IntEnum):
    """What a song is to the listener."""

    FAMILIAR = 0
    FORGOTTEN = 1
    NEW = 2


@dataclass(frozen=True, slots=True, eq=False)
class Mooded:
    """How rows fit an aim: the `term` in nats and the `match` 0..1, both (m,); `known` (m,) where any mood is
    known.
    """

    term: Floats
    match: Floats
    known: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The scored songs a request may use: all arrays (m,), `rows` into the prepared library.

    `terms` are weighted and in nats: mood, taste, finish, shuffle; `score` is their sum. `match` is the
    probability of the mood asked for (closeness to a point where no mood is named).
    """

    rows: Ints
    kind: Ints
    mood: Mooded
    taste: Floats
    finish: Floats
    shuffle: Floats
    score: Floats

    def __len__(self) -> int:
        return len(self.rows)


def score_pool(prepared: Prepared, rows: Ints, *, request: Request, now: float) -> Pool:
    """Score rows of the library for a request at `now` (epoch seconds)."""
    tuning = request.tuning
    kind = classify(prepared, rows, tuning=tuning, now=now)
    mood = mood_fit(prepared, rows, aim=request.aim, tuning=tuning)
    taste = request.familiarity * _taste(prepared, rows, kind=kind, now=now)
    finish = tuning.skip_weight * prepared.finish[rows]
    shuffle = request.variety * _noise(prepared.candidates.track_id[rows], seed=request.seed)
    return Pool(rows, kind, mood, taste, finish, shuffle, mood.term + taste + finish + shuffle)


def classify(prepared: Prepared, rows: Ints, *, tuning: Tuning, now: float) -> Ints:
    """The `Kind` of each row at `now` (epoch seconds)."""
    listens = prepared.candidates.listens[rows]
    unheard_s = now - prepared.candidates.last_listen_at[rows]
    forgotten = (listens >= tuning.forgotten_listens) & (unheard_s > tuning.forgotten_days * DAY_S)
    return np.where(listens == 0, int(Kind.NEW), np.where(forgotten, int(Kind.FORGOTTEN), int(Kind.FAMILIAR)))


def mood_fit(prepared: Prepared, rows: Ints, *, aim: Aim, tuning: Tuning) -> Mooded:
    """Fit to an aim: a blend of the label's log-probability and of nearness on the plane; see `blend`."""
    nearness, closeness = _nearness(prepared, rows, aim=aim, sigma=tuning.sigma)
    if aim.mood is None:
        return blend(None, None, nearness=nearness, closeness=closeness, weight=0.0)
    return blend(
        prepared.log_probabilities[aim.mood][rows],
        prepared.probabilities[aim.mood][rows],
        nearness=nearness,
        closeness=closeness,
        weight=tuning.label_weight,
    )


def blend(
    log_match: Floats | None, match: Floats | None, *, nearness: Floats, closeness: Floats, weight: float
) -> Mooded:
    """Weigh label (m,) against nearness (m,); where one is unknown the other counts alone, else what is usual
    counts.
    """
    if log_match is None or match is None:
        log_match = match = np.full(len(nearness), np.nan)
    no_label, no_point = np.isnan(match), np.isnan(nearness)
    known = ~(no_label & no_point)
    match = np.where(no_label, closeness, match)
    usual = float(match[known].mean()) if known.any() else UNKNOWN_MATCH
    label = np.where(no_label, nearness, log_match)
    term = weight * label + (1 - weight) * np.where(no_point, log_match, nearness)
    unsure = float(np.log(max(usual, _LEAST_MATCH)))
    return Mooded(np.where(known, term, unsure), np.where(known, match, usual), known)


def _nearness(prepared: Prepared, rows: Ints, *, aim: Aim, sigma: float) -> tuple[Floats, Floats]:
    """Log-likelihood ratio of the point given its spread, and the squared-exponential closeness 0..1; NaN
    unknown.
    """
    library = prepared.candidates
    valence, arousal = aim.target
    width_v, width_a = sigma**2 + prepared.variance_v[rows], sigma**2 + prepared.variance_a[rows]
    distance = (library.valence[rows] - valence) ** 2 / width_v + (
        library.arousal[rows] - arousal
    ) ** 2 / width_a
    breadth = 0.5 * np.log(sigma**4 / (width_v * width_a))
    return breadth - 0.5 * distance, np.exp(-0.5 * distance)


def _taste(prepared: Prepared, rows: Ints, *, kind: Ints, now: float) -> Floats:
    """How much the listener is drawn to each row: log activation less the median familiar song's."""
    library = prepared.candidates
    activation = recent_activation(prepared, now=now)
    by_artist = artist_sums(prepared, activation) / (prepared.artist_heard + 2)
    drawn = np.where(kind == Kind.NEW, by_artist[library.artist_id[rows]], activation[rows])
    drawn = np.where(kind == Kind.FORGOTTEN, library.listens[rows] / 30, drawn)
    taste = np.log(np.maximum(drawn, _LEAST_ACTIVATION))
    taste -= median(taste[kind == Kind.FAMILIAR])
    return taste


def recent_activation(prepared: Prepared, *, now: float) -> Floats:
    """Sum over listens of about 1 / (days since + 1/24), from the counters. Shape (n,)."""
    days = max(0.0, now - prepared.counted_at) / DAY_S
    activation: Floats = prepared.candidates.counters @ (COUNTER_WEIGHTS * np.exp2(-days / HALF_LIVES_DAYS))
    return activation


def _noise(track_id: Ints, *, seed: tuple[int | str, ...]) -> Floats:
    """About N(0, 1) per track from its id and the seed alone (splitmix64, sum of four 16-bit uniforms)."""
    digest = hashlib.blake2b(repr(seed).encode(), digest_size=8).digest()
    mixed = track_id.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(
        int.from_bytes(digest, "big")
    )
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    pairs = (mixed & _LOW_LANES) + ((mixed >> np.uint64(16)) & _LOW_LANES)
    sums = (pairs & np.uint64(0xFFFFFFFF)) + (pairs >> np.uint64(32))
    noise: Floats = sums * (float(np.sqrt(3.0)) / 65_536) - 2.0 * float(np.sqrt(3.0))
    return noise
