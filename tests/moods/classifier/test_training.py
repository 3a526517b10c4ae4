"""Training: the same data give the same weights, and the weights hold what was in the data."""

import json
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from django.core.management import call_command
from sklearn.ensemble import HistGradientBoostingRegressor

from moods.classifier.inputs import Evidence, Inputs, feature_array
from moods.classifier.model import Model, load_model
from moods.classifier.taxonomy import FEATURES, SOURCES
from moods.classifier.titles import score_title
from moods.classifier.training.datasets import Song, read_corpus
from moods.classifier.training.deletion import flipped_when_deleted
from moods.classifier.training.fitting import rounded
from moods.classifier.training.forests import JOINT_SHAPE, grow_axis, grow_joint, plant
from moods.classifier.training.plain import PLAIN
from moods.classifier.training.table import Table, fold_of
from moods.classifier.training.train import train, write_weights
from moods.classifier.weights import parse_weights, read_weights

FILES = ("default.json", "words.json")


@pytest.fixture(scope="module")
def written(corpus_folder, tmp_path_factory):
    """Two folds are enough to see that the tables are there; what is printed, and where the weights are."""
    folder, printed = tmp_path_factory.mktemp("weights"), StringIO()
    options = ("--data", str(corpus_folder), "--folds", "2", "--out", str(folder))
    call_command("train_moods", *options, stdout=printed)
    return folder, json.loads(printed.getvalue())


@pytest.fixture(scope="module")
def trained(written):
    return tuple(json.loads((written[0] / name).read_text(encoding="utf-8")) for name in FILES)


@pytest.fixture(scope="module")
def figures(corpus_folder):
    printed = StringIO()
    call_command("evaluate_moods", "--data", str(corpus_folder), "--folds", "2", stdout=printed)
    return json.loads(printed.getvalue())


def test_weights_are_the_same_bytes_when_trained_again(corpus, figures, written, tmp_path):
    weights, words = train(corpus, figures=figures)

    again = write_weights(tmp_path, weights=weights, words=words)

    assert [path.read_bytes() for path in again] == [(written[0] / name).read_bytes() for name in FILES]
    assert read_weights(again[0]).version == weights["version"]


def test_train_moods_writes_both_files_with_the_figures_of_evaluate_moods(written, trained, figures):
    assert written[1] == {"version": trained[0]["version"], "files": list(FILES)}
    assert trained[0]["provenance"]["figures"] == figures


def test_weights_tell_what_they_were_trained_on(corpus, trained):
    told = trained[0]["provenance"]

    assert told["training_data_sha256"] == corpus.digest
    assert told["songs"] == len(corpus.songs)
    assert told["words"] == trained[1]["version"]


def test_model_finds_the_quadrants_it_was_taught(trained):
    model = Model(parse_weights(trained[0]))
    corners = [(0.9, 0.9), (0.1, 0.9), (0.1, 0.1), (0.9, 0.1)]
    songs = [Evidence(features={"valence": v, "energy": e, "loudness": -9}) for v, e in corners]

    scores = model.score(Inputs.from_rows(songs))

    assert scores.main_quadrants == ("happy", "angry", "sad", "calm")
    assert scores.valence[0] > scores.valence[1]
    assert scores.arousal[1] > scores.arousal[2]


def test_lyrics_shift_no_mood_by_being_known(trained):
    pool, lyrics = parse_weights(trained[0]).pool, SOURCES.index("lyrics")

    assert pool.offset[lyrics, :8].tolist() == pytest.approx([0.0] * 8)
    assert pool.gain_with[:, lyrics, :8].ravel().tolist() == pytest.approx([0.0] * 40)


def test_cross_validation_beats_rule_and_majority_on_noise_they_do_not_know(figures):
    quadrants = figures["quadrants"]

    assert set(quadrants) == {
        "majority",
        "rule",
        *PLAIN,
        "audio",
        "audio + genre",
        "audio + genre + title",
        "audio + artist",
        "audio + artist + genre + title",
        "all",
        "no audio",
    }
    assert quadrants["audio"]["accuracy"] > 0.8 > quadrants["majority"]["accuracy"]
    assert figures["axes"]["arousal"]["audio"]["r2"] > 0.5
    assert figures["moods"]["audio"]["happy"] > 0.9


@pytest.mark.parametrize("name", PLAIN)
def test_cross_validation_tells_what_plain_models_make_of_the_same_songs(figures, name):
    assert figures["quadrants"][name]["songs"] == figures["quadrants"]["audio"]["songs"]
    assert figures["quadrants"][name]["accuracy"] > 0.7 > figures["quadrants"]["majority"]["accuracy"]
    assert figures["axes"]["arousal"][name]["r2"] > 0.5
    assert figures["moods"][name]["happy"] > 0.9


