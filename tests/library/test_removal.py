from datetime import timedelta

import pytest

from accounts.models import Connection
from library.models import (
    Album,
    Artist,
    DeadLetter,
    Gap,
    HistoryImport,
    LibraryTrack,
    OwnPlaylist,
    Play,
    PollSchedule,
    SavedTrack,
    SyncRun,
    TopTrack,
    Track,
)
from library.services.catalogue import store_tracks
from library.services.counting import count_whole_library
from library.services.exclusions import exclude_track
from library.services.gaps import close_covered_gaps
from library.services.removal import forget_spotify_library
from library.services.retention import forget_unused_catalogue
from library.services.syncing import sync_library
from tests.library.builders import a_play, a_ref, a_run, a_track
from tests.outside import NOW, connect

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_forget_spotify_library_leaves_the_downloads(alice, sandbox):
    connect(alice, sandbox, "sam")
    sync_library(alice, kind=SyncRun.Kind.FULL, run=a_run(alice), now=NOW)
    mine = a_track("Mine", spotify_id="A" * 22)
    a_play(alice, mine, NOW - 3 * DAY, reported_at=NOW - 3 * DAY)
    Gap.objects.create(user=alice, from_at=NOW - DAY, to_at=NOW)
    DeadLetter.objects.create(user=alice, digest="1")
    Connection.objects.all().delete()

    forget_spotify_library(alice)

    assert list(Play.objects.values_list("track", "reported_at")) == [(mine.pk, None)]
    assert list(LibraryTrack.objects.values_list("track", "plays", "is_liked")) == [(mine.pk, 1, False)]
    emptied = (SavedTrack, TopTrack, OwnPlaylist, Gap, DeadLetter, SyncRun, PollSchedule)
    assert [model.objects.count() for model in emptied] == [0] * len(emptied)


def test_forget_spotify_library_touches_nobody_else(alice, bob, sandbox):
    connect(bob, sandbox, "noor")
    sync_library(bob, kind=SyncRun.Kind.FULL, run=a_run(bob), now=NOW)
    before = LibraryTrack.objects.count()

    counts = forget_spotify_library(alice)

    assert set(counts.values()) == {0}
    assert LibraryTrack.objects.count() == before


def test_close_covered_gaps_closes_what_lies_within(alice):
    inside = Gap.objects.create(user=alice, from_at=NOW - 3 * DAY, to_at=NOW - 2 * DAY)
    beyond = Gap.objects.create(user=alice, from_at=NOW - DAY, to_at=NOW + DAY)
    download = HistoryImport.objects.create(user=alice, file_name="my_spotify_data.zip")

    closed = close_covered_gaps(alice, download, first_at=NOW - 9 * DAY, last_at=NOW, now=NOW)

    inside.refresh_from_db(), beyond.refresh_from_db()
    assert closed == 1
    assert (inside.closed_at, inside.closed_by, beyond.closed_at) == (NOW, download, None)


# Retention


def test_forget_unused_catalogue_deletes_tracks_nobody_needs(alice):
    store_tracks([a_ref("Unused", artist="Nobody")], now=NOW)
    Track.objects.update(created_at=NOW - 2 * DAY)
    kept = [a_track(title, created_at=NOW - 2 * DAY) for title in ("Played", "Excluded", "Liked")]
    a_play(alice, kept[0])
    exclude_track(alice, kept[1], now=NOW)
    SavedTrack.objects.create(user=alice, track=kept[2])

    counts = forget_unused_catalogue(NOW)

    assert counts == {"tracks": 1, "artists": 1, "details": 0, "albums": 1, "syncs": 0}
    assert set(Track.objects.all()) == set(kept)
    assert (Artist.objects.count(), Album.objects.count()) == (0, 0)


def test_forget_unused_catalogue_leaves_what_was_just_stored():
    a_track("Being imported", created_at=NOW)

    forget_unused_catalogue(NOW)

    assert Track.objects.count() == 1


def test_forget_unused_catalogue_drops_details_older_than_thirty_days(alice):
    store_tracks([a_ref("Blue Hour", isrc="DEUM71703861", is_playable=True)], now=NOW)
    a_play(alice, Track.objects.get())

    counts = forget_unused_catalogue(NOW + 31 * DAY)

    track = Track.objects.get()
    assert counts == {"tracks": 0, "artists": 0, "details": 1, "albums": 1, "syncs": 0}
    assert (track.album, track.is_playable, track.detailed_at) == (None, None, None)
    assert (track.title, track.isrc) == ("Blue Hour", "DEUM71703861")


def test_forget_unused_catalogue_drops_old_notes_of_syncs(alice):
    for days in (89, 91):
        SyncRun.objects.create(user=alice, kind=SyncRun.Kind.FULL, finished_at=NOW - days * DAY)

    assert forget_unused_catalogue(NOW)["syncs"] == 1


def test_count_whole_library_mends_rows_that_are_off(alice):
    track, other = a_track("One"), a_track("Other")
    a_play(alice, track, NOW, ms_played=31_000)
    a_play(alice, track, NOW - DAY, ms_played=2_000)
    LibraryTrack.objects.create(user=alice, track=other, plays=7)

    looked_at = count_whole_library(alice)

    rows = LibraryTrack.objects.values_list(
        "track", "plays", "listens", "ms_played", "first_played_at", "last_played_at", "last_listen_at"
    )
    assert looked_at == 2
    assert list(rows) == [(track.pk, 2, 1, 33_000, NOW - DAY, NOW, NOW)]
