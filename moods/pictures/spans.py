"""Where the equal periods of a picture over time lie, and which of them get a label."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from moods.pictures.strokes import percent_of

MAX_LABELS = 8
"""As many dates as fit under a picture on a desk; every second one is dropped on a phone."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A label under a picture: its place, its date, whether a phone shows it, whether it names its year."""

    x: str
    start: date
    is_minor: bool
    names_year: bool


def ticks(starts: Sequence[date]) -> tuple[Tick, ...]:
    """Choose at most MAX_LABELS months to label: first period of a month, evenly thinned."""
    months = [
        index for index, start in enumerate(starts) if index == 0 or start.month != starts[index - 1].month
    ]
    if len(months) > 1 and months[1] < len(starts) / MAX_LABELS:
        months = months[1:]
    kept = months[:: -(-len(months) // MAX_LABELS) or 1]
    return tuple(_tick(starts, place=place, kept=kept) for place in range(len(kept)))


def _tick(starts: Sequence[date], *, place: int, kept: Sequence[int]) -> Tick:
    """Describe the label at one place of those kept."""
    index = kept[place]
    return Tick(
        x=percent_of(index, len(starts)),
        start=starts[index],
        is_minor=place % 2 == 1,
        names_year=place == 0 or starts[kept[place - 1]].year != starts[index].year,
    )
