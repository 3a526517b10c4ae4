"""Count what all processes do together, in the database, so that no limit can be raced."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from django.db.models import F

from accounts.models import CallWindow

SLICES = 10
"""A window is cut into this many slices, so a limit holds in any stretch as long as the window."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One call that was counted (`wait` is zero) or not (`wait` says when there is room again).

    `mark` finds the counted call again, to take it back.
    """

    wait: timedelta
    mark: str = ""

    @property
    def is_admitted(self) -> bool:
        """Whether the call may be made."""
        return not self.wait


def count_call(service: str, *, slice_length: timedelta, keep: timedelta, now: datetime) -> int:
    """Add one call to the running slice. The slice's number."""
    window = int(now.timestamp() // slice_length.total_seconds())
    slot = CallWindow.objects.filter(service=service, window=window)
    if slot.update(calls=F("calls") + 1):
        return window
    fresh = CallWindow(service=service, window=window, calls=0, expires_at=now + keep + slice_length)
    CallWindow.objects.bulk_create([fresh], ignore_conflicts=True)
    slot.update(calls=F("calls") + 1)
    return window


def take_call(service: str, *, limit: int, window: timedelta, now: datetime) -> Ticket:
    """Count one call if fewer than `limit` were made in the last `window`.

    It is counted before it is judged, so however many processes race, no more than `limit` of them
    get through; at worst one too few.
    """
    slice_length = window / SLICES
    running = count_call(service, slice_length=slice_length, keep=window, now=now)
    recent = CallWindow.objects.of_service(service).from_window(running - SLICES)
    calls_by_slice = dict(recent.order_by("window").values_list("window", "calls"))
    over = sum(calls_by_slice.values()) - limit
    if over <= 0:
        return Ticket(timedelta(0), str(running))
    give_back(service, mark=str(running))
    calls_by_slice[running] = max(0, calls_by_slice.get(running, 0) - 1)
    freed_slice = _slice_that_frees(calls_by_slice, over=over)
    frees_at = datetime.fromtimestamp((freed_slice + SLICES + 1) * slice_length.total_seconds(), tz=UTC)
    return Ticket(max(frees_at - now, slice_length / SLICES))


def give_back(service: str, *, mark: str) -> None:
    """Take a counted call back: it was not made after all."""
    counted = CallWindow.objects.filter(service=service, window=int(mark), calls__gt=0)
    counted.update(calls=F("calls") - 1)


def forget_expired_counts(now: datetime) -> int:
    """Delete the counts that no limit looks at any more. The number of them."""
    deleted, _ = CallWindow.objects.expired(now).delete()
    return deleted


def _slice_that_frees(calls_by_slice: dict[int, int], *, over: int) -> int:
    """The slice with whose end enough calls are forgotten to make room for one more."""
    numbers = sorted(calls_by_slice)
    freed = accumulate(calls_by_slice[number] for number in numbers)
    return next(number for number, calls in zip(numbers, freed, strict=True) if calls >= over)
