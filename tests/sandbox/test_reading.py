import pytest

from sandbox import Sandbox
from tests.sandbox.conftest import NOON, Client
from tests.sandbox.schemas import (
    ALBUM,
    ARTIST,
    ERROR,
    PROFILE,
    RECENTLY_PLAYED,
    SAVED_TRACK,
    TRACK,
    faults,
    page_of,
)

RECENT = "/v1/me/player/recently-played"
UNKNOWN_ID = "0" * 22


def error(status: int, message: str) -> tuple[int, dict]:
    return status, {"error": {"status": status, "message": message}}


def said(answer) -> tuple[int, dict]:
    return answer.status_code, answer.json()


def moments(answer) -> list[str]:
    return [entry["played_at"] for entry in answer.json()["items"]]


def test_profile_is_that_of_a_development_mode_app(noor):
    me = noor.get("/v1/me").json()

    assert faults(me, PROFILE) == []
    assert (me["id"], me["display_name"], me["uri"]) == ("noor", "Noor", "spotify:user:noor")
    assert noor.get(me["images"][0]["url"]).headers["Content-Type"] == "image/jpeg"


def test_profile_may_lack_a_picture(signed_in):
    assert signed_in("nina").get("/v1/me").json()["images"] == []


@pytest.mark.parametrize(
    ("header", "kind"),
    [({}, "missing_token"), ({"Authorization": "Bearer nonsense"}, "invalid_token")],
)
def test_request_without_a_live_token_is_unauthorized(anyone, header, kind):
    answer = anyone.get("/v1/me", headers=header)

    assert said(answer) == error(401, "Missing/invalid/expired access token")
    assert answer.headers["www-authenticate"] == f'Bearer realm="spotify", error="{kind}"'


def test_listener_off_the_allow_list_is_refused_in_json(sandbox, noor):
    sandbox.forbid("noor")

    assert said(noor.get("/v1/me")) == error(403, "User not registered in the Developer Dashboard")


def test_listener_off_the_allow_list_may_be_refused_in_plain_text(sandbox, noor):
    sandbox.forbid("noor", plain_text=True)
    answer = noor.get(RECENT)

    assert (answer.status_code, answer.text) == (403, "User not registered in the Developer Dashboard")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_listener_put_on_the_allow_list_is_let_in(sandbox, noor):
    sandbox.forbid("noor")
    sandbox.allow("noor")

    assert noor.get("/v1/me").status_code == 200


@pytest.mark.parametrize(
    "path", [RECENT, "/v1/me/tracks", "/v1/me/top/tracks", "/v1/me/top/artists", "/v1/me/playlists"]
)
def test_reading_needs_its_scope(signed_in, path):
    answer = signed_in("noor", ["playlist-modify-public"]).get(path)

    assert said(answer) == error(403, "Insufficient client scope")


def test_recently_played_lists_the_last_fifty_newest_first(sandbox, noor):
    page = noor.get(RECENT, params={"limit": 50}).json()

    assert faults(page, RECENTLY_PLAYED) == []
    expected = [(play["played_at"], play["id"]) for play in sandbox.plays("noor")[:-51:-1]]
    assert [(entry["played_at"], entry["track"]["id"]) for entry in page["items"]] == expected
    assert page["next"] == f"{sandbox.url}{RECENT}?before={page['cursors']['before']}&limit=50"


def test_recently_played_pages_end_with_the_window(noor):
    first = noor.get(RECENT, params={"limit": 30}).json()
    second = noor.get(first["next"]).json()
    third = noor.get(second["next"]).json()

    assert [len(page["items"]) for page in (first, second, third)] == [30, 20, 0]
    assert (third["cursors"], third["next"]) == (None, None)


def test_recently_played_after_a_moment_lists_only_what_came_later(sandbox, noor):
    last = noor.get(RECENT).json()["cursors"]["after"]
    sandbox.advance(600)
    sandbox.play("noor")

    assert moments(noor.get(RECENT, params={"after": last})) == ["2026-11-02T12:10:00.000Z"]


