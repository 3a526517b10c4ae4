from dataclasses import replace

import pytest

from moods.models import Mood, TrackMood
from playlists.models import Entry, Playlist, Version
from playlists.recipes import MOODS, BadRecipe, Recipe
from playlists.selection import NoticeCode
from playlists.services.building import (
    Draft,
    moved,
    preview,
    shuffled,
    swapped,
    with_lock_turned,
    without,
)
from playlists.services.saving import save_playlist
from playlists.wording import reasons_of
from tests.outside import NOW
from tests.playlists.builders import a_song, fill_library

pytestmark = pytest.mark.django_db

TEN_CALM = Recipe(mood="calm", tracks=10)


@pytest.fixture
def library(alice):
    """alice's forty calm songs and twenty sad ones."""
    songs = [a_song(number, "calm" if number < 40 else "sad") for number in range(60)]
    return fill_library(alice, songs)


def test_preview_chooses_songs_of_the_mood_and_writes_nothing(alice, library):
    shown = preview(alice, TEN_CALM, draft=Draft(), now=NOW)

    calm = {track.pk for track in library[:40]}
    assert (len(shown.track_ids), set(shown.track_ids) <= calm) == (10, True)
    assert (shown.matching, shown.total) == (40, 60)
    assert (Playlist.objects.count(), Version.objects.count()) == (0, 0)


def test_preview_judges_each_mood_by_its_own_threshold_when_the_one_asked_for_is_rare(alice):
    fill_library(alice, [a_song(number, "happy" if number < 20 else "calm") for number in range(60)])
    unlikely = {f"p_{mood.value}": 0.05 for mood in Mood}
    TrackMood.objects.filter(mood="happy").update(**{**unlikely, "p_happy": 0.4})
    TrackMood.objects.filter(mood="calm").update(**{**unlikely, "p_calm": 0.3})

    told = preview(alice, Recipe(mood="energetic", tracks=10), draft=Draft(), now=NOW).selection.notices

    rare = next(notice for notice in told if notice.code == NoticeCode.MOOD_RARE)
    assert MOODS[int(rare.numbers["nearest"])] == "happy"


def test_preview_is_the_same_when_asked_twice(alice, library):
    asked = [preview(alice, TEN_CALM, draft=Draft(), now=NOW) for _ in range(2)]

    assert asked[0] == asked[1]


def test_preview_keeps_what_is_locked_in_place_when_shuffled(alice, library):
    first = preview(alice, TEN_CALM, draft=Draft(), now=NOW)
    kept = first.track_ids[4]

    draft = shuffled(with_lock_turned(first.draft, kept))
    second = preview(alice, TEN_CALM, draft=draft, now=NOW)

    assert second.track_ids[4] == kept
    assert second.track_ids != first.track_ids
    assert [pick.track_id for pick in second.selection.picks if pick.locked] == [kept]


def test_preview_leaves_out_what_was_dropped_and_keeps_the_rest_as_it_is(alice, library):
    first = preview(alice, TEN_CALM, draft=Draft(), now=NOW)
    dropped = first.track_ids[2]

    second = preview(alice, TEN_CALM, draft=without(first.draft, dropped), now=NOW)
    third = preview(alice, TEN_CALM, draft=shuffled(second.draft), now=NOW)

    assert second.track_ids == tuple(track for track in first.track_ids if track != dropped)
    assert dropped not in third.track_ids


def test_preview_exchanges_one_song_for_the_next_best(alice, library):
    first = preview(alice, TEN_CALM, draft=Draft(), now=NOW)

    draft = swapped(alice, TEN_CALM, draft=first.draft, track_id=first.track_ids[3], now=NOW)
    second = preview(alice, TEN_CALM, draft=draft, now=NOW)

    changed = [at for at in range(10) if first.track_ids[at] != second.track_ids[at]]
    assert changed == [3]
    assert second.track_ids[3] not in first.track_ids


@pytest.mark.parametrize(("by", "place"), [(-1, 4), (1, 6), (-99, 0), (99, 9)])
def test_preview_moves_a_song(alice, library, by, place):
    first = preview(alice, TEN_CALM, draft=Draft(), now=NOW)
    song = first.track_ids[5]

    second = preview(alice, TEN_CALM, draft=moved(first.draft, song, by=by), now=NOW)

    assert second.track_ids.index(song) == place
    assert sorted(second.track_ids) == sorted(first.track_ids)


def test_preview_of_nothing_left_is_empty(alice, library):
    shown = preview(alice, TEN_CALM, draft=Draft(is_arranged=True), now=NOW)

    assert shown.track_ids == ()


def test_preview_refuses_songs_of_other_listeners(alice, bob, library):
    foreign = fill_library(bob, [a_song(99)])[0]

    for draft, recipe in [
        (Draft(shown=(foreign.pk,), is_arranged=True), TEN_CALM),
        (Draft(), replace(TEN_CALM, without_tracks=(foreign.pk,))),
    ]:
        with pytest.raises(BadRecipe, match="not in your library"):
            preview(alice, recipe, draft=draft, now=NOW)


def test_save_playlist_keeps_the_list_with_its_reasons(alice, library):
    shown = preview(alice, TEN_CALM, draft=Draft(revision=3), now=NOW)

    playlist = save_playlist(alice, shown, now=NOW)

    entries = list(Entry.objects.order_by("position"))
    assert (playlist.name, playlist.state, playlist.revision) == ("Calm", "local", 3)
    assert Recipe.from_json(playlist.recipe) == TEN_CALM
    assert [entry.track_id for entry in entries] == list(shown.track_ids)
    assert [entry.reasons for entry in entries] == [reasons_of(pick) for pick in shown.selection.picks]
    assert [(version.number, version.reason) for version in playlist.versions.all()] == [(1, "built")]
