"""Prints how good and how quick playlists are, each figure beside its baselines and what it has to reach.

Everything is made up with fixed seeds (bench/listeners.py), so precision is that of songs whose true mood is
known. Run `python -m bench.playlists`, with `--quick` for a smaller run; it ends with 1 when a figure is
missed.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from bench.exact import best_choice, best_way, shortest_path
from bench.listeners import NOW_S, Listener, make_listener
from bench.playlist_edges import edge_failures
from bench.sessions import next_songs
from playlists.selection import Aim, Prepared, Request, build, prepare
from playlists.selection.beam import Field, polish, search, value
from playlists.selection.coverage import Contest, choose, objective
from playlists.selection.exchanging import exchange
from playlists.selection.path import path_points, step_times
from playlists.selection.scoring import score_pool
from playlists.selection.sequence import arrange, path_cost
from playlists.selection.spacing import breaks
from playlists.selection.transitions import smoothness_costs

NOW = datetime.fromtimestamp(NOW_S, UTC)
PAIRS = ((1, 0), (4, 3), (3, 2), (0, 3), (1, 2), (2, 3))

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Figure:
    """One line of the table: ours, its baselines by name, and the bound it has to keep."""

    name: str
    ours: float
    reach: float
    baselines: Mapping[str, float]
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether the bound is kept."""
        return self.ours >= self.reach if self.at_least else self.ours <= self.reach

    def __str__(self) -> str:
        beside = "; ".join(f"{name} {value:.3f}" for name, value in self.baselines.items())
        sign = ">=" if self.at_least else "<="
        verdict = "ok" if self.reached else "MISSED"
        return f"| {self.name} | {beside} | {self.ours:.3f} | {sign} {self.reach:g} | {verdict} |"


def main() -> int:
    """Print the table; 1 when something in it is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer seeds and a smaller library")
    quick = parser.parse_args().quick
    print("| figure | baselines | Moodsite | reach | |\n|---|---|---|---|---|")
    figures = []
    for measure in (mood_and_taste, list_quality, journey_quality, optimality, speed, edges):
        for figure in measure(quick=quick):
            print(figure, flush=True)
            figures.append(figure)
    return 0 if all(figure.reached for figure in figures) else 1


def mood_and_taste(*, quick: bool) -> list[Figure]:
    """B2: what a made-up listener plays next, asked for by the mood of a session's first three songs."""
    runs = [next_songs(seed=seed, days=40 if quick else 120) for seed in range(1 if quick else 4)]
    gain = {name: float(np.mean([run[name][0] for run in runs])) for name in runs[0]}
    distance = {name: float(np.mean([run[name][1] for run in runs])) for name in runs[0]}
    ours, rms = gain.pop("Moodsite"), distance.pop("Moodsite")
    reach = round(1.5 * gain["filter + play count"], 4)
    return [
        Figure("B2 next songs, nDCG@50", ours, reach, gain, at_least=True),
        Figure("B2 distance to the mood, RMS in sigma", rms, 0.65, distance),
    ]


def list_quality(*, quick: bool) -> list[Figure]:
    """B3: lists of fifty from made-up libraries, six moods each, against simple ways to make one."""
    seen: dict[str, list[list[float]]] = {}
    for seed in range(3 if quick else 6):
        listener = make_listener(50_000, seed=seed)
        prepared = prepare(listener.candidates)
        for mood in range(6):
            for name, rows in _lists(prepared, mood, seed=seed).items():
                seen.setdefault(name, []).append(_qualities(listener, prepared, rows, mood=mood))
    means = {name: np.mean(each, axis=0) for name, each in seen.items()}
    ours = means.pop("Moodsite")
    lines = (
        ("B3 songs truly of the mood", 0.65, True),
        ("B3 neighbours of one artist", 0, False),
        ("B3 closer than the gap of 5", 0, False),
        ("B3 works twice", 0, False),
        ("B3 cost of a transition", 0.22, False),
    )
    return [
        Figure(
            name, float(ours[at]), reach, {other: float(mean[at]) for other, mean in means.items()}, at_least
        )
        for at, (name, reach, at_least) in enumerate(lines)
    ]


def _lists(prepared: Prepared, mood: int, *, seed: int) -> dict[str, Ints]:
    """Rows of each method's list, all from songs at least as likely of the mood as the floor."""
    library = prepared.candidates
    request = Request(Aim(mood), tracks=50, seed=(seed, mood))
    likely = np.flatnonzero(prepared.probabilities[mood] >= request.tuning.floor)
    score = score_pool(prepared, np.arange(len(prepared)), request=request, now=NOW_S).score
    return {
        "random": np.random.default_rng(seed).permutation(likely)[:50],
        "play count": likely[np.argsort(-library.plays[likely], kind="stable")][:50],
        "last played": likely[np.argsort(-np.nan_to_num(library.last_listen_at[likely]), kind="stable")][:50],
        "best score": likely[np.argsort(-score[likely], kind="stable")][:50],
        "Moodsite": _rows(prepared, build(prepared, request, now=NOW).track_ids),
    }


