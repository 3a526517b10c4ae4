"""What a listener says of a track counts at once, for that listener alone, and can be taken back."""

import numpy as np
import pytest

from moods.models import Correction, Mood, PersonalModel, TrackMood
from moods.services.classifying import classify_tracks, current_model
from moods.services.corrections import (
    correct_mood,
    has_learnt,
    refit_outdated,
    reset_corrections,
    set_mood,
    undo_corrections,
    use_corrections,
)
from moods.services.listener_moods import forget_cached_moods, library_moods, moods_for
from tests.moods.builders import a_mood, a_track, in_library, some_features
from tests.outside import NOW

pytestmark = pytest.mark.django_db


def mood_of(user, track) -> str:
    return moods_for(user, [track])[track.pk].mood


def a_library(user, number: int = 12):
    """Tracks from dark and quiet to bright and lively, with their moods."""
    tracks = []
    for place in range(number):
        track = a_track(f"Song {place}", f"Artist {place}")
        share = place / (number - 1)
        some_features(track, valence=share, energy=0.2 + 0.6 * share, danceability=0.3 + 0.5 * share)
        in_library(user, track, listens=1)
        tracks.append(track)
    classify_tracks([track.pk for track in tracks], now=NOW)
    return tracks


class TestCorrect:
    def test_a_correction_is_the_tracks_mood_at_once(self, alice):
        track = a_track()
        a_mood(track, "happy")

        correct_mood(alice, track, mood=Mood.CALM, applies=True, now=NOW)

        mood = moods_for(alice, [track])[track.pk]
        assert (mood.mood, mood.percent, mood.said) == ("calm", 100, {"calm": True})
        assert mood.probabilities["energetic"] == 0.0

    def test_a_correction_changes_nothing_for_anybody_else(self, alice, bob):
        track = a_track()
        a_mood(track, "happy")

        correct_mood(alice, track, mood=Mood.CALM, applies=True, now=NOW)

        assert (mood_of(bob, track), TrackMood.objects.get().mood) == ("happy", "happy")

    def test_a_track_that_is_not_what_it_seemed_is_the_next_likeliest(self, alice):
        track = a_track()
        a_mood(track, "happy", p_calm=0.8)

        correct_mood(alice, track, mood=Mood.HAPPY, applies=False, now=NOW)

        assert mood_of(alice, track) == "calm"

    def test_a_mood_says_how_far_its_point_may_be_off(self, alice):
        track, unknown = a_track("one"), a_track("two")
        a_mood(track, valence_low=0.25, valence_high=0.75, arousal_low=0.0, arousal_high=0.5)

        moods = moods_for(alice, [track, unknown])

        assert (moods[track.pk].valence_spread, moods[track.pk].arousal_spread) == (0.25, 0.25)
        assert (moods[unknown.pk].valence_spread, moods[unknown.pk].arousal_spread) == (None, None)

    def test_an_unknown_track_is_what_the_listener_says(self, alice):
        track = a_track()

        correct_mood(alice, track, mood=Mood.SAD, applies=True, now=NOW)

        assert mood_of(alice, track) == "sad"

    def test_saying_what_an_unknown_track_is_not_leaves_it_unknown(self, alice):
        track = a_track()

        correct_mood(alice, track, mood=Mood.SAD, applies=False, now=NOW)

        assert mood_of(alice, track) == "unknown"

    def test_a_later_word_takes_the_place_of_an_earlier_one(self, alice):
        track = a_track()
        correct_mood(alice, track, mood=Mood.SAD, applies=False, now=NOW)

        correct_mood(alice, track, mood=Mood.SAD, applies=True, now=NOW)

        assert [(said.mood, said.applies) for said in Correction.objects.all()] == [("sad", True)]

    def test_a_word_that_contradicts_an_earlier_one_ends_it(self, alice):
        track = a_track()
        correct_mood(alice, track, mood=Mood.HAPPY, applies=True, now=NOW)
        correct_mood(alice, track, mood=Mood.ROMANTIC, applies=True, now=NOW)

        correct_mood(alice, track, mood=Mood.SAD, applies=True, now=NOW)

        assert {said.mood for said in Correction.objects.all()} == {"romantic", "sad"}

    def test_setting_a_mood_leaves_no_other(self, alice):
        track = a_track()
        correct_mood(alice, track, mood=Mood.ROMANTIC, applies=True, now=NOW)

        set_mood(alice, track, mood=Mood.CALM, now=NOW)

        assert [said.mood for said in Correction.objects.all()] == ["calm"]

    def test_undoing_brings_the_models_mood_back(self, alice):
        track = a_track()
        a_mood(track, "happy")
        set_mood(alice, track, mood=Mood.CALM, now=NOW)

        gone = undo_corrections(alice, track, now=NOW)

        assert (gone, mood_of(alice, track)) == (1, "happy")

    def test_undoing_one_mood_leaves_the_others(self, alice):
        track = a_track()
        correct_mood(alice, track, mood=Mood.CALM, applies=True, now=NOW)
        correct_mood(alice, track, mood=Mood.SAD, applies=True, now=NOW)

        undo_corrections(alice, track, mood=Mood.CALM, now=NOW)

        assert [said.mood for said in Correction.objects.all()] == ["sad"]

    def test_resetting_forgets_everything_but_only_the_listeners_own(self, alice, bob):
        track = a_track()
        set_mood(alice, track, mood=Mood.CALM, now=NOW)
        set_mood(bob, track, mood=Mood.SAD, now=NOW)

        assert reset_corrections(alice, now=NOW) == 1

        assert [said.user for said in Correction.objects.all()] == [bob]

    def test_corrections_do_not_count_while_they_are_switched_off(self, alice):
        track = a_track()
        a_mood(track, "happy")
        set_mood(alice, track, mood=Mood.CALM, now=NOW)

        use_corrections(alice, use=False)
        without = moods_for(alice, [track])[track.pk]
        use_corrections(alice, use=True)

        assert (without.mood, without.said, mood_of(alice, track)) == ("happy", {"calm": True}, "calm")


