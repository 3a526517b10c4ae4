from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import User
from jobs.kinds import LeaseLost
from jobs.models import Job
from library.models import (
    LibraryTrack,
    OwnPlaylist,
    OwnPlaylistTrack,
    Play,
    PollSchedule,
    SavedTrack,
    SyncRun,
    TopTrack,
)
from library.services.holding import LibraryGone, hold_library
from library.services.syncing import SyncFailed, SyncWaits, begin_sync, sync_library
from tests.library.builders import a_run
from tests.outside import NOW, connect

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)
FULL, CHANGES = SyncRun.Kind.FULL, SyncRun.Kind.CHANGES


@pytest.fixture
def sam(alice, sandbox):
    """alice, connected to the student's Spotify: 208 liked songs, 9 playlists."""
    connect(alice, sandbox, "sam")
    return alice


def sync(user, kind=FULL, *, run=None, now=NOW):
    return sync_library(user, kind=kind, run=run or a_run(user), now=now)


def liked(user) -> list[str]:
    return sorted(SavedTrack.objects.filter(user=user).values_list("track__spotify_id", flat=True))


def liked_there(sandbox) -> list[str]:
    return sorted(song["id"] for song in sandbox.liked("sam"))


def asked(sandbox) -> list[str]:
    return [request.kind for request in sandbox.journal()]


def test_sync_library_brings_all_that_spotify_has(sam, sandbox):
    sync(sam)

    recent = [play["id"] for play in sandbox.plays("sam")[-50:]]
    assert list(Play.objects.order_by("played_at").values_list("track__spotify_id", flat=True)) == recent
    assert liked(sam) == liked_there(sandbox)
    assert TopTrack.objects.filter(user=sam).count() == 150
    mine = {shelf["id"]: shelf["uris"] for shelf in sandbox.playlists("sam") if shelf["owner"] == "sam"}
    for spotify_id, uris in mine.items():
        entries = OwnPlaylistTrack.objects.filter(playlist__spotify_id=spotify_id).order_by("position")
        assert [entry.track.spotify_uri for entry in entries] == uris


def test_sync_library_reads_what_perishes_first(sam, sandbox):
    sync(sam)

    first_of_each = list(dict.fromkeys(asked(sandbox)))
    assert first_of_each == ["recently_played", "top", "saved_tracks", "playlists", "playlist_items"]


def test_sync_library_shows_what_it_did(sam, sandbox):
    counts = sync(sam)

    done = SyncRun.objects.get()
    assert (done.state, done.finished_at, done.problem) == ("done", NOW, "")
    assert done.counts == counts
    total = len(sandbox.liked("sam"))
    assert counts["likes"] == {"read": total, "new": total, "gone": 0, "total": total}
    assert PollSchedule.objects.get().library_synced_at == NOW


def test_sync_library_changes_nothing_when_run_again(sam):
    sync(sam)
    before = sorted(LibraryTrack.objects.values_list("track", "plays", "is_liked", "is_top", "in_playlist"))

    counts = sync(sam)

    assert (
        sorted(LibraryTrack.objects.values_list("track", "plays", "is_liked", "is_top", "in_playlist"))
        == before
    )
    assert [step.get("new", 0) for step in counts.values()] == [0] * len(counts)


def test_sync_library_goes_on_where_it_stopped(sam, sandbox):
    sandbox.fail("saved_tracks", status=502, times=1)
    with pytest.raises(SyncWaits) as wait:
        sync(sam)
    first = asked(sandbox)

    sync(sam, now=wait.value.until)

    assert (first.count("recently_played"), asked(sandbox).count("recently_played")) == (1, 1)
    assert liked(sam) == liked_there(sandbox)
    assert SyncRun.objects.get().state == "done"


def test_sync_library_stores_nothing_of_a_page_whose_job_was_taken_over(sam):
    run = a_run(sam)
    Job.objects.update(state=Job.State.CANCELLED)

    with pytest.raises(LeaseLost):
        sync(sam, run=run)

    assert (Play.objects.count(), PollSchedule.objects.count()) == (0, 0)
    assert SyncRun.objects.get().counts == {}


