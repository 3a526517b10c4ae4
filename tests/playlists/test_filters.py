from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db.models import F

from library.models import Album, Artist, LibraryTrack, Play, SavedTrack, Track
from library.services.counting import count_again, revise
from moods.models import ArtistGenres, TrackFeatures, TrackMood
from moods.services.stamping import restamp
from playlists.recipes import BadRecipe, Recipe
from playlists.selection import Candidates
from playlists.services.building import Draft, preview
from playlists.services.candidates import (
    MOST_ROWS_KEPT,
    forget_kept_libraries,
    library_for,
    library_stamp,
)
from playlists.services.columns import Plays
from playlists.services.listening import daypart_counts, listening_columns
from playlists.services.naming import suggest_name
from playlists.services.offers import offers_of
from tests.outside import NOW
from tests.playlists.builders import a_song, fill_library

pytestmark = pytest.mark.django_db

ALL = Recipe(tracks=60, discovery=1.0, cap=10)


@pytest.fixture
def tracks(alice):
    """Twenty calm songs of alice's, played by every day."""
    return fill_library(alice, [a_song(number) for number in range(20)])


def chosen(user, recipe: Recipe) -> set[int]:
    return set(preview(user, recipe, draft=Draft(), now=NOW).track_ids)


def ids(tracks) -> set[int]:
    return {track.pk for track in tracks}


def test_recipe_of_any_mood_takes_every_song(alice, tracks):
    assert chosen(alice, ALL) == ids(tracks)


def test_recipe_takes_only_from_its_sources(alice, tracks):
    for track in tracks[:3]:
        SavedTrack.objects.create(user=alice, track=track)
    count_again(alice, ids(tracks))

    assert chosen(alice, replace(ALL, sources=("liked",))) == ids(tracks[:3])
    assert chosen(alice, replace(ALL, sources=("liked", "download"))) == ids(tracks)
    assert chosen(alice, replace(ALL, sources=("top",))) == set()


def test_recipe_takes_only_what_was_played_in_its_period_by_the_listeners_days(alice, tracks):
    alice.time_zone = "Pacific/Auckland"
    alice.save(update_fields=["time_zone"])
    Play.objects.filter(track__in=tracks[:2]).delete()
    late = datetime(2024, 2, 29, 11, 30, tzinfo=UTC)  # The first of March in Auckland.
    for track, moment in zip(tracks[:2], (late, late - timedelta(hours=1)), strict=True):
        Play.objects.create(user=alice, track=track, played_at=moment, ms_played=200_000, source="extended")
    count_again(alice, ids(tracks))

    march = replace(ALL, since=date(2024, 3, 1), until=date(2024, 3, 31))

    assert chosen(alice, march) == {tracks[0].pk}
    assert chosen(alice, replace(ALL, until=date(2024, 2, 29))) == {tracks[1].pk}


def test_recipe_leaves_out_what_was_heard_lately_or_too_seldom(alice, tracks):
    earlier = F("played_at") - timedelta(days=100)
    Play.objects.exclude(track__in=tracks[:4]).update(played_at=earlier)
    Play.objects.filter(track__in=tracks[4:6]).delete()
    count_again(alice, ids(tracks))
    LibraryTrack.objects.bulk_create(
        [LibraryTrack(user=alice, track=track, is_liked=True) for track in tracks[4:6]]
    )

    assert chosen(alice, replace(ALL, not_heard_days=60)) == ids(tracks[4:])
    assert chosen(alice, replace(ALL, heard_at_least=1)) == ids(tracks) - ids(tracks[4:6])


def test_recipe_keeps_to_its_years_and_leaves_out_unknown_ones(alice, tracks):
    for year, track in zip((1990, 1999, 2000), tracks, strict=False):
        Track.objects.filter(pk=track.pk).update(album=Album.objects.create(release_year=year))

    assert chosen(alice, replace(ALL, year_from=1990, year_to=1999)) == ids(tracks[:2])
    assert chosen(alice, replace(ALL, year_from=1995)) == ids(tracks[1:3])


