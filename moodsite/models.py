"""Exports of everything that is known of a listener, kept for a few days to be downloaded."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class ExportQuerySet(models.QuerySet["Export"]):
    """Which exports."""

    def for_user(self, user: User) -> "ExportQuerySet":
        """Exports of one listener."""
        return self.filter(user=user)

    def newest_first(self) -> "ExportQuerySet":
        """Latest first."""
        return self.order_by("-created_at", "-pk")

    def ready(self) -> "ExportQuerySet":
        """Exports that can be fetched."""
        return self.filter(state=Export.State.READY)

    def unready(self) -> "ExportQuerySet":
        """Exports that are yet to be written."""
        return self.filter(state=Export.State.WAITING)

    def given_up(self) -> "ExportQuerySet":
        """Exports that nobody writes any more."""
        return self.unready().filter(job__state__in=("failed", "cancelled", "done"))

    def made_before(self, moment: datetime) -> "ExportQuerySet":
        """Exports asked for before `moment`."""
        return self.filter(created_at__lt=moment)


class Export(models.Model):
    """One ZIP of everything that is known of a listener; its bytes are in `ExportPart`."""

    class State(models.TextChoices):
        """Where it is in its life."""

        WAITING = "waiting", _("being written")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    size = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-created_at"], name="export_by_user")]

    def __str__(self) -> str:
        return f"export of {self.user_id} ({self.state})"


class ExportPart(models.Model):
    """A slice of the ZIP: the worker that writes it and the web process that sends it share no disk."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["export", "number"], name="export_part_once"),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.export_id}"