def test_recently_played_is_empty_for_a_newcomer(sandbox, signed_in):
    assert signed_in("nina").get(RECENT, params={"limit": 50}).json() == {
        "href": f"{sandbox.url}{RECENT}?limit=50",
        "items": [],
        "next": None,
        "cursors": None,
        "limit": 50,
    }


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"after": 1, "before": 2}, "Only one of before and after can be specified"),
        ({"after": "yesterday"}, "Invalid cursor"),
        ({"limit": 51}, "Invalid limit"),
        ({"limit": "many"}, "Invalid limit"),
    ],
)
def test_recently_played_refuses_nonsense(noor, query, message):
    assert said(noor.get(RECENT, params=query)) == error(400, message)


def test_recently_played_leaves_out_plays_under_thirty_seconds(sandbox, signed_in):
    sandbox.play("nina", ended_at="2026-11-02T11:00:00Z", ms_played=29_999)
    sandbox.play("nina", ended_at="2026-11-02T11:30:00Z", ms_played=30_000)

    assert moments(signed_in("nina").get(RECENT)) == ["2026-11-02T11:30:00.000Z"]


def test_recently_played_shows_a_late_play_only_once_it_is_visible(sandbox, signed_in):
    nina = signed_in("nina")
    sandbox.play("nina", ended_at="2026-11-02T11:59:00.123Z", lag_s=120)

    before = moments(nina.get(RECENT))
    sandbox.advance(61)

    assert (before, moments(nina.get(RECENT))) == ([], ["2026-11-02T11:59:00.123Z"])


def test_recently_played_lags_behind_where_the_sandbox_does(http):
    with Sandbox(now=NOON, lag_s=3_600) as sandbox:
        sandbox.play("nina", ended_at="2026-11-02T11:30:00Z")
        nina = Client(sandbox, http, sandbox.grant("nina")["access_token"])
        before = moments(nina.get(RECENT))
        sandbox.advance(1_800)
        after = moments(nina.get(RECENT))

    assert (before, after) == ([], ["2026-11-02T11:30:00.000Z"])


def test_recently_played_moves_on_with_the_clock(sandbox, noor):
    before = moments(noor.get(RECENT))
    sandbox.set_now("2026-11-03T12:00:00Z")
    noor.token = sandbox.grant("noor")["access_token"]

    after = moments(noor.get(RECENT))

    assert before[0] < after[-1] < "2026-11-03T12:00:00.000Z"


def test_saved_tracks_page_through_all_likes(sandbox, noor):
    pages = noor.pages("/v1/me/tracks?limit=50")

    assert [faults(page, page_of(SAVED_TRACK)) for page in pages] == [[]] * len(pages)
    rows = [(row["track"]["id"], row["added_at"]) for page in pages for row in page["items"]]
    assert rows == [(like["id"], like["added_at"]) for like in sandbox.liked("noor")]
    assert pages[1]["previous"] == f"{sandbox.url}/v1/me/tracks?offset=0&limit=50"


def test_saved_tracks_number_eight_thousand_for_the_collector(signed_in):
    page = signed_in("karl").get("/v1/me/tracks", params={"limit": 50, "offset": 7_960}).json()

    assert (page["total"], len(page["items"]), page["next"]) == (8_000, 40, None)


@pytest.mark.parametrize(
    ("query", "message"),
    [({"limit": 51}, "Invalid limit"), ({"limit": -1}, "Invalid limit"), ({"offset": -1}, "Invalid offset")],
)
def test_saved_tracks_refuse_pages_out_of_range(noor, query, message):
    assert said(noor.get("/v1/me/tracks", params=query)) == error(400, message)


def test_saved_tracks_of_limit_zero_hold_nothing(noor):
    page = noor.get("/v1/me/tracks", params={"limit": 0}).json()

    assert (page["items"], page["next"]) == ([], None)


def test_new_like_stands_first(sandbox, noor):
    song = sandbox.songs()[7]
    sandbox.like("noor", song["id"])

    entry = noor.get("/v1/me/tracks", params={"limit": 1}).json()["items"][0]

    assert (entry["added_at"], entry["track"]["id"]) == ("2026-11-02T12:00:00Z", song["id"])


def test_like_taken_back_is_gone(sandbox, noor):
    first = sandbox.liked("noor")[0]["id"]
    sandbox.unlike("noor", first)

    assert noor.get("/v1/me/tracks?limit=1").json()["items"][0]["track"]["id"] != first


