"""Colours of the dark theme as numbers, as static/css/tokens.css has them."""

from typing import Final

Colour = tuple[int, int, int]

PAPER: Final[Colour] = (15, 13, 25)
INK: Final[Colour] = (244, 242, 251)
QUIET: Final[Colour] = (182, 176, 204)

STATES: Final[dict[str, Colour]] = {
    "happy": (238, 212, 79),
    "sad": (76, 120, 250),
    "energetic": (255, 135, 48),
    "calm": (52, 190, 157),
    "angry": (217, 64, 90),
    "romantic": (255, 155, 227),
    "mixed": (155, 133, 192),
    "unknown": (61, 55, 87),
}
