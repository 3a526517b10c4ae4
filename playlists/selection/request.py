"""What a listener asks of a playlist: an aim or a journey, a length, and the knobs."""

from dataclasses import dataclass, field

from playlists.selection.candidates import MOODS

Point = tuple[float, float]

ANCHORS: tuple[Point, ...] = (
    (0.80, 0.65),
    (0.22, 0.30),
    (0.66, 0.85),
    (0.62, 0.22),
    (0.25, 0.82),
    (0.64, 0.40),
)
"""Where each of `MOODS` lies on the plane of valence and arousal (0..1); hand-set from Russell's circumplex.
"""


class InvalidRequest(ValueError):
    """A request that cannot be meant; `field` names the value and `reason` is a code to word for the
    listener.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Aim:
    """A mood (its place in `MOODS`), a point of valence and arousal (0..1), or a mood with a point of one's
    own.
    """

    mood: int | None = None
    point: Point | None = None

    def __post_init__(self) -> None:
        if self.mood is None and self.point is None:
            raise InvalidRequest("aim", "missing")
        if self.mood is not None and not 0 <= self.mood < len(MOODS):
            raise InvalidRequest("aim", "unknown_mood")
        if self.point is not None and not all(0 <= axis <= 1 for axis in self.point):
            raise InvalidRequest("aim", "out_of_range")

    @property
    def target(self) -> Point:
        """The point aimed at: the given one, else the mood's anchor."""
        if self.point is not None:
            return self.point
        return ANCHORS[self.mood or 0]


@dataclass(frozen=True, slots=True)
class Tuning:
    """Weights that no listener sees; sigma and the floor depend on the mood model's calibration.

    `sigma`: how far off the target still fits, on the 0..1 plane. `label_weight`: share of the mood's
    probability against its place on the plane. `floor`: least probability of a match; `mood_floors`: of a
    match of each mood, in the order of `MOODS`. `coverage`: weight of breadth against score. `shortlist`:
    candidates kept. `skip_weight`: weight of finishing a song. `cool_hours`: heard within these is left out.
    `forgotten_days` and `forgotten_listens` say when a favourite counts as forgotten. `beam`: width of a
    journey's search.
    """

    sigma: float = 0.15
    label_weight: float = 0.5
    floor: float = 0.35
    mood_floors: tuple[float, ...] = (0.35,) * len(MOODS)
    coverage: float = 0.2
    shortlist: int = 1000
    skip_weight: float = 1.0
    cool_hours: float = 2.0
    forgotten_days: float = 90.0
    forgotten_listens: int = 4
    beam: int = 16


@dataclass(frozen=True, slots=True)
class Request:
    """One playlist asked for. Give `tracks` or `minutes`; `start` makes it a journey from there to `aim`.

    `familiarity` 0 follows the mood, 1 the favourites. `discovery`, `forgotten`: shares of never heard and of
    long unheard songs; with `discovery` 0 nothing unheard is chosen at all. `cap`: songs of one artist;
    `gap`: other songs between two of one artist. `variety`: standard deviation of the shuffle, in nats.
    `seed`: listener, recipe and revision, so that the same request gives the same list. `locked`: pairs
    (position, track id) that stay in place. `excluded`: track ids not to use. `max_spread`: how unsure
    valence and arousal may be (standard deviation); without `uncertain_ok` songs of unknown mood are left
    out. Raises `InvalidRequest` on values that cannot be meant.
    """

    aim: Aim
    start: Aim | None = None
    tracks: int | None = None
    minutes: float | None = None
    familiarity: float = 0.35
    discovery: float = 0.10
    forgotten: float = 0.10
    explicit_allowed: bool = True
    cap: int = 2
    gap: int = 5
    avoid_heard_days: float = 0.0
    variety: float = 0.3
    seed: tuple[int | str, ...] = ()
    locked: tuple[tuple[int, int], ...] = ()
    excluded: frozenset[int] = frozenset()
    uncertain_ok: bool = True
    max_spread: float | None = None
    tuning: Tuning = field(default_factory=Tuning)

    def __post_init__(self) -> None:
        if (self.tracks is None) == (self.minutes is None):
            raise InvalidRequest("length", "give_tracks_or_minutes")
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise InvalidRequest(name, "out_of_range")
        if len({position for position, _ in self.locked}) < len(self.locked):
            raise InvalidRequest("locked", "position_twice")
        if any(position < 0 for position, _ in self.locked):
            raise InvalidRequest("locked", "out_of_range")


_RANGES: dict[str, tuple[float, float]] = {
    "tracks": (1, 500),
    "minutes": (5, 600),
    "familiarity": (0, 1),
    "discovery": (0, 1),
    "forgotten": (0, 0.5),
    "cap": (1, 10),
    "gap": (0, 10),
    "avoid_heard_days": (0, 90),
    "variety": (0, 1.2),
    "max_spread": (0, 1),
}
"""Bounds of what may be asked; the work of ordering grows faster than the square of the length."""
