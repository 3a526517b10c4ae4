"""What the Sync page shows, put into words before it gets to the template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Connection, User
from accounts.services import quota_waits
from jobs.models import Job
from library.models import DeadLetter, Gap, PollSchedule, SyncRun
from library.problems import what_happened, what_to_do

SYNC_JOBS = ("library.sync", "library.changes")
SHOWN = 10

_STEPS: Mapping[str, Promise | str] = {
    "plays": _("Newest plays"),
    "top_short_term": _("Top songs, 4 weeks"),
    "top_medium_term": _("Top songs, 6 months"),
    "top_long_term": _("Top songs, a year"),
    "likes": _("Liked songs"),
    "new_likes": _("New liked songs"),
    "playlists": _("Playlists"),
    "playlist_tracks": _("Songs in playlists"),
}
_FAMILIES: Mapping[str, Promise | str] = {
    "recently_played": _("Newest plays"),
    "saved_tracks": _("Liked songs"),
    "top": _("Top songs"),
    "playlists": _("Playlists"),
    "playlist_items": _("Songs in playlists"),
    "playlist_write": _("Saving playlists"),
    "cover": _("Playlist covers"),
    "track": _("Details of songs"),
    "artist": _("Artists"),
    "search": _("Search"),
    "token": _("Signing in"),
}


@dataclass(frozen=True, slots=True)
class StepLine:
    """One list that a sync reads: how far it is. `total` is None where Spotify does not say."""

    label: str
    state: str
    read: int = 0
    new: int | None = None
    total: int | None = None
    problem: str = ""

    @property
    def summary(self) -> str:
        """How many were read and, where that is counted, how many of them are new, in words."""
        read = ngettext("%(count)s read", "%(count)s read", self.read) % {"count": f"{self.read:,}"}
        if self.new is None:
            return read
        new = ngettext("%(count)s new", "%(count)s new", self.new) % {"count": f"{self.new:,}"}
        return f"{read}, {new}"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that keeps a fetch from going on: what, what to do, and until when if that is known."""

    what: str
    todo: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """A part of Spotify that may not be asked before `until`."""

    what: str
    until: datetime
    is_quota: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """All of the page."""

    connection: Connection | None
    schedule: PollSchedule | None
    run: SyncRun | None
    steps: list[StepLine]
    is_live: bool
    troubles: list[Trouble]
    waits: list[Wait]
    gaps: list[Gap]
    letters: list[DeadLetter]
    letter_count: int
    past: list[SyncRun]
    now: datetime

    @property
    def plays_read(self) -> str:
        """How long ago the newest plays were read, in words."""
        return self._ago(self.schedule.last_ok_at if self.schedule else None)

    @property
    def library_read(self) -> str:
        """How long ago likes, top lists and playlists were read, in words."""
        return self._ago(self.schedule.library_synced_at if self.schedule else None)

    @property
    def next_look(self) -> str:
        """When the newest plays are read next, in words."""
        if self.connection is None or self.connection.state != Connection.State.ACTIVE:
            return str(_("when connected"))
        if self.schedule is None or self.schedule.next_poll_at < self.now + timedelta(minutes=1):
            return str(_("now"))
        return str(_("in %(time)s")) % {"time": timeuntil(self.schedule.next_poll_at, self.now, depth=1)}

    def _ago(self, moment: datetime | None) -> str:
        if moment is None:
            return str(_("not yet"))
        if self.now - moment < timedelta(minutes=1):
            return str(_("just now"))
        return str(_("%(time)s ago")) % {"time": timesince(moment, self.now, depth=1)}


def sync_overview(user: User, *, now: datetime) -> Overview:
    """What was fetched, what is going on, what waits, what is missing."""
    runs = list(SyncRun.objects.for_user(user).newest_first()[:SHOWN])
    run = next((run for run in runs if run.finished_at is None), runs[0] if runs else None)
    schedule = PollSchedule.objects.filter(user=user).order_by("pk").first()
    letters = DeadLetter.objects.for_user(user)
    return Overview(
        connection=Connection.objects.of_user(user.pk).order_by("pk").first(),
        schedule=schedule,
        run=run,
        steps=_steps(run) if run else [],
        is_live=_is_live(user, run),
        troubles=_troubles(run, schedule),
        waits=[Wait(_family(wait.family), wait.until, wait.is_quota) for wait in quota_waits(now)],
        gaps=list(Gap.objects.for_user(user).open().newest_first()[:SHOWN]),
        letters=list(letters.newest_first()[:SHOWN]),
        letter_count=letters.count(),
        past=[past for past in runs if past.finished_at is not None],
        now=now,
    )


def _is_live(user: User, run: SyncRun | None) -> bool:
    """Whether something changes within seconds: a sync that works, or one that was just asked for."""
    if run is not None and run.state == SyncRun.State.WAITING:
        return False
    return Job.objects.for_user(user).live().filter(kind__in=SYNC_JOBS).exists()


def _steps(run: SyncRun) -> list[StepLine]:
    todo = run.checkpoint.get("todo", [])
    names = [name for name in _STEPS if name in run.counts or name in todo]
    return [_step(run, name, todo=todo) for name in names]


def _step(run: SyncRun, name: str, *, todo: list[str]) -> StepLine:
    counts: Mapping[str, Any] = run.counts.get(name, {})
    return StepLine(
        label=str(_STEPS[name]),
        state=_state(run, name, todo=todo),
        read=counts.get("read", 0),
        new=counts.get("new"),
        total=counts.get("total"),
        problem=what_happened(counts.get("problem", "")),
    )


def _state(run: SyncRun, name: str, *, todo: list[str]) -> str:
    """One of done, problem, waits, now, next, missed (the sync ended before)."""
    if name not in todo:
        return "problem" if run.counts.get(name, {}).get("problem") else "done"
    if name in run.checkpoint.get("blocked", {}):
        return "waits"
    if run.finished_at is not None:
        return "missed"
    return "now" if name == todo[0] else "next"


def _troubles(run: SyncRun | None, schedule: PollSchedule | None) -> list[Trouble]:
    found: dict[str, datetime | None] = {}
    if schedule and schedule.problem:
        found[schedule.problem] = schedule.next_poll_at
    if run and run.problem:
        found[run.problem] = run.waits_until
    return [Trouble(what_happened(code), what_to_do(code), until) for code, until in found.items()]


def _family(family: str) -> str:
    return str(_FAMILIES.get(family, family))
