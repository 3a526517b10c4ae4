"""Which function does which kind of job, and what it may answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

MAX_ATTEMPTS = 3

Report = Mapping[str, Any]


class JobError(Exception):
    """Base of what a job's function may raise to say how the job goes on."""


class Postpone(JobError):
    """Not now: put the job back until `until`. It is not counted as a failed attempt."""

    def __init__(self, until: datetime, reason: str = "") -> None:
        super().__init__(reason)
        self.until = until
        self.reason = reason


class GiveUp(JobError):
    """It cannot succeed: fail at once with `message`, in words for the person who waits for it."""


class LeaseLost(JobError):
    """Somebody else holds the job now, or it was cancelled: stop without writing anything."""


class Run(Protocol):
    """What a job's function is given besides its arguments."""

    job_id: UUID
    user_id: int | None

    def checkpoint(self, **progress: Any) -> None:
        """Keep the lease and show `progress`; raises `LeaseLost` once the job is not ours."""

    def advance(self, **progress: Any) -> None:
        """The same after work that stays done and is never repeated: earlier attempts count no more.

        So a long job outlives any number of workers, but not one batch that kills each of them.
        """

    def out_of_time(self) -> bool:
        """Whether this unit has run for its twenty seconds and should raise `Postpone` soon."""


JobFunction = Callable[..., Report]


@dataclass(frozen=True)
class Kind:
    """One kind of job: its name, its function, how it is retried after a failure.

    `backoff` is the wait after the first failed attempt; it doubles with each further one.
    """

    name: str
    function: JobFunction
    max_attempts: int = MAX_ATTEMPTS
    backoff: timedelta = timedelta(seconds=30)


_kinds: dict[str, Kind] = {}
_ticks: list[Callable[[datetime], object]] = []


def job_kind(
    name: str, *, max_attempts: int = MAX_ATTEMPTS, backoff: timedelta = timedelta(seconds=30)
) -> Callable[[JobFunction], JobFunction]:
    """Register the decorated `function(run, **args) -> report` as the one that does jobs `name`."""

    def register(function: JobFunction) -> JobFunction:
        _kinds[name] = Kind(name, function, max_attempts=max_attempts, backoff=backoff)
        return function

    return register


def every_tick(function: Callable[[datetime], object]) -> Callable[[datetime], object]:
    """Register the decorated `function(now)`, which starts jobs that are due, for each tick."""
    _ticks.append(function)
    return function


def kind_named(name: str) -> Kind | None:
    """The kind called `name`, or None where this release knows none."""
    return _kinds.get(name)


def all_kinds() -> tuple[Kind, ...]:
    """Every registered kind, by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))


def ticks() -> tuple[Callable[[datetime], object], ...]:
    """What runs at each tick of the dispatcher."""
    return tuple(_ticks)
