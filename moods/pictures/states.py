"""What a picture can show of a track's mood, in which order, and in which direction each mood lies."""

from typing import Final

from moods.classifier.taxonomy import MIXED, MOODS, UNKNOWN

STATES: Final = (*MOODS, MIXED, UNKNOWN)
"""The columns of every array of shares: the six moods, then mixed, then unknown."""

STACK: Final = ("sad", "calm", "romantic", "happy", "energetic", "angry", MIXED, UNKNOWN)
"""Bottom to top in a stack: once round the circle of moods, so that neighbours feel alike."""

ANGLES: Final = {"happy": 30, "energetic": 90, "angry": 150, "sad": 210, "calm": 270, "romantic": 330}
"""Degrees counter-clockwise from "bright": where a mood lies on the map of valence and energy."""


def is_mood(state: str) -> bool:
    """Whether a state is one of the six moods rather than mixed or unknown."""
    return state in ANGLES
