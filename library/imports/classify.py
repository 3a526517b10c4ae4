"""Puts one record into its class: a play of a track, or what else it is, or why it is invalid."""

from datetime import UTC, datetime

import msgspec

from library.imports import limits
from library.imports.records import Record
from library.imports.rows import (
    VIDEO_KINDS,
    InvalidReason,
    Kind,
    PlayRow,
    Precision,
    Verdict,
)

_TRACK = "spotify:track:"
_EPISODE = "spotify:episode:"
_LOCAL = "spotify:local:"
_ID_CHARACTERS = 22
_MINUTE_FORM = "%Y-%m-%d %H:%M"
_MINUTE_CHARACTERS = 16

Names = tuple[str | None, str | None, str | None]


class Judged(msgspec.Struct, frozen=True, gc=False):
    """A record's verdict with what is kept of it; `reason` is set for INVALID only."""

    verdict: Verdict
    play: PlayRow | None = None
    reason: InvalidReason | None = None


def classify(record: Record, kind: Kind, *, now: datetime) -> Judged:
    """Judge `record` from a member of `kind`; stamps past `now` (aware) plus an hour are invalid.

    A listen has 30 s or more, as Spotify counts. Rows of Video files are VIDEO even when they
    carry a track: the listener watched a clip, Spotify lists it apart from the audio plays, and
    counting it would disagree with Spotify's own totals.
    """
    ended_at, precision = _ended_at(record)
    ms_played = record.ms_played if record.ms_played is not None else record.account_ms_played
    fault = _time_fault(ended_at, now=now)
    if ended_at is None or fault:
        return Judged(Verdict.INVALID, reason=fault)
    if ms_played is None:
        return Judged(Verdict.INVALID, reason=InvalidReason.BAD_DURATION)
    verdict, spotify_id, names = _heard(record, kind, ms_played=ms_played)
    title, artist, album = names
    if max(len(title or ""), len(artist or ""), len(album or "")) > limits.NAME_CHARACTERS:
        return Judged(Verdict.INVALID, reason=InvalidReason.NAME_TOO_LONG)
    play = PlayRow(
        ended_at=ended_at,
        ms_played=ms_played,
        spotify_id=spotify_id,
        title=title or None,
        artist=artist or None,
        album=album or None,
        skipped=record.skipped,
        shuffle=record.shuffle,
        offline=record.offline,
        incognito=bool(record.incognito_mode),
        reason_start=record.reason_start,
        reason_end=record.reason_end,
        precision=precision,
    )
    return Judged(verdict, play)


def _ended_at(record: Record) -> tuple[datetime | None, Precision]:
    if record.ts is not None:
        return record.ts, Precision.SECOND
    text = record.end_time
    if text is None or len(text) != _MINUTE_CHARACTERS:
        return None, Precision.MINUTE
    try:
        return datetime.strptime(text, _MINUTE_FORM).replace(tzinfo=UTC), Precision.MINUTE
    except ValueError:
        return None, Precision.MINUTE


def _time_fault(ended_at: datetime | None, *, now: datetime) -> InvalidReason | None:
    if ended_at is None or ended_at.tzinfo is not UTC:
        return InvalidReason.BAD_TIME
    if ended_at < limits.FIRST_PLAY_AT:
        return InvalidReason.TOO_OLD
    if ended_at > now + limits.CLOCK_SLACK:
        return InvalidReason.IN_THE_FUTURE
    return None


def _heard(record: Record, kind: Kind, *, ms_played: int) -> tuple[Verdict, str | None, Names]:
    uri = record.spotify_track_uri or ""
    names = _track_names(record)
    spotify_id = _track_id(uri)
    verdict = _spoken(record, kind, uri=uri) if spotify_id is None else None
    if verdict:
        return verdict, None, _spoken_names(record)
    if kind in VIDEO_KINDS:
        return Verdict.VIDEO, spotify_id, names
    if uri.startswith(_LOCAL):
        return Verdict.LOCAL_FILE, None, names
    if spotify_id is None and not (names[0] and names[1]):
        return Verdict.NO_TRACK, None, names
    is_listen = ms_played >= limits.LISTEN_MS
    return Verdict.PLAY if is_listen else Verdict.SHORT_PLAY, spotify_id, names


def _track_names(record: Record) -> Names:
    return (
        record.master_metadata_track_name or record.track_name,
        record.master_metadata_album_artist_name or record.artist_name,
        record.master_metadata_album_album_name,
    )


def _track_id(uri: str) -> str | None:
    if not uri.startswith(_TRACK):
        return None
    spotify_id = uri[len(_TRACK) :]
    is_id = len(spotify_id) == _ID_CHARACTERS and spotify_id.isascii() and spotify_id.isalnum()
    return spotify_id if is_id else None


def _spoken(record: Record, kind: Kind, *, uri: str) -> Verdict | None:
    if kind is Kind.ACCOUNT_AUDIOBOOK or record.audiobook_uri or record.audiobook_chapter_uri:
        return Verdict.AUDIOBOOK
    is_episode = record.spotify_episode_uri or record.podcast_name or uri.startswith(_EPISODE)
    return Verdict.PODCAST if is_episode or kind is Kind.ACCOUNT_PODCAST else None


def _spoken_names(record: Record) -> Names:
    title = record.episode_name or record.account_episode_name or record.audiobook_chapter_title
    show = record.episode_show_name or record.podcast_name or record.audiobook_title
    return title or record.track_name, show or record.artist_name, None
