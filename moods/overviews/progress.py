"""What is going on for a listener: the sync, the look-ups, and what keeps them from going on."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from jobs.models import Job
from library.models import Gap, SyncRun
from library.problems import what_happened, what_to_do
from moods.insights.songs import Coverage
from moods.models import SourceHealth
from moods.wording import SOURCE_NAMES

SHARED_WORK = ("moods.enrich", "moods.classify")
OWN_WORK = ("library.sync", "library.changes", "library.import")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps a fetch from going on, what to do, and until when, if that is known."""

    title: str
    text: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Rest:
    """A source of moods that does not answer, and when it is asked again."""

    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """What happens right now. `is_live`: something changes within seconds. `marker`: changes when it did.

    `rests` are told only while moods are missing.
    """

    is_fetching: bool
    fetched: str
    is_looking_up: bool
    known: int
    tracks: int
    trouble: Trouble | None
    gaps: int
    rests: list[Rest]

    @property
    def is_live(self) -> bool:
        """Whether the page should look again soon."""
        return self.is_fetching or self.is_looking_up

    @property
    def marker(self) -> str:
        """Changes when the pictures are worth drawing again: when what is known doubled, and at the end."""
        return f"{self.known.bit_length()}-{self.tracks.bit_length()}-{int(self.is_live)}"


def progress_of(user: User, known: Coverage, *, now: datetime) -> Progress:
    """What happens for the listener, in four queries."""
    is_ours = Q(kind__in=SHARED_WORK) | Q(kind__in=OWN_WORK, user=user)
    live = set(Job.objects.live().filter(is_ours).values_list("kind", flat=True).distinct())
    is_fetching = bool(live.intersection(OWN_WORK))
    run = SyncRun.objects.for_user(user).newest_first()[:1]
    newest = next(iter(run), None)
    waits = newest is not None and newest.state == SyncRun.State.WAITING
    return Progress(
        is_fetching=is_fetching and not waits,
        fetched=_fetched(newest) if is_fetching else "",
        is_looking_up=bool(live.intersection(SHARED_WORK)) and known.known_tracks < known.tracks,
        known=known.known_tracks,
        tracks=known.tracks,
        trouble=_trouble(newest),
        gaps=Gap.objects.for_user(user).open().count(),
        rests=_rests(now) if known.known_tracks < known.tracks else [],
    )


def _rests(now: datetime) -> list[Rest]:
    resting = SourceHealth.objects.resting(now).values_list("source", "blocked_until")
    return [Rest(SOURCE_NAMES.get(source, source), until) for source, until in resting if until]


def _fetched(run: SyncRun | None) -> str:
    """How many entries the sync has read."""
    counts = run.counts.values() if run else []
    read = sum(int(step.get("read", 0)) for step in counts if isinstance(step, dict))
    if not read:
        return _("Just begun")
    words = ngettext("%(count)s entry read", "%(count)s entries read", read)
    return words % {"count": number_format(read, force_grouping=True)}


def _trouble(run: SyncRun | None) -> Trouble | None:
    if run is None or not run.problem:
        return None
    return Trouble(what_happened(run.problem), what_to_do(run.problem), run.waits_until)
