import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import QuotaFamily
from jobs.models import Job
from playlists.models import Playlist, Removal, Version
from playlists.services.publishing import ask_to_publish
from playlists.services.refreshing import claim_due_refreshes, plan_refresh, set_schedule
from playlists.tasks import start_allowed_publishing
from tests.outside import NOW
from tests.playlists.builders import fill_library, songs_of
from tests.playlists.spotify_side import (
    a_playlist,
    calls,
    connect_listener,
    publish,
    run_job,
    there,
    uris,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks(alice, sandbox):
    """alice is connected and has sixty calm songs that Spotify knows."""
    connect_listener(alice, sandbox)
    return fill_library(alice, songs_of(sandbox, 60))


@pytest.fixture
def published(alice, sandbox, tracks):
    """The first ten of them, on Spotify; a refresh may exchange a fifth."""
    playlist = a_playlist(alice, tracks[:10])
    playlist.recipe = {**playlist.recipe, "renewal": 0.2}
    playlist.save(update_fields=["recipe"])
    publish(playlist)
    sandbox.clear_journal()
    return playlist


def refresh(playlist: Playlist) -> Job:
    """Do one refresh that is asked for now."""
    return run_job("playlists.refresh", playlist, asked_at=timezone.now().isoformat())


def now_there(sandbox) -> list[str]:
    return there(sandbox)[0]["uris"]


def here(playlist: Playlist) -> list[str]:
    """The newest version, as Spotify calls its songs."""
    return [entry.track.spotify_uri for entry in playlist.newest_version().entries.order_by("position")]


def test_refresh_exchanges_a_few_songs_and_leaves_the_rest_in_place(published, sandbox, tracks):
    before = now_there(sandbox)

    job = refresh(published)

    after = now_there(sandbox)
    assert job.state == "done"
    assert len(after) == 10
    assert sum(old == new for old, new in zip(before, after, strict=True)) == 8
    assert after == here(published)
    assert [(v.number, v.reason) for v in published.versions.newest_first()] == [
        (2, "refreshed"),
        (1, "built"),
    ]


def test_refresh_keeps_the_playlist_and_needs_few_calls(published, sandbox):
    spotify_id = published.spotify_id

    refresh(published)

    assert (published.spotify_id, len(there(sandbox))) == (spotify_id, 1)
    assert calls(sandbox)[:3] == ["playlist", "library_contains", "remove_items"]
    assert set(calls(sandbox)[3:]) == {"add_items"}
    assert len(calls(sandbox)) <= 5


def test_refresh_asked_for_once_happens_once(published, sandbox):
    asked_at = timezone.now().isoformat()
    run_job("playlists.refresh", published, asked_at=asked_at)
    after = now_there(sandbox)

    run_job("playlists.refresh", published, asked_at=asked_at)

    assert (now_there(sandbox), published.versions.count()) == (after, 2)


def test_refresh_of_a_playlist_that_is_only_here_asks_spotify_nothing(alice, sandbox, tracks):
    playlist = a_playlist(alice, tracks[:10])

    job = refresh(playlist)

    assert (job.state, playlist.state, playlist.versions.count()) == ("done", "local", 2)
    assert calls(sandbox) == []


EDITS = ("add", "remove", "move", "rename")


@pytest.mark.parametrize(
    "edits", [combination for size in range(1, 5) for combination in itertools.combinations(EDITS, size)]
)
def test_refresh_keeps_what_was_edited_on_spotify_by_hand(published, sandbox, tracks, edits):
    added, removed = uris(tracks[50:52]), uris(tracks[2:4])
    changes = {
        "add": {"add": added, "position": 5},
        "remove": {"remove": removed},
        "move": {"move": (0, 4, 2)},
        "rename": {"rename": "Mine now"},
    }
    for edit in edits:
        sandbox.edit_playlist(published.spotify_id, **changes[edit])
    by_hand = now_there(sandbox)

    job = refresh(published)

    after = now_there(sandbox)
    assert job.state == "done"
    assert after == here(published)
    if "add" in edits:
        assert set(added) <= set(after)
    if "remove" in edits:
        assert not set(removed) & set(after)
        assert {row.track.spotify_uri for row in Removal.objects.select_related("track")} == set(removed)
    stayed = [uri for uri in by_hand if uri in after]
    assert stayed == [uri for uri in after if uri in by_hand]
    assert published.name == there(sandbox)[0]["name"] == ("Mine now" if "rename" in edits else "Calm")
    edited = published.versions.filter(reason=Version.Reason.EDITED_ON_SPOTIFY)
    assert edited.count() == (0 if edits == ("rename",) else 1)


def test_refresh_never_puts_back_what_was_taken_out_by_hand(published, sandbox, tracks):
    sandbox.edit_playlist(published.spotify_id, remove=uris(tracks[:3]))

    for _ in range(5):
        refresh(published)

    seen = {uri for version in published.versions.all() if version.number > 1 for uri in uris_of(version)}
    assert not seen & set(uris(tracks[:3]))


def uris_of(version: Version) -> list[str]:
    return [entry.track.spotify_uri for entry in version.entries.select_related("track")]


def test_refresh_keeps_a_song_that_the_library_does_not_have(published, sandbox, alice):
    stranger = sandbox.songs()[-1]
    sandbox.edit_playlist(published.spotify_id, add=[stranger["uri"]], position=3)

    refresh(published)

    assert now_there(sandbox)[3] == stranger["uri"]
    assert published.newest_version().entries.filter(by_hand=True).count() == 1


def test_refresh_says_so_when_the_playlist_was_deleted_on_spotify(published, sandbox):
    sandbox.edit_playlist(published.spotify_id, delete=True)

    job = refresh(published)

    assert (job.state, job.error) == ("failed", "You deleted this playlist on Spotify.")
    assert (published.state, published.problem, published.versions.count()) == ("gone", "gone", 1)
    assert calls(sandbox) == ["playlist", "library_contains"]


def test_publishing_after_it_was_deleted_there_makes_a_new_one(published, sandbox, tracks):
    before = published.spotify_id
    sandbox.edit_playlist(published.spotify_id, delete=True)
    refresh(published)

    publish(published)

    assert published.spotify_id != before
    assert (published.state, now_there(sandbox)) == ("published", uris(tracks[:10]))


def test_refresh_never_touches_the_playlist_of_another_account(published, sandbox):
    connection = published.user.connection
    connection.spotify_user_id = "somebody-else"
    connection.save(update_fields=["spotify_user_id"])
    before = now_there(sandbox)

    job = refresh(published)

    assert (job.error, published.state) == ("The playlist on Spotify belongs to another account.", "failed")
    assert now_there(sandbox) == before


@pytest.mark.parametrize("kind", ["remove_items", "add_items", "playlist", "library_contains"])
@pytest.mark.parametrize("failure", [{"lose_answer": True}, {"status": 503}], ids=["lost", "503"])
def test_refresh_survives_answers_that_do_not_come(published, sandbox, kind, failure):
    sandbox.fail(kind, **failure)

    job = refresh(published)

    assert (job.state, published.pending, now_there(sandbox)) == ("done", {}, here(published))
    assert published.versions.count() == 2


def test_refresh_stopped_by_the_quota_is_finished_later(published, sandbox):
    sandbox.fail("add_items", quota=True, retry_after=1)
    first = refresh(published)
    assert (first.state, published.problem, len(now_there(sandbox))) == ("queued", "quota", 8)
    waited = published.waits_until

    lift_quota()
    second = run_job("playlists.refresh", published, asked_at=timezone.now().isoformat())

    assert waited is not None
    assert (second.state, published.problem, published.waits_until) == ("done", "", None)
    assert (now_there(sandbox), published.versions.count()) == (here(published), 2)


def test_edits_by_hand_during_a_wait_for_the_quota_are_kept(published, sandbox, tracks):
    sandbox.fail("add_items", quota=True, retry_after=1)
    refresh(published)
    staying = now_there(sandbox)
    sandbox.edit_playlist(published.spotify_id, remove=[staying[0]], add=uris(tracks[55:56]), position=2)

    lift_quota()
    run_job("playlists.refresh", published, asked_at=timezone.now().isoformat())

    after = now_there(sandbox)
    assert after == here(published)
    assert (staying[0] in after, uris(tracks[55:56])[0] in after) == (False, True)


def lift_quota() -> None:
    """Let the day be over."""
    QuotaFamily.objects.update(blocked_until=None, consecutive=0)


def test_plan_refresh_writes_nothing(published, sandbox):
    plan = plan_refresh(published, now=NOW)

    assert [change.kind for change in plan.changes].count("added") == 2
    assert (published.versions.count(), calls(sandbox)) == (1, [])


def test_claim_due_refreshes_gives_each_out_once_and_sets_the_next_time(published, alice):
    alice.time_zone = "Europe/Berlin"
    alice.save(update_fields=["time_zone"])
    published.refresh_from_db()
    set_schedule(published, schedule="daily", hour=6, weekday=0, paused=False, now=NOW)
    due_at = published.next_refresh_at

    claims = [claim_due_refreshes(due_at - timedelta(seconds=1)), *[claim_due_refreshes(due_at)] * 1]
    again = claim_due_refreshes(due_at)

    published.refresh_from_db()
    assert (claims, again) == ([[], [published]], [])
    assert published.next_refresh_at == due_at + timedelta(days=1)
    assert datetime(2026, 11, 2, 5, 0, tzinfo=UTC) <= due_at < datetime(2026, 11, 2, 5, 30, tzinfo=UTC)


def test_claim_due_refreshes_leaves_what_is_paused_deleted_or_gone(alice, tracks):
    due = {"schedule": "daily", "next_refresh_at": NOW - timedelta(minutes=1)}
    a_playlist(alice, tracks[:1], **due, paused=True)
    a_playlist(alice, tracks[:1], **due, deleted_at=NOW)
    a_playlist(alice, tracks[:1], **due, state="gone")
    a_playlist(alice, tracks[:1], **{**due, "schedule": "never"})

    assert claim_due_refreshes(NOW) == []


def test_claim_due_refreshes_lets_a_refresh_that_is_days_late_wait_for_its_next_time(alice, tracks):
    late = a_playlist(alice, tracks[:1], schedule="daily", next_refresh_at=NOW - timedelta(days=3))

    assert claim_due_refreshes(NOW) == []
    late.refresh_from_db()
    assert late.next_refresh_at > NOW


def test_refresh_happens_here_while_the_playlist_waits_for_consent(alice, sandbox, tracks):
    connection = alice.connection_or_none()
    granted, connection.scopes = connection.scopes, ["user-library-read"]
    connection.save(update_fields=["scopes"])
    playlist = a_playlist(alice, tracks[:10])
    ask_to_publish(playlist, now=NOW)

    job = refresh(playlist)

    assert (job.state, playlist.problem, there(sandbox)) == ("done", "consent", [])
    assert [version.reason for version in playlist.versions.newest_first()] == ["refreshed", "built"]
    connection.scopes = granted
    connection.save(update_fields=["scopes"])
    assert start_allowed_publishing(timezone.now()) == 1
    run_job("playlists.publish", playlist)
    assert (playlist.state, now_there(sandbox)) == ("published", here(playlist))


def test_refresh_of_a_playlist_that_is_being_saved_happens_after_that(alice, sandbox, tracks):
    playlist = a_playlist(alice, tracks[:10])
    ask_to_publish(playlist, now=NOW)

    job = refresh(playlist)

    assert (job.state, playlist.newest_version().reason) == ("done", "refreshed")
    assert now_there(sandbox) == here(playlist)
    assert len(there(sandbox)) == 1


def test_publishing_without_consent_waits_for_it(alice, sandbox, tracks):
    playlist = a_playlist(alice, tracks[:10])
    ask_to_publish(playlist, now=NOW)
    connection = alice.connection_or_none()
    granted, connection.scopes = connection.scopes, ["user-library-read"]
    connection.save(update_fields=["scopes"])

    run_job("playlists.publish", playlist)

    assert playlist.problem == "consent"
    connection.scopes = granted
    connection.save(update_fields=["scopes"])
    assert start_allowed_publishing(timezone.now()) == 1
