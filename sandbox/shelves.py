"""Playlists as Spotify keeps them: ordered entries, snapshot ids, owners and followers."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.ids import spotify_id

MOST_ENTRIES = 11_000


class ShelfError(Exception):
    """An edit that Spotify would answer with 400; the text is the message."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in a playlist; `uri` is None where Spotify has lost the song."""

    uri: str | None
    added_at: datetime | None
    added_by: str | None


@dataclass(slots=True)
class Playlist:
    """A playlist and its whole content. Every change makes a new snapshot."""

    id: str
    owner: str
    name: str
    created_at: datetime
    description: str | None = None
    public: bool | None = True
    collaborative: bool = False
    entries: list[Entry] = field(default_factory=list)
    followers: list[str] = field(default_factory=list)
    cover: bytes | None = None
    revision: int = 1

    @property
    def snapshot_id(self) -> str:
        """The name of the present state."""
        return self._snapshot(self.revision)

    def _snapshot(self, revision: int) -> str:
        return b64encode(f"{revision},{self.id}".encode()).decode()

    def knows_snapshot(self, snapshot_id: str) -> bool:
        """Whether it is the present snapshot or an earlier one."""
        return any(snapshot_id == self._snapshot(revision) for revision in range(1, self.revision + 1))

    def touch(self) -> None:
        """Count a change."""
        self.revision += 1

    def insert(self, entries: list[Entry], *, position: int | None) -> None:
        """Put entries in at a place, or at the end."""
        place = len(self.entries) if position is None else position
        if not 0 <= place <= len(self.entries):
            raise ShelfError("Index out of bounds.")
        if len(self.entries) + len(entries) > MOST_ENTRIES:
            raise ShelfError("Playlist size limit reached")
        self.entries[place:place] = entries
        self.touch()

    def replace(self, entries: list[Entry]) -> None:
        """Make these the whole content."""
        self.entries = list(entries)
        self.touch()

    def reorder(self, *, start: int, before: int, length: int) -> None:
        """Move `length` entries from `start` so that they stand before what is now at `before`."""
        count = len(self.entries)
        if length < 1 or not 0 <= start < count or start + length > count or not 0 <= before <= count:
            raise ShelfError("Index out of bounds.")
        moved = self.entries[start : start + length]
        if start <= before <= start + length:
            self.touch()
            return
        rest = self.entries[:start] + self.entries[start + length :]
        place = before if before < start else before - length
        self.entries = rest[:place] + moved + rest[place:]
        self.touch()

    def remove(self, uris: set[str]) -> None:
        """Take out every entry with one of these URIs."""
        self.entries = [entry for entry in self.entries if entry.uri not in uris]
        self.touch()


class Shelves:
    """All playlists by id; made-up ids follow from the seed and the order of creation."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.by_id: dict[str, Playlist] = {}

    def create(self, owner: str, name: str, *, at: datetime, description: str | None = None) -> Playlist:
        """A new, empty, public playlist that its owner follows."""
        playlist_id = spotify_id(self._seed, "playlist", owner, len(self.by_id), at.isoformat())
        playlist = Playlist(playlist_id, owner, name, at, description, followers=[owner])
        self.by_id[playlist_id] = playlist
        return playlist

    def restore(self, playlists: list[Playlist]) -> None:
        """Put back all playlists as they were saved, in the order of creation."""
        self.by_id = {playlist.id: playlist for playlist in playlists}

    def followed_by(self, listener: str) -> list[Playlist]:
        """What is in the listener's library, newest first."""
        followed = [playlist for playlist in self.by_id.values() if listener in playlist.followers]
        return sorted(followed, key=lambda playlist: (playlist.created_at, playlist.id), reverse=True)
