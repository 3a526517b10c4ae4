import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs.models import Job
from library.models import Exclusion
from playlists.models import Playlist, Removal, Version
from playlists.ready_made import READY_MADE
from playlists.services.publishing import ask_to_publish
from playlists.services.refreshing import set_schedule
from playlists.tasks import forget_deleted, start_allowed_publishing, start_due_refreshes
from tests.outside import NOW, connect
from tests.playlists.builders import a_song, fill_library
from tests.playlists.spotify_side import a_playlist

pytestmark = pytest.mark.django_db

CALM = {"mood": "calm", "unit": "tracks", "length": "10", "familiarity": "35", "discovery": "10"}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def library(alice):
    """alice's forty calm songs and twenty sad ones."""
    return fill_library(alice, [a_song(number, "calm" if number < 40 else "sad") for number in range(60)])


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return client


def hidden(answer, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    return found.group(1) if found else ""


def shown(answer) -> list[int]:
    return [int(number) for number in hidden(answer, "shown").split(",") if number]


def carried(answer) -> dict[str, str]:
    return {name: hidden(answer, name) for name in ("revision", "shown", "locked", "dropped")}


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# Build


def test_build_shows_a_list_at_once_and_writes_nothing(page, library):
    answer = page.get("/build/?mood=calm")

    assert answer.status_code == 200
    assert set(shown(answer)) <= {track.pk for track in library[:40]}
    assert Playlist.objects.count() == 0


@pytest.mark.parametrize("ready", [one.key for one in READY_MADE])
def test_build_begins_with_a_ready_made_recipe(page, library, ready):
    answer = page.get(f"/build/?ready={ready}")

    assert answer.context["shown"].recipe == next(one.recipe for one in READY_MADE if one.key == ready)


def test_build_of_an_empty_library_says_what_to_do(page):
    told = page.get("/build/").content.decode()

    assert "Your library is empty so far" in told
    assert ('id="builder"' in told, 'href="/imports/"' in told) == (False, True)


def test_build_answers_a_turned_knob_with_the_list_alone(page, library):
    answer = page.post("/build/", {**CALM, "mood": "sad"}, **HTMX)

    assert answer.content.decode().strip().startswith("<section")
    assert set(shown(answer)) <= {track.pk for track in library[40:]}


def test_build_works_as_a_plain_form(page, library):
    first = page.post("/build/", CALM)
    swapped = page.post("/build/", {**CALM, **carried(first), "do": f"swap:{shown(first)[0]}"})
    locked = page.post("/build/", {**CALM, **carried(swapped), "do": f"lock:{shown(swapped)[1]}"})
    shuffled = page.post("/build/", {**CALM, **carried(locked), "do": "shuffle"})
    dropped = page.post("/build/", {**CALM, **carried(shuffled), "do": f"drop:{shown(shuffled)[2]}"})
    moved = page.post("/build/", {**CALM, **carried(dropped), "do": f"down:{shown(dropped)[0]}"})
    up = page.post("/build/", {**CALM, **carried(moved), "do": f"up:{shown(moved)[1]}"})

    assert shown(swapped)[1:] == shown(first)[1:]
    assert shown(swapped)[0] != shown(first)[0]
    assert shown(shuffled)[1] == shown(locked)[1]
    assert len(shown(dropped)) == 9
    assert shown(moved)[:2] == shown(dropped)[1::-1]
    assert shown(up) == shown(dropped)


def test_build_keeps_exactly_what_was_shown(page, alice, library):
    first = page.post("/build/", CALM)

    answer = page.post("/build/", {**CALM, **carried(first), "name": "Mine", "do": "save"})

    playlist = Playlist.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, playlist.get_absolute_url())
    assert (playlist.user, playlist.name, playlist.state) == (alice, "Mine", "local")
    assert playlist.newest_version().track_ids() == shown(first)


def test_build_sends_the_browser_on_when_asked_by_htmx(page, library):
    answer = page.post("/build/", {**CALM, "do": "save"}, **HTMX)

    assert answer["HX-Redirect"] == Playlist.objects.get().get_absolute_url()


def test_build_saves_to_spotify_at_once_where_it_may(page, alice, library, sandbox):
    connect(alice, sandbox, "nina")

    page.post("/build/", {**CALM, "do": "publish"})

    playlist = Playlist.objects.get()
    assert (playlist.state, playlist.problem, playlist.writing_version) == ("publishing", "", 1)
    assert [(job.kind, job.key) for job in Job.objects.all()] == [("playlists.publish", str(playlist.pk))]


