"""Refreshes and restores whose process is killed, at steps all along their way."""

import itertools

import pytest
from django.utils import timezone

from jobs.running import JobRun
from jobs.services import claim_job, free_job, start_job
from playlists.services.refreshing import refresh_playlist
from playlists.services.versions import restore_version
from tests.playlists.builders import fill_library, songs_of
from tests.playlists.spotify_side import a_playlist, connect_listener, publish, run_job, there
from tests.playlists.test_publishing_faults import Killed, killed_at

pytestmark = pytest.mark.django_db

STEP = 6
"""Every sixth statement is far enough apart to be quick and hits each step somewhere."""


@pytest.fixture
def tracks(alice, sandbox):
    connect_listener(alice, sandbox)
    return fill_library(alice, songs_of(sandbox, 40))


def refresh(playlist, run, asked_at):
    return refresh_playlist(playlist, asked_at=asked_at, run=run, now=timezone.now())


def restore(playlist, run, asked_at):
    return restore_version(playlist, number=1, asked_at=asked_at, run=run, now=timezone.now())


def is_over_before(playlist, work, asked_at, *, statement: int) -> bool:
    """Whether the work came to its end before its n-th statement."""
    job = start_job(f"killed.{work.__name__}", user=playlist.user, key=str(playlist.pk))
    claimed = claim_job(job.pk, now=timezone.now())
    try:
        with killed_at(statement):
            work(playlist, JobRun(claimed), asked_at)
    except Killed:
        free_job(claimed, now=timezone.now())
        return False
    return True


def there_as_here(sandbox, playlist) -> bool:
    entries = playlist.newest_version().entries.order_by("position").select_related("track")
    on_spotify = next(one["uris"] for one in there(sandbox) if one["id"] == playlist.spotify_id)
    return on_spotify == [entry.track.spotify_uri for entry in entries]


def about_to(work, user, tracks, *, name: str):
    """A playlist on Spotify to be refreshed, or refreshed once and to be restored."""
    playlist = a_playlist(user, tracks[:5], name=name)
    publish(playlist)
    if work is restore:
        run_job("playlists.refresh", playlist, asked_at=timezone.now().isoformat())
    return playlist


@pytest.mark.parametrize(("work", "versions"), [(refresh, 2), (restore, 3)])
def test_what_was_killed_anywhere_ends_as_if_it_had_not_been(alice, sandbox, tracks, work, versions):
    number = {"number": 1} if work is restore else {}
    for statement in itertools.count(STEP, STEP):
        playlist = about_to(work, alice, tracks, name=f"Killed at {statement}")
        asked_at = timezone.now()
        if is_over_before(playlist, work, asked_at, statement=statement):
            break

        job = run_job(f"playlists.{work.__name__}", playlist, asked_at=asked_at.isoformat(), **number)

        assert (job.state, playlist.state, playlist.pending) == ("done", "published", {})
        assert (playlist.versions.count(), there_as_here(sandbox, playlist)) == (versions, True)
    assert statement > 5 * STEP
