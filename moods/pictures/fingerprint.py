"""The bloom: six petals, one per mood, each in the direction where its mood lies on the map."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, isfinite, radians, sin, sqrt

from moods.classifier.taxonomy import MOODS, UNKNOWN
from moods.pictures.states import ANGLES
from moods.pictures.strokes import svg_number

REACH = 50.0
SHORTEST = 0.16
"""Of the reach: a petal of probability 0 is still a bud, so that all six can be told."""
WIDTH, WAIST = 0.44, 0.3


@dataclass(frozen=True, slots=True)
class Petal:
    """One mood: its drawing and its probability in whole percent."""

    mood: str
    path: str
    percent: int


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Six petals in a box round (0, 0), likeliest first in ``ranked``; none where nothing is known."""

    view_box: str
    petals: tuple[Petal, ...]
    ranked: tuple[Petal, ...]
    leading: str


def fingerprint(probabilities: Sequence[float]) -> Fingerprint:
    """Draw a track's (or a period's) six probabilities, 0..1 in the order of MOODS; NaN draws nothing.

    A petal's area, not its length, grows with the probability.
    """
    view_box = f"-{REACH:g} -{REACH:g} {2 * REACH:g} {2 * REACH:g}"
    if not all(isfinite(probability) for probability in probabilities):
        return Fingerprint(view_box, (), (), UNKNOWN)
    petals = tuple(
        Petal(mood, petal(ANGLES[mood], probability), round(100 * probability))
        for mood, probability in zip(MOODS, probabilities, strict=True)
    )
    ranked = tuple(sorted(petals, key=lambda one: -probabilities[MOODS.index(one.mood)]))
    return Fingerprint(view_box, petals, ranked, ranked[0].mood)


def petal(degrees: float, probability: float) -> str:
    """Draw one petal from the centre outwards, counter-clockwise from the right."""
    length = REACH * max(SHORTEST, sqrt(min(probability, 1.0)))
    along, across = cos(radians(degrees)), -sin(radians(degrees))

    def place(out: float, aside: float) -> str:
        return (
            f"{svg_number(length * (out * along - aside * across))} "
            f"{svg_number(length * (out * across + aside * along))}"
        )

    going = f"C{place(WAIST, -WIDTH)} {place(1, -WIDTH)} {place(1, 0)}"
    return f"M0 0{going}C{place(1, WIDTH)} {place(WAIST, WIDTH)} 0 0Z"
