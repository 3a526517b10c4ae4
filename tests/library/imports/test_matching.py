from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.imports import limits
from library.imports.matching import SEARCH_WITHIN, START_WITHIN, KnownPlay, match_known
from library.imports.rows import PlayRow, Precision
from tests.library.imports.builders import OTHER_ID, TRACK_ID, play

MOMENT = datetime(2024, 5, 1, 10, 0, tzinfo=UTC)
LENGTH = timedelta(minutes=3)


def row(minutes: float = 0, **changes: Any) -> PlayRow:
    return play(ended_at=MOMENT + timedelta(minutes=minutes), **changes)


def known(minutes: float = 0, **changes: Any) -> KnownPlay:
    values: dict[str, Any] = {
        "ms_played": None,
        "duration_ms": 180_000,
        "spotify_id": TRACK_ID,
        "title": "Quiet River",
        "artist": "Amber Quay",
    }
    return KnownPlay(MOMENT + timedelta(minutes=minutes), **(values | changes))


@pytest.mark.parametrize("minutes", [-10, -3, -0.01, 0, 0.5, 10])
def test_reported_play_is_the_row_when_it_is_its_start_or_end_or_a_pause_later(minutes: float) -> None:
    assert match_known([row()], [known(minutes)]) == [0]


@pytest.mark.parametrize("minutes", [-10.1, 10.1])
def test_reported_play_is_another_when_it_is_further_than_ten_minutes(minutes: float) -> None:
    assert match_known([row()], [known(minutes)]) == [None]


def test_reported_play_is_the_row_when_it_is_the_start_of_a_long_track() -> None:
    assert match_known([row(ms_played=3_600_000)], [known(-60, duration_ms=3_600_000)]) == [0]
    assert match_known([row(ms_played=3_600_000)], [known(-60, duration_ms=None)]) == [0]


@pytest.mark.parametrize(
    "changes",
    [
        {"spotify_id": OTHER_ID, "title": "Another"},
        {"spotify_id": OTHER_ID, "title": None},
        {"spotify_id": OTHER_ID, "artist": "Moth"},
    ],
)
def test_reported_play_is_another_when_the_track_is(changes: dict[str, Any]) -> None:
    assert match_known([row()], [known(**changes)]) == [None]


@pytest.mark.parametrize("ids", [(None, TRACK_ID), (TRACK_ID, OTHER_ID), (None, None)])
def test_reported_play_is_the_row_when_only_the_names_agree(ids: tuple[str | None, str | None]) -> None:
    assert match_known([row(spotify_id=ids[0])], [known(spotify_id=ids[1])]) == [0]


def test_equal_id_is_preferred_to_equal_names() -> None:
    rows = [row(0, spotify_id=OTHER_ID), row(3)]

    assert match_known(rows, [known(3), known(0, spotify_id=OTHER_ID)]) == [1, 0]


def test_skip_does_not_claim_the_full_play_that_followed() -> None:
    assert match_known([row(ms_played=29_999), row(3)], [known(3)]) == [None, 0]


@pytest.mark.parametrize("shift", [-3, 0, 1])
def test_repeats_are_matched_one_to_one_when_the_report_has_starts_or_ends(shift: int) -> None:
    rows = [row(minutes) for minutes in (0, 3, 6, 9, 12, 15)]
    reports = [known(minutes + shift) for minutes in (0, 3, 6, 9, 12, 15)]

    assert match_known(rows, reports) == [0, 1, 2, 3, 4, 5]


def test_one_repeat_is_new_when_the_report_missed_one() -> None:
    assert match_known([row(0), row(3), row(6)], [known(0), known(6)]) == [0, 1, None]


def test_rows_out_of_order_are_matched_in_time() -> None:
    assert match_known([row(20), row(0)], [known(0), known(20)]) == [1, 0]


@pytest.mark.parametrize(("seconds", "match"), [(-3, 0), (0, 0), (3, 0), (4, None)])
def test_play_of_an_earlier_download_is_the_row_when_within_three_seconds(
    seconds: int, match: int | None
) -> None:
    earlier = known(seconds / 60, ms_played=180_000)

    assert match_known([row()], [earlier]) == [match]


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"ms_played": 180_001}, None),
        ({"spotify_id": OTHER_ID}, None),
        ({"spotify_id": None}, 0),
        ({"spotify_id": None, "title": None}, None),
    ],
)
def test_play_of_an_earlier_download_is_told_by_track_and_length(
    changes: dict[str, Any], match: int | None
) -> None:
    earlier = known(**({"ms_played": 180_000} | changes))

    assert match_known([row()], [earlier]) == [match]


@pytest.mark.parametrize(("minutes", "match"), [(0.98, 0), (1, None), (-0.01, None)])
def test_play_of_the_small_package_is_the_row_when_the_minute_is_the_same(
    minutes: float, match: int | None
) -> None:
    minute = known(0, ms_played=180_000, spotify_id=None, precision=Precision.MINUTE)

    assert match_known([row(minutes)], [minute]) == [match]


def test_play_of_the_small_package_is_the_row_though_its_names_led_to_another_id() -> None:
    minute = known(0, ms_played=180_000, spotify_id=OTHER_ID, precision=Precision.MINUTE)

    assert match_known([row(0.5)], [minute]) == [0]


def test_repeats_with_one_stamp_are_matched_one_to_one_when_imported_again() -> None:
    stored = [known(ms_played=180_000), known(ms_played=180_000)]

    assert match_known([row(), row(repeat_no=1), row(repeat_no=2)], stored) == [0, 1, None]


def test_plays_of_other_days_are_passed_over() -> None:
    day = 24 * 60

    assert match_known([row()], [known(-2 * day), known(), known(2 * day)]) == [1]
    assert match_known([row()], [known(2 * day)]) == [None]


def test_reported_play_is_the_row_when_it_is_the_start_of_a_long_pause() -> None:
    paused = row(ms_played=7_200_000)

    assert match_known([paused], [known(-120.5)]) == [0]
    assert match_known([paused], [known(-60)]) == [None]


def test_search_window_covers_what_can_match() -> None:
    longest = timedelta(milliseconds=limits.LONGEST_PLAY_MS)

    assert longest + START_WITHIN <= SEARCH_WITHIN


@given(
    gaps=st.lists(st.integers(180, 4_000), min_size=1, max_size=12),
    kept=st.lists(st.booleans(), min_size=12, max_size=12),
    from_start=st.booleans(),
)
def test_no_report_is_left_over_when_the_file_has_every_play(
    gaps: list[int], kept: list[bool], from_start: bool
) -> None:
    ends = [sum(gaps[: index + 1]) for index in range(len(gaps))]
    rows = [row(end / 60) for end in ends]
    stamps = [end - 180 * from_start for end, is_kept in zip(ends, kept, strict=False) if is_kept]

    matches = match_known(rows, [known(stamp / 60) for stamp in stamps])

    assert sorted(match for match in matches if match is not None) == list(range(len(stamps)))
