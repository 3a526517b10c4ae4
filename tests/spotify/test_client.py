import base64
import json

import pytest

from spotify.client import SpotifyClient
from spotify.errors import RateLimited, SpotifyUnavailable
from spotify.reading import playlist_of
from spotify.types import Artist, Page, Profile, TimeRange
from tests.spotify.bodies import page_body, play_body, playlist_body, track_body
from tests.spotify.test_reading import PLAY, TRACK
from tests.spotify.upstream import Answer

PLAYLIST = "3cEYpjA9oz9GiPac4AsH4n"
URI = "spotify:track:11dFghVXANMlKmJXsNCbNl"
ARTIST = {"id": "6sFIWsNpZYqfjUpaCgueju", "name": "Carly", "genres": []}


def sent(upstream):
    """The one request as method, path, query and JSON body."""
    (asked,) = upstream.asked
    return (*asked.line(), asked.json() if asked.body else None)


def test_me_is_read(upstream, client):
    upstream.answers_json({"id": "alice", "account_id": "aB3dE5fG7h"})

    assert client.me() == Profile("aB3dE5fG7h", "alice", None, None)
    assert sent(upstream) == ("GET", "/v1/me", {}, None)


def test_recently_played_asks_for_the_whole_window(upstream, client):
    upstream.answers_json(page_body(play_body()))

    assert client.recently_played().plays == (PLAY,)
    assert sent(upstream) == ("GET", "/v1/me/player/recently-played", {"limit": "50"}, None)


def test_saved_tracks_are_paged(upstream, client):
    upstream.answers_json(page_body({"track": track_body()}, next_url="x", total=99))

    page = client.saved_tracks(50)

    assert ([entry.track for entry in page.entries], page.next_offset) == ([TRACK], 51)
    assert sent(upstream) == ("GET", "/v1/me/tracks", {"limit": "50", "offset": "50"}, None)


@pytest.mark.parametrize("time_range", [TimeRange.SHORT, TimeRange.MEDIUM, TimeRange.LONG])
def test_top_tracks_are_asked_for_by_time_range(time_range, upstream, client):
    upstream.answers_json(page_body(track_body()))

    assert client.top_tracks(time_range).entries == (TRACK,)
    query = {"limit": "50", "offset": "0", "time_range": str(time_range)}
    assert sent(upstream) == ("GET", "/v1/me/top/tracks", query, None)


def test_top_artists_are_read(upstream, client):
    upstream.answers_json(page_body(ARTIST))

    page = client.top_artists(TimeRange.LONG, 50)

    assert page == Page((Artist(ARTIST["id"], "Carly", (), None),), (), 50, None, None)
    query = {"limit": "50", "offset": "50", "time_range": "long_term"}
    assert sent(upstream) == ("GET", "/v1/me/top/artists", query, None)


def test_my_playlists_set_null_entries_aside(upstream, client):
    upstream.answers_json(page_body(playlist_body(), None))

    page = client.my_playlists()

    assert page.entries == (playlist_of(playlist_body()),)
    assert [bad.position for bad in page.rejected] == [1]
    assert sent(upstream) == ("GET", "/v1/me/playlists", {"limit": "50", "offset": "0"}, None)


def test_playlist_is_asked_for_without_its_entries(upstream, client):
    upstream.answers_json(playlist_body())

    assert client.playlist(PLAYLIST) == playlist_of(playlist_body())
    (asked,) = upstream.asked
    assert (asked.path, set(asked.query)) == (
        f"/v1/playlists/{PLAYLIST}",
        {"fields", "additional_types"},
    )
    assert "items(total)" in asked.query["fields"]


def test_playlist_items_are_asked_for_under_their_new_name(upstream, client):
    upstream.answers_json(page_body({"item": track_body()}))

    assert [entry.uri for entry in client.playlist_items(PLAYLIST, 50).entries] == [URI]
    query = {"limit": "50", "offset": "50", "additional_types": "track,episode"}
    assert sent(upstream) == ("GET", f"/v1/playlists/{PLAYLIST}/items", query, None)


def test_track_is_asked_for_alone(upstream, client):
    upstream.answers_json(track_body())

    assert client.track("11dFghVXANMlKmJXsNCbNl") == TRACK
    assert sent(upstream) == ("GET", "/v1/tracks/11dFghVXANMlKmJXsNCbNl", {}, None)


def test_artist_is_asked_for_alone(upstream, client):
    upstream.answers_json(ARTIST)

    assert client.artist(ARTIST["id"]) == Artist(ARTIST["id"], "Carly", (), None)
    assert sent(upstream) == ("GET", f"/v1/artists/{ARTIST['id']}", {}, None)


def test_search_is_by_isrc(upstream, client):
    upstream.answers_json({"tracks": page_body(track_body())})

    assert client.search_isrc("USUM71703861") == (TRACK,)
    query = {"q": "isrc:USUM71703861", "type": "track", "limit": "10", "offset": "0"}
    assert sent(upstream) == ("GET", "/v1/search", query, None)


def test_playlist_is_created_for_the_listener(upstream, client):
    upstream.answers_json(playlist_body(), status=201)

    created = client.create_playlist("Rainy days", description="calm", public=False)

    assert created == playlist_of(playlist_body())
    body = {"name": "Rainy days", "description": "calm", "public": False, "collaborative": False}
    assert sent(upstream) == ("POST", "/v1/me/playlists", {}, body)


