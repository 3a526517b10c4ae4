import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from jobs.models import Job
from jobs.services import claim_job, start_job
from library.models import OwnPlaylist
from playlists.covers import LARGEST_BYTES, cover_jpeg
from playlists.models import Playlist
from playlists.recipes import Recipe
from playlists.selection import Notice, NoticeCode, ReasonCode
from playlists.services.leaving import unlink_playlists
from playlists.services.noticing import notice_hand_edits
from playlists.states import state_of
from playlists.wording import notice_words, why
from tests.outside import NOW
from tests.playlists.builders import a_song, fill_library, songs_of
from tests.playlists.spotify_side import a_playlist, calls, connect_listener, publish, run_job, there

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(alice, sandbox):
    """alice's playlist of five songs on Spotify."""
    connect_listener(alice, sandbox)
    playlist = a_playlist(alice, fill_library(alice, songs_of(sandbox, 20))[:5])
    publish(playlist)
    sandbox.clear_journal()
    return playlist


@pytest.mark.parametrize("kind", ["playlists.publish", "playlists.refresh", "playlists.restore"])
def test_jobs_for_a_playlist_that_is_deleted_do_nothing(published, sandbox, kind):
    Playlist.objects.update(deleted_at=NOW)
    args = {"asked_at": NOW.isoformat()} if kind != "playlists.publish" else {}
    args |= {"number": 1} if kind == "playlists.restore" else {}

    job = run_job(kind, published, **args)

    assert (job.state, job.result, calls(sandbox)) == ("done", {}, [])


@pytest.mark.parametrize("times", [1, 2])
def test_remove_deletes_the_playlist_on_spotify_once(published, sandbox, times):
    Playlist.objects.update(deleted_at=NOW)

    for _ in range(times):
        job = run_job("playlists.remove", published)

    assert (job.state, there(sandbox)) == ("done", [])
    assert (published.spotify_id, published.state) == (None, "local")
    assert calls(sandbox) == ["playlist", "library_contains", "remove_playlist"]


def test_remove_of_what_is_gone_already_is_no_failure(published, sandbox):
    sandbox.edit_playlist(published.spotify_id, delete=True)
    Playlist.objects.update(deleted_at=NOW)

    job = run_job("playlists.remove", published)

    assert (job.state, published.spotify_id) == ("done", None)


def test_a_job_waits_while_another_one_works_on_the_playlist(published, alice):
    other = start_job("playlists.publish", user=alice, key="other")
    Playlist.objects.update(busy_job=claim_job(other.pk, now=timezone.now()).pk)

    job = run_job("playlists.refresh", published, asked_at=timezone.now().isoformat())

    assert job.state == "queued"
    assert timedelta(0) < job.run_after - timezone.now() <= timedelta(seconds=5)


def test_a_job_goes_on_after_one_that_died(published, alice):
    Playlist.objects.update(busy_job="8d2b1b0e-0000-4000-8000-000000000000")

    job = run_job("playlists.refresh", published, asked_at=timezone.now().isoformat())

    assert job.state == "done"


def test_hand_edits_that_a_sync_saw_are_noticed_once(published, alice):
    row = OwnPlaylist.objects.create(
        user=alice,
        spotify_id=published.spotify_id,
        name="Calm",
        snapshot_id="another",
        read_snapshot_id="another",
        read_at=timezone.now() - timedelta(days=1),
    )
    assert notice_hand_edits() == 0  # Read before our last change.

    row.read_at = timezone.now() + timedelta(minutes=1)
    row.save(update_fields=["read_at"])

    assert (notice_hand_edits(), notice_hand_edits()) == (1, 0)
    published.refresh_from_db()
    assert state_of(published).line == "Changed on Spotify by hand"
    run_job("playlists.refresh", published, asked_at=timezone.now().isoformat())
    assert published.state == "published"


def test_disconnecting_unlinks_playlists_and_keeps_them(published, alice):
    local = a_playlist(alice, [])

    assert (unlink_playlists(alice), unlink_playlists(alice)) == (1, 0)
    published.refresh_from_db()
    assert (published.spotify_id, published.state, published.versions.count()) == (None, "local", 1)
    assert local.state == "local"


@pytest.mark.parametrize("recipe", [{}, {"mood": "calm"}, {"start": "sad", "mood": "happy"}])
def test_cover_is_a_square_jpeg_that_spotify_takes(recipe):
    picture = cover_jpeg(recipe, seed="a")

    opened = Image.open(io.BytesIO(picture))
    assert (opened.format, opened.size) == ("JPEG", (640, 640))
    assert len(picture) <= LARGEST_BYTES
    assert picture == cover_jpeg(recipe, seed="a") != cover_jpeg(recipe, seed="b")


def test_build_playlist_prints_one_report(alice, capsys):
    fill_library(alice, [a_song(number) for number in range(30)])

    call_command("build_playlist", "alice", "--mood", "calm", "--minutes", "30")

    report = json.loads(capsys.readouterr().out)
    playlist = Playlist.objects.get()
    assert (report["playlist"], report["name"]) == (str(playlist.pk), "Calm")
    assert len(report["tracks"]) == playlist.newest_version().entries.count() == 9
    assert report["tracks"][0].keys() == {"title", "artists", "spotify_url", "why"}


