import io
from datetime import datetime, timedelta

import pytest
from PIL import Image

from sandbox import Sandbox
from spotify.client import SpotifyClient
from spotify.errors import (
    Forbidden,
    NotAllowListed,
    NotFound,
    QuotaExceeded,
    ReconnectNeeded,
    RejectedRequest,
    ScopeMissing,
    SpotifyUnavailable,
    TokenExpired,
)
from spotify.tokens import TokenEndpoint
from spotify.types import TimeRange


@pytest.fixture(scope="module")
def shared_sandbox():
    with Sandbox(seed=7, now="2026-11-01T12:00:00Z") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox):
    yield shared_sandbox
    shared_sandbox.clear_failures()
    shared_sandbox.clear_journal()
    shared_sandbox.allow("sam")
    shared_sandbox.rotate(False)


@pytest.fixture
def sam(sandbox):
    return client_of(sandbox, "sam")


def client_of(sandbox, listener, **grant):
    token = sandbox.grant(listener, **grant)["access_token"]
    return SpotifyClient(token, api_url=sandbox.spotify_api_url)


def all_pages(read):
    page = read(0)
    entries = list(page.entries)
    while page.next_offset is not None:
        page = read(page.next_offset)
        entries += page.entries
    return entries


@pytest.fixture
def endpoint(sandbox):
    return TokenEndpoint(sandbox.accounts_url, client_id="sandbox-client", client_secret="any")


def test_listener_has_an_account_id(sam):
    profile = sam.me()

    assert profile.spotify_id == "sam"
    assert profile.account_id


def test_recently_played_is_the_end_of_the_true_history(sandbox, sam):
    recent = sam.recently_played()

    assert recent.is_full
    assert recent.rejected == ()
    truth = {(play["uri"], datetime.fromisoformat(play["played_at"])) for play in sandbox.plays("sam")}
    assert {(play.track.uri, play.played_at) for play in recent.plays} <= truth


def test_recently_played_is_empty_for_a_newcomer(sandbox):
    recent = client_of(sandbox, "nina").recently_played()

    assert (recent.plays, recent.rejected, recent.is_full) == ((), (), False)


def test_saved_tracks_page_through_all_liked_songs(sandbox, sam):
    saved = all_pages(sam.saved_tracks)

    truth = [song["isrc"] for song in sandbox.liked("sam")]
    assert [entry.track.isrc for entry in saved] == truth


def test_top_lists_are_read(sam):
    tracks = sam.top_tracks(TimeRange.MEDIUM)
    artists = sam.top_artists(TimeRange.SHORT)

    assert tracks.rejected == artists.rejected == ()
    assert len(tracks.entries) == len(artists.entries) == 50


def test_playlists_and_their_entries_are_read_as_they_are(sandbox, sam):
    truth = {entry["id"]: entry for entry in sandbox.playlists("sam")}

    mine = [one for one in all_pages(sam.my_playlists) if one.owner_id == "sam"]

    assert mine
    for playlist in mine:
        entries = all_pages(lambda offset, wanted=playlist: sam.playlist_items(wanted.spotify_id, offset))
        assert [entry.uri for entry in entries] == truth[playlist.spotify_id]["uris"]
        assert sam.playlist(playlist.spotify_id).snapshot_id == playlist.snapshot_id


def test_track_artist_and_isrc_lead_to_the_same_song(sam):
    first = sam.top_tracks(TimeRange.LONG).entries[0]

    assert sam.track(first.spotify_id).isrc == first.isrc
    assert sam.artist(first.artists[0].spotify_id).name == first.artists[0].name
    assert {found.isrc for found in sam.search_isrc(first.isrc)} == {first.isrc}


def uris_of(client, count):
    return [track.uri for track in client.top_tracks(TimeRange.LONG).entries[:count]]


def content(sandbox, playlist_id):
    return next(one["uris"] for one in sandbox.playlists("sam") if one["id"] == playlist_id)


def test_playlist_is_written_changed_and_removed(sandbox, sam):
    one, two, three, four = uris_of(sam, 4)
    created = sam.create_playlist("Tęsknota 🌧", description="calm & slow", public=True)
    playlist_id = created.spotify_id

    assert created.total == 0
    sam.add_items(playlist_id, [one, two])
    sam.add_items(playlist_id, [three], position=0)
    assert content(sandbox, playlist_id) == [three, one, two]

    snapshot = sam.reorder_items(
        playlist_id, range_start=0, insert_before=3, range_length=1, snapshot_id=None
    )
    assert content(sandbox, playlist_id) == [one, two, three]

    sam.remove_items(playlist_id, [two], snapshot_id=snapshot)
    assert content(sandbox, playlist_id) == [one, three]

    snapshot = sam.replace_items(playlist_id, [four, one])
    assert content(sandbox, playlist_id) == [four, one]
    assert sam.playlist(playlist_id).snapshot_id == snapshot

    sam.change_details(playlist_id, name="Later", description="loud")
    assert sam.playlist(playlist_id).name == "Later"

    assert sam.library_contains([f"spotify:playlist:{playlist_id}"]) == (True,)
    sam.remove_playlist(playlist_id)
    assert sam.library_contains([f"spotify:playlist:{playlist_id}"]) == (False,)


