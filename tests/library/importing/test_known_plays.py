"""What a download does to plays that are known already: from Spotify, or from another download."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from library.models import Gap, LibraryTrack, Play
from library.services.counting import count_whole_library
from tests.library.builders import a_play, a_track
from tests.library.importing.builders import imported, stored, verdicts
from tests.library.imports.builders import (
    AUDIO,
    OTHER_ID,
    TRACK_ID,
    account_record,
    packed,
    plays,
    record,
)

pytestmark = pytest.mark.django_db
ENDED_AT = datetime(2024, 5, 1, 10, 0, tzinfo=UTC)
SMALL = "StreamingHistory_music_0.json"
QUIET_RIVER = ("2024-05-01T10:00:00Z", 180_000, TRACK_ID, "Quiet River", "Amber Quay", 0)


def reported(user: User, at: datetime, spotify_id: str = TRACK_ID, **changes) -> Play:
    """A play as Spotify's recently played list told of it."""
    track = a_track("Quiet River", "Amber Quay", spotify_id=spotify_id, duration_ms=180_000)
    return a_play(user, track, at, **({"source": "api", "ms_played": None, "reported_at": at} | changes))


@pytest.mark.parametrize(
    "reported_after",
    [timedelta(0), timedelta(seconds=-180), timedelta(seconds=2), timedelta(minutes=8)],
    ids=["end", "start", "a little late", "after a pause"],
)
def test_play_from_the_api_and_its_row_are_one_play(alice: User, reported_after: timedelta) -> None:
    known = reported(alice, ENDED_AT + reported_after)

    done = imported(alice, [record()])

    assert verdicts(done) == {"already_known": 1}
    assert stored(alice) == [QUIET_RIVER]
    play = Play.objects.get(pk=known.pk)
    assert (play.source, play.reported_at, play.history_import) == (
        "extended",
        ENDED_AT + reported_after,
        done,
    )


def test_play_from_the_api_under_another_id_of_the_song_takes_the_id_of_the_row(alice: User) -> None:
    reported(alice, ENDED_AT, spotify_id=OTHER_ID)

    done = imported(alice, [record()])

    assert verdicts(done) == {"already_known": 1}
    assert stored(alice) == [QUIET_RIVER]


def test_only_one_of_three_repeats_is_the_play_that_the_api_reported(alice: User) -> None:
    reported(alice, ENDED_AT)
    three = [record(ts=f"2024-05-01T10:{minute:02}:00Z") for minute in (0, 3, 6)]

    done = imported(alice, three)

    assert verdicts(done) == {"already_known": 1, "play": 2}
    assert Play.objects.count() == 3


def test_skip_does_not_take_the_place_of_a_reported_play(alice: User) -> None:
    reported(alice, ENDED_AT)

    done = imported(alice, [record(ts="2024-05-01T09:56:00Z", ms_played=2_000)])

    assert verdicts(done) == {"short_play": 1}
    assert Play.objects.count() == 2


def test_library_rows_are_right_after_plays_from_the_api_were_taken_over(alice: User) -> None:
    reported(alice, ENDED_AT, spotify_id=OTHER_ID)
    count_whole_library(alice)

    imported(alice, [record(), record(ts="2024-05-02T10:00:00Z")])

    row = LibraryTrack.objects.get(user=alice)
    assert (row.track.spotify_id, row.plays, row.ms_played) == (TRACK_ID, 2, 360_000)
    assert (row.has_api_plays, row.has_download_plays) == (False, True)


def test_row_of_the_extended_history_replaces_a_play_known_to_the_minute(alice: User) -> None:
    imported(alice, [account_record()], SMALL)

    done = imported(alice, [record(ts="2024-05-01T10:00:41Z")])

    assert verdicts(done) == {"already_known": 1}
    assert stored(alice) == [("2024-05-01T10:00:41Z", *QUIET_RIVER[1:])]
    assert Play.objects.get().source == "extended"


def test_small_package_before_the_extended_one_leaves_no_play_twice_when_a_song_has_two_ids(
    alice: User,
) -> None:
    later = {"ts": "2024-05-01T12:00:30Z", "spotify_track_uri": f"spotify:track:{OTHER_ID}"}
    imported(alice, [account_record(), account_record(endTime="2024-05-01 12:00")], SMALL)

    done = imported(alice, [record(), record(**later)])

    assert verdicts(done) == {"already_known": 2}
    assert stored(alice) == [
        QUIET_RIVER,
        ("2024-05-01T12:00:30Z", 180_000, OTHER_ID, "Quiet River", "Amber Quay", 0),
    ]