def test_build_asks_for_permission_first_and_then_goes_on_by_itself(page, alice, library, sandbox):
    connection = connect(alice, sandbox, "nina", scopes=["user-library-read"])

    page.post("/build/", {**CALM, "do": "publish"})

    playlist = Playlist.objects.get()
    answer = page.get(playlist.get_absolute_url())
    assert playlist.problem == "consent"
    assert 'action="/accounts/spotify/allow-saving/"' in answer.content.decode()
    assert (start_allowed_publishing(NOW), Job.objects.count()) == (0, 0)
    connection.scopes = ["playlist-modify-private", "playlist-modify-public"]
    connection.save(update_fields=["scopes"])
    assert "Being saved on Spotify" in page.get(playlist.get_absolute_url()).content.decode()
    assert start_allowed_publishing(NOW) == 1
    assert Job.objects.get().kind == "playlists.publish"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"length": "-5"}, "This must lie between 1 and 200."),
        ({"unit": "minutes", "length": "10000"}, "This must lie between 5 and 600."),
        ({"length": ""}, "This field is required."),
        ({"length": "many"}, "Enter a whole number."),
        ({"mood": "hungry"}, "Select a valid choice. hungry is not one of the available choices."),
        ({"start": "calm"}, "A journey leads from one mood to another one."),
        ({"since": "2024-05-02", "until": "2024-05-01"}, "This must not come before the beginning."),
        ({"without_tracks": "1,x"}, "This list of songs cannot be read."),
        ({"without_tracks": "99999999"}, "One of these songs is not in your library."),
        ({"shown": "99999999", "do": "save"}, "One of these songs is not in your library."),
    ],
)
def test_build_says_in_words_what_cannot_be_meant(page, library, changes, words):
    for extra in ({}, HTMX):
        answer = page.post("/build/", {**CALM, **changes}, **extra)

        assert (answer.status_code, Playlist.objects.count()) == (200, 0)
        assert words in text_of(answer)


def test_build_refuses_the_songs_of_somebody_else(page, bob, library):
    foreign = fill_library(bob, [a_song(99)])[0]

    answer = page.post("/build/", {**CALM, "shown": str(foreign.pk), "do": "save"})

    assert "One of these songs is not in your library." in text_of(answer)
    assert Playlist.objects.count() == 0


@pytest.mark.parametrize("do", ["", "lock:", "drop:0", "swap:999", "up:-1", "down:9e9", "lock:" + "9" * 30])
def test_build_takes_a_strange_wish_for_none(page, library, do):
    assert page.post("/build/", {**CALM, "do": do}).status_code == 200


def test_build_never_uses_what_the_listener_excluded(page, alice, library):
    Exclusion.objects.bulk_create([Exclusion(user=alice, track=track) for track in library[:35]])

    assert not set(shown(page.post("/build/", CALM))) & {track.pk for track in library[:35]}


def test_build_of_nothing_that_fits_keeps_nothing(page, library):
    wanted = {**CALM, "year_from": "1901", "year_to": "1902"}

    answer = page.post("/build/", {**wanted, "do": "save"})

    assert "No song fits all of this" in text_of(answer)
    assert Playlist.objects.count() == 0


# A playlist


@pytest.fixture
def playlist(alice, library):
    """alice's playlist of five songs, here only."""
    return a_playlist(alice, library[:5])


@pytest.fixture
def published(playlist):
    """The same, as if it were on Spotify."""
    playlist.spotify_id, playlist.state = "P" * 22, Playlist.State.PUBLISHED
    playlist.sent = {"name": "Calm", "description": "", "own": ""}
    playlist.save()
    return playlist


GETS = ["", "status/", "edit/", "refresh/", "versions/1/", "export/csv/"]
POSTS = [
    *("edit/", "publish/", "refresh/", "details/", "schedule/"),
    *("versions/1/", "duplicate/", "delete/", "undelete/"),
]


@pytest.mark.parametrize("path", GETS)
def test_playlist_pages_are_only_for_their_owner(client, bob, playlist, path):
    url = playlist.get_absolute_url() + path
    stranger = client.get(url)
    client.force_login(bob)

    assert (stranger.status_code, stranger["Location"]) == (302, f"/accounts/login/?next={url}")
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("path", POSTS)
def test_playlists_are_changed_only_by_their_owner(client, bob, playlist, path):
    url = playlist.get_absolute_url() + path
    assert client.post(url).status_code == 302
    client.force_login(bob)

    answer = client.post(url, {"name": "Bob was here"})

    playlist.refresh_from_db()
    assert (answer.status_code, playlist.name, playlist.deleted_at) == (404, "Calm", None)
    assert Playlist.objects.count() == 1


