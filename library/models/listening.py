"""Plays, what could not be read, where plays may be missing, and when to look again."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Connection, User
from library.imports.limits import LISTEN_MS
from library.models.catalogue import Track


class PlayQuerySet(models.QuerySet["Play"]):
    """Which plays, chainable."""

    def for_user(self, user: User) -> "PlayQuerySet":
        """Plays of one listener."""
        return self.filter(user=user)

    def listens(self) -> "PlayQuerySet":
        """Plays of thirty seconds and more; the API reports only such."""
        return self.filter(Q(ms_played=None) | Q(ms_played__gte=LISTEN_MS))

    def played_since(self, moment: datetime) -> "PlayQuerySet":
        """Plays at or after `moment`."""
        return self.filter(played_at__gte=moment)

    def from_api(self) -> "PlayQuerySet":
        """Plays that only the API told of."""
        return self.filter(source=Play.Source.API)

    def of_track(self, track: Track) -> "PlayQuerySet":
        """Plays of one track."""
        return self.filter(track=track)

    def played_before(self, moment: datetime) -> "PlayQuerySet":
        """Plays before `moment`."""
        return self.filter(played_at__lt=moment)

    def reported_between(self, first: datetime, last: datetime) -> "PlayQuerySet":
        """Plays that the API reported with a stamp from `first` to `last`."""
        return self.filter(reported_at__gte=first, reported_at__lte=last)

    def unreported(self) -> "PlayQuerySet":
        """Plays that only a download told of."""
        return self.filter(reported_at=None)

    def newest_first(self) -> "PlayQuerySet":
        """Latest play first, ties in a fixed order."""
        return self.order_by("-played_at", "-pk")

    def for_display(self) -> "PlayQuerySet":
        """With the track, in one query."""
        return self.select_related("track")


class Play(models.Model):
    """One listening of one track by one listener.

    `played_at` is when it ended (downloads) or what Spotify's API reports (start or end, by client).
    `ms_played` is unknown (None) for plays known from the API only. `reported_at` is the API's stamp;
    it stays when a row of a download, which knows more, takes the place of what the API told.
    `repeat_no` counts, from 0, plays that were offline and got one and the same stamp later.
    """

    class Source(models.TextChoices):
        """Where we know it from."""

        API = "api"
        EXTENDED = "extended"
        ACCOUNT = "account"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="plays")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="plays")
    played_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True, blank=True)
    ms_played = models.PositiveIntegerField(null=True, blank=True)
    repeat_no = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=10, choices=Source)
    skipped = models.BooleanField(null=True, blank=True)
    history_import = models.ForeignKey(
        "library.HistoryImport",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="plays",
    )

    objects = PlayQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "played_at", "track", "ms_played", "repeat_no"], name="play_once"
            ),
            models.UniqueConstraint(
                fields=["user", "played_at", "track"],
                condition=Q(ms_played=None),
                name="play_once_where_length_unknown",
            ),
            models.UniqueConstraint(fields=["user", "reported_at", "track"], name="play_once_per_report"),
            models.CheckConstraint(
                condition=Q(ms_played=None) | Q(ms_played__lte=86_400_000),
                name="play_within_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "track", "played_at"], name="play_by_track"),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} at {self.played_at:%Y-%m-%d %H:%M:%S}"


class DeadLetterQuerySet(models.QuerySet["DeadLetter"]):
    """Which entries."""

    def for_user(self, user: User) -> "DeadLetterQuerySet":
        """Entries of one listener's answers."""
        return self.filter(user=user)

    def newest_first(self) -> "DeadLetterQuerySet":
        """Latest first."""
        return self.order_by("-at", "-pk")


class DeadLetter(models.Model):
    """An entry of an answer that could not be read: kept (8 KB at most) instead of passed over."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="dead_letters")
    source = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    raw = models.TextField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    objects = DeadLetterQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "digest"], name="dead_letter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


class GapQuerySet(models.QuerySet["Gap"]):
    """Which gaps."""

    def open(self) -> "GapQuerySet":
        """Gaps that no download has filled yet."""
        return self.filter(closed_at=None)

    def for_user(self, user: User) -> "GapQuerySet":
        """Gaps of one listener."""
        return self.filter(user=user)

    def within(self, first: datetime, last: datetime) -> "GapQuerySet":
        """Gaps that begin at or after `first` and end by `last`."""
        return self.filter(from_at__gte=first, to_at__lte=last)

    def newest_first(self) -> "GapQuerySet":
        """Latest first."""
        return self.order_by("-from_at", "-pk")


class Gap(models.Model):
    """A time in which plays may be missing: Spotify's window of fifty had moved past what we knew."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="gaps")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    found_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "library.HistoryImport",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="closed_gaps",
    )

    objects = GapQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "from_at"], name="gap_once"),
            models.CheckConstraint(condition=Q(to_at__gt=models.F("from_at")), name="gap_has_length"),
        ]

    def __str__(self) -> str:
        return f"{self.from_at:%Y-%m-%d %H:%M} to {self.to_at:%Y-%m-%d %H:%M}"


class PollScheduleQuerySet(models.QuerySet["PollSchedule"]):
    """Whose turn it is."""

    def due_at(self, now: datetime) -> "PollScheduleQuerySet":
        """Listeners whose recently played list should be read by `now`, and can be."""
        usable = Connection.objects.usable().values("user")
        return self.filter(next_poll_at__lte=now, user__in=usable)

    def rested_since(self, moment: datetime) -> "PollScheduleQuerySet":
        """Listeners whose list was not read well after `moment`."""
        return self.filter(Q(last_ok_at=None) | Q(last_ok_at__lte=moment))

    def unchanged(self, schedule: "PollSchedule") -> "PollScheduleQuerySet":
        """The row of `schedule`, if nobody has moved its time since it was read."""
        return self.filter(pk=schedule.pk, next_poll_at=schedule.next_poll_at)

    def without_details_since(self, moment: datetime) -> "PollScheduleQuerySet":
        """Listeners for whose tracks Spotify was last asked for details before `moment`."""
        usable = Connection.objects.usable().values("user")
        return self.filter(Q(details_at=None) | Q(details_at__lt=moment), user__in=usable)

    def with_old_library(self, moment: datetime) -> "PollScheduleQuerySet":
        """Listeners whose likes, top lists and playlists were last read before `moment`, or never."""
        usable = Connection.objects.usable().values("user")
        old = Q(library_synced_at=None) | Q(library_synced_at__lt=moment)
        return self.filter(old, user__in=usable)


class PollSchedule(models.Model):
    """When a listener's recently played list is read next, and what decides it.

    `fastest_gap_s` is the shortest mean time between ten plays in a row seen so far, in seconds.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="poll_schedule"
    )
    next_poll_at = models.DateTimeField(default=timezone.now)
    last_polled_at = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    newest_played_at = models.DateTimeField(null=True, blank=True)
    fastest_gap_s = models.FloatField(default=200.0)
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    details_at = models.DateTimeField(null=True, blank=True)
    library_synced_at = models.DateTimeField(null=True, blank=True)

    objects = PollScheduleQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["next_poll_at"], name="poll_by_time")]

    def __str__(self) -> str:
        return f"poll of {self.user_id} at {self.next_poll_at:%Y-%m-%d %H:%M}"
