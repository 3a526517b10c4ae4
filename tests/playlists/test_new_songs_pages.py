"""Songs from beyond the library on the Build page, in lists and in the API."""

import json

import pytest
from django.utils import timezone

from jobs.models import Job
from jobs.running import run_claimed
from playlists.models import Playlist
from playlists.services.suggestions import suggested_track_ids
from tests.moods.builders import some_features
from tests.playlists.builders import fill_library, songs_of
from tests.playlists.test_pages import CALM, HTMX, carried, hidden, shown, text_of

pytestmark = pytest.mark.django_db

BEYOND = {**CALM, "discovery": "50", "beyond": "on"}
STATUS = "/build/new-songs/?start=&mood=calm"


@pytest.fixture
def library(alice, sandbox):
    tracks = fill_library(alice, songs_of(sandbox, 40))
    for track in tracks:
        some_features(track, matched_by="spotify_id")
    return tracks


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return client


def search() -> str:
    job = Job.objects.get(kind="playlists.suggest")
    return run_claimed(job.pk)


def test_build_looks_beyond_only_when_asked_and_says_how_it_stands(page, alice, library):
    page.post("/build/", CALM, **HTMX)
    assert not Job.objects.exists()

    looking = page.post("/build/", BEYOND, **HTMX)
    assert "Looking for songs beyond your library" in text_of(looking)
    assert 'hx-get="/build/new-songs/?start=&amp;mood=calm"' in looking.content.decode()
    assert "Looking for songs" in text_of(page.get(STATUS))
    assert not set(shown(looking)) & suggested_track_ids(alice)

    assert search() == "done"
    over = page.get(STATUS)
    assert (over.content, over.headers["HX-Trigger"]) == (b"", "new-songs")
    found = page.post("/build/", BEYOND, **HTMX)
    assert "ReccoBeats found" in text_of(found)
    assert set(shown(found)) & suggested_track_ids(alice)
    new = len(set(shown(found)) & suggested_track_ids(alice))
    assert found.content.decode().count('class="track__new"') == new
    assert "40 of your 40 songs fit." in text_of(found)


def test_new_songs_can_be_locked_dropped_swapped_and_kept(page, alice, library):
    page.post("/build/", BEYOND)
    search()
    answer = page.post("/build/", BEYOND)
    new = suggested_track_ids(alice)
    one = next(track for track in shown(answer) if track in new)

    locked = page.post("/build/", {**BEYOND, **carried(answer), "do": f"lock:{one}"})
    assert hidden(locked, "locked") == str(one)
    swapped = page.post("/build/", {**BEYOND, **carried(locked), "do": f"swap:{one}"})
    assert one not in shown(swapped)
    saved = page.post("/build/", {**BEYOND, **carried(swapped), "do": "save"})

    playlist = Playlist.objects.get()
    assert saved.url == playlist.get_absolute_url()
    assert playlist.newest_version().track_ids() == shown(swapped)
    for path in ("", "edit/", "versions/1/", "refresh/"):
        told = page.get(f"{playlist.get_absolute_url()}{path}").content.decode()
        marks = sum(track in new for track in shown(swapped)) if path != "refresh/" else 0
        assert told.count('class="track__new"') == marks


def test_looking_at_a_page_starts_no_search(page, alice, library):
    page.post("/build/", BEYOND)
    Job.objects.all().delete()
    page.post("/build/", {**BEYOND, "do": "save"})
    Job.objects.all().delete()

    page.get(f"{Playlist.objects.get().get_absolute_url()}edit/")
    page.get(STATUS)

    assert not Job.objects.exists()


def test_site_without_the_source_offers_nothing_and_looks_for_nothing(page, library, settings):
    settings.SOURCES = []

    offered = page.get("/build/")
    answer = page.post("/build/", BEYOND)

    assert 'name="beyond"' not in offered.content.decode()
    assert "beyond your library" not in text_of(answer)
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"discovery": "0"}, "the share of songs you never heard is zero"),
        ({"explicit": "no"}, "Whether they are explicit is not known"),
    ],
)
def test_build_says_why_none_of_the_found_songs_is_in_the_list(page, alice, library, changes, words):
    page.post("/build/", BEYOND)
    search()

    answer = page.post("/build/", {**BEYOND, **changes})

    assert words in text_of(answer)
    assert not set(shown(answer)) & suggested_track_ids(alice)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"hindrance": "no_seeds"}, "nothing to start from"),
        ({"hindrance": "unavailable"}, "does not answer at the moment"),
        ({"found": 0}, "found nothing new"),
    ],
)
def test_build_says_when_nothing_was_found(page, alice, library, result, words):
    page.post("/build/", BEYOND)
    Job.objects.update(state="done", result=result, finished_at=timezone.now())

    assert words in text_of(page.post("/build/", BEYOND))


def test_api_looks_beyond_the_library(page, alice, library):
    body = {"recipe": {"mood": "calm", "tracks": 10, "discovery": 0.5, "beyond": True}}

    def preview():
        sent = json.dumps(body)
        return page.post("/api/v1/playlists/preview", sent, content_type="application/json").json()

    looking = preview()
    assert looking["new_songs"]["state"] == "looking"
    search()
    found = preview()

    assert found["new_songs"]["state"] == "found"
    new = {track["track"]["id"] for track in found["tracks"] if track["is_new"]}
    assert new == {track["track"]["id"] for track in found["tracks"]} & suggested_track_ids(alice)
    assert new
    body["recipe"]["beyond"] = False
    assert preview()["new_songs"] is None


def test_api_says_where_the_site_has_no_source(page, alice, library, settings):
    settings.SOURCES = []
    body = json.dumps({"recipe": {"mood": "calm", "tracks": 10, "beyond": True}})

    answer = page.post("/api/v1/playlists/preview", body, content_type="application/json").json()

    assert answer["new_songs"] == {
        "state": "off",
        "text": "This site has no source of new songs switched on.",
    }
    assert not Job.objects.exists()
