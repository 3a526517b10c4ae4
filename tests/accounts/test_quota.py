"""One budget and one set of blocks for everybody who calls Spotify."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.floor import take_floor_call
from accounts.models import CallWindow, QuotaFamily
from accounts.quota import Priority, QuotaGate, QuotaWait, block_family, lift_block, quota_waits
from accounts.services import client_for
from spotify.errors import QuotaExceeded, RateLimited
from tests.accounts.conftest import connected
from tests.accounts.racing import in_threads

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_budget(settings) -> None:
    settings.SPOTIFY_CALLS_PER_30_SECONDS = 20
    settings.REDIS_URL = ""


def admitted(family: str = "saved_tracks", *, at: datetime = NOW, priority: Priority | None = None) -> int:
    """How many calls get through before the first is refused."""
    gate = QuotaGate(now=at, priority=priority)
    for count in range(1000):
        try:
            gate.admit(family)
        except RateLimited:
            return count
    raise AssertionError("nothing is refused")


@pytest.mark.parametrize(
    ("priority", "calls"),
    [
        (Priority.INTERACTIVE, 20),
        (Priority.POLL, 19),
        (Priority.WRITE, 14),
        (Priority.ENRICHMENT, 4),
    ],
)
def test_budget_leaves_room_for_those_who_go_first(priority, calls):
    assert admitted(priority=priority) == calls


@pytest.mark.parametrize(
    ("family", "calls"), [("recently_played", 19), ("token", 19), ("playlist_write", 14), ("search", 4)]
)
def test_family_says_who_goes_first_where_the_caller_does_not(family, calls):
    assert admitted(family) == calls


def test_poll_gets_through_while_enrichment_waits():
    assert admitted("search") == 4

    assert admitted("recently_played") == 15


def test_refusal_says_when_there_is_room_again():
    assert admitted(priority=Priority.INTERACTIVE) == 20

    with pytest.raises(RateLimited) as raised:
        QuotaGate(now=NOW, priority=Priority.INTERACTIVE).admit("me")

    wait = raised.value.retry_after
    assert timedelta(seconds=29) < wait <= timedelta(seconds=33)
    assert admitted(at=NOW + wait, priority=Priority.INTERACTIVE) == 20


def test_budget_holds_in_every_thirty_seconds_not_only_in_fixed_ones():
    made: list[datetime] = []
    for tenth in range(900):
        moment = NOW + timedelta(seconds=tenth / 10)
        try:
            QuotaGate(now=moment, priority=Priority.INTERACTIVE).admit("me")
        except RateLimited:
            continue
        made.append(moment)

    busiest = max(sum(1 for m in made if start <= m < start + timedelta(seconds=30)) for start in made)
    assert busiest == 20
    assert len(made) >= 54


def test_rate_limit_halves_the_budget_for_ten_minutes():
    block_family("top", wait=timedelta(seconds=1), quota=False, now=NOW)

    assert admitted(at=NOW + 2 * MINUTE, priority=Priority.INTERACTIVE) == 10
    assert admitted(at=NOW + 11 * MINUTE, priority=Priority.INTERACTIVE) == 20


def test_spent_quota_of_one_family_leaves_the_budget_whole():
    block_family("search", wait=timedelta(hours=20), quota=True, now=NOW)

    assert admitted("me", at=NOW + MINUTE, priority=Priority.INTERACTIVE) == 20


@pytest.mark.parametrize(("quota", "raised"), [(True, QuotaExceeded), (False, RateLimited)])
def test_blocked_family_is_refused_until_its_moment_and_others_are_not(quota, raised):
    block_family("saved_tracks", wait=timedelta(seconds=3600), quota=quota, now=NOW)

    with pytest.raises(raised) as refusal:
        QuotaGate(now=NOW + 59 * MINUTE).admit("saved_tracks")

    assert type(refusal.value) is raised
    assert MINUTE - timedelta(seconds=1) < refusal.value.retry_after <= MINUTE
    QuotaGate(now=NOW + 59 * MINUTE).admit("recently_played")
    QuotaGate(now=NOW + 60 * MINUTE).admit("saved_tracks")


def test_refused_call_of_a_blocked_family_spends_no_budget():
    block_family("search", wait=timedelta(hours=1), quota=True, now=NOW)
    with pytest.raises(QuotaExceeded):
        QuotaGate(now=NOW).admit("search")

    assert list(CallWindow.objects.all()) == []


def test_unnamed_wait_doubles_from_a_minute_to_an_hour_and_starts_anew_when_calm():
    waits = []
    moment = NOW
    for _ in range(8):
        until = block_family("top", wait=None, quota=False, now=moment)
        waits.append((until - moment) // MINUTE)
        moment = until
    calm = block_family("top", wait=None, quota=False, now=moment + 11 * MINUTE)

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert calm == moment + 12 * MINUTE


def test_spent_quota_without_a_wait_rests_for_hours():
    assert block_family("top", wait=None, quota=True, now=NOW) == NOW + timedelta(hours=6)


def test_wait_of_zero_rests_for_a_second():
    assert block_family("top", wait=timedelta(0), quota=False, now=NOW) == NOW + timedelta(seconds=1)


def test_shorter_block_does_not_shorten_a_longer_one():
    block_family("top", wait=timedelta(hours=20), quota=True, now=NOW)

    block_family("top", wait=timedelta(seconds=5), quota=False, now=NOW)

    row = QuotaFamily.objects.get()
    assert (row.blocked_until, row.is_quota, row.consecutive) == (NOW + timedelta(hours=20), True, 2)


def test_waits_are_listed_by_the_moment_they_end():
    block_family("top", wait=timedelta(hours=2), quota=True, now=NOW)
    block_family("me", wait=timedelta(minutes=2), quota=False, now=NOW)
    block_family("search", wait=timedelta(seconds=2), quota=False, now=NOW - MINUTE)

    assert quota_waits(NOW) == [
        QuotaWait("me", NOW + 2 * MINUTE, is_quota=False),
        QuotaWait("top", NOW + timedelta(hours=2), is_quota=True),
    ]


def test_block_can_be_lifted_by_hand():
    block_family("top", wait=timedelta(hours=2), quota=True, now=NOW)

    assert (lift_block("top"), lift_block("top"), quota_waits(NOW)) == (True, False, [])


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 1), ("5", 5), ("3600", 3600), ("79892", 79892), (None, 60), ("-5", 60), ("abc", 60)],
)
def test_every_form_of_retry_after_blocks_the_family_for_all(alice, sandbox, header, seconds):
    now = datetime.now(UTC)
    connected(alice, sandbox, expires_in=timedelta(hours=1))
    headers = {"Retry-After": header} if header is not None else {}
    sandbox.fail("saved_tracks", status=429, headers=headers)
    with pytest.raises(RateLimited):
        client_for(alice, now=now).saved_tracks()

    with pytest.raises(RateLimited):
        client_for(alice, now=now).saved_tracks()

    rest = QuotaFamily.objects.get().blocked_until - now
    assert timedelta(seconds=seconds) <= rest < timedelta(seconds=seconds + 2)
    assert [request.kind for request in sandbox.journal()] == ["saved_tracks"]


def test_spent_quota_is_told_apart_and_leaves_polling_alone(alice, sandbox):
    now = datetime.now(UTC)
    connected(alice, sandbox, expires_in=timedelta(hours=1))
    sandbox.fail("saved_tracks", quota=True, retry_after=86_207)
    with pytest.raises(QuotaExceeded):
        client_for(alice, now=now).saved_tracks()

    client_for(alice, now=now).recently_played()

    assert QuotaFamily.objects.get().is_quota


@pytest.mark.django_db(transaction=True)
def test_racing_callers_never_exceed_the_budget(shared_database):
    shared_database()

    def work() -> int:
        return admitted(priority=Priority.INTERACTIVE)

    outcomes = in_threads(work, 6)

    assert 18 <= sum(outcomes) <= 20, outcomes


# --- Redis ---------------------------------------------------------------------------------------


def test_without_redis_polls_go_on_at_one_call_a_second_and_the_rest_waits(settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    assert admitted("recently_played") <= 1
    with pytest.raises(RateLimited) as raised:
        QuotaGate(now=NOW).admit("search")
    assert raised.value.retry_after == MINUTE


def test_floor_lets_one_call_through_each_second():
    first = take_floor_call("a service", allowed=True)
    second = take_floor_call("a service", allowed=True)

    assert first == timedelta(0)
    assert timedelta(seconds=0.5) < second <= timedelta(seconds=1)
