"""Songs from beyond the library, from asking for them to having them on Spotify."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from jobs.running import run_claimed
from library.models import Artist, Exclusion, LibraryTrack, Track
from library.services.retention import forget_unused_catalogue
from moods.models import SourceHealth, TrackFeatures, TrackMood
from playlists.models import Suggestion
from playlists.recipes import Recipe
from playlists.services.building import Draft, preview
from playlists.services.saving import save_playlist
from playlists.services.searching import Search, search_of
from playlists.services.suggesting import forget_old_suggestions, forget_suggestions
from playlists.services.suggestions import suggested_track_ids, usable_suggestions
from playlists.tasks import look_beyond_before_refreshes, start_looking_beyond
from tests.moods.builders import some_features
from tests.outside import NOW
from tests.playlists.builders import a_song, fill_library, songs_of
from tests.playlists.spotify_side import calls, connect_listener, publish, there, uris

pytestmark = pytest.mark.django_db

CALM = Recipe(mood="calm", tracks=20, discovery=0.5, beyond=True)


@pytest.fixture
def library(alice, sandbox):
    """Sixty calm songs that ReccoBeats may know, each by an artist of its own."""
    tracks = fill_library(alice, songs_of(sandbox, 60))
    for track in tracks:
        some_features(track, matched_by="spotify_id")
    return tracks


def search(user, recipe=CALM):
    """Look beyond at once; the job as it is afterwards."""
    job = start_looking_beyond(user, recipe, now=timezone.now())
    run_claimed(job.pk)
    job.refresh_from_db()
    return job


def seen(user, recipe=CALM):
    return preview(user, recipe, draft=Draft(), now=NOW)


def test_search_keeps_songs_that_are_new_with_their_sound_and_where_they_come_from(alice, library, sandbox):
    job = search(alice)

    found = Suggestion.objects.for_user(alice).select_related("track")
    assert (job.state, job.result) == ("done", {"found": len(found)})
    assert len(found) >= 40
    assert {row.source for row in found} == {"reccobeats"}
    assert {row.aim for row in found} == {">calm"}
    assert set(found[0].seeds) <= {track.spotify_id for track in library}
    assert not {row.track_id for row in found} & {track.pk for track in library}
    names = {song["id"]: song["title"] for song in sandbox.songs(deep_cuts=True)}
    one = next(row.track for row in found if row.track.spotify_id in names)
    assert (one.title, one.detailed_at) == (names[one.spotify_id], None)
    assert one.credits.get(position=0).artist.spotify_id is not None
    assert TrackFeatures.objects.get(track=one).status == "hit"
    assert TrackMood.objects.get(track=one).known


def test_search_learns_the_sound_of_suggestions_that_came_without(alice, library, sandbox):
    songs = reversed(sandbox.songs(deep_cuts=True))
    angry = next(song for song in songs if song["in_reccobeats"] and song["mood"] == "angry")
    track = Track.objects.create(spotify_id=angry["id"], title=angry["title"], artist_name="Somebody")
    found = {"source": "reccobeats", "aim": ">calm", "found_at": NOW}
    Suggestion.objects.create(user=alice, track=track, **found)

    job = search(alice)

    assert job.state == "done"
    assert TrackFeatures.objects.get(track=track).status == "hit"
    assert track in usable_suggestions(alice)


def test_search_does_nothing_when_its_listener_was_shut_out_meanwhile(alice, library):
    job = start_looking_beyond(alice, CALM, now=timezone.now())
    User.objects.filter(pk=alice.pk).update(is_active=False)

    run_claimed(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result, Suggestion.objects.count()) == ("done", {}, 0)


def test_search_twice_leaves_the_same(alice, library):
    search(alice)
    rows = set(Suggestion.objects.values_list("track_id", "aim"))
    tracks = Track.objects.count()
    SourceHealth.objects.all().delete()

    assert start_looking_beyond(alice, CALM, now=timezone.now()) is None
    job = start_looking_beyond(alice, CALM, now=timezone.now() + timedelta(days=8))
    run_claimed(job.pk)

    assert set(Suggestion.objects.values_list("track_id", "aim")) == rows
    assert Track.objects.count() == tracks


def test_list_that_asks_for_it_takes_its_new_songs_from_beyond_the_library(alice, library):
    search(alice)

    shown = seen(alice)

    beyond = suggested_track_ids(alice)
    assert set(shown.track_ids) & beyond
    assert shown.found_beyond == len(usable_suggestions(alice))
    assert 0 < shown.fitting_beyond <= shown.found_beyond
    assert (shown.total, shown.matching) == (60, 60)
    moods = TrackMood.objects.in_bulk(set(shown.track_ids) & beyond, field_name="track_id")
    assert {mood.known for mood in moods.values()} == {True}


def test_songs_from_beyond_come_before_unheard_ones_of_the_library(alice, library):
    search(alice)
    unheard = fill_library(alice, [a_song(number, "calm", plays=0) for number in range(30)])

    shown = seen(alice)

    new = suggested_track_ids(alice)
    assert [len(set(shown.track_ids) & some) for some in (new, {track.pk for track in unheard})] == [10, 0]


def test_unheard_songs_of_the_library_step_in_where_too_few_from_beyond_fit(alice, library):
    search(alice)
    unheard = fill_library(alice, [a_song(number, "calm", plays=0) for number in range(30)])
    Suggestion.objects.exclude(track__in=usable_suggestions(alice)[:3]).delete()

    shown = seen(alice)

    assert set(shown.track_ids) & {track.pk for track in unheard}


@pytest.mark.parametrize("changes", [{"beyond": False}, {"discovery": 0.0}])
def test_list_that_does_not_ask_has_none(alice, library, changes):
    search(alice)

    shown = seen(alice, replace(CALM, **changes))

    assert not set(shown.track_ids) & suggested_track_ids(alice)


def test_where_the_source_is_off_nothing_is_looked_for_and_nothing_used(alice, library, settings):
    search(alice)
    settings.SOURCES = ["lrclib"]

    assert start_looking_beyond(alice, CALM, now=NOW + timedelta(days=30)) is None
    shown = seen(alice)
    assert (shown.found_beyond, set(shown.track_ids) & suggested_track_ids(alice)) == (0, set())


def test_song_that_is_in_the_library_by_another_id_is_not_new(alice, library):
    search(alice)
    first, second, third = usable_suggestions(alice)[:3]
    own = library[0]
    Track.objects.filter(pk=own.pk).update(title=f"{first.title} (Remastered)", artist_name=first.artist_name)
    Track.objects.filter(pk=library[1].pk).update(isrc="QZAAA2600001")
    Track.objects.filter(pk=second.pk).update(isrc="QZAAA2600001")
    LibraryTrack.objects.create(user=alice, track=third, is_liked=True)

    left = {track.pk for track in usable_suggestions(alice)}

    assert left & {first.pk, second.pk, third.pk} == set()


def test_excluded_artist_stays_out(alice, library):
    search(alice)
    for track in usable_suggestions(alice):
        artist = Artist.objects.get(credits__track=track, credits__position=0)
        Exclusion.objects.get_or_create(user=alice, artist=artist)

    assert not set(seen(alice).track_ids) & suggested_track_ids(alice)


def test_songs_that_may_be_explicit_stay_out_where_explicit_ones_do(alice, library):
    search(alice)

    shown = seen(alice, replace(CALM, explicit=False))

    assert (shown.fitting_beyond, set(shown.track_ids) & suggested_track_ids(alice)) == (0, set())


def test_search_with_nothing_to_start_from_says_so(alice, sandbox):
    job = search(alice)

    assert job.result == {"hindrance": "no_seeds"}
    assert calls(sandbox) == []
    assert search_of(alice, CALM) == Search(False, job.finished_at, "no_seeds")


def test_search_without_an_answer_says_so_and_is_tried_again_later(alice, library, sandbox):
    sandbox.fail("reccobeats_recommendation", status=500, times=10)

    job = search(alice)

    assert job.result == {"found": 0, "hindrance": "unavailable"}
    found = search_of(alice, CALM)
    assert [found.is_due(timezone.now() + timedelta(minutes=minutes)) for minutes in (5, 20)] == [False, True]


def test_songs_whose_sound_is_not_known_are_not_suggested(alice, library, sandbox):
    sandbox.fail("reccobeats", status=429, times=None)

    job = search(alice)

    assert job.result == {"found": 0, "hindrance": "unavailable"}
    assert not Suggestion.objects.exists()


def test_suggested_songs_are_published_like_any(alice, library, sandbox):
    connect_listener(alice, sandbox)
    search(alice)
    playlist = save_playlist(alice, seen(alice), now=NOW)

    job = publish(playlist)

    kept = [entry.track for entry in playlist.newest_version().entries.select_related("track")]
    taken = [uri for uri in uris(kept) if uri not in playlist.refused]
    assert (job.state, there(sandbox)[0]["uris"]) == ("done", taken)
    new = Track.objects.filter(pk__in=suggested_track_ids(alice))
    assert set(uris(new)) & set(taken)


def test_searches_are_made_before_a_refresh_that_wants_them(alice, library):
    playlist = save_playlist(alice, seen(alice), now=NOW)
    due = timezone.now() + timedelta(minutes=30)
    type(playlist).objects.filter(pk=playlist.pk).update(schedule="daily", next_refresh_at=due)

    assert [look_beyond_before_refreshes(timezone.now()) for _ in range(2)] == [1, 0]


def test_what_nobody_took_up_is_forgotten_after_a_month_with_its_tracks(alice, library):
    search(alice)
    playlist = save_playlist(alice, seen(alice), now=NOW)
    used = suggested_track_ids(alice) & set(playlist.newest_version().track_ids())
    later = timezone.now() + timedelta(days=31)

    assert forget_old_suggestions(timezone.now()) == 0
    assert forget_old_suggestions(later) > 0

    assert suggested_track_ids(alice) == used
    forget_unused_catalogue(later)
    assert Track.objects.filter(library_rows=None).count() == len(used)


def test_suggestions_go_with_the_connection(alice, library):
    search(alice)

    assert forget_suggestions(alice) > 0
    assert usable_suggestions(alice) == []
