"""The tick starts what is due, and no message is lost for good."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import kinds
from jobs.kinds import every_tick, job_kind
from jobs.models import RESEND_AFTER, Job
from jobs.services import start_job
from jobs.starting import enqueue
from jobs.tasks import dispatch, run_job, send_waiting

started_at = []


@job_kind("tests.note")
def note(run):
    """Does nothing."""
    return {}


def breaks(now):
    """A tick that fails, which must not keep the next one from running."""
    raise ZeroDivisionError


def notes_the_time(now):
    """A tick that works."""
    started_at.append(now)


@pytest.fixture
def failing_tick_before_another():
    """Both ticks, registered for one test only: every other test goes on with the product's own."""
    every_tick(breaks)
    every_tick(notes_the_time)
    yield
    kinds._ticks.remove(breaks)
    kinds._ticks.remove(notes_the_time)


def sent(job):
    job.refresh_from_db()
    return job.sent_at is not None


def test_enqueue_sends_the_message_when_the_transaction_commits(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        job = enqueue("tests.note")
        assert not sent(job)

    assert (len(callbacks), sent(job)) == (1, True)


def test_enqueue_for_later_leaves_the_message_to_the_tick(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        enqueue("tests.note", run_after=timezone.now() + timedelta(hours=1))

    assert callbacks == []


def test_dispatch_sends_a_due_job_once(transactional_db):
    job = start_job("tests.note")

    dispatch()

    assert sent(job)
    assert send_waiting() == 0


@pytest.mark.usefixtures("failing_tick_before_another")
def test_dispatch_goes_on_after_a_tick_that_failed(transactional_db):
    started_at.clear()

    dispatch()

    assert len(started_at) == 1


def test_a_message_that_got_lost_is_sent_again(db):
    job = start_job("tests.note")
    Job.objects.update(sent_at=timezone.now() - RESEND_AFTER - timedelta(seconds=1))

    assert send_waiting() == 1
    assert sent(job)


def test_a_job_put_back_for_later_is_sent_when_its_time_comes(db):
    start_job("tests.note", run_after=timezone.now() - timedelta(seconds=1))
    Job.objects.update(sent_at=timezone.now() - timedelta(seconds=10))

    assert send_waiting() == 1


def test_the_message_carries_out_the_job(transactional_db):
    job = start_job("tests.note")

    run_job(job_id=str(job.pk))

    job.refresh_from_db()
    assert job.state == "done"
