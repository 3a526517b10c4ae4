"""The actions behind `sandbox.controls`, where each is described: plain JSON in, plain JSON out."""

# ruff: noqa: D103

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sandbox.access import ALL_SCOPES
from sandbox.catalogue import Song
from sandbox.clock import iso_milliseconds, iso_seconds, parse_moment
from sandbox.consent import add_pending_code
from sandbox.download import account_download, extended_download
from sandbox.exchange import Json
from sandbox.faults import Fault
from sandbox.listening import Play
from sandbox.services import Services
from sandbox.shelves import Entry, Playlist
from sandbox.sound import FEATURES
from sandbox.token_endpoint import token_json


def fail(services: Services, **order: Any) -> None:
    services.faults.add(Fault(**order))


def clear_failures(services: Services) -> None:
    services.faults.clear()


def journal(services: Services, *, kind: str | None) -> list[Json]:
    return [asdict(request) for request in services.journal.read() if kind in (None, request.kind)]


def clear_journal(services: Services) -> None:
    services.journal.clear()


def grant(services: Services, *, listener: str, scopes: list[str] | None, client_id: str) -> Json:
    given = services.grants.give(
        listener, client_id=client_id, scopes=tuple(ALL_SCOPES if scopes is None else scopes)
    )
    return token_json(services.grants, given, with_refresh_token=True)


def authorize_code(services: Services, *, listener: str, scopes: list[str] | None, **wanted: Any) -> str:
    asked = {name: value for name, value in wanted.items() if value is not None}
    asked["scope"] = " ".join(ALL_SCOPES if scopes is None else scopes)
    return add_pending_code(services, listener, wanted=asked)


def revoke(services: Services, *, listener: str) -> None:
    services.grants.revoke(listener)


def forbid(services: Services, *, listener: str, plain_text: bool) -> None:
    services.forbidden[listener] = plain_text


def allow(services: Services, *, listener: str) -> None:
    services.forbidden.pop(listener, None)


def expire_access_tokens(services: Services) -> None:
    services.grants.expire_access_tokens()


def age_grants(services: Services, *, days: float) -> None:
    services.grants.age(days)


def rotate(services: Services, *, on: bool) -> None:
    services.grants.rotating = on


def now(services: Services) -> str:
    return iso_milliseconds(services.clock.now())


def set_now(services: Services, *, moment: str) -> None:
    services.clock.set(parse_moment(moment))


def advance(services: Services, *, seconds: float) -> None:
    services.clock.advance(seconds)


def songs(services: Services, *, deep_cuts: bool) -> list[Json]:
    return [_song_truth(services, song) for song in services.world.catalogue.songs if song.core or deep_cuts]


def _song_truth(services: Services, song: Song) -> Json:
    rows = services.reccobeats.by_key
    return {
        **_song(song),
        "artists": [artist.name for artist in song.artists],
        "album": song.album.name,
        "release_date": song.album.released.isoformat(),
        "duration_ms": song.duration_ms,
        "explicit": song.explicit,
        "genres": list(song.artists[0].tags),
        "mood": song.mood,
        "valence": song.point[0],
        "arousal": song.point[1],
        "features": dict(zip(FEATURES, song.features, strict=True)),
        "language": song.language,
        "in_reccobeats": song.id in rows,
        "in_reccobeats_by_isrc": song.isrc in rows,
        "in_lrclib": 3_000_000 + song.index in services.lrclib.sheets,
        "same_as": None if song.same_as is None else services.world.catalogue.songs[song.same_as].id,
    }


def _song(song: Song) -> Json:
    return {
        "id": song.id,
        "uri": song.uri,
        "isrc": song.isrc,
        "title": song.title,
        "artist": song.artists[0].name,
    }


def plays(services: Services, *, listener: str, skips: bool) -> list[Json]:
    return [_play(play) for play in services.world.plays(listener) if skips or play.is_listed]


