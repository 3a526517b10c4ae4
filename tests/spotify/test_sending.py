import logging
import traceback

import pytest

from spotify.errors import RejectedRequest, SpotifyError, SpotifyUnavailable
from spotify.sending import OpenGate, Sender, family_of
from tests.spotify.bodies import page_body
from tests.spotify.upstream import Answer

TOKEN = "BQD-access_token.0123456789"
PLAYLIST = "3cEYpjA9oz9GiPac4AsH4n"


@pytest.fixture
def sender(upstream):
    return Sender(TOKEN, api_url=upstream.url + "/v1/", gate=OpenGate())


FAMILIES = {
    ("GET", "me"): "me",
    ("GET", "me/player/recently-played"): "recently_played",
    ("GET", "me/tracks"): "saved_tracks",
    ("GET", "me/top/tracks"): "top",
    ("GET", "me/top/artists"): "top",
    ("GET", "me/playlists"): "playlists",
    ("POST", "me/playlists"): "playlist_write",
    ("GET", f"playlists/{PLAYLIST}"): "playlists",
    ("PUT", f"playlists/{PLAYLIST}"): "playlist_write",
    ("GET", f"playlists/{PLAYLIST}/items"): "playlist_items",
    ("POST", f"playlists/{PLAYLIST}/items"): "playlist_write",
    ("PUT", f"playlists/{PLAYLIST}/items"): "playlist_write",
    ("DELETE", f"playlists/{PLAYLIST}/items"): "playlist_write",
    ("PUT", f"playlists/{PLAYLIST}/images"): "cover",
    ("GET", "tracks/11dFghVXANMlKmJXsNCbNl"): "track",
    ("GET", "artists/6sFIWsNpZYqfjUpaCgueju"): "artist",
    ("GET", "search"): "search",
    ("GET", "me/library/contains"): "library",
    ("DELETE", "me/library"): "library",
}


@pytest.mark.parametrize("call", FAMILIES)
def test_endpoint_spends_the_quota_of_its_family(call):
    assert family_of(*call) == FAMILIES[call]


REMOVED = [
    ("GET", "tracks"),
    ("GET", "artists"),
    ("GET", "albums"),
    ("GET", f"playlists/{PLAYLIST}/tracks"),
    ("POST", f"playlists/{PLAYLIST}/tracks"),
    ("POST", "users/alice/playlists"),
    ("PUT", "me/tracks"),
    ("DELETE", f"playlists/{PLAYLIST}/followers"),
    ("GET", "me/tracks/contains"),
    ("GET", "artists/6sFIWsNpZYqfjUpaCgueju/top-tracks"),
    ("GET", "recommendations"),
    ("GET", "audio-features"),
    ("GET", "audio-features/11dFghVXANMlKmJXsNCbNl"),
    ("GET", "markets"),
    ("GET", "../admin"),
]


@pytest.mark.parametrize("call", REMOVED)
def test_removed_endpoint_is_refused(call):
    with pytest.raises(RejectedRequest, match="is closed to this app"):
        family_of(*call)


def test_removed_method_of_spotipy_sends_nothing(upstream, sender):
    with pytest.raises(RejectedRequest):
        sender.audio_features(["11dFghVXANMlKmJXsNCbNl"])

    assert upstream.asked == []


def test_next_stays_below_the_base(upstream, sender):
    upstream.answers_json(page_body())

    sender.next({"next": upstream.url + "/v1/me/tracks?offset=50&limit=50"})

    assert upstream.lines() == [("GET", "/v1/me/tracks", {"offset": "50", "limit": "50"})]


def test_next_to_another_host_sends_nothing(upstream, sender):
    with pytest.raises(SpotifyUnavailable, match="a paging link leaves the API"):
        sender.next({"next": upstream.url.replace("http", "https") + "/v1/me/tracks"})

    assert upstream.asked == []


def test_id_that_is_none_sends_nothing(upstream, sender):
    with pytest.raises(RejectedRequest, match="not the id of a track"):
        sender.track("spotify:track:11dFghVXANMlKmJXsNCbNl")

    assert upstream.asked == []


def test_token_is_sent_in_the_header_only(upstream, sender):
    upstream.answers_json({"id": "alice"})

    sender.me()

    (asked,) = upstream.asked
    assert asked.line() == ("GET", "/v1/me", {})
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("status", [401, 403, 500])
def test_token_is_in_no_log_line_and_no_error_when_it_is_echoed(status, upstream, sender, caplog):
    caplog.set_level(logging.DEBUG)
    upstream.answers(Answer(status, {"error": {"status": status, "message": f"no {TOKEN}"}}))

    with pytest.raises(SpotifyError) as raised:
        sender.me()

    assert TOKEN not in caplog.text + "".join(traceback.format_exception(raised.value))


def test_token_is_in_no_log_line_when_all_goes_well(upstream, sender, caplog):
    caplog.set_level(logging.DEBUG)
    upstream.answers_json({"id": "alice"})

    sender.me()

    assert TOKEN not in caplog.text


def test_token_is_in_no_repr(sender):
    assert TOKEN not in repr(sender)
