"""Listeners who do not come back."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Connection, User
from accounts.services.idle import idle_listeners
from jobs.models import Job
from jobs.running import run_claimed
from jobs.services import start_job
from tests.accounts.conftest import connected

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seen", "joined", "is_idle"),
    [(366, 500, True), (364, 500, False), (None, 366, True), (None, 364, False)],
)
def test_connected_listener_is_idle_after_a_year(alice, sandbox, seen, joined, is_idle):
    connected(alice, sandbox)
    last_seen_at = None if seen is None else NOW - timedelta(days=seen)
    User.objects.update(last_seen_at=last_seen_at, date_joined=NOW - timedelta(days=joined))

    assert idle_listeners(NOW) == ([alice] if is_idle else [])


def test_listener_without_a_connection_is_left_alone(alice):
    User.objects.update(date_joined=NOW - timedelta(days=4000))

    assert idle_listeners(NOW) == []


def test_idle_listener_is_disconnected_and_the_rest_follows(alice, sandbox):
    connected(alice, sandbox)
    User.objects.update(last_seen_at=datetime.now(UTC) - timedelta(days=400))
    job = start_job("accounts.housekeeping")

    run_claimed(job.pk)

    job.refresh_from_db()
    assert (job.result["idle"], Connection.objects.count()) == (1, 0)
    assert Job.objects.of_kind("accounts.leave_spotify").count() == 1
