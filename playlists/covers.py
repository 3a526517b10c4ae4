"""Draw a playlist's cover: a gradient of its moods, no words, no logo, no album art."""

import hashlib
import io
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from PIL import Image

from playlists.selection.arrays import Floats

SIDE: Final = 640
LARGEST_BYTES: Final = 190_000
"""Spotify takes 256 KB after base64."""

COLOURS: Final[Mapping[str, tuple[int, int, int]]] = {
    "happy": (229, 191, 27),
    "sad": (73, 77, 197),
    "energetic": (227, 84, 13),
    "calm": (14, 132, 146),
    "angry": (163, 5, 45),
    "romantic": (253, 129, 211),
    "mixed": (130, 157, 146),
}
"""One hue per mood, as static/css/tokens.css has it."""

_QUALITIES = (88, 75, 60, 40)


def cover_jpeg(recipe: Mapping[str, Any], *, seed: str) -> bytes:
    """A square JPEG below LARGEST_BYTES; the same recipe and seed give the same picture."""
    aim = str(recipe.get("mood") or "mixed")
    start = str(recipe.get("start") or aim)
    picture = Image.fromarray(_pixels(COLOURS[start], COLOURS[aim], seed=seed), "RGB")
    for quality in _QUALITIES:
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=quality, optimize=True)
        if written.tell() <= LARGEST_BYTES:
            break
    return written.getvalue()


def _pixels(start: tuple[int, int, int], aim: tuple[int, int, int], *, seed: str) -> Any:
    """(SIDE, SIDE, 3) bytes: from one colour to the other, with a light and a shade placed by the seed."""
    across, down = np.meshgrid(np.linspace(0, 1, SIDE), np.linspace(0, 1, SIDE))
    way = _smooth(0.35 * across + 0.65 * down)[..., None]
    picture = (1 - way) * np.array(start) + way * np.array(aim)
    places = np.frombuffer(hashlib.blake2b(seed.encode(), digest_size=4).digest(), dtype=np.uint8) / 255
    light = _glow(across - places[0], down - 0.4 * places[1])[..., None]
    shade = _glow(across - places[2], down - 1 + 0.4 * places[3])[..., None]
    picture = picture + light * 0.55 * (255 - picture)
    picture = picture * (1 - 0.45 * shade)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _smooth(way: Floats) -> Floats:
    return way * way * (3 - 2 * way)


def _glow(across: Floats, down: Floats) -> Floats:
    glow: Floats = np.exp(-(across**2 + down**2) / 0.18)
    return glow
