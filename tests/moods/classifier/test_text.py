"""Words to numbers: genres, titles, lyrics."""

import json
import math

import numpy as np
import pytest
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from moods.classifier.genres import FAMILIES, GenreColumns, families_of
from moods.classifier.lyrics import score_lyrics
from moods.classifier.lyrics_scores import LYRICS_VERSION, LyricsScores
from moods.classifier.sentiment import polarity
from moods.classifier.taxonomy import LYRICS_COLUMNS, TITLE_COLUMNS
from moods.classifier.titles import score_title
from moods.classifier.wordlists import word_list

ENGLISH = "I love the morning and the happy sun\nI hate the terrible rain that falls on me\nand nothing more"
FRENCH = "Je t'aime mon amour, la pluie tombe sur la ville ce soir\net je pleure sans toi"


@pytest.mark.parametrize(
    ("name", "families"),
    [
        ("melodic death metal", {"metal", "extreme metal"}),
        ("Hip Hop", {"hip hop"}),
        ("deep house", {"house", "electronic"}),
        ("something nobody plays", set()),
    ],
)
def test_genre_name_belongs_to_families_by_keyword(name, families):
    assert {FAMILIES[position] for position in families_of(name)} == families


def test_genre_row_is_unknown_when_no_name_says_anything():
    table = GenreColumns(("mellow",)).matrix([("xyzzy",), (), ("mellow",)])

    assert np.isnan(table).all(axis=1).tolist() == [True, True, False]


def test_genre_parts_are_of_unit_length():
    table = GenreColumns(("mellow", "dark")).matrix([("dark metal", "mellow folk")])
    families = len(FAMILIES)

    assert np.linalg.norm(table[0, :families]) == pytest.approx(1.0)
    assert table[0, families:] == pytest.approx([math.sqrt(0.5)] * 2)


def test_genre_name_is_known_as_a_whole_however_it_is_written():
    columns = GenreColumns((), ("hip hop", "rock"))

    assert columns.matrix([("Hip-Hop",), ("hip_hop", "rap")])[:, len(FAMILIES) :].tolist() == [[1, 0], [1, 0]]


def test_lyrics_become_numbers_when_english():
    scores = score_lyrics(ENGLISH)

    assert scores.language == "en"
    assert scores.known
    assert len(scores.values) == len(LYRICS_COLUMNS)


def test_lyrics_are_unknown_words_when_not_english():
    assert score_lyrics(FRENCH) == LyricsScores("fr", None)
    assert not score_lyrics(FRENCH).known


@pytest.mark.parametrize("text", ["", " \n", "1234 ... 5"])
def test_lyrics_are_nothing_when_there_is_no_word(text):
    assert score_lyrics(text) is None


def test_lyrics_scores_hold_no_word_of_the_text():
    stored = json.dumps(score_lyrics(ENGLISH + "\ncanaryword canaryword").as_json())

    assert not any(word in stored for word in ("canaryword", "morning", "rain"))


@pytest.mark.parametrize("text", [ENGLISH, FRENCH])
def test_lyrics_scores_are_the_same_when_stored_and_read(text):
    scores = score_lyrics(text)

    assert LyricsScores.from_json(json.loads(json.dumps(scores.as_json()))) == scores


def test_lyrics_scores_are_unusable_when_scored_by_other_words():
    old = LyricsScores("en", (0.0,) * len(LYRICS_COLUMNS), version="0")

    assert LYRICS_VERSION != "0"
    assert not old.known


def test_lyrics_scores_are_refused_when_values_are_missing():
    with pytest.raises(TypeError):
        LyricsScores.from_json({"language": "en", "values": [1.0], "version": "1"})


def test_title_becomes_numbers():
    scores = score_title("Happy Together")

    assert len(scores.values) == len(TITLE_COLUMNS)
    assert scores.values[0] == pytest.approx(0.5719)


def test_title_is_scored_without_what_names_an_edition():
    assert score_title("Hurt - Remastered 2011") == score_title("Hurt")


@pytest.mark.parametrize("title", ["", "1999", "東京"])
def test_title_is_nothing_when_there_is_no_word(title):
    assert score_title(title) is None


@pytest.mark.parametrize("line", ["", "the window of the train", "Love", "love!", "sad :(", "née ♥"])
def test_polarity_is_what_vader_says(line):
    assert polarity(line) == SentimentIntensityAnalyzer().polarity_scores(line)["compound"]


def test_words_point_by_rarity_and_damped_count():
    words = word_list({"rain": [2.0, 1.0, 0.0], "sun": [1.0, 0.0, 3.0]}, columns=2)

    pointed = words.point_to([{"rain": 1, "sun": 1, "other": 9}, {"other": 1}])

    length = math.hypot(2, 1)
    assert pointed == pytest.approx(np.array([[2 / length, 3 / length], [0, 0]]))
