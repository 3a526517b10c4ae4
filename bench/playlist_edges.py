"""The cases of a playlist in which something is scarce, each with what has to come out (B8)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from bench.listeners import NOW_S, make_listener
from playlists.selection import Aim, Candidates, Kind, NoticeCode, Request, Selection, build

_NOW = datetime.fromtimestamp(NOW_S, UTC)
_HAPPY = Request(Aim(0), tracks=50)


def edge_failures() -> list[str]:
    """Names of the cases that do not come out as they should."""
    return [name for name, case in _CASES.items() if not case()]


def _library(n: int, **columns: np.ndarray) -> Candidates:
    return replace(make_listener(n, seed=3).candidates, **columns)


def _told(selection: Selection) -> set[NoticeCode]:
    return {notice.code for notice in selection.notices}


def _empty() -> bool:
    made = build(_library(10).where(np.zeros(10, dtype=bool)), _HAPPY, now=_NOW)
    return made.track_ids == () and _told(made) == {NoticeCode.EMPTY_LIBRARY}


def _twelve() -> bool:
    library = _library(12, probabilities=np.full((12, 6), 0.1), work_key=np.arange(12))
    made = build(library, _HAPPY, now=_NOW)
    return len(made.picks) == 12 and made.floor < 0.35 and NoticeCode.ONLY_AVAILABLE in _told(made)


def _one_artist() -> bool:
    made = build(_library(400, artist_id=np.zeros(400, dtype=np.int64)), _HAPPY, now=_NOW)
    return (len(made.picks), made.cap, made.gap) == (50, 50, 0) and NoticeCode.CAP_RAISED in _told(made)


def _two_artists() -> bool:
    made = build(_library(2_000, artist_id=np.arange(2_000) % 2), _HAPPY, now=_NOW)
    return (len(made.picks), made.cap, made.gap) == (50, 25, 1)


def _no_features() -> bool:
    unknown = np.full(500, np.nan)
    library = _library(500, valence=unknown, arousal=unknown, probabilities=np.full((500, 6), np.nan))
    made = build(library, _HAPPY, now=_NOW)
    return len(made.picks) == 50 and NoticeCode.NOT_MOOD_MATCHED in _told(made)


def _mood_absent() -> bool:
    library = make_listener(2_000, seed=3).candidates
    chances = library.probabilities.copy()
    chances[:, 0] = np.minimum(chances[:, 0], 0.08)
    made = build(replace(library, probabilities=chances), _HAPPY, now=_NOW)
    rare = [notice for notice in made.notices if notice.code == NoticeCode.MOOD_RARE]
    return len(made.picks) == 50 and len(rare) == 1 and "nearest" in rare[0].numbers and made.floor <= 0.06


def _cold_start() -> bool:
    n = 2_000
    zeros = np.zeros(n, dtype=np.int64)
    library = _library(n, listens=zeros, plays=zeros, unplayed=zeros * 0.0, last_listen_at=np.full(n, np.nan))
    library = replace(library, counters=np.zeros((n, 5)))
    made = build(library, _HAPPY, now=_NOW)
    artists = library.artist_id[np.array(made.track_ids) - 1_000]
    return len(made.picks) == 50 and len(set(artists)) >= 45 and NoticeCode.NO_HISTORY in _told(made)


def _explicit_off() -> bool:
    library = make_listener(5_000, seed=3).candidates
    made = build(library, replace(_HAPPY, explicit_allowed=False), now=_NOW)
    return len(made.picks) == 50 and not library.explicit[np.array(made.track_ids) - 1_000].any()


def _half_new() -> bool:
    made = build(make_listener(5_000, seed=3).candidates, replace(_HAPPY, discovery=0.5), now=_NOW)
    return made.kinds[Kind.NEW] == 25


def _none_new() -> bool:
    made = build(make_listener(5_000, seed=3).candidates, replace(_HAPPY, discovery=0.0), now=_NOW)
    return len(made.picks) == 50 and made.kinds[Kind.NEW] == 0


_CASES: dict[str, Callable[[], bool]] = {
    "empty library": _empty,
    "twelve songs": _twelve,
    "one artist": _one_artist,
    "two artists": _two_artists,
    "no features anywhere": _no_features,
    "mood absent": _mood_absent,
    "no history": _cold_start,
    "no explicit songs": _explicit_off,
    "half unheard": _half_new,
    "nothing unheard": _none_new,
}
