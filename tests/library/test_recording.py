from datetime import timedelta

import pytest

from library.models import DeadLetter, Gap, LibraryTrack, Play
from library.services.recording import record_window
from tests.library.builders import a_play, a_ref, a_track, a_window, heard, unreadable
from tests.outside import NOW

pytestmark = pytest.mark.django_db
MINUTES = [timedelta(minutes=n) for n in range(1, 200)]


def record(user, window, *, last_ok_at=NOW - timedelta(days=1)):
    return record_window(user, window, now=NOW, last_ok_at=last_ok_at)


def full_window(start: int):
    """Fifty plays, one a minute, the newest `start` minutes ago."""
    return a_window(*(heard(f"Song {n}", MINUTES[n]) for n in range(start, start + 50)))


def stored(user) -> list[tuple]:
    return list(
        Play.objects.for_user(user).order_by("played_at").values_list("played_at", "track__title", "source")
    )


def test_record_window_stores_each_play_once_when_it_comes_twice(alice):
    window = a_window(heard("One", MINUTES[1]), heard("Two", MINUTES[5]))

    first, second = record(alice, window), record(alice, window)

    assert stored(alice) == [(NOW - MINUTES[5], "Two", "api"), (NOW - MINUTES[1], "One", "api")]
    assert [(first.added, first.known), (second.added, second.known)] == [(2, 0), (0, 2)]


def test_record_window_asks_nothing_of_the_catalogue_about_plays_it_has(alice, django_assert_num_queries):
    window = full_window(10)
    record(alice, window)

    with django_assert_num_queries(1) as asked:
        found = record(alice, window)

    assert (found.added, found.known) == (0, 50)
    assert "library_play" in asked.captured_queries[0]["sql"]


def test_record_window_takes_a_late_play_wherever_it_belongs(alice):
    record(alice, a_window(heard("New", MINUTES[1]), heard("Old", MINUTES[30])))

    record(alice, a_window(heard("New", MINUTES[1]), heard("Late", MINUTES[10]), heard("Old", MINUTES[30])))

    assert [title for _, title, _ in stored(alice)] == ["Old", "Late", "New"]


def test_record_window_knows_a_play_that_spotify_names_by_another_id(alice):
    record(alice, a_window(heard("One", MINUTES[1], isrc="DEUM71703861")))

    record(alice, a_window(heard("One", MINUTES[1], isrc="DEUM71703861", spotify_id="Z" * 22)))

    assert len(stored(alice)) == 1


def test_record_window_keeps_unreadable_entries_once(alice):
    window = a_window(heard("One", MINUTES[1]), rejected=(unreadable(),))

    counts = [record(alice, window).unreadable, record(alice, window).unreadable]

    assert counts == [1, 0]
    assert list(DeadLetter.objects.values_list("source", "reason", "raw")) == [
        ("plays", "no track", '{"track": null}')
    ]


def test_record_window_finds_a_gap_when_a_full_window_shares_nothing(alice):
    record(alice, a_window(heard("Before", MINUTES[150])))

    found = record(alice, full_window(10))

    assert found.gap == Gap.objects.get()
    assert (found.gap.from_at, found.gap.to_at) == (NOW - MINUTES[150], NOW - MINUTES[59])


@pytest.mark.parametrize("shared", [59, 30, 10])
def test_record_window_finds_no_gap_when_one_play_is_shared(alice, shared):
    record(alice, a_window(heard(f"Song {shared}", MINUTES[shared])))

    assert record(alice, full_window(10)).gap is None


def test_record_window_finds_no_gap_when_the_window_is_not_full(alice):
    record(alice, a_window(heard("Before", MINUTES[150])))

    assert record(alice, a_window(heard("One", MINUTES[1]))).gap is None


def test_record_window_finds_no_gap_in_the_first_window(alice):
    assert record(alice, full_window(10), last_ok_at=None).gap is None


def test_record_window_begins_the_gap_at_the_last_look_when_nothing_was_known(alice):
    found = record(alice, full_window(10), last_ok_at=NOW - timedelta(hours=3))

    assert found.gap.from_at == NOW - timedelta(hours=3)


def test_record_window_finds_a_gap_when_only_an_unreadable_entry_is_shared(alice):
    record(alice, a_window(heard("Before", MINUTES[150]), rejected=(unreadable("null"),)))
    window = full_window(10)

    found = record(alice, a_window(*window.plays[:49], rejected=(unreadable("null"),)))

    assert (found.gap.from_at, found.gap.to_at) == (NOW - MINUTES[150], NOW - MINUTES[58])


def test_record_window_finds_no_gap_where_nothing_could_be_read(alice):
    found = record(alice, a_window(rejected=tuple(unreadable(f"bad {n}") for n in range(50))))

    assert (found.gap, found.unreadable) == (None, 50)


def test_record_window_knows_a_play_from_a_download(alice):
    track = a_track("One", spotify_id=a_ref("One").spotify_id)
    downloaded = a_play(alice, track, NOW - MINUTES[3])
    window = a_window(heard("One", MINUTES[5]))

    first, second = record(alice, window), record(alice, window)

    downloaded.refresh_from_db()
    assert stored(alice) == [(NOW - MINUTES[3], "One", "extended")]
    assert downloaded.reported_at == NOW - MINUTES[5]
    assert (first.added, second.added) == (0, 0)


def test_record_window_keeps_a_song_heard_again_after_the_download(alice):
    track = a_track("One", spotify_id=a_ref("One").spotify_id)
    a_play(alice, track, NOW - MINUTES[9])

    record(alice, a_window(heard("One", MINUTES[1]), heard("One", MINUTES[9])))

    assert [source for _, _, source in stored(alice)] == ["extended", "api"]


def test_record_window_counts_the_track_in_the_library(alice):
    record(alice, a_window(heard("One", MINUTES[1]), heard("One", MINUTES[9])))

    rows = LibraryTrack.objects.values_list(
        "track__title", "plays", "listens", "last_played_at", "has_api_plays"
    )
    assert list(rows) == [("One", 2, 2, NOW - MINUTES[1], True)]


def test_record_window_keeps_two_listeners_apart(alice, bob):
    window = a_window(heard("One", MINUTES[1]))

    record(alice, window), record(bob, window)

    assert [len(stored(alice)), len(stored(bob))] == [1, 1]
