"""Insights add up what was heard by the listener's own clock, with what is unknown and in doubt."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from library.models import Play
from library.services.counting import count_again
from moods.classifier.taxonomy import MOODS
from moods.insights.heard import heard_by
from moods.insights.listening import LISTENERS_KEPT, _memory
from moods.insights.local_time import local_seconds, zone_named
from moods.insights.periods import mood_between
from moods.insights.rhythm import calendar_days, clock, when_heard, years_with_plays
from moods.insights.songs import count_of_mood, coverage, mood_map, songs_mainly, songs_sounding, top_songs
from moods.insights.summary import summary
from moods.insights.timeline import Step, period_from, timeline
from moods.pictures.calendar import DayMood
from moods.pictures.states import STATES
from moods.services.stamping import restamp
from tests.moods.builders import a_mood, a_track, heard, in_library
from tests.outside import NOW

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")


def at(*moment: int, zone=UTC) -> datetime:
    return datetime(*moment, tzinfo=zone)


def sure(mood: str, **changes):
    """A track that is surely of a mood."""
    track = a_track(f"{mood} {changes.pop('title', '')}", mood)
    names = ("happy", "sad", "energetic", "calm", "angry", "romantic")
    numbers = {f"p_{name}": 0.999999 if name == mood else 0.000001 for name in names}
    if mood != "unknown":
        a_mood(track, mood, **{**numbers, **changes})
    return track


class TestLocalTime:
    def test_hours_follow_summer_time(self):
        moments = [
            *(at(2026, 3, 29, 0, 59), at(2026, 3, 29, 1, 0)),
            *(at(2026, 10, 25, 0, 59, 59), at(2026, 10, 25, 1, 0)),
        ]
        seconds = np.array([int(moment.timestamp()) for moment in moments])

        local = local_seconds(seconds, BERLIN)

        expected = [moment.astimezone(BERLIN).replace(tzinfo=UTC).timestamp() for moment in moments]
        assert local.tolist() == expected

    @pytest.mark.parametrize(
        "zone", ["America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
    )
    def test_every_zone_agrees_with_the_standard_library(self, zone):
        rng = np.random.default_rng(7)
        seconds = rng.integers(1_300_000_000, 1_780_000_000, 300)

        local = local_seconds(seconds, ZoneInfo(zone))

        expected = [
            datetime.fromtimestamp(s, UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=UTC).timestamp()
            for s in seconds.tolist()
        ]
        assert local.tolist() == expected

    def test_a_zone_nobody_knows_is_utc(self):
        assert [str(zone_named(name)) for name in ("", "Moon/Crater", "../etc/passwd")] == ["UTC"] * 3


class TestPeriods:
    def test_shares_are_of_the_time_listened(self, alice):
        heard(alice, sure("happy"), at(2026, 10, 5, 9), ms_played=600_000)
        heard(alice, sure("sad"), at(2026, 10, 5, 10), ms_played=200_000)

        period = mood_between(heard_by(alice).hours, date(2026, 10, 5), date(2026, 10, 6))

        assert (period.plays, round(period.minutes, 2)) == (2, 13.33)
        assert {mood: round(share, 2) for mood, share in period.ranked[:2]} == {"happy": 0.75, "sad": 0.25}
        assert (period.leading, round(period.known, 2)) == ("happy", 1.0)

    def test_a_play_of_unknown_length_lasts_as_long_as_its_track(self, alice):
        track = sure("happy")
        track.duration_ms = 300_000
        track.save()
        heard(alice, track, at(2026, 10, 5, 9), ms_played=None)

        assert heard_by(alice).listening.minutes.tolist() == [5.0]

    def test_a_play_and_a_track_of_unknown_length_last_three_and_a_half_minutes(self, alice):
        track = a_track(duration_ms=None)
        heard(alice, track, at(2026, 10, 5, 9), ms_played=None)

        assert heard_by(alice).listening.minutes.tolist() == [3.5]

    def test_a_skip_counts_for_nothing(self, alice):
        heard(alice, sure("happy"), at(2026, 10, 5, 9), ms_played=29_999)

        assert len(heard_by(alice).listening) == 0

    def test_what_is_unknown_has_its_own_share(self, alice):
        heard(alice, sure("happy"), at(2026, 10, 5, 9))
        heard(alice, sure("unknown"), at(2026, 10, 5, 10))

        period = mood_between(heard_by(alice).hours, date(2026, 10, 5), date(2026, 10, 6))

        assert (round(period.shares["unknown"], 2), round(period.known, 2)) == (0.5, 0.5)
        assert (period.valence, period.leading) == (0.5, "happy")

    def test_an_empty_period_has_no_mood(self, alice):
        period = mood_between(heard_by(alice).hours, date(2026, 10, 5), date(2026, 10, 6))

        assert (period.plays, period.leading, period.leading_share, period.ranked) == (0, "unknown", 0.0, [])
        assert (period.known, period.valence, period.arousal) == (0.0, None, None)

    def test_doubt_is_larger_where_songs_are_less_sure(self, alice, bob):
        heard(alice, sure("happy"), at(2026, 10, 5, 9))
        track = a_track("Perhaps")
        a_mood(track, "happy", p_happy=0.6, p_calm=0.5)
        heard(bob, track, at(2026, 10, 5, 9))

        day = (date(2026, 10, 5), date(2026, 10, 6))
        clear, vague = (mood_between(heard_by(user).hours, *day) for user in (alice, bob))

        assert clear.doubts["happy"] < 0.05 < vague.doubts["happy"]


class TestTimeline:
    def test_a_day_is_the_listeners_own(self, alice):
        alice.time_zone = "Europe/Berlin"
        alice.save()
        heard(alice, sure("happy"), at(2026, 3, 29, 22, 30))

        found = timeline(heard_by(alice), start=date(2026, 3, 29), end=date(2026, 4, 1), step=Step.DAY)

        assert dict(zip(found.starts, found.plays.tolist(), strict=True)) == {
            date(2026, 3, 29): 0,
            date(2026, 3, 30): 1,
            date(2026, 3, 31): 0,
        }

    def test_weeks_begin_on_monday_and_have_no_holes(self, alice):
        heard(alice, sure("happy"), at(2026, 10, 4, 12), at(2026, 10, 19, 12))

        found = timeline(heard_by(alice), start=None, end=date(2026, 10, 20), step=Step.WEEK)

        assert [start.isoformat() for start in found.starts] == [
            "2026-09-28",
            "2026-10-05",
            "2026-10-12",
            "2026-10-19",
        ]
        assert found.plays.tolist() == [1, 0, 0, 1]
        assert found.shares.sum(axis=1).round(6).tolist() == [1, 0, 0, 1]

    def test_months_hold_all_their_days(self, alice):
        heard(alice, sure("happy"), at(2026, 1, 31, 23, 59), at(2026, 2, 1, 0, 0))

        found = timeline(heard_by(alice), start=date(2026, 1, 15), end=date(2026, 3, 1), step=Step.MONTH)

        assert (found.starts, found.plays.tolist()) == ((date(2026, 1, 1), date(2026, 2, 1)), [1, 1])

    def test_plays_before_and_after_are_left_out(self, alice):
        heard(alice, sure("happy"), at(2026, 1, 1, 12), at(2026, 2, 2, 12), at(2026, 3, 3, 12))

        found = timeline(heard_by(alice), start=date(2026, 2, 2), end=date(2026, 2, 4), step=Step.DAY)

        assert found.plays.tolist() == [1, 0]

    def test_a_listener_without_plays_has_an_empty_picture(self, alice):
        found = timeline(heard_by(alice), start=None, end=date(2026, 2, 4))

        assert (len(found.starts), found.plays.tolist()) == (1, [0])

    def test_an_end_before_the_start_holds_nothing(self, alice):
        found = timeline(heard_by(alice), start=date(2026, 2, 4), end=date(2026, 2, 4))

        assert found.starts == ()

    @pytest.mark.parametrize(
        ("step", "expected"),
        [
            (Step.DAY, (date(2026, 2, 5), date(2026, 2, 6))),
            (Step.WEEK, (date(2026, 2, 2), date(2026, 2, 9))),
            (Step.MONTH, (date(2026, 2, 1), date(2026, 3, 1))),
        ],
    )
    def test_a_day_knows_its_period(self, step, expected):
        assert period_from(date(2026, 2, 5), step) == expected


class TestRhythm:
    def test_the_clock_follows_the_listeners_weekday_and_hour(self, alice):
        alice.time_zone = "America/New_York"
        alice.save()
        heard(alice, sure("calm"), at(2026, 10, 5, 2, 30))  # Sunday evening there

        found = clock(heard_by(alice))

        assert (found.plays[6, 22], found.plays.sum(), found.moods[6][22]) == (1, 1, "calm")
        assert found.moods[0][0] == "unknown"

    def test_the_clock_can_be_of_some_days(self, alice):
        heard(alice, sure("calm"), at(2026, 10, 5, 2), at(2026, 11, 5, 2))

        found = clock(heard_by(alice), start=date(2026, 11, 1), end=date(2026, 12, 1))

        assert found.plays.sum() == 1

    def test_a_moods_own_clock_counts_its_plays(self, alice):
        heard(alice, sure("calm"), at(2026, 10, 5, 2))
        heard(alice, sure("angry"), at(2026, 10, 5, 9))

        found = when_heard(heard_by(alice), "calm")

        assert (found.plays[0, 2], found.plays[0, 9]) == (1, 0)

    def test_the_calendar_holds_each_day_with_its_mood(self, alice):
        heard(alice, sure("calm"), at(2025, 12, 31, 12), at(2026, 1, 1, 12), at(2026, 1, 1, 13))
        heard(alice, sure("sad"), at(2026, 7, 1, 12))

        found = heard_by(alice)

        assert calendar_days(found, 2026) == {
            date(2026, 1, 1): DayMood(2, "calm"),
            date(2026, 7, 1): DayMood(1, "sad"),
        }
        assert years_with_plays(found) == [2026, 2025]

    def test_without_plays_there_is_no_year(self, alice):
        assert (years_with_plays(heard_by(alice)), calendar_days(heard_by(alice), 2026)) == ([], {})


class TestSummary:
    def test_a_month_is_compared_with_the_one_before(self, alice):
        heard(alice, sure("happy"), *(at(2026, 9, day, 12) for day in range(1, 29)))
        heard(alice, sure("sad"), *(at(2026, 10, day, 12) for day in range(1, 20)))

        month = summary(heard_by(alice), at(2026, 10, 20, 12)).month

        assert (month.moved, round(month.by, 2)) == ("sad", 1.0)
        assert (month.before.start, month.now.start) == (date(2026, 9, 1), date(2026, 10, 1))

    def test_today_is_the_listeners_day_beside_the_week_before(self, alice):
        alice.time_zone = "Asia/Tokyo"
        alice.save()
        heard(alice, sure("happy"), at(2026, 10, 19, 16))

        today = summary(heard_by(alice), at(2026, 10, 19, 17)).today

        assert (today.now.start, today.now.plays) == (date(2026, 10, 20), 1)
        assert (today.before.start, today.moved) == (date(2026, 10, 13), "")

    def test_little_changes_are_not_told(self, alice):
        track = sure("happy")
        heard(alice, track, at(2026, 9, 5, 12), at(2026, 10, 5, 12))

        month = summary(heard_by(alice), at(2026, 10, 20, 12)).month

        assert (month.moved, month.by) == ("", 0.0)


class TestSongs:
    def test_coverage_counts_tracks_and_plays(self, alice):
        heard(alice, sure("happy"), at(2026, 10, 5, 9), at(2026, 10, 5, 10), at(2026, 10, 5, 11))
        heard(alice, sure("unknown"), at(2026, 10, 5, 12))

        found = coverage(heard_by(alice))

        assert (found.tracks, found.known_tracks, found.plays, found.known_plays) == (2, 1, 4, 3)
        assert (found.share_of_tracks, found.share_of_plays) == (0.5, 0.75)

    def test_coverage_of_nothing_is_nothing(self, alice):
        found = coverage(heard_by(alice))

        assert (found.share_of_tracks, found.share_of_plays) == (0.0, 0.0)

    def test_songs_of_a_mood_rank_by_plays_or_by_fit(self, alice):
        often, surely = a_track("Often"), a_track("Surely")
        a_mood(often, "happy", p_happy=0.7)
        a_mood(surely, "happy", p_happy=0.95)
        heard(alice, often, at(2026, 10, 5, 9), at(2026, 10, 5, 10))
        heard(alice, surely, at(2026, 10, 5, 11))

        found = heard_by(alice)

        by_plays = [song.track_id for song in top_songs(found, "happy", by_plays=True)]
        by_fit = [song.track_id for song in top_songs(found, "happy", by_plays=False)]
        assert (by_plays, by_fit) == ([often.pk, surely.pk], [surely.pk, often.pk])
        assert count_of_mood(found, "happy") == (2, 3)
        assert songs_sounding(found, "happy").tolist() == sorted([often.pk, surely.pk])

    def test_a_song_counts_for_every_mood_it_sounds_like_and_has_one_main_mood(self, alice):
        both = a_track("Happy and energetic")
        a_mood(both, "happy", p_happy=0.9, p_energetic=0.4)
        heard(alice, both, at(2026, 10, 5, 9))

        found = heard_by(alice)

        sounding = {mood: songs_sounding(found, mood).tolist() for mood in MOODS}
        mainly = {mood: songs_mainly(found, mood).tolist() for mood in MOODS}
        none = {mood: [] for mood in MOODS}
        assert sounding == {**none, "happy": [both.pk], "energetic": [both.pk]}
        assert mainly == {**none, "happy": [both.pk]}

    def test_the_map_places_the_most_played_first_and_leaves_out_what_has_no_place(self, alice):
        first, second = sure("happy", valence=0.9), sure("sad", valence=0.1)
        heard(alice, second, at(2026, 10, 5, 9))
        heard(alice, first, at(2026, 10, 5, 9), at(2026, 10, 5, 10))
        heard(alice, sure("unknown"), at(2026, 10, 5, 11))

        points = mood_map(heard_by(alice))

        assert [(point.title, point.valence, point.plays, point.mood) for point in points] == [
            ("happy ", 0.9, 2, "happy"),
            ("sad ", 0.1, 1, "sad"),
        ]
        assert points[0].href == f"/tracks/{first.pk}/"
        assert [point.mood for point in mood_map(heard_by(alice), mood="sad")] == ["sad"]


class TestCache:
    def test_it_reads_nothing_again_while_nothing_changed(self, alice):
        heard(alice, sure("happy"), at(2026, 10, 5, 9))
        restamp([alice.pk])
        first = heard_by(alice)

        with CaptureQueriesContext(connection) as queries:
            assert heard_by(alice) is first

        assert len(queries) == 1

    def test_it_notices_a_new_play(self, alice):
        track = sure("happy")
        heard(alice, track, at(2026, 10, 5, 9))
        restamp([alice.pk])
        heard_by(alice)

        heard(alice, track, at(2026, 10, 5, 10))

        assert len(heard_by(alice).listening) == 2

    def test_it_reads_only_new_plays_where_nothing_else_changed(self, alice):
        track = sure("happy")
        heard(alice, track, at(2026, 10, 5, 9), at(2026, 10, 5, 10))
        restamp([alice.pk])
        heard_by(alice)
        heard(alice, track, at(2026, 10, 5, 11), ms_played=None)
        heard(alice, track, at(2026, 10, 5, 12), ms_played=10_000)

        with CaptureQueriesContext(connection) as queries:
            listening = heard_by(alice).listening

        reads = [query["sql"] for query in queries if 'FROM "library_play"' in query["sql"]]
        assert all('"id" > ' in read for read in reads)
        assert (listening.minutes.tolist(), len(reads)) == (pytest.approx([10 / 3] * 3), 2)

    def test_it_notices_that_a_play_was_told_more_exactly(self, alice):
        track = sure("happy")
        heard(alice, track, at(2026, 10, 5, 9), ms_played=None)
        restamp([alice.pk])
        heard_by(alice)

        Play.objects.update(ms_played=60_000)
        count_again(alice, [track.pk])

        assert heard_by(alice).listening.minutes.tolist() == [1.0]

    def test_it_notices_that_a_play_went(self, alice):
        track = sure("happy")
        heard(alice, track, at(2026, 10, 5, 9), at(2026, 10, 5, 10))
        restamp([alice.pk])
        heard_by(alice)

        Play.objects.order_by("played_at")[:1].get().delete()
        count_again(alice, [track.pk])

        assert len(heard_by(alice).listening) == 1

    def test_it_remembers_a_few_listeners_only(self, db, django_user_model):
        for number in range(LISTENERS_KEPT + 1):
            heard_by(django_user_model.objects.create(username=f"listener {number}"))

        assert len(_memory) == LISTENERS_KEPT

    def test_it_notices_that_a_play_became_one_of_another_track(self, alice):
        one, other = sure("happy"), sure("sad")
        heard(alice, one, at(2026, 10, 5, 9))
        in_library(alice, other)
        restamp([alice.pk])
        heard_by(alice)

        Play.objects.update(track=other)
        count_again(alice, [one.pk, other.pk])

        assert heard_by(alice).listening.track_ids.tolist() == [other.pk]

    def test_one_listener_never_sees_what_another_heard(self, alice, bob):
        heard(alice, sure("happy"), at(2026, 10, 5, 9))

        assert (len(heard_by(alice).listening), len(heard_by(bob).listening)) == (1, 0)

    def test_twenty_thousand_plays_are_added_up_exactly(self, alice):
        rng = np.random.default_rng(3)
        tracks = [sure(mood, title=str(n)) for n, mood in enumerate(["happy", "sad", "calm"] * 10)]
        chosen = rng.integers(0, len(tracks), 20_000)
        minutes = rng.integers(1, 700_000, 20_000)
        Play.objects.bulk_create(
            Play(
                user=alice,
                track=tracks[int(which)],
                source="extended",
                ms_played=200_000,
                played_at=NOW - timedelta(minutes=int(ago)),
            )
            for which, ago in {(int(w), int(m)) for w, m in zip(chosen, minutes, strict=True)}
        )
        count_again(alice, [track.pk for track in tracks])

        found = timeline(heard_by(alice), start=None, end=date(2026, 11, 2), step=Step.MONTH)

        happy = Play.objects.filter(track__mood__mood="happy").count()
        share = (found.shares[:, STATES.index("happy")] * found.minutes).sum() / found.minutes.sum()
        assert found.plays.sum() == Play.objects.count()
        assert share == pytest.approx(happy / Play.objects.count(), abs=1e-4)
