"""Moods are worked out from what is known, kept, and worked out again when something changes."""

import json
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.kinds import Postpone
from jobs.models import Job
from jobs.services import start_job
from library.models import Artist
from moods.classifier.lyrics import score_lyrics
from moods.classifier.lyrics_scores import LYRICS_VERSION
from moods.classifier.titles import score_title
from moods.models import ArtistGenres, LookUp, LyricsSignal, MoodStamp, TrackMood
from moods.services.answers import as_values
from moods.services.classifying import (
    anything_stale,
    classify_stale,
    classify_tracks,
    current_model,
    mark_stale,
)
from moods.services.gathering import gather
from moods.tasks import GATHERING, classify, start_due_classification
from tests.moods.builders import a_mood, a_run, a_track, in_library, some_features
from tests.outside import NOW

pytestmark = pytest.mark.django_db

SAD_WORDS = "I cry alone in the dark tonight\nmy heart is broken and I miss you\n" * 6


def some_words(track, text: str = SAD_WORDS, **changes) -> LyricsSignal:
    scores = score_lyrics(text)
    values = {
        "status": LookUp.HIT,
        "language": scores.language,
        "scores": scores.as_json(),
        "version": LYRICS_VERSION,
        "title_scores": as_values(score_title(track.title), LYRICS_VERSION),
    }
    return LyricsSignal.objects.create(track=track, source="lrclib", **{**values, **changes})


def some_genres(artist: str, *names: str) -> ArtistGenres:
    return ArtistGenres.objects.create(
        artist=Artist.objects.get(name=artist), source="musicbrainz", status=LookUp.HIT, genres=list(names)
    )


class TestClassify:
    def test_a_bright_lively_track_sounds_happy(self):
        track = a_track()
        some_features(track, valence=0.95, energy=0.75, danceability=0.85)

        counts = classify_tracks([track.pk], now=NOW)

        mood = TrackMood.objects.get()
        assert (counts, mood.mood, mood.inputs) == ({"scored": 1, "known": 1}, "happy", ["audio"])
        assert mood.valence_low < mood.valence < mood.valence_high
        assert (mood.model_version, mood.scored_at, mood.is_stale) == (current_model().version, NOW, False)

    def test_a_mood_says_what_decided_and_whose_word_it_is(self):
        track = a_track()
        some_features(track, valence=0.95, energy=0.75)

        classify_tracks([track.pk], now=NOW)

        evidence = TrackMood.objects.get().evidence
        names = [part[0] for part in evidence["parts"]]
        assert (len(names), len(set(names)), evidence["mood"]) == (3, 3, "happy")
        assert evidence["sources"] == {"audio": "reccobeats"}

    def test_a_track_of_which_nothing_is_known_stays_unknown(self):
        track = a_track()

        classify_tracks([track.pk], now=NOW)

        mood = TrackMood.objects.get()
        assert (mood.mood, mood.valence, mood.p_happy, mood.evidence) == ("unknown", None, None, {})

    def test_a_title_alone_is_not_enough(self):
        track = a_track("Happy Happy Joy")
        some_words(track, scores=None, language="")

        classify_tracks([track.pk], now=NOW)

        assert TrackMood.objects.get().mood == "unknown"

    def test_the_artists_other_songs_speak_for_a_track_without_features(self):
        known, other = a_track("Known"), a_track("Other")
        some_features(known)

        classify_tracks([other.pk], now=NOW)

        assert TrackMood.objects.get(track=other).inputs == ["artist"]

    def test_an_artists_mean_leaves_the_track_itself_out(self):
        first, second, third = a_track("First"), a_track("Second"), a_track("Third")
        for track, energy in ((first, 0.2), (second, 0.4), (third, 0.9)):
            some_features(track, energy=energy)

        of_first = gather([first.pk])[0].evidence.artist_features["energy"]

        assert of_first == pytest.approx(0.65)

    def test_the_only_song_of_an_artist_has_no_others(self):
        track = a_track()
        some_features(track)

        others = gather([track.pk])[0].evidence.artist_features

        assert set(others.values()) == {None}

    def test_genres_and_words_speak_too(self):
        track = a_track()
        some_words(track)
        some_genres("Nila Ost", "ambient", "classical")

        classify_tracks([track.pk], now=NOW)

        mood = TrackMood.objects.get()
        assert mood.inputs == ["genre", "lyrics", "title"]
        assert mood.evidence["sources"] == {"genre": "musicbrainz", "lyrics": "lrclib", "title": "lrclib"}

    def test_numbers_of_an_older_scorer_of_words_are_not_used(self):
        track = a_track()
        some_words(track, version="0", title_scores={"values": [0.0], "version": "0"})
        some_features(track)

        classify_tracks([track.pk], now=NOW)

        assert TrackMood.objects.get().inputs == ["audio"]

    def test_it_takes_as_many_queries_for_three_tracks_as_for_one(self):
        tracks = [a_track(title, artist) for title, artist in (("A", "X"), ("B", "Y"), ("C", "Z"))]
        for track in tracks:
            some_features(track)
        classify_tracks([track.pk for track in tracks], now=NOW)

        with CaptureQueriesContext(connection) as one:
            classify_tracks([tracks[0].pk], now=NOW)
        with CaptureQueriesContext(connection) as three:
            classify_tracks([track.pk for track in tracks], now=NOW)

        assert len(one) == len(three)

    def test_owners_of_a_track_see_it_and_others_keep_what_they_have(self, alice, bob):
        track, other = a_track("Mine"), a_track("Theirs", "Somebody")
        in_library(alice, track)
        in_library(bob, other)
        some_features(track)

        classify_tracks([track.pk], now=NOW)

        assert [stamp.user_id for stamp in MoodStamp.objects.all()] == [alice.pk]

    def test_the_hand_set_model_can_be_used_instead(self, settings):
        settings.MOOD_MODEL = "prior"
        track = a_track()
        some_features(track)

        classify_tracks([track.pk], now=NOW)

        assert TrackMood.objects.get().model_version == current_model().version


