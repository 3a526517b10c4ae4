"""A list before its words: places in the pool, in order, with what was found on the way."""

from dataclasses import dataclass

from playlists.selection.arrays import Floats, Ints
from playlists.selection.scoring import Mooded, Pool


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """An ordered list: `places` in the pool (n,), asked `length`, the floor and cap it came under.

    `mood` fits each song to the aim at its place, `usual_mood` (n,) is the median song's term there, in nats;
    `steps` (n,) 1.. in a journey.
    """

    places: Ints
    length: int
    floor: float
    cap: int
    mood: Mooded
    usual_mood: Floats
    steps: Ints | None = None


def mood_at(pool: Pool, places: Ints) -> Mooded:
    """The fit of some places of a pool to the request's aim."""
    return Mooded(pool.mood.term[places], pool.mood.match[places], pool.mood.known[places])
