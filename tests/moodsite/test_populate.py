"""Made-up listeners for measuring."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from accounts.models import User
from library.models import LibraryTrack, Play, SavedTrack, Track
from moods.models import TrackMood

UNTIL = "2026-11-01T00:00:00+00:00"


def populate(**changes):
    output = StringIO()
    options = {"users": 2, "plays": 600, "until": UNTIL, **changes}
    call_command("populate", *[f"--{name}={value}" for name, value in options.items()], stdout=output)
    report = json.loads(output.getvalue())
    assert report.pop("seconds") >= 0
    return report


def rows():
    listed = Play.objects.order_by("user__username", "played_at")
    return list(listed.values_list("user__username", "track__title", "played_at", "ms_played"))


def test_populate_writes_what_it_reports(db):
    report = populate()

    assert report == {"tracks": 50, "moods": 50, "users": 2, "plays": 1200, "until": UNTIL}
    written = (User.objects.count(), Play.objects.count(), Track.objects.count(), TrackMood.objects.count())
    assert written == (2, 1200, 50, 50)


def test_populate_adds_up_what_it_wrote(db):
    populate()

    sums = LibraryTrack.objects.aggregate(plays=Sum("plays"), ms=Sum("ms_played"))
    assert sums == {"plays": 1200, "ms": Play.objects.aggregate(ms=Sum("ms_played"))["ms"]}
    assert LibraryTrack.objects.filter(is_liked=True).count() == SavedTrack.objects.count() == 6


def test_populate_ends_the_histories_when_told_to(db):
    populate(users=1)

    moments = Play.objects.order_by("played_at").values_list("played_at", flat=True)
    assert datetime(2026, 10, 20, tzinfo=UTC) < moments[0] < moments[599] < datetime(2026, 11, 1, tzinfo=UTC)


def test_populate_knows_the_mood_of_most_songs_only(db):
    populate(tracks=400)

    assert 250 < TrackMood.objects.known().count() < 400


def test_populate_makes_the_same_people_again_when_called_elsewhere(db):
    populate()
    first = rows()
    Play.objects.all().delete()
    User.objects.all().delete()

    populate()

    assert rows() == first


def test_populate_writes_nothing_when_all_is_there(db):
    populate()

    assert populate() == {"tracks": 0, "moods": 0, "users": 0, "plays": 0, "until": UNTIL}


def test_populate_adds_people_and_songs_when_asked_for_more(db):
    populate(users=1)

    report = populate(users=2, tracks=60)

    assert (report["users"], report["plays"], Track.objects.count()) == (1, 600, 60)


@pytest.mark.parametrize("wrong", [{"users": 0}, {"plays": -1}, {"tracks": -5}])
def test_populate_refuses_sizes_that_make_no_sense(db, wrong):
    with pytest.raises(CommandError, match="must be 1 or more"):
        populate(**wrong)


def test_populate_takes_a_moment_without_a_zone_as_utc(db):
    output = StringIO()

    call_command("populate", "--users", "1", "--plays", "1", "--until", "2026-11-01", stdout=output)

    assert json.loads(output.getvalue())["until"] == UNTIL


def test_populate_ends_last_midnight_when_nothing_is_said(db, time_machine):
    time_machine.move_to(datetime(2026, 11, 3, 14, 30, tzinfo=UTC))
    output = StringIO()

    call_command("populate", "--users", "1", "--plays", "1", stdout=output)

    assert json.loads(output.getvalue())["until"] == "2026-11-03T00:00:00+00:00"
