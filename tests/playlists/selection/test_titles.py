"""Which titles are one song, and which one work."""

import numpy as np
import pytest

from playlists.selection import song_title, work_keys, work_title


@pytest.mark.parametrize(
    "title",
    [
        "Blue Door",
        "Blue Door - Remastered 2011",
        "Blue Door (2009 Remaster)",
        "Blue Door - Mono",
        "BLUE DOOR (feat. Ana)",
        "Blue Door [Explicit]",
        "Blue Door - Single Version",
        "Blue Door (Deluxe Edition)",
        "Ｂlue  Door!",
    ],
)
def test_a_release_mark_leaves_the_song_the_same(title):
    assert (song_title(title), work_title(title)) == ("blue door", "blue door")


@pytest.mark.parametrize(
    ("title", "song"),
    [
        ("Blue Door - Live at Leeds", "blue door | live at leeds"),
        ("Blue Door (Acoustic)", "blue door | acoustic"),
        ("Blue Door - Ana Remix", "blue door | ana remix"),
        ("Blue Door (Instrumental) [Remastered]", "blue door | instrumental"),
    ],
)
def test_another_recording_is_another_song_of_the_same_work(title, song):
    assert (song_title(title), work_title(title)) == (song, "blue door")


@pytest.mark.parametrize(
    ("title", "work"),
    [
        ("Live and Let Die", "live and let die"),
        ("(I Can't Get No) Satisfaction", "satisfaction i can t get no"),
        ("Alive - Part II", "alive part ii"),
        ("(Live)", "live"),
        ("!!!", "!!!"),
    ],
)
def test_words_that_mark_nothing_stay_in_the_title(title, work):
    assert work_title(title) == work


def test_keys_tell_artists_songs_and_works_apart():
    keys = work_keys(["Home", "Home - Live", "home (Remaster)", "Home"], ["Ana", "Ana", "ANA", "Bo"])

    assert (keys.song.tolist(), keys.work.tolist()) == ([0, 1, 0, 2], [0, 0, 0, 1])


def test_keys_of_nothing_are_empty():
    keys = work_keys([], [])

    assert np.array_equal(keys.song, np.zeros(0, dtype=np.int64))


def test_keys_refuse_lists_of_different_length():
    with pytest.raises(ValueError, match="shorter"):
        work_keys(["Home"], [])
