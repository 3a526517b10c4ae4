from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import QuotaFamily
from jobs.running import JobRun
from jobs.services import claim_job, free_job, start_job
from library.models import Track
from playlists.models import Playlist, Version
from playlists.services.publishing import ask_to_publish, publish_playlist
from tests.outside import NOW
from tests.playlists.builders import fill_library, songs_of
from tests.playlists.spotify_side import a_playlist, calls, connect_listener, publish, run_job, there, uris

pytestmark = pytest.mark.django_db

CALLS = ["create_playlist", "details", "cover", "add_items"]


@pytest.fixture
def tracks(alice, sandbox):
    """alice is connected and has songs that Spotify knows."""
    connect_listener(alice, sandbox)
    return fill_library(alice, songs_of(sandbox, 130))


def publish_until_done(playlist: Playlist, *, most: int = 6) -> list[str]:
    """Run the job as often as it takes; the states it was in."""
    states = [publish(playlist).state]
    while states[-1] == "queued" and len(states) < most:
        states.append(run_job("playlists.publish", playlist).state)
    return states


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize(
    ("failure", "times"),
    [({"lose_answer": True}, 1), ({"lose_answer": True}, 3), ({"status": 500}, 1), ({"truncate": True}, 1)],
    ids=["lost", "lost thrice", "500", "half"],
)
def test_publishing_survives_answers_that_do_not_come(alice, sandbox, tracks, kind, times, failure):
    playlist = a_playlist(alice, tracks[:120])
    sandbox.fail(kind, times=times, **failure)

    states = publish_until_done(playlist)

    assert states[-1] == "done"
    assert [one["uris"] for one in there(sandbox)] == [uris(tracks[:120])]
    assert (playlist.state, playlist.problem, playlist.pending) == ("published", "", {})


@pytest.mark.parametrize("kind", ["playlist", "library_contains", "playlist_items"])
def test_publishing_survives_a_failed_look_after_a_lost_answer(alice, sandbox, tracks, kind):
    playlist = a_playlist(alice, tracks[:120])
    sandbox.fail("add_items", lose_answer=True)
    sandbox.fail(kind, status=502, times=3)

    states = publish_until_done(playlist)

    assert states[-1] == "done"
    assert [one["uris"] for one in there(sandbox)] == [uris(tracks[:120])]


@pytest.mark.parametrize("kind", ["create_playlist", "details", "add_items"])
def test_publishing_waits_and_says_so_when_the_quota_is_used_up(alice, sandbox, tracks, kind):
    playlist = a_playlist(alice, tracks[:120])
    sandbox.fail(kind, quota=True, retry_after=79_892)

    job = publish(playlist)

    assert (job.state, job.error, playlist.state, playlist.problem) == (
        "queued",
        "quota",
        "publishing",
        "quota",
    )
    assert job.run_after == playlist.waits_until
    assert timedelta(hours=22) < playlist.waits_until - timezone.now() < timedelta(hours=23)


def test_publishing_goes_on_where_the_quota_stopped_it(alice, sandbox, tracks, settings):
    playlist = a_playlist(alice, tracks[:120])
    publish_first_hundred(playlist, sandbox)
    sandbox.clear_journal()

    run_job("playlists.publish", playlist)

    assert [one["uris"] for one in there(sandbox)] == [uris(tracks[:120])]
    assert calls(sandbox) == ["playlist", "library_contains", "add_items"]


def publish_first_hundred(playlist: Playlist, sandbox) -> None:
    """Publish until a short rest is asked for after the first hundred songs."""
    ask_to_publish(playlist, now=NOW)
    sandbox.fail("add_items", delay_s=0.0)
    sandbox.fail("add_items", status=429, retry_after=1)
    run_job("playlists.publish", playlist)
    assert len(playlist.on_spotify) == 100
    wait_out_blocks()


def wait_out_blocks() -> None:
    """Let the rest that Spotify asked for be over."""
    QuotaFamily.objects.update(blocked_until=None, consecutive=0)


def test_publishing_fails_in_words_when_the_grant_is_dead(alice, sandbox, tracks):
    playlist = a_playlist(alice, tracks[:3])
    sandbox.revoke("nina")

    job = publish(playlist)

    assert (job.state, job.error) == ("failed", "Spotify no longer accepts our connection to your account.")
    assert (playlist.state, playlist.problem) == ("failed", "reconnect")