class TestStale:
    def test_new_evidence_has_a_track_scored_again(self):
        track = a_track()
        a_mood(track, "sad", model_version=current_model().version)
        some_features(track, valence=0.95, energy=0.75)
        mark_stale([track.pk])

        assert classify_stale(now=NOW) == {"scored": 1, "known": 1}
        assert (TrackMood.objects.get().mood, anything_stale()) == ("happy", False)

    def test_a_new_model_has_every_track_scored_again_and_leaves_one_line(self):
        track = a_track()
        a_mood(track, "sad", model_version="older", scored_at=NOW)
        some_features(track)

        classify_stale(now=NOW)

        assert TrackMood.objects.get().history == [
            {"version": "older", "mood": "sad", "at": "2026-11-01T12:00:00+00:00"}
        ]

    def test_a_track_marked_before_it_has_a_mood_is_unknown_until_then(self):
        track = a_track()

        mark_stale([track.pk])

        assert (TrackMood.objects.get().mood, anything_stale()) == ("unknown", True)

    def test_the_task_scores_until_nothing_is_stale_and_then_nothing(self):
        tracks = [a_track(str(number), str(number)) for number in range(3)]
        mark_stale([track.pk for track in tracks])

        first, second = classify(a_run("moods.classify")), classify(a_run("moods.classify"))

        assert (first, second) == ({"scored": 3, "known": 0, "refitted": 0}, {"refitted": 0})

    def test_the_task_goes_on_in_another_unit_when_its_time_is_over(self):
        mark_stale([a_track().pk])
        run = a_run("moods.classify")
        run._started -= 60

        with pytest.raises(Postpone):
            classify(run)

        assert not anything_stale()

    def test_the_tick_starts_one_job_while_something_is_stale(self):
        assert start_due_classification(NOW) == 0

        mark_stale([a_track().pk])

        assert (start_due_classification(NOW), start_due_classification(NOW)) == (1, 1)
        assert Job.objects.get().run_after != NOW + GATHERING

    def test_the_tick_lets_marks_gather_while_sources_are_asked(self):
        start_job("moods.enrich", key="reccobeats")
        mark_stale([a_track().pk])

        start_due_classification(NOW)

        assert Job.objects.of_kind("moods.classify").get().run_after == NOW + GATHERING


class TestCommand:
    def test_classify_prints_one_report(self):
        track = a_track()
        some_features(track)
        mark_stale([track.pk])
        out = StringIO()

        call_command("classify", stdout=out)

        assert json.loads(out.getvalue()) == {"model": current_model().version, "scored": 1, "known": 1}

    def test_classify_all_scores_every_track_of_a_library_again(self, alice):
        in_library(alice, a_track())
        out = StringIO()

        call_command("classify", "--all", stdout=out)

        assert json.loads(out.getvalue())["scored"] == 1

    @pytest.mark.processes
    def test_scoring_never_loads_scikit_learn(self):
        code = (
            "import django, sys; django.setup(); import moods.services.classifying, moods.urls;"
            "moods.services.classifying.current_model();"
            "sys.exit(bool({'sklearn', 'scipy'} & set(sys.modules)))"
        )

        done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False)

        assert done.returncode == 0