def test_cross_validation_deletes_what_explains(figures):
    lost = figures["labels lost with what explains them"]["audio"]

    assert lost["named"] > lost["random"]


def test_deletion_leaves_out_songs_of_which_only_three_parts_are_known():
    loud = {"energy": 0.95, "valence": 0.1, "loudness": -3.0, "acousticness": 0.0}
    three_parts = Evidence(artist_features=loud, genres=("death metal",), title=score_title("Hate"))

    told = flipped_when_deleted(load_model(), Inputs.from_rows([Evidence(features=loud), three_parts]))

    assert told["songs"] == 1


def test_forest_predicts_what_scikit_learn_does_with_unknown_features():
    rng = np.random.default_rng(3)
    features = rng.uniform(0, 1, (600, len(FEATURES)))
    features[rng.random(features.shape) < 0.2] = np.nan
    label = np.nan_to_num(features[:, 1]) * 2 + np.nan_to_num(features[:, 9]) + rng.normal(0, 0.1, 600)
    model = HistGradientBoostingRegressor(max_iter=20, random_state=0).fit(features, label)

    forest = plant([trees[0] for trees in model._predictors])

    expected = model.predict(features) - label.mean()
    assert forest.predict(features) == pytest.approx(expected, abs=1e-9)


def test_forest_gives_every_feature_its_share_of_the_prediction():
    rng = np.random.default_rng(4)
    features = rng.uniform(0, 1, (400, len(FEATURES)))
    forest = grow_axis(features, features[:, 1] * 3, axis="arousal", seed=0)

    given, start = forest.contributions(features)

    assert given.sum(axis=1) + start == pytest.approx(forest.predict(features))


def test_arousal_forest_never_falls_when_energy_rises():
    rng = np.random.default_rng(5)
    features = rng.uniform(0, 1, (500, len(FEATURES)))
    forest = grow_axis(features, features[:, 1] + rng.normal(0, 1, 500), axis="arousal", seed=0)
    ladder = np.tile(features[:1], (50, 1))
    ladder[:, 1] = np.linspace(0, 1, 50)

    assert (np.diff(forest.predict(ladder)) >= -1e-12).all()


def test_song_is_read_once_when_two_files_have_it(corpus_folder, tmp_path):
    corpus = read_corpus(corpus_folder)

    keys = [song.key for song in corpus.songs]

    assert len(keys) == len(set(keys))


def test_songs_with_the_same_letters_are_the_same_song():
    assert Song("abba", "Dancing Queen!").key == Song("abba", "dancing queen").key


def test_artist_is_in_one_fold_whatever_the_file(corpus):
    table = Table.of(corpus)

    assert {(s.artist, f) for s, f in zip(table.songs, table.fold, strict=True)} == {
        (s.artist, fold_of(s.artist)) for s in table.songs
    }


def test_training_does_without_a_kind_of_label_that_no_song_has(corpus):
    unlisted = replace(corpus, songs=tuple(replace(s, playlist=None) for s in corpus.songs))

    weights, _ = train(unlisted, figures={})

    assert parse_weights(weights).version == weights["version"]


def test_sound_and_genre_say_nothing_together_when_few_songs_have_both(corpus):
    few = {f"artist {number}": ("folk",) for number in range(4)}

    weights, _ = train(replace(corpus, genres=few), figures={})

    assert weights["joint"] == []


def test_training_does_without_genres(corpus):
    weights, _ = train(replace(corpus, genres={}), figures={})

    assert parse_weights(weights).version == weights["version"]


def test_joint_forest_predicts_what_scikit_learn_does():
    rng = np.random.default_rng(6)
    columns = rng.normal(0, 1, (900, 4))
    missing = columns[:, 0] * columns[:, 2] + 0.3
    shape = {**JOINT_SHAPE, "random_state": 0}
    model = HistGradientBoostingRegressor(**shape).fit(columns, missing)

    forest = grow_joint(columns, missing, seed=0)

    assert forest.predict(columns) == pytest.approx(model.predict(columns))


def test_numbers_are_rounded_to_five_digits_however_nested():
    assert rounded([1.23456789, [0.000123456789, -7]]) == [1.2346, [0.00012346, -7.0]]


def test_features_outside_their_range_are_unknown():
    table = feature_array([{"energy": 1.5, "key": -1, "tempo": 0, "valence": 0.4}])

    expected = [None if np.isnan(value) else value for value in table[0]]
    assert expected == [None] * 9 + [0.4] + [None] * 3
