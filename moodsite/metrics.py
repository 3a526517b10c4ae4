"""Figures for Prometheus, read from the database, so that every process tells the same."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Count, Max, Min, Sum
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from accounts.models import Connection, User
from accounts.quota import quota_waits
from jobs.models import Job
from library.models import HistoryImport, PollSchedule, Track
from moods.models import SourceHealth, TrackFeatures, TrackMood
from moodsite.health import last_good_poll_at, late_work

Labelled = Iterable[tuple[tuple[str, ...], float]]


def exposition(now: datetime) -> bytes:
    """All figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(DatabaseFigures(now))
    return generate_latest(registry)


class DatabaseFigures(Collector):
    """Asks the database when Prometheus does; keeps nothing in between."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family after the other, each from one or two queries."""
        yield from _listeners()
        yield from _polls(self._now)
        yield from _quota(self._now)
        yield from _jobs(self._now)
        yield from _imports()
        yield from _coverage(self._now)


def _listeners() -> Iterator[GaugeMetricFamily]:
    yield _plain("moodsite_listeners", "People with an account.", User.objects.count())
    states = Connection.objects.values_list("state").annotate(n=Count("pk")).order_by("state")
    counted = [((state,), n) for state, n in states]
    yield _by("moodsite_connections", "Grants from Spotify.", ("state",), counted)


def _polls(now: datetime) -> Iterator[GaugeMetricFamily]:
    due = PollSchedule.objects.due_at(now).aggregate(n=Count("pk"), oldest=Min("next_poll_at"))
    failing = PollSchedule.objects.filter(failures__gt=0).aggregate(n=Count("pk"), most=Max("failures"))
    yield _plain("moodsite_polls_due", "Listeners whose plays should be read now.", due["n"])
    lateness = (now - due["oldest"]).total_seconds() if due["oldest"] else 0.0
    yield _plain("moodsite_poll_lateness_seconds", "How late the latest of them is.", lateness)
    yield _plain("moodsite_polls_failing", "Listeners whose last poll failed.", failing["n"])
    last = last_good_poll_at()
    if last is not None:
        name = "moodsite_last_good_poll_timestamp_seconds"
        yield _plain(name, "When a poll last went well.", last.timestamp())


def _quota(now: datetime) -> Iterator[GaugeMetricFamily]:
    waits = [((wait.family,), (wait.until - now).total_seconds()) for wait in quota_waits(now)]
    text = "How long Spotify must not be asked for a family of endpoints."
    yield _by("moodsite_quota_block_seconds", text, ("family",), waits)


def _jobs(now: datetime) -> Iterator[GaugeMetricFamily]:
    rows = Job.objects.order_by("kind", "state").values_list("kind", "state").annotate(n=Count("pk"))
    counted = [((kind, state), n) for kind, state, n in rows]
    text = "Work that waits, runs, or ended in the last thirty days."
    yield _by("moodsite_jobs", text, ("kind", "state"), counted)
    waited = late_work(now).total_seconds()
    yield _plain("moodsite_job_lateness_seconds", "How long the oldest due work has waited.", waited)


def _imports() -> Iterator[GaugeMetricFamily]:
    rows = HistoryImport.objects.order_by("state").values_list("state").annotate(n=Count("pk"))
    yield _by("moodsite_imports", "Downloads by state.", ("state",), [((state,), n) for state, n in rows])
    sums = HistoryImport.objects.aggregate(read=Sum("rows_read"), added=Sum("plays_added"))
    yield _plain("moodsite_import_rows", "Rows read from downloads.", sums["read"] or 0)
    yield _plain("moodsite_import_plays", "Plays that downloads added.", sums["added"] or 0)


def _coverage(now: datetime) -> Iterator[GaugeMetricFamily]:
    yield _plain("moodsite_tracks", "Tracks known.", Track.objects.count())
    moods = TrackMood.objects.order_by("mood").values_list("mood").annotate(n=Count("pk"))
    yield _by("moodsite_track_moods", "Tracks by main mood.", ("mood",), [((mood,), n) for mood, n in moods])
    rows = TrackFeatures.objects.order_by("source", "status").values_list("source", "status")
    answers = [((source, status), n) for source, status, n in rows.annotate(n=Count("pk"))]
    yield _by("moodsite_feature_answers", "What sources answered.", ("source", "status"), answers)
    blocked = SourceHealth.objects.filter(blocked_until__gt=now).order_by("source")
    rests = [
        ((health.source,), (health.blocked_until - now).total_seconds())
        for health in blocked
        if health.blocked_until
    ]
    yield _by("moodsite_source_block_seconds", "How long a source rests.", ("source",), rests)


def _plain(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _by(name: str, text: str, labels: tuple[str, ...], values: Labelled) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=labels)
    for words, value in values:
        family.add_metric(words, value)
    return family
