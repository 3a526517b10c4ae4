from typing import Any

import pytest

from tests.library.imports.builders import TRACK_ID, account_record, opened, play, read, record, verdicts

NO_NAMES = {
    "master_metadata_track_name": None,
    "master_metadata_album_artist_name": None,
    "master_metadata_album_album_name": None,
}
NOTHING = NO_NAMES | {"spotify_track_uri": None}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "play"),
        ({"ms_played": 30_000}, "play"),
        ({"ms_played": 29_999}, "short_play"),
        ({"ms_played": 0}, "short_play"),
        ({"ms_played": 86_400_000}, "play"),
        (NO_NAMES, "play"),
        ({"spotify_track_uri": None}, "play"),
        ({"spotify_track_uri": "spotify:track:short"}, "play"),
        (NO_NAMES | {"spotify_track_uri": "spotify:track:short"}, "no_track"),
        (NO_NAMES | {"spotify_track_uri": "spotify:track:" + "é" * 22}, "no_track"),
        ({"spotify_track_uri": "spotify:local:a:b:c:180"}, "local_file"),
        (NO_NAMES | {"spotify_track_uri": "spotify:local::::180"}, "local_file"),
        (NOTHING, "no_track"),
        (NOTHING | {"master_metadata_track_name": "Only a title"}, "no_track"),
        (NOTHING | {"master_metadata_track_name": "", "master_metadata_album_artist_name": ""}, "no_track"),
        (NOTHING | {"spotify_episode_uri": "spotify:episode:1", "episode_name": "One"}, "podcast"),
        (NO_NAMES | {"spotify_track_uri": "spotify:episode:1"}, "podcast"),
        (NOTHING | {"audiobook_uri": "spotify:show:1", "audiobook_title": "Book"}, "audiobook"),
        (NOTHING | {"audiobook_chapter_uri": "spotify:episode:1"}, "audiobook"),
        ({"ts": None}, "bad_time"),
        ({"ts": "yesterday"}, "bad_time"),
        ({"ts": ["2024-05-01T10:00:00Z"]}, "bad_time"),
        ({"ts": 1_714_557_600}, "bad_time"),
        ({"ts": "2024-05-01T10:00:00"}, "bad_time"),
        ({"ts": "2024-05-01T12:00:00+02:00"}, "bad_time"),
        ({"ts": "2005-12-31T23:59:59Z"}, "too_old"),
        ({"ts": "2006-01-01T00:00:00Z"}, "play"),
        ({"ts": "2026-11-01T13:00:00Z"}, "play"),
        ({"ts": "2026-11-01T13:00:01Z"}, "in_the_future"),
        ({"ms_played": None}, "bad_duration"),
        ({"ms_played": True}, "bad_duration"),
        ({"ms_played": 1.5}, "bad_duration"),
        ({"ms_played": "180000"}, "bad_duration"),
        ({"ms_played": -1}, "bad_duration"),
        ({"ms_played": 86_400_001}, "bad_duration"),
        ({"ms_played": 2**31}, "bad_duration"),
        ({"ms_played": 2**70}, "bad_duration"),
        ({"master_metadata_track_name": 7}, "bad_name"),
        ({"master_metadata_track_name": {"en": "Quiet"}}, "bad_name"),
        ({"spotify_track_uri": ["x"]}, "bad_name"),
        ({"master_metadata_track_name": "x" * 1_000}, "play"),
        ({"master_metadata_track_name": "x" * 1_001}, "name_too_long"),
        ({"master_metadata_track_name": "a\0b"}, "forbidden_character"),
        ({"master_metadata_track_name": "a\0b", "skipped": 1}, "forbidden_character"),
        ({"master_metadata_track_name": "a\ud800b"}, "forbidden_character"),
        ({"master_metadata_track_name": "\udc00"}, "forbidden_character"),
        ({"skipped": "yes", "shuffle": 1, "offline": [], "reason_start": 3}, "play"),
        ({"offline_timestamp": 1.5}, "play"),
        ({"offline_timestamp": True}, "play"),
        ({"unheard_of": {"nested": [1, {"deep": None}]}}, "play"),
    ],
)
def test_record_ends_in_its_class(changes: dict[str, Any], verdict: str) -> None:
    assert verdicts(record(**changes)) == [verdict]