def test_build_playlist_of_an_empty_library_keeps_nothing(alice, capsys):
    call_command("build_playlist", "alice", "--mood", "calm", "--tracks", "10")

    report = json.loads(capsys.readouterr().out)
    assert (report["playlist"], report["notices"]) == (None, ["There are no songs in your library yet."])
    assert Playlist.objects.count() == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nobody", "--mood", "calm"], "There is no user nobody."),
        (["alice", "--mood", "hungry"], "mood: There is no such mood."),
        (["alice", "--mood", "calm", "--minutes", "-5"], "minutes: This must lie between 5 and 600."),
    ],
)
def test_build_playlist_refuses_in_words(alice, arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("build_playlist", *arguments)


@pytest.mark.parametrize(
    ("code", "numbers", "words"),
    [
        (ReasonCode.LIKELY_MOOD, {"mood": 0, "probability": 0.774}, "77 % likely happy"),
        (ReasonCode.NEAR_TARGET, {"closeness": 0.8}, "close to the mood you asked for"),
        (ReasonCode.PLAYED, {"listens": 10, "days": 3.4}, "10 plays, last 3 days ago"),
        (ReasonCode.PLAYED, {"listens": 1, "days": 0.2}, "1 play, last today"),
        (ReasonCode.UNHEARD, {"listens": 16, "days": 314.0}, "16 plays, none for 314 days"),
        (ReasonCode.ARTIST_PLAYED, {"songs": 4}, "you know 4 songs by this artist"),
        (ReasonCode.FINISHED, {"share": 0.9}, "you usually hear 90 % of it"),
        (ReasonCode.ARTIST_FINISHED, {"share": 0.9}, "you seldom skip this artist"),
        (ReasonCode.FOLLOWS_WELL, {"cost": 0.1}, "follows well: similar energy and loudness"),
        ("from_the_future", {}, ""),
    ],
)
def test_why_says_each_reason_in_words(code, numbers, words):
    assert why([{"code": str(code), "numbers": numbers}]) == words


def test_why_of_a_step_says_that_it_fits_the_way():
    reasons = [
        {"code": "step", "numbers": {"step": 3}},
        {"code": "near_target", "numbers": {"closeness": 0.8}},
    ]

    assert why(reasons) == "step 3 of 10 · fits its place on the way"


NUMBERS = {
    "found": 12, "asked": 50, "total": 12, "minutes": 31.2, "unknown": 3, "all": 0, "precision": 0.42,
    "nearest": 3, "cap": 25, "gap": 1, "missing": 1, "guessed": 2, "floor": 0.1, "closeness": 0.2,
    "mood": 0, "is_end": 1,
}  # fmt: skip


@pytest.mark.parametrize("code", list(NoticeCode))
def test_every_notice_has_words(code):
    words = notice_words(Notice(code, NUMBERS), Recipe(mood="sad", tracks=50))

    assert words.endswith(".")
    assert "%(" not in words


def test_notices_about_the_mood_are_not_made_where_none_was_asked_for():
    recipe = Recipe(tracks=50)

    assert notice_words(Notice(NoticeCode.MOOD_RARE, NUMBERS), recipe) == ""


@pytest.mark.parametrize(
    ("fitting", "words"),
    [
        (12.0, "Few of your songs sound calm, so some that fit less were taken."),
        (288.0, "Enough of your songs sound calm, but too few of the unheard or forgotten ones do."),
    ],
)
def test_notice_of_a_rare_mood_calls_it_rare_only_where_it_is(fitting, words):
    notice = Notice(NoticeCode.MOOD_RARE, {"floor": 0.3, "fitting": fitting, "asked": 18.0})

    assert notice_words(notice, Recipe(mood="calm", tracks=18)) == words


def test_notice_of_moods_that_are_all_unknown_says_so():
    notice = Notice(NoticeCode.NOT_MOOD_MATCHED, {**NUMBERS, "all": 1})

    assert notice_words(notice, Recipe(mood="sad", tracks=5)) == (
        "No mood is known for any of these songs yet: the list goes by your taste alone."
    )


@pytest.mark.parametrize("model", ["playlist", "version", "removal"])
def test_admin_lists_and_shows_playlists(admin_client, alice, model):
    playlist = a_playlist(alice, fill_library(alice, [a_song(1)]))

    assert admin_client.get(reverse(f"admin:playlists_{model}_changelist")).status_code == 200
    shown = {"playlist": playlist, "version": playlist.newest_version()}.get(model)
    if shown is not None:
        url = reverse(f"admin:playlists_{model}_change", args=[shown.pk])
        assert admin_client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("action", "kind"), [("publish_again", "playlists.publish"), ("refresh_now", "playlists.refresh")]
)
def test_admin_starts_work(admin_client, published, action, kind):
    Job.objects.all().delete()
    chosen = {"action": action, "_selected_action": [str(published.pk)]}

    admin_client.post(reverse("admin:playlists_playlist_changelist"), chosen)

    assert [job.kind for job in Job.objects.all()] == [kind]
