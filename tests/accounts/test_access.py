"""A client for a listener: fresh tokens, one refresh at a time, and what a refusal means."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import transaction

from accounts.models import AuditEvent, Connection, QuotaFamily
from accounts.services import (
    NotConnected,
    TryLater,
    call_spotify,
    client_for,
    mark_not_allowed,
    refreshing,
)
from spotify.client import SpotifyClient
from spotify.errors import (
    AppMisconfigured,
    NotAllowListed,
    RateLimited,
    ReconnectNeeded,
    SpotifyError,
    SpotifyUnavailable,
    TokenExpired,
)
from tests.accounts.conftest import connected


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


def kinds(sandbox) -> list[str]:
    return [request.kind for request in sandbox.journal()]


def test_client_uses_the_stored_token_while_it_is_fresh(alice, sandbox, now):
    connected(alice, sandbox, expires_in=timedelta(seconds=61))

    profile = client_for(alice, now=now).me()

    assert (profile.spotify_id, kinds(sandbox)) == ("noor", ["me"])


def test_client_refreshes_a_token_with_less_than_a_minute_left(alice, sandbox, now):
    before = connected(alice, sandbox, expires_in=timedelta(seconds=50))

    client_for(alice, now=now).me()

    after = Connection.objects.get()
    assert kinds(sandbox) == ["token", "me"]
    assert (after.token_version, after.refresh_lease) == (before.token_version + 1, None)
    assert after.access_expires_at == now + timedelta(hours=1)
    assert after.access_token != before.access_token


@pytest.mark.parametrize("rotates", [True, False])
def test_refresh_keeps_the_refresh_token_unless_a_new_one_comes(alice, sandbox, now, rotates):
    sandbox.rotate(rotates)
    before = connected(alice, sandbox)

    client_for(alice, now=now)

    assert (Connection.objects.get().refresh_token != before.refresh_token) is rotates


def test_refresh_takes_over_a_narrower_scope(alice, sandbox, now):
    connected(alice, sandbox)
    sandbox.fail("token", status=200, body={"access_token": "BQx", "scope": "user-top-read"})

    client_for(alice, now=now)

    assert Connection.objects.get().scopes == ["user-top-read"]


def test_refresh_keeps_the_scopes_where_spotify_names_none(alice, sandbox, now):
    before = connected(alice, sandbox)
    sandbox.fail("token", status=200, body={"access_token": "BQx"})

    client_for(alice, now=now)

    assert Connection.objects.get().scopes == before.scopes


def test_listener_without_spotify_has_no_client(alice, now):
    with pytest.raises(NotConnected):
        client_for(alice, now=now)


def test_revoked_grant_costs_one_token_call_and_none_after(alice, sandbox, now):
    before = connected(alice, sandbox)
    sandbox.revoke("noor")

    for day in range(8):
        with pytest.raises(ReconnectNeeded):
            client_for(alice, now=now + timedelta(days=day))

    after = Connection.objects.get()
    assert kinds(sandbox) == ["token"]
    assert (after.state, after.broken_at, after.broken_why) == ("needs_reconnect", now, "refused")
    assert after.refresh_token == before.refresh_token
    assert AuditEvent.objects.filter(kind="spotify_broken").count() == 1


def test_revoked_grant_works_again_after_reconnecting(alice, sandbox, now):
    connected(alice, sandbox)
    sandbox.revoke("noor")
    with pytest.raises(ReconnectNeeded):
        client_for(alice, now=now)

    connected(alice, sandbox)

    assert client_for(alice, now=now).me().spotify_id == "noor"


def test_grant_older_than_six_months_is_expired_and_not_held_against_spotify(alice, sandbox, now):
    connected(alice, sandbox, at=now - timedelta(days=183))
    sandbox.age_grants(183)

    with pytest.raises(ReconnectNeeded):
        client_for(alice, now=now)

    assert Connection.objects.get().broken_why == "expired"
    assert list(Connection.objects.refused_since(now - timedelta(days=1))) == []


def test_lost_key_asks_to_reconnect_without_a_call(alice, sandbox, now, settings):
    connected(alice, sandbox)
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(ReconnectNeeded):
        client_for(alice, now=now)

    after = Connection.objects.get()
    assert (after.state, after.broken_why, kinds(sandbox)) == ("needs_reconnect", "unreadable", [])


def test_lost_key_of_a_fresh_access_token_asks_to_reconnect_too(alice, sandbox, now, settings):
    connected(alice, sandbox, expires_in=timedelta(hours=1))
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(ReconnectNeeded):
        client_for(alice, now=now)


def test_listener_who_is_not_allowed_costs_no_call(alice, sandbox, now):
    connected(alice, sandbox)
    assert mark_not_allowed(alice, now=now)
    assert not mark_not_allowed(alice, now=now)

    with pytest.raises(NotAllowListed):
        client_for(alice, now=now)

    assert kinds(sandbox) == []


@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        ({"status": 503, "body": "<html>"}, SpotifyUnavailable),
        ({"status": 200, "body": "not json"}, SpotifyUnavailable),
        ({"status": 400, "body": {"error": "invalid_client"}}, AppMisconfigured),
        ({"status": 400, "body": "<html>proxy</html>"}, SpotifyUnavailable),
        ({"status": 429, "retry_after": 7}, RateLimited),
    ],
)
def test_failed_refresh_keeps_the_grant_and_frees_the_lease_when(alice, sandbox, now, failure, raised):
    before = connected(alice, sandbox)
    sandbox.fail("token", **failure)

    with pytest.raises(raised):
        client_for(alice, now=now)

    after = Connection.objects.get()
    assert (after.state, after.refresh_lease) == ("active", None)
    assert (after.token_version, after.refresh_token) == (before.token_version, before.refresh_token)


def test_rate_limit_of_the_token_endpoint_holds_for_everybody(alice, bob, sandbox, now):
    connected(alice, sandbox, "noor")
    connected(bob, sandbox, "sam")
    sandbox.fail("token", status=429, retry_after=60)
    with pytest.raises(RateLimited):
        client_for(alice, now=now)

    with pytest.raises(RateLimited):
        client_for(bob, now=now)

    assert kinds(sandbox) == ["token"]
    assert QuotaFamily.objects.get().blocked_until - now > timedelta(seconds=59)


def test_lost_answer_of_a_static_grant_is_simply_asked_again(alice, sandbox, now):
    connected(alice, sandbox)
    sandbox.fail("token", lose_answer=True)
    with pytest.raises(SpotifyUnavailable):
        client_for(alice, now=now)

    assert client_for(alice, now=now).me().spotify_id == "noor"


def test_lost_answer_of_a_rotating_grant_asks_the_listener_to_reconnect(alice, sandbox, now):
    sandbox.rotate(True)
    connected(alice, sandbox)
    sandbox.fail("token", lose_answer=True)
    with pytest.raises(SpotifyUnavailable):
        client_for(alice, now=now)

    with pytest.raises(ReconnectNeeded):
        client_for(alice, now=now)

    assert Connection.objects.get().state == "needs_reconnect"


def test_lease_of_a_dead_process_ends_by_itself(alice, sandbox, now):
    connected(alice, sandbox)
    Connection.objects.update(
        refresh_lease="6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
        refresh_leased_until=now - timedelta(seconds=1),
    )

    assert client_for(alice, now=now).me().spotify_id == "noor"


def test_waiting_for_somebody_elses_refresh_is_bounded(alice, sandbox, now, monkeypatch):
    monkeypatch.setattr(refreshing, "LONGEST_WAIT_S", 0.1)
    connected(alice, sandbox)
    Connection.objects.update(
        refresh_lease="6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
        refresh_leased_until=now + timedelta(seconds=20),
    )

    with pytest.raises(TryLater) as raised:
        client_for(alice, now=now)

    assert (raised.value.until, kinds(sandbox)) == (now + refreshing.LEASE, [])


@pytest.mark.django_db(transaction=True)
def test_refresh_inside_a_transaction_is_refused(alice, sandbox, now):
    connected(alice, sandbox)

    with pytest.raises(RuntimeError), transaction.atomic():
        client_for(alice, now=now)

    assert kinds(sandbox) == []


# --- Calls ---------------------------------------------------------------------------------------


def test_refused_token_costs_one_refresh_and_one_repeat(alice, sandbox, now):
    connected(alice, sandbox, expires_in=timedelta(hours=1))
    sandbox.expire_access_tokens()

    profile = call_spotify(alice, SpotifyClient.me, now=now)

    assert (profile.spotify_id, kinds(sandbox)) == ("noor", ["me", "token", "me"])


def test_token_that_is_refused_twice_ends_there(alice, sandbox, now):
    connected(alice, sandbox, expires_in=timedelta(hours=1))
    sandbox.fail("me", times=2, status=401)

    with pytest.raises(TokenExpired):
        call_spotify(alice, SpotifyClient.me, now=now)

    assert kinds(sandbox) == ["me", "token", "me"]
    assert Connection.objects.get().state == "active"


@pytest.mark.parametrize("plain_text", [True, False])
def test_listener_taken_off_the_list_is_marked(alice, sandbox, now, plain_text):
    connected(alice, sandbox)
    sandbox.forbid("noor", plain_text=plain_text)

    with pytest.raises(NotAllowListed):
        call_spotify(alice, SpotifyClient.me, now=now)

    assert Connection.objects.get().state == "not_allowed"


# --- What is told --------------------------------------------------------------------------------


def test_no_token_is_told_in_a_log_or_an_error(alice, sandbox, now, caplog):
    caplog.set_level(logging.DEBUG)
    connection = connected(alice, sandbox)
    told: list[str] = []
    for failure in ({"status": 503}, {"status": 429, "retry_after": 0}, {"status": 400, "body": "x"}):
        sandbox.fail("token", **failure)
        with pytest.raises(SpotifyError) as raised:
            client_for(alice, now=now + timedelta(minutes=len(told)))
        told.append(repr(raised.value) + str(raised.value))
    client = client_for(alice, now=now + timedelta(hours=1))
    sandbox.revoke("noor")
    told.append(repr(client))
    with pytest.raises(SpotifyError) as raised:
        client.me()
    told.append(str(raised.value))

    secrets = [*connection_secrets(), str(connection.access_token), str(connection.refresh_token)]
    everything = caplog.text + "".join(told) + str([vars(r) for r in caplog.records])
    assert [secret for secret in secrets if secret in everything] == []


def connection_secrets() -> list[str]:
    stored = Connection.objects.get()
    return [str(stored.access_token), str(stored.refresh_token)]
