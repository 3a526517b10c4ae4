"""ReccoBeats: audio features by Spotify id or ISRC, with silent misses and shuffled answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sandbox.catalogue import Catalogue, Song, build_catalogue
from sandbox.exchange import Answer, Call, Endpoint, Json, Route, json_answer, text_answer
from sandbox.ids import fraction, spotify_id, uuid

MOST_IDS = 40
MOST_SEEDS = 5
_SHARE_BY_YEAR = {2026: 0.2, 2025: 0.55}
_SHARE_OLDER = 0.83
_SHARE_ISRC_ONLY = 0.3
_SHARE_EXTRA_PRESSING = 0.06
_TOLD = (
    "acousticness", "danceability", "energy", "instrumentalness", "key", "liveness",
    "loudness", "mode", "speechiness", "tempo", "valence",
)  # fmt: skip
_DEFAULT_AGENTS = re.compile(r"python-(requests|urllib)|aiohttp|python-httpx|^$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of their database: a song under the Spotify id of one of its pressings."""

    id: str
    spotify_id: str
    song: Song
    duration_ms: int
    popularity: int


class Reccobeats:
    """What ReccoBeats knows of a catalogue."""

    def __init__(self, catalogue: Catalogue, *, seed: int) -> None:
        self._seed = seed
        self.rows = tuple(row for song in catalogue.songs for row in self._rows_of(song))
        self.by_key: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            for key in {row.id, row.spotify_id, row.song.isrc} - {None}:
                self.by_key[str(key)].append(row)

    def find(self, keys: Iterable[str]) -> list[Row]:
        """Rows for any mixture of Spotify ids, UUIDs and ISRCs, in an order of their own."""
        found = {row.id: row for key in keys for row in self.by_key.get(key, ())}
        return [found[row_id] for row_id in sorted(found)]

    def nearest(self, seeds: Sequence[Row], count: int) -> list[Row]:
        """Rows that sound most like the seeds, the seeds left out."""
        sounds = np.array([row.song.point for row in self.rows])
        centre = np.mean([row.song.point for row in seeds], axis=0)
        order = np.argsort(((sounds - centre) ** 2).sum(axis=1), kind="stable")
        known = {row.id for row in seeds}
        return [self.rows[place] for place in order if self.rows[place].id not in known][:count]

    def _rows_of(self, song: Song) -> Iterable[Row]:
        chance = fraction(self._seed, "reccobeats", song.index)
        share = _SHARE_BY_YEAR.get(song.album.released.year, _SHARE_OLDER)
        if chance < share:
            yield Row(uuid("row", song.id), song.id, song, song.duration_ms, song.popularity)
        extra = _SHARE_EXTRA_PRESSING if chance < share else _SHARE_ISRC_ONLY
        if song.isrc and fraction(self._seed, "pressing", song.index) < extra:
            pressing = spotify_id(self._seed, "pressing", song.index)
            longer_ms = int(9_000 * fraction(self._seed, "longer", song.index))
            yield Row(
                uuid("row", pressing), pressing, song, song.duration_ms + longer_ms, song.popularity // 2
            )


@lru_cache(maxsize=4)
def reccobeats_of(seed: int) -> Reccobeats:
    """What ReccoBeats knows of the world of a seed."""
    return Reccobeats(build_catalogue(seed), seed=seed)


def _features(row: Row) -> Json:
    values: Json = {name: row.song.feature(name) for name in _TOLD}
    values["key"], values["mode"] = int(values["key"]), int(values["mode"])
    return {"id": row.id, "href": _href("track", row.spotify_id), "isrc": row.song.isrc, **values}


def _metadata(row: Row) -> Json:
    artists = [
        {"id": uuid("artist", artist.id), "name": artist.name, "href": _href("artist", artist.id)}
        for artist in row.song.artists
    ]
    return {
        "id": row.id,
        "trackTitle": row.song.title,
        "artists": artists,
        "durationMs": row.duration_ms,
        "isrc": row.song.isrc,
        "ean": None,
        "upc": None,
        "href": _href("track", row.spotify_id),
        "availableCountries": "AT,BR,CH,DE,ES,FR,GB,JP,PL,US",
        "popularity": row.popularity,
    }


def _href(kind: str, entry_id: str) -> str:
    return f"https://open.spotify.com/{kind}/{entry_id}"


def audio_features(call: Call) -> Answer:
    """GET /v1/audio-features?ids=."""
    ids = call.query.get("ids", "").split(",") if call.query.get("ids") else []
    if not 1 <= len(ids) <= MOST_IDS:
        return _bad_size("getAudioFeatures.ids", MOST_IDS)
    return json_answer({"content": [_features(row) for row in _known(call).find(ids)]})


def tracks(call: Call) -> Answer:
    """GET /v1/track?ids=."""
    ids = call.query.get("ids", "").split(",") if call.query.get("ids") else []
    if not 1 <= len(ids) <= MOST_IDS:
        return _bad_size("getTracks.ids", MOST_IDS)
    return json_answer({"content": [_metadata(row) for row in _known(call).find(ids)]})


def recommendation(call: Call) -> Answer:
    """GET /v1/track/recommendation?seeds=&size=; feature targets are accepted and hardly matter."""
    seeds = [seed for seed in call.query.get("seeds", "").split(",") if seed]
    if not 1 <= len(seeds) <= MOST_SEEDS:
        return _bad_size("getRecommendation.seeds", MOST_SEEDS)
    size = call.query.get("size", "10")
    if not size.isdigit() or not 1 <= int(size) <= 100:
        return _bad_size("getRecommendation.size", 100)
    known = _known(call)
    found = known.find(seeds)
    rows = known.nearest(found, int(size)) if found else []
    return json_answer({"content": [_metadata(row) for row in rows]})


def one_track(call: Call) -> Answer:
    """GET /v1/track/{uuid}: their own ids only."""
    row = _by_uuid(call)
    return json_answer(_metadata(row)) if row else _not_found()


def one_track_features(call: Call) -> Answer:
    """GET /v1/track/{uuid}/audio-features: their own ids only."""
    row = _by_uuid(call)
    return json_answer(_features(row)) if row else _not_found()


def _by_uuid(call: Call) -> Row | None:
    wanted = call.path_ids[0]
    return next((row for row in _known(call).find([wanted]) if row.id == wanted), None)


def _not_found() -> Answer:
    return json_answer({"status": 4004, "errors": [{"path": "id", "message": "not found"}]}, 404)


def _bad_size(path: str, most: int) -> Answer:
    message = f"size must be between 1 and {most}"
    return json_answer({"status": 4004, "errors": [{"path": path, "message": message}]}, 400)


def _known(call: Call) -> Reccobeats:
    return call.services.reccobeats


def identified(endpoint: Endpoint) -> Endpoint:
    """The endpoint behind the gate that turns away the default user agents of Python libraries."""

    def guarded(call: Call) -> Answer:
        if _DEFAULT_AGENTS.search(call.headers.get("User-Agent", "")):
            return text_answer("error code: 1010", 403)
        return endpoint(call)

    return guarded


def _route(path: str, kind: str, endpoint: Endpoint) -> Route:
    return Route("GET", re.compile(f"/reccobeats/v1{path}"), kind, identified(endpoint))


ROUTES = (
    _route("/audio-features", "reccobeats", audio_features),
    _route("/track", "reccobeats_track", tracks),
    _route("/track/recommendation", "reccobeats_recommendation", recommendation),
    _route("/track/([^/]+)/audio-features", "reccobeats", one_track_features),
    _route("/track/([^/]+)", "reccobeats_track", one_track),
)
