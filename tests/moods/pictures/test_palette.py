"""The colours of the moods: readable, and apart for every kind of eye."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from moods.pictures.states import STATES

TOKENS = Path(settings.BASE_DIR, "static/css/tokens.css").read_text()
# Machado, Oliveira and Fernandes 2009, severity 1.
EYES = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.01182, 0.04294, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.3039],
        ]
    ),
}
# Björn Ottosson 2020, OKLab.
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.793617785, -0.0040720468],
        [1.9779984951, -2.428592205, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
LEAST_DISTANCE = 0.09
"""In OKLab; 0.02 is about one just noticeable difference."""
LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3."""
TINT = 0.15
LIGHT_AND_DARK = pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])


def colour(name: str, theme: int) -> np.ndarray:
    """Read a token as linear light."""
    pair = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", TOKENS)
    text = pair.group(theme + 1)
    encoded = np.array([int(text[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def oklab(light: np.ndarray) -> np.ndarray:
    return TO_LAB @ np.cbrt(TO_CONES @ np.clip(light, 0, 1))


def unlab(lab: np.ndarray) -> np.ndarray:
    return np.clip(np.linalg.inv(TO_CONES) @ (np.linalg.inv(TO_LAB) @ lab) ** 3, 0, 1)


def contrast(one: np.ndarray, other: np.ndarray) -> float:
    low, high = sorted(float(light @ np.array([0.2126, 0.7152, 0.0722])) for light in (one, other))
    return (high + 0.05) / (low + 0.05)


def tint(state: str, theme: int) -> np.ndarray:
    """As --tint mixes it."""
    return unlab(TINT * oklab(colour(state, theme)) + (1 - TINT) * oklab(colour("surface", theme)))


@LIGHT_AND_DARK
@pytest.mark.parametrize("eye", EYES)
def test_fills_stay_apart_when_seen_by_every_eye(eye, theme):
    seen = {state: oklab(EYES[eye] @ colour(state, theme)) for state in STATES}

    close = {
        (one, other): round(float(np.linalg.norm(seen[one] - seen[other])), 3)
        for one, other in combinations(STATES, 2)
        if np.linalg.norm(seen[one] - seen[other]) < LEAST_DISTANCE
    }

    assert close == {}


@LIGHT_AND_DARK
@pytest.mark.parametrize("state", STATES)
def test_words_are_readable_when_written_in_a_mood(state, theme):
    ink = colour(f"{state}-ink", theme)
    grounds = [tint(state, theme), colour("surface", theme), colour("paper", theme)]

    assert min(contrast(ink, ground) for ground in grounds) >= LEAST_CONTRAST


@LIGHT_AND_DARK
@pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3", "good", "warn", "bad"])
def test_words_are_readable_when_written_on_any_ground(ink, theme):
    grounds = [colour(name, theme) for name in ("paper", "surface", "surface-2")]

    assert min(contrast(colour(ink, theme), ground) for ground in grounds) >= LEAST_CONTRAST