@pytest.mark.parametrize("path", GETS)
def test_playlist_pages_show(page, playlist, path):
    assert page.get(playlist.get_absolute_url() + path).status_code == 200


def test_playlist_page_lists_its_songs_and_links_to_paste(page, playlist, library):
    answer = page.get(playlist.get_absolute_url())

    assert [row.track for row in answer.context["listing"].tracks] == library[:5]
    assert answer.context["links"].count("https://open.spotify.com/track/") == 5


@pytest.mark.parametrize("path", ["/playlists/", "/build/?mood=calm"])
def test_pages_need_as_many_queries_for_three_as_for_one(
    page, alice, library, django_assert_max_num_queries, path
):
    a_playlist(alice, library[:1])
    page.get(path)
    with django_assert_max_num_queries(30) as one:
        page.get(path)
    a_playlist(alice, library[:3])
    a_playlist(alice, library[:5])

    with django_assert_max_num_queries(len(one.captured_queries)):
        page.get(path)


def test_playlist_page_needs_as_many_queries_for_long_lists(
    page, alice, library, django_assert_max_num_queries
):
    short, long = a_playlist(alice, library[:1]), a_playlist(alice, library[:50])
    page.get(short.get_absolute_url())
    with django_assert_max_num_queries(25) as one:
        page.get(short.get_absolute_url())

    with django_assert_max_num_queries(len(one.captured_queries)):
        page.get(long.get_absolute_url())


def test_rename_tells_spotify_where_the_playlist_is_there(page, published):
    page.post(f"{published.get_absolute_url()}details/", {"name": "New", "description": "Mine."})

    published.refresh_from_db()
    assert (published.name, published.description, published.writing_version) == ("New", "Mine.", 1)
    assert Job.objects.get().kind == "playlists.publish"


def test_rename_of_a_local_playlist_asks_nobody(page, playlist):
    page.post(f"{playlist.get_absolute_url()}details/", {"name": "New", "description": ""})

    playlist.refresh_from_db()
    assert (playlist.name, Job.objects.count()) == ("New", 0)


def test_rename_to_nothing_is_refused_in_words(page, playlist):
    answer = page.post(f"{playlist.get_absolute_url()}details/", {"name": ""})

    assert "This field is required." in text_of(answer)


def test_schedule_is_kept_and_its_next_time_shown(page, playlist):
    wanted = {"schedule": "weekly", "weekday": "2", "hour": "7"}

    page.post(f"{playlist.get_absolute_url()}schedule/", wanted)

    playlist.refresh_from_db()
    assert (playlist.schedule, playlist.schedule_weekday, playlist.schedule_hour) == ("weekly", 2, 7)
    assert (playlist.next_refresh_at.weekday(), playlist.next_refresh_at.hour) == (2, 7)
    assert "refreshes each Wednesday at 7 a.m." in text_of(page.get(playlist.get_absolute_url()))


def test_schedule_that_cannot_be_is_refused_in_words(page, playlist):
    answer = page.post(f"{playlist.get_absolute_url()}schedule/", {"schedule": "hourly", "weekday": 9})

    assert "Select a valid choice." in text_of(answer)


def test_refresh_page_shows_what_would_change_and_writes_nothing(page, playlist):
    answer = page.get(f"{playlist.get_absolute_url()}refresh/")

    kinds = {change.kind for rows in answer.context["change_sets"] for change in rows}
    assert kinds == {"added", "removed"}
    assert (Version.objects.count(), Job.objects.count()) == (1, 0)


def test_refresh_is_started_by_post(page, playlist):
    page.post(f"{playlist.get_absolute_url()}refresh/")

    assert Job.objects.get().kind == "playlists.refresh"


def test_restore_is_started_by_post(page, playlist):
    page.post(f"{playlist.get_absolute_url()}versions/1/")

    job = Job.objects.get()
    assert (job.kind, job.args["number"]) == ("playlists.restore", 1)


@pytest.mark.parametrize("path", ["versions/2/", "export/exe/"])
def test_what_does_not_exist_is_not_found(page, playlist, path):
    assert page.get(playlist.get_absolute_url() + path).status_code == 404


