"""MusicBrainz: recordings by ISRC with artist credits, tags and genres, where somebody has entered them."""

from __future__ import annotations

import re

from sandbox.catalogue import Artist, Song
from sandbox.exchange import Answer, Call, Json, Refusal, Route, json_answer
from sandbox.ids import fraction, uuid
from sandbox.reccobeats import identified

_SHARE_KNOWN, _SHARE_WITH_GENRES = 0.74, 0.84
_HELP = "For usage, please see: https://musicbrainz.org/development/mmd"


def _is_known(call: Call, song: Song) -> bool:
    return fraction(call.services.world.seed, "musicbrainz", song.isrc) < _SHARE_KNOWN


def _genres(artist_or_song_id: str, tags: tuple[str, ...]) -> list[Json]:
    if fraction("musicbrainz genres", artist_or_song_id) > _SHARE_WITH_GENRES:
        return []
    return [
        {"id": uuid("genre", tag), "name": tag, "count": max(1, 7 - 2 * place), "disambiguation": ""}
        for place, tag in enumerate(tags)
    ]


def _tags(genres: list[Json]) -> list[Json]:
    return [{"name": genre["name"], "count": genre["count"]} for genre in genres]


def _included(call: Call) -> set[str]:
    return set(re.split(r"[+ ]", call.query.get("inc", "")))


def _labels(call: Call, genres: list[Json]) -> Json:
    wanted = _included(call)
    labels: Json = {}
    if "genres" in wanted:
        labels["genres"] = genres
    if "tags" in wanted:
        labels["tags"] = _tags(genres)
    return labels


def _artist(call: Call, artist: Artist) -> Json:
    names = {
        "id": uuid("mb artist", artist.id),
        "name": artist.name,
        "sort-name": artist.name,
        "disambiguation": "",
    }
    return {**names, **_labels(call, _genres(artist.id, artist.tags))}


def _recording(call: Call, song: Song) -> Json:
    recording: Json = {
        "id": uuid("recording", song.isrc),
        "title": song.title,
        "length": song.duration_ms,
        "disambiguation": "",
        "video": False,
        "first-release-date": song.album.released.isoformat(),
        **_labels(call, _genres(song.id, song.artists[0].tags[:1])),
    }
    if _included(call) & {"artist-credits", "artists"}:
        recording["artist-credit"] = [
            {"name": artist.name, "joinphrase": "", "artist": _artist(call, artist)}
            for artist in song.artists
        ]
    if "isrcs" in _included(call):
        recording["isrcs"] = [song.isrc]
    return recording


def _songs(call: Call, isrc: str) -> tuple[Song, ...]:
    songs = call.services.world.catalogue.by_isrc.get(isrc.upper(), ())
    return tuple(song for song in songs[:1] if _is_known(call, song))


def by_isrc(call: Call) -> Answer:
    """GET isrc/{ISRC}."""
    songs = _songs(call, call.path_ids[0])
    if not songs:
        raise _not_found()
    recordings = [_recording(call, song) for song in songs]
    return json_answer({"isrc": call.path_ids[0].upper(), "recordings": recordings})


def search_recordings(call: Call) -> Answer:
    """GET recording?query=isrc:...; other queries find nothing."""
    match = re.fullmatch(r"isrc:(\w+)", call.query.get("query", ""))
    songs = _songs(call, match[1]) if match else ()
    recordings = [{**_recording(call, song), "score": 100} for song in songs]
    return json_answer({"count": len(recordings), "offset": 0, "recordings": recordings})


def recording(call: Call) -> Answer:
    """GET recording/{mbid}."""
    for isrc, songs in call.services.world.catalogue.by_isrc.items():
        if uuid("recording", isrc) == call.path_ids[0] and _is_known(call, songs[0]):
            return json_answer(_recording(call, songs[0]))
    raise _not_found()


def artist(call: Call) -> Answer:
    """GET artist/{mbid}."""
    for candidate in call.services.world.catalogue.artists:
        if uuid("mb artist", candidate.id) == call.path_ids[0]:
            return json_answer(_artist(call, candidate))
    raise _not_found()


def _not_found() -> Refusal:
    return Refusal(json_answer({"error": "Not Found", "help": _HELP}, 404))


_PREFIX = "/musicbrainz/ws/2"
ROUTES = (
    Route("GET", re.compile(f"{_PREFIX}/isrc/([^/]+)"), "musicbrainz", identified(by_isrc)),
    Route("GET", re.compile(f"{_PREFIX}/recording/?"), "musicbrainz", identified(search_recordings)),
    Route("GET", re.compile(f"{_PREFIX}/recording/([^/]+)"), "musicbrainz", identified(recording)),
    Route("GET", re.compile(f"{_PREFIX}/artist/([^/]+)"), "musicbrainz", identified(artist)),
)
