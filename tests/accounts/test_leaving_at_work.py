"""An account deleted while work goes on for it, in real threads: nothing stays, nothing comes back."""

import time
from datetime import UTC, datetime

import pytest

from accounts.models import User
from accounts.services import delete_account
from jobs.models import Job
from jobs.running import run_claimed
from library.import_tasks import start_import_here
from library.tasks import start_sync
from playlists.models import Playlist
from playlists.services.publishing import ask_to_publish
from playlists.tasks import start_publishing
from tests.accounts.racing import in_threads, together
from tests.api.builders import a_track
from tests.library.importing.builders import upload
from tests.outside import connect
from tests.security.world import rows_of

ROWS = 30_000
LONGEST_S = 60.0


def importing(user: User, sandbox) -> Job:
    """An import that takes seconds: deleting begins long before it ends."""
    plays = [
        {
            "ts": f"2026-04-{1 + row % 28:02}T{row % 24:02}:{row % 60:02}:00Z",
            "ms_played": 200_000,
            "master_metadata_track_name": f"Song {row}",
            "master_metadata_album_artist_name": f"Artist {row % 50}",
            "spotify_track_uri": None,
        }
        for row in range(ROWS)
    ]
    return start_import_here(upload(user, plays))


def syncing(user: User, sandbox) -> Job:
    """A sync with a Spotify that takes its time."""
    return start_sync(user, now=datetime.now(UTC))


def publishing(user: User, sandbox) -> Job:
    """A playlist on its way to a Spotify that takes its time."""
    playlist = Playlist.objects.create(
        user=user, name="Blue", recipe={"version": 1, "mood": "sad", "tracks": 5}
    )
    version = playlist.versions.create(number=1, reason="built")
    for position in range(5):
        track = a_track(f"Song {position}", "Artist", spotify_id=f"Song{position}".ljust(22, "0"))
        version.entries.create(position=position, track=track)
    now = datetime.now(UTC)
    ask_to_publish(playlist, now=now)
    return start_publishing(playlist, now=now)


def wait_until(is_so) -> None:
    """Look again and again, for ten seconds at most."""
    give_up_at = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


@pytest.mark.parametrize("begin", [importing, syncing, publishing])
def test_account_deleted_while_work_goes_on_is_gone_for_good(shared_database, alice, sandbox, begin):
    connect(alice, sandbox, "noor", now=datetime.now(UTC))
    sandbox.fail("*", times=None, delay_s=0.2)
    job = begin(alice, sandbox)
    shared_database()
    took = []

    def delete() -> None:
        wait_until(lambda: Job.objects.filter(pk=job.pk, state="running").exists())
        began = time.monotonic()
        delete_account(alice.pk, now=datetime.now(UTC))
        took.append(time.monotonic() - began)

    def left() -> list[str]:
        found = [model._meta.label for model, rows in rows_of(alice) if rows.exists()]
        return found + [f"user {user}" for user in User.objects.filter(pk=alice.pk)]

    outcomes = together(lambda: run_claimed(job.pk), delete)

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert "skipped" in outcomes
    assert in_threads(left, 1) == [[]]
    assert in_threads(lambda: run_claimed(job.pk), 1) == ["skipped"]
    assert in_threads(left, 1) == [[]]
    assert took[0] < LONGEST_S
