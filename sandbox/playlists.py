"""Web API endpoints of playlists, with the rules of 2026: own items only, always public, snapshots."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from typing import Any

from sandbox import shapes
from sandbox.access import authorized, paging, refuse, require_scope
from sandbox.exchange import Answer, Call, Endpoint, Json, Route, empty_answer, json_answer
from sandbox.fields import FieldsError, parse_fields, pick_fields
from sandbox.reading import checked_id
from sandbox.shelves import Entry, Playlist, ShelfError
from sandbox.world import EDITORIAL_OWNER

MOST_URIS = 100
LARGEST_COVER_BYTES = 256 * 1024
_EMBEDDED_ENTRIES = 50
_TRACK_URI = re.compile(r"spotify:track:([0-9A-Za-z]{22})")
_MODIFY = ("playlist-modify-public", "playlist-modify-private")
_BAD_BODY = "JSON body doesn't conform to specification"


def my_playlists(call: Call) -> Answer:
    """GET /me/playlists: own and followed; collaborative ones of others only with their own scope."""
    limit, offset = paging(call)
    shelves = [
        shelf for shelf in call.services.world.shelves.followed_by(call.listener) if _is_listed(call, shelf)
    ]
    entries: list[Json | None] = [
        shapes.playlist_summary(call, shelf) for shelf in shelves[offset : offset + limit]
    ]
    return json_answer(shapes.offset_page(call, entries, limit=limit, offset=offset, total=len(shelves)))


def _is_listed(call: Call, playlist: Playlist) -> bool:
    foreign = playlist.collaborative and playlist.owner != call.listener
    granted = call.grant.scopes if call.grant else ()
    return not foreign or "playlist-read-collaborative" in granted


def create_playlist(call: Call) -> Answer:
    """POST /me/playlists: `public` false is accepted and ignored."""
    wanted = call.json
    name = wanted.get("name")
    if not isinstance(name, str) or not name.strip():
        raise refuse(400, "Missing required field: name")
    playlist = call.services.world.shelves.create(call.listener, name, at=_now(call))
    _describe(playlist, wanted)
    return json_answer(_whole_playlist(call, playlist), 201)


def playlist(call: Call) -> Answer:
    """GET /playlists/{id}; the items only for owner and collaborators."""
    found = _visible_playlist(call)
    return json_answer(_filtered(call, _whole_playlist(call, found)))


def _whole_playlist(call: Call, found: Playlist) -> Json:
    whole = shapes.playlist_summary(call, found)
    if shapes.may_read_items(found, call.listener):
        whole["items"] = _items_page(call, found, limit=_EMBEDDED_ENTRIES, offset=0)
    return whole


def playlist_items(call: Call) -> Answer:
    """GET /playlists/{id}/items: 50 at most; 403 for playlists of others."""
    limit, offset = paging(call)
    found = _visible_playlist(call)
    if not shapes.may_read_items(found, call.listener):
        raise refuse(403, "Forbidden")
    return json_answer(_filtered(call, _items_page(call, found, limit=limit, offset=offset)))


def _items_page(call: Call, found: Playlist, *, limit: int, offset: int) -> Json:
    shown = found.entries[offset : offset + limit]
    entries: list[Json | None] = [shapes.playlist_entry(call, entry) for entry in shown]
    page = shapes.offset_page(call, entries, limit=limit, offset=offset, total=len(found.entries))
    own_address = f"{call.base_url}/v1/playlists/{found.id}/items"
    for name in ("href", "next", "previous"):
        if page[name]:
            page[name] = f"{own_address}?{page[name].partition('?')[2]}"
    return page


def _filtered(call: Call, content: Json) -> Any:
    if not call.query.get("fields"):
        return content
    try:
        return pick_fields(content, parse_fields(call.query["fields"]))
    except FieldsError as error:
        raise refuse(400, "Invalid fields filter") from error


def change_details(call: Call) -> Answer:
    """PUT /playlists/{id}: name and description; a change of `public` is accepted and has no effect."""
    found = _own_playlist(call)
    if not call.json:
        raise refuse(400, _BAD_BODY)
    name = call.json.get("name", found.name)
    if not isinstance(name, str) or not name.strip():
        raise refuse(400, _BAD_BODY)
    if call.json.get("collaborative") and found.public:
        raise refuse(400, "Collaborative playlists must not be public")
    found.name = name
    _describe(found, call.json)
    found.collaborative = bool(call.json.get("collaborative", found.collaborative))
    found.touch()
    return empty_answer(200)


def _describe(playlist: Playlist, wanted: Json) -> None:
    description = wanted.get("description", playlist.description)
    if description is not None and not isinstance(description, str):
        raise refuse(400, _BAD_BODY)
    playlist.description = " ".join(description.splitlines()) if description else None


def add_items(call: Call) -> Answer:
    """POST /playlists/{id}/items: up to 100 URIs, at `position` or at the end."""
    found = _own_playlist(call)
    position = call.query.get("position", call.json.get("position"))
    entries = _wanted_entries(call)
    if not entries:
        raise refuse(400, "No uris provided")
    return _edited(found, lambda: found.insert(entries, position=_index(position)), status=201)


def replace_items(call: Call) -> Answer:
    """PUT /playlists/{id}/items with `uris`: they become the whole content."""
    found = _own_playlist(call)
    entries = _wanted_entries(call)
    return _edited(found, lambda: found.replace(entries))


def reorder_items(call: Call) -> Answer:
    """PUT /playlists/{id}/items with `range_start`: moves a range."""
    found, wanted = _own_playlist(call), call.json
    _check_snapshot(found, wanted.get("snapshot_id"))
    start, before = _index(wanted["range_start"]), _index(wanted.get("insert_before"))
    length = _index(wanted.get("range_length", 1))
    if start is None or before is None or length is None:
        raise refuse(400, _BAD_BODY)
    return _edited(found, lambda: found.reorder(start=start, before=before, length=length))


def remove_items(call: Call) -> Answer:
    """DELETE /playlists/{id}/items with `items`: every occurrence of up to 100 URIs goes."""
    found, rows = _own_playlist(call), call.json.get("items")
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and isinstance(row.get("uri"), str) for row in rows
    ):
        raise refuse(400, _BAD_BODY)
    if len(rows) > MOST_URIS:
        raise refuse(400, "Cannot remove more than 100 items")
    _check_snapshot(found, call.json.get("snapshot_id"))
    return _edited(found, lambda: found.remove({row["uri"] for row in rows}))


def _edited(found: Playlist, edit: Callable[[], None], *, status: int = 200) -> Answer:
    try:
        edit()
    except ShelfError as error:
        raise refuse(400, str(error)) from error
    return json_answer({"snapshot_id": found.snapshot_id}, status)


def _check_snapshot(found: Playlist, snapshot_id: object) -> None:
    if snapshot_id is not None and not (isinstance(snapshot_id, str) and found.knows_snapshot(snapshot_id)):
        raise refuse(400, "Invalid snapshot_id")


def _index(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdigit():
        raise refuse(400, _BAD_BODY)
    return int(value)


def _wanted_entries(call: Call) -> list[Entry]:
    uris: object = call.query["uris"].split(",") if "uris" in call.query else call.json.get("uris")
    if not isinstance(uris, list):
        raise refuse(400, _BAD_BODY)
    if len(uris) > MOST_URIS:
        raise refuse(400, "You can add a maximum of 100 tracks per request.")
    return [Entry(_known_uri(call, uri), _now(call), call.listener) for uri in uris]


def _known_uri(call: Call, uri: object) -> str:
    match = _TRACK_URI.fullmatch(uri) if isinstance(uri, str) else None
    if match is None:
        raise refuse(400, f"Invalid track uri: {uri}")
    if match[1] not in call.services.world.catalogue.by_id:
        raise refuse(400, "Payload contains a non-existing ID")
    return match[0]


def cover(call: Call) -> Answer:
    """PUT /playlists/{id}/images: base 64 of a JPEG, 256 KB at most; a missing scope shows as 401."""
    if call.grant is None or "ugc-image-upload" not in call.grant.scopes:
        raise refuse(401, "Unauthorized.")
    found = _own_playlist(call)
    if len(call.body) > LARGEST_COVER_BYTES:
        raise refuse(413, "Payload too large")
    found.cover = _jpeg(call)
    found.touch()
    return empty_answer(202)


def _jpeg(call: Call) -> bytes:
    try:
        picture = b64decode(call.body, validate=True)
    except Base64Error as error:
        raise refuse(400, "Invalid image data") from error
    if call.headers.get_content_type() != "image/jpeg" or not picture.startswith(b"\xff\xd8\xff"):
        raise refuse(400, "Invalid image data")
    return picture


def playlist_images(call: Call) -> Answer:
    """GET /playlists/{id}/images."""
    return json_answer(shapes.playlist_images(call, _visible_playlist(call)))


def _visible_playlist(call: Call) -> Playlist:
    found = call.services.world.shelves.by_id.get(checked_id(call))
    if found is None or found.owner == EDITORIAL_OWNER:
        raise refuse(404, "Resource not found")
    if found.owner != call.listener and not found.public and call.listener not in found.followers:
        raise refuse(404, "Resource not found")
    if found.owner == call.listener and not found.public:
        require_scope(call, "playlist-read-private")
    return found


def _own_playlist(call: Call) -> Playlist:
    found = _visible_playlist(call)
    if not shapes.may_read_items(found, call.listener):
        raise refuse(403, "Forbidden")
    require_scope(call, "playlist-modify-public" if found.public else "playlist-modify-private")
    return found


def _now(call: Call) -> Any:
    return call.services.clock.now().replace(microsecond=0)


def _reorders(call: Call) -> bool:
    return "range_start" in call.json


def _replaces(call: Call) -> bool:
    return not _reorders(call)


def _route(
    method: str,
    path: str,
    *,
    kind: str,
    endpoint: Endpoint,
    scopes: tuple[str, ...] = (),
    applies: Any = None,
) -> Route:
    pattern, guarded = re.compile(f"/v1{path}"), authorized(endpoint, *scopes)
    return (
        Route(method, pattern, kind, guarded, applies) if applies else Route(method, pattern, kind, guarded)
    )


_ONE, _ITEMS, _IMAGES = "/playlists/([^/]+)", "/playlists/([^/]+)/items", "/playlists/([^/]+)/images"
_READ = ("playlist-read-private",)
ROUTES = (
    _route("GET", "/me/playlists", kind="playlists", endpoint=my_playlists, scopes=_READ),
    _route("POST", "/me/playlists", kind="create_playlist", endpoint=create_playlist, scopes=_MODIFY),
    _route("GET", _ONE, kind="playlist", endpoint=playlist),
    _route("PUT", _ONE, kind="details", endpoint=change_details, scopes=_MODIFY),
    _route("GET", _ITEMS, kind="playlist_items", endpoint=playlist_items, scopes=_READ),
    _route("POST", _ITEMS, kind="add_items", endpoint=add_items, scopes=_MODIFY),
    _route("PUT", _ITEMS, kind="reorder_items", endpoint=reorder_items, scopes=_MODIFY, applies=_reorders),
    _route("PUT", _ITEMS, kind="replace_items", endpoint=replace_items, scopes=_MODIFY, applies=_replaces),
    _route("DELETE", _ITEMS, kind="remove_items", endpoint=remove_items, scopes=_MODIFY),
    _route("GET", _IMAGES, kind="playlist_images", endpoint=playlist_images),
    _route("PUT", _IMAGES, kind="cover", endpoint=cover),
)
