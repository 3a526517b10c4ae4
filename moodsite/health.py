"""Whether Moodsite can work: its database, its broker, its worker, and how long ago a poll went well."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max, Min, Q
from kombu.exceptions import OperationalError as BrokerError

from accounts.models import Connection
from jobs.models import Job
from library.models import PollSchedule
from moodsite.celery import app

NO_GOOD_POLL_FOR = timedelta(minutes=15)
"""After this long an installation loses plays of its quickest listeners (`bench/poll_faults.py`)."""

WORK_WAITS_FOR = timedelta(minutes=15)
_OWED_FOR = timedelta(minutes=2)
"""A poll that is due, or failed, for less than this is on its way: no reason to wake anybody."""

_BROKER_TIMEOUT_S = 2
GOOD = "ok"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What each check found: "ok", or in words what is wrong."""

    checks: Mapping[str, str]

    @property
    def is_ready(self) -> bool:
        """Whether all is well."""
        return set(self.checks.values()) == {GOOD}

    def as_json(self) -> dict[str, object]:
        """What /readyz answers."""
        failing = sorted(name for name, found in self.checks.items() if found != GOOD)
        return {"status": "failing" if failing else GOOD, "failing": failing, "checks": dict(self.checks)}


def readiness(now: datetime) -> Readiness:
    """Look at everything that must work; what depends on a database that is gone is not looked at."""
    checks = {"database": _database(), "broker": _broker()}
    if checks["database"] == GOOD:
        checks["worker"] = _found(_worker, now)
        checks["polls"] = _found(_polls, now)
    return Readiness(checks)


def late_work(now: datetime) -> timedelta:
    """How long the job that waits longest has been due; zero where none is."""
    oldest = Job.objects.claimable(now).aggregate(oldest=Min("run_after"))["oldest"]
    return now - oldest if oldest else timedelta(0)


def last_good_poll_at() -> datetime | None:
    """When a listener's list was last read well, whoever's."""
    newest: datetime | None = PollSchedule.objects.aggregate(newest=Max("last_ok_at"))["newest"]
    return newest


def _found(look: Callable[[datetime], str], now: datetime) -> str:
    try:
        return look(now)
    except DatabaseError:
        return "the database stopped answering"


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return "no answer"
    return GOOD


def _broker() -> str:
    if not settings.REDIS_URL:
        return GOOD if os.access(settings.BROKER_DIR, os.W_OK) else "its folder cannot be written to"
    try:
        with app.connection_for_write(connect_timeout=_BROKER_TIMEOUT_S) as broker:
            broker.ensure_connection(max_retries=1, timeout=_BROKER_TIMEOUT_S)
    except (BrokerError, OSError):
        return "no answer"
    return GOOD


def _worker(now: datetime) -> str:
    waited = late_work(now)
    if waited <= WORK_WAITS_FOR:
        return GOOD
    return f"work has waited for {_minutes(waited)} minutes: does the worker run?"


def _polls(now: datetime) -> str:
    """Nobody is owed a poll while everybody is asleep, so it takes both: none went well, one is owed."""
    last = last_good_poll_at() or _first_connected_at()
    if last is None or now - last <= NO_GOOD_POLL_FOR or not _is_owed(now):
        return GOOD
    return f"none went well for {_minutes(now - last)} minutes"


def _first_connected_at() -> datetime | None:
    first: datetime | None = Connection.objects.usable().aggregate(first=Min("created_at"))["first"]
    return first


def _is_owed(now: datetime) -> bool:
    overdue = Q(next_poll_at__lt=now - _OWED_FOR) | Q(failures__gt=0)
    usable = Connection.objects.usable().values("user")
    if PollSchedule.objects.filter(overdue, user__in=usable).exists():
        return True
    waiting = Job.objects.of_kind("library.poll").live().filter(created_at__lt=now - _OWED_FOR)
    return waiting.exists()


def _minutes(length: timedelta) -> int:
    return int(length / timedelta(minutes=1))
