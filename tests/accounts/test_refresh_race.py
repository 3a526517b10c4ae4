"""Many callers, one refresh: threads on a real database, with single-use refresh tokens."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Connection
from accounts.services import NotConnected, connect_spotify, disconnect_spotify
from accounts.services.refreshing import fresh_access
from tests.accounts.conftest import connected, grant_of
from tests.accounts.racing import in_threads, together

CALLERS = 8
MANY_CALLERS, EXPIRIES = 50, 4


@pytest.mark.parametrize("rotates", [True, False])
def test_fifty_racing_callers_share_one_refresh_at_each_expiry(shared_database, alice, sandbox, rotates):
    sandbox.rotate(rotates)
    connected(alice, sandbox)
    shared_database()
    now = datetime.now(UTC)

    for _expiry in range(EXPIRIES):
        outcomes = in_threads(lambda: fresh_access(alice.pk, now=now), MANY_CALLERS)

        assert len({getattr(outcome, "token", outcome) for outcome in outcomes}) == 1, outcomes
        in_threads(lambda: Connection.objects.update(access_expires_at=now), 1)

    assert [request.kind for request in sandbox.journal()] == ["token"] * EXPIRIES
    assert in_threads(lambda: Connection.objects.get().state, 1) == ["active"]


def test_racing_callers_learn_of_a_dead_grant_from_one_call(shared_database, alice, sandbox):
    connected(alice, sandbox)
    sandbox.revoke("noor")
    sandbox.fail("token", delay_s=0.3, status=400, body={"error": "invalid_grant"})
    shared_database()
    now = datetime.now(UTC) + timedelta(seconds=1)

    outcomes = in_threads(lambda: fresh_access(alice.pk, now=now), CALLERS)

    assert {type(outcome).__name__ for outcome in outcomes} == {"ReconnectNeeded"}
    assert [request.kind for request in sandbox.journal()] == ["token"]


def once_somebody_asks(change):
    """`change`, as soon as a refresh is on its way to Spotify."""

    def run() -> None:
        until = time.monotonic() + 5
        while Connection.objects.get().refresh_lease is None and time.monotonic() < until:
            time.sleep(0.01)
        change()

    return run


@pytest.mark.parametrize("answer", [{"status": 400, "body": {"error": "invalid_grant"}}, {}])
def test_reconnecting_while_a_refresh_runs_wins(shared_database, alice, sandbox, answer):
    connected(alice, sandbox)
    fresh = grant_of(sandbox, "noor")
    sandbox.fail("token", delay_s=0.5, **answer)
    shared_database()
    now = datetime.now(UTC)

    outcomes = together(
        lambda: fresh_access(alice.pk, now=now).token,
        once_somebody_asks(lambda: connect_spotify(alice, fresh) and None),
    )

    assert outcomes == [None, fresh.access_token]
    stored = in_threads(Connection.objects.get, 1)[0]
    assert (stored.state, stored.refresh_token) == ("active", fresh.refresh_token)


def test_disconnecting_while_a_refresh_runs_wins(shared_database, alice, sandbox):
    connected(alice, sandbox)
    sandbox.fail("token", delay_s=0.5)
    shared_database()
    now = datetime.now(UTC)

    outcomes = together(
        lambda: fresh_access(alice.pk, now=now).token,
        once_somebody_asks(lambda: disconnect_spotify(alice, now=now)),
    )

    assert [type(outcome) for outcome in outcomes] == [type(None), NotConnected]
    assert in_threads(Connection.objects.count, 1) == [0]


def outcome_names(outcomes) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_those_who_waited_in_vain_put_their_work_back(shared_database, alice, sandbox):
    connected(alice, sandbox)
    sandbox.fail("token", delay_s=1.0, status=503)
    shared_database()
    now = datetime.now(UTC)

    outcomes = in_threads(lambda: fresh_access(alice.pk, now=now), CALLERS)

    assert outcome_names(outcomes) == sorted(["SpotifyUnavailable", *["TryLater"] * (CALLERS - 1)])
    assert [request.kind for request in sandbox.journal()] == ["token"]