def test_recipe_keeps_to_its_tempo_at_half_and_double_too(alice, tracks):
    for tempo, track in zip((170, 85, 84, 340, 120, None), tracks, strict=False):
        TrackFeatures.objects.create(track=track, source="reccobeats", status="hit", tempo=tempo)

    assert chosen(alice, replace(ALL, tempo_from=169, tempo_to=171)) == {
        tracks[0].pk,
        tracks[1].pk,
        tracks[3].pk,
    }


def test_songs_are_as_long_as_spotify_says_else_as_a_source_says(alice, tracks):
    Track.objects.filter(pk__in=ids(tracks[1:])).update(duration_ms=None)
    for track in tracks[:2]:
        TrackFeatures.objects.create(track=track, source="reccobeats", status="hit", duration_ms=190_000)

    prepared = library_for(alice).prepared

    lengths = dict(zip(prepared.candidates.track_id.tolist(), prepared.candidates.duration_ms, strict=True))
    assert [lengths[track.pk] for track in tracks[:2]] == [200_000, 190_000]
    assert int(prepared.timed.sum()) == 2


def test_recipe_keeps_to_its_genres_and_leaves_out_artists(alice, tracks):
    folk, rock = Artist.objects.get(name="Artist 1"), Artist.objects.get(name="Artist 2")
    for artist, genres in ((folk, ["folk", "pop"]), (rock, ["rock", "pop"])):
        ArtistGenres.objects.create(artist=artist, source="musicbrainz", status="hit", genres=genres)
    by = {name: {t.pk for t in tracks if t.artist_name == name} for name in ("Artist 1", "Artist 2")}

    assert chosen(alice, replace(ALL, genres=("folk",))) == by["Artist 1"]
    assert chosen(alice, replace(ALL, genres=("pop",))) == by["Artist 1"] | by["Artist 2"]
    assert chosen(alice, replace(ALL, without_artists=(folk.pk,))) == ids(tracks) - by["Artist 1"]
    assert offers_of(library_for(alice)).genres[0] == "pop"


def test_recipe_with_explicit_songs_left_out_takes_unknown_ones_for_explicit(alice, tracks):
    Track.objects.filter(pk=tracks[0].pk).update(explicit=True)
    Track.objects.filter(pk=tracks[1].pk).update(explicit=None)

    assert chosen(alice, replace(ALL, explicit=False)) == ids(tracks[2:])
    alice.allow_explicit = False
    assert chosen(alice, ALL) == ids(tracks[2:])
    assert chosen(alice, replace(ALL, explicit=True)) == ids(tracks)


def test_recipe_of_a_daypart_takes_what_is_heard_then(alice, tracks):
    Play.objects.all().delete()
    monday = datetime(2026, 10, 26, 8, tzinfo=UTC)
    for track, hour in ((tracks[0], 0), (tracks[1], 0), (tracks[1], 1), (tracks[2], 12)):
        moment = monday + timedelta(hours=hour, minutes=track.pk % 50)
        Play.objects.create(user=alice, track=track, played_at=moment, ms_played=200_000, source="extended")
    count_again(alice, ids(tracks))

    assert chosen(alice, replace(ALL, daypart="weekday_morning")) == ids(tracks[:2])
    assert chosen(alice, replace(ALL, daypart="weekday_evening")) == ids(tracks[2:3])


def test_rare_mood_is_matched_from_its_own_threshold_on(alice):
    fill_library(alice, [a_song(number, "happy") for number in range(20)])
    TrackMood.objects.update(p_energetic=0.2)
    TrackMood.objects.filter(track__title__in=["Song 1", "Song 2"]).update(p_energetic=0.1)
    restamp([alice.pk])

    found = preview(alice, replace(ALL, mood="energetic", tracks=10), draft=Draft(), now=NOW)

    assert found.matching == 18


def test_recipe_that_must_be_sure_leaves_out_unknown_moods(alice):
    known, unknown = fill_library(alice, [a_song(1), a_song(2, mood="")])

    assert chosen(alice, replace(ALL, certainty="known")) == {known.pk}
    assert chosen(alice, ALL) == {known.pk, unknown.pk}


