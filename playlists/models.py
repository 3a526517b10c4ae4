"""Playlists, their versions and entries, and what may come into them from elsewhere."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import ClassVar, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from library.models import LibraryTrack, Track


class PlaylistQuerySet(models.QuerySet["Playlist"]):
    """Which playlists."""

    def for_user(self, user: User) -> "PlaylistQuerySet":
        """Playlists of one listener, without deleted ones."""
        return self.filter(user=user, deleted_at=None)

    def of_user(self, user: User) -> "PlaylistQuerySet":
        """Playlists of one listener, deleted or not."""
        return self.filter(user=user)

    def kept(self) -> "PlaylistQuerySet":
        """Playlists that are not deleted."""
        return self.filter(deleted_at=None)

    def of_owner(self, user: User) -> "PlaylistQuerySet":
        """Playlists of one listener, deleted ones too."""
        return self.filter(user=user)

    def deleted(self) -> "PlaylistQuerySet":
        """Playlists that may still be brought back."""
        return self.exclude(deleted_at=None)

    def due_at(self, now: datetime) -> "PlaylistQuerySet":
        """Playlists whose scheduled refresh has come."""
        due = self.filter(next_refresh_at__lte=now, deleted_at=None, paused=False)
        return due.exclude(schedule=Playlist.Schedule.NEVER).exclude(state=Playlist.State.GONE)

    def beyond(self) -> "PlaylistQuerySet":
        """Playlists that want songs from beyond the library."""
        return self.filter(recipe__beyond=True)

    def with_user(self) -> "PlaylistQuerySet":
        """With the listener, in one query."""
        return self.select_related("user")

    def on_spotify(self) -> "PlaylistQuerySet":
        """Playlists that are on Spotify, or on their way."""
        return self.exclude(spotify_id=None, publish_token="", writing_version=None)

    def wanted_there(self) -> "PlaylistQuerySet":
        """Playlists that are being brought to Spotify."""
        return self.filter(deleted_at=None, writing_version__isnull=False).select_related("user")

    def newly_allowed(self) -> "PlaylistQuerySet":
        """Playlists that waited for a consent, of listeners who can write now."""
        waiting = self.wanted_there().filter(problem="consent", user__connection__state="active")
        granted = [row.pk for row in waiting if row.user.connection.may("playlist-modify-public")]
        return self.filter(pk__in=granted).select_related("user")

    def newest_first(self) -> "PlaylistQuerySet":
        """Latest change first."""
        return self.order_by("-updated_at", "-pk")


class Playlist(models.Model):
    """A listener's mood playlist, kept here and, once published, on Spotify.

    `recipe` is what it is built from, as `playlists.recipes.Recipe` writes it. `spotify_id` is set as
    soon as Spotify has answered; `publish_token` stands in the description until then, so that a
    playlist whose answer was lost is found again instead of made twice. `snapshot_id` is Spotify's
    state after our last write: another one there means that somebody edited it by hand.

    How a write stands: `writing_version` is being brought there; `on_spotify` lists the URIs that are
    there as far as we know, brought up to date with each answer; `pending` is the change being sent,
    written before the call and cleared with its answer, so that an answer that never came is noticed
    and the playlist read back; `reading` holds the pages of such a reading so far. `sent` is the name
    and description last sent, `refused` lists URIs that Spotify does not take, `failures` counts in a
    row, `busy_job` is the job that works on it.
    """

    class State(models.TextChoices):
        """What is true of it on Spotify."""

        LOCAL = "local"
        PUBLISHING = "publishing"
        PUBLISHED = "published"
        EDITED = "edited"
        GONE = "gone"
        FAILED = "failed"

    class Schedule(models.TextChoices):
        """How often it is refreshed by itself."""

        NEVER = "never"
        DAILY = "daily"
        WEEKLY = "weekly"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="playlists")
    name = models.CharField(max_length=100)
    description = models.CharField(max_length=300, blank=True)
    recipe = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=State, default=State.LOCAL)
    problem = models.CharField(max_length=60, blank=True)
    spotify_id = models.CharField(max_length=64, null=True, blank=True)
    publish_token = models.CharField(max_length=32, blank=True)
    snapshot_id = models.CharField(max_length=200, blank=True)
    on_spotify = models.JSONField(default=list, blank=True)
    sent = models.JSONField(default=dict, blank=True)
    writing_version = models.PositiveIntegerField(null=True, blank=True)
    busy_job = models.UUIDField(null=True, blank=True)
    pending = models.JSONField(default=dict, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    reading = models.JSONField(default=dict, blank=True)
    refused = models.JSONField(default=list, blank=True)
    waits_until = models.DateTimeField(null=True, blank=True)
    cover_version = models.PositiveIntegerField(null=True, blank=True)
    schedule = models.CharField(max_length=8, choices=Schedule, default=Schedule.NEVER)
    schedule_hour = models.PositiveSmallIntegerField(default=6)
    schedule_weekday = models.PositiveSmallIntegerField(default=0)
    paused = models.BooleanField(default=False)
    next_refresh_at = models.DateTimeField(null=True, blank=True)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = PlaylistQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["spotify_id"], name="playlist_once_per_spotify_id"),
            models.CheckConstraint(
                condition=Q(schedule_hour__lt=24, schedule_weekday__lt=7),
                name="playlist_schedule_possible",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-updated_at"], name="playlist_by_user"),
            models.Index(fields=["next_refresh_at"], name="playlist_by_refresh"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("playlist", args=[self.pk])

    def newest_version(self) -> "Version":
        """The current one."""
        return self.versions.order_by("-number")[0]

    @property
    def spotify_url(self) -> str:
        """Where to hear it on Spotify, or nothing."""
        return f"https://open.spotify.com/playlist/{self.spotify_id}" if self.spotify_id else ""


class VersionQuerySet(models.QuerySet["Version"]):
    """Which versions."""

    def newest_of(self, playlists: Collection[Playlist]) -> dict[uuid.UUID, int]:
        """By playlist, the id of its newest version."""
        rows = self.filter(playlist__in=playlists).order_by("number").values_list("playlist_id", "pk")
        return dict(rows)

    def numbers_of(self, version_ids: Collection[int]) -> dict[int, int]:
        """By id, the number of these versions."""
        return dict(self.filter(pk__in=version_ids).values_list("pk", "number"))

    def of_number(self, number: int) -> "VersionQuerySet":
        """The version that has this number."""
        return self.filter(number=number)

    def newest_first(self) -> "VersionQuerySet":
        """Highest number first."""
        return self.order_by("-number")


class Version(models.Model):
    """One state of a playlist, never changed once written. The highest number is the current one."""

    class Reason(models.TextChoices):
        """Why it came to be."""

        BUILT = "built", _("built")
        REFRESHED = "refreshed", _("refreshed")
        EDITED_HERE = "edited_here", _("edited here")
        EDITED_ON_SPOTIFY = "edited_on_spotify", _("edited on Spotify")
        RESTORED = "restored", _("restored")
        IMPORTED = "imported", _("imported")

    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=20, choices=Reason)
    note = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["playlist", "number"], name="version_once"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.playlist_id}"

    def track_ids(self) -> list[int]:
        """Its tracks in order."""
        return list(self.entries.order_by("position").values_list("track_id", flat=True))


class Totals(NamedTuple):
    """How many tracks, of how many the duration is known, and these durations' sum in milliseconds."""

    tracks: int = 0
    timed: int = 0
    known_ms: int = 0


