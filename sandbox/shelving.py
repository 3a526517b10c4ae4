"""Web API endpoints of /me/library: like and unlike, follow and remove, by URI."""

from __future__ import annotations

import re

from sandbox.access import authorized, refuse, require_scope
from sandbox.exchange import Answer, Call, Route, empty_answer, json_answer
from sandbox.shelves import Playlist

MOST_URIS = 40
_URI = re.compile(r"spotify:(track|playlist|album|artist|show|episode|audiobook|user):([0-9A-Za-z]+)")
_MODIFY = ("user-library-modify", "playlist-modify-public", "playlist-modify-private")


def save(call: Call) -> Answer:
    """PUT /me/library."""
    world = call.services.world
    for kind, entry_id in _uris(call):
        _require_modify(call, kind)
        if kind == "track" and entry_id in world.catalogue.by_id:
            world.like(call.listener, world.catalogue.by_id[entry_id])
        playlist = _playlist(call, kind, entry_id)
        if playlist and call.listener not in playlist.followers:
            playlist.followers.append(call.listener)
    return empty_answer(200)


def remove(call: Call) -> Answer:
    """DELETE /me/library; removing an own playlist is how it is deleted."""
    world = call.services.world
    for kind, entry_id in _uris(call):
        _require_modify(call, kind)
        if kind == "track" and entry_id in world.catalogue.by_id:
            world.unlike(call.listener, world.catalogue.by_id[entry_id])
        playlist = _playlist(call, kind, entry_id)
        if playlist and call.listener in playlist.followers:
            playlist.followers.remove(call.listener)
    return empty_answer(200)


def contains(call: Call) -> Answer:
    """GET /me/library/contains: true or false for each URI, in their order."""
    liked = {like.song.id for like in call.services.world.likes(call.listener)}
    return json_answer([_holds(call, kind, entry_id, liked=liked) for kind, entry_id in _uris(call)])


def _holds(call: Call, kind: str, entry_id: str, *, liked: set[str]) -> bool:
    if kind == "track":
        return entry_id in liked
    playlist = _playlist(call, kind, entry_id)
    return playlist is not None and call.listener in playlist.followers


def _playlist(call: Call, kind: str, entry_id: str) -> Playlist | None:
    return call.services.world.shelves.by_id.get(entry_id) if kind == "playlist" else None


def _require_modify(call: Call, kind: str) -> None:
    require_scope(call, *(_MODIFY if kind == "playlist" else _MODIFY[:1]))


def _uris(call: Call) -> list[tuple[str, str]]:
    """Kind and id of each URI in the query."""
    uris = [uri for uri in call.query.get("uris", "").split(",") if uri]
    if not uris:
        raise refuse(400, "Missing required field: uris")
    if len(uris) > MOST_URIS:
        raise refuse(400, "Too many uris requested")
    matches = [_URI.fullmatch(uri) for uri in uris]
    if None in matches:
        raise refuse(400, "Invalid uri")
    return [(match[1], match[2]) for match in matches if match]


_LIBRARY, _CONTAINS = re.compile("/v1/me/library"), re.compile("/v1/me/library/contains")
ROUTES = (
    Route("PUT", _LIBRARY, "library", authorized(save)),
    Route("DELETE", _LIBRARY, "remove_playlist", authorized(remove)),
    Route(
        "GET",
        _CONTAINS,
        "library_contains",
        authorized(contains, "user-library-read", "playlist-read-private"),
    ),
)