def test_row_of_the_small_package_changes_no_exact_play(alice: User) -> None:
    imported(alice, [record(ts="2024-05-01T10:00:41Z")])
    before = list(Play.objects.values())

    done = imported(alice, [account_record()], SMALL)

    assert verdicts(done) == {"already_known": 1}
    assert list(Play.objects.values()) == before


def test_row_of_the_small_package_adds_the_length_to_a_play_from_the_api(alice: User) -> None:
    reported(alice, ENDED_AT + timedelta(seconds=20))

    imported(alice, [account_record()], SMALL)

    assert stored(alice) == [QUIET_RIVER]
    assert Play.objects.get().source == "account"


def test_overlapping_downloads_store_each_play_once(alice: User) -> None:
    imported(alice, plays(200))

    done = imported(alice, packed({AUDIO: plays(300)[100:]}), "second.zip")

    assert verdicts(done) == {"already_known": 100, "play": 100}
    assert Play.objects.count() == 300


def test_plays_of_other_listeners_are_theirs(alice: User, bob: User) -> None:
    imported(alice, plays(5))

    done = imported(bob, plays(5))

    assert verdicts(done) == {"play": 5}
    assert stored(bob) == stored(alice)


def test_same_row_with_and_without_an_id_is_one_play(alice: User) -> None:
    done = imported(alice, [record(), record(spotify_track_uri=None)])

    assert verdicts(done) == {"play": 1, "duplicate_in_file": 1}
    assert stored(alice) == [QUIET_RIVER]


def test_row_without_an_id_is_known_when_an_earlier_import_had_the_id(alice: User) -> None:
    imported(alice, [record()])

    done = imported(alice, [record(), record(spotify_track_uri=None)])

    assert verdicts(done) == {"already_known": 2}
    assert stored(alice) == [QUIET_RIVER]


def test_plays_handed_in_together_keep_their_number_when_imported_twice(alice: User) -> None:
    offline = [record(offline=True, offline_timestamp=stamp) for stamp in (1, 2, 3)]

    imported(alice, offline)
    again = imported(alice, offline)

    assert stored(alice) == [(*QUIET_RIVER[:5], number) for number in (0, 1, 2)]
    assert verdicts(again) == {"already_known": 3}


def gap(user: User, first: datetime, last: datetime) -> Gap:
    """A time in which plays may be missing."""
    return Gap.objects.create(user=user, from_at=first, to_at=last)


def test_gap_is_closed_by_a_download_that_covers_it(alice: User) -> None:
    found = gap(alice, datetime(2024, 5, 1, 0, 20, tzinfo=UTC), datetime(2024, 5, 1, 0, 50, tzinfo=UTC))

    done = imported(alice, plays(5))

    found.refresh_from_db()
    assert (found.closed_by, found.closed_at is None) == (done, False)


def test_gap_stays_when_the_download_ends_before_it_does(alice: User) -> None:
    found = gap(alice, datetime(2024, 5, 1, 0, 20, tzinfo=UTC), datetime(2024, 5, 1, 9, 0, tzinfo=UTC))

    imported(alice, plays(5))

    found.refresh_from_db()
    assert found.closed_at is None


def test_gap_stays_when_it_lies_where_a_damaged_file_should_have_told(alice: User) -> None:
    found = gap(alice, datetime(2024, 5, 1, 1, 20, tzinfo=UTC), datetime(2024, 5, 1, 1, 40, tzinfo=UTC))
    files = {
        "Streaming_History_Audio_2024_0.json": plays(12)[:4],
        "Streaming_History_Audio_2024_1.json": b"not JSON",
        "Streaming_History_Audio_2024_2.json": plays(12)[8:],
    }

    done = imported(alice, packed(files), "my_spotify_data.zip")

    found.refresh_from_db()
    assert (done.state, found.closed_at) == ("partial", None)


def test_gap_is_closed_by_the_whole_file_of_a_damaged_download(alice: User) -> None:
    found = gap(alice, datetime(2024, 5, 1, 0, 20, tzinfo=UTC), datetime(2024, 5, 1, 0, 40, tzinfo=UTC))
    files = {
        "Streaming_History_Audio_2024_0.json": plays(4),
        "Streaming_History_Audio_2024_1.json": b"not JSON",
    }

    done = imported(alice, packed(files), "my_spotify_data.zip")

    found.refresh_from_db()
    assert found.closed_by == done
