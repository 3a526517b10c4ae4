"""The words of an import: kinds of file, verdicts on rows, and what is kept of a play."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a file of the download holds, told by its name or, for a lone file, its content."""

    EXTENDED_AUDIO = "extended_audio"
    EXTENDED_VIDEO = "extended_video"
    ACCOUNT_MUSIC = "account_music"
    ACCOUNT_PODCAST = "account_podcast"
    ACCOUNT_AUDIOBOOK = "account_audiobook"
    ACCOUNT_VIDEO = "account_video"
    LIBRARY = "library"
    PLAYLISTS = "playlists"
    OTHER = "other"


HISTORY_KINDS = frozenset(
    {
        Kind.EXTENDED_AUDIO,
        Kind.EXTENDED_VIDEO,
        Kind.ACCOUNT_MUSIC,
        Kind.ACCOUNT_PODCAST,
        Kind.ACCOUNT_AUDIOBOOK,
        Kind.ACCOUNT_VIDEO,
    }
)
"""The kinds that are read; every other file is listed and never opened."""
ACCOUNT_KINDS = frozenset(kind for kind in HISTORY_KINDS if kind.startswith("account"))
VIDEO_KINDS = frozenset({Kind.EXTENDED_VIDEO, Kind.ACCOUNT_VIDEO})


class Verdict(StrEnum):
    """The one class in which a row of the download ends."""

    PLAY = "play"
    SHORT_PLAY = "short_play"
    PODCAST = "podcast"
    AUDIOBOOK = "audiobook"
    VIDEO = "video"
    LOCAL_FILE = "local_file"
    NO_TRACK = "no_track"
    DUPLICATE_IN_FILE = "duplicate_in_file"
    ALREADY_KNOWN = "already_known"
    INCOGNITO = "incognito"
    INVALID = "invalid"


TRACK_VERDICTS = frozenset({Verdict.PLAY, Verdict.SHORT_PLAY, Verdict.LOCAL_FILE})
"""Verdicts whose rows are stored, when they say which track was played."""


class InvalidReason(StrEnum):
    """Why a single row could not be read; the rows around it are not touched by it."""

    BAD_TIME = "bad_time"
    TOO_OLD = "too_old"
    IN_THE_FUTURE = "in_the_future"
    BAD_DURATION = "bad_duration"
    BAD_NAME = "bad_name"
    NAME_TOO_LONG = "name_too_long"
    FORBIDDEN_CHARACTER = "forbidden_character"
    BAD_ENCODING = "bad_encoding"
    BAD_JSON = "bad_json"
    NOT_A_RECORD = "not_a_record"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"


class Damage(StrEnum):
    """Why a file could not be read to its end, or is not what it should be."""

    TRUNCATED = "truncated"
    TRAILING_JUNK = "trailing_junk"
    NOT_A_LIST = "not_a_list"
    NOT_JSON = "not_json"
    BROKEN_JSON = "broken_json"
    BAD_ENCODING = "bad_encoding"
    BROKEN_ARCHIVE = "broken_archive"
    UNSUPPORTED_COMPRESSION = "unsupported_compression"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    EMPTY = "empty"


class Precision(StrEnum):
    """How exact `ended_at` is: the extended history has seconds, the small package minutes."""

    SECOND = "second"
    MINUTE = "minute"


class Member(msgspec.Struct, frozen=True):
    """A file inside the download; `name` is safe to show, `size` is unpacked bytes as declared."""

    index: int
    name: str
    kind: Kind
    size: int

    @property
    def is_history(self) -> bool:
        """Whether this file is read for plays."""
        return self.kind in HISTORY_KINDS


class PlayRow(msgspec.Struct, frozen=True, gc=False):
    """One listening, names exactly as Spotify wrote them.

    `title` and `artist` are those of the episode and show for podcasts. `repeat_no` tells apart
    real repeats that were offline and reached Spotify with one and the same stamp: the n-th play
    with an equal (`ended_at`, track, `ms_played`) has n, from 0. The user's address, device and
    country are not here because they never leave the parser.
    """

    ended_at: datetime
    ms_played: int
    spotify_id: str | None
    title: str | None
    artist: str | None
    album: str | None
    skipped: bool | None
    shuffle: bool | None
    offline: bool | None
    incognito: bool
    reason_start: str | None
    reason_end: str | None
    precision: Precision
    repeat_no: int = 0

    @property
    def track_uri(self) -> str | None:
        """`spotify:track:<id>`, or None when only names are known."""
        return f"spotify:track:{self.spotify_id}" if self.spotify_id else None

    @property
    def names_a_track(self) -> bool:
        """Whether an id, or title and artist together, say which track it was."""
        return bool(self.spotify_id or (self.title and self.artist))


class Row(msgspec.Struct, frozen=True, gc=False):
    """A row of `member` with its verdict; `row_no` counts from 0, `reason` is for INVALID only."""

    member: Member
    row_no: int
    verdict: Verdict
    play: PlayRow | None = None
    reason: InvalidReason | None = None

    @property
    def is_stored(self) -> bool:
        """Whether the play is to be stored: a track verdict and a known track."""
        play = self.play
        return self.verdict in TRACK_VERDICTS and play is not None and play.names_a_track
