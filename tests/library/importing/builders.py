"""Uploads and imports for tests, done as a worker does them."""

import json
from collections.abc import Iterable
from typing import Any

from accounts.models import User
from jobs.running import run_claimed
from library.import_tasks import start_import_here
from library.models import HistoryImport, Play
from library.services.importing.receiving import receive_download
from tests.library.imports.builders import AUDIO
from tests.outside import NOW

Stored = tuple[str, int | None, str | None, str, str, int]


def upload(user: User, content: Any, name: str = AUDIO, **options: Any) -> HistoryImport:
    """Take in `content`, bytes or a list of records, as uploaded under `name`."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return receive_download(user, [raw], file_name=name, **({"now": NOW} | options))


def read(history_import: HistoryImport) -> HistoryImport:
    """Have it read by a worker, to its end."""
    job = start_import_here(history_import)
    while job.is_live and run_claimed(job.pk) != "skipped":
        job.refresh_from_db()
    history_import.refresh_from_db()
    return history_import


def imported(user: User, content: Any, name: str = AUDIO, **options: Any) -> HistoryImport:
    """Upload and read."""
    return read(upload(user, content, name, **options))


def verdicts(history_import: HistoryImport) -> dict[str, int]:
    """Rows by verdict, over all files."""
    totals: dict[str, int] = {}
    for member in history_import.report["members"].values():
        for verdict, count in member["verdicts"].items():
            totals[verdict] = totals.get(verdict, 0) + count
    return totals


def stored(user: User) -> list[Stored]:
    """Every play with what it says of its track, in a fixed order."""
    return sorted((_told(play) for play in _plays(user)), key=repr)


def _plays(user: User) -> Iterable[Play]:
    return Play.objects.for_user(user).select_related("track")


def _told(play: Play) -> Stored:
    track = play.track
    stamp = play.played_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return stamp, play.ms_played, track.spotify_id, track.title, track.artist_name, play.repeat_no
