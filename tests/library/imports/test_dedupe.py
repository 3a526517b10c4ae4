from typing import Any

import pytest

from tests.library.imports.builders import OTHER_ID, account_record, opened, packed, read, record, verdicts

AUDIO_2 = "Streaming_History_Audio_2024_1.json"


def at(second: int, **changes: Any) -> dict[str, Any]:
    return record(ts=f"2024-05-01T10:00:{second:02}Z", **changes)


def offline(stamp: int | None, second: int = 0) -> dict[str, Any]:
    return at(second, offline=True, offline_timestamp=stamp)


def test_row_is_a_duplicate_when_it_stands_there_twice() -> None:
    assert verdicts(record(), record()) == ["play", "duplicate_in_file"]


@pytest.mark.parametrize("later", [1, 2, 3])
def test_row_is_a_duplicate_when_it_comes_again_within_three_seconds(later: int) -> None:
    assert verdicts(at(0), at(later)) == ["play", "duplicate_in_file"]
    assert verdicts(at(later), at(0)) == ["play", "duplicate_in_file"]


def test_row_is_a_play_when_it_comes_again_after_four_seconds() -> None:
    assert verdicts(at(0), at(4)) == ["play", "play"]


@pytest.mark.parametrize(
    "change",
    [
        {"ms_played": 179_999},
        {"spotify_track_uri": f"spotify:track:{OTHER_ID}"},
        {"spotify_track_uri": None},
    ],
)
def test_row_is_a_play_when_track_or_length_differ_in_the_same_second(change: dict[str, Any]) -> None:
    assert verdicts(record(), record(**change)) == ["play", "play"]


def test_near_copy_of_a_near_copy_is_measured_from_the_kept_row() -> None:
    assert verdicts(at(0), at(3), at(5)) == ["play", "duplicate_in_file", "play"]


def test_duplicate_is_found_across_files() -> None:
    download = opened(packed({"Streaming_History_Audio_2024_0.json": [record()], AUDIO_2: [record()]}))

    assert [(row.member.name, row.verdict) for row in read(download)] == [
        ("Streaming_History_Audio_2024_0.json", "play"),
        (AUDIO_2, "duplicate_in_file"),
    ]


def test_offline_repeats_are_kept_and_numbered_when_they_share_a_stamp() -> None:
    rows = read(opened([offline(1), offline(2), offline(3)]))

    assert [(row.verdict, row.play and row.play.repeat_no) for row in rows] == [
        ("play", 0),
        ("play", 1),
        ("play", 2),
    ]


@pytest.mark.parametrize("second", [0, 2])
def test_offline_row_is_a_duplicate_when_the_device_stamp_is_the_same(second: int) -> None:
    assert verdicts(offline(1), offline(1, second)) == ["play", "duplicate_in_file"]


def test_offline_row_is_a_duplicate_when_one_copy_lost_the_device_stamp() -> None:
    assert verdicts(offline(1), offline(None)) == ["play", "duplicate_in_file"]
    assert verdicts(offline(None), offline(1)) == ["play", "duplicate_in_file"]


def test_back_to_back_short_songs_are_all_plays() -> None:
    songs = [record(ms_played=31_000, ts=f"2024-05-01T10:0{n // 2}:{n % 2 * 31:02}Z") for n in range(6)]

    assert verdicts(*songs) == ["play"] * 6


def test_small_package_row_is_a_duplicate_when_the_extended_history_has_it() -> None:
    files = {
        "StreamingHistory_music_0.json": [account_record(), account_record(endTime="2024-05-01 10:04")],
        "Streaming_History_Audio_2024_0.json": [at(59)],
    }

    assert [row.verdict for row in read(opened(packed(files)))] == ["play", "duplicate_in_file", "play"]


def test_small_package_row_is_a_duplicate_of_an_equal_row_of_the_same_minute() -> None:
    rows = [account_record(), account_record(), account_record(msPlayed=5_000)]

    assert verdicts(*rows, name="StreamingHistory_music_0.json") == [
        "play",
        "duplicate_in_file",
        "short_play",
    ]


@pytest.mark.parametrize(("ms_played", "verdict"), [(120_000, "duplicate_in_file"), (119_999, "play")])
def test_small_package_row_of_the_next_minute_is_a_duplicate_when_the_play_takes_longer(
    ms_played: int, verdict: str
) -> None:
    rows = [account_record(endTime=f"2024-05-01 10:0{minute}", msPlayed=ms_played) for minute in (1, 0)]

    assert verdicts(*rows, name="StreamingHistory_music_0.json") == ["play", verdict]
