"""The way of a journey across the plane of moods, and how each song fits each point of it."""

from dataclasses import dataclass

import numpy as np

from playlists.selection.arrays import Floats, Ints
from playlists.selection.prepared import Prepared
from playlists.selection.request import Aim, Point, Request

HELD_AT_START = 0.12
HELD_AT_END = 0.22
STEPS = 10

_PULL = 3.0
"""Weight of the path against taste: at the weight of a plain list, favourites drag a journey off its way."""


def progress(times: Floats) -> Floats:
    """Share of the way 0..1 at each time 0..1: held at the start, smoothstep, held at the end."""
    moving = np.clip((times - HELD_AT_START) / (1 - HELD_AT_START - HELD_AT_END), 0.0, 1.0)
    eased: Floats = moving * moving * (3 - 2 * moving)
    return eased


def path_points(request: Request, times: Floats) -> Floats:
    """Valence and arousal at each time 0..1 of the request's journey. Shape (len(times), 2)."""
    start = np.array((request.start or request.aim).target)
    share = progress(times)[:, None]
    points: Floats = (1 - share) * start + share * np.array(request.aim.target)
    return points


def planned_curve(request: Request, *, length: int) -> tuple[Point, ...]:
    """The point that each of `length` songs of a journey aims at; all the same where there is no start."""
    points = path_points(request, step_times(length)).tolist()
    return tuple((valence, arousal) for valence, arousal in points)


def step_times(length: int) -> Floats:
    """The middle of each of `length` equal parts of 0..1."""
    times: Floats = (np.arange(length) + 0.5) / length
    return times


@dataclass(frozen=True, slots=True, eq=False)
class PathFit:
    """What is needed of m rows to see how they fit any point of the way: all (m,), moods unknown are NaN.

    `start` and `target` are the probabilities of the two moods, NaN also where the request names a point
    only.
    """

    valence: Floats
    arousal: Floats
    width_v: Floats
    width_a: Floats
    breadth: Floats
    start: Floats
    target: Floats

    def at(self, share: float, point: Floats, *, label_weight: float) -> Floats:
        """Fit in nats (m,) at a share of the way with this point; NaN where nothing is known of a song."""
        distance = (self.valence - point[0]) ** 2 / self.width_v + (
            self.arousal - point[1]
        ) ** 2 / self.width_a
        nearness = self.breadth - 0.5 * distance
        label = np.log(np.maximum((1 - share) * self.start + share * self.target, 1e-4))
        weight = label_weight * abs(2 * share - 1)
        both = weight * label + (1 - weight) * nearness
        known = np.where(np.isnan(label), nearness, np.where(np.isnan(nearness), label, both))
        fit: Floats = _PULL * known
        return fit

    def closeness(self, rows: Ints, points: Floats) -> Floats:
        """Squared-exponential closeness 0..1 of each row to its own point (len(rows), 2)."""
        distance = (self.valence[rows] - points[:, 0]) ** 2 / self.width_v[rows]
        distance += (self.arousal[rows] - points[:, 1]) ** 2 / self.width_a[rows]
        near: Floats = np.exp(-0.5 * distance)
        return near


def path_fit(prepared: Prepared, rows: Ints, *, request: Request) -> PathFit:
    """Gather what `PathFit` holds for rows of a library."""
    library, sigma = prepared.candidates, request.tuning.sigma
    width_v, width_a = sigma**2 + prepared.variance_v[rows], sigma**2 + prepared.variance_a[rows]
    return PathFit(
        valence=library.valence[rows],
        arousal=library.arousal[rows],
        width_v=width_v,
        width_a=width_a,
        breadth=0.5 * np.log(sigma**4 / (width_v * width_a)),
        start=_label(prepared, rows, request.start or request.aim),
        target=_label(prepared, rows, request.aim),
    )


def _label(prepared: Prepared, rows: Ints, aim: Aim) -> Floats:
    if aim.mood is None:
        return np.full(len(rows), np.nan)
    label: Floats = prepared.probabilities[aim.mood][rows]
    return label
