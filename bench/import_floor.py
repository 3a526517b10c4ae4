"""The least that an import could cost: plain Python that parses, sorts out, dedupes and inserts.

It writes the same artists, tracks, credits and plays into the same tables with `executemany`, holds
the whole download in memory, commits once, looks nothing up, and can neither resume nor report.
"""

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from library.names import name_key
from library.services.importing.inserting import moment_taker

_NEAR = timedelta(seconds=1)
Record = dict[str, Any]
Key = str | tuple[str, str]
Track = tuple[int, str | None, str, str]


def import_plainly(path: Path, user: User) -> int:
    """Import the ZIP at `path` into an empty catalogue; the number of plays."""
    tracks: dict[Key, Track] = {}
    plays: list[tuple[Any, ...]] = []
    seen: set[tuple[Any, ...]] = set()
    moment = moment_taker()
    for record in _records(path):
        uri = record["spotify_track_uri"] or ""
        title, artist = record["master_metadata_track_name"], record["master_metadata_album_artist_name"]
        is_track = uri.startswith("spotify:track:")
        if record["episode_name"] or record["audiobook_uri"] or not (is_track or (title and artist)):
            continue
        spotify_id = uri[14:] if is_track else None
        ended_at, ms_played = datetime.fromisoformat(record["ts"]), record["ms_played"]
        key = spotify_id or (title, artist)
        stamp = record["offline_timestamp"] if record["offline"] else None
        if any((key, ms_played, stamp, ended_at - step * _NEAR) in seen for step in range(4)):
            continue
        seen.add((key, ms_played, stamp, ended_at))
        track = tracks.setdefault(key, (len(tracks) + 1, spotify_id, title or "", artist or ""))
        plays.append((user.pk, track[0], moment(ended_at), ms_played, len(plays), record["skipped"]))
    with transaction.atomic():
        _insert(list(tracks.values()), plays)
    return len(plays)


def _records(path: Path) -> Iterator[Record]:
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if "Audio" in name:
                yield from json.loads(archive.read(name))


def _insert(tracks: list[Track], plays: list[tuple[Any, ...]]) -> None:
    now = connection.ops.adapt_datetimefield_value(datetime.fromisoformat("2026-11-01T00:00:00Z"))
    artists = {name: number for number, name in enumerate(dict.fromkeys(track[3] for track in tracks), 1)}
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO library_artist (id, name) VALUES (%s, %s)",
            [(number, name) for name, number in artists.items()],
        )
        cursor.executemany(
            "INSERT INTO library_track (id, spotify_id, title, artist_name, name_key, created_at, isrc, "
            "album_name) VALUES (%s, %s, %s, %s, %s, %s, '', '')",
            # The number keeps rows without an id apart, so that nothing need be looked up.
            [(*track, name_key(track[3], f"{track[2]}{track[0]}"), now) for track in tracks],
        )
        cursor.executemany(
            "INSERT INTO library_trackartist (track_id, artist_id, position) VALUES (%s, %s, 0)",
            [(track[0], artists[track[3]]) for track in tracks],
        )
        cursor.executemany(
            "INSERT INTO library_play (user_id, track_id, played_at, ms_played, repeat_no, skipped, source) "
            "VALUES (%s, %s, %s, %s, %s %% 30000, %s, 'extended')",
            plays,
        )
