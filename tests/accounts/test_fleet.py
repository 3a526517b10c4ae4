"""A Spotify that refuses everybody is not believed."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import CallWindow, Connection, RefreshBreaker, User
from accounts.services import TryLater, client_for
from spotify.errors import ReconnectNeeded, SpotifyError
from tests.accounts.conftest import connected

REFUSAL = {"status": 400, "body": {"error": "invalid_grant"}}
CANARY = timedelta(minutes=5)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def listeners(db, sandbox) -> list[User]:
    """Seven people, each with a grant whose access token has run out."""
    return [listener(number, sandbox) for number in range(7)]


def listener(number: int, sandbox) -> User:
    user = User.objects.create(username=f"listener-{number}")
    connected(user, sandbox, account_id=f"account-{number}")
    return user


def ask(user: User, now: datetime) -> str:
    """What came of asking for a client."""
    try:
        client_for(user, now=now)
    except SpotifyError as problem:
        return type(problem).__name__
    return "fine"


def states() -> list[str]:
    return list(Connection.objects.order_by("user_id").values_list("state", flat=True))


def token_calls(sandbox) -> int:
    return len(sandbox.journal("token"))


def test_five_refusals_at_once_mark_nobody_and_stop_refreshing(listeners, sandbox, now):
    sandbox.fail("token", times=None, **REFUSAL)

    outcomes = [ask(user, now + timedelta(seconds=n)) for n, user in enumerate(listeners)]

    assert outcomes == ["ReconnectNeeded"] * 4 + ["TryLater"] * 3
    assert states() == ["active"] * 7
    assert set(Connection.objects.values_list("broken_at", "broken_why")) == {(None, "")}
    assert token_calls(sandbox) == 5


def test_stopped_refreshing_says_when_to_come_back(listeners, sandbox, now):
    RefreshBreaker.objects.create(pk=1, open_since=now, next_canary_at=now + CANARY)

    with pytest.raises(TryLater) as raised:
        client_for(listeners[0], now=now)

    assert raised.value.until == now + CANARY


def test_one_canary_goes_every_five_minutes(listeners, sandbox, now):
    sandbox.fail("token", times=None, **REFUSAL)
    RefreshBreaker.objects.create(pk=1, open_since=now, next_canary_at=now + CANARY)

    moments = [now + timedelta(minutes=minute) for minute in (1, 4, 6, 7, 10, 12, 17)]
    outcomes = [ask(user, moment) for user, moment in zip(listeners, moments, strict=True)]

    assert outcomes == ["TryLater"] * 7
    assert (token_calls(sandbox), states()) == (3, ["active"] * 7)


def test_same_listener_is_not_the_canary_twice_running_unless_nobody_else_comes(listeners, sandbox, now):
    sandbox.fail("token", times=None, **REFUSAL)
    RefreshBreaker.objects.create(pk=1, open_since=now, next_canary_at=now)
    alone = listeners[0]

    calls = []
    for minute in (0, 5, 9, 10, 11):
        ask(alone, now + timedelta(minutes=minute))
        calls.append(token_calls(sandbox))

    assert calls == [1, 1, 1, 2, 2]


def test_canary_that_gets_through_opens_the_way_for_all(listeners, sandbox, now):
    RefreshBreaker.objects.create(pk=1, open_since=now, next_canary_at=now + CANARY)

    outcomes = [ask(user, now + CANARY) for user in listeners]

    assert outcomes == ["fine"] * 7
    assert RefreshBreaker.objects.get().open_since is None


def test_listener_who_really_left_is_marked_after_the_trouble_is_over(listeners, sandbox, now):
    RefreshBreaker.objects.create(pk=1, open_since=now, next_canary_at=now + CANARY)
    later = now + CANARY
    assert ask(listeners[0], later) == "fine"
    sandbox.fail("token", **REFUSAL)

    assert ask(listeners[1], later) == "ReconnectNeeded"

    assert states() == ["active", "needs_reconnect", *["active"] * 5]


def test_one_refusal_among_a_few_refreshes_is_believed(listeners, sandbox, now):
    sandbox.fail("token", **REFUSAL)

    outcomes = [ask(user, now) for user in listeners[:3]]

    assert outcomes == ["ReconnectNeeded", "fine", "fine"]
    assert states()[0] == "needs_reconnect"


def test_more_than_a_fifth_of_many_refreshes_is_not_believed(listeners, sandbox, now):
    CallWindow.objects.create(service="refreshes", window=int(now.timestamp() // 30), calls=8)
    sandbox.fail("token", times=3, **REFUSAL)

    outcomes = [ask(user, now) for user in listeners[:3]]

    assert outcomes == ["ReconnectNeeded", "ReconnectNeeded", "TryLater"]
    assert states() == ["active"] * 7


def test_a_fifth_of_many_refreshes_is_believed(listeners, sandbox, now):
    CallWindow.objects.create(service="refreshes", window=int(now.timestamp() // 30), calls=8)
    sandbox.fail("token", times=2, **REFUSAL)

    outcomes = [ask(user, now) for user in listeners[:2]]

    assert outcomes == ["ReconnectNeeded", "ReconnectNeeded"]


def test_refusals_far_apart_are_believed(listeners, sandbox, now):
    sandbox.fail("token", times=None, **REFUSAL)

    outcomes = [ask(user, now + n * timedelta(minutes=3)) for n, user in enumerate(listeners)]

    assert outcomes == ["ReconnectNeeded"] * 7


def test_grants_that_ran_out_do_not_look_like_trouble_at_spotify(sandbox, now, db):
    outcomes = []
    for number in range(6):
        user = User.objects.create(username=f"old-{number}")
        connected(user, sandbox, account_id=f"old-{number}", at=now - timedelta(days=190))
    sandbox.fail("token", times=None, **REFUSAL)

    outcomes = [ask(user, now) for user in User.objects.order_by("pk")]

    assert outcomes == [ReconnectNeeded.__name__] * 6
    assert not RefreshBreaker.objects.exists()
