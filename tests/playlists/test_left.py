"""Songs that left a playlist, and letting them come back."""

import re
from datetime import timedelta

import pytest

from playlists.models import Removal, Version
from playlists.services.refreshing import plan_refresh
from playlists.services.saving import Content, Line, add_version
from tests.outside import NOW
from tests.playlists.builders import a_song, fill_library
from tests.playlists.spotify_side import a_playlist
from tests.playlists.test_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(alice):
    return fill_library(alice, [a_song(number) for number in range(60)])


@pytest.fixture
def playlist(alice, library):
    """Its third version is without song 0, taken out by hand, and without song 1, which made room."""
    playlist = a_playlist(alice, library[:10])
    for number, tracks in enumerate([library[1:11], library[2:12]], 1):
        content = Content([Line(track.pk) for track in tracks])
        add_version(playlist, content, reason=Version.Reason.REFRESHED, now=NOW + timedelta(days=number))
    Removal.objects.create(playlist=playlist, track=library[0], at=NOW)
    return playlist


@pytest.fixture
def page(client, alice):
    client.force_login(alice)
    return client


def left(playlist) -> str:
    return f"{playlist.get_absolute_url()}left/"


def test_page_tells_what_was_taken_out_from_what_made_room(page, playlist):
    text = text_of(page.get(left(playlist)))

    removed, rested = text.split("Made room for others")
    assert ("Song 0" in removed, "Song 1" in removed) == (True, False)
    assert re.findall(r"Song \d+", rested) == ["Song 1", "Song 1"]
    assert 'href="' + left(playlist) in page.get(playlist.get_absolute_url()).content.decode()


def test_songs_are_let_back_and_may_be_chosen_again(page, alice, playlist, library):
    taken_out = {track.pk for track in library[13:]}
    Removal.objects.all().delete()
    Removal.objects.bulk_create(Removal(playlist=playlist, track_id=track_id) for track_id in taken_out)
    before = {change.track_id for change in plan_refresh(playlist, now=NOW).changes}

    answers = [page.post(f"{left(playlist)}{track_id}/") for track_id in taken_out]

    assert {(answer.status_code, answer.url) for answer in answers} == {(302, left(playlist))}
    assert not Removal.objects.exists()
    after = {change.track_id for change in plan_refresh(playlist, now=NOW).changes}
    assert (bool(before & taken_out), bool(after & taken_out)) == (False, True)


def test_song_that_was_not_taken_out_cannot_be_let_back(page, playlist, library):
    for track_id in (library[5].pk, 2**63, 10**30):
        assert page.post(f"{left(playlist)}{track_id}/").status_code == 404


def test_only_the_owner_sees_and_lets_back(client, bob, playlist, library):
    client.force_login(bob)

    assert client.get(left(playlist)).status_code == 404
    assert client.post(f"{left(playlist)}{library[0].pk}/").status_code == 404
    assert Removal.objects.count() == 1


def test_page_of_a_new_playlist_says_that_nothing_left(page, alice, library):
    assert "No song has left yet" in text_of(page.get(left(a_playlist(alice, library[:3]))))


def test_page_shows_no_more_than_twenty_titles_before_a_link_to_spotify(page, alice, library):
    playlist = a_playlist(alice, library[:2])
    Removal.objects.bulk_create(Removal(playlist=playlist, track=track) for track in library[2:47])

    shown = page.get(left(playlist)).content.decode().split('class="attribution"')

    assert [part.count('class="source-link"') for part in shown] == [20, 20, 5, 0]


def test_page_needs_as_many_queries_for_many_as_for_one(
    page, alice, playlist, library, django_assert_max_num_queries
):
    with django_assert_max_num_queries(100) as few:
        page.get(left(playlist))
    Removal.objects.bulk_create(Removal(playlist=playlist, track=track) for track in library[20:])

    with django_assert_max_num_queries(len(few.captured_queries)):
        page.get(left(playlist))


def test_api_lists_what_left_and_lets_it_back(page, playlist, library):
    address = f"/api/v1/playlists/{playlist.pk}/left"

    told = page.get(address).json()
    back = page.post(f"{address}/{library[0].pk}/let-back")
    again = page.post(f"{address}/{library[0].pk}/let-back")

    assert [(one["reason"], one["track"]["id"]) for one in told] == [
        ("removed", library[0].pk),
        ("refreshed", library[1].pk),
    ]
    assert (back.status_code, again.status_code) == (204, 404)
    assert [one["reason"] for one in page.get(address).json()] == ["refreshed", "refreshed"]


@pytest.mark.parametrize("path", ["refresh/", "versions/1/"])
def test_differences_link_each_title_to_spotify_in_sets_of_twenty(page, alice, library, path):
    playlist = a_playlist(alice, library[:30])
    content = Content([Line(track.pk) for track in library[30:60]])
    add_version(playlist, content, reason=Version.Reason.REFRESHED, now=NOW)
    recipe = {"mood": "calm", "tracks": 30, "renewal": 1}
    type(playlist).objects.filter(pk=playlist.pk).update(recipe={"version": 1, **recipe})

    told = page.get(f"{playlist.get_absolute_url()}{path}").content.decode()

    changes = told.count('<li class="change ')
    assert changes > 20
    sets = re.findall(r'<ul class="changes">.*?</ul>\s*<p class="attribution">', told, re.DOTALL)
    linked = [part.count('class="source-link"') for part in sets]
    assert (sum(linked), max(linked)) == (changes, 20)
