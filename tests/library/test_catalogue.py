import pytest

from accounts.models import User
from library.models import Album, Artist, LibraryTrack, Play, Track, TrackArtist
from library.services.artists import artists_named
from library.services.catalogue import store_tracks, tracks_named
from library.services.counting import count_again
from spotify.types import ArtistRef
from tests.library.builders import a_play, a_ref, a_track
from tests.outside import NOW

pytestmark = pytest.mark.django_db


def credited(track: Track) -> list[str]:
    return list(track.credits.values_list("artist__name", flat=True))


def test_store_tracks_keeps_everything_spotify_says():
    ref = a_ref(
        "Blue Hour",
        isrc="DEUM71703861",
        artists=(ArtistRef("A" * 22, "Nila Ost"), ArtistRef("B" * 22, "Pax")),
    )

    rows = store_tracks([ref], now=NOW)

    track = Track.objects.get()
    assert rows == {ref.uri: track.pk}
    assert (track.title, track.artist_name, track.isrc) == ("Blue Hour", "Nila Ost", "DEUM71703861")
    assert (track.duration_ms, track.explicit, track.detailed_at) == (200_000, False, NOW)
    assert (track.album.name, track.album.release_year, track.album_name) == ("Tides", 2019, "Tides")
    assert credited(track) == ["Nila Ost", "Pax"]


def test_store_tracks_stores_nothing_twice_when_called_again():
    refs = [a_ref("Blue Hour"), a_ref("Grey Hour")]

    first = store_tracks(refs, now=NOW)
    second = store_tracks(refs, now=NOW)

    assert first == second
    counts = [model.objects.count() for model in (Track, Artist, Album, TrackArtist)]
    assert counts == [2, 1, 1, 2]


def test_store_tracks_asks_as_often_for_fifty_tracks_as_for_one(django_assert_num_queries):
    store_tracks([a_ref("Warm up")], now=NOW)
    with django_assert_num_queries(11) as for_one:
        store_tracks([a_ref("One", artist="First")], now=NOW)

    with django_assert_num_queries(len(for_one)):
        store_tracks([a_ref(f"Song {n}", artist=f"Artist {n}") for n in range(50)], now=NOW)


def test_store_tracks_replaces_names_of_a_download_with_spotifys():
    downloaded = a_track("blue hour", "nila", spotify_id=a_ref().spotify_id)

    store_tracks([a_ref("Blue Hour")], now=NOW)

    downloaded.refresh_from_db()
    assert (downloaded.title, downloaded.artist_name) == ("Blue Hour", "Nila Ost")


def test_store_tracks_keeps_what_it_knows_when_spotify_says_nothing():
    store_tracks([a_ref("Blue Hour", isrc="DEUM71703861")], now=NOW)
    taken_down = a_ref("Blue Hour", isrc=None, duration_ms=None, explicit=None, album=None)

    store_tracks([taken_down], now=NOW)
    store_tracks([a_ref("", spotify_id=taken_down.spotify_id, artists=())], now=NOW)

    track = Track.objects.get()
    assert (track.title, track.isrc, track.duration_ms) == ("Blue Hour", "DEUM71703861", 200_000)
    assert (track.album.name, credited(track)) == ("Tides", ["Nila Ost"])


def test_store_tracks_makes_the_row_without_id_the_track_when_its_id_comes():
    nameless = a_track("Blue Hour", "Nila Ost")

    rows = store_tracks([a_ref("Blue Hour")], now=NOW)

    assert list(rows.values()) == [nameless.pk]
    assert Track.objects.get().spotify_id == a_ref("Blue Hour").spotify_id


def test_store_tracks_joins_two_rows_when_they_turn_out_to_be_one(alice):
    known = a_track("Old name", "Nila Ost", spotify_id=a_ref("Blue Hour").spotify_id)
    nameless = a_track("Blue Hour", "Nila Ost")
    a_play(alice, known), a_play(alice, nameless, ms_played=31_000)
    same_play_twice = a_play(alice, nameless)
    count_again(alice, [known.pk, nameless.pk])

    store_tracks([a_ref("Blue Hour")], now=NOW)

    assert list(Track.objects.all()) == [known]
    assert list(Play.objects.order_by("ms_played").values_list("track", "ms_played")) == [
        (known.pk, 31_000),
        (known.pk, same_play_twice.ms_played),
    ]
    assert list(LibraryTrack.objects.values_list("track", "plays")) == [(known.pk, 2)]


def test_store_tracks_finds_a_local_file_by_its_names():
    local = a_ref("Demo", spotify_id=None, artists=(ArtistRef(None, "My Band"),))

    rows = store_tracks([local], now=NOW)
    again = store_tracks([local], now=NOW)

    track = Track.objects.get()
    assert rows == again == {local.uri: track.pk}
    assert (track.spotify_id, track.title, credited(track)) == (None, "Demo", ["My Band"])


def test_store_tracks_gives_an_artist_known_by_name_the_id():
    by_name = artists_named(["Nila Ost"])

    store_tracks([a_ref("Blue Hour")], now=NOW)

    assert list(Artist.objects.values_list("pk", "name")) == [(by_name["Nila Ost"], "Nila Ost")]


def test_store_tracks_takes_a_new_name_and_new_credits_over():
    store_tracks(
        [a_ref("Blue Hour", artists=(ArtistRef("A" * 22, "Nila"), ArtistRef("B" * 22, "Pax")))], now=NOW
    )

    store_tracks([a_ref("Blue Hour", artists=(ArtistRef("A" * 22, "Nila Ost"),))], now=NOW)

    assert credited(Track.objects.get()) == ["Nila Ost"]


def test_store_tracks_cuts_names_that_no_database_column_holds():
    store_tracks(
        [a_ref("x" * 3000, artists=(ArtistRef("A" * 22, "y" * 3000),), spotify_id="C" * 22)], now=NOW
    )

    track = Track.objects.get()
    assert (len(track.title), len(track.artist_name)) == (1000, 500)


def test_store_tracks_answers_nothing_for_nothing():
    assert store_tracks([], now=NOW) == {}


def test_tracks_named_prefers_the_oldest_row_with_an_id():
    older = a_track("Blue Hour", spotify_id="A" * 22)
    a_track("Blue Hour", spotify_id="B" * 22)
    a_track("Blue Hour")

    assert tracks_named([("Nila Ost", "Blue Hour")]) == {("Nila Ost", "Blue Hour"): older.pk}


def test_artists_named_is_not_fooled_by_two_artists_of_one_name():
    Artist.objects.create(spotify_id="A" * 22, name="Nova")
    Artist.objects.create(spotify_id="B" * 22, name="Nova")

    found = artists_named(["Nova"])

    assert Artist.objects.get(pk=found["Nova"]).spotify_id is None


def test_merged_tracks_keep_counting_for_every_listener(alice: User, bob: User):
    known = a_track("Old name", spotify_id=a_ref("Blue Hour").spotify_id)
    nameless = a_track("Blue Hour")
    for listener in (alice, bob):
        a_play(listener, nameless)
        count_again(listener, [nameless.pk])

    store_tracks([a_ref("Blue Hour")], now=NOW)

    rows = LibraryTrack.objects.order_by("user__username").values_list("user__username", "track", "plays")
    assert list(rows) == [("alice", known.pk, 1), ("bob", known.pk, 1)]
