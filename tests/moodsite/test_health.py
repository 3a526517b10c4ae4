"""What /readyz finds and says."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.models import Connection
from jobs.models import Job
from jobs.services import start_job
from library.models import PollSchedule
from moodsite.health import readiness

FINE = {"database": "ok", "broker": "ok", "worker": "ok", "polls": "ok"}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture(autouse=True)
def own_broker(settings, tmp_path):
    """A folder as broker, whatever server the suite runs with."""
    settings.REDIS_URL = ""
    settings.BROKER_DIR = tmp_path


def connected(user, now, *, state=Connection.State.ACTIVE):
    return Connection.objects.create(
        user=user,
        account_id=f"account-of-{user.username}",
        spotify_user_id=user.username,
        state=state,
        access_expires_at=now,
        authorized_at=now,
        created_at=now - timedelta(days=1),
    )


def scheduled(user, **changes):
    return PollSchedule.objects.create(user=user, **changes)


def test_readyz_says_ok_when_nothing_is_amiss(client, db):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "failing": [], "checks": FINE}


def test_readyz_names_what_fails_when_work_waits_for_a_worker(client, db, now):
    start_job("library.sync", run_after=now - timedelta(minutes=16))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "failing",
        "failing": ["worker"],
        "checks": {**FINE, "worker": "work has waited for 16 minutes: does the worker run?"},
    }


def test_readyz_stays_quiet_when_work_has_waited_for_a_moment(client, db, now):
    start_job("library.sync", run_after=now - timedelta(minutes=14))

    assert client.get("/readyz").status_code == 200


def test_readyz_names_the_database_when_it_does_not_answer(client, db, monkeypatch):
    def refuse(*args, **kwargs):
        raise DatabaseError("password=hunter2")

    # The connection of a test cannot be cut without ending the test's transaction.
    with monkeypatch.context() as cut:
        cut.setattr(connection, "cursor", refuse)
        answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "failing",
        "failing": ["database"],
        "checks": {"database": "no answer", "broker": "ok"},
    }


def test_readiness_says_so_when_the_database_goes_away_between_two_checks(db, now, monkeypatch):
    def refuse(*args, **kwargs):
        raise DatabaseError("gone")

    monkeypatch.setattr(Job.objects, "claimable", refuse)

    assert readiness(now).checks == {**FINE, "worker": "the database stopped answering"}


def test_readyz_names_the_broker_when_its_folder_is_missing(client, db, settings, tmp_path):
    settings.BROKER_DIR = tmp_path / "nowhere"

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {**FINE, "broker": "its folder cannot be written to"}


def test_polls_are_fine_when_nobody_is_connected(alice, now):
    connected(alice, now, state=Connection.State.NEEDS_RECONNECT)
    scheduled(alice, next_poll_at=now - timedelta(days=1), last_ok_at=now - timedelta(days=1), failures=9)

    assert readiness(now).checks["polls"] == "ok"


def test_polls_alarm_when_none_went_well_for_a_quarter_of_an_hour_and_one_is_overdue(alice, now):
    connected(alice, now)
    scheduled(alice, next_poll_at=now - timedelta(minutes=6), last_ok_at=now - timedelta(minutes=16))

    assert readiness(now).checks["polls"] == "none went well for 16 minutes"


def test_polls_alarm_when_each_try_fails(alice, now):
    connected(alice, now)
    scheduled(alice, next_poll_at=now + timedelta(hours=9), last_ok_at=now - timedelta(hours=2), failures=1)

    assert readiness(now).checks["polls"] == "none went well for 120 minutes"


def test_polls_alarm_when_no_worker_takes_them(alice, now):
    connected(alice, now)
    scheduled(alice, next_poll_at=now + timedelta(minutes=4), last_ok_at=now - timedelta(minutes=20))
    Job.objects.create(kind="library.poll", user=alice, created_at=now - timedelta(minutes=3))

    assert readiness(now).checks["polls"] == "none went well for 20 minutes"


def test_polls_alarm_when_the_first_one_never_comes(alice, now):
    connected(alice, now)
    scheduled(alice, next_poll_at=now - timedelta(hours=1))

    assert readiness(now).checks["polls"] == "none went well for 1440 minutes"


def test_polls_are_fine_while_everybody_sleeps_and_nothing_is_due(alice, now):
    connected(alice, now)
    scheduled(alice, next_poll_at=now + timedelta(hours=1), last_ok_at=now - timedelta(hours=3))

    assert readiness(now).checks["polls"] == "ok"


def test_polls_are_fine_as_long_as_one_listener_was_read_well(alice, bob, now):
    connected(alice, now)
    connected(bob, now)
    scheduled(alice, next_poll_at=now - timedelta(hours=1), last_ok_at=now - timedelta(hours=2), failures=5)
    scheduled(bob, next_poll_at=now + timedelta(minutes=9), last_ok_at=now - timedelta(minutes=1))

    assert readiness(now).checks["polls"] == "ok"


def test_readyz_names_the_broker_when_redis_does_not_answer(client, db, settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    monkeypatch.setattr("moodsite.celery.app.conf.broker_url", settings.REDIS_URL)

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {**FINE, "broker": "no answer"}


@pytest.mark.urls("tests.moodsite.failing_urls")
def test_page_says_when_to_come_back_when_the_database_is_away(client):
    client.raise_request_exception = False

    answer = client.get("/database-away")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")


@pytest.mark.urls("tests.moodsite.failing_urls")
def test_page_tells_nothing_of_a_mistake_of_ours(client):
    client.raise_request_exception = False

    answer = client.get("/mistake?told=canary")

    assert (answer.status_code, answer.headers.get("Retry-After")) == (500, None)
    assert "canary" not in answer.content.decode()
