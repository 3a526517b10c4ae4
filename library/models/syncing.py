"""One run of fetching from Spotify, as the Sync page shows it."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SyncRunQuerySet(models.QuerySet["SyncRun"]):
    """Which runs."""

    def for_user(self, user: User) -> "SyncRunQuerySet":
        """Runs for one listener."""
        return self.filter(user=user)

    def unfinished(self) -> "SyncRunQuerySet":
        """Runs that go on or wait."""
        return self.filter(finished_at=None)

    def done(self) -> "SyncRunQuerySet":
        """Runs that got to their end."""
        return self.filter(state=SyncRun.State.DONE)

    def ended_before(self, moment: datetime) -> "SyncRunQuerySet":
        """Runs that need not be shown any more."""
        return self.filter(finished_at__lt=moment)

    def started_since(self, moment: datetime) -> "SyncRunQuerySet":
        """Runs begun at or after `moment`, however they went."""
        return self.filter(started_at__gte=moment)

    def of_kind(self, kind: str) -> "SyncRunQuerySet":
        """Runs that fetch this much."""
        return self.filter(kind=kind)

    def newest_first(self) -> "SyncRunQuerySet":
        """Latest first."""
        return self.order_by("-started_at", "-pk")


class SyncRun(models.Model):
    """One pass over what Spotify has of a listener, resumable page by page.

    `checkpoint` says which steps are done and at which offset the current one stands.
    `counts` holds, by step, how many entries were read and how many were new.
    """

    class Kind(models.TextChoices):
        """How much of it: everything, or only what changed."""

        FULL = "full", _("everything")
        CHANGES = "changes", _("what changed")

    class State(models.TextChoices):
        """How it goes."""

        RUNNING = "running", _("runs")
        WAITING = "waiting", _("waits")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sync_runs")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    step = models.CharField(max_length=40, blank=True)
    checkpoint = models.JSONField(default=dict, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    problem = models.CharField(max_length=60, blank=True)
    waits_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = SyncRunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(finished_at=None),
                name="one_unfinished_sync_per_kind",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "-started_at"], name="sync_by_user")]

    def __str__(self) -> str:
        return f"{self.kind} sync of {self.user_id} ({self.state})"
