from typing import Any

import pytest

from accounts.models import User
from library.models import Artist, LibraryTrack, Play, Track, TrackArtist
from library.names import name_key
from tests.library.builders import a_track
from tests.library.importing.builders import imported, stored, verdicts
from tests.library.imports.builders import OTHER_ID, TRACK_ID, account_record, record

pytestmark = pytest.mark.django_db
SMALL = "StreamingHistory_music_0.json"
NAMELESS = {
    "master_metadata_track_name": None,
    "master_metadata_album_artist_name": None,
    "master_metadata_album_album_name": None,
}


def tracks() -> list[tuple[Any, ...]]:
    """Every track with its credits, oldest first."""
    return [
        (
            track.spotify_id,
            track.title,
            track.artist_name,
            track.album_name,
            [each.artist.name for each in track.credits.all()],
        )
        for track in Track.objects.order_by("pk")
    ]


def later(**changes: Any) -> dict[str, Any]:
    return record(ts="2024-05-02T10:00:00Z", **changes)


def test_track_is_created_from_what_the_row_says(alice: User) -> None:
    imported(alice, [record()])

    assert tracks() == [(TRACK_ID, "Quiet River", "Amber Quay", "Low Water", ["Amber Quay"])]
    assert Track.objects.get().name_key == name_key("Amber Quay", "Quiet River")


def test_songs_of_one_artist_are_credited_to_one_row(alice: User) -> None:
    other = later(spotify_track_uri=f"spotify:track:{OTHER_ID}", master_metadata_track_name="Low Tide")

    imported(alice, [record(), other])

    assert (Artist.objects.count(), TrackArtist.objects.count()) == (1, 2)


def test_names_from_spotify_stay_when_a_download_says_otherwise(alice: User) -> None:
    a_track("Quiet River (Remastered)", "Amber Quay", spotify_id=TRACK_ID)

    imported(alice, [record()])

    assert [track[:2] for track in tracks()] == [(TRACK_ID, "Quiet River (Remastered)")]


def test_track_without_names_gets_them_from_a_later_row(alice: User) -> None:
    imported(alice, [record(**NAMELESS)])
    assert [track[:3] for track in tracks()] == [(TRACK_ID, "", "")]

    imported(alice, [later()])

    assert tracks() == [(TRACK_ID, "Quiet River", "Amber Quay", "Low Water", ["Amber Quay"])]


def test_track_without_names_gets_them_from_a_row_of_the_same_batch(alice: User) -> None:
    imported(alice, [record(**NAMELESS), later()])

    assert tracks() == [(TRACK_ID, "Quiet River", "Amber Quay", "Low Water", ["Amber Quay"])]


def test_unnamed_tracks_are_not_taken_for_one_song(alice: User) -> None:
    imported(alice, [record(**NAMELESS), later(spotify_track_uri=f"spotify:track:{OTHER_ID}", **NAMELESS)])

    assert len({track.song_key for track in Track.objects.all()}) == 2


def test_track_known_by_name_becomes_the_track_with_the_id(alice: User) -> None:
    imported(alice, [account_record()], SMALL)
    before = Track.objects.get()

    imported(alice, [later()])

    assert tracks() == [(TRACK_ID, "Quiet River", "Amber Quay", "Low Water", ["Amber Quay"])]
    assert Track.objects.get().pk == before.pk


def test_row_without_an_id_is_the_track_that_has_one(alice: User) -> None:
    imported(alice, [record(), later(spotify_track_uri=None)])

    assert Track.objects.count() == 1
    assert Play.objects.count() == 2


def test_two_ids_of_one_name_stay_two_tracks(alice: User) -> None:
    imported(alice, [record(), later(spotify_track_uri=f"spotify:track:{OTHER_ID}")])

    assert sorted(str(track[0]) for track in tracks()) == sorted([TRACK_ID, OTHER_ID])


def test_track_by_name_and_track_without_names_are_merged_when_a_row_tells_they_are_one(alice: User) -> None:
    imported(alice, [account_record()], SMALL)
    imported(alice, [later(**NAMELESS)])
    assert Track.objects.count() == 2

    imported(alice, [record(ts="2024-05-03T10:00:00Z")])

    assert tracks() == [(TRACK_ID, "Quiet River", "Amber Quay", "Low Water", ["Amber Quay"])]
    row = LibraryTrack.objects.get(user=alice)
    assert (row.plays, row.listens, Play.objects.count()) == (3, 3, 3)


def test_local_file_is_kept_by_its_names(alice: User) -> None:
    done = imported(alice, [record(spotify_track_uri="spotify:local:Amber+Quay::Quiet+River:180")])

    assert verdicts(done) == {"local_file": 1}
    assert stored(alice) == [("2024-05-01T10:00:00Z", 180_000, None, "Quiet River", "Amber Quay", 0)]


def test_names_of_any_length_and_script_are_stored_as_far_as_they_fit(alice: User) -> None:
    title, artist = "ل" * 1000, "Э" * 700

    imported(alice, [record(master_metadata_track_name=title, master_metadata_album_artist_name=artist)])

    assert [track[1:3] for track in tracks()] == [(title, artist[:500])]


@pytest.mark.parametrize(
    ("reason_end", "ms_played", "skipped", "expected"),
    [
        ("fwdbtn", 5_000, None, True),
        ("fwdbtn", 5_000, False, True),
        ("trackdone", 5_000, False, False),
        ("fwdbtn", 90_000, False, False),
        ("trackdone", 90_000, None, None),
        ("trackdone", 5_000, True, True),
    ],
)
def test_play_is_a_skip_when_the_listener_went_on_at_once(
    alice: User, reason_end: str, ms_played: int, skipped: bool | None, expected: bool | None
) -> None:
    imported(alice, [record(reason_end=reason_end, ms_played=ms_played, skipped=skipped)])

    assert Play.objects.get().skipped is expected
