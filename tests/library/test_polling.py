from datetime import timedelta

import pytest

from accounts.models import Connection
from accounts.services import NotConnected, TryLater
from library.models import LibraryTrack, Play, PollSchedule, SyncRun
from library.services import pacing
from library.services.plays import poll_plays, put_off_poll
from library.services.polling import (
    add_missing_schedules,
    claim_due_polls,
    due_for_changes,
    due_for_details,
    kind_of_look,
    poll_listener,
)
from spotify.client import SpotifyClient
from tests.library.builders import a_play, a_track
from tests.outside import NOW, connect

pytestmark = pytest.mark.django_db


@pytest.fixture
def noor(alice, sandbox):
    """alice, connected to the night worker's Spotify and due at NOW."""
    connect(alice, sandbox, "noor")
    PollSchedule.objects.create(user=alice, next_poll_at=NOW)
    return alice


def schedule() -> PollSchedule:
    return PollSchedule.objects.get()


def requests(sandbox) -> list[tuple]:
    return [(request.kind, dict(request.query)) for request in sandbox.journal()]


def test_poll_listener_reads_the_whole_window_without_a_cursor(noor, sandbox):
    report = poll_listener(noor, now=NOW)

    assert report == {"added": 50, "known": 0, "unreadable": 0, "gaps": 0}
    assert requests(sandbox) == [("recently_played", {"limit": "50"})]


def test_poll_listener_sets_the_time_of_the_next_look(noor):
    poll_listener(noor, now=NOW)

    after = schedule()
    assert (after.last_polled_at, after.last_ok_at, after.failures, after.problem) == (NOW, NOW, 0, "")
    assert 0.9 * pacing.SHORTEST <= after.next_poll_at - NOW <= pacing.SHORTEST
    assert after.newest_played_at == Play.objects.newest_first()[0].played_at


def test_poll_listener_looks_seldom_after_two_weeks_of_silence(noor, sandbox):
    noor.date_joined = noor.last_seen_at = NOW - timedelta(days=100)
    noor.save(update_fields=["date_joined", "last_seen_at"])
    later = NOW + timedelta(days=15)
    sandbox.fail("recently_played", status=200, body={"items": [], "next": None, "cursors": None})
    Connection.objects.update(access_expires_at=later + timedelta(hours=1))

    poll_listener(noor, now=later)

    assert schedule().next_poll_at - later >= 0.9 * timedelta(hours=2)


@pytest.mark.parametrize(
    ("failure", "problem", "least_s", "most_s"),
    [
        ({"status": 502, "body": "<html>"}, "down", 30, 90),
        ({"status": 429, "retry_after": 79_892}, "busy", 79_892, 79_895),
        ({"status": 429}, "busy", 60, 62),
        ({"status": 429, "quota": True, "retry_after": 5}, "quota", 5, 7),
        ({"status": 200, "body": {"items": None}}, "down", 30, 90),
        ({"truncate": True}, "down", 30, 90),
        ({"cut_after": 100}, "down", 30, 90),
    ],
)
def test_poll_listener_notes_when_to_try_again(noor, sandbox, failure, problem, least_s, most_s):
    sandbox.fail("recently_played", **failure)

    report = poll_listener(noor, now=NOW)

    after = schedule()
    assert list(report) == ["problem"]
    assert (after.problem, after.failures, after.last_ok_at) == (problem, 1, None)
    assert least_s <= (after.next_poll_at - NOW).total_seconds() <= most_s
    assert Play.objects.count() == 0


def test_put_off_poll_comes_back_when_the_grant_may_be_refreshed_again(noor):
    until = NOW + timedelta(minutes=5)

    put_off_poll(noor, TryLater(until, "Spotify refuses everybody"), now=NOW)

    assert (schedule().next_poll_at, schedule().problem) == (until, "down")


def test_poll_listener_forgets_failures_when_it_goes_well_again(noor, sandbox):
    sandbox.fail("recently_played", status=500)
    poll_listener(noor, now=NOW)

    poll_listener(noor, now=NOW)

    assert (schedule().failures, schedule().problem, Play.objects.count()) == (0, "", 50)


def test_poll_listener_asks_once_and_never_again_when_the_grant_is_dead(noor, sandbox):
    sandbox.revoke("noor")

    poll_listener(noor, now=NOW)
    for minutes in (10, 60, 600):
        poll_listener(noor, now=NOW + timedelta(minutes=minutes))

    assert [kind for kind, _ in requests(sandbox)] == ["recently_played", "token"]
    assert claim_due_polls(NOW + timedelta(days=1)) == []


def test_poll_listener_leaves_nothing_behind_for_who_disconnected(noor):
    Connection.objects.all().delete()
    PollSchedule.objects.all().delete()

    assert poll_listener(noor, now=NOW) == {"problem": "NotConnected"}
    assert PollSchedule.objects.count() == 0


class Disconnecting(SpotifyClient):
    """The listener disconnects while the answer is under way."""

    def recently_played(self):
        window = super().recently_played()
        Connection.objects.all().delete()
        return window


def test_poll_plays_stores_nothing_that_arrives_after_a_disconnection(noor, sandbox):
    client = Disconnecting(noor.connection.access_token, api_url=sandbox.spotify_api_url)

    with pytest.raises(NotConnected):
        poll_plays(noor, client=client, now=NOW)

    assert Play.objects.count() == 0


