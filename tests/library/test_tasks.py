from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from jobs.kinds import ticks
from jobs.models import Job
from jobs.running import JobRun, run_claimed
from jobs.services import start_job
from library import tasks
from library.models import PollSchedule, SyncRun, Track
from library.services.counting import count_again
from library.services.details import look_up_details
from tests.library.builders import a_play, a_track
from tests.outside import NOW, connect


@pytest.fixture(autouse=True)
def at_now():
    """The clock of the worker is the sandbox's."""
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def sam(alice, sandbox):
    connect(alice, sandbox, "sam")
    bare = a_track("Bare", spotify_id=sandbox.songs()[0]["id"])
    a_play(alice, bare, NOW - timedelta(days=400))
    count_again(alice, [bare.pk])
    return alice


def do(kind: str, user, key: str = "") -> Job:
    job = start_job(kind, user=user, key=key, run_after=NOW - timedelta(seconds=1))
    run_claimed(job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [tasks.SYNC, tasks.CHANGES, tasks.POLL, tasks.DETAILS])
def test_job_of_a_listener_who_is_gone_ends_quietly(kind):
    assert do(kind, None).state == "done"


@pytest.mark.django_db
def test_sync_job_is_put_back_until_spotify_may_be_asked(sam, sandbox):
    sandbox.fail("*", status=429, retry_after=3600, times=None)

    job = do(tasks.SYNC, sam)

    assert (job.state, job.error, job.attempts) == ("queued", "busy", 0)
    assert timedelta(seconds=3590) < job.run_after - NOW < timedelta(seconds=3620)


@pytest.mark.django_db
def test_sync_job_fails_with_words_for_the_listener(sam, sandbox):
    sandbox.forbid("sam")

    job = do(tasks.SYNC, sam)

    assert (job.state, job.error) == ("failed", "Your Spotify account is not on the list of this site.")


@pytest.mark.django_db
def test_details_job_fills_in_what_a_download_left_open(sam, sandbox):
    job = do(tasks.DETAILS, sam)

    song = sandbox.songs()[0]
    track = Track.objects.get(spotify_id=song["id"])
    assert job.result == {"found": 1, "gone": 0}
    assert (track.title, track.isrc, track.detailed_at is not None) == (song["title"], song["isrc"], True)


@pytest.mark.django_db
def test_details_job_remembers_what_is_gone(sam, sandbox):
    sandbox.fail("track", status=404)

    first, second = do(tasks.DETAILS, sam), do(tasks.DETAILS, sam)

    assert (first.result, second.result) == ({"found": 0, "gone": 1}, {"found": 0, "gone": 0})
    assert len(sandbox.journal("track")) == 1


@pytest.mark.django_db
def test_details_job_stops_at_the_first_refusal(sam, sandbox):
    second = a_track("Bare too", spotify_id=sandbox.songs()[1]["id"])
    a_play(sam, second)
    count_again(sam, [second.pk])
    sandbox.fail("track", status=429, quota=True, retry_after=86_000)

    job = do(tasks.DETAILS, sam)

    assert job.result == {"found": 0, "gone": 0, "stopped": "QuotaExceeded"}
    assert len(sandbox.journal("track")) == 1


@pytest.mark.django_db
def test_sync_that_gets_on_counts_its_attempts_anew(sam):
    job = start_job(tasks.SYNC, user=sam, key="", run_after=NOW - timedelta(seconds=1))
    Job.objects.filter(pk=job.pk).update(attempts=2)

    assert run_claimed(job.pk) == "done"

    job.refresh_from_db()
    assert job.attempts == 1


@pytest.mark.django_db
def test_details_job_stops_when_its_time_is_over(sam):
    run = JobRun(start_job(tasks.DETAILS, user=sam))
    run._started -= 100

    assert look_up_details(sam, run=run, now=NOW) == {"found": 0, "gone": 0}


@pytest.mark.django_db
def test_retention_job_goes_on_until_nothing_is_left(sam):
    a_track("Nobody's", created_at=NOW - timedelta(days=9))

    first = do(tasks.RETENTION, None, "daily")
    assert first.state == "queued"
    run_claimed(first.pk)

    first.refresh_from_db()
    assert first.state == "done"
    assert Track.objects.filter(title="Nobody's").count() == 0


# The tick


@pytest.mark.django_db
def test_tick_starts_each_due_job_once(sam):
    PollSchedule.objects.create(
        user=sam, next_poll_at=NOW - timedelta(minutes=1), library_synced_at=NOW - timedelta(days=2)
    )

    for start_due in (*ticks(), *ticks()):
        start_due(NOW)

    started = sorted(Job.objects.values_list("kind", "key"))
    key = str(sam.pk)
    ours = [job for job in started if job[0].startswith("library.")]
    assert ours == sorted(
        [(tasks.POLL, key), (tasks.SYNC, key), (tasks.DETAILS, key), (tasks.RETENTION, "daily")]
    )


@pytest.mark.django_db
def test_tick_looks_only_for_changes_when_all_was_read_lately(sam):
    PollSchedule.objects.create(
        user=sam,
        next_poll_at=NOW + timedelta(minutes=1),
        library_synced_at=NOW - timedelta(days=2),
        details_at=NOW,
    )
    SyncRun.objects.create(
        user=sam, kind="full", state="done", started_at=NOW - timedelta(days=2), finished_at=NOW
    )

    tasks.start_due_changes(timezone.now())

    assert [job.kind for job in Job.objects.all()] == [tasks.CHANGES]


@pytest.mark.django_db
def test_start_sync_brings_a_waiting_job_forward(sam):
    later = start_job(tasks.SYNC, user=sam, key=str(sam.pk), run_after=NOW + timedelta(hours=1))

    started = tasks.start_sync(sam, now=NOW)

    started.refresh_from_db()
    assert started == later
    assert started.run_after == NOW