def test_creation_is_not_repeated_when_its_answer_is_lost(upstream, client):
    upstream.answers(Answer(wire=lambda out: None))

    with pytest.raises(SpotifyUnavailable):
        client.create_playlist("Rainy days", description="", public=True)

    assert len(upstream.asked) == 1


@pytest.mark.parametrize(("position", "body"), [(None, {"uris": [URI]}), (0, {"uris": [URI], "position": 0})])
def test_items_are_added_as_an_object(position, body, upstream, client):
    upstream.answers_json({"snapshot_id": "two"}, status=201)

    assert client.add_items(PLAYLIST, [URI], position=position) == "two"
    assert sent(upstream) == ("POST", f"/v1/playlists/{PLAYLIST}/items", {}, body)


@pytest.mark.parametrize("uris", [[], [URI]])
def test_items_are_replaced_also_by_none(uris, upstream, client):
    upstream.answers_json({"snapshot_id": "two"})

    assert client.replace_items(PLAYLIST, uris) == "two"
    assert sent(upstream) == ("PUT", f"/v1/playlists/{PLAYLIST}/items", {}, {"uris": uris})


@pytest.mark.parametrize("snapshot", [{}, {"snapshot_id": "one"}])
def test_items_are_moved(snapshot, upstream, client):
    upstream.answers_json({"snapshot_id": "two"})

    moved = client.reorder_items(
        PLAYLIST,
        range_start=1,
        insert_before=3,
        range_length=2,
        snapshot_id=snapshot.get("snapshot_id"),
    )

    assert moved == "two"
    body = {"range_start": 1, "insert_before": 3, "range_length": 2, **snapshot}
    assert sent(upstream) == ("PUT", f"/v1/playlists/{PLAYLIST}/items", {}, body)


@pytest.mark.parametrize("snapshot", [{}, {"snapshot_id": "one"}])
def test_items_are_removed(snapshot, upstream, client):
    upstream.answers_json({"snapshot_id": "two"})

    removed = client.remove_items(PLAYLIST, [URI], snapshot_id=snapshot.get("snapshot_id"))

    assert removed == "two"
    body = {"items": [{"uri": URI}], **snapshot}
    assert sent(upstream) == ("DELETE", f"/v1/playlists/{PLAYLIST}/items", {}, body)


def test_details_change_only_where_asked(upstream, client):
    upstream.answers(Answer(200))

    client.change_details(PLAYLIST, name="Later")

    assert sent(upstream) == ("PUT", f"/v1/playlists/{PLAYLIST}", {}, {"name": "Later"})


def test_cover_is_sent_as_base64_text(upstream, client):
    jpeg = bytes(range(256)) * 100
    upstream.answers(Answer(202))

    client.upload_cover(PLAYLIST, jpeg)

    (asked,) = upstream.asked
    assert asked.line() == ("PUT", f"/v1/playlists/{PLAYLIST}/images", {})
    assert (asked.headers["content-type"], asked.body) == ("image/jpeg", base64.b64encode(jpeg))


def test_cover_over_the_limit_is_not_sent(upstream, client):
    with pytest.raises(ValueError, match="cover of 200000 bytes is too large"):
        client.upload_cover(PLAYLIST, b"x" * 200_000)

    assert upstream.asked == []


def test_playlist_is_removed_from_the_library(upstream, client):
    upstream.answers(Answer(200))

    client.remove_playlist(PLAYLIST)

    query = {"uris": f"spotify:playlist:{PLAYLIST}"}
    assert sent(upstream) == ("DELETE", "/v1/me/library", query, None)


def test_library_tells_for_each_uri_whether_it_is_there(upstream, client):
    upstream.answers_json([True, False])

    assert client.library_contains([URI, "spotify:playlist:x"]) == (True, False)
    query = {"uris": f"{URI},spotify:playlist:x"}
    assert sent(upstream) == ("GET", "/v1/me/library/contains", query, None)


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.add_items(PLAYLIST, []),
        lambda client: client.add_items(PLAYLIST, [URI] * 101),
        lambda client: client.replace_items(PLAYLIST, [URI] * 101),
        lambda client: client.remove_items(PLAYLIST, [], snapshot_id=None),
        lambda client: client.library_contains([URI] * 41),
    ],
    ids=["add none", "add 101", "replace by 101", "remove none", "look up 41"],
)
def test_call_with_a_wrong_number_of_uris_sends_nothing(call, upstream, client):
    with pytest.raises(ValueError, match="URIs, where"):
        call(client)

    assert upstream.asked == []


def test_client_works_without_a_gate(upstream):
    upstream.answers_json({"id": "alice"})
    upstream.answers(Answer(429))
    client = SpotifyClient("BQDaccess", api_url=upstream.url + "/v1")

    assert client.me() == Profile(None, "alice", None, None)
    with pytest.raises(RateLimited):
        client.me()


def test_client_shows_no_token_when_printed(upstream, client):
    assert repr(client) == f"SpotifyClient(Sender('{upstream.url}/v1/'))"


def test_text_beyond_ascii_arrives_as_it_was(upstream, client):
    upstream.answers_json(playlist_body(), status=201)

    client.create_playlist("Tęsknota 🌧", description="", public=True)

    assert json.loads(upstream.asked[0].body)["name"] == "Tęsknota 🌧"
