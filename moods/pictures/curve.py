"""The mood curve of a playlist: how bright and how lively it is from its first track to its last."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isfinite

from moods.pictures.strokes import glide, percent_of

HEIGHT = 1000
STEP = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One track: its place in the strip, mood, and percent of brightness and energy (None unknown)."""

    position: int
    x: str
    width: str
    mood: str
    valence_percent: int | None
    arousal_percent: int | None


@dataclass(frozen=True, slots=True)
class Curve:
    """Two lines in one box, the strip of moods below, and the ends in words' numbers."""

    view_box: str
    valence: str
    arousal: str
    ground: str
    steps: tuple[Step, ...]


def curve(valence: Sequence[float], *, arousal: Sequence[float], moods: Sequence[str]) -> Curve:
    """Draw a playlist in its order; valence and arousal 0..1, NaN unknown (the line is interrupted there)."""
    steps = tuple(
        Step(
            position=index + 1,
            x=percent_of(index, len(moods)),
            width=percent_of(1, len(moods)),
            mood=mood,
            valence_percent=_percent(valence[index]),
            arousal_percent=_percent(arousal[index]),
        )
        for index, mood in enumerate(moods)
    )
    return Curve(
        view_box=f"0 0 {STEP * max(len(moods), 1)} {HEIGHT}",
        valence=_line(valence),
        arousal=_line(arousal),
        ground=_ground(arousal),
        steps=steps,
    )


def _percent(value: float) -> int | None:
    """Round to whole percent; None for unknown."""
    return round(100 * value) if isfinite(value) else None


def _runs(values: Sequence[float]) -> list[tuple[int, list[int]]]:
    """Cut a line where it is unknown: the first place of each run and its heights, y downwards."""
    groups = groupby(range(len(values)), key=lambda index: isfinite(values[index]))
    runs = [list(run) for known, run in groups if known]
    return [(run[0], [round(HEIGHT * (1 - values[index])) for index in run]) for run in runs]


def _line(values: Sequence[float]) -> str:
    """Draw one line, level over the first and the last half track of each run."""
    return "".join(
        f"M{first * STEP} {heights[0]}h{STEP // 2}{glide(heights, start=first * STEP + STEP // 2, step=STEP)}"
        f"h{STEP // 2}"
        for first, heights in _runs(values)
    )


def _ground(values: Sequence[float]) -> str:
    """Draw the area under one line."""
    return "".join(
        f"M{first * STEP} {HEIGHT}V{heights[0]}h{STEP // 2}"
        f"{glide(heights, start=first * STEP + STEP // 2, step=STEP)}h{STEP // 2}V{HEIGHT}Z"
        for first, heights in _runs(values)
    )
