import pytest

from playlists.wording import duration_words, length_words


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (59, "59 min"), (60, "1 h"), (61, "1 h 1 min"), (120, "2 h")]
)
def test_duration_words_say_whole_hours_without_minutes(minutes, words):
    assert duration_words(minutes * 60_000) == words


@pytest.mark.parametrize(
    ("known_min", "timed", "tracks", "words"),
    [(40, 10, 10, "40 min"), (36, 9, 10, "about 40 min"), (0, 0, 10, "length not known"), (0, 0, 0, "0 min")],
)
def test_songs_of_unknown_length_are_not_counted_as_none(known_min, timed, tracks, words):
    assert length_words(known_min * 60_000, timed=timed, tracks=tracks) == words