def test_sync_library_ends_a_unit_when_its_time_is_over(sam, monkeypatch):
    run = a_run(sam)
    run._started -= 100

    with pytest.raises(SyncWaits) as wait:
        sync(sam, run=run)

    assert wait.value.until == NOW


@pytest.mark.parametrize("quota", [True, False])
def test_sync_library_reads_the_rest_while_one_endpoint_rests(sam, sandbox, quota):
    sandbox.fail("saved_tracks", status=429, retry_after=86_207, quota=quota)

    with pytest.raises(SyncWaits) as wait:
        sync(sam)

    waiting = SyncRun.objects.get()
    assert wait.value.until == waiting.waits_until == NOW + timedelta(seconds=86_207)
    assert (waiting.state, waiting.problem) == ("waiting", "quota" if quota else "busy")
    assert waiting.checkpoint["todo"] == ["likes"]
    assert OwnPlaylist.objects.filter(user=sam).count() == len(sandbox.playlists("sam"))
    assert asked(sandbox).count("saved_tracks") == 1


def test_sync_library_goes_on_after_the_rest(sam, sandbox):
    sandbox.fail("saved_tracks", status=429, retry_after=3600)
    with pytest.raises(SyncWaits) as wait:
        sync(sam)
    afterwards = wait.value.until + timedelta(seconds=10)
    sandbox.set_now(afterwards)

    sync(sam, now=afterwards)

    assert liked(sam) == liked_there(sandbox)


def test_sync_library_waits_with_everything_when_the_pause_is_short(sam, sandbox):
    sandbox.fail("top", status=429, retry_after=20)

    with pytest.raises(SyncWaits) as wait:
        sync(sam)

    assert wait.value.until == NOW + timedelta(seconds=20)
    assert asked(sandbox) == ["recently_played", "top"]


def test_sync_library_survives_an_access_token_that_died_early(sam, sandbox):
    sandbox.expire_access_tokens()

    sync(sam)

    assert asked(sandbox)[:3] == ["recently_played", "token", "recently_played"]
    assert liked(sam) == liked_there(sandbox)


@pytest.mark.parametrize("plain_text", [True, False])
def test_sync_library_fails_in_words_when_the_listener_is_not_on_the_list(sam, sandbox, plain_text):
    sandbox.forbid("sam", plain_text=plain_text)

    with pytest.raises(SyncFailed) as failure:
        sync(sam)

    assert failure.value.problem == "not_allowed"
    failed = SyncRun.objects.get()
    assert (failed.state, failed.problem, failed.finished_at) == ("failed", "not_allowed", NOW)


def test_sync_library_fails_in_words_when_the_grant_is_dead(sam, sandbox):
    sandbox.revoke("sam")

    with pytest.raises(SyncFailed) as failure:
        sync(sam)

    assert failure.value.problem == "reconnect"
    assert asked(sandbox).count("token") == 1


def test_sync_library_fails_when_nobody_is_connected(alice, sandbox):
    with pytest.raises(SyncFailed) as failure:
        sync(alice)

    assert failure.value.problem == "reconnect"
    assert asked(sandbox) == []


def test_sync_library_waits_longer_and_longer_while_spotify_is_down(sam, sandbox):
    sandbox.fail("recently_played", status=503, times=None)
    waits = []
    for _ in range(5):
        with pytest.raises(SyncWaits) as wait:
            sync(sam)
        waits.append((wait.value.until - NOW).total_seconds())

    assert all(30 <= seconds <= 90 for seconds in waits[:3])
    assert waits[3:] == [120, 240]
    assert SyncRun.objects.get().problem == "down"


def test_sync_library_gives_up_after_a_day_and_a_half_without_spotify(sam, sandbox):
    sandbox.fail("recently_played", status=503, times=None)
    with pytest.raises(SyncWaits):
        sync(sam)
    SyncRun.objects.update(checkpoint={**SyncRun.objects.get().checkpoint, "failures": 40})

    with pytest.raises(SyncFailed):
        sync(sam)

    assert SyncRun.objects.get().problem == "down"


