"""ReccoBeats: audio features of recordings by Spotify id or ISRC, forty at a time."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from moods.sources.asking import UNEXPECTED_WAIT, Asker, Pace, at_once
from moods.sources.types import (
    AudioFeatures,
    Blocked,
    Failed,
    Hit,
    LookupOff,
    Miss,
    Retry,
    TrackMetadata,
)
from spotify.exchange import Limits
from spotify.fields import Fields, Unreadable, fields_of, int_at, list_at, text_at

T = TypeVar("T")

MIN_SPACING = timedelta(seconds=1)
"""Least time between two requests; no limit is published, and overdoing it gets one blocked."""

BATCH_SIZE = 40
"""Most ids of one call; 41 are answered with status 400."""

_LONGEST_WAIT = timedelta(seconds=60)
_SEEDS = 5
_LARGEST_ANSWER = 100
_SAME_DURATION_MS = 2000
_SHARES = (
    "acousticness",
    "danceability",
    "energy",
    "instrumentalness",
    "liveness",
    "speechiness",
    "valence",
)


class ReccoBeats:
    """The ReccoBeats API, which needs no key.

    A track that is not known is simply absent from an answer, which comes in any order: rows are
    joined by the Spotify link in them and nothing else.
    """

    def __init__(self, base_url: str, user_agent: str, *, pace: Pace = at_once) -> None:
        self._asker = Asker(
            base_url=base_url,
            user_agent=user_agent,
            limits=Limits(connect_s=5, total_s=20),
            longest_wait=_LONGEST_WAIT,
            pace=pace,
        )

    def features(self, spotify_ids: Sequence[str]) -> dict[str, Hit[AudioFeatures] | Miss] | Retry | Blocked:
        """Look up 1 to 40 Spotify ids; every one asked for is in the answer.

        Raises ValueError for any other number of ids.
        """
        rows = self._rows("audio-features", spotify_ids)
        if isinstance(rows, Failed):
            return rows
        known = {spotify_id: _features(row) for spotify_id, row in _by_spotify_id(rows).items()}
        return {asked: _known(known.get(asked)) for asked in spotify_ids}

    def features_by_isrc(
        self, durations_ms: Mapping[str, int | None]
    ) -> dict[str, Hit[AudioFeatures] | Miss] | Retry | Blocked | LookupOff:
        """Look up 1 to 40 ISRCs, each with the length of our recording if known.

        One ISRC can stand for several pressings: the one within two seconds of our length is
        taken, then the most popular one. That takes a second request. Raises ValueError for any
        other number of ISRCs.
        """
        rows = self._rows("audio-features", list(durations_ms))
        if isinstance(rows, Retry) and rows.status == 400:
            return LookupOff(reason="look-up by ISRC is refused")
        if isinstance(rows, Failed):
            return rows
        pressings = _pressings(rows, isrcs=durations_ms.keys())
        described = self._described(pressings)
        if isinstance(described, Failed):
            return described
        return {
            isrc: _known(_chosen(pressings[isrc], described=described, duration_ms=duration_ms))
            for isrc, duration_ms in durations_ms.items()
        }

    def tracks(self, spotify_ids: Sequence[str]) -> dict[str, Hit[TrackMetadata] | Miss] | Retry | Blocked:
        """Look up names, lengths and ISRCs of 1 to 40 Spotify ids; raises ValueError otherwise."""
        rows = self._rows("track", spotify_ids)
        if isinstance(rows, Failed):
            return rows
        known = {track.spotify_id: track for track in _described_tracks(rows)}
        return {asked: _known(known.get(asked)) for asked in spotify_ids}

    def recommendations(
        self, seeds: Sequence[str], size: int
    ) -> Hit[tuple[TrackMetadata, ...]] | Retry | Blocked:
        """Return up to `size` (1 to 100) tracks like 1 to 5 Spotify ids, else raise ValueError."""
        if not 1 <= len(seeds) <= _SEEDS or not 1 <= size <= _LARGEST_ANSWER:
            raise ValueError(f"{len(seeds)} seeds and size {size} are not allowed")
        query = {"seeds": ",".join(seeds), "size": str(size)}
        rows = self._content("track/recommendation", query)
        if isinstance(rows, Failed):
            return rows
        return Hit(tuple(_described_tracks(rows)))

    def _rows(self, path: str, ids: Sequence[str]) -> list[Fields] | Retry | Blocked:
        if not 1 <= len(ids) <= BATCH_SIZE:
            raise ValueError(f"{len(ids)} ids, where 1 to {BATCH_SIZE} are allowed")
        return self._content(path, {"ids": ",".join(ids)})

    def _content(self, path: str, query: dict[str, str]) -> list[Fields] | Retry | Blocked:
        answer = self._asker.ask(path, query)
        if answer is None:
            return Retry(after=UNEXPECTED_WAIT, reason="the endpoint is gone", status=404)
        if isinstance(answer, Failed):
            return answer
        rows = answer.get("content")
        if not isinstance(rows, list):
            return Retry(after=None, reason="the answer has no content")
        return [fields_of(row) for row in rows if isinstance(row, dict)]

    def _described(
        self, pressings: Mapping[str, Mapping[str, AudioFeatures]]
    ) -> dict[str, TrackMetadata] | Retry | Blocked:
        """Describe the pressings of ISRCs that have several, the first forty of them."""
        ids = [one for several in pressings.values() if len(several) > 1 for one in several]
        if not ids:
            return {}
        rows = self._rows("track", ids[:BATCH_SIZE])
        if isinstance(rows, Failed):
            return rows
        return {track.spotify_id: track for track in _described_tracks(rows)}


def _known(value: T | None) -> Hit[T] | Miss:
    return Miss() if value is None else Hit(value)


def _by_spotify_id(rows: Iterable[Fields]) -> dict[str, Fields]:
    linked = ((_spotify_id(row, "track"), row) for row in rows)
    return {spotify_id: row for spotify_id, row in linked if spotify_id is not None}


def _spotify_id(row: Fields, kind: str) -> str | None:
    """The id in a row's link to a "track" or an "artist" of Spotify's."""
    link = row.get("href")
    if not isinstance(link, str):
        return None
    found = re.search(rf"/{kind}/([A-Za-z0-9]{{22}})(?![A-Za-z0-9])", link)
    return found.group(1) if found else None


def _pressings(rows: Iterable[Fields], *, isrcs: Iterable[str]) -> dict[str, dict[str, AudioFeatures]]:
    """Sort rows by the ISRCs asked for, then by the Spotify id of the pressing."""
    pressings: dict[str, dict[str, AudioFeatures]] = {isrc: {} for isrc in isrcs}
    for spotify_id, row in _by_spotify_id(rows).items():
        features = _features(row)
        if features is not None and features.isrc in pressings:
            pressings[features.isrc][spotify_id] = features
    return pressings


def _chosen(
    pressings: Mapping[str, AudioFeatures],
    *,
    described: Mapping[str, TrackMetadata],
    duration_ms: int | None,
) -> AudioFeatures | None:
    """Return the pressing of our length, then the most popular, then the first by id."""

    def preference(spotify_id: str) -> tuple[bool, int, str]:
        track = described.get(spotify_id)
        theirs_ms = track.duration_ms if track else None
        popularity = (track.popularity if track else None) or 0
        return not _same_length(theirs_ms, duration_ms), -popularity, spotify_id

    if not pressings:
        return None
    return pressings[min(pressings, key=preference)]


def _same_length(theirs_ms: int | None, ours_ms: int | None) -> bool:
    if theirs_ms is None or ours_ms is None:
        return False
    return abs(theirs_ms - ours_ms) <= _SAME_DURATION_MS


def _features(row: Fields) -> AudioFeatures | None:
    """Read the numbers of a row, each unknown where it is out of range; None if all are."""
    shares = {name: _number(row, name, least=0, most=1) for name in _SHARES}
    tempo = _number(row, "tempo", least=1, most=400)
    loudness = _number(row, "loudness", least=-100, most=20)
    key, mode = _step(row, "key", most=11), _step(row, "mode", most=1)
    if all(value is None for value in (*shares.values(), tempo, loudness, key, mode)):
        return None
    return AudioFeatures(
        **shares,
        tempo=tempo,
        loudness=loudness,
        key=key,
        mode=mode,
        isrc=_isrc(row),
        source_ref=_reference(row),
    )


def _number(row: Fields, name: str, *, least: float, most: float) -> float | None:
    value = row.get(name)
    # NaN fails the comparison; so does an integer too large for a float, without being converted.
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        return None
    return float(value)


def _step(row: Fields, name: str, *, most: int) -> int | None:
    """Return a whole number from 0; ReccoBeats' -1 means that none was detected."""
    number = _number(row, name, least=0, most=most)
    return int(number) if number is not None and number.is_integer() else None


def _described_tracks(rows: Iterable[Fields]) -> list[TrackMetadata]:
    """Read the tracks of an answer, leaving out what is unreadable."""
    tracks = []
    for spotify_id, row in _by_spotify_id(rows).items():
        with suppress(Unreadable):
            tracks.append(_track(spotify_id, row))
    return tracks


def _track(spotify_id: str, row: Fields) -> TrackMetadata:
    credited = [fields_of(artist) for artist in list_at(row, "artists")]
    artists = [(name, artist) for artist in credited if (name := text_at(artist, "name"))]
    return TrackMetadata(
        spotify_id=spotify_id,
        title=text_at(row, "trackTitle") or "",
        artists=tuple(name for name, _ in artists),
        artist_ids=tuple(_spotify_id(artist, "artist") for _, artist in artists),
        duration_ms=int_at(row, "durationMs"),
        isrc=_isrc(row),
        popularity=int_at(row, "popularity"),
    )


def _isrc(row: Fields) -> str | None:
    stated = row.get("isrc")
    return stated.strip().upper() or None if isinstance(stated, str) else None


def _reference(row: Fields) -> str | None:
    stated = row.get("id")
    return stated[:64] if isinstance(stated, str) else None
