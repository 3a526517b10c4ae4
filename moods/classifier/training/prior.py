"""Weights set by hand, for a host who wants nothing fitted: common knowledge on a standardised scale."""

import math
from typing import Any, Final

from moods.classifier.genres import FAMILIES
from moods.classifier.taxonomy import (
    FEATURES,
    LYRICS_COLUMNS,
    OUTPUTS,
    SOURCES,
    TITLE_COLUMNS,
)
from moods.classifier.weights import SCHEMA

Steps = dict[str, float]

PRIOR_VERSION: Final = "prior-2"

TYPICAL: Final[dict[str, tuple[float, float]]] = {
    "danceability": (0.54, 0.16),
    "energy": (0.63, 0.25),
    "key": (5.3, 3.5),
    "loudness": (-8.5, 4.0),
    "mode": (0.65, 0.48),
    "speechiness": (0.07, 0.07),
    "acousticness": (0.28, 0.32),
    "instrumentalness": (0.09, 0.23),
    "liveness": (0.19, 0.16),
    "valence": (0.46, 0.24),
    "tempo": (121.0, 29.0),
    "time_signature": (3.9, 0.4),
    "duration_ms": (245_000.0, 75_000.0),
}
"""Mean and deviation of popular music, rounded."""

BY_FEATURE: Final[dict[str, Steps]] = {
    "valence": {
        "valence": 0.35,
        "happy": 0.8,
        "sad": -0.6,
        "angry": -0.3,
        "romantic": -0.1,
    },
    "energy": {
        "arousal": 0.35,
        "happy": 0.1,
        "sad": -0.5,
        "energetic": 0.9,
        "calm": -0.7,
        "angry": 0.8,
    },
    "danceability": {
        "valence": 0.1,
        "happy": 0.3,
        "sad": -0.2,
        "energetic": 0.2,
        "angry": -0.4,
        "romantic": 0.2,
    },
    "loudness": {"arousal": 0.1, "energetic": 0.2, "calm": -0.2, "angry": 0.2},
    "acousticness": {
        "arousal": -0.1,
        "sad": 0.2,
        "energetic": -0.3,
        "calm": 0.3,
        "angry": -0.4,
        "romantic": 0.3,
    },
    "mode": {"valence": 0.05, "happy": 0.1, "sad": -0.1},
    "tempo": {"arousal": 0.05, "energetic": 0.1, "calm": -0.1},
    "instrumentalness": {"calm": 0.2, "happy": -0.1, "romantic": -0.3},
    "speechiness": {"angry": 0.1, "romantic": -0.2},
}
"""What one standard deviation of a feature adds to an axis or to the log-odds of a mood."""

BY_FAMILY: Final[dict[str, Steps]] = {
    "metal": {
        "valence": -0.4,
        "arousal": 0.4,
        "angry": 1.5,
        "happy": -0.8,
        "calm": -0.8,
        "romantic": -0.5,
    },
    "punk": {"arousal": 0.3, "angry": 0.8, "energetic": 0.4},
    "hip hop": {"angry": 0.4, "calm": -0.2},
    "dance": {
        "valence": 0.2,
        "arousal": 0.2,
        "energetic": 0.7,
        "happy": 0.3,
        "sad": -0.4,
    },
    "techno": {"arousal": 0.2, "energetic": 0.5},
    "ambient": {"arousal": -0.4, "calm": 1.0, "angry": -0.6},
    "classical": {"arousal": -0.3, "calm": 0.6, "angry": -0.6},
    "jazz": {"valence": 0.2, "calm": 0.5, "angry": -0.5},
    "soul": {"valence": 0.2, "romantic": 0.5, "happy": 0.2},
    "r&b": {"romantic": 0.7},
    "folk": {"arousal": -0.2, "sad": 0.3, "calm": 0.4},
    "singer-songwriter": {"arousal": -0.2, "sad": 0.4, "calm": 0.3},
    "reggae": {"valence": 0.3, "happy": 0.4, "calm": 0.4, "sad": -0.4},
    "latin": {"valence": 0.2, "happy": 0.3, "romantic": 0.4},
}

