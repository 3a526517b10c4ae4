"""JSON of tracks, albums, artists, users and playlists as an app in Development Mode receives them."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote_plus, urlencode, urlsplit

from sandbox.catalogue import Album, Artist, Song
from sandbox.clock import iso_milliseconds, iso_seconds, unix_ms
from sandbox.exchange import Call, Json
from sandbox.ids import fraction
from sandbox.listeners import LISTENERS
from sandbox.listening import Play
from sandbox.shelves import Entry, Playlist
from sandbox.world import Like

_COVER_SIZES = (640, 300, 64)
_UNAVAILABLE_SHARE = 0.004


def _links(call: Call, kind: str, entry_id: str) -> Json:
    return {
        "id": entry_id,
        "uri": f"spotify:{kind}:{entry_id}",
        "type": kind,
        "href": f"{call.base_url}/v1/{kind}s/{entry_id}",
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{entry_id}"},
    }


def _images(call: Call, kind: str, entry_id: str) -> list[Json]:
    url = f"{call.base_url}/images/{kind}/{entry_id}"
    return [{"url": f"{url}/{size}.jpg", "height": size, "width": size} for size in _COVER_SIZES]


def artist_reference(call: Call, artist: Artist) -> Json:
    """The short form inside tracks and albums."""
    return {**_links(call, "artist", artist.id), "name": artist.name}


def full_artist(call: Call, artist: Artist) -> Json:
    """An artist by itself; as most new apps see it, genres are empty."""
    return {**artist_reference(call, artist), "genres": [], "images": _images(call, "artist", artist.id)}


def album_reference(call: Call, album: Album) -> Json:
    """The form inside tracks."""
    length = {"year": 4, "month": 7, "day": 10}[album.precision]
    return {
        **_links(call, "album", album.id),
        "name": album.name,
        "album_type": album.album_type,
        "total_tracks": album.track_count,
        "release_date": album.released.isoformat()[:length],
        "release_date_precision": album.precision,
        "images": _images(call, "album", album.id),
        "artists": [artist_reference(call, album.artist)],
    }


def track(call: Call, song: Song) -> Json:
    """A full track; the fields taken from Development Mode are absent."""
    blocked = fraction("unavailable", song.id) < _UNAVAILABLE_SHARE
    return {
        **_links(call, "track", song.id),
        **({"restrictions": {"reason": "market"}} if blocked else {}),
        "name": song.title,
        "external_ids": {"isrc": song.isrc} if song.isrc else {},
        "duration_ms": song.duration_ms,
        "explicit": song.explicit,
        "disc_number": 1,
        "track_number": song.track_number,
        "is_local": False,
        "is_playable": not blocked,
        "artists": [artist_reference(call, artist) for artist in song.artists],
        "album": album_reference(call, song.album),
        "preview_url": None,
    }


def user_reference(call: Call, listener: str) -> Json:
    """The short form of a user, without a name."""
    return _links(call, "user", listener)


def owner(call: Call, listener: str) -> Json:
    """The owner of a playlist."""
    known = LISTENERS.get(listener)
    return {**user_reference(call, listener), "display_name": known.display_name if known else "Spotify"}


def profile(call: Call, listener: str) -> Json:
    """GET /me: no country, no e-mail, no product."""
    person = LISTENERS[listener]
    picture = _images(call, "user", listener)[1:2] if person.has_picture else []
    return {"account_id": person.account_id, **owner(call, listener), "images": picture}


def saved_track(call: Call, like: Like) -> Json:
    """An entry of liked songs."""
    return {"added_at": iso_seconds(like.added_at), "track": track(call, like.song)}


def recent_play(call: Call, play: Play) -> Json:
    """An entry of recently played; the context is the album or unknown."""
    return {
        "played_at": iso_milliseconds(play.ended_at),
        "track": track(call, play.song),
        "context": _context(call, play),
    }


def _context(call: Call, play: Play) -> Json | None:
    if not play.from_album:
        return None
    links = _links(call, "album", play.song.album.id)
    return {name: links[name] for name in ("type", "uri", "href", "external_urls")}


def recent_plays(call: Call, plays: Sequence[Play], *, limit: int) -> Json:
    """The page with its time cursors; both are null on an empty page."""
    here = f"{call.base_url}/v1/me/player/recently-played"
    page: Json = {"href": f"{here}?limit={limit}", "limit": limit, "next": None, "cursors": None, "items": []}
    if plays:
        newest, oldest = str(unix_ms(plays[0].ended_at)), str(unix_ms(plays[-1].ended_at))
        page["next"] = f"{here}?before={oldest}&limit={limit}"
        page["cursors"] = {"after": newest, "before": oldest}
        page["items"] = [recent_play(call, play) for play in plays]
    return page


def offset_page(call: Call, entries: list[Json | None], *, limit: int, offset: int, total: int) -> Json:
    """A page of a longer list; `next` and `previous` are absolute, on the host that was asked."""

    def address(place: int) -> str:
        kept = {name: value for name, value in call.query.items() if name not in ("limit", "offset")}
        query = urlencode({**kept, "offset": place, "limit": limit})
        return f"{call.base_url}{urlsplit(call.target).path}?{query}"

    following = address(offset + limit) if offset + limit < total and limit else None
    return {
        "href": address(offset),
        "items": entries,
        "limit": limit,
        "next": following,
        "offset": offset,
        "previous": address(max(0, offset - limit)) if offset else None,
        "total": total,
    }


def may_read_items(playlist: Playlist, listener: str) -> bool:
    """Whether the listener owns the playlist or collaborates on it."""
    return playlist.owner == listener or (playlist.collaborative and listener in playlist.followers)


def playlist_summary(call: Call, playlist: Playlist) -> Json:
    """An entry of /me/playlists; `items` only where the listener may read them."""
    summary = {
        **_links(call, "playlist", playlist.id),
        "name": playlist.name,
        "description": playlist.description,
        "public": playlist.public,
        "collaborative": playlist.collaborative,
        "snapshot_id": playlist.snapshot_id,
        "owner": owner(call, playlist.owner),
        "images": playlist_images(call, playlist),
    }
    if may_read_items(playlist, call.listener):
        href = f"{call.base_url}/v1/playlists/{playlist.id}/items"
        summary["items"] = {"href": href, "total": len(playlist.entries)}
    return summary


def playlist_images(call: Call, playlist: Playlist) -> list[Json]:
    """The uploaded cover, or the one made of the songs; nothing for an empty playlist."""
    if playlist.cover is not None:
        url = f"{call.base_url}/images/cover/{playlist.id}/{playlist.revision}.jpg"
        return [{"url": url, "height": None, "width": None}]
    return _images(call, "playlist", playlist.id) if playlist.entries else []


def playlist_entry(call: Call, entry: Entry) -> Json:
    """An entry of a playlist: a track, a local file, an episode on request, or nothing any more."""
    return {
        "added_at": iso_seconds(entry.added_at) if entry.added_at else None,
        "added_by": user_reference(call, entry.added_by) if entry.added_by else None,
        "is_local": bool(entry.uri and entry.uri.startswith("spotify:local:")),
        "item": _entry_content(call, entry.uri),
    }


def _entry_content(call: Call, uri: str | None) -> Json | None:
    if uri is None:
        return None
    kind, _, rest = uri.removeprefix("spotify:").partition(":")
    if kind == "local":
        return _local_track(uri, rest)
    if kind == "episode":
        return _episode(call, rest) if "episode" in call.query.get("additional_types", "") else None
    song = call.services.world.catalogue.by_id.get(rest)
    return track(call, song) if song else None


def _local_track(uri: str, rest: str) -> Json:
    artist, album, title, seconds = (unquote_plus(part) for part in rest.split(":"))
    nameless: Json = {"id": None, "uri": None, "href": None, "external_urls": {}}
    return {
        **nameless,
        "uri": uri,
        "type": "track",
        "name": title,
        "is_local": True,
        "duration_ms": int(seconds) * 1000,
        "explicit": False,
        "disc_number": 0,
        "track_number": 0,
        "external_ids": {},
        "preview_url": None,
        "artists": [{**nameless, "type": "artist", "name": artist}],
        "album": {
            **nameless,
            "type": "album",
            "name": album,
            "album_type": None,
            "release_date": None,
            "release_date_precision": None,
            "images": [],
            "artists": [],
        },
    }


def _episode(call: Call, episode_id: str) -> Json:
    return {
        **_links(call, "episode", episode_id),
        "name": "Harbour Talk, part one",
        "duration_ms": 1_810_000,
        "explicit": False,
        "release_date": "2025-05-04",
        "release_date_precision": "day",
        "show": {**_links(call, "show", episode_id), "name": "Harbour Talk"},
    }
