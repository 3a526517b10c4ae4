"""How the whole site is doing, on one page for staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.models import Connection, User, WebhookDelivery
from accounts.quota import quota_waits
from jobs.models import Job
from library.models import HistoryImport, LibraryTrack, PollSchedule
from moods.models import MainMood, SourceHealth
from moodsite.health import last_good_poll_at, late_work

LATELY = timedelta(days=7)
TODAY = timedelta(days=1)
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with what it counts; `link` leads to the rows, `is_bad` where somebody should look."""

    label: str
    value: int
    link: str = ""
    is_bad: bool = False


@dataclass(frozen=True, slots=True)
class SiteOverview:
    """Everything of the page."""

    figures: list[Figure]
    last_poll_at: datetime | None
    oldest_work: timedelta
    waits: list[tuple[str, datetime]]
    resting: list[SourceHealth]
    failed: list[Job]


def site_overview(now: datetime) -> SiteOverview:
    """As things stand at `now`, in a fixed number of queries."""
    failed = Job.objects.failed().created_since(now - LATELY).newest_first().select_related("user")
    return SiteOverview(
        figures=[*_people(now), *_fetching(now), *_moods(), *_work(now)],
        last_poll_at=last_good_poll_at(),
        oldest_work=late_work(now),
        waits=[(wait.family, wait.until) for wait in quota_waits(now)],
        resting=list(SourceHealth.objects.filter(blocked_until__gt=now).order_by("source")),
        failed=list(failed[:SHOWN]),
    )


def _people(now: datetime) -> list[Figure]:
    people = User.objects.aggregate(
        all=Count("pk"), lately=Count("pk", filter=Q(last_seen_at__gte=now - LATELY))
    )
    states = dict(Connection.objects.values_list("state").annotate(n=Count("pk")).order_by("state"))
    broken = states.get("needs_reconnect", 0) + states.get("not_allowed", 0)
    return [
        Figure(_("Listeners"), people["all"], "admin:accounts_user_changelist"),
        Figure(_("Here in the last seven days"), people["lately"]),
        Figure(_("Connected to Spotify"), states.get("active", 0), "admin:accounts_connection_changelist"),
        Figure(_("Must connect again"), broken, "admin:accounts_connection_changelist", is_bad=broken > 0),
    ]


def _fetching(now: datetime) -> list[Figure]:
    late = PollSchedule.objects.due_at(now - timedelta(minutes=15)).count()
    failing = PollSchedule.objects.filter(failures__gt=0).count()
    imports = HistoryImport.objects.live().count()
    return [
        Figure(_("Polls late"), late, "admin:library_pollschedule_changelist", is_bad=late > 0),
        Figure(_("Polls failing"), failing, "admin:library_pollschedule_changelist", is_bad=failing > 0),
        Figure(_("Imports under way"), imports, "admin:library_historyimport_changelist"),
    ]


def _moods() -> list[Figure]:
    tracks = LibraryTrack.objects.values("track").distinct()
    known = tracks.filter(track__mood__isnull=False).exclude(track__mood__mood=MainMood.UNKNOWN)
    return [
        Figure(_("Tracks in libraries"), tracks.count(), "admin:library_track_changelist"),
        Figure(_("With a known mood"), known.count(), "admin:moods_trackmood_changelist"),
    ]


def _work(now: datetime) -> list[Figure]:
    live = Job.objects.live().count()
    failed = Job.objects.failed().created_since(now - TODAY).count()
    untold = WebhookDelivery.objects.waiting().filter(attempts__gt=0).count()
    return [
        Figure(_("Jobs waiting or running"), live, "admin:jobs_job_changelist"),
        Figure(_("Jobs failed today"), failed, "admin:jobs_job_changelist", is_bad=failed > 0),
        Figure(_("Webhooks not answered"), untold, "admin:accounts_webhook_changelist"),
    ]
