from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from playlists.schedules import SPREAD, next_refresh_at

BERLIN = ZoneInfo("Europe/Berlin")


def nexts(now: datetime, count: int, **asked) -> list[datetime]:
    """The next moments one after the other, without the jitter, by the clock of the listener."""
    found = []
    for _ in range(count):
        now = next_refresh_at(now, seed="a", **asked)
        found.append(now)
    zone = asked["time_zone"]
    return [(moment - (found[0] - floor(found[0]))).astimezone(zone) for moment in found]


def floor(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def test_next_refresh_is_at_the_hour_of_the_listener_every_day():
    found = nexts(datetime(2026, 11, 1, 12, tzinfo=UTC), 3, hour=6, weekday=None, time_zone=BERLIN)

    assert [f"{moment:%a %H:%M}" for moment in found] == ["Mon 06:00", "Tue 06:00", "Wed 06:00"]


def test_next_refresh_is_on_the_weekday_asked_for():
    found = nexts(datetime(2026, 11, 1, 12, tzinfo=UTC), 2, hour=23, weekday=6, time_zone=BERLIN)

    assert [f"{moment:%d %a %H:%M}" for moment in found] == ["01 Sun 23:00", "08 Sun 23:00"]


@pytest.mark.parametrize(
    ("day_before", "hours"),
    [(datetime(2026, 3, 28, 12, tzinfo=UTC), 23), (datetime(2026, 10, 24, 12, tzinfo=UTC), 25)],
    ids=["spring", "autumn"],
)
def test_next_refresh_keeps_its_hour_over_a_change_of_clocks(day_before, hours):
    before = next_refresh_at(day_before - timedelta(days=1), hour=6, weekday=None, time_zone=BERLIN, seed="a")
    after = next_refresh_at(day_before, hour=6, weekday=None, time_zone=BERLIN, seed="a")

    assert after - before == timedelta(hours=hours)
    assert before.astimezone(BERLIN).hour == after.astimezone(BERLIN).hour == 6


def test_next_refresh_at_an_hour_that_is_left_out_comes_once_right_after_it():
    spring = datetime(2026, 3, 28, 12, tzinfo=UTC)

    found = nexts(spring, 2, hour=2, weekday=None, time_zone=BERLIN)

    assert [f"{moment:%d %H:%M}" for moment in found] == ["29 03:00", "30 02:00"]


def test_next_refresh_at_an_hour_that_comes_twice_comes_once():
    autumn = datetime(2026, 10, 24, 12, tzinfo=UTC)

    found = nexts(autumn, 2, hour=2, weekday=None, time_zone=BERLIN)

    assert [f"{moment:%d %H:%M %z}" for moment in found] == ["25 02:00 +0200", "26 02:00 +0100"]


def test_next_refresh_is_spread_over_half_an_hour_and_the_same_for_the_same_playlist():
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    moments = [
        next_refresh_at(now, hour=13, weekday=None, time_zone=ZoneInfo("UTC"), seed=str(seed))
        for seed in range(200)
    ]

    spread = [moment - datetime(2026, 11, 1, 13, tzinfo=UTC) for moment in moments]
    assert all(timedelta(0) <= late < SPREAD for late in spread)
    assert len(set(moments)) == 200
    assert moments[0] == next_refresh_at(now, hour=13, weekday=None, time_zone=ZoneInfo("UTC"), seed="0")
