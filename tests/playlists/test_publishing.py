import pytest

from tests.playlists.builders import fill_library, songs_of
from tests.playlists.spotify_side import a_playlist, calls, connect_listener, publish, there, uris

pytestmark = pytest.mark.django_db


@pytest.fixture
def tracks(alice, sandbox):
    """alice is connected and has 350 songs that Spotify knows."""
    connect_listener(alice, sandbox)
    return fill_library(alice, songs_of(sandbox, 350))


@pytest.mark.parametrize(("count", "writes"), [(1, 1), (100, 1), (101, 2), (350, 4)])
def test_publishing_makes_one_playlist_in_order(alice, sandbox, tracks, count, writes):
    playlist = a_playlist(alice, tracks[:count])

    job = publish(playlist)

    made = there(sandbox)
    assert (job.state, playlist.state, playlist.problem) == ("done", "published", "")
    assert [one["uris"] for one in made] == [uris(tracks[:count])]
    assert (made[0]["name"], made[0]["has_cover"]) == ("Calm", True)
    assert playlist.spotify_id == made[0]["id"]
    assert calls(sandbox) == ["create_playlist", "details", "cover", *["add_items"] * writes]


def test_publishing_leaves_no_token_in_the_description(alice, sandbox, tracks):
    publish(a_playlist(alice, tracks[:3]))

    assert there(sandbox)[0]["description"] == "Made with Moodsite from my own library. 3 familiar songs."


def test_publishing_again_changes_nothing(alice, sandbox, tracks):
    playlist = a_playlist(alice, tracks[:3])
    publish(playlist)
    before = there(sandbox)
    sandbox.clear_journal()

    publish(playlist)

    assert there(sandbox) == before
    assert calls(sandbox) == ["playlist", "library_contains"]
