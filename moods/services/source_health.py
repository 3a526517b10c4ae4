"""Whether a source may be asked: its circuit breaker and its spacing, true for all processes."""

from datetime import datetime, timedelta

from django.db import transaction

from moods.models import SourceHealth
from moods.sources.types import Blocked, Failed

FAILURES_TO_REST = 5
"""So many failures in a row and the source is left alone."""

REST = timedelta(minutes=15)
"""For how long."""


def free_to_ask(source: str, *, now: datetime) -> bool:
    """Whether nothing keeps us from asking `source` at `now`."""
    health = SourceHealth.objects.filter(pk=source).first()
    return health is None or health.blocked_until is None or health.blocked_until <= now


def note_answer(source: str) -> None:
    """The source answered: whatever failed before is forgotten."""
    SourceHealth.objects.filter(pk=source, failures__gt=0).update(failures=0, reason="", blocked_until=None)


def note_failure(source: str, failure: Failed, *, now: datetime) -> None:
    """Count a failure; leave the source alone when it says so, refuses us, or failed five times."""
    with transaction.atomic():
        health, _ = SourceHealth.objects.select_for_update().get_or_create(pk=source)
        health.failures += 1
        health.reason = failure.reason[:200]
        wait = _stated_wait(failure)
        if wait is None and health.failures >= FAILURES_TO_REST:
            wait = REST
        if wait is not None:
            health.blocked_until = now + wait
            health.failures = 0
        health.save(update_fields=["failures", "reason", "blocked_until"])


def _stated_wait(failure: Failed) -> timedelta | None:
    """How long the whole source is to be left alone; a bad request concerns only what was asked."""
    if isinstance(failure, Blocked):
        return failure.wait
    return None if failure.status == 400 else failure.after


def reserve_call(source: str, *, spacing: timedelta, now: datetime) -> timedelta:
    """Take the next free moment to ask `source`; how long it is away, zero for at once."""
    if not spacing:
        return timedelta()
    with transaction.atomic():
        health, _ = SourceHealth.objects.select_for_update().get_or_create(pk=source)
        moment = max(now, health.next_call_at or now)
        SourceHealth.objects.filter(pk=source).update(next_call_at=moment + spacing)
    return moment - now


def mark_complete(source: str, *, up_to: int, now: datetime) -> None:
    """Nothing is left to ask about library rows up to `up_to`, a primary key, at `now`."""
    SourceHealth.objects.update_or_create(pk=source, defaults={"complete_up_to": up_to, "complete_at": now})


def mark_incomplete(source: str) -> None:
    """Something that was looked through before can be asked about now."""
    SourceHealth.objects.filter(pk=source).update(complete_up_to=0, complete_at=None)


def wake(source: str) -> None:
    """End a source's rest, whatever it was for, and look everything through again."""
    SourceHealth.objects.filter(pk=source).update(
        blocked_until=None, failures=0, reason="", complete_up_to=0, complete_at=None
    )
