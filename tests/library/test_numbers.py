"""Whole numbers of many rows, read as one text."""

from datetime import UTC, datetime

import pytest

from library.models import Play, Track
from library.numbers import EpochSeconds, Flag, read_numbers

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 3, 29, 1, 59, 59, 900_000, tzinfo=UTC)


def a_play(user, **changes):
    track, _ = Track.objects.get_or_create(title="Blue Hour", explicit=True)
    given = {"played_at": MOMENT, "ms_played": 200_000, "source": Play.Source.EXTENDED}
    return Play.objects.create(user=user, track=track, **{**given, **changes})


def test_read_numbers_reads_numbers_moments_and_flags(alice):
    play = a_play(alice)

    table = read_numbers(
        Play.objects.all(), "track_id", EpochSeconds("played_at"), "ms_played", Flag("track__explicit")
    )

    assert table.tolist() == [[play.track_id, int(MOMENT.timestamp()), 200_000, 1]]


def test_read_numbers_tells_what_is_not_known(alice):
    a_play(alice, ms_played=None)

    assert read_numbers(Play.objects.all(), "ms_played").tolist() == [[-1]]


def test_read_numbers_of_no_rows_is_an_empty_table(alice):
    assert read_numbers(Play.objects.all(), "pk", "ms_played").shape == (0, 2)


def test_read_numbers_reads_a_slice(alice):
    plays = [a_play(alice, repeat_no=number) for number in range(3)]

    table = read_numbers(Play.objects.order_by("pk")[:2], "pk")

    assert sorted(table[:, 0].tolist()) == [plays[0].pk, plays[1].pk]
