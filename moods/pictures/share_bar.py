"""One bar of shares: which moods a playlist, an artist or a day is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from moods.pictures.states import STACK, STATES
from moods.pictures.strokes import percent_of


@dataclass(frozen=True, slots=True)
class Segment:
    """One state's part of the bar."""

    state: str
    x: str
    width: str
    percent: int


@dataclass(frozen=True, slots=True)
class ShareBar:
    """Segments in the order of the stack, and the same by size in ``ranked``."""

    segments: tuple[Segment, ...]
    ranked: tuple[Segment, ...]


def share_bar(shares: Sequence[float]) -> ShareBar:
    """Draw eight shares (or counts) in the order of ``states.STATES``; states without any are left out."""
    whole = sum(shares)
    heard = [(state, shares[STATES.index(state)]) for state in STACK if shares[STATES.index(state)] > 0]
    segments = tuple(
        Segment(
            state=state,
            x=percent_of(sum(before for _, before in heard[:place]), whole),
            width=percent_of(part, whole),
            percent=round(100 * part / whole),
        )
        for place, (state, part) in enumerate(heard)
    )
    return ShareBar(segments, tuple(sorted(segments, key=lambda segment: -segment.percent)))
