from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from library.models import Artist, OwnPlaylist, OwnPlaylistTrack, SavedTrack, TopTrack, TrackArtist
from library.queries import (
    artist_in_library,
    excluded_track_ids,
    favourite_artists,
    library_of,
    newest_plays,
    plays_by_month,
)
from library.services.counting import count_whole_library
from library.services.exclusions import allow_artist, allow_track, exclude_artist, exclude_track
from tests.library.builders import a_play, a_track
from tests.outside import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def library(alice):
    """Four tracks: one played much, one liked, one from a top list, one from a playlist."""
    played = a_track("Blue Hour", "Nila Ost", album_name="Tides")
    liked = a_track("Salt", "Onda", spotify_id="A" * 22)
    top = a_track("100 % Rain", "Nila Ost")
    listed = a_track("Zugvogel", "Pax")
    for days in range(3):
        a_play(alice, played, NOW - days * DAY)
    a_play(alice, liked, NOW - 9 * DAY, source="api", ms_played=None)
    SavedTrack.objects.create(user=alice, track=liked, added_at=NOW - DAY)
    TopTrack.objects.create(user=alice, track=top, time_range="short_term", rank=1)
    playlist = OwnPlaylist.objects.create(user=alice, spotify_id="B" * 22, name="Mine")
    OwnPlaylistTrack.objects.create(playlist=playlist, track=listed, position=0)
    TrackArtist.objects.create(track=played, artist=Artist.objects.create(name="Nila Ost"))
    count_whole_library(alice)
    return {"played": played, "liked": liked, "top": top, "listed": listed}


def titles(rows) -> list[str]:
    return [row.track.title for row in rows.in_order("title").for_display()]


def test_library_of_shows_all_of_ones_own_tracks(alice, bob, library):
    assert titles(library_of(alice)) == ["100 % Rain", "Blue Hour", "Salt", "Zugvogel"]
    assert titles(library_of(bob)) == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("blue", ["Blue Hour"]),
        ("nila hour", ["Blue Hour"]),
        ("TIDES", ["Blue Hour"]),
        ("100 %", ["100 % Rain"]),
        ("_", []),
        ("nobody", []),
        ("", ["100 % Rain", "Blue Hour", "Salt", "Zugvogel"]),
    ],
)
def test_library_of_finds_each_word_in_names(alice, library, search, found):
    assert titles(library_of(alice, search=search)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("liked", ["Salt"]),
        ("played", ["Blue Hour", "Salt"]),
        ("top", ["100 % Rain"]),
        ("playlists", ["Zugvogel"]),
        ("download", ["Blue Hour"]),
        ("nonsense", ["100 % Rain", "Blue Hour", "Salt", "Zugvogel"]),
    ],
)
def test_library_of_narrows_by_source(alice, library, source, found):
    assert titles(library_of(alice, source=source)) == found


@pytest.mark.parametrize(
    ("period", "found"),
    [
        ({"since": NOW - 3 * DAY}, ["Blue Hour"]),
        ({"before": NOW - 8 * DAY}, ["Salt"]),
        ({"since": NOW - 20 * DAY, "before": NOW - 10 * DAY}, []),
    ],
)
def test_library_of_narrows_by_when_it_was_played(alice, library, period, found):
    assert titles(library_of(alice, **period)) == found


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("plays", "Blue Hour"),
        ("newest", "Blue Hour"),
        ("oldest", "Salt"),
        ("liked", "Salt"),
        ("title", "100 % Rain"),
        ("artist", "100 % Rain"),
        ("track__spotify_id", "Blue Hour"),
    ],
)
def test_in_order_sorts_only_as_allowed(alice, library, order, first):
    assert library_of(alice).in_order(order)[0].track.title == first


def test_library_of_narrows_by_artist(alice, bob, library):
    artist = Artist.objects.get()

    assert titles(library_of(alice, artist=artist)) == ["Blue Hour"]
    assert artist_in_library(alice, artist.pk) == artist
    assert artist_in_library(bob, artist.pk) is None
    assert favourite_artists(alice) == [artist]
    assert favourite_artists(bob) == []


def test_rows_for_display_take_a_fixed_number_of_queries(alice, library, django_assert_num_queries):
    with django_assert_num_queries(3):
        rows = list(library_of(alice).in_order("plays").for_display())
        names = [[credit.artist.name for credit in row.track.credits.all()] for row in rows]

    assert names == [["Nila Ost"], [], [], []]


def test_plays_by_month_counts_in_the_listeners_time(alice):
    track = a_track()
    a_play(alice, track, datetime(2026, 9, 30, 23, 30, tzinfo=UTC))
    a_play(alice, track, datetime(2026, 10, 5, tzinfo=UTC))

    with timezone.override("Europe/Berlin"):
        assert plays_by_month(alice, track) == [(date(2026, 10, 1), 2)]
    with timezone.override("UTC"):
        assert plays_by_month(alice, track) == [(date(2026, 9, 1), 1), (date(2026, 10, 1), 1)]


def test_newest_plays_are_listens_latest_first(alice, library, django_assert_num_queries):
    a_play(alice, library["top"], NOW + DAY, ms_played=5_000)

    with django_assert_num_queries(3):
        plays = newest_plays(alice, 3)
        shown = [
            (play.track.album, [credit.artist.name for credit in play.track.credits.all()]) for play in plays
        ]

    assert shown == [(None, ["Nila Ost"])] * 3


# What must not be used


def test_exclusions_hold_for_the_same_song_and_for_artists(alice, bob):
    artist = Artist.objects.create(name="Nila Ost")
    single = a_track("Salt", "Onda", isrc="DEUM71703861", spotify_id="A" * 22)
    album = a_track("Salt - Remaster", "Onda", isrc="DEUM71703861", spotify_id="B" * 22)
    nameless = a_track("Salt", "Onda")
    by_artist, other = a_track("Blue Hour"), a_track("Else")
    TrackArtist.objects.create(track=by_artist, artist=artist, position=1)

    exclude_track(alice, single, now=NOW), exclude_track(alice, single, now=NOW)
    exclude_artist(alice, artist, now=NOW), exclude_artist(alice, artist, now=NOW)

    assert excluded_track_ids(alice) == {single.pk, album.pk, nameless.pk, by_artist.pk}
    assert excluded_track_ids(bob) == set()
    assert alice.exclusions.count() == 2
    assert other.pk not in excluded_track_ids(alice)


def test_exclusions_can_be_taken_back(alice):
    artist, track = Artist.objects.create(name="Nila Ost"), a_track("Salt")
    exclude_artist(alice, artist, now=NOW), exclude_track(alice, track, now=NOW)

    taken_back = [allow_artist(alice, artist), allow_track(alice, track), allow_track(alice, track)]

    assert taken_back == [True, True, False]
    assert excluded_track_ids(alice) == set()


def test_song_key_is_the_isrc_or_the_names():
    assert a_track("Salt", isrc="DEUM71703861", spotify_id="B" * 22).song_key == "DEUM71703861"
    assert a_track("Salt").song_key == a_track("Salt", spotify_id="A" * 22).song_key