@pytest.mark.parametrize(
    ("name", "changes", "verdict"),
    [
        ("Streaming_History_Video_2024.json", {}, "video"),
        ("endvideo_0.json", {}, "video"),
        ("Streaming_History_Video_2024.json", NOTHING, "video"),
        ("Streaming_History_Video_2024.json", NOTHING | {"spotify_episode_uri": "x"}, "podcast"),
        ("endsong_3.json", {}, "play"),
    ],
)
def test_record_of_a_video_file_is_a_video(name: str, changes: dict[str, Any], verdict: str) -> None:
    assert verdicts(record(**changes), name=name) == [verdict]


@pytest.mark.parametrize(
    ("name", "changes", "verdict"),
    [
        ("StreamingHistory_music_0.json", {}, "play"),
        ("StreamingHistory0.json", {"msPlayed": 29_999}, "short_play"),
        ("StreamingHistory_podcast_0.json", {}, "podcast"),
        ("StreamingHistory_audiobook_0.json", {}, "audiobook"),
        ("StreamingHistory_video_0.json", {}, "video"),
        ("StreamingHistory_music_0.json", {"podcastName": "Show", "episodeName": "One"}, "podcast"),
        ("StreamingHistory_music_0.json", {"endTime": "2024-05-01 25:00"}, "bad_time"),
        ("StreamingHistory_music_0.json", {"endTime": "2024-05-01"}, "bad_time"),
        ("StreamingHistory_music_0.json", {"endTime": 5}, "bad_time"),
        ("StreamingHistory_music_0.json", {"msPlayed": -5}, "bad_duration"),
        ("StreamingHistory_music_0.json", {"trackName": None}, "no_track"),
    ],
)
def test_record_of_the_small_package_ends_in_its_class(
    name: str, changes: dict[str, Any], verdict: str
) -> None:
    assert verdicts(account_record(**changes), name=name) == [verdict]


def test_play_keeps_what_the_extended_record_says() -> None:
    details = {
        "shuffle": True,
        "skipped": False,
        "offline": False,
        "incognito_mode": True,
        "reason_start": "clickrow",
        "reason_end": "trackdone",
    }

    rows = read(opened([record(**details)]))

    assert [row.play for row in rows] == [
        play(
            shuffle=True,
            skipped=False,
            offline=False,
            incognito=True,
            reason_start="clickrow",
            reason_end="trackdone",
        )
    ]


def test_play_of_the_small_package_is_exact_to_the_minute() -> None:
    rows = read(opened([account_record()], "StreamingHistory_music_0.json"))

    assert [row.play for row in rows] == [play(spotify_id=None, album=None, precision="minute")]


def test_podcast_row_names_episode_and_show() -> None:
    spoken = NOTHING | {"spotify_episode_uri": "e", "episode_name": "One", "episode_show_name": "Show"}

    rows = read(opened([record(**spoken)]))

    assert [(row.play.title, row.play.artist, row.is_stored) for row in rows if row.play] == [
        ("One", "Show", False)
    ]


@pytest.mark.parametrize(
    "name",
    ["  spaced  ", "Cafe\u0301", "Café", "\u200eLTR", "&;feat.", "null", "🎹", "\ud83d\ude00", "Line\nBreak"],
)
def test_names_stay_as_spotify_wrote_them(name: str) -> None:
    name = name.encode("utf-16", "surrogatepass").decode("utf-16")

    rows = read(opened([record(master_metadata_track_name=name)]))

    assert [row.play and row.play.title for row in rows] == [name]


def test_address_device_and_country_are_nowhere_in_a_row() -> None:
    private = {
        "ip_addr": "203.0.113.7",
        "conn_country": "XQ",
        "user_agent_decrypted": "Secret/1",
        "username": "u7",
    }

    rows = read(opened([record(**private)]))

    assert not [value for value in private.values() if value in repr(rows)]


def test_incognito_row_is_left_out_when_the_listener_chose_so() -> None:
    rows = read(opened([record(incognito_mode=True), record()]), incognito_out=True)

    assert [row.verdict for row in rows] == ["incognito", "play"]


@pytest.mark.parametrize(
    ("changes", "is_stored"),
    [
        ({}, True),
        ({"ms_played": 1}, True),
        ({"spotify_track_uri": "spotify:local:a:b:c:1"}, True),
        (NO_NAMES | {"spotify_track_uri": "spotify:local::::1"}, False),
        (NOTHING, False),
        ({"ts": None}, False),
    ],
)
def test_row_is_stored_when_it_names_a_track(changes: dict[str, Any], is_stored: bool) -> None:
    assert [row.is_stored for row in read(opened([record(**changes)]))] == [is_stored]


def test_track_uri_is_there_when_the_id_is() -> None:
    assert play().track_uri == f"spotify:track:{TRACK_ID}"
    assert play(spotify_id=None).track_uri is None
