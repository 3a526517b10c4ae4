"""The privacy download: the ZIP with a listener's history that Spotify hands out on request."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sandbox.catalogue import Song
from sandbox.clock import iso_seconds
from sandbox.exchange import Json
from sandbox.ids import fraction, spotify_id
from sandbox.listeners import LISTENERS
from sandbox.listening import Play
from sandbox.world import World

_EXTENDED, _ACCOUNT = "Spotify Extended Streaming History", "Spotify Account Data"
_ROWS_PER_FILE = 12_000
_ACCOUNT_ROWS_PER_FILE = 10_000
_EPISODES = (("Harbour Talk", "Part one"), ("Harbour Talk", "Part two"), ("The Slow Kitchen", "On bread"))
_FIELDS = (
    "ts platform ms_played conn_country ip_addr master_metadata_track_name master_metadata_album_artist_name "
    "master_metadata_album_album_name spotify_track_uri episode_name episode_show_name spotify_episode_uri "
    "audiobook_title audiobook_uri audiobook_chapter_uri audiobook_chapter_title reason_start reason_end "
    "shuffle skipped offline offline_timestamp incognito_mode"
)
_EMPTY_ROW: Json = dict.fromkeys(_FIELDS.split())


def extended_download(world: World, listener: str) -> bytes:
    """The extended streaming history: plays and skips, some podcasts, rows without a name, a video file."""
    plays = world.plays(listener)
    audio = [row for play in plays for row in _audio_rows(listener, play)]
    video = [_track_row(listener, play) for play in plays if fraction("video", play.ended_at) < 0.002]
    files = {"ReadMeFirst_ExtendedStreamingHistory.pdf": b"%PDF-1.4\n% A simulated download.\n"}
    for number, start in enumerate(range(0, max(1, len(audio)), _ROWS_PER_FILE)):
        rows = audio[start : start + _ROWS_PER_FILE]
        files[f"Streaming_History_Audio_{_years(rows)}_{number}.json"] = _table(rows)
    files[f"Streaming_History_Video_{_years(video)}.json"] = _table(video)
    return _zip(_EXTENDED, files, at=world.anchor)


def account_download(world: World, listener: str) -> bytes:
    """The account data: one year, names only, minutes only, beside files with personal details."""
    start = world.clock.now() - timedelta(days=365)
    rows = [_account_row(play) for play in world.plays(listener) if play.ended_at >= start]
    person = LISTENERS[listener]
    files = {
        "Read_Me_First.pdf": b"%PDF-1.4\n% A simulated download.\n",
        "Userdata.json": _pretty(
            {"username": person.id, "email": f"{person.id}@example.org", "country": "ZZ"}
        ),
        "YourLibrary.json": _pretty({"tracks": [_library_row(like.song) for like in world.likes(listener)]}),
        "StreamingHistory_podcast_0.json": _table([]),
    }
    for number, first in enumerate(range(0, max(1, len(rows)), _ACCOUNT_ROWS_PER_FILE)):
        files[f"StreamingHistory_music_{number}.json"] = _table(rows[first : first + _ACCOUNT_ROWS_PER_FILE])
    return _zip(_ACCOUNT, files, at=world.anchor)


def _audio_rows(listener: str, play: Play) -> list[Json]:
    """A play's own row, now and then followed by a podcast or by one of the rows that Spotify has lost."""
    rows, chance = [_track_row(listener, play)], fraction("beside", listener, play.ended_at)
    if chance < 0.012:
        rows.append(_episode_row(listener, play, number=int(chance * 1_000) % len(_EPISODES)))
    elif chance < 0.016:
        rows.append({**rows[0], **_nameless()})
    elif chance < 0.0165:
        rows.append(dict(rows[0]))
    return rows


def _nameless() -> Json:
    prefixes = ("master_metadata", "spotify_track_uri")
    return {name: None for name in _EMPTY_ROW if name.startswith(prefixes)}


def _shared(listener: str, play: Play) -> Json:
    return {
        **_EMPTY_ROW,
        "ts": iso_seconds(play.ended_at),
        "platform": "android" if play.shuffle else "linux",
        "ms_played": play.ms_played,
        "conn_country": "DE" if LISTENERS[listener].utc_offset_h else "GB",
        "ip_addr": "203.0.113.7",
        "reason_start": play.reason_start,
        "reason_end": play.reason_end,
        "shuffle": play.shuffle,
        "skipped": play.skipped,
        "offline": False,
        "incognito_mode": False,
    }


def _track_row(listener: str, play: Play) -> Json:
    return {
        **_shared(listener, play),
        "master_metadata_track_name": play.song.title,
        "master_metadata_album_artist_name": play.song.album.artist.name,
        "master_metadata_album_album_name": play.song.album.name,
        "spotify_track_uri": play.song.uri,
    }


def _episode_row(listener: str, play: Play, *, number: int) -> Json:
    show, name = _EPISODES[number]
    ended_at = iso_seconds(play.ended_at + timedelta(seconds=2))
    uri = f"spotify:episode:{spotify_id('episode', number)}"
    podcast = {"ts": ended_at, "episode_name": name, "episode_show_name": show, "spotify_episode_uri": uri}
    return {**_shared(listener, play), **podcast, "ms_played": 640_000 + 1_000 * number}


def _account_row(play: Play) -> Json:
    return {
        "endTime": f"{play.ended_at:%Y-%m-%d %H:%M}",
        "artistName": play.song.album.artist.name,
        "trackName": play.song.title,
        "msPlayed": play.ms_played,
    }


def _library_row(song: Song) -> Json:
    return {"artist": song.artists[0].name, "album": song.album.name, "track": song.title, "uri": song.uri}


def _years(rows: list[Json]) -> str:
    if not rows:
        return "2026"
    first, last = rows[0]["ts"][:4], rows[-1]["ts"][:4]
    return str(first) if first == last else f"{first}-{last}"


def _table(rows: list[Json]) -> bytes:
    """Flat rows, indented by two as in the real files; `indent` itself would take ten times as long."""
    texts = (json.dumps(row, ensure_ascii=False, separators=(",\n    ", ": ")) for row in rows)
    body = ",\n".join(f"  {{\n    {text[1:-1]}\n  }}" for text in texts)
    return (f"[\n{body}\n]" if rows else "[]").encode()


def _pretty(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _zip(folder: str, files: dict[str, bytes], *, at: datetime) -> bytes:
    """Byte for byte the same for the same files."""
    stored = BytesIO()
    with ZipFile(stored, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = ZipInfo(f"{folder}/{name}", (at.year, at.month, at.day, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, content)
    return stored.getvalue()
