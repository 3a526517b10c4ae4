"""The records of Spotify's files as typed values, and what is wrong with one that is not."""

import re
from datetime import datetime
from typing import Annotated, Any

import msgspec

from library.imports import limits
from library.imports.rows import InvalidReason

AwareTime = Annotated[datetime, msgspec.Meta(tz=True)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=limits.LONGEST_PLAY_MS)]


class Record(msgspec.Struct, gc=False):
    """A record of the extended history or of the small package, every key optional.

    Only the keys named here are read: address, device, country and user name are skipped while
    parsing and exist nowhere afterwards.
    """

    ts: AwareTime | None = None
    ms_played: Milliseconds | None = None
    master_metadata_track_name: str | None = None
    master_metadata_album_artist_name: str | None = None
    master_metadata_album_album_name: str | None = None
    spotify_track_uri: str | None = None
    episode_name: str | None = None
    episode_show_name: str | None = None
    spotify_episode_uri: str | None = None
    audiobook_title: str | None = None
    audiobook_uri: str | None = None
    audiobook_chapter_uri: str | None = None
    audiobook_chapter_title: str | None = None
    reason_start: str | None = None
    reason_end: str | None = None
    shuffle: bool | None = None
    skipped: bool | None = None
    offline: bool | None = None
    offline_timestamp: int | None = None
    incognito_mode: bool | None = None
    end_time: str | None = msgspec.field(name="endTime", default=None)
    account_ms_played: Milliseconds | None = msgspec.field(name="msPlayed", default=None)
    track_name: str | None = msgspec.field(name="trackName", default=None)
    artist_name: str | None = msgspec.field(name="artistName", default=None)
    podcast_name: str | None = msgspec.field(name="podcastName", default=None)
    account_episode_name: str | None = msgspec.field(name="episodeName", default=None)


_MANY = msgspec.json.Decoder(list[Record])
_ONE = msgspec.json.Decoder(Record)
_ANY = msgspec.json.Decoder()

_TIMES = ("ts", "endTime")
_DURATIONS = ("ms_played", "msPlayed")
# A wrong type in one of these loses the detail, not the play.
_DETAILS = ("shuffle", "skipped", "offline", "offline_timestamp", "incognito_mode")
_DETAILS_TEXT = ("reason_start", "reason_end")
_RISKY_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_NESTED_VALUE = re.compile(rb":[ \t\r\n]*+[{\[]")


def decode_batch(text: bytes) -> list[Record] | None:
    """All records of `text`, `{...}, {...}`; None when any of them needs a closer look."""
    if _RISKY_ESCAPE.search(text):
        return None
    try:
        records = _MANY.decode(b"[" + text + b"]")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return None if _may_be_deep(text, len(records)) else records


def decode_record(text: bytes) -> Record | InvalidReason:
    """The one record of `text`, nested no deeper than `limits.MOST_NESTING`, or why it is unreadable."""
    try:
        record = _ONE.decode(text)
    except UnicodeDecodeError:
        return InvalidReason.BAD_ENCODING
    except msgspec.ValidationError:
        return _decode_loosely(text)
    except msgspec.DecodeError:
        return _syntax_fault(text)
    return _without_nul(record)


def is_json(text: bytes) -> bool:
    """Whether `text` is a JSON value at all."""
    try:
        _ANY.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _may_be_deep(text: bytes, n_records: int) -> bool:
    most = n_records + limits.MOST_NESTING - 1
    if text.count(b"{") + text.count(b"[") <= most or not _NESTED_VALUE.search(text):
        return False
    # Escapes first, pairs of backslashes before the quotes they might seem to escape: then every
    # other piece between quotes is outside of strings. A tenth of the time of a pattern.
    unescaped = text.replace(rb"\\", b"").replace(rb"\"", b"")
    structure = b"".join(unescaped.split(b'"')[::2])
    return structure.count(b"{") + structure.count(b"[") > most


def _syntax_fault(text: bytes) -> InvalidReason:
    # msgspec refuses lone surrogates, which neither database can store, as malformed.
    if _SURROGATE_ESCAPE.search(text):
        return InvalidReason.FORBIDDEN_CHARACTER
    return InvalidReason.BAD_JSON


def _without_nul(record: Record) -> Record | InvalidReason:
    texts = (value for value in msgspec.structs.astuple(record) if isinstance(value, str))
    if any("\0" in text for text in texts):
        return InvalidReason.FORBIDDEN_CHARACTER
    return record


def _decode_loosely(text: bytes) -> Record | InvalidReason:
    try:
        values = _ANY.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # A number no integer type holds; everything else was judged before.
        return InvalidReason.BAD_DURATION
    if not isinstance(values, dict):
        return InvalidReason.NOT_A_RECORD
    kept = {key: value for key, value in values.items() if _is_sound_detail(key, value)}
    try:
        return _without_nul(msgspec.convert(kept, Record))
    except msgspec.ValidationError:
        return _first_fault(kept)


def _is_sound_detail(key: str, value: object) -> bool:
    if key == "offline_timestamp":
        return type(value) is int
    if key in _DETAILS:
        return isinstance(value, bool)
    return key not in _DETAILS_TEXT or isinstance(value, str)


def _first_fault(values: dict[str, Any]) -> InvalidReason:
    faults = ((_TIMES, InvalidReason.BAD_TIME), (_DURATIONS, InvalidReason.BAD_DURATION))
    for keys, reason in faults:
        try:
            msgspec.convert({key: values.get(key) for key in keys}, Record)
        except msgspec.ValidationError:
            return reason
    return InvalidReason.BAD_NAME