def _play(play: Play) -> Json:
    return {
        **_song(play.song),
        "played_at": iso_milliseconds(play.ended_at),
        "ms_played": play.ms_played,
        "occasion": play.occasion,
    }


def liked(services: Services, *, listener: str) -> list[Json]:
    return [
        {**_song(like.song), "added_at": iso_seconds(like.added_at)}
        for like in services.world.likes(listener)
    ]


def playlists(services: Services, *, listener: str) -> list[Json]:
    return [_playlist(shelf) for shelf in services.world.shelves.followed_by(listener)]


def _playlist(playlist: Playlist) -> Json:
    return {
        "id": playlist.id,
        "name": playlist.name,
        "description": playlist.description,
        "owner": playlist.owner,
        "public": playlist.public,
        "collaborative": playlist.collaborative,
        "snapshot_id": playlist.snapshot_id,
        "uris": [entry.uri for entry in playlist.entries],
        "has_cover": playlist.cover is not None,
    }


def play(
    services: Services,
    *,
    listener: str,
    song_id: str | None,
    ended_at: str | None,
    ms_played: int | None,
    lag_s: float,
) -> Json:
    catalogue = services.world.catalogue
    song = catalogue.by_id[song_id] if song_id else catalogue.songs[0]
    moment = parse_moment(ended_at) if ended_at else services.clock.now()
    ended = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    added = Play(
        song=song,
        ended_at=ended,
        ms_played=song.duration_ms if ms_played is None else ms_played,
        reason_start="clickrow",
        reason_end="trackdone",
        shuffle=False,
        skipped=False,
        from_album=False,
        occasion="by hand",
        visible_at=ended + timedelta(seconds=lag_s),
    )
    services.world.add_play(listener, added)
    return _play(added)


def like(services: Services, *, listener: str, song_id: str) -> None:
    services.world.like(listener, services.world.catalogue.by_id[song_id])


def unlike(services: Services, *, listener: str, song_id: str) -> None:
    services.world.unlike(listener, services.world.catalogue.by_id[song_id])


def edit_playlist(
    services: Services,
    *,
    playlist_id: str,
    add: list[str],
    position: int | None,
    remove: list[str],
    move: list[int] | None,
    rename: str | None,
    public: bool | None,
    delete: bool,
) -> Json:
    playlist = services.world.shelves.by_id[playlist_id]
    if add:
        added_at = services.clock.now().replace(microsecond=0)
        playlist.insert([Entry(uri, added_at, playlist.owner) for uri in add], position=position)
    if remove:
        playlist.remove(set(remove))
    if move:
        playlist.reorder(start=move[0], before=move[1], length=move[2])
    _edit_details(playlist, rename=rename, public=public)
    if delete:
        playlist.followers.remove(playlist.owner)
    return _playlist(playlist)


def _edit_details(playlist: Playlist, *, rename: str | None, public: bool | None) -> None:
    if rename is None and public is None:
        return
    playlist.name = playlist.name if rename is None else rename
    playlist.public = playlist.public if public is None else public
    playlist.touch()


def privacy_download(services: Services, *, listener: str, kind: str) -> str:
    make = account_download if kind == "account" else extended_download
    return b64encode(make(services.world, listener)).decode()


ACTIONS: dict[str, Callable[..., Any]] = {
    action.__name__: action
    for action in (
        fail,
        clear_failures,
        journal,
        clear_journal,
        grant,
        authorize_code,
        revoke,
        forbid,
        allow,
        expire_access_tokens,
        age_grants,
        rotate,
        now,
        set_now,
        advance,
        songs,
        plays,
        liked,
        playlists,
        play,
        like,
        unlike,
        edit_playlist,
        privacy_download,
    )
}
CHANGING_ACTIONS = frozenset(
    {
        "revoke",
        "forbid",
        "allow",
        "expire_access_tokens",
        "age_grants",
        "play",
        "like",
        "unlike",
        "edit_playlist",
    }
)
"""The actions whose effects outlive a restart where a state file is named."""
