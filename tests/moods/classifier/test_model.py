"""The model scores batches, adds up exactly, and says when it does not know."""

import json

import numpy as np
import pytest

from moods.classifier.inputs import Evidence, Inputs
from moods.classifier.model import load_model
from moods.classifier.phrases import say_feature
from moods.classifier.scores import main_moods
from moods.classifier.taxonomy import MOODS, OUTPUTS
from moods.classifier.titles import TitleScores, score_title
from moods.classifier.training.prior import prior_weights
from moods.classifier.weights import FOLDER, BadWeights, parse_weights, read_weights

LOUD = {"energy": 0.95, "valence": 0.2, "loudness": -3.0, "danceability": 0.4, "acousticness": 0.0}
ANGRY = MOODS.index("angry")
QUIET = {
    "energy": 0.1,
    "valence": 0.2,
    "loudness": -18.0,
    "danceability": 0.4,
    "acousticness": 0.95,
}


@pytest.fixture(params=["default", "prior"])
def model(request):
    return load_model(request.param)


def test_song_is_unknown_when_only_its_title_is_known(model):
    scores = model.score(Inputs.from_rows([Evidence(title=score_title("Sad Song")), Evidence()]))

    assert scores.known.tolist() == [False, False]
    assert scores.main_moods == ("unknown", "unknown")
    assert scores.main_quadrants == ("unknown", "unknown")
    assert np.isnan(scores.probabilities).all()
    assert np.isnan(scores.valence).all()


def test_quadrants_sum_to_one_when_known(model):
    scores = model.score(Inputs.from_rows([Evidence(features=LOUD), Evidence(features=QUIET)]))

    assert scores.quadrants.sum(axis=1) == pytest.approx([1.0, 1.0])


def test_loud_song_is_angrier_and_more_aroused_than_a_quiet_one(model):
    scores = model.score(Inputs.from_rows([Evidence(features=LOUD), Evidence(features=QUIET)]))

    assert scores.main_quadrants == ("angry", "sad")
    assert scores.arousal[0] > scores.arousal[1]


@pytest.mark.parametrize("output", OUTPUTS)
def test_contributions_add_up_to_the_logit(model, output):
    everything = Evidence(
        features=LOUD,
        artist_features=QUIET,
        genres=("death metal", "sludge"),
        title=TitleScores((0.5, *[0.3] * 8)),
    )
    no_genre = Evidence(features=QUIET, artist_features=LOUD)
    inputs = Inputs.from_rows([Evidence(features=QUIET), everything, Evidence(genres=("folk",)), no_genre])
    logits, _ = model.logits(inputs)

    sums = [sum(part.logit for part in model.explain(inputs, row, output)) for row in range(4)]

    assert sums == pytest.approx(logits[:, OUTPUTS.index(output)].tolist())


def test_prior_is_what_its_table_says():
    stored = json.loads((FOLDER / "prior.json").read_text(encoding="utf-8"))

    assert stored == prior_weights()


def test_weights_of_another_schema_are_refused(tmp_path):
    stored = prior_weights() | {"schema": 0}
    (tmp_path / "old.json").write_text(json.dumps(stored), encoding="utf-8")

    with pytest.raises(BadWeights, match="schema"):
        read_weights(tmp_path / "old.json")


def test_weights_of_another_shape_are_refused():
    with pytest.raises(BadWeights, match="expected shape"):
        parse_weights(prior_weights() | {"thresholds": [0.5]})


def test_file_without_json_is_refused(tmp_path):
    (tmp_path / "torn.json").write_text("{", encoding="utf-8")

    with pytest.raises(BadWeights, match=r"torn\.json"):
        read_weights(tmp_path / "torn.json")


def test_artists_other_songs_do_not_count_when_sound_and_genre_are_known(model):
    alone = Evidence(features=LOUD, genres=("death metal",))
    beside = Evidence(features=LOUD, genres=("death metal",), artist_features=QUIET)

    scores = model.score(Inputs.from_rows([alone, beside]))

    assert scores.probabilities[0].tolist() == scores.probabilities[1].tolist()
    assert [scores.sources_used(row) for row in range(2)] == [("audio", "genre")] * 2


def test_artists_other_songs_count_when_sound_or_genre_is_unknown(model):
    rows = [
        Evidence(features=LOUD),
        Evidence(features=LOUD, artist_features=QUIET),
        Evidence(genres=("death metal",), artist_features=QUIET),
        Evidence(artist_features=LOUD),
    ]

    scores = model.score(Inputs.from_rows(rows))

    used = [("audio",), ("audio", "artist"), ("artist", "genre"), ("artist",)]
    assert [scores.sources_used(row) for row in range(4)] == used
    assert scores.probabilities[0, ANGRY] > scores.probabilities[1, ANGRY]


def test_reasons_are_the_three_that_speak_most_for_a_mood(model):
    inputs = Inputs.from_rows([Evidence(features=LOUD), Evidence()])

    loud, nothing = model.reasons(inputs, ["angry", "angry"])

    speaking = [part for part in model.explain(inputs, 0, "angry") if part.feature != "baseline"]
    expected = sorted((p for p in speaking if p.logit > 0), key=lambda p: -p.logit)[:3]
    assert loud == tuple(expected)
    assert nothing == ()


def test_mood_is_mixed_when_none_reaches_its_threshold():
    probabilities = np.array([[0.1] * 6, [0.1, 0.1, 0.9, 0.8, 0.1, 0.1], [np.nan] * 6])

    assert main_moods(probabilities, [0.5] * 6) == ("mixed", "energetic", "unknown")


def test_empty_batch_has_no_scores(model):
    scores = model.score(Inputs.from_rows([]))

    assert len(scores) == 0
    assert scores.main_moods == ()


@pytest.mark.parametrize(
    ("name", "value", "z", "words"),
    [
        ("energy", 0.91, 1.5, "energy 0.91, much higher than typical"),
        ("tempo", 121.7, 0.0, "tempo 122 beats a minute, about typical"),
        ("duration_ms", 181_000.0, -0.7, "length 3:01, lower than typical"),
        ("loudness", -20.2, -2.0, "loudness -20 dB, much lower than typical"),
        ("mode", 0.0, -1.0, "minor key"),
        ("mode", 1.0, 1.0, "major key"),
        ("key", 3.0, 0.0, "in E♭"),
        ("time_signature", 3.0, -1.0, "3 beats to the bar"),
        ("valence", float("nan"), float("nan"), "brightness of sound unknown"),
    ],
)
def test_feature_is_said_in_plain_words(name, value, z, words):
    assert say_feature(name, value=value, z=z) == words


def test_sound_for_corrections_is_the_artists_where_the_songs_own_is_unknown(model):
    own, artists = Evidence(features=LOUD), Evidence(artist_features=LOUD)

    z = model.standardise(Inputs.from_rows([own, artists, Evidence()]))

    assert z[0] == pytest.approx(z[1], nan_ok=True)
    assert np.isnan(z[2]).all()


def test_batch_of_features_alone_scores_as_songs_of_which_nothing_else_is_known(model):
    rows = Inputs.from_rows([Evidence(features=LOUD), Evidence(features=QUIET)])

    scores = model.score(Inputs.from_features(rows.features))

    assert scores.probabilities.tolist() == model.score(rows).probabilities.tolist()
