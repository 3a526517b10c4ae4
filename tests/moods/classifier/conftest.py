"""A small made-up data folder in the columns that training reads."""

import csv
import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from moods.classifier.taxonomy import FEATURES
from moods.classifier.training.datasets import read_corpus

RANGES = {"loudness": (-20, -3), "tempo": (60, 180), "duration_ms": (1e5, 4e5), "key": (0, 11)}
QUADRANTS = {(1, 1): "happy", (0, 1): "angry", (0, 0): "sad", (1, 0): "relaxed"}
SUNG = {"happy": "love dance", "angry": "hate kill", "sad": "tears goodbye", "relaxed": "blue morning"}
GENRES = ("metal|nu metal", "dance pop|pop", "indie folk|folk", "ambient|drone", "rock|alternative")


def write(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    with gzip.open(folder / name, "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def song(rng: np.random.Generator, number: int) -> dict[str, object]:
    features = {}
    for name in FEATURES:
        low, high = RANGES.get(name, (0, 1))
        features[name] = round(float(rng.uniform(low, high)), 4)
    artist = f"artist {number % 60}"
    return {"artist": artist, "title": f"song {number}", "artist_group": artist, **features}


def mood_of(row: dict[str, object]) -> str:
    return QUADRANTS[int(row["valence"] > 0.5), int(row["energy"] > 0.5)]


def deezer(rng: np.random.Generator, number: int) -> dict[str, object]:
    row = song(rng, number)
    tags = {"happy": "happiness", "angry": "anger", "sad": "sadness", "relaxed": "calmness"}
    extra = ("excitement", "romanticism")[number % 2]
    label = {
        "split": "train",
        "label_valence": 3 * row["valence"] - 1.5 + rng.normal(0, 0.5),
        "label_arousal": 3 * row["energy"] - 1.5 + rng.normal(0, 0.5),
        "emotion_tags": json.dumps({tags[mood_of(row)]: 3, extra: 1}) if number % 4 else "",
    }
    if number % 9 == 0:
        row |= dict.fromkeys(FEATURES, "")
    return row | label


def write_corpus(folder: Path) -> None:
    rng = np.random.default_rng(7)
    write(folder, "deezer.csv.gz", [deezer(rng, number) for number in range(300)])
    sung = [song(rng, number) | {"song": number} for number in range(1000, 1180)]
    write(folder, "moodylyrics4q.csv.gz", [row | {"mood": mood_of(row)} for row in sung])
    lyrics = [
        {
            "song": row["song"],
            "n_lines": 4,
            "n_words": 9,
            "n_unique": 5,
            "vader_mean": row["valence"] - 0.5,
            "vader_sd": 0.2,
            "vader_pos_share": 0.3,
            "vader_neg_share": 0.2,
            "vader_last_quarter": 0.0,
            "words": " ".join(f"{word}:2" for word in SUNG[mood_of(row)].split()) + " the:5",
        }
        for row in sung
    ]
    lyrics[0] |= {"n_words": 0, "words": ""}
    write(folder, "moodylyrics4q_lyrics.csv.gz", lyrics)
    lists = [song(rng, number) for number in range(2000, 2110)]
    moods = {"happy": "Happy", "angry": "Energetic", "sad": "Sad", "relaxed": "Happy"}
    write(folder, "animo.csv.gz", [row | {"mood": moods[mood_of(row)]} for row in lists])
    artists = [{"artist_group": f"artist {n}", "genres": GENRES[n % 5]} for n in range(55)]
    write(folder, "artist_genres.csv.gz", artists)
    words = ("love the morning", "hate the tears", "goodbye the blue", "dance")
    sentences = [
        {"id": n, "split": "train", "V": 2 + n % 3, "A": 3 + n % 2, "D": 3, "text": words[n % 4]}
        for n in range(40)
    ]
    write(folder, "emobank.csv.gz", sentences)


@pytest.fixture(scope="session")
def corpus_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    write_corpus(folder)
    return folder


@pytest.fixture(scope="session")
def corpus(corpus_folder):
    return read_corpus(corpus_folder)
