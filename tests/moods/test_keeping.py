"""What was drawn is shown again while it is true, and never after."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from library.models import Play, Track
from library.services.counting import count_again
from moods.services.corrections import set_mood
from moods.services.stamping import restamp
from tests.moods.builders import a_mood, a_track, heard

pytestmark = pytest.mark.django_db

OF_THE_LIBRARY = ("library_play", "library_librarytrack", "library_track", "moods_trackmood")


def a_song(title: str = "Blue Hour") -> Track:
    track = a_track(title, spotify_id=f"{title:0<22.22}".replace(" ", "0"))
    a_mood(track)
    return track


@pytest.fixture
def track(alice) -> Track:
    """A song that alice heard just now."""
    track = a_song()
    heard(alice, track, timezone.now() - timedelta(minutes=1))
    restamp([alice.pk])
    return track


@pytest.fixture
def page(client, alice, track):
    """Alice's browser, which has been to both pages."""
    client.force_login(alice)
    client.get("/home/")
    client.get("/tracks/")
    return client


def text_of(client, url: str) -> str:
    return client.get(url).content.decode()


@pytest.mark.parametrize("url", ["/home/", "/tracks/"])
def test_a_second_visit_reads_nothing_of_the_library(page, url):
    with CaptureQueriesContext(connection) as queries:
        text = text_of(page, url)

    tables = [table for table in OF_THE_LIBRARY for query in queries if f'FROM "{table}"' in query["sql"]]
    assert (tables, "Blue Hour" in text) == ([], True)


@pytest.mark.parametrize("url", ["/home/", "/tracks/"])
def test_a_new_play_shows_at_once(page, alice, url):
    heard(alice, a_song("Late Train"), timezone.now())

    assert "Late Train" in text_of(page, url)


@pytest.mark.parametrize("url", ["/home/", "/tracks/"])
def test_a_play_that_went_is_gone_at_once(page, alice, track, url):
    Play.objects.all().delete()
    count_again(alice, [track.pk])

    assert "Blue Hour" not in text_of(page, url)


def test_a_corrected_mood_shows_at_once(page, alice, track):
    set_mood(alice, track, mood="sad", now=timezone.now())

    assert all("as you said" in text_of(page, url) for url in ("/home/", "/tracks/"))


@pytest.fixture
def cache_of_this_process(settings) -> None:
    """A cache that goes by the clock that a test sets; Redis goes by its own."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.mark.parametrize("url", ["/home/", "/tracks/"])
def test_a_changed_name_shows_within_a_minute(cache_of_this_process, page, url):
    Track.objects.update(title="Blue Hour (Live)")

    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert "Blue Hour (Live)" in text_of(page, url)


@pytest.mark.parametrize("url", ["/home/", "/tracks/"])
def test_each_language_has_its_own(page, url):
    german = page.get(url, headers={"accept-language": "de"}).content.decode()

    assert ("Titel und Cover von Spotify" in german, "Titles and covers from Spotify" in german) == (
        True,
        False,
    )


@pytest.mark.parametrize("url", ["/home/", "/tracks/"])
def test_nobody_is_shown_what_was_drawn_for_another(page, client, bob, url):
    client.force_login(bob)

    assert "Blue Hour" not in text_of(client, url)


def test_a_search_is_not_answered_with_another_one(page):
    assert "Blue Hour" not in text_of(page, "/tracks/?q=nothing")


def test_without_any_revision_nothing_is_kept(client, django_user_model):
    User.objects.create_user("carol")
    client.force_login(User.objects.get(username="carol"))
    client.get("/home/")
    track = a_song()
    heard(User.objects.get(username="carol"), track, timezone.now())

    assert "Blue Hour" in text_of(client, "/home/")
