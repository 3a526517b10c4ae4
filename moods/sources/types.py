"""What asking a source can end in, and what a hit holds; None always means unknown."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """The source knows it."""

    value: T


@dataclass(frozen=True, slots=True)
class Miss:
    """The source answered, and does not know it: remember that, and ask again in weeks."""


@dataclass(frozen=True, slots=True)
class Retry:
    """No answer this time; nothing is known about what was asked.

    `after` is the wait the source named, None when the caller is to choose one.
    """

    after: timedelta | None
    reason: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """The source refuses this client as such: ask it nothing for `wait`, and tell the operator."""

    wait: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class LookupOff:
    """The source does not offer this kind of look-up; others of it may work."""

    reason: str


Failed = Retry | Blocked
"""A call that failed as a whole."""


@dataclass(frozen=True, slots=True)
class AudioFeatures:
    """How one recording sounds, in Spotify's former terms.

    From 0 to 1: acousticness, danceability, energy, instrumentalness, liveness, speechiness,
    valence. `loudness` in dB, about -60 to 0; `tempo` in beats per minute; `key` 0 (C) to 11 (B);
    `mode` 1 major, 0 minor. `source_ref` is the source's own id of the recording.
    """

    acousticness: float | None
    danceability: float | None
    energy: float | None
    instrumentalness: float | None
    key: int | None
    liveness: float | None
    loudness: float | None
    mode: int | None
    speechiness: float | None
    tempo: float | None
    valence: float | None
    isrc: str | None
    source_ref: str | None


@dataclass(frozen=True, slots=True)
class TrackMetadata:
    """What a source calls a track; `popularity` from 0 to 100.

    `artist_ids` are the Spotify ids of `artists`, one for each, None where the source names none.
    """

    spotify_id: str
    title: str
    artists: tuple[str, ...]
    duration_ms: int | None
    isrc: str | None
    popularity: int | None
    artist_ids: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class LyricsText:
    """The words of one song. They may only live in memory while they are scored.

    Nobody licensed them: never store, log, queue or show `text`. `name`, `artist` and `duration_s`
    are what the source has them under.
    """

    text: str = field(repr=False)
    lrclib_id: int
    name: str
    artist: str
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class Instrumental:
    """The song is known to have no words."""

    lrclib_id: int
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre in lower case with the number of people who voted for it."""

    name: str
    votes: int


@dataclass(frozen=True, slots=True)
class CreditedArtist:
    """An artist by MusicBrainz id."""

    mbid: str
    name: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording by MusicBrainz id; genres with most votes first, often none."""

    mbid: str
    artists: tuple[CreditedArtist, ...]
    genres: tuple[Genre, ...]
