"""Keeps what listeners and apps have changed in a file, for a sandbox that is started again."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.exchange import Json
from sandbox.listening import Play
from sandbox.services import Services
from sandbox.shelves import Entry, Playlist
from sandbox.world import Like


def save_state(services: Services, path: Path) -> None:
    """Write everything that the seed does not bring back by itself; the file is replaced in one step."""
    world = services.world
    state = {
        "seed": world.seed,
        "playlists": [_packed_playlist(shelf) for shelf in world.shelves.by_id.values()],
        "likes": {name: [_packed_like(like) for like in world.likes(name)] for name in world.changed_likes},
        "plays": {name: [_packed_play(play) for play in plays] for name, plays in world.added_plays.items()},
        "grants": services.grants.counters,
        "forbidden": services.forbidden,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".new")
    written.write_text(json.dumps(state), encoding="utf-8")
    written.replace(path)


def load_state(services: Services, path: Path) -> None:
    """Take up what was saved; nothing where there is no file, or one of another world."""
    if not path.exists():
        return
    state: Json = json.loads(path.read_text(encoding="utf-8"))
    if state["seed"] != services.world.seed:
        return
    songs, world = services.world.catalogue.by_id, services.world
    world.shelves.restore([_unpacked_playlist(row) for row in state["playlists"]])
    for name, rows in state["likes"].items():
        world.restore_likes(name, [Like(songs[row[0]], datetime.fromisoformat(row[1])) for row in rows])
    for name, rows in state["plays"].items():
        world.added_plays[name][:] = [_unpacked_play(services, row) for row in rows]
    services.grants.restore(state["grants"])
    services.forbidden.update(state["forbidden"])


def _packed_like(like: Like) -> list[str]:
    return [like.song.id, like.added_at.isoformat()]


def _packed_playlist(playlist: Playlist) -> Json:
    packed: Json = {name: getattr(playlist, name) for name in Playlist.__dataclass_fields__}
    packed["created_at"] = playlist.created_at.isoformat()
    packed["cover"] = b64encode(playlist.cover).decode() if playlist.cover else None
    packed["entries"] = [
        [entry.uri, entry.added_at and entry.added_at.isoformat(), entry.added_by]
        for entry in playlist.entries
    ]
    return packed


def _unpacked_playlist(row: Json) -> Playlist:
    entries = [Entry(uri, _moment(added_at), added_by) for uri, added_at, added_by in row["entries"]]
    cover = b64decode(row["cover"]) if row["cover"] else None
    created_at = datetime.fromisoformat(row["created_at"])
    return Playlist(**{**row, "entries": entries, "cover": cover, "created_at": created_at})


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _packed_play(play: Play) -> Json:
    packed: dict[str, Any] = {name: getattr(play, name) for name in Play.__dataclass_fields__}
    moments = {"ended_at": play.ended_at.isoformat(), "visible_at": play.visible_at.isoformat()}
    return {**packed, **moments, "song": play.song.id}


def _unpacked_play(services: Services, row: Json) -> Play:
    moments = {name: datetime.fromisoformat(row[name]) for name in ("ended_at", "visible_at")}
    return Play(**{**row, **moments, "song": services.world.catalogue.by_id[row["song"]]})
