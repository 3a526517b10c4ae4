import csv
import io
import json

import pytest

from playlists.exporting import FORMATS, exported_tracks, harmless
from tests.playlists.builders import a_song, fill_library
from tests.playlists.spotify_side import a_playlist

pytestmark = pytest.mark.django_db

FORMULA = '=HYPERLINK("http://evil.example";"click")'


@pytest.fixture
def playlist(alice):
    """Two songs, one of them unknown to Spotify and named like a formula."""
    songs = [a_song(1), a_song(2, id=None, title=FORMULA, duration_ms=None)]
    return a_playlist(alice, fill_library(alice, songs), name="Two\nlines")


def written(playlist, ending: str) -> str:
    return FORMATS[ending].write(playlist, exported_tracks(playlist.newest_version()))


def test_links_name_each_song_that_spotify_has(playlist):
    assert written(playlist, "txt") == f"https://open.spotify.com/track/{1:022d}\n"


def test_csv_holds_every_song_and_no_formula(playlist):
    rows = list(csv.DictReader(io.StringIO(written(playlist, "csv"))))

    assert [(row["position"], row["title"], row["artists"]) for row in rows] == [
        ("1", "Song 1", "Artist 1"),
        ("2", f"'{FORMULA}", "Artist 2"),
    ]


def test_jspf_is_json_that_players_read(playlist):
    told = json.loads(written(playlist, "jspf"))["playlist"]

    assert told["title"] == "Two\nlines"
    assert told["track"] == [
        {
            "title": "Song 1",
            "creator": "Artist 1",
            "annotation": "",
            "duration": 200_000,
            "identifier": [f"https://open.spotify.com/track/{1:022d}"],
        },
        {"title": FORMULA, "creator": "Artist 2", "annotation": ""},
    ]


def test_m3u_has_one_line_for_each_thing(playlist):
    assert written(playlist, "m3u").splitlines() == [
        "#EXTM3U",
        "#PLAYLIST:Two lines",
        "#EXTINF:200,Artist 1 - Song 1",
        f"https://open.spotify.com/track/{1:022d}",
        f"#EXTINF:-1,Artist 2 - {FORMULA}",
        "# no link",
    ]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx", "\nx"])
def test_harmless_puts_an_apostrophe_before_what_a_spreadsheet_would_calculate(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Song", "", None, 5])
def test_harmless_leaves_the_rest_alone(cell):
    assert harmless(cell) == cell