def test_top_tracks_are_the_most_played_of_the_range(sandbox, noor):
    page = noor.get("/v1/me/top/tracks", params={"time_range": "short_term", "limit": 50}).json()

    assert faults(page, page_of(TRACK)) == []
    counts: dict[str, int] = {}
    for play in sandbox.plays("noor"):
        if play["played_at"] >= "2026-10-05T12:00:00.000Z":
            counts[play["id"]] = counts.get(play["id"], 0) + 1
    listed = [counts[track["id"]] for track in page["items"]]
    assert listed == sorted(counts.values(), reverse=True)[:50]
    assert (page["total"], page["next"]) == (50, None)


def test_top_tracks_differ_by_range(noor):
    tops = [
        [track["id"] for track in noor.get(f"/v1/me/top/tracks?time_range={name}_term").json()["items"]]
        for name in ("short", "medium", "long")
    ]

    assert [len(top) for top in tops] == [20, 20, 20]
    assert tops[0] != tops[1] != tops[2]


def test_top_artists_are_artists(noor):
    page = noor.get("/v1/me/top/artists").json()

    assert faults(page, page_of(ARTIST)) == []
    assert len({artist["id"] for artist in page["items"]}) == 20


def test_top_refuses_an_unknown_range(noor):
    assert said(noor.get("/v1/me/top/tracks?time_range=forever")) == error(400, "Invalid time range")


def test_track_is_read_by_id(sandbox, noor):
    song = next(song for song in sandbox.songs() if song["isrc"])
    track = noor.get(f"/v1/tracks/{song['id']}").json()

    assert faults(track, TRACK) == []
    assert (track["name"], track["external_ids"]) == (song["title"], {"isrc": song["isrc"]})
    assert [artist["name"] for artist in track["artists"]] == song["artists"]
    assert (track["duration_ms"], track["explicit"]) == (song["duration_ms"], song["explicit"])
    assert noor.get(track["album"]["images"][1]["url"]).status_code == 200


def test_track_may_lack_an_isrc(sandbox, noor):
    song = next(song for song in sandbox.songs() if song["isrc"] is None)

    assert noor.get(f"/v1/tracks/{song['id']}").json()["external_ids"] == {}


def test_few_liked_songs_are_not_to_be_had_in_the_listeners_market(signed_in):
    pages = [
        signed_in("karl").get(f"/v1/me/tracks?limit=50&offset={place}").json()
        for place in range(0, 2_000, 50)
    ]
    tracks = [row["track"] for page in pages for row in page["items"]]

    blocked = [track for track in tracks if not track["is_playable"]]
    assert 0 < len(blocked) < 30
    assert [track["restrictions"] for track in blocked] == [{"reason": "market"}] * len(blocked)
    assert [track for track in tracks if track["is_playable"] and "restrictions" in track] == []


def test_artist_and_album_are_read_by_id(sandbox, noor):
    track = noor.get(f"/v1/tracks/{sandbox.songs()[0]['id']}").json()

    artist = noor.get(f"/v1/artists/{track['artists'][0]['id']}").json()
    album = noor.get(f"/v1/albums/{track['album']['id']}").json()

    assert faults(artist, ARTIST) == []
    tracks = album.pop("tracks")
    assert faults(album, {**ALBUM, "genres": [str]}) == []
    assert (len(tracks["items"]), tracks["total"]) == (album["total_tracks"], album["total_tracks"])
    assert tracks["items"][0]["id"] == track["id"]


@pytest.mark.parametrize("kind", ["tracks", "artists", "albums", "playlists"])
def test_unknown_and_malformed_ids_are_told_apart(noor, kind):
    assert said(noor.get(f"/v1/{kind}/{UNKNOWN_ID}")) == error(404, "Resource not found")
    assert said(noor.get(f"/v1/{kind}/not-an-id")) == error(400, "Invalid base62 id")


def test_search_finds_a_recording_by_isrc(sandbox, noor):
    single = next(song for song in sandbox.songs() if song["same_as"])

    found = noor.get("/v1/search", params={"q": f"isrc:{single['isrc']}", "type": "track"}).json()

    assert faults(found, {"tracks": page_of(TRACK)}) == []
    assert {track["id"] for track in found["tracks"]["items"]} == {single["id"], single["same_as"]}


