from datetime import UTC, datetime

import pytest

from spotify.errors import SpotifyUnavailable
from spotify.reading import (
    artist_of,
    flags_of,
    page_of,
    playlist_of,
    playlist_page_of,
    profile_of,
    recently_played_of,
    saved_entry,
    snapshot_of,
    track_of,
    tracks_found,
    whole,
)
from spotify.types import (
    AlbumRef,
    Artist,
    ArtistRef,
    Page,
    PlaylistEntry,
    PlaylistSummary,
    Profile,
    Reason,
    RecentPlay,
    RejectedEntry,
    SavedEntry,
    TrackRef,
)
from tests.spotify.bodies import (
    episode_body,
    local_body,
    page_body,
    play_body,
    playlist_body,
    track_body,
)

TRACK = TrackRef(
    spotify_id="11dFghVXANMlKmJXsNCbNl",
    uri="spotify:track:11dFghVXANMlKmJXsNCbNl",
    name="Cut To The Feeling",
    artists=(ArtistRef("6sFIWsNpZYqfjUpaCgueju", "Carly Rae Jepsen"),),
    album=AlbumRef(
        spotify_id="0tGPJ0bkWOUmH7MEOR77qc",
        name="Cut To The Feeling",
        release_date="2017-05-26",
        release_date_precision="day",
        image_url="https://i.scdn.co/image/640",
        image_url_small="https://i.scdn.co/image/64",
    ),
    isrc="USUM71703861",
    duration_ms=207959,
    explicit=False,
    is_local=False,
    is_playable=True,
)
LOCAL = TrackRef(
    spotify_id=None,
    uri="spotify:local:The+Cassettes:Demo:Rain:215",
    name="Rain",
    artists=(ArtistRef(None, "The Cassettes"),),
    album=AlbumRef(None, "Demo", None, None, None, None),
    isrc=None,
    duration_ms=215000,
    explicit=None,
    is_local=True,
    is_playable=None,
)
PLAY = RecentPlay(
    played_at=datetime(2026, 11, 22, 21, 14, 3, 123000, tzinfo=UTC),
    track=TRACK,
    context_uri="spotify:playlist:37i9dQZF1DXcBWIGoYBM5M",
)


def test_track_is_read_whole():
    assert track_of(track_body()) == TRACK


def test_local_track_has_no_id():
    assert track_of(local_body()) == LOCAL


def test_track_keeps_unknown_unknown_when_everything_is_null():
    body = dict.fromkeys(track_body()) | {"id": "11dFghVXANMlKmJXsNCbNl"}

    assert track_of(body) == TrackRef(
        spotify_id="11dFghVXANMlKmJXsNCbNl",
        uri="spotify:track:11dFghVXANMlKmJXsNCbNl",
        name="",
        artists=(),
        album=None,
        isrc=None,
        duration_ms=None,
        explicit=None,
        is_local=False,
        is_playable=None,
    )


@pytest.mark.parametrize(
    ("stated", "isrc"),
    [("us-um7-17-03861", "USUM71703861"), ("nonsense", None), ("", None), (None, None)],
)
def test_track_isrc_is_brought_to_one_form(stated, isrc):
    assert track_of(track_body(external_ids={"isrc": stated})).isrc == isrc


@pytest.mark.parametrize(
    ("stated", "date"), [("1999", "1999"), ("1999-01", "1999-01"), ("soon", None), (None, None)]
)
def test_album_release_date_is_unknown_when_it_is_none(stated, date):
    album = track_of(track_body(album={"release_date": stated})).album

    assert album == AlbumRef(None, "", date, None, None, None)


def test_album_image_without_width_counts_as_the_widest():
    images = [{"url": "https://a/unsized"}, {"url": "https://a/64", "width": 64}]

    album = track_of(track_body(album={"images": images})).album

    assert album == AlbumRef(None, "", None, None, "https://a/unsized", "https://a/64")


def test_album_image_is_left_out_when_it_is_no_web_address():
    images = [{"url": "javascript:alert(1)", "width": 64}, {"url": None, "width": 3}]

    assert track_of(track_body(album={"images": images})).album == AlbumRef(None, "", None, None, None, None)


def test_name_loses_what_no_database_can_store():
    assert track_of(track_body(name="a\x00b\ud800c")).name == "ab?c"


def test_artist_is_read_whole():
    body = {
        "id": "6sFIWsNpZYqfjUpaCgueju",
        "name": "Carly",
        "genres": ["pop", 3],
        "images": [{"url": "https://a/1", "width": 10}],
    }

    assert artist_of(body) == Artist("6sFIWsNpZYqfjUpaCgueju", "Carly", ("pop",), "https://a/1")