def test_poll_listener_shows_a_gap_when_fifty_plays_passed(noor, sandbox):
    poll_listener(noor, now=NOW)
    newest_stored_at = Play.objects.newest_first()[0].played_at
    song = sandbox.songs()[0]["id"]
    for minute in range(60):
        sandbox.play("noor", song, NOW + timedelta(minutes=minute + 1))
    sandbox.advance(3700)

    report = poll_listener(noor, now=NOW + timedelta(seconds=3700))

    assert report == {"added": 50, "known": 0, "unreadable": 0, "gaps": 1}
    gap = noor.gaps.get()
    assert gap.from_at == newest_stored_at
    assert gap.to_at == Play.objects.filter(played_at__gt=NOW).earliest("played_at").played_at


# Whose turn it is


@pytest.fixture
def listeners(db, django_user_model):
    """Five connected people whose turn it is, never read so far."""
    people = [django_user_model.objects.create_user(f"listener-{n}") for n in range(5)]
    for person in people:
        Connection.objects.create(
            user=person,
            account_id=person.username,
            spotify_user_id=person.username,
            access_expires_at=NOW,
            authorized_at=NOW,
        )
    return people


def due(person, **changes) -> PollSchedule:
    return PollSchedule.objects.create(user=person, **{"next_poll_at": NOW, **changes})


def test_claim_due_polls_takes_the_fullest_window_first(listeners, settings):
    settings.SPOTIFY_CALLS_PER_30_SECONDS = 20
    slow, quick, never = listeners[:3]
    due(slow, last_ok_at=NOW - timedelta(hours=2), fastest_gap_s=200)
    due(quick, last_ok_at=NOW - timedelta(hours=1), fastest_gap_s=40)
    due(never)

    assert claim_due_polls(NOW) == [never, quick]
    assert claim_due_polls(NOW) == [slow]


def test_claim_due_polls_gives_nobody_out_twice(listeners):
    due(listeners[0])

    claims = [claim_due_polls(NOW), claim_due_polls(NOW)]

    assert claims == [[listeners[0]], []]


def test_claim_due_polls_comes_back_to_a_poll_that_nobody_carried_out(listeners):
    due(listeners[0])
    claim_due_polls(NOW)

    assert claim_due_polls(NOW + timedelta(minutes=6)) == [listeners[0]]


def test_claim_due_polls_leaves_who_was_just_read(listeners):
    due(listeners[0], last_ok_at=NOW - timedelta(seconds=119))
    due(listeners[1], last_ok_at=NOW - timedelta(seconds=120))

    assert claim_due_polls(NOW) == [listeners[1]]


def test_claim_due_polls_leaves_who_cannot_be_read(listeners):
    due(listeners[0])
    due(listeners[1], next_poll_at=NOW + timedelta(seconds=1))
    Connection.objects.filter(user=listeners[0]).update(state=Connection.State.NEEDS_RECONNECT)

    assert claim_due_polls(NOW) == []


def test_add_missing_schedules_gives_everybody_connected_one(listeners):
    due(listeners[0])

    assert (add_missing_schedules(NOW), add_missing_schedules(NOW)) == (4, 0)
    assert PollSchedule.objects.count() == 5


def test_due_for_changes_names_who_was_not_looked_at_for_a_day(listeners):
    due(listeners[0], library_synced_at=NOW - timedelta(hours=25))
    due(listeners[1], library_synced_at=NOW - timedelta(hours=23))
    due(listeners[2])

    assert set(due_for_changes(NOW)) == {listeners[0], listeners[2]}


@pytest.mark.parametrize(("hours", "is_due"), [(1, False), (25, True)])
def test_due_for_changes_tries_what_failed_again_a_day_later(alice, sandbox, hours, is_due):
    connect(alice, sandbox, "sam")
    due(alice, library_synced_at=NOW - timedelta(days=3))
    SyncRun.objects.create(
        user=alice,
        kind="changes",
        state="failed",
        started_at=NOW - timedelta(hours=hours),
        finished_at=NOW - timedelta(hours=hours),
    )

    assert due_for_changes(NOW) == [alice] * is_due


def test_kind_of_look_goes_on_with_an_unfinished_full_one(alice):
    SyncRun.objects.create(
        user=alice, kind="full", state="done", started_at=NOW - timedelta(days=1), finished_at=NOW
    )
    SyncRun.objects.create(user=alice, kind="full", state="waiting", started_at=NOW - timedelta(hours=30))

    assert kind_of_look(alice, now=NOW) == "full"


@pytest.mark.parametrize(("days", "kind"), [(1, "changes"), (22, "full")])
def test_kind_of_look_is_full_every_three_weeks(alice, days, kind):
    began_at = NOW - timedelta(days=days)
    SyncRun.objects.create(user=alice, kind="full", state="done", started_at=began_at, finished_at=began_at)

    assert kind_of_look(alice, now=NOW) == kind


def test_kind_of_look_is_full_when_nothing_was_ever_read(alice):
    assert kind_of_look(alice, now=NOW) == "full"


def test_due_for_details_names_who_has_bare_tracks(listeners):
    for person in listeners[:2]:
        due(person)
    bare, detailed = (
        a_track("Bare", spotify_id="A" * 22),
        a_track("Known", spotify_id="B" * 22, detailed_at=NOW),
    )
    for person, track in zip(listeners, [bare, detailed], strict=False):
        a_play(person, track)
        LibraryTrack.objects.create(user=person, track=track)

    assert due_for_details(NOW) == [listeners[0]]
