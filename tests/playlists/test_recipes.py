from datetime import date

import pytest

from playlists.ready_made import READY_MADE, ready_made
from playlists.recipes import BadRecipe, Recipe

EVERYTHING = Recipe(
    mood="happy",
    start="sad",
    minutes=40,
    familiarity=0.5,
    discovery=0.2,
    forgotten=0.3,
    variety=0.6,
    sources=("liked", "played"),
    since=date(2024, 3, 1),
    until=date(2024, 3, 31),
    not_heard_days=30,
    heard_at_least=2,
    daypart="weekday_morning",
    year_from=1990,
    year_to=1999,
    tempo_from=165,
    tempo_to=175,
    explicit=False,
    without_artists=(3, 4),
    without_tracks=(5,),
    genres=("folk",),
    certainty="sure",
    cap=3,
    gap=4,
    renewal=0.5,
)


@pytest.mark.parametrize("recipe", [EVERYTHING, Recipe(tracks=1), *(one.recipe for one in READY_MADE)])
def test_recipe_reads_back_what_it_wrote(recipe):
    assert Recipe.from_json(recipe.as_json()) == recipe


def test_recipe_writes_only_what_is_not_usual():
    assert Recipe(mood="calm", minutes=60).as_json() == {"version": 1, "mood": "calm", "minutes": 60}


@pytest.mark.parametrize(
    ("stored", "field", "words"),
    [
        ({"mood": "hungry", "minutes": 60}, "mood", "There is no such mood."),
        ({"mood": "calm", "minutes": -5}, "minutes", "This must lie between 5 and 600."),
        ({"mood": "calm", "minutes": 10_000}, "minutes", "This must lie between 5 and 600."),
        ({"mood": "calm", "minutes": 30.5}, "minutes", "This is not the right kind of value."),
        ({"mood": "calm", "minutes": True}, "minutes", "This is not the right kind of value."),
        ({"mood": "calm", "tracks": 201}, "tracks", "This must lie between 1 and 200."),
        ({"mood": "calm", "tracks": 0}, "tracks", "This must lie between 1 and 200."),
        ({"mood": "calm"}, "minutes", "Say how long it should be, in minutes or in tracks."),
        ({"tracks": 5, "minutes": 5}, "minutes", "Give minutes or a number of tracks, not both."),
        ({"start": "sad", "minutes": 60}, "mood", "Say where the journey leads to."),
        (
            {"start": "sad", "mood": "sad", "minutes": 60},
            "start",
            "A journey leads from one mood to another one.",
        ),
        ({"tracks": 5, "familiarity": 2}, "familiarity", "This must lie between 0 and 1."),
        ({"tracks": 5, "familiarity": "much"}, "familiarity", "This is not the right kind of value."),
        ({"tracks": 5, "familiarity": None}, "familiarity", "This must not be empty."),
        ({"tracks": 5, "sources": ["radio"]}, "sources", "There is no such source of songs."),
        ({"tracks": 5, "sources": "liked"}, "sources", "This is not the right kind of value."),
        ({"tracks": 5, "daypart": "noon"}, "daypart", "There is no such time of day."),
        ({"tracks": 5, "certainty": "utter"}, "certainty", "There is no such degree of certainty."),
        ({"tracks": 5, "since": "March"}, "since", "This is not the right kind of value."),
        ({"tracks": 5, "explicit": "no"}, "explicit", "This is not the right kind of value."),
        ({"tracks": 5, "without_tracks": 7}, "without_tracks", "This is not the right kind of value."),
        ({"tracks": 5, "without_tracks": list(range(1, 502))}, "without_tracks", "That is too many to name."),
        (
            {"tracks": 5, "since": "2024-03-02", "until": "2024-03-01"},
            "until",
            "This must not come before the beginning.",
        ),
        ({"tracks": 5, "volume": 11}, "volume", "A recipe has no such value."),
        ({"version": 2, "tracks": 5}, "version", "This recipe was written by another release."),
        ([], "recipe", "A recipe is an object with named values."),
    ],
)
def test_recipe_refuses_what_cannot_be_meant_in_words(stored, field, words):
    with pytest.raises(BadRecipe) as refused:
        Recipe.from_json(stored)

    assert (refused.value.field, str(refused.value.words)) == (field, words)


def test_ready_made_finds_a_recipe_by_its_key():
    assert ready_made("wake-up").recipe.is_journey
    assert ready_made("nothing") is None
