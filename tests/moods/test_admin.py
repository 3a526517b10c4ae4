"""Staff look at moods and their sources, and have things asked or scored again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from library.models import Artist
from moods.models import (
    ArtistGenres,
    LookUp,
    LyricsSignal,
    PersonalModel,
    SourceHealth,
    TrackFeatures,
    TrackMood,
)
from tests.moods.builders import a_correction, a_mood, a_track, some_features
from tests.outside import NOW

pytestmark = pytest.mark.django_db

PAGES = [
    "trackfeatures",
    "lyricssignal",
    "artistgenres",
    "trackmood",
    "sourcehealth",
    "correction",
    "personalmodel",
]


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("root", password="a long enough password"))
    return client


def something_of_everything(user, name: str = "Blue Hour"):
    track = a_track(name)
    some_features(track)
    LyricsSignal.objects.create(track=track, source="lrclib", status=LookUp.MISS)
    ArtistGenres.objects.get_or_create(artist=Artist.objects.get(), source="musicbrainz", status=LookUp.HIT)
    a_mood(track, history=[{"version": "older", "mood": "sad", "at": "2026-01-01"}])
    a_correction(user, track)
    return track


@pytest.mark.parametrize("name", PAGES)
def test_a_list_is_searchable_and_takes_as_many_queries_for_three_rows_as_for_one(staff, alice, name):
    something_of_everything(alice)
    url = f"/admin/moods/{name}/"
    searched = staff.get(url, {"q": "blue"})
    with CaptureQueriesContext(connection) as one:
        staff.get(url)
    for more in ("Second", "Third"):
        something_of_everything(alice, more)
    with CaptureQueriesContext(connection) as three:
        staff.get(url)

    assert (searched.status_code, len(one)) == (200, len(three))


def test_a_mood_shows_what_older_models_said_and_cannot_be_edited(staff, alice):
    something_of_everything(alice)
    mood = TrackMood.objects.get()
    url = f"/admin/moods/trackmood/{mood.pk}/change/"

    text = staff.get(url).content.decode()

    assert "older: sad (2026-01-01)" in text
    assert 'name="_save"' not in text
    assert staff.post(url, {"mood": "calm"}).status_code == 403


def test_chosen_tracks_are_scored_again(staff, alice):
    something_of_everything(alice)
    mood = TrackMood.objects.get()

    staff.post("/admin/moods/trackmood/", {"action": "score_again", "_selected_action": [mood.pk]})

    mood.refresh_from_db()
    assert mood.is_stale


def test_chosen_answers_are_asked_for_again(staff, alice):
    something_of_everything(alice)
    SourceHealth.objects.create(source="reccobeats", complete_at=NOW)
    row = TrackFeatures.objects.get()

    staff.post("/admin/moods/trackfeatures/", {"action": "ask_again", "_selected_action": [row.pk]})

    row.refresh_from_db()
    assert (row.next_try_at is not None, SourceHealth.objects.get().complete_at) == (True, None)


def test_a_resting_source_is_woken(staff):
    SourceHealth.objects.create(source="lrclib", blocked_until=NOW, failures=3)

    staff.post("/admin/moods/sourcehealth/", {"action": "wake_up", "_selected_action": ["lrclib"]})

    health = SourceHealth.objects.get()
    assert (health.blocked_until, health.failures) == (None, 0)


def test_a_listeners_model_is_listed(staff, alice):
    PersonalModel.objects.create(user=alice, corrections=3, fitted_at=NOW)

    assert staff.get("/admin/moods/personalmodel/").status_code == 200