def test_profile_is_read_whole():
    body = {
        "account_id": "aB3dE5fG7h",
        "id": "smedjan",
        "display_name": "Ann",
        "images": [{"url": "https://a/1", "height": 300, "width": 300}],
    }

    assert profile_of(body) == Profile("aB3dE5fG7h", "smedjan", "Ann", "https://a/1")


def test_profile_tolerates_nulls():
    body = {"id": "smedjan", "account_id": None, "display_name": None, "images": None}

    assert profile_of(body) == Profile(None, "smedjan", None, None)


@pytest.mark.parametrize(
    ("read", "body"),
    [
        (profile_of, {"display_name": "Ann"}),
        (profile_of, {"id": 3}),
        (profile_of, None),
        (profile_of, []),
        (artist_of, {"name": "Carly"}),
        (playlist_of, {"name": "Rainy days"}),
        (playlist_of, playlist_body(id="../me")),
        (snapshot_of, {}),
        (tracks_found, {}),
        (track_of, episode_body()),
        (track_of, track_body(name=3)),
    ],
)
def test_whole_answer_is_unavailable_when_it_is_unreadable(read, body):
    with pytest.raises(SpotifyUnavailable, match="unreadable answer"):
        whole(body, read)


def test_playlist_is_read_whole():
    assert playlist_of(playlist_body()) == PlaylistSummary(
        spotify_id="3cEYpjA9oz9GiPac4AsH4n",
        uri="spotify:playlist:3cEYpjA9oz9GiPac4AsH4n",
        name="Rainy days",
        description=None,
        owner_id="smedjan",
        owner_name="Ann",
        is_collaborative=False,
        is_public=True,
        snapshot_id="AAAAB8C+GjVHq8v4vzStbL6AUYzo1cDV",
        total=42,
    )


@pytest.mark.parametrize(
    ("listing", "total"),
    [
        ({"items": {"total": 7}}, 7),
        ({"items": None, "tracks": {"total": 7}}, 7),
        ({"items": None, "tracks": None}, None),
    ],
)
def test_playlist_total_is_read_under_either_name(listing, total):
    assert playlist_of(playlist_body() | listing).total == total


def test_playlist_entries_keep_their_positions_when_one_is_lost():
    added = {"added_at": "2026-11-20T19:02:11Z", "added_by": {"id": "smedjan"}}
    body = page_body(
        {**added, "item": track_body()},
        {"added_at": None, "added_by": None, "item": None},
        {**added, "item": episode_body()},
        {"added_at": None, "added_by": None, "track": local_body()},
    )
    added_at = datetime(2026, 11, 20, 19, 2, 11, tzinfo=UTC)

    page = playlist_page_of(body, offset=50)

    assert page.entries == (
        PlaylistEntry(50, TRACK.uri, added_at, "smedjan", TRACK, is_episode=False),
        PlaylistEntry(52, episode_body()["uri"], added_at, "smedjan", None, is_episode=True),
        PlaylistEntry(53, LOCAL.uri, None, None, LOCAL, is_episode=False),
    )
    assert [(entry.position, entry.reason) for entry in page.rejected] == [(51, Reason.NO_TRACK)]


def test_page_goes_on_after_what_it_brought():
    body = page_body(track_body(), None, next_url="https://api.spotify.com/v1/x?offset=2", total=9)

    page = page_of(body, track_of, offset=100)

    assert page == Page(
        entries=(TRACK,),
        rejected=(RejectedEntry(101, Reason.NOT_AN_OBJECT, "null"),),
        offset=100,
        next_offset=102,
        total=9,
    )


def test_page_is_the_last_when_it_is_empty_though_a_next_one_is_named():
    body = page_body(next_url="https://api.spotify.com/v1/x?offset=50")

    assert page_of(body, track_of, offset=50) == Page((), (), 50, None, None)


@pytest.mark.parametrize("body", [None, [], {}, {"items": None}, {"items": {}}, {"items": "x"}])
def test_page_without_a_list_is_no_empty_page(body):
    with pytest.raises(SpotifyUnavailable):
        page_of(body, track_of, offset=0)


@pytest.mark.parametrize("added_at", ["2026-11-20T20:02:11+01:00", None])
def test_saved_entry_is_read_in_utc(added_at):
    expected = added_at and datetime(2026, 11, 20, 19, 2, 11, tzinfo=UTC)

    entry = saved_entry({"added_at": added_at, "track": track_body()})

    assert entry == SavedEntry(expected, TRACK)