def test_edit_keeps_the_list_as_a_new_version_and_drops_for_good(page, playlist):
    url = f"{playlist.get_absolute_url()}edit/"
    first = page.get(url)
    gone = shown(first)[1]
    dropped = page.post(url, {**CALM, "length": "5", **carried(first), "do": f"drop:{gone}"})

    page.post(url, {**CALM, "length": "5", **carried(dropped), "do": "save"})

    newest = playlist.newest_version()
    assert (newest.number, newest.reason) == (2, "edited_here")
    assert newest.track_ids() == shown(dropped)
    assert [removal.track_id for removal in Removal.objects.all()] == [gone]


def test_edit_of_a_playlist_on_spotify_is_brought_there(page, published):
    url = f"{published.get_absolute_url()}edit/"

    page.post(url, {**CALM, **carried(page.get(url)), "do": "save"})

    published.refresh_from_db()
    assert (published.writing_version, Job.objects.get().kind) == (2, "playlists.publish")


def test_duplicate_makes_a_copy_here(page, published):
    page.post(f"{published.get_absolute_url()}duplicate/")

    copy = Playlist.objects.exclude(pk=published.pk).get()
    assert (copy.name, copy.state, copy.spotify_id) == ("Calm, copy", "local", None)
    assert copy.newest_version().track_ids() == published.newest_version().track_ids()


def test_delete_can_be_undone(page, playlist):
    page.post(f"{playlist.get_absolute_url()}delete/", {"where": "here"})
    gone = page.get(playlist.get_absolute_url())
    listed = page.get("/playlists/")
    page.post(f"{playlist.get_absolute_url()}undelete/")

    assert gone.status_code == 404
    assert "Deleted lately" in text_of(listed)
    assert page.get(playlist.get_absolute_url()).status_code == 200


def test_delete_stops_what_is_being_done_and_removes_it_there_where_wished(page, published):
    page.post(f"{published.get_absolute_url()}refresh/")

    page.post(f"{published.get_absolute_url()}delete/", {"where": "there"})

    states = {job.kind: job.state for job in Job.objects.all()}
    assert states == {"playlists.refresh": "cancelled", "playlists.remove": "queued"}


def test_deleted_playlists_are_forgotten_after_thirty_days(alice, library):
    a_playlist(alice, library[:1], deleted_at=NOW - timedelta(days=31))
    kept = a_playlist(alice, library[:1], deleted_at=NOW - timedelta(days=29))

    assert (forget_deleted(NOW), forget_deleted(NOW)) == (1, 0)
    assert list(Playlist.objects.all()) == [kept]


def test_due_refreshes_are_started_once(playlist):
    set_schedule(playlist, schedule="daily", hour=6, weekday=0, paused=False, now=NOW)
    later = NOW + timedelta(days=1)

    assert (start_due_refreshes(later), start_due_refreshes(later)) == (1, 0)
    assert Job.objects.get().kind == "playlists.refresh"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "gone", "problem": "gone"}, "You deleted this playlist on Spotify."),
        ({"state": "failed", "problem": "reconnect"}, "Connect Spotify again in the settings"),
        ({"state": "publishing", "problem": "quota", "waits_until": NOW}, "goes on by itself"),
        ({"state": "edited"}, "Changed on Spotify by hand"),
        ({"state": "failed", "problem": "no_tracks"}, "Download it as a file instead."),
        ({"schedule": "daily"}, "refreshes daily at 6 a.m."),
        ({"schedule": "daily", "paused": True}, "refreshing is paused"),
    ],
)
def test_playlist_says_how_it_is_doing(page, alice, library, fields, words):
    playlist = a_playlist(alice, library[:1], **fields)

    assert words in text_of(page.get(playlist.get_absolute_url()))


def test_status_reloads_the_page_when_the_work_is_done(page, playlist):
    at_rest = page.get(f"{playlist.get_absolute_url()}status/")
    page.post(f"{playlist.get_absolute_url()}refresh/")
    at_work = page.get(f"{playlist.get_absolute_url()}status/")

    assert at_rest["HX-Refresh"] == "true"
    assert "HX-Refresh" not in at_work
    assert f'hx-get="{reverse("playlist-status", args=[playlist.pk])}"' in at_work.content.decode()


def test_ask_to_publish_without_a_connection_waits_for_consent(playlist):
    ask_to_publish(playlist, now=timezone.now())

    assert (playlist.state, playlist.problem) == ("publishing", "consent")