def test_sync_library_goes_on_without_a_step_that_was_not_allowed(alice, sandbox):
    connect(alice, sandbox, "sam", scopes=["user-read-recently-played", "user-library-read"])

    counts = sync(alice)

    assert counts["top_short_term"] == {"problem": "scope"}
    assert counts["playlists"] == {"problem": "scope"}
    assert liked(alice) == liked_there(sandbox)
    assert SyncRun.objects.get().state == "done"


def test_sync_library_fails_when_spotify_refuses_everything(sam, sandbox):
    sandbox.fail("*", status=403, body={"error": {"status": 403, "message": "Forbidden"}}, times=None)

    with pytest.raises(SyncFailed) as failure:
        sync(sam)

    assert failure.value.problem == "refused"


def test_sync_library_skips_one_playlist_that_is_refused(sam, sandbox):
    sandbox.fail("playlist_items", status=404)

    counts = sync(sam)

    readable = OwnPlaylist.objects.filter(user=sam, is_readable=True)
    assert counts["playlist_tracks"]["refused"] == 1
    assert counts["playlist_tracks"]["playlists"] == readable.count() - 1
    assert OwnPlaylist.objects.changed().count() == 0


def test_sync_library_notices_an_unlike_only_after_a_whole_pass(sam, sandbox):
    sync(sam)
    gone = sandbox.liked("sam")[120]["id"]
    sandbox.unlike("sam", gone)

    counts = sync(sam, now=LATER)

    assert counts["likes"]["gone"] == 1
    assert liked(sam) == liked_there(sandbox)
    assert LibraryTrack.objects.filter(track__spotify_id=gone, is_liked=True).count() == 0


def test_sync_library_deletes_no_like_when_a_page_fails(sam, sandbox):
    sync(sam)
    sandbox.unlike("sam", sandbox.liked("sam")[-1]["id"])
    before = liked(sam)
    sandbox.fail("saved_tracks", status=200, body={"items": None})

    with pytest.raises(SyncWaits):
        sync(sam, now=LATER)

    assert liked(sam) == before


def test_sync_library_deletes_no_like_when_an_entry_was_unreadable(sam, sandbox):
    sync(sam)
    before = liked(sam)
    sandbox.fail("saved_tracks", status=200, body={"items": ["nonsense"], "next": None, "total": 1})

    sync(sam, now=LATER)

    assert liked(sam) == before


def test_sync_library_forgets_a_deleted_playlist(sam, sandbox):
    sync(sam)
    mine = next(shelf for shelf in sandbox.playlists("sam") if shelf["owner"] == "sam")
    sandbox.edit_playlist(mine["id"], delete=True)

    counts = sync(sam, now=LATER)

    assert counts["playlists"]["gone"] == 1
    assert OwnPlaylist.objects.filter(spotify_id=mine["id"]).count() == 0


def test_changes_ask_for_little_when_nothing_changed(sam, sandbox):
    sync(sam)
    sandbox.clear_journal()

    sync(sam, CHANGES)

    assert asked(sandbox) == ["top", "top", "top", "saved_tracks", "playlists"]


def test_changes_bring_new_likes_and_changed_playlists(sam, sandbox):
    sync(sam)
    known = set(liked(sam))
    song = next(song for song in sandbox.songs() if song["id"] not in known)
    sandbox.like("sam", song["id"])
    mine = next(shelf for shelf in sandbox.playlists("sam") if shelf["owner"] == "sam")
    sandbox.edit_playlist(mine["id"], add=[f"spotify:track:{song['id']}"], position=0)
    sandbox.clear_journal()

    counts = sync(sam, CHANGES)

    assert liked(sam) == liked_there(sandbox)
    first = OwnPlaylistTrack.objects.get(playlist__spotify_id=mine["id"], position=0)
    assert first.track.spotify_id == song["id"]
    assert counts["new_likes"]["new"] == 1
    assert asked(sandbox).count("playlist_items") == 1


def test_changes_read_the_whole_list_when_a_like_is_gone(sam, sandbox):
    sync(sam)
    sandbox.unlike("sam", sandbox.liked("sam")[120]["id"])

    counts = sync(sam, CHANGES, now=LATER)

    assert counts["likes"]["gone"] == 1
    assert liked(sam) == liked_there(sandbox)


