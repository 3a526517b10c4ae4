"""Imports of the privacy download: the upload, where reading stands, and the report that balances."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.models import Job


class HistoryImportQuerySet(models.QuerySet["HistoryImport"]):
    """Which imports."""

    def for_user(self, user: User) -> "HistoryImportQuerySet":
        """Imports of one listener."""
        return self.filter(user=user)

    def newest_first(self) -> "HistoryImportQuerySet":
        """Latest first."""
        return self.order_by("-created_at", "-pk")

    def to_be_read(self) -> "HistoryImportQuerySet":
        """Imports that were uploaded whole and have not come to their end."""
        return self.filter(state__in=(HistoryImport.State.WAITING, HistoryImport.State.READING))

    def live(self) -> "HistoryImportQuerySet":
        """Imports that have not come to their end."""
        return self.filter(state__in=HistoryImport.LIVE_STATES)

    def without_job(self) -> "HistoryImportQuerySet":
        """Imports to be read that no work was started for."""
        return self.to_be_read().filter(job=None)

    def given_up(self) -> "HistoryImportQuerySet":
        """Imports to be read whose work has ended, so that nobody would read on."""
        return self.to_be_read().exclude(job=None).exclude(job__state__in=Job.LIVE_STATES)

    def abandoned_before(self, moment: datetime) -> "HistoryImportQuerySet":
        """Uploads begun before `moment` that never arrived whole."""
        return self.filter(state=HistoryImport.State.UPLOADING, created_at__lt=moment)

    def of_same_file(self, history_import: "HistoryImport") -> "HistoryImportQuerySet":
        """The listener's earlier imports of the very same bytes that were read."""
        return self.filter(
            user=history_import.user_id,
            digest=history_import.digest,
            state__in=(HistoryImport.State.DONE, HistoryImport.State.PARTIAL),
            pk__lt=history_import.pk,
        )


class HistoryImport(models.Model):
    """One uploaded file of one listener.

    `cursor` says how far reading got and is written in the same transaction as the rows.
    `report` is the `library.imports.report.Report` as JSON: rows per member and verdict.
    `created_at` is also the moment against which stamps in the future are told.
    """

    class State(models.TextChoices):
        """Where it is in its life."""

        UPLOADING = "uploading", _("uploading")
        WAITING = "waiting", _("waiting its turn")
        READING = "reading", _("reading")
        DONE = "done", _("done")
        PARTIAL = "partial", _("read in part")
        FAILED = "failed", _("not imported")
        CANCELLED = "cancelled", _("cancelled")

    LIVE_STATES: ClassVar = (State.UPLOADING, State.WAITING, State.READING)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="imports")
    job = models.ForeignKey("jobs.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    file_name = models.CharField(max_length=300)
    size = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    leaves_out_incognito = models.BooleanField(default=False)
    is_small_package = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADING)
    rows_read = models.PositiveIntegerField(default=0)
    plays_added = models.PositiveIntegerField(default=0)
    cursor = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = HistoryImportQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="reading"), name="one_import_reading_per_user"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at"], name="import_by_user"),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["uploading", "waiting", "reading"]),
                name="import_live_by_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("import", args=[self.pk])

    @property
    def is_live(self) -> bool:
        """Whether it has not come to its end."""
        return self.state in self.LIVE_STATES


class UploadPart(models.Model):
    """A slice of an uploaded file, until it is read: web and worker need not share a disk."""

    history_import = models.ForeignKey(HistoryImport, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["history_import", "number"], name="upload_part_once"),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.history_import_id}"


class RejectedBatch(models.Model):
    """Rows of a download that were not taken, each with its reason, for the listener to look at.

    `content` is the compressed list that `library.services.importing.rejects` writes and reads: a
    file imported again leaves out all of its rows, and one row each would cost more than the plays.
    """

    history_import = models.ForeignKey(
        HistoryImport, on_delete=models.CASCADE, related_name="rejected_batches"
    )
    number = models.PositiveIntegerField()
    n_rows = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["history_import", "number"], name="rejected_batch_once"),
        ]

    def __str__(self) -> str:
        return f"{self.n_rows} rows of {self.history_import_id}"