def test_search_finds_by_words_and_filters(sandbox, noor):
    song = sandbox.songs()[3]
    query = f'track:"{song["title"]}" artist:"{song["artist"]}"'

    by_filter = noor.get("/v1/search", params={"q": query, "type": "track"}).json()["tracks"]["items"]
    by_words = noor.get(
        "/v1/search", params={"q": f"{song['title']} {song['artist']}", "type": "track,artist"}
    )

    assert song["id"] in [track["id"] for track in by_filter]
    assert by_words.json()["artists"]["items"][0]["name"] == song["artist"]


def test_search_finds_nothing_of_other_kinds(noor):
    found = noor.get("/v1/search", params={"q": "harbour", "type": "show"}).json()

    assert (found["shows"]["items"], found["shows"]["total"]) == ([], 0)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"q": "a", "type": "track", "limit": 11}, "Invalid limit"),
        ({"q": "a", "type": "track", "offset": 1_001}, "Invalid offset"),
        ({"type": "track"}, "No search query"),
        ({"q": "a"}, "Bad search type field"),
        ({"q": "a", "type": "song"}, "Bad search type field"),
    ],
)
def test_search_refuses_what_development_mode_does_not_allow(noor, query, message):
    assert said(noor.get("/v1/search", params=query)) == error(400, message)


def test_search_pages_hold_five_unless_told(noor):
    page = noor.get("/v1/search", params={"q": "the", "type": "track"}).json()["tracks"]

    assert (page["limit"], len(page["items"])) == (5, 5)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/tracks?ids=1"),
        ("GET", "/v1/artists?ids=1"),
        ("GET", "/v1/audio-features?ids=1"),
        ("GET", "/v1/audio-features/1"),
        ("GET", "/v1/audio-analysis/1"),
        ("GET", "/v1/recommendations"),
        ("GET", "/v1/artists/1/top-tracks"),
        ("GET", "/v1/artists/1/related-artists"),
        ("GET", "/v1/browse/new-releases"),
        ("GET", "/v1/browse/categories/1/playlists"),
        ("GET", "/v1/markets"),
        ("GET", "/v1/users/noor"),
        ("GET", "/v1/users/noor/playlists"),
        ("POST", "/v1/users/noor/playlists"),
        ("GET", "/v1/playlists/1/tracks"),
        ("POST", "/v1/playlists/1/tracks"),
        ("PUT", "/v1/playlists/1/tracks"),
        ("DELETE", "/v1/playlists/1/tracks"),
        ("DELETE", "/v1/playlists/1/followers"),
        ("PUT", "/v1/me/tracks"),
        ("DELETE", "/v1/me/albums"),
        ("PUT", "/v1/me/following"),
        ("GET", "/v1/me/tracks/contains"),
        ("GET", "/v1/playlists/1/followers/contains"),
    ],
)
def test_removed_endpoint_is_forbidden_without_a_hint(sandbox, noor, method, path):
    assert said(noor.send(method, path)) == error(403, "Forbidden")
    assert [request.kind for request in sandbox.journal()] == ["removed"]


def test_unknown_path_is_not_found(noor):
    assert said(noor.get("/v1/nothing")) == error(404, "Service not found")
    assert said(noor.get("/nothing")) == (404, {"error": "Not Found"})


def test_rate_limit_counts_a_rolling_half_minute(http):
    with Sandbox(now=NOON, requests_per_30_s=2) as sandbox:
        noor = Client(sandbox, http, sandbox.grant("noor")["access_token"])
        statuses = [noor.get("/v1/me").status_code, noor.get("/v1/me").status_code]
        refused = noor.get("/v1/me")
        sandbox.advance(30)
        statuses.append(noor.get("/v1/me").status_code)

    assert statuses == [200, 200, 200]
    assert said(refused) == error(429, "API rate limit exceeded")
    assert faults(refused.json(), ERROR) == []
    assert refused.headers["Retry-After"] == "30"


def test_head_answers_without_a_body(noor):
    answer = noor.send("HEAD", "/v1/me")

    assert (answer.status_code, answer.content) == (200, b"")