def _rows(prepared: Prepared, track_ids: tuple[int, ...]) -> Ints:
    place = {track: row for row, track in enumerate(prepared.candidates.track_id.tolist())}
    return np.array([place[track] for track in track_ids])


def _qualities(listener: Listener, prepared: Prepared, rows: Ints, *, mood: int) -> list[float]:
    artists = prepared.candidates.artist_id[rows]
    return [
        float(listener.moods[prepared.order[rows], mood].mean()),
        float((artists[1:] == artists[:-1]).sum()),
        float(breaks(artists[None], gap=5)[0]),
        float(len(rows) - len(np.unique(prepared.work[rows]))),
        float(np.diagonal(smoothness_costs(prepared, rows[:-1], rows[1:])).mean()),
    ]


def journey_quality(*, quick: bool) -> list[Figure]:
    """B4: journeys of fifty between six pairs of moods, against two lists joined."""
    seen: dict[str, list[list[float]]] = {}
    for seed in range(1 if quick else 4):
        listener = make_listener(50_000, seed=seed)
        prepared = prepare(listener.candidates)
        for start, aim in PAIRS:
            request = Request(Aim(aim), start=Aim(start), tracks=50, seed=(seed,))
            for name, rows, points in _ways(listener, prepared, request):
                seen.setdefault(name, []).append(_progress(request, points[rows]))
    means = {name: np.mean(each, axis=0) for name, each in seen.items()}
    ours = means.pop("Moodsite")
    lines = (
        ("B4 progress, rho", 0.88, True),
        ("B4 off the path, RMSE", 0.12, False),
        ("B4 largest step", 0.25, False),
    )
    return [
        Figure(name, float(ours[at]), reach, {other: mean[at] for other, mean in means.items()}, at_least)
        for at, (name, reach, at_least) in enumerate(lines)
    ]


def _ways(listener: Listener, prepared: Prepared, request: Request) -> list[tuple[str, Ints, Floats]]:
    """Each method's name, rows, and points of the library as estimated; ours also with the true ones."""
    library = prepared.candidates
    estimated = np.stack([library.valence, library.arousal], axis=1)
    joined = [
        track
        for mood in (request.start, request.aim)
        for track in build(prepared, Request(mood or request.aim, tracks=25), now=NOW).track_ids
    ]
    ours = _rows(prepared, build(prepared, request, now=NOW).track_ids)
    return [
        ("random", np.random.default_rng(0).permutation(len(prepared))[:50], estimated),
        ("two lists joined", _rows(prepared, tuple(joined)), estimated),
        ("Moodsite", ours, estimated),
        ("Moodsite by true points", ours, listener.points[prepared.order]),
    ]


def _progress(request: Request, points: Floats) -> list[float]:
    """Rank correlation of place and progress, RMSE to the straight eased way, and the largest step."""
    way = path_points(request, step_times(len(points)))
    along = (points - way[0]) @ (way[-1] - way[0])
    return [
        float(spearmanr(np.arange(len(points)), along).statistic),
        float(np.sqrt(((points - way) ** 2).sum(axis=1).mean())),
        float(np.linalg.norm(np.diff(points, axis=0), axis=1).max()),
    ]


def optimality(*, quick: bool) -> list[Figure]:
    """B6: small cases solved exactly; gaps in per cent of the best."""
    cases = range(4 if quick else 20)
    return [
        _mean("B6 selection, % of the best", [_choice_share(seed) for seed in cases], 99.5, at_least=True),
        _mean("B6 order of 12 above the best, %", [_order_gap(seed, n=12) for seed in cases], 1.0),
        _mean("B6 order of 50 above the best, %", [_order_gap(seed, n=50) for seed in cases], 6.0),
        _mean("B6 journey below the best, %", [_way_gap(seed) for seed in cases], 1.0),
    ]


def _mean(name: str, pairs: list[tuple[float, float]], reach: float, *, at_least: bool = False) -> Figure:
    ours, random = np.mean(pairs, axis=0)
    return Figure(name, float(ours), reach, {"random": float(random)}, at_least)


