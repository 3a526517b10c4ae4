"""The mood map: songs as clouds between dark and bright, calm and lively, and where most plays gather."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np

from moods.pictures.contours import density, level_holding, outline
from moods.pictures.strokes import svg_number

SIZE = 1000
MOST_CLOUDS = 120
"""More clouds than this are neither seen apart nor light to load; the density shows the others."""
SHARES = (0.9, 0.6, 0.3)
"""Outlines hold these shares of all plays."""


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One song: valence and arousal 0..1 (NaN unknown), half-width of its 80 % interval, plays, main mood."""

    valence: float
    arousal: float
    spread: float
    plays: int
    mood: str
    title: str = ""
    artists: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Cloud:
    """A song on the map: centre, radius of its uncertainty, radius of its dot by plays, and the song."""

    x: str
    y: str
    spread: str
    radius: str
    point: MapPoint


@dataclass(frozen=True, slots=True)
class Quarter:
    """A corner of the map and the share of plays in it, in whole percent."""

    name: str
    percent: int


@dataclass(frozen=True, slots=True)
class MoodMap:
    """Outlines from wide to narrow, clouds of the most played songs, and the quarters."""

    view_box: str
    outlines: tuple[str, ...]
    clouds: tuple[Cloud, ...]
    quarters: tuple[Quarter, ...]
    songs: int
    unknown: int


def mood_map(points: Sequence[MapPoint], *, most_clouds: int = MOST_CLOUDS) -> MoodMap:
    """Draw songs by how bright and how lively they sound; songs without a known place are only counted."""
    known = [point for point in points if isfinite(point.valence) and isfinite(point.arousal)]
    shown = sorted(known, key=lambda point: -point.plays)[:most_clouds]
    most_plays = max((point.plays for point in shown), default=1)
    return MoodMap(
        view_box=f"0 0 {SIZE} {SIZE}",
        outlines=_outlines(known),
        clouds=tuple(_cloud(point, most_plays=most_plays) for point in shown),
        quarters=_quarters(known),
        songs=len(known),
        unknown=len(points) - len(known),
    )


def _outlines(points: Sequence[MapPoint]) -> tuple[str, ...]:
    """Outline where the given shares of all plays lie."""
    if not points:
        return ()
    grid = density(
        np.array([(point.valence, point.arousal) for point in points]),
        spreads=np.array([point.spread for point in points]),
        weights=np.array([max(point.plays, 1) for point in points], dtype=float),
    )
    return tuple(outline(grid, level=level_holding(grid, share), size=SIZE) for share in SHARES)


def _cloud(point: MapPoint, *, most_plays: int) -> Cloud:
    """Place one song; the area of its dot grows with its plays."""
    return Cloud(
        x=svg_number(SIZE * point.valence),
        y=svg_number(SIZE * (1 - point.arousal)),
        spread=svg_number(SIZE * max(point.spread, 0.02)),
        radius=svg_number(6 + 14 * sqrt(max(point.plays, 0) / max(most_plays, 1))),
        point=point,
    )


def _quarters(points: Sequence[MapPoint]) -> tuple[Quarter, ...]:
    """Share plays among lively and bright, lively and dark, calm and dark, calm and bright."""
    plays = {"lively_bright": 0, "lively_dark": 0, "calm_dark": 0, "calm_bright": 0}
    for point in points:
        energy = "lively" if point.arousal >= 0.5 else "calm"
        plays[f"{energy}_{'bright' if point.valence >= 0.5 else 'dark'}"] += point.plays
    total = sum(plays.values())
    return tuple(Quarter(name, round(100 * count / total) if total else 0) for name, count in plays.items())
