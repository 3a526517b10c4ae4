"""Plain words for what a mood rests on."""

import math
from bisect import bisect
from collections.abc import Sequence
from typing import Final

_NAMES: Final = {
    "danceability": "danceability",
    "energy": "energy",
    "loudness": "loudness",
    "speechiness": "spoken words",
    "acousticness": "acoustic sound",
    "instrumentalness": "lack of singing",
    "liveness": "sound of an audience",
    "valence": "brightness of sound",
    "tempo": "tempo",
    "duration_ms": "length",
}
_UNITS: Final = {"loudness": "{:.0f} dB", "tempo": "{:.0f} beats a minute"}
_KEYS: Final = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_BOUNDS: Final = (-1.25, -0.5, 0.5, 1.25)
_DEGREES: Final = (
    "much lower than typical",
    "lower than typical",
    "about typical",
    "higher than typical",
    "much higher than typical",
)
_SOURCES: Final = {
    "baseline": "how common this is in music",
    "artist": "how the artist's other songs sound",
    "lyrics": "the words of the song",
    "title": "the words of the title",
}


def say_feature(name: str, *, value: float, z: float) -> str:
    """A feature in words; z is its distance from a typical song in standard deviations."""
    if math.isnan(value):
        return f"{_NAMES.get(name, name.replace('_', ' '))} unknown"
    if name == "mode":
        return "major key" if value >= 0.5 else "minor key"
    if name == "key":
        return f"in {_KEYS[int(value)]}"
    if name == "time_signature":
        return f"{value:.0f} beats to the bar"
    return f"{_NAMES[name]} {say_value(name, value)}, {degree(z)}"


def say_value(name: str, value: float) -> str:
    """A feature's value with its unit; lengths as minutes and seconds."""
    if name == "duration_ms":
        minutes, seconds = divmod(round(value / 1000), 60)
        return f"{minutes}:{seconds:02d}"
    if name in _UNITS:
        return _UNITS[name].format(value)
    return f"{value:.2f}"


def degree(z: float) -> str:
    """How far from typical, in words."""
    return _DEGREES[bisect(_BOUNDS, z)]


def say_source(name: str, genres: Sequence[str]) -> str:
    """A source that is not a feature, in words."""
    if name == "genre":
        return "genre: " + ", ".join(genres[:3])
    return _SOURCES[name]