class EntryQuerySet(models.QuerySet["Entry"]):
    """Which entries."""

    def of_versions(self, version_ids: Collection[int]) -> "EntryQuerySet":
        """The entries of these versions."""
        return self.filter(version__in=version_ids)

    def totals(self) -> dict[int, Totals]:
        """By version."""
        sums = (
            self.order_by()
            .values("version_id")
            .annotate(
                tracks=Count("pk"), timed=Count("track__duration_ms"), known_ms=Sum("track__duration_ms")
            )
        )
        return {row["version_id"]: Totals(row["tracks"], row["timed"], row["known_ms"] or 0) for row in sums}


class Entry(models.Model):
    """A track in a version, with the reasons it was chosen for."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="entries")
    position = models.PositiveIntegerField()
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="entries")
    locked = models.BooleanField(default=False)
    by_hand = models.BooleanField(default=False)
    reasons = models.JSONField(default=list, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "position"], name="entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.track_id}"


class Removal(models.Model):
    """A track that the listener took out of a playlist by hand: refreshes do not put it back."""

    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="removals")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="removals")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["playlist", "track"], name="removal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} out of {self.playlist_id}"


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    """Which suggestions."""

    def for_user(self, user: User) -> "SuggestionQuerySet":
        """What was found for one listener."""
        return self.filter(user=user)

    def beyond_library(self) -> "SuggestionQuerySet":
        """Those whose track has not found its way into the listener's library since."""
        held = LibraryTrack.objects.filter(user=OuterRef("user"), track=OuterRef("track"))
        return self.exclude(Exists(held))

    def unused_before(self, moment: datetime) -> "SuggestionQuerySet":
        """Those found before `moment` that no playlist of their listener took up."""
        used = Entry.objects.filter(version__playlist__user=OuterRef("user"), track=OuterRef("track"))
        return self.filter(found_at__lt=moment).exclude(Exists(used))


class Suggestion(models.Model):
    """A track from beyond a listener's library that a source finds like tracks of it.

    `source` names who says so and `seeds` the Spotify ids that it was asked with, for the mood or
    journey `aim` (`playlists.services.suggesting.aim_key`).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="suggestions")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="suggestions")
    source = models.CharField(max_length=20)
    seeds = models.JSONField(default=list, blank=True)
    aim = models.CharField(max_length=30, blank=True)
    found_at = models.DateTimeField(default=timezone.now)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "track"], name="suggestion_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["found_at"], name="suggestion_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} for {self.user_id}"
