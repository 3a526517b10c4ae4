"""Periods, changes and reasons are put into words."""

from datetime import date

import pytest

from moods.insights.periods import PeriodMood
from moods.insights.summary import Comparison
from moods.pictures.states import STATES
from moods.wording import change, headline, mood_name, percent, reasons, time_listened


def period(plays: int = 10, **shares: float) -> PeriodMood:
    full = {state: shares.get(state, 0.0) for state in STATES}
    leading = max(full, key=lambda state: full[state])
    return PeriodMood(
        start=date(2026, 10, 1),
        end=date(2026, 11, 1),
        plays=plays,
        minutes=30.0,
        shares=full,
        doubts=dict.fromkeys(STATES, 0.01),
        known=1 - full["unknown"],
        valence=0.5,
        arousal=0.5,
        leading=leading,
    )


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (period(plays=0), "Nothing heard yet"),
        (period(unknown=0.9, calm=0.1), "Too early to tell"),
        (period(mixed=1.0), "Too early to tell"),
        (period(calm=0.6, sad=0.4), "Mostly calm"),
        (period(calm=0.36, sad=0.34, mixed=0.3), "Calm and sad"),
        (period(calm=0.4, sad=0.2, mixed=0.4), "Leaning calm"),
        (period(calm=0.25, sad=0.15, mixed=0.6), "A bit of everything"),
    ],
)
def test_a_period_is_told_in_a_few_words(found, words):
    assert headline(found) == words


@pytest.mark.parametrize(
    ("moved", "by", "words"),
    [("sad", 0.2, "more sad 40 % 20 %"), ("sad", -0.2, "less sad 40 % 20 %"), ("", 0.0, "")],
)
def test_a_change_is_told_only_where_there_is_one(moved, by, words):
    comparison = Comparison(period(sad=0.4), period(sad=0.2), moved, by)

    told = change(
        comparison, more="more %(mood)s %(now)s %(before)s", less="less %(mood)s %(now)s %(before)s"
    )

    assert told == words


def test_reasons_say_how_far_from_typical_and_for_or_against():
    parts = [
        ["energy", 0.91, 1.5, 1.8],
        ["tempo", 92.4, -0.7, -0.9],
        ["loudness", -5.2, 0.6, 0.7],
        ["mode", 0.0, -0.5, -1.0],
        ["mode", 1.0, 0.5, 1.0],
        ["key", 9.0, 0.4, 0.2],
        ["duration_ms", 215_000.0, 0.4, 0.0],
        ["valence", None, 0.4, None],
        ["genre", None, 0.8, None],
        ["lyrics", None, 0.7, None],
        ["title", None, 0.4, None],
        ["artist", None, -0.4, None],
        ["acousticness", 0.02, 0.4, -1.5],
        ["time_signature", 4.0, 0.4, 0.1],
    ]

    told = reasons({"parts": parts, "genres": ["metal", "doom"]})

    assert [(reason.text, reason.speaks_for) for reason in told] == [
        ("Energy 0.91, much higher than typical", True),
        ("Tempo 92 beats a minute, lower than typical", False),
        ("Loudness -5 dB, higher than typical", True),
        ("Minor key", False),
        ("Major key", True),
        ("In the key of A", True),
        ("Length 3:35, about typical", True),
        ("Brightness of sound unknown", True),
        ("Genre: metal, doom", True),
        ("The words of the song", True),
        ("The words of the title", True),
        ("How the artist's other songs sound", False),
        ("Acoustic sound 0.02, much lower than typical", True),
        ("Beats to the bar 4, about typical", True),
    ]


def test_a_length_is_longer_or_shorter_rather_than_higher_or_lower():
    parts = [["duration_ms", 156_000.0, 0.4, -1.5], ["duration_ms", 300_000.0, 0.4, 0.9]]

    told = reasons({"parts": parts})

    assert [reason.text for reason in told] == [
        "Length 2:36, much shorter than typical",
        "Length 5:00, longer than typical",
    ]


def test_reasons_leave_out_what_hardly_matters():
    parts = [["energy", 0.91, 0.36, 1.8], ["genre", None, 0.33, None], ["title", None, -0.19, None]]

    told = reasons({"parts": parts, "genres": ["techno"]})

    assert [reason.text for reason in told] == ["Energy 0.91, much higher than typical"]


def test_nothing_is_told_without_evidence():
    assert (reasons({}), mood_name("nonsense")) == ([], "unknown")


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "1 minute"), (89.4, "89 minutes"), (90, "2 hours"), (75_000, "1,250 hours")]
)
def test_long_times_are_told_in_hours(minutes, words):
    assert time_listened(minutes) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "0 %"),
        (0.001, "1 %"),
        (0.344, "34 %"),
        (614 / 616, "99 %"),
        (sum([0.1] * 10), "100 %"),
        (1.0, "100 %"),
    ],
)
def test_only_all_is_a_hundred_percent_and_only_none_is_zero(share, words):
    assert percent(share) == words
