"""The lines of an export as typed rows; a line that is none is passed over and counted."""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from library.imports import limits
from library.imports.text import UNREADABLE

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Small = Annotated[int, Meta(ge=0, le=32_767)]
Whole = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Name = Annotated[str, Meta(max_length=1000)]
SpotifyId = Annotated[str, Meta(pattern=r"\A[0-9A-Za-z]{1,64}\Z")]
Uuid = Annotated[str, Meta(pattern=r"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
Moment = Annotated[datetime, Meta(tz=True)]

_MOOD = "happy|sad|energetic|calm|angry|romantic"
_LINE_BYTES = limits.RECORD_BYTES
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000|\x00")

Row = TypeVar("Row", bound="Line")
Value = TypeVar("Value")


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line; names that a later release adds are passed over."""


class Choices(Line, frozen=True):
    """What the listener chose for themselves; as it is for somebody new where nothing is told."""

    time_zone: Annotated[str, Meta(max_length=64)] = ""
    language: Annotated[str, Meta(max_length=8)] = ""
    allow_explicit: bool = True
    leave_out_incognito: bool = True
    use_corrections: bool = True


class ArtistLine(Line, frozen=True):
    """An artist that others name by `id`."""

    id: Id
    name: Annotated[str, Meta(max_length=500)]
    spotify_id: SpotifyId | None = None


class TrackLine(Line, frozen=True):
    """A track that others name by `id`."""

    id: Id
    title: Name
    artist_name: Annotated[str, Meta(max_length=500)]
    album_name: Name = ""
    spotify_id: SpotifyId | None = None


class PlayLine(Line, frozen=True):
    """One play."""

    track_id: Id
    played_at: Moment
    source: Annotated[str, Meta(pattern=r"\A(api|extended|account)\Z")]
    reported_at: Moment | None = None
    ms_played: Annotated[int, Meta(ge=0, le=limits.LONGEST_PLAY_MS)] | None = None
    repeat_no: Small = 0
    skipped: bool | None = None


class SavedLine(Line, frozen=True):
    """A liked song."""

    track_id: Id
    added_at: Moment | None = None


class CorrectionLine(Line, frozen=True):
    """What the listener said of a track."""

    track_id: Id
    mood: Annotated[str, Meta(pattern=rf"\A({_MOOD})\Z")]
    applies: bool
    created_at: Moment


class ExclusionLine(Line, frozen=True):
    """What is never used: a track or an artist."""

    created_at: Moment
    track_id: Id | None = None
    artist_id: Id | None = None


class GapLine(Line, frozen=True):
    """A time in which plays may be missing."""

    from_at: Moment
    to_at: Moment
    found_at: Moment
    closed_at: Moment | None = None


class PlaylistLine(Line, frozen=True):
    """A playlist without its songs."""

    id: Uuid
    name: Annotated[str, Meta(max_length=100)]
    recipe: dict[str, Any]
    created_at: Moment
    updated_at: Moment
    description: Annotated[str, Meta(max_length=300)] = ""
    revision: Whole = 0
    schedule: Annotated[str, Meta(pattern=r"\A(never|daily|weekly)\Z")] = "never"
    schedule_hour: Annotated[int, Meta(ge=0, le=23)] = 6
    schedule_weekday: Annotated[int, Meta(ge=0, le=6)] = 0
    deleted_at: Moment | None = None


class VersionLine(Line, frozen=True):
    """One state of a playlist."""

    playlist_id: Uuid
    number: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    reason: Annotated[
        str, Meta(pattern=r"\A(built|refreshed|edited_here|edited_on_spotify|restored|imported)\Z")
    ]
    created_at: Moment
    note: dict[str, Any] = {}


class EntryLine(
    Line, frozen=True, rename={"playlist_id": "version__playlist_id", "number": "version__number"}
):
    """A song in such a state."""

    playlist_id: Uuid
    number: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    position: Whole
    track_id: Id
    locked: bool = False
    by_hand: bool = False
    reasons: list[Any] = []


class RemovalLine(Line, frozen=True):
    """A song that the listener took out by hand."""

    playlist_id: Uuid
    track_id: Id
    at: Moment


class SuggestionLine(Line, frozen=True):
    """A song that a source found for the listener beyond the library."""

    track_id: Id
    source: Annotated[str, Meta(pattern=r"\Areccobeats\Z")]
    aim: Annotated[str, Meta(pattern=rf"\A({_MOOD})?>({_MOOD})?\Z")]
    found_at: Moment
    seeds: Annotated[list[SpotifyId], Meta(max_length=15)] = []


@dataclass(frozen=True, slots=True)
class LineFile:
    """One file of lines: its place among those of its kind, and its name."""

    number: int
    name: str


class Archive:
    """An opened export, read line by line; bytes are counted as they are really read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Read from `archive`, whose claims were checked."""
        self._archive = archive

    def files(self, kind: str) -> list[LineFile]:
        """The files of one kind, in their order."""
        wanted = re.compile(rf"\Adata/{kind}-([0-9]{{1,6}})\.jsonl\Z")
        found = [(match, name) for name in self._archive.namelist() if (match := wanted.match(name))]
        return sorted((LineFile(int(match[1]), name) for match, name in found), key=lambda one: one.number)

    def manifest(self, name: str) -> dict[str, Any]:
        """What the export says of itself; empty where that is unreadable."""
        return self._whole(name, dict[str, Any]) or {}

    def choices(self, name: str) -> Choices:
        """What the listener chose; nothing where that is unreadable."""
        return self._whole(name, Choices) or Choices()

    def _whole(self, name: str, kind: type[Value]) -> Value | None:
        """A file that is one JSON value; None where it is missing or unreadable."""
        try:
            with self._archive.open(name) as file:
                return msgspec.json.decode(file.read(_LINE_BYTES), type=kind)
        except (*UNREADABLE, msgspec.MsgspecError, KeyError):
            return None

    def rows(self, kind: str, row: type[Row], *, bad: Callable[[str], object] | None = None) -> Iterator[Row]:
        """Every row of a kind; `bad(file name)` is told of each line that is none."""
        for file in self.files(kind):
            for found in self.lines(file, row):
                if found is not None:
                    yield found
                elif bad:
                    bad(file.name)

    def lines(self, file: LineFile, row: type[Row]) -> Iterator[Row | None]:
        """The rows of one file; None for a line that is none. Stops where the file is damaged."""
        decoder = msgspec.json.Decoder(row)
        left = limits.MEMBER_BYTES
        try:
            with self._archive.open(file.name) as opened:
                while (line := opened.readline(_LINE_BYTES)) and left > 0:
                    left -= len(line)
                    yield _read(line, decoder)
        except UNREADABLE:
            return


def _read(line: bytes, decoder: msgspec.json.Decoder[Row]) -> Row | None:
    # PostgreSQL keeps no NUL: one would fail its whole batch.
    if _NUL.search(line):
        return None
    try:
        return decoder.decode(line)
    except msgspec.MsgspecError:
        return None