BY_WORDS: Final[Steps] = {
    "valence": 0.2,
    "happy": 0.4,
    "sad": -0.4,
    "angry": -0.4,
    "romantic": 0.3,
}
"""What one standard deviation of VADER adds."""

COMMON: Final[Steps] = {
    "happy": 0.28,
    "sad": 0.47,
    "energetic": 0.07,
    "calm": 0.44,
    "angry": 0.09,
    "romantic": 0.12,
}
"""How often each mood is tagged, as listeners of Last.fm do (Delbouys et al. 2018)."""

_CORNERS: Final = {
    "q_happy": (1, 1),
    "q_angry": (-1, 1),
    "q_sad": (-1, -1),
    "q_calm": (1, -1),
}
_PER_AXIS = 1.5  # from an axis to the log-odds of a quadrant
_GAINS: Final = {"audio": 1.0, "artist": 0.6, "genre": 1.0, "lyrics": 1.0, "title": 0.3}


def prior_weights() -> dict[str, Any]:
    """The JSON of the hand-set model."""
    return {
        "schema": SCHEMA,
        "version": PRIOR_VERSION,
        "features": list(FEATURES),
        "outputs": list(OUTPUTS),
        "sources": list(SOURCES),
        "families": list(FAMILIES),
        "genre_words": [],
        "genre_names": [],
        "lyrics_columns": list(LYRICS_COLUMNS),
        "title_columns": list(TITLE_COLUMNS),
        "medians": [TYPICAL[name][0] for name in FEATURES],
        "audio": _audio(),
        "genre": _linear([BY_FAMILY.get(family, {}) for family in FAMILIES], mean=0.0, sd=1.0),
        "lyrics": _linear(
            [BY_WORDS if name == "vader_mean" else {} for name in LYRICS_COLUMNS],
            mean=0.05,
            sd=0.15,
        ),
        "title": _linear(
            [BY_WORDS if name == "vader" else {} for name in TITLE_COLUMNS],
            mean=0.0,
            sd=0.3,
        ),
        "pool": _pool(),
        "joint": [],
        "half_width": [[1.3, 1.2]] * 2 ** len(SOURCES),
        "thresholds": [0.5, 0.5, 0.3, 0.5, 0.3, 0.3],
        "provenance": {"method": "set by hand", "training": None},
    }


def _audio() -> dict[str, Any]:
    return {
        "basis": {
            "shift": [None] * len(FEATURES),
            "mean": [TYPICAL[name][0] for name in FEATURES],
            "sd": [TYPICAL[name][1] for name in FEATURES],
            "knots": [[]] * len(FEATURES),
            "pairs": [],
            "centre": [0.0] * len(FEATURES),
        },
        "weights": [_row(BY_FEATURE.get(name, {})) for name in FEATURES],
        "forests": [],
        "forest_weights": [],
        "forest_mean": [],
    }


def _linear(rows: list[Steps], *, mean: float, sd: float) -> dict[str, Any]:
    return {
        "mean": [mean] * len(rows),
        "sd": [sd] * len(rows),
        "weights": [_row(steps) for steps in rows],
    }


def _row(steps: Steps) -> list[float]:
    axes = (steps.get("valence", 0.0), steps.get("arousal", 0.0))
    corners = {
        name: _PER_AXIS * (pleasant * axes[0] + aroused * axes[1])
        for name, (pleasant, aroused) in _CORNERS.items()
    }
    return [round({**steps, **corners}.get(output, 0.0), 6) for output in OUTPUTS]


def _pool() -> dict[str, Any]:
    nothing = [0.0] * len(OUTPUTS)
    return {
        "bias": [_log_odds(COMMON[output]) if output in COMMON else 0.0 for output in OUTPUTS],
        "offset": [nothing] * len(SOURCES),
        "gain": [[_GAINS[source]] * len(OUTPUTS) for source in SOURCES],
        "gain_with": _gain_with(),
    }


def _gain_with() -> list[list[list[float]]]:
    return [[[_overlap(first, second)] * len(OUTPUTS) for second in SOURCES] for first in SOURCES]


def _overlap(first: str, second: str) -> float:
    return -0.5 if (first, second) == ("artist", "audio") else 0.0


def _log_odds(share: float) -> float:
    return round(math.log(share / (1 - share)), 4)