def test_cover_is_uploaded(sandbox, sam):
    playlist_id = sam.create_playlist("Cover", description="", public=True).spotify_id
    jpeg = io.BytesIO()
    Image.new("RGB", (300, 300), "teal").save(jpeg, "JPEG")

    sam.upload_cover(playlist_id, jpeg.getvalue())

    covered = next(one for one in sandbox.playlists("sam") if one["id"] == playlist_id)
    assert covered["has_cover"] is True


def test_expired_token_is_told_apart(sandbox, sam):
    sandbox.expire_access_tokens()

    with pytest.raises(TokenExpired):
        sam.me()


@pytest.mark.parametrize("plain_text", [False, True])
def test_listener_off_the_allow_list_is_told_apart(plain_text, sandbox, sam):
    sandbox.forbid("sam", plain_text=plain_text)

    with pytest.raises(NotAllowListed):
        sam.me()


def test_missing_scope_is_told_apart(sandbox):
    client = client_of(sandbox, "sam", scopes=["user-top-read"])

    with pytest.raises(ScopeMissing):
        client.saved_tracks()


def test_playlist_of_somebody_else_is_closed(sandbox, sam):
    theirs = next(one["id"] for one in sandbox.playlists("rosa") if one["owner"] == "rosa")

    with pytest.raises(Forbidden):
        sam.playlist_items(theirs)


def test_unknown_playlist_is_not_found(sam):
    with pytest.raises(NotFound):
        sam.playlist("0" * 22)


def test_refused_uri_is_a_rejected_request(sam):
    playlist_id = sam.create_playlist("Bad", description="", public=True).spotify_id

    with pytest.raises(RejectedRequest):
        sam.add_items(playlist_id, ["spotify:local:a:b:c:1"])


def test_quota_names_its_family_and_wait(sandbox, sam):
    sandbox.fail("playlists", quota=True, retry_after=79_892)

    with pytest.raises(QuotaExceeded) as raised:
        sam.my_playlists()

    assert raised.value.family == "playlists"
    assert raised.value.retry_after == timedelta(seconds=79_892)


@pytest.mark.parametrize(
    "failure",
    [
        {"status": 500},
        {"status": 502, "body": "<html>Bad gateway</html>"},
        {"truncate": True},
        {"cut_after": 10},
        {"lose_answer": True},
        {"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}},
    ],
    ids=str,
)
def test_failure_upstream_is_unavailable_after_one_request(failure, sandbox, sam):
    sandbox.fail("saved_tracks", **failure)

    with pytest.raises(SpotifyUnavailable):
        sam.saved_tracks()

    assert len(sandbox.journal("saved_tracks")) == 1


def test_playlist_exists_though_the_answer_to_its_creation_was_lost(sandbox, sam):
    sandbox.fail("create_playlist", lose_answer=True)

    with pytest.raises(SpotifyUnavailable):
        sam.create_playlist("Lost and found", description="", public=True)

    names = [one.name for one in all_pages(sam.my_playlists)]
    assert names.count("Lost and found") == 1


def test_refresh_gives_a_token_that_works(sandbox, endpoint):
    grant = sandbox.grant("sam", scopes=["user-top-read"])

    answer = endpoint.refresh(grant["refresh_token"])

    assert answer.scopes == frozenset({"user-top-read"})
    assert answer.expires_in == timedelta(hours=1)
    assert answer.refresh_token is None
    client = SpotifyClient(answer.access_token, api_url=sandbox.spotify_api_url)
    assert client.me().spotify_id == "sam"


def test_refresh_brings_a_new_refresh_token_when_they_rotate(sandbox, endpoint):
    sandbox.rotate(True)
    grant = sandbox.grant("sam")

    answer = endpoint.refresh(grant["refresh_token"])

    assert answer.refresh_token not in {None, grant["refresh_token"]}


def test_revoked_grant_needs_a_reconnect(sandbox, endpoint):
    grant = sandbox.grant("karl")
    sandbox.revoke("karl")

    with pytest.raises(ReconnectNeeded):
        endpoint.refresh(grant["refresh_token"])
