"""How experts for different labels share in each output: fixed weights, chosen by cross-validation.

Each output rests on the expert for its own label and, for less, on experts for labels of other
people: that costs nothing on its own label and carries over better to labels of a third kind. For the
same reason arousal rests on energy as it is too, which people who rate what they hear follow more closely
than tags do, and calm on instrumentalness, of which the tagged songs have little.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from moods.classifier.taxonomy import AXES, MOODS, OUTPUTS, QUADRANTS
from moods.classifier.training.experts import LABELS, PLAIN

Floats = npt.NDArray[np.float64]
Blend = dict[str, dict[str, float]]

EXPERTS: Final = (
    *AXES,
    *MOODS,
    *(f"q_{quadrant}" for quadrant in QUADRANTS),
    *(f"playlist_{mood}" for mood in ("happy", "sad", "energetic")),
    *PLAIN,
    *(f"forest_{axis}" for axis in AXES),
)
"""Names of the experts' columns; the last four are there for sound only."""

_PLEASANT: Final = {"q_happy": 1.0, "q_angry": -1.0, "q_sad": -1.0, "q_calm": 1.0}
_AROUSED: Final = {"q_happy": 1.0, "q_angry": 1.0, "q_sad": -1.0, "q_calm": -1.0}
_PLAYLISTS: Final = {"playlist_happy": 1.0, "playlist_sad": -1.0}


def _times(weight: float, experts: dict[str, float]) -> dict[str, float]:
    return {name: weight * share for name, share in experts.items()}


def _quadrant(name: str, *, axes: tuple[float, float], mood: float) -> dict[str, float]:
    shares = {
        "valence": axes[0] * _PLEASANT[name],
        "arousal": axes[1] * _AROUSED[name],
        name.removeprefix("q_"): mood,
    }
    return {name: 1.0, **shares}


SOUND_BLEND: Final[Blend] = {
    "valence": {
        "valence": 0.65,
        "forest_valence": 0.35,
        **_times(0.06, _PLEASANT),
        **_times(0.075, _PLAYLISTS),
    },
    "arousal": {"arousal": 0.5, "forest_arousal": 0.5, "energy": 0.12, **_times(0.045, _AROUSED)},
    "happy": {"happy": 1.0, "q_happy": 0.25, "playlist_happy": 0.3},
    "sad": {"sad": 1.0, "q_sad": 0.4, "playlist_sad": 0.14},
    "energetic": {"energetic": 1.0, "arousal": 0.75, "playlist_energetic": 0.3},
    "calm": {"calm": 1.0, "q_calm": 0.4, "arousal": -0.6, "instrumentalness": 0.2},
    "angry": {"angry": 1.0, "q_angry": 0.6},
    "romantic": {"romantic": 1.0},
    **{f"q_{name}": _quadrant(f"q_{name}", axes=(0.15, 0.4), mood=0.2) for name in QUADRANTS},
}

OWN_BLEND: Final[Blend] = {
    **{name: {name: 1.0} for name in OUTPUTS[:8]},
    **{f"q_{name}": _quadrant(f"q_{name}", axes=(0.3, 0.3), mood=0.6) for name in QUADRANTS},
}
"""Of genre and title."""

LYRICS_BLEND: Final[Blend] = {
    "valence": _PLEASANT,
    "arousal": _AROUSED,
    "happy": {"q_happy": 1.0},
    "sad": {"q_sad": 1.0},
    "energetic": _AROUSED,
    "calm": {"q_calm": 1.0},
    "angry": {"q_angry": 1.0},
    "romantic": _times(0.5, {"q_happy": 1.0, "q_calm": 1.0, "q_angry": -1.0}),
    **{f"q_{name}": {f"q_{name}": 1.0} for name in QUADRANTS},
}
"""Lyrics come with quadrants only; the pool scales what they say of the rest."""


def blend_matrix(blend: Blend, experts: int = LABELS) -> Floats:
    """A blend as (experts, 12)."""
    matrix = np.zeros((experts, len(OUTPUTS)))
    for output, shares in blend.items():
        for expert, share in shares.items():
            matrix[EXPERTS.index(expert), OUTPUTS.index(output)] = share
    return matrix
