"""The shared counter in Redis."""

import os
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from accounts.counting import Ticket
from accounts.quota import Priority, QuotaGate
from accounts.redis_counting import CounterGone, give_back_redis, take_redis_call
from accounts.throttling import SignInAttempt, allow
from spotify.errors import RateLimited
from tests.accounts.racing import in_threads

needs_redis = pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="REDIS_URL names no Redis")
WINDOW = timedelta(seconds=5)


@pytest.fixture
def service() -> str:
    """A name of its own for each test: Redis is not emptied."""
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture(autouse=True)
def redis_as_configured(each_test_for_itself, settings) -> None:
    settings.REDIS_URL = os.environ.get("REDIS_URL", "")


@pytest.fixture
def redis_is_gone(settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"


@needs_redis
def test_redis_admits_no_more_than_the_limit_whoever_races(service):
    outcomes = in_threads(lambda: take_redis_call(service, limit=10, window=WINDOW).is_admitted, 30)

    assert sorted(outcomes) == [False] * 20 + [True] * 10


@needs_redis
def test_redis_says_how_long_to_wait(service):
    take_redis_call(service, limit=1, window=WINDOW)

    wait = take_redis_call(service, limit=1, window=WINDOW).wait

    assert timedelta(seconds=4) < wait <= WINDOW


@needs_redis
def test_redis_forgets_what_left_the_window(service):
    window = timedelta(milliseconds=50)
    take_redis_call(service, limit=1, window=window)
    until = time.monotonic() + 2

    while not take_redis_call(service, limit=1, window=window).is_admitted:
        assert time.monotonic() < until


@needs_redis
def test_redis_takes_a_call_back(service):
    ticket = take_redis_call(service, limit=1, window=WINDOW)

    give_back_redis(service, mark=ticket.mark)

    assert take_redis_call(service, limit=1, window=WINDOW).is_admitted


@needs_redis
@pytest.mark.django_db
def test_gate_counts_in_redis(settings):
    settings.SPOTIFY_CALLS_PER_30_SECONDS = 1
    gate = QuotaGate(now=datetime.now(UTC), priority=Priority.INTERACTIVE)
    take_redis_call("spotify", limit=1, window=timedelta(seconds=30))

    with pytest.raises(RateLimited):
        gate.admit("me")


@needs_redis
def test_right_sign_in_is_taken_back_in_redis():
    attempts = [SignInAttempt(f"192.0.2.{uuid.uuid4().hex}") for _ in range(1)] * 30

    for attempt in attempts:
        assert attempt.begin(now=datetime.now(UTC))
        attempt.undo()


def test_counter_that_is_gone_says_so(redis_is_gone):
    with pytest.raises(CounterGone):
        take_redis_call("a", limit=1, window=WINDOW)
    with pytest.raises(CounterGone):
        give_back_redis("a", mark="b")


def test_limits_go_on_in_the_database_without_redis(redis_is_gone, db):
    now = datetime.now(UTC)

    waits = [bool(allow("x:y", limit=2, window=WINDOW, now=now)) for _ in range(3)]

    assert waits == [False, False, True]


def test_right_sign_in_is_no_trouble_when_redis_has_gone_meanwhile(redis_is_gone):
    attempt = SignInAttempt("203.0.113.9")
    attempt._ticket = Ticket(timedelta(0), "redis-mark")

    attempt.undo()

    assert attempt._ticket.is_admitted
