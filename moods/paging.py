"""Pages of a library by place, not by number: quick however far one goes, and true while rows come in."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from django.db.models import Q

from library.models import LibraryTrack
from library.models.shelf import LibraryTrackQuerySet

SIZE = 20
"""Spotify's rules let a set of its titles hold twenty."""

_LARGEST_LOOK = 5000


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of a library: by one value, ties by track; `only` leaves out rows without the value."""

    name: str
    field: str
    descending: bool
    only: Q | None = None

    def ordering(self, *, backwards: bool) -> tuple[str, str]:
        """For `order_by`."""
        falls = self.descending is not backwards
        return f"{'-' if falls else ''}{self.field}", "-track_id" if backwards else "track_id"

    def beyond(self, place: "Place") -> Q:
        """Rows after a place, or before it."""
        falls = self.descending is not place.backwards
        further = Q(**{f"{self.field}__{'lt' if falls else 'gt'}": place.value})
        tie = {f"track_id__{'lt' if place.backwards else 'gt'}": place.track_id}
        return further | Q(**{self.field: place.value}, **tie)


SORTS = {
    sort.name: sort
    for sort in (
        Sort("plays", "listens", descending=True),
        Sort("recent", "last_played_at", descending=True, only=Q(last_played_at__isnull=False)),
        Sort("liked", "liked_at", descending=True, only=Q(liked_at__isnull=False)),
        Sort("title", "track__title", descending=False),
    )
}
"""The orders there are; the first is the usual one."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row to go on from, forwards or backwards."""

    value: Any
    track_id: int
    backwards: bool

    def as_text(self) -> str:
        """For an address."""
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        packed = json.dumps([value, self.track_id, self.backwards], separators=(",", ":"))
        return urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str, sort: Sort) -> Self | None:
        """Read it back; None for anything that is no place in this order."""
        try:
            value, track_id, backwards = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return cls(_READ[sort.field](value), _number(track_id), bool(backwards))
        except (ValueError, TypeError):
            return None


def _number(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < 2**63:
        raise ValueError("not a number of the database")
    return value


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("not a text of the database")
    return value


_READ: Mapping[str, Callable[[object], Any]] = {
    "listens": _number,
    "last_played_at": _moment,
    "liked_at": _moment,
    "track__title": _text,
}


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page, and the places of the pages around it ("" where there is none)."""

    rows: Sequence[LibraryTrack]
    previous: str
    next: str


def page_of(
    tracks: LibraryTrackQuerySet,
    sort: Sort,
    *,
    place: Place | None,
    only: npt.NDArray[np.int64] | None = None,
    size: int = SIZE,
) -> Page:
    """One page of `tracks`; `only` (ascending track ids) narrows it to some."""
    backwards = place is not None and place.backwards
    found: list[tuple[int, int, Any]] = []
    for row in _matching(tracks.filter(sort.only or Q()), sort, place=place, only=only, size=size):
        found.append(row)
        if len(found) > size:
            break
    more, keys = len(found) > size, found[:size]
    if backwards:
        keys.reverse()
    before = (more if backwards else place is not None) and bool(keys)
    after = (True if backwards else more) and bool(keys)
    return Page(
        rows=_rows(tracks, [key[0] for key in keys]),
        previous=Place(keys[0][2], keys[0][1], backwards=True).as_text() if before else "",
        next=Place(keys[-1][2], keys[-1][1], backwards=False).as_text() if after else "",
    )


def _matching(
    tracks: LibraryTrackQuerySet,
    sort: Sort,
    *,
    place: Place | None,
    only: npt.NDArray[np.int64] | None,
    size: int,
) -> Iterator[tuple[int, int, Any]]:
    """(row, track, value) in order from the place on; looks further ahead where few rows match."""
    backwards = place is not None and place.backwards
    ordered = tracks.order_by(*sort.ordering(backwards=backwards))
    look = size + 1 if only is None else 10 * size
    while True:
        here = ordered if place is None else ordered.filter(sort.beyond(place))
        batch = list(here.values_list("pk", "track_id", sort.field)[:look])
        yield from _narrowed(batch, only)
        if len(batch) < look:
            return
        place = Place(batch[-1][2], batch[-1][1], backwards)
        look = min(2 * look, _LARGEST_LOOK)


def _narrowed(
    batch: list[tuple[int, int, Any]], only: npt.NDArray[np.int64] | None
) -> Iterator[tuple[int, int, Any]]:
    if only is None:
        yield from batch
        return
    wanted = np.isin(np.array([row[1] for row in batch], dtype=np.int64), only)
    yield from (row for row, is_wanted in zip(batch, wanted, strict=True) if is_wanted)


def _rows(tracks: LibraryTrackQuerySet, row_ids: Sequence[int]) -> list[LibraryTrack]:
    found = LibraryTrack.objects.filter(pk__in=row_ids).for_display().in_bulk()
    return [found[row_id] for row_id in row_ids if row_id in found]
