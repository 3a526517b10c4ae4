"""What Spotify's answers become: frozen values; None is "Spotify did not say", never a default."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class TimeRange(StrEnum):
    """The window of a top list: about 4 weeks, 6 months, 1 year."""

    SHORT = "short_term"
    MEDIUM = "medium_term"
    LONG = "long_term"


class Reason(StrEnum):
    """Why one entry of an answer was set aside."""

    NOT_AN_OBJECT = "not an object"
    NO_TRACK = "no track"
    EPISODE = "podcast episode"
    BAD_TIME = "time missing or unreadable"
    BAD_TRACK = "track unreadable"
    BAD_ENTRY = "entry unreadable"


@dataclass(frozen=True, slots=True)
class RejectedEntry:
    """One entry that could not be taken over; `position` counts from 0 in the whole list.

    `raw` is its JSON, pure ASCII, cut to 8 KB.
    """

    position: int
    reason: Reason
    raw: str


@dataclass(frozen=True, slots=True)
class ArtistRef:
    """An artist as named on a track; local files have names only."""

    spotify_id: str | None
    name: str


@dataclass(frozen=True, slots=True)
class AlbumRef:
    """An album as named on a track.

    `release_date` is YYYY, YYYY-MM or YYYY-MM-DD, as `release_date_precision` (year, month, day)
    says. `image_url` is the widest cover, `image_url_small` the narrowest: link, never copy.
    """

    spotify_id: str | None
    name: str
    release_date: str | None
    release_date_precision: str | None
    image_url: str | None
    image_url_small: str | None


@dataclass(frozen=True, slots=True)
class TrackRef:
    """A track as every list and GET /tracks/{id} give it.

    `spotify_id` is None for a local file, whose `uri` is "spotify:local:...". `isrc` is upper case
    without hyphens. `name` is "" where Spotify withdrew the track. `is_playable` None means unsaid,
    not unplayable.
    """

    spotify_id: str | None
    uri: str
    name: str
    artists: tuple[ArtistRef, ...]
    album: AlbumRef | None
    isrc: str | None
    duration_ms: int | None
    explicit: bool | None
    is_local: bool
    is_playable: bool | None


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist; `genres` is empty for almost every artist a new app asks for."""

    spotify_id: str
    name: str
    genres: tuple[str, ...]
    image_url: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """The listener; link people by `account_id`, which never changes, not by `spotify_id`."""

    account_id: str | None
    spotify_id: str
    display_name: str | None
    image_url: str | None


@dataclass(frozen=True, slots=True)
class RecentPlay:
    """One play; whether `played_at` (UTC, ms) is its start or end is not documented."""

    played_at: datetime
    track: TrackRef
    context_uri: str | None


@dataclass(frozen=True, slots=True)
class RecentlyPlayed:
    """The window of the last 50 plays, newest first; that is all Spotify keeps."""

    plays: tuple[RecentPlay, ...]
    rejected: tuple[RejectedEntry, ...]

    @property
    def is_full(self) -> bool:
        """Tell whether older plays may have fallen out of the window."""
        return len(self.plays) + len(self.rejected) >= 50


@dataclass(frozen=True, slots=True)
class SavedEntry:
    """One liked song; `added_at` in UTC."""

    added_at: datetime | None
    track: TrackRef


@dataclass(frozen=True, slots=True)
class PlaylistEntry:
    """One entry of a playlist; `position` counts from 0 in the whole playlist.

    `track` is None for an episode (`is_episode`), which takes a position all the same.
    """

    position: int
    uri: str
    added_at: datetime | None
    added_by_id: str | None
    track: TrackRef | None
    is_episode: bool


@dataclass(frozen=True, slots=True)
class PlaylistSummary:
    """A playlist without its entries.

    `total` is None for playlists of other people. `is_public` ("shown on the profile", not a
    protection) is unreliable in lists.
    """

    spotify_id: str
    uri: str
    name: str
    description: str | None
    owner_id: str | None
    owner_name: str | None
    is_collaborative: bool
    is_public: bool | None
    snapshot_id: str | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list that may change while it is read: expect repeats and gaps.

    `next_offset` is where the next page starts, None on the last one.
    """

    entries: tuple[T, ...]
    rejected: tuple[RejectedEntry, ...]
    offset: int
    next_offset: int | None
    total: int | None


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """The answer to a refresh; keep the old refresh token where `refresh_token` is None.

    `scopes` is what was really granted, empty when the answer does not say: keep what is stored.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    scopes: frozenset[str]
    expires_in: timedelta