def _choice_share(seed: int) -> tuple[float, float]:
    rng = np.random.default_rng(seed)
    n, quotas = 15, np.array([4, 1, 1])
    contest = Contest(
        worth=rng.random(n),
        kind=np.arange(n) % 3,
        work=np.arange(n),
        artist=rng.integers(0, 6, n),
        groups=rng.integers(0, 5, (4, n)),
        quotas=quotas,
        cap=3,
        breadth=0.2,
    )
    best = best_choice(contest, length=6)
    kinds = [rng.permutation(np.flatnonzero(contest.kind == kind))[:need] for kind, need in enumerate(quotas)]
    chosen = exchange(contest, choose(contest, length=6, taken=np.array([], dtype=np.int64)), kept=0)
    return 100 * objective(contest, chosen) / best, 100 * objective(contest, np.concatenate(kinds)) / best


def _order_gap(seed: int, *, n: int) -> tuple[float, float]:
    """Gap of an order: of twelve from the best start, of fifty from the start that a list would have."""
    prepared = prepare(make_listener(4_000, seed=seed).candidates)
    rows = np.random.default_rng(seed).choice(len(prepared), n, replace=False)
    costs, artists = smoothness_costs(prepared, rows, rows), np.arange(n)
    best = shortest_path(costs)
    openers = range(n) if n <= 12 else range(1)
    orders = [arrange(costs, artists=artists, gap=0, fixed={}, opener=opener) for opener in openers]
    ours = min(path_cost(order, costs) for order in orders)
    return 100 * max(0.0, ours / best - 1), 100 * (path_cost(artists, costs) / best - 1)


def _way_gap(seed: int) -> tuple[float, float]:
    """Gap as a share of the span between the best way and a random one."""
    rng = np.random.default_rng(seed)
    places = rng.random((9, 2))
    targets = np.linspace(0.1, 0.9, 6)[:, None]
    field = Field(
        fit=-8 * ((places[None] - targets[:, None]) ** 2).sum(axis=2),
        costs=np.linalg.norm(places[:, None] - places, axis=2),
        work=np.arange(9),
        artist=rng.permutation(9) % 5,
        unheard=rng.random(9) < 0.2,
        cap=2,
        gap=1,
        most_new=3,
        fixed={},
    )
    best = best_way(field)
    ours = value(field, polish(field, search(field, width=16)))
    random = value(field, rng.permutation(9)[:6])
    return 100 * (best - ours) / abs(best), 100 * (best - random) / abs(best)


def speed(*, quick: bool) -> list[Figure]:
    """B7: processor time on one thread over a large library that was prepared before."""
    n = 50_000 if quick else 200_000
    prepared = prepare(make_listener(n, seed=7).candidates)
    runs = 12 if quick else 48
    lists = [Request(Aim(run % 6), tracks=50, seed=(run,)) for run in range(runs)]
    ways = [replace(request, start=Aim((run + 2) % 6)) for run, request in enumerate(lists)]
    sorting = _percentile([lambda: np.lexsort((prepared.candidates.plays, prepared.probabilities[0]))] * 8)
    baseline = {"sorting the library once": sorting}
    return [
        Figure(f"B7 list from {n:,} songs, p95 CPU ms", _percentile(_builds(prepared, lists)), 60, baseline),
        Figure(
            f"B7 journey from {n:,} songs, p95 CPU ms", _percentile(_builds(prepared, ways)), 250, baseline
        ),
    ]


def _builds(prepared: Prepared, requests: list[Request]) -> list[Callable[[], object]]:
    return [lambda request=request: build(prepared, request, now=NOW) for request in requests]


def _percentile(calls: list[Callable[[], object]]) -> float:
    taken = []
    for call in calls:
        began = time.process_time()
        call()
        taken.append(1_000 * (time.process_time() - began))
    return float(np.percentile(taken, 95))


def edges(*, quick: bool) -> list[Figure]:
    """B8: the cases in which there is too little of something, and minutes."""
    failed = edge_failures()
    for name in failed:
        print(f"failed: {name}", file=sys.stderr)
    off = [_minutes_off(seed) for seed in range(2 if quick else 8)]
    return [
        Figure("B8 edge cases that fail", len(failed), 0, {}),
        Figure("B8 worst miss of the minutes, %", max(off), 2, {}),
    ]


def _minutes_off(seed: int) -> float:
    prepared = prepare(make_listener(5_000, seed=seed).candidates)
    worst = 0.0
    for minutes in (15, 30, 40, 60, 120, 300):
        for start in (None, Aim(1)):
            request = Request(Aim(0), start=start, minutes=minutes, seed=(seed,))
            worst = max(worst, abs(build(prepared, request, now=NOW).duration_ms / 60_000 / minutes - 1))
    return 100 * worst


if __name__ == "__main__":
    sys.exit(main())
