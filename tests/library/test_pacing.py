from datetime import UTC, datetime, timedelta

import pytest

from library.services.pacing import (
    calmed_gap_s,
    expected_fill,
    fastest_gap_s,
    longest_wait,
    next_wait,
    retry_wait,
)

START = datetime(2026, 11, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def wait(**changes) -> timedelta:
    values = {
        "gap_s": 200.0,
        "last_play_age": timedelta(hours=3),
        "idle_for": timedelta(hours=3),
        "longest": timedelta(minutes=60),
        "jitter": 1.0,
    }
    return next_wait(**{**values, **changes})


def test_fastest_gap_is_the_shortest_mean_of_ten_plays_in_a_row():
    slow = [START + n * timedelta(seconds=240) for n in range(12)]
    quick = [START + timedelta(days=1) + n * timedelta(seconds=90) for n in range(10)]

    assert fastest_gap_s([*quick, *slow]) == 90


def test_fastest_gap_is_never_below_what_spotify_lists():
    assert fastest_gap_s([START] * 10) == 30


def test_fastest_gap_is_unknown_below_ten_plays():
    assert fastest_gap_s([START] * 9) is None


@pytest.mark.parametrize(("days", "expected"), [(0, 40), (7, 120), (14, 160), (-1, 40)])
def test_calmed_gap_drifts_half_the_way_in_a_week(days, expected):
    assert calmed_gap_s(40, timedelta(days=days)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("listeners", "expected"),
    [(5, 10 * MINUTE), (840, 10 * MINUTE), (1680, 20 * MINUTE), (99_999, 60 * MINUTE)],
)
def test_longest_wait_spends_the_budget_there_is(listeners, expected):
    assert longest_wait(listeners=listeners, calls_per_30_s=60) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 60 * MINUTE),
        ({"gap_s": 90.0}, 45 * MINUTE),
        ({"gap_s": 90.0, "last_play_age": 45 * MINUTE}, timedelta(seconds=50 * 90 * 0.35)),
        ({"gap_s": 30.0, "last_play_age": MINUTE}, 10 * MINUTE),
        ({"longest": 10 * MINUTE}, 10 * MINUTE),
        ({"jitter": 0.0}, 54 * MINUTE),
        ({"last_play_age": None}, 60 * MINUTE),
        ({"idle_for": timedelta(days=15)}, timedelta(hours=2)),
        ({"idle_for": timedelta(days=61)}, timedelta(hours=4)),
    ],
)
def test_next_wait_fits_the_listener(changes, expected):
    assert wait(**changes) == expected


@pytest.mark.parametrize(
    ("failures", "jitter", "expected_s"), [(1, 0.0, 30), (3, 1.0, 90), (4, 0.0, 540), (900, 1.0, 600)]
)
def test_retry_wait_is_short_thrice(failures, jitter, expected_s):
    assert retry_wait(failures, jitter=jitter) == timedelta(seconds=expected_s)


def test_expected_fill_is_one_when_fifty_plays_fit_in():
    assert expected_fill(since_last=timedelta(seconds=50 * 90), gap_s=90) == 1


def test_expected_fill_is_greatest_for_who_was_never_read():
    assert expected_fill(since_last=None, gap_s=200) == float("inf")