def test_publishing_leaves_out_a_song_that_spotify_refuses(alice, sandbox, tracks):
    stranger = fill_library(alice, [{**songs_of(sandbox, 1)[0], "id": "9" * 22, "title": "Withdrawn"}])
    playlist = a_playlist(alice, [*tracks[:60], *stranger, *tracks[60:120]])

    publish(playlist)

    assert there(sandbox)[0]["uris"] == uris(tracks[:120])
    assert playlist.refused == [f"spotify:track:{'9' * 22}"]


def test_publishing_without_any_song_that_spotify_knows_fails_in_words(alice, sandbox, tracks):
    unknown = fill_library(alice, [{**songs_of(sandbox, 1)[0], "id": None, "title": "Tape"}])

    job = publish(a_playlist(alice, unknown))

    assert job.error == "Spotify's ids of these songs are not known, so it cannot be saved there."
    assert there(sandbox) == []


class Killed(BaseException):
    """The process is gone; nothing catches this."""


@contextmanager
def killed_at(statement: int):
    """Let the database connection die at the n-th statement from here."""
    left = [statement]

    def count(execute, sql, params, many, context):
        left[0] -= 1
        if left[0] < 0 and not sql.startswith(("ROLLBACK", "SAVEPOINT", "RELEASE")):
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        try:
            yield left
        except Killed:
            # What was written in one step of its own is gone; the test's transaction around it lives on.
            transaction.set_rollback(False)
            raise


def test_publishing_ends_the_same_wherever_the_process_is_killed(alice, sandbox, tracks):
    statement, is_over = 0, False
    while not is_over:
        statement += 1
        playlist = a_playlist(alice, tracks[:3], name=f"Killed at {statement}")
        ask_to_publish(playlist, now=NOW)
        is_over = publish_killed_at(playlist, statement)
        run_job("playlists.publish", playlist)

    made = {one["name"]: one["uris"] for one in there(sandbox)}
    expected = {f"Killed at {number}": uris(tracks[:3]) for number in range(1, statement + 1)}
    assert (len(there(sandbox)), made) == (statement, expected)
    assert statement > 20
    assert set(Playlist.objects.values_list("state", flat=True)) == {"published"}
    assert Version.objects.filter(published_at=None).count() == 0


def publish_killed_at(playlist: Playlist, statement: int) -> bool:
    """Whether the job came to its end before the n-th statement of its work."""
    job = start_job("playlists.publish", user=playlist.user, key=f"killed {playlist.pk}")
    claimed = claim_job(job.pk, now=timezone.now())
    try:
        with killed_at(statement):
            publish_playlist(playlist, run=JobRun(claimed), now=timezone.now())
    except Killed:
        free_job(claimed, now=timezone.now())
        return False
    return True


def test_the_database_lives_on_after_a_kill_in_a_step_of_its_own():
    with pytest.raises(Killed), killed_at(0):
        Track.objects.bulk_create([Track(title="Never written")])

    assert Track.objects.count() == 0


def test_ten_thousand_entries_are_there_once_and_in_order_after_a_lost_answer_and_a_kill(alice, sandbox):
    connect_listener(alice, sandbox)
    tracks = Track.objects.bulk_create(
        Track(spotify_id=song["id"], title=song["title"]) for song in songs_of(sandbox, 10_000)
    )
    entries = [*tracks, *tracks[: 10_000 - len(tracks)]]
    playlist = a_playlist(alice, entries)
    ask_to_publish(playlist, now=NOW)
    sandbox.fail("add_items", times=30, delay_s=0.0)
    sandbox.fail("add_items", lose_answer=True)

    is_over = publish_killed_at(playlist, 800)
    playlist.refresh_from_db()
    there_when_killed = len(playlist.on_spotify)
    sandbox.fail("add_items", lose_answer=True)
    states = publish_until_done(playlist)

    assert (is_over, states[-1]) == (False, "done")
    assert 3_100 < there_when_killed < 9_000
    assert [one["uris"] for one in there(sandbox)] == [uris(entries)]
    assert (playlist.state, playlist.problem, playlist.pending) == ("published", "", {})
    assert calls(sandbox).count("add_items") == 100