class TestLearning:
    def test_other_songs_learn_from_corrections_that_agree(self, alice):
        tracks = a_library(alice)
        before = library_moods(alice).probabilities[:, 1]
        for track in tracks[6:]:
            set_mood(alice, track, mood=Mood.SAD, now=NOW)

        after = library_moods(alice)

        assert has_learnt(PersonalModel.objects.get())
        assert np.all(after.probabilities[:6, 1] > before[:6])

    def test_one_correction_moves_nothing_else(self, alice):
        tracks = a_library(alice)
        before = library_moods(alice).probabilities[1:]

        set_mood(alice, tracks[0], mood=Mood.ANGRY, now=NOW)

        personal = PersonalModel.objects.get()
        moved = np.abs(library_moods(alice).probabilities[1:] - before).max()
        assert (personal.corrections, bool(moved < 0.35)) == (1, True)

    def test_what_was_learnt_goes_with_the_corrections(self, alice):
        tracks = a_library(alice)
        for track in tracks[6:]:
            set_mood(alice, track, mood=Mood.SAD, now=NOW)

        reset_corrections(alice, now=NOW)

        assert not has_learnt(PersonalModel.objects.get())

    def test_what_was_learnt_on_an_older_model_does_not_count_until_it_is_learnt_anew(self, alice):
        tracks = a_library(alice)
        base = library_moods(alice).probabilities[0]
        for track in tracks[6:]:
            set_mood(alice, track, mood=Mood.SAD, now=NOW)
        PersonalModel.objects.update(base_version="older")
        forget_cached_moods()
        without = library_moods(alice).probabilities[0]

        assert np.allclose(without, base)
        assert (refit_outdated(now=NOW), refit_outdated(now=NOW)) == (1, 0)
        assert PersonalModel.objects.get().base_version == current_model().version

    def test_nobody_learnt_anything_without_corrections(self):
        assert not has_learnt(None)


class TestLibraryMoods:
    def test_a_library_holds_a_row_for_every_track_known_or_not(self, alice):
        known, unknown = a_track("Known"), a_track("Unknown")
        a_mood(known, "angry")
        in_library(alice, known)
        in_library(alice, unknown)

        moods = library_moods(alice)

        assert moods.track_ids.tolist() == sorted([known.pk, unknown.pk])
        assert {one: mood.mood for one, mood in moods.of([known.pk, unknown.pk, 999]).items()} == {
            known.pk: "angry",
            unknown.pk: "unknown",
            999: "unknown",
        }

    def test_masses_of_a_track_sum_to_one_and_are_heaviest_at_its_main_mood(self, alice):
        tracks = a_library(alice)

        moods = library_moods(alice)

        stored = dict(TrackMood.objects.values_list("track_id", "mood"))
        assert np.allclose(moods.masses.sum(axis=1), 1)
        assert {pk: mood.mood for pk, mood in moods.of(stored).items()} == stored
        assert len(tracks) == len(moods)

    def test_the_cache_notices_a_new_mood_a_new_track_and_a_correction(self, alice):
        tracks = a_library(alice)
        first = library_moods(alice)

        assert library_moods(alice) is first
        classify_tracks([tracks[0].pk], now=NOW)
        second = library_moods(alice)
        in_library(alice, a_track("New"))
        third = library_moods(alice)
        set_mood(alice, tracks[0], mood=Mood.ANGRY, now=NOW)
        assert [len(second) - len(first), len(third) - len(second)] == [0, 1]
        assert (second is first, library_moods(alice) is third) == (False, False)

    def test_an_empty_library_is_empty(self, alice):
        assert (len(library_moods(alice)), moods_for(alice, [])) == (0, {})
