"""Web API endpoints that read: profile, plays, likes, tops, tracks, artists, albums and search."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sandbox import shapes
from sandbox.access import authorized, paging, refuse
from sandbox.catalogue import Song
from sandbox.clock import unix_ms
from sandbox.exchange import Answer, Call, Endpoint, Json, Route, json_answer
from sandbox.ids import is_base62
from sandbox.listening import Play

_TOP_DAYS = {"short_term": 28, "medium_term": 182, "long_term": 365}
_TOP_COUNT = 50
_SEARCH_TYPES = frozenset({"album", "artist", "playlist", "track", "show", "episode", "audiobook"})
_FILTER = re.compile(r'\b(track|artist|album|year|isrc|genre):("[^"]*"|\S+)')


def me(call: Call) -> Answer:
    """GET /me."""
    return json_answer(shapes.profile(call, call.listener))


def recently_played(call: Call) -> Answer:
    """GET /me/player/recently-played: never more than the last 50 plays, `after` or `before` a moment."""
    limit, _ = paging(call)
    plays = call.services.world.recent_plays(call.listener)
    return json_answer(shapes.recent_plays(call, _within_cursors(call, plays)[:limit], limit=limit))


def _within_cursors(call: Call, plays: list[Play]) -> list[Play]:
    after, before = call.query.get("after"), call.query.get("before")
    if after is not None and before is not None:
        raise refuse(400, "Only one of before and after can be specified")
    try:
        if after is not None:
            return [play for play in plays if unix_ms(play.ended_at) > int(after)]
        if before is not None:
            return [play for play in plays if unix_ms(play.ended_at) < int(before)]
    except ValueError as error:
        raise refuse(400, "Invalid cursor") from error
    return plays


def saved_tracks(call: Call) -> Answer:
    """GET /me/tracks, newest like first."""
    limit, offset = paging(call)
    likes = call.services.world.likes(call.listener)
    entries: list[Json | None] = [shapes.saved_track(call, like) for like in likes[offset : offset + limit]]
    return json_answer(shapes.offset_page(call, entries, limit=limit, offset=offset, total=len(likes)))


def _top_songs(call: Call) -> list[Song]:
    days = _TOP_DAYS.get(call.query.get("time_range", "medium_term"))
    if days is None:
        raise refuse(400, "Invalid time range")
    return [song for song, _ in call.services.world.top_songs(call.listener, days=days)]


def top_tracks(call: Call) -> Answer:
    """GET /me/top/tracks: at most 50."""
    limit, offset = paging(call)
    songs = _top_songs(call)[:_TOP_COUNT]
    entries: list[Json | None] = [shapes.track(call, song) for song in songs[offset : offset + limit]]
    return json_answer(shapes.offset_page(call, entries, limit=limit, offset=offset, total=len(songs)))


def top_artists(call: Call) -> Answer:
    """GET /me/top/artists: at most 50, in the order of their best song."""
    limit, offset = paging(call)
    artists = list(dict.fromkeys(song.artists[0] for song in _top_songs(call)))[:_TOP_COUNT]
    entries: list[Json | None] = [
        shapes.full_artist(call, artist) for artist in artists[offset : offset + limit]
    ]
    return json_answer(shapes.offset_page(call, entries, limit=limit, offset=offset, total=len(artists)))


def checked_id(call: Call) -> str:
    """The id in the path; anything that is not base 62 is answered with 400."""
    if not is_base62(call.path_ids[0]):
        raise refuse(400, "Invalid base62 id")
    return call.path_ids[0]


def track(call: Call) -> Answer:
    """GET /tracks/{id}."""
    song = call.services.world.catalogue.by_id.get(checked_id(call))
    if song is None:
        raise refuse(404, "Resource not found")
    return json_answer(shapes.track(call, song))


def artist(call: Call) -> Answer:
    """GET /artists/{id}."""
    found = call.services.world.catalogue.artists_by_id.get(checked_id(call))
    if found is None:
        raise refuse(404, "Resource not found")
    return json_answer(shapes.full_artist(call, found))


def _album_songs(call: Call) -> Sequence[Song]:
    songs = call.services.world.catalogue.albums.get(checked_id(call))
    if songs is None:
        raise refuse(404, "Resource not found")
    return songs


def album(call: Call) -> Answer:
    """GET /albums/{id}, with its first page of tracks."""
    songs = _album_songs(call)
    tracks = [_album_track(call, song) for song in songs]
    page = shapes.offset_page(call, tracks, limit=50, offset=0, total=len(songs))
    return json_answer({**shapes.album_reference(call, songs[0].album), "genres": [], "tracks": page})


def _album_track(call: Call, song: Song) -> Json | None:
    full = shapes.track(call, song)
    return {name: value for name, value in full.items() if name not in ("album", "external_ids")}


def search(call: Call) -> Answer:
    """GET /search: at most 10 a page; only tracks and artists are ever found."""
    limit, offset = paging(call, most=10, default=5, deepest=1_000)
    kinds = set(filter(None, call.query.get("type", "").split(",")))
    if not call.query.get("q"):
        raise refuse(400, "No search query")
    if not kinds or not kinds <= _SEARCH_TYPES:
        raise refuse(400, "Bad search type field")
    songs = _matching(call, call.query["q"])
    found: dict[str, list[Json | None]] = {f"{kind}s": [] for kind in sorted(kinds)}
    if "track" in kinds:
        found["tracks"] = [shapes.track(call, song) for song in songs]
    if "artist" in kinds:
        artists = dict.fromkeys(song.artists[0] for song in songs)
        found["artists"] = [shapes.full_artist(call, artist) for artist in artists]
    return json_answer(
        {
            name: shapes.offset_page(
                call, rows[offset : offset + limit], limit=limit, offset=offset, total=len(rows)
            )
            for name, rows in found.items()
        }
    )


def _matching(call: Call, query: str) -> list[Song]:
    catalogue = call.services.world.catalogue
    wanted = [(name, value.strip('"').casefold()) for name, value in _FILTER.findall(query)]
    words = _FILTER.sub(" ", query).casefold().split()
    isrc = dict(wanted).get("isrc")
    songs = catalogue.songs if isrc is None else catalogue.by_isrc.get(isrc.upper(), ())
    found = [song for song in songs if _fits(song, wanted) and _has_words(song, words)]
    return sorted(found, key=lambda song: (-song.popularity, song.index))[:1_000]


def _fits(song: Song, wanted: list[tuple[str, str]]) -> bool:
    texts = {
        "track": song.title,
        "artist": " ".join(artist.name for artist in song.artists),
        "album": song.album.name,
        "year": str(song.album.released.year),
        "isrc": song.isrc or "",
        "genre": " ".join(song.artists[0].tags),
    }
    return all(value in texts[name].casefold() for name, value in wanted)


def _has_words(song: Song, words: list[str]) -> bool:
    if not words:
        return True
    text = f"{song.title} {song.album.name} {' '.join(artist.name for artist in song.artists)}".casefold()
    return all(word in text for word in words)


def _route(path: str, kind: str, endpoint: Endpoint, *scopes: str) -> Route:
    return Route("GET", re.compile(f"/v1{path}"), kind, authorized(endpoint, *scopes))


ROUTES = (
    _route("/me", "me", me),
    _route("/me/player/recently-played", "recently_played", recently_played, "user-read-recently-played"),
    _route("/me/tracks", "saved_tracks", saved_tracks, "user-library-read"),
    _route("/me/top/tracks", "top", top_tracks, "user-top-read"),
    _route("/me/top/artists", "top", top_artists, "user-top-read"),
    _route("/tracks/([^/]+)", "track", track),
    _route("/artists/([^/]+)", "artist", artist),
    _route("/albums/([^/]+)", "album", album),
    _route("/search", "search", search),
)
