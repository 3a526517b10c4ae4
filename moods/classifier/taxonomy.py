"""The closed sets everything else is indexed by: features, moods, quadrants, sources of evidence."""

from typing import Final

FEATURES: Final = (
    "danceability",
    "energy",
    "key",
    "loudness",
    "mode",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "time_signature",
    "duration_ms",
)
"""The 13 audio features, in the order of every `(n, 13)` array."""

RANGES: Final[dict[str, tuple[float, float]]] = {
    "danceability": (0, 1),
    "energy": (0, 1),
    "key": (-1, 11),
    "loudness": (-60, 10),
    "mode": (0, 1),
    "speechiness": (0, 1),
    "acousticness": (0, 1),
    "instrumentalness": (0, 1),
    "liveness": (0, 1),
    "valence": (0, 1),
    "tempo": (0, 300),
    "time_signature": (0, 7),
    "duration_ms": (0, 36_000_000),
}
"""Lowest and highest value a feature may take, both included; loudness in dB, tempo in beats per minute."""

MOODS: Final = ("happy", "sad", "energetic", "calm", "angry", "romantic")
"""The six independent moods, in the order of every `(n, 6)` array."""

QUADRANTS: Final = ("happy", "angry", "sad", "calm")
"""The four corners of valence and arousal, in the order of every `(n, 4)` array."""

AXES: Final = ("valence", "arousal")
"""Russell's circumplex: pleasant or not, aroused or not."""

OUTPUTS: Final = (*AXES, *MOODS, *(f"q_{quadrant}" for quadrant in QUADRANTS))
"""Everything the model computes before its link functions, in the order of every `(…, 12)` array."""

SOURCES: Final = ("audio", "artist", "genre", "lyrics", "title")
"""What a mood can rest on, in the order of every `(n, 5)` array of what was known."""

MIXED: Final = "mixed"
"""Main mood of a song that no mood stands out in."""

UNKNOWN: Final = "unknown"
"""Main mood of a song of which too little is known."""

SOUND: Final = tuple(
    FEATURES.index(name)
    for name in (
        "danceability",
        "energy",
        "loudness",
        "speechiness",
        "acousticness",
        "instrumentalness",
        "valence",
        "tempo",
    )
)
"""Positions of the features that say something about the sound even when they are the only one known."""

LYRICS_COLUMNS: Final = (
    "vader_mean",
    "vader_sd",
    "vader_pos_share",
    "vader_neg_share",
    "vader_last_quarter",
    "log_n_words",
    "unique_share",
    "words_happy",
    "words_angry",
    "words_sad",
    "words_calm",
    "words_valence",
    "words_arousal",
)
"""What is kept of lyrics: VADER per line, size, and what the words themselves point to."""

TITLE_COLUMNS: Final = ("vader", *(f"words_{output}" for output in (*AXES, *MOODS)))
"""What is kept of a title: its VADER compound and what its words point to."""