def test_changes_notice_an_unlike_hidden_by_a_new_like(sam, sandbox):
    sync(sam)
    known = set(liked(sam))
    sandbox.unlike("sam", sandbox.liked("sam")[120]["id"])
    sandbox.like("sam", next(song["id"] for song in sandbox.songs() if song["id"] not in known))

    sync(sam, CHANGES, now=LATER)

    assert liked(sam) == liked_there(sandbox)


def test_newcomers_with_nothing_get_a_finished_sync(alice, sandbox):
    connect(alice, sandbox, "nina")

    sync(alice)

    assert SyncRun.objects.get().state == "done"
    assert LibraryTrack.objects.count() == 0


def my_playlist(sandbox) -> dict:
    return next(shelf for shelf in sandbox.playlists("sam") if shelf["owner"] == "sam")


def entries_of(spotify_id: str) -> list[str]:
    entries = OwnPlaylistTrack.objects.filter(playlist__spotify_id=spotify_id).order_by("position")
    return [entry.track.spotify_uri for entry in entries]


def test_sync_library_reads_a_long_playlist_to_its_end(sam, sandbox):
    uris = [song["uri"] for song in sandbox.songs()[:120]]
    mine = sandbox.edit_playlist(my_playlist(sandbox)["id"], add=uris)

    sync(sam)

    assert entries_of(mine["id"]) == mine["uris"]


def test_changes_cut_a_playlist_that_became_shorter(sam, sandbox):
    sync(sam)
    mine = my_playlist(sandbox)
    sandbox.edit_playlist(mine["id"], remove=mine["uris"][1:])

    sync(sam, CHANGES, now=LATER)

    assert entries_of(mine["id"]) == mine["uris"][:1]


def list_cut_after(count: int, sandbox) -> dict:
    """The first page of the list of playlists as it is when there are more of them."""
    items = [
        {"id": shelf["id"], "name": shelf["name"], "owner": {"id": shelf["owner"]}, "items": {"total": 1}}
        for shelf in sandbox.playlists("sam")[:count]
    ]
    return {"items": items, "next": f"{sandbox.spotify_api_url}/me/playlists?offset={count}", "total": 9}


def test_sync_library_reads_the_list_of_playlists_to_its_end(sam, sandbox):
    sandbox.fail("playlists", status=200, body=list_cut_after(4, sandbox))

    counts = sync(sam)

    assert counts["playlists"] == {"read": 9, "new": 9, "gone": 0, "total": 9}
    listed = sorted(OwnPlaylist.objects.values_list("spotify_id", flat=True))
    assert listed == sorted(shelf["id"] for shelf in sandbox.playlists("sam"))


def test_sync_library_goes_on_when_a_playlist_goes_while_it_is_read(sam, sandbox):
    sandbox.fail("playlist_items", status=502)
    with pytest.raises(SyncWaits):
        sync(sam)
    first = OwnPlaylist.objects.changed().earliest("pk")
    cursor = {"playlist": first.pk, "spotify_id": first.spotify_id, "snapshot": "", "offset": 0}
    checkpoint = {**SyncRun.objects.get().checkpoint, "cursors": {"playlist_tracks": cursor}}
    SyncRun.objects.update(checkpoint=checkpoint)
    first.delete()

    sync(sam)

    assert SyncRun.objects.get().state == "done"
    assert entries_of(first.spotify_id) == []


def test_begin_sync_finds_the_run_that_somebody_else_just_began(sam):
    first = begin_sync(sam, kind=FULL, now=NOW)

    assert begin_sync(sam, kind=FULL, now=LATER) == first


def test_sync_library_stops_quietly_when_the_listener_is_gone(sam):
    run = a_run(sam)
    stale = User.objects.get(pk=sam.pk)
    begin_sync(sam, kind=FULL, now=NOW)
    sam.delete()

    with pytest.raises(LibraryGone), transaction.atomic():
        hold_library(stale)
    assert issubclass(LibraryGone, LeaseLost)
    assert not Job.objects.filter(pk=run.job_id).exists()