def test_recipe_that_names_somebody_elses_track_is_refused(alice, tracks):
    with pytest.raises(BadRecipe):
        preview(alice, replace(ALL, without_tracks=(10**9,)), draft=Draft(), now=NOW)


def test_dayparts_follow_the_listeners_clock_over_a_change_of_clocks():
    berlin = ZoneInfo("Europe/Berlin")
    local = [
        datetime(2026, 10, 24, 5, 0, tzinfo=berlin),  # Saturday morning, summer time.
        datetime(2026, 10, 26, 5, 0, tzinfo=berlin),  # Monday morning, winter time.
        datetime(2026, 10, 26, 4, 59, tzinfo=berlin),  # The night of Sunday.
        datetime(2026, 10, 30, 22, 0, tzinfo=berlin),  # The night of Friday.
    ]
    moments = np.array([int(moment.timestamp()) for moment in local])
    plays = Plays(np.arange(4), moments, np.full(4, 200_000))

    counts = daypart_counts(plays, n=4, time_zone=berlin)

    assert counts.argmax(axis=1).tolist() == [4, 0, 7, 3]


def test_unplayed_counts_an_unknown_length_as_the_usual_one():
    plays = Plays(np.array([0, 0, 1]), np.array([10, 20, 30]), np.array([50_000, 100_000, -1]))

    columns = listening_columns(plays, duration_ms=np.array([100_000, 100_000]))

    assert columns["unplayed"].tolist() == [0.5, 0.25]
    assert columns["listens"].tolist() == [2, 1]


def test_library_is_read_again_only_after_a_change(alice, tracks):
    first = library_for(alice)
    assert library_for(alice) is first

    SavedTrack.objects.create(user=alice, track=tracks[0])
    count_again(alice, [tracks[0].pk])

    assert library_for(alice) is not first


def test_library_that_another_process_read_is_not_read_again(alice, tracks, django_assert_num_queries):
    ours = library_for(alice)
    forget_kept_libraries()

    with django_assert_num_queries(2):
        theirs = library_for(alice)

    assert theirs is not ours
    assert {name: values.tolist() for name, values in columns_of(theirs).items()} == {
        name: values.tolist() for name, values in columns_of(ours).items()
    }


def columns_of(library):
    """Everything a list is made of; what is not known as -1, since NaN is equal to nothing."""
    columns = {name.name: getattr(library.prepared.candidates, name.name) for name in fields(Candidates)}
    columns |= {"dayparts": library.dayparts, "artist_ids": library.artist_ids}
    return {name: np.nan_to_num(values, nan=-1) for name, values in columns.items()}


def test_library_stamp_costs_the_same_for_any_size(alice, tracks, django_assert_num_queries):
    with django_assert_num_queries(2):
        library_stamp(alice)


def test_libraries_kept_in_memory_are_bounded(alice, bob, tracks, monkeypatch):
    fill_library(bob, [a_song(number) for number in range(100, 105)])
    monkeypatch.setattr("playlists.services.candidates.MOST_ROWS_KEPT", 10)
    first = library_for(alice)

    library_for(bob)

    assert library_for(alice) is not first
    assert MOST_ROWS_KEPT == 250_000


def test_suggested_name_tells_genre_or_decade_only_where_they_tell_something(alice, tracks):
    recipe = Recipe(mood="calm", tracks=10, cap=10)
    plain = suggest_name(alice, preview(alice, recipe, draft=Draft(), now=NOW))
    Track.objects.update(album=Album.objects.create(release_year=1994))
    revise(alice)
    decade = suggest_name(alice, preview(alice, recipe, draft=Draft(), now=NOW))
    for artist in Artist.objects.all():
        ArtistGenres.objects.create(artist=artist, source="musicbrainz", status="hit", genres=["folk"])
    revise(alice)
    genre = suggest_name(alice, preview(alice, recipe, draft=Draft(), now=NOW))
    journey = suggest_name(
        alice, preview(alice, Recipe(start="calm", mood="happy", tracks=5), draft=Draft(), now=NOW)
    )

    assert (plain, decade, genre, journey) == ("Calm", "Calm · 1990s", "Calm · folk", "Calm → Happy")
