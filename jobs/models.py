"""The Job row: the truth about one piece of work, whatever the broker believes."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

LEASE = timedelta(seconds=120)
RESEND_AFTER = timedelta(seconds=60)


class JobQuerySet(models.QuerySet["Job"]):
    """Which jobs are where."""

    def for_user(self, user: AbstractBaseUser) -> "JobQuerySet":
        """Jobs of one listener."""
        return self.filter(user_id=user.pk)

    def of_kind(self, kind: str) -> "JobQuerySet":
        """Jobs that do one kind of work."""
        return self.filter(kind=kind)

    def live(self) -> "JobQuerySet":
        """Jobs that wait or run."""
        return self.filter(state__in=Job.LIVE_STATES)

    def failed(self) -> "JobQuerySet":
        """Jobs that gave up."""
        return self.filter(state=Job.State.FAILED)

    def claimable(self, now: datetime) -> "JobQuerySet":
        """Jobs that somebody may take at `now`: waiting and due, or abandoned by their worker."""
        waiting = Q(state=Job.State.QUEUED, run_after__lte=now)
        abandoned = Q(state=Job.State.RUNNING, leased_until__lt=now)
        return self.filter(waiting | abandoned)

    def unsent(self, now: datetime) -> "JobQuerySet":
        """Claimable jobs whose message was never sent, or so long ago that it may be lost."""
        lost = Q(sent_at__lt=now - RESEND_AFTER) | Q(sent_at__lt=F("run_after"))
        return self.claimable(now).filter(Q(sent_at=None) | lost)

    def newest_first(self) -> "JobQuerySet":
        """In the order in which people look at them."""
        return self.order_by("-created_at", "-pk")

    def created_since(self, moment: datetime) -> "JobQuerySet":
        """Jobs asked for at or after `moment`, whatever became of them."""
        return self.filter(created_at__gte=moment)

    def ended_before(self, moment: datetime) -> "JobQuerySet":
        """Jobs that need not be kept for their own sake any more."""
        return self.filter(finished_at__lt=moment)


class Job(models.Model):
    """One piece of work: what to do, who holds it, how far it is, how it ended.

    The Celery message carries only the id. A worker claims the row by one conditional update, keeps
    its lease while it works, and writes the end only while it still holds the lease; so effects
    happen once however often a message arrives.
    """

    class State(models.TextChoices):
        """Where a job is in its life."""

        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    LIVE_STATES: ClassVar = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120, blank=True)
    args = models.JSONField(default=dict, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="jobs",
        null=True,
        blank=True,
    )
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    run_after = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=~Q(key="") & Q(state__in=["queued", "running"]),
                name="job_one_live_per_kind_and_key",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed", "cancelled"]),
                name="job_state_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["run_after"],
                condition=Q(state__in=["queued", "running"]),
                name="job_live_by_time",
            ),
            models.Index(fields=["user", "-created_at"], name="job_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key or self.pk} ({self.state})"

    @property
    def is_live(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in self.LIVE_STATES
