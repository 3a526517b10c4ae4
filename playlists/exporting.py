"""Playlists as files and as links to paste: nothing here needs Spotify."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from library.models import Track
from playlists.models import Playlist, Version
from playlists.showing import artists_of
from playlists.wording import why

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Format:
    """One way to take a playlist away: the file's ending, its media type, and what writes it."""

    ending: str
    media_type: str
    write: Callable[[Playlist, Sequence["ExportedTrack"]], str]


@dataclass(frozen=True, slots=True)
class ExportedTrack:
    """A track with all its artists in one string, and why it is there."""

    track: Track
    artists: str
    why: str


def exported_tracks(version: Version) -> list[ExportedTrack]:
    """The tracks of a version in order, in four queries."""
    entries = version.entries.order_by("position").values_list("track_id", "reasons")
    tracks = Track.objects.for_display().in_bulk([track_id for track_id, _ in entries])
    return [
        ExportedTrack(tracks[track_id], artists_of(tracks[track_id]), why(reasons))
        for track_id, reasons in entries
    ]


def links(playlist: Playlist, tracks: Sequence[ExportedTrack]) -> str:
    """One link a line: pasted into a playlist in Spotify's desktop app they become its songs."""
    return "".join(f"{one.track.spotify_url}\n" for one in tracks if one.track.spotify_url)


def as_csv(playlist: Playlist, tracks: Sequence[ExportedTrack]) -> str:
    """A table; no cell is taken for a formula by a spreadsheet."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(["position", "title", "artists", "album", "duration_ms", "isrc", "spotify_url", "why"])
    for position, one in enumerate(tracks, 1):
        track = one.track
        words = (track.title, one.artists, track.album_name, track.duration_ms, track.isrc, track.spotify_url)
        table.writerow([position, *(harmless(cell) for cell in (*words, one.why))])
    return written.getvalue()


def as_jspf(playlist: Playlist, tracks: Sequence[ExportedTrack]) -> str:
    """JSPF (xspf.org/jspf): JSON that other players read."""
    told = {
        "title": playlist.name,
        "annotation": playlist.description,
        "date": playlist.updated_at.isoformat(),
        "track": [_jspf_track(one) for one in tracks],
    }
    return json.dumps({"playlist": told}, ensure_ascii=False, indent=1)


def as_m3u(playlist: Playlist, tracks: Sequence[ExportedTrack]) -> str:
    """Extended M3U; songs without a link are listed as comments."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_one_line(playlist.name)}"]
    for one in tracks:
        seconds = round((one.track.duration_ms or -1000) / 1000)
        lines.append(f"#EXTINF:{seconds},{_one_line(one.artists)} - {_one_line(one.track.title)}")
        lines.append(one.track.spotify_url or "# no link")
    return "\n".join(lines) + "\n"


def harmless(cell: Any) -> Any:
    """The cell, with an apostrophe before what a spreadsheet would calculate."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _jspf_track(one: ExportedTrack) -> dict[str, Any]:
    track = one.track
    told: dict[str, Any] = {"title": track.title, "creator": one.artists, "annotation": one.why}
    if track.album_name:
        told["album"] = track.album_name
    if track.duration_ms:
        told["duration"] = track.duration_ms
    if track.spotify_url:
        told["identifier"] = [track.spotify_url]
    return told


def _one_line(text: str) -> str:
    return " ".join(text.split())


FORMATS = {
    "txt": Format("txt", "text/plain", links),
    "csv": Format("csv", "text/csv", as_csv),
    "jspf": Format("jspf", "application/json", as_jspf),
    "m3u": Format("m3u", "audio/x-mpegurl", as_m3u),
}
"""By the word in the address."""
