"""Releases that count as one song: shown, and kept apart where the listener says so."""

import pytest

from playlists.models import Playlist
from playlists.recipes import Recipe
from playlists.services.building import Draft, preview
from tests.outside import NOW
from tests.playlists.builders import a_song, fill_library
from tests.playlists.test_pages import CALM, carried, shown, text_of

pytestmark = pytest.mark.django_db

ALL = Recipe(mood="calm", tracks=20, variety=0)


@pytest.fixture
def library(alice):
    """Eight calm songs; the first is there as a remaster, too."""
    songs = [a_song(number, plays=3) for number in range(8)]
    remaster = a_song(8, title="Song 0 - Remastered 2011", artist="Artist 0", plays=1)
    return fill_library(alice, [*songs, remaster])


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return client


def test_releases_of_a_song_count_as_one_unless_they_are_kept_apart(alice, library):
    first, remaster = library[0].pk, library[8].pk

    together = preview(alice, ALL, draft=Draft(), now=NOW)
    apart = preview(
        alice, Recipe(mood="calm", tracks=20, variety=0, apart=(remaster,)), draft=Draft(), now=NOW
    )

    assert {first, remaster} & set(together.track_ids) == {first}
    assert {first, remaster} & set(apart.track_ids) == {first, remaster}
    listens = {pick.track_id: pick.reasons for pick in apart.selection.picks}
    assert set(listens) == {track.pk for track in library}
    assert (together.matching, apart.matching) == (8, 9)


def test_page_shows_what_counts_as_one_and_keeps_apart_what_is_not(page, library):
    answer = page.post("/build/", CALM)
    assert "Counts as one with 1 other release" in text_of(answer)
    assert "Song 0 - Remastered 2011" in text_of(answer)
    assert len(shown(answer)) == 8

    apart = page.post("/build/", {**CALM, **carried(answer), "apart": f",{library[0].pk}"})
    assert len(shown(apart)) == 9
    assert "1 song is kept apart from its other releases." in text_of(apart)
    page.post("/build/", {**CALM, **carried(apart), "apart": str(library[0].pk), "do": "save"})
    playlist = Playlist.objects.get()
    assert playlist.recipe["apart"] == [library[0].pk]
    assert len(playlist.newest_version().track_ids()) == 9

    again = page.post("/build/", {**CALM, **carried(apart), "apart": ""})
    assert len(shown(again)) == 8


def test_tracks_that_are_not_the_listeners_are_kept_apart_from_nothing(page, bob, library):
    theirs = fill_library(bob, [a_song(20)])[0]

    answer = page.post("/build/", {**CALM, "apart": f"{theirs.pk},{10**15}"})

    assert (answer.status_code, len(shown(answer))) == (200, 8)
