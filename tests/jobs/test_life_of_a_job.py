"""A job is claimed once, kept by its lease, and ends in exactly one way."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from jobs.kinds import GiveUp, LeaseLost, Postpone, job_kind
from jobs.models import LEASE, Job
from jobs.running import JobRun, run_claimed
from jobs.services import (
    bury_poison,
    cancel_job,
    claim_job,
    fail_job,
    finish_job,
    forget_ended_jobs,
    keep_lease,
    postpone_job,
    retry_job,
    start_job,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@job_kind("tests.count")
def count(run, *, upto):
    """Counts, showing how far it is."""
    for number in range(upto):
        run.checkpoint(done=number + 1)
    return {"counted": upto}


@job_kind("tests.give_up")
def give_up(run):
    """Cannot succeed."""
    raise GiveUp("The file is empty.")


@job_kind("tests.break", max_attempts=2, backoff=timedelta(minutes=1))
def break_down(run):
    """Has a fault."""
    raise ZeroDivisionError


@job_kind("tests.wait")
def wait(run):
    """Is told to come back later."""
    raise Postpone(NOON + timedelta(days=9999), "Spotify asked us to wait.")


@pytest.fixture
def job(db):
    return start_job("tests.count", args={"upto": 3}, run_after=NOON)


def state_of(job):
    job.refresh_from_db()
    return job.state


def test_starting_the_same_job_twice_gives_the_live_one(alice):
    first = start_job("tests.count", user=alice, key="1", args={"upto": 1})
    again = start_job("tests.count", user=alice, key="1", args={"upto": 1})

    assert (again.pk, Job.objects.count()) == (first.pk, 1)


def test_starting_a_job_again_after_its_end_makes_a_new_one(alice):
    first = start_job("tests.count", user=alice, key="1", args={"upto": 1})
    run_claimed(first.pk)

    again = start_job("tests.count", user=alice, key="1", args={"upto": 1})

    assert again.pk != first.pk


def test_claiming_a_job_twice_gives_it_to_the_first_only(job):
    assert claim_job(job.pk, now=NOON).attempts == 1
    assert claim_job(job.pk, now=NOON) is None


def test_a_job_that_is_not_due_cannot_be_claimed(job):
    assert claim_job(job.pk, now=NOON - timedelta(seconds=1)) is None


def test_an_abandoned_job_is_claimed_by_somebody_else_when_its_lease_is_over(job):
    claim_job(job.pk, now=NOON)

    assert claim_job(job.pk, now=NOON + LEASE) is None
    assert claim_job(job.pk, now=NOON + LEASE + timedelta(seconds=1)).attempts == 2


def test_the_first_holder_cannot_finish_after_losing_the_lease(job):
    slow = claim_job(job.pk, now=NOON)
    quick = claim_job(job.pk, now=NOON + LEASE * 2)
    finish_job(quick, result={"by": "quick"}, now=NOON)

    with pytest.raises(LeaseLost):
        finish_job(slow, result={"by": "slow"}, now=NOON)
    job.refresh_from_db()
    assert job.result == {"by": "quick"}


def test_keeping_the_lease_shows_progress_and_moves_the_deadline(job):
    held = claim_job(job.pk, now=NOON)

    keep_lease(held, now=NOON + timedelta(seconds=60), progress={"done": 2})

    job.refresh_from_db()
    assert (job.progress, job.leased_until) == ({"done": 2}, NOON + timedelta(seconds=60) + LEASE)


def test_a_job_that_gets_on_each_time_outlives_any_number_of_workers(job):
    for day in range(5):
        held = claim_job(job.pk, now=NOON + timedelta(days=day))
        JobRun(held).advance(done=day)
        Job.objects.filter(pk=job.pk).update(leased_until=NOON + timedelta(days=day))

    assert bury_poison(now=NOON + timedelta(days=9)) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts, job.progress) == ("running", 1, {"done": 4})


def test_a_cancelled_job_stops_its_holder_at_the_next_checkpoint(job):
    held = claim_job(job.pk, now=NOON)
    assert cancel_job(job, now=NOON) is True

    with pytest.raises(LeaseLost):
        keep_lease(held, now=NOON, progress={})
    assert state_of(job) == "cancelled"


def test_cancelling_a_job_that_ended_changes_nothing(job):
    finish_job(claim_job(job.pk, now=NOON), result={}, now=NOON)

    assert (cancel_job(job, now=NOON), state_of(job)) == (False, "done")


def test_a_postponed_job_waits_without_losing_an_attempt(job):
    held = claim_job(job.pk, now=NOON)

    postpone_job(held, Postpone(NOON + timedelta(hours=5), "Spotify asked us to wait."))

    job.refresh_from_db()
    assert (job.state, job.attempts, job.run_after, job.error) == (
        "queued",
        0,
        NOON + timedelta(hours=5),
        "Spotify asked us to wait.",
    )


def test_a_failed_attempt_is_tried_again_later_each_time_twice_as_late(db):
    job = start_job("tests.count", run_after=NOON)

    waits = []
    for _ in range(2):
        fail_job(claim_job(job.pk, now=NOON + timedelta(days=1)), OSError(), now=NOON)
        job.refresh_from_db()
        waits.append(job.run_after - NOON)

    assert waits == [timedelta(seconds=30), timedelta(seconds=60)]


def test_a_failed_job_can_be_tried_again_by_hand(db):
    job = start_job("tests.give_up")
    run_claimed(job.pk)

    assert (retry_job(job, now=NOON), state_of(job), job.attempts) == (True, "queued", 0)
    assert retry_job(job, now=NOON) is False


def test_a_job_that_kills_its_worker_each_time_is_buried(db):
    job = start_job("tests.break", run_after=NOON)
    for day in range(2):
        claim_job(job.pk, now=NOON + timedelta(days=day))
        assert bury_poison(now=NOON + timedelta(days=day)) == 0

    assert bury_poison(now=NOON + timedelta(days=2)) == 1
    assert state_of(job) == "failed"


def test_an_abandoned_job_with_attempts_left_is_not_buried(job):
    claim_job(job.pk, now=NOON)

    assert (bury_poison(now=NOON + LEASE * 2), state_of(job)) == (0, "running")


def test_ended_jobs_are_forgotten_after_thirty_days(job):
    finish_job(claim_job(job.pk, now=NOON), result={}, now=NOON)

    assert forget_ended_jobs(now=NOON + timedelta(days=30)) == 0
    assert forget_ended_jobs(now=NOON + timedelta(days=31)) == 1


def test_running_a_job_writes_its_result(db):
    job = start_job("tests.count", args={"upto": 3})

    assert run_claimed(job.pk) == "done"
    job.refresh_from_db()
    assert (job.state, job.result, job.progress) == ("done", {"counted": 3}, {"done": 3})


def test_running_a_job_a_second_time_does_nothing(db):
    job = start_job("tests.count", args={"upto": 3})
    run_claimed(job.pk)

    assert run_claimed(job.pk) == "skipped"


def test_running_a_job_that_gives_up_keeps_its_words(db):
    job = start_job("tests.give_up")

    assert (run_claimed(job.pk), state_of(job), job.error) == ("failed", "failed", "The file is empty.")


def test_running_a_job_with_a_fault_tries_again_and_then_fails(db, time_machine_at_noon):
    job = start_job("tests.break")

    run_claimed(job.pk)
    assert state_of(job) == "queued"
    time_machine_at_noon.shift(timedelta(minutes=1))
    run_claimed(job.pk)

    assert state_of(job) == "failed"


def test_running_a_job_that_must_wait_puts_it_back(db):
    job = start_job("tests.wait")

    assert (run_claimed(job.pk), state_of(job)) == ("queued", "queued")


def test_running_a_job_of_an_unknown_kind_fails_in_words(db):
    job = start_job("tests.nobody_knows")

    run_claimed(job.pk)

    assert (state_of(job), job.error) == ("failed", "No such work: tests.nobody_knows.")


def test_running_a_job_that_is_cancelled_meanwhile_ends_quietly(db):
    @job_kind("tests.cancelled_meanwhile")
    def cancelled_meanwhile(run):
        Job.objects.filter(pk=run.job_id).update(state="cancelled", lease=None)
        run.checkpoint(done=1)

    job = start_job("tests.cancelled_meanwhile")

    assert (run_claimed(job.pk), state_of(job)) == ("skipped", "cancelled")


def test_claiming_a_job_that_was_deleted_gives_nothing(db):
    assert claim_job(uuid.uuid4(), now=NOON) is None