@pytest.mark.parametrize("answer", [None, {}, [True], [True, False, True], [True, "yes"], [1, 0]])
def test_flags_are_unavailable_when_there_is_not_one_for_each(answer):
    with pytest.raises(SpotifyUnavailable):
        flags_of(answer, count=2)


def test_search_leaves_out_what_is_null():
    assert tracks_found({"tracks": page_body(None, track_body())}) == (TRACK,)


MUTATIONS = {
    "entry is null": (None, Reason.NOT_AN_OBJECT),
    "entry is a list": ([], Reason.NOT_AN_OBJECT),
    "entry is a text": ("play", Reason.NOT_AN_OBJECT),
    "entry is empty": ({}, Reason.NO_TRACK),
    "track is null": (play_body(track=None), Reason.NO_TRACK),
    "track is a text": (play_body(track="x"), Reason.BAD_ENTRY),
    "track is empty": (play_body(track={}), Reason.BAD_TRACK),
    "track is an episode": (play_body(track=episode_body()), Reason.EPISODE),
    "track has no id and no uri": (play_body(track=track_body(id=None, uri=None)), Reason.BAD_TRACK),
    "track id is null": (play_body(track=track_body(id=None)), Reason.BAD_TRACK),
    "track id is a number": (play_body(track=track_body(id=7)), Reason.BAD_TRACK),
    "track id is a path": (play_body(track=track_body(id="../me")), Reason.BAD_TRACK),
    "uri is a list": (play_body(track=track_body(uri=[])), Reason.BAD_TRACK),
    "name is a number": (play_body(track=track_body(name=3)), Reason.BAD_TRACK),
    "artists is a text": (play_body(track=track_body(artists="Carly")), Reason.BAD_TRACK),
    "an artist is null": (play_body(track=track_body(artists=[None])), Reason.BAD_TRACK),
    "album is a list": (play_body(track=track_body(album=[1])), Reason.BAD_TRACK),
    "images is a text": (play_body(track=track_body(album={"images": "x"})), Reason.BAD_TRACK),
    "duration is a text": (play_body(track=track_body(duration_ms="long")), Reason.BAD_TRACK),
    "duration is negative": (play_body(track=track_body(duration_ms=-1)), Reason.BAD_TRACK),
    "duration is huge": (play_body(track=track_body(duration_ms=10**30)), Reason.BAD_TRACK),
    "explicit is a number": (play_body(track=track_body(explicit=1)), Reason.BAD_TRACK),
    "played_at is missing": ({"track": track_body()}, Reason.BAD_TIME),
    "played_at is null": (play_body(played_at=None), Reason.BAD_TIME),
    "played_at is garbage": (play_body(played_at="yesterday"), Reason.BAD_TIME),
    "played_at is a number": (play_body(played_at=1764000000), Reason.BAD_TIME),
    "played_at has no offset": (play_body(played_at="2026-11-22T21:14:03"), Reason.BAD_TIME),
    "played_at is before time": (
        play_body(played_at="0001-01-01T00:00:00+14:00"),
        Reason.BAD_TIME,
    ),
    "context is a text": (play_body(context="x"), Reason.BAD_ENTRY),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_recently_played_keeps_the_other_49_when(name):
    entry, reason = MUTATIONS[name]
    plays = [play_body() for _ in range(49)]

    recent = recently_played_of(page_body(*plays[:20], entry, *plays[20:]))

    assert recent.plays == (PLAY,) * 49
    assert [(bad.position, bad.reason) for bad in recent.rejected] == [(20, reason)]
    assert recent.is_full


TOLERATED = {
    "context is null": (play_body(context=None), None, TRACK),
    "track is a local file": (play_body(context={}, track=local_body()), None, LOCAL),
}


@pytest.mark.parametrize("name", TOLERATED)
def test_recently_played_takes_the_play_when(name):
    entry, context_uri, track = TOLERATED[name]

    recent = recently_played_of(page_body(entry))

    assert recent.plays == (RecentPlay(PLAY.played_at, track, context_uri),)
    assert not recent.is_full


def test_rejected_entry_keeps_8_kb_of_ascii():
    entry = play_body(played_at="ü" * 20_000)

    (rejected,) = recently_played_of(page_body(entry)).rejected

    assert len(rejected.raw.encode("ascii")) == 8192
