"""Time and memory that deleting the account of a listener with 250,000 plays takes, on SQLite and PostgreSQL.

`python -m bench.deletion` makes that listener, with an upload, an export and 100,000 songs in versions of
playlists, then deletes the account in a child process. The floor is what the database takes for the same rows
in plain statements. `--quick` takes a tenth of everything.
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.steps import run_step, set_up_django
from bench.table import Line, show
from tests.services.servers import OwnPostgres

MODULE = "bench.deletion"
PLAYS, QUICK = 250_000, 25_000
MOST_SECONDS, MOST_MB = 60.0, 350.0
PLAIN = (
    "playlists_entry WHERE version_id IN (SELECT id FROM playlists_version)",
    "playlists_version WHERE playlist_id IN (SELECT id FROM playlists_playlist)",
    "playlists_playlist WHERE user_id IN (SELECT id FROM accounts_user)",
    "library_play WHERE user_id IN (SELECT id FROM accounts_user)",
    "library_librarytrack WHERE user_id IN (SELECT id FROM accounts_user)",
    "library_savedtrack WHERE user_id IN (SELECT id FROM accounts_user)",
    "library_uploadpart WHERE history_import_id IN (SELECT id FROM library_historyimport)",
    "moodsite_exportpart WHERE export_id IN (SELECT id FROM moodsite_export)",
)


def main() -> int:
    """Print the table; 1 when something in it is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the plays")
    parser.add_argument("--step", choices=("fill", "plain", "delete"), help=argparse.SUPPRESS)
    parser.add_argument("--plays", type=int, default=0, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        return _child(chosen.step, plays=chosen.plays)
    return show(_measure(QUICK if chosen.quick else PLAYS))


def _measure(plays: int) -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="bench-deletion-") as folder:
        yield from _on("SQLite", f"sqlite:///{folder}/deletion.sqlite3", plays=plays)
    with tempfile.TemporaryDirectory(prefix="bench-deletion-") as cluster:
        postgres = OwnPostgres(Path(cluster))
        postgres.start()
        try:
            yield from _on("PostgreSQL", postgres.create("bench"), plays=plays)
        finally:
            postgres.stop()


def _on(name: str, url: str, *, plays: int) -> Iterator[Line]:
    run_step(MODULE, "fill", database_url=url, plays=plays)
    floor = json.loads(run_step(MODULE, "plain", database_url=url, plays=plays))["seconds"]
    told = json.loads(run_step(MODULE, "delete", database_url=url, plays=plays))
    what = f"deleting {plays:,} plays and all else on {name}"
    yield Line(what, told["seconds"], "s", floor=floor, reach=MOST_SECONDS)
    yield Line(
        f"memory of it, Django alone beside it, on {name}", told["mb"], "MB", told["django_mb"], MOST_MB
    )


def _child(step: str, *, plays: int) -> int:
    set_up_django()
    {"fill": lambda: _fill(plays), "plain": _delete_plainly, "delete": lambda: _delete(plays)}[step]()
    return 0


def _fill(plays: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from library.models import HistoryImport, Play, UploadPart  # noqa: PLC0415
    from moodsite.models import Export, ExportPart  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("populate", users=1, plays=plays)
    user = User.objects.get()
    upload = HistoryImport.objects.create(user=user, file_name="my_spotify_data.zip")
    export = Export.objects.create(user=user)
    content = os.urandom(1024 * 1024)
    for number in range(20):
        UploadPart.objects.create(history_import=upload, number=number, content=content)
        ExportPart.objects.create(export=export, number=number, content=content)
    Play.objects.update(history_import=upload)
    _fill_playlists(user.pk, entries=plays * 2 // 5)
    print("filled")


def _fill_playlists(user_id: int, *, entries: int) -> None:
    from library.models import Track  # noqa: PLC0415
    from playlists.models import Entry, Playlist, Version  # noqa: PLC0415

    track_ids = list(Track.objects.order_by("pk").values_list("pk", flat=True)[:500])
    for number in range(entries // len(track_ids) // 10):
        playlist = Playlist.objects.create(user_id=user_id, name=f"Playlist {number}")
        for edition in range(1, 11):
            version = Version.objects.create(playlist=playlist, number=edition, reason="built")
            Entry.objects.bulk_create(
                Entry(version=version, position=place, track_id=track_id)
                for place, track_id in enumerate(track_ids)
            )


def _delete_plainly() -> None:
    """What the database alone takes; nothing stays deleted."""
    from django.db import connection, transaction  # noqa: PLC0415

    started = time.monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        for rows in PLAIN:
            cursor.execute(f"DELETE FROM {rows}")  # noqa: S608
        transaction.set_rollback(True)
    print(json.dumps({"seconds": round(time.monotonic() - started, 2)}))


def _delete(plays: int) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415
    from accounts.services import delete_account  # noqa: PLC0415
    from library.models import LibraryTrack, Play  # noqa: PLC0415

    assert Play.objects.count() == plays
    user_id, before_mb, started = User.objects.get().pk, _peak_mb(), time.monotonic()
    delete_account(user_id, now=timezone.now())
    seconds = time.monotonic() - started
    assert (User.objects.count(), Play.objects.count(), LibraryTrack.objects.count()) == (0, 0, 0)
    print(json.dumps({"seconds": round(seconds, 2), "mb": _peak_mb(), "django_mb": before_mb}))


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    raise SystemExit(main())
