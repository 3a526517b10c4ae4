"""The library as staff see it: searchable, quick on large tables, plays read-only."""

from typing import ClassVar

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnly, ValuesFilter
from jobs.models import Job
from jobs.services import free_job
from library.models import (
    Album,
    Artist,
    DeadLetter,
    Exclusion,
    Gap,
    HistoryImport,
    LibraryTrack,
    OwnPlaylist,
    Play,
    PollSchedule,
    SavedTrack,
    SyncRun,
    TopTrack,
    Track,
)
from library.overview import SYNC_JOBS
from library.tasks import start_sync


class QuickAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Never counts a whole table, never fills a select with one."""

    show_full_result_count = False
    list_per_page = 50
    # What Django 6 does by itself.
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}

    def __init__(self, model: type[models.Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        relations = (models.ForeignKey, models.OneToOneField)
        fields = model._meta.fields  # noqa: SLF001  # Django's documented way
        # A select of all tracks would never end.
        self.raw_id_fields = tuple(  # type: ignore[misc]
            field.name for field in fields if isinstance(field, relations)
        )


class ReadOnlyAdmin(ReadOnly, QuickAdmin):
    """What happened is looked at, not made, edited or deleted."""


@admin.register(Artist)
class ArtistAdmin(QuickAdmin):
    """Artists."""

    list_display = ("name", "spotify_id")
    search_fields = ("name", "=spotify_id")


@admin.register(Album)
class AlbumAdmin(QuickAdmin):
    """Albums."""

    list_display = ("name", "release_date", "spotify_id")
    search_fields = ("name", "=spotify_id")


@admin.register(Track)
class TrackAdmin(QuickAdmin):
    """Tracks, which go by themselves when no listener has them any more."""

    list_display = ("title", "artist_name", "isrc", "spotify_id", "detailed_at")
    list_filter = ("explicit", "is_playable")
    search_fields = ("title", "artist_name", "=isrc", "=spotify_id")
    date_hierarchy = "created_at"


@admin.register(Play)
class PlayAdmin(ReadOnlyAdmin):
    """Plays."""

    list_display = ("played_at", "user", "track", "ms_played", "source")
    list_filter = ("source", "skipped")
    list_select_related = ("user", "track")
    search_fields = ("=user__username", "=track__spotify_id")
    ordering = ("-pk",)


@admin.register(LibraryTrack)
class LibraryTrackAdmin(ReadOnlyAdmin):
    """Tracks by listener."""

    list_display = ("track", "user", "plays", "listens", "is_liked", "last_played_at")
    list_filter = ("is_liked", "is_top", "in_playlist")
    list_select_related = ("user", "track")
    search_fields = ("=user__username", "=track__spotify_id")


@admin.register(SavedTrack)
class SavedTrackAdmin(ReadOnlyAdmin):
    """Liked songs."""

    list_display = ("track", "user", "added_at")
    list_select_related = ("user", "track")
    search_fields = ("=user__username", "=track__spotify_id")


@admin.register(TopTrack)
class TopTrackAdmin(ReadOnlyAdmin):
    """Top lists."""

    list_display = ("user", "time_range", "rank", "track", "fetched_at")
    list_filter = ("time_range",)
    list_select_related = ("user", "track")
    search_fields = ("=user__username",)


@admin.register(OwnPlaylist)
class OwnPlaylistAdmin(ReadOnlyAdmin):
    """Playlists that listeners have on Spotify."""

    list_display = ("name", "user", "owned", "total", "read_at")
    list_filter = ("owned", "is_readable")
    list_select_related = ("user",)
    search_fields = ("name", "=user__username", "=spotify_id")


@admin.register(Exclusion)
class ExclusionAdmin(ReadOnlyAdmin):
    """What must not be used."""

    list_display = ("user", "track", "artist", "created_at")
    list_select_related = ("user", "track", "artist")
    search_fields = ("=user__username",)


@admin.register(Gap)
class GapAdmin(ReadOnlyAdmin):
    """Where plays may be missing."""

    list_display = ("user", "from_at", "to_at", "found_at", "closed_at")
    list_filter = (("closed_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("=user__username",)


@admin.register(DeadLetter)
class DeadLetterAdmin(ReadOnlyAdmin):
    """Entries that could not be read."""

    list_display = ("at", "user", "source", "reason")
    list_filter = ("source", ("reason", ValuesFilter))
    list_select_related = ("user",)
    search_fields = ("=user__username", "=digest")


@admin.register(PollSchedule)
class PollScheduleAdmin(ReadOnlyAdmin):
    """When each listener's plays are read next."""

    list_display = ("user", "next_poll_at", "last_ok_at", "failures", "problem")
    list_filter = (("problem", ValuesFilter),)
    list_select_related = ("user",)
    search_fields = ("=user__username",)
    actions = ("read_now",)

    @admin.action(description=_("Read the newest plays now"), permissions=["act"])
    def read_now(self, request: HttpRequest, queryset: models.QuerySet[PollSchedule]) -> None:
        """Make them due at the next tick."""
        due = queryset.update(next_poll_at=timezone.now())
        self.message_user(request, _("%(count)s due now.") % {"count": due}, messages.SUCCESS)


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    """Runs of fetching."""

    list_display = ("started_at", "user", "kind", "state", "step", "problem", "waits_until", "finished_at")
    list_filter = ("kind", "state", ("problem", ValuesFilter))
    list_select_related = ("user",)
    search_fields = ("=user__username",)
    date_hierarchy = "started_at"
    actions = ("sync_again", "release_lease")

    @admin.action(description=_("Sync these listeners now"), permissions=["act"])
    def sync_again(self, request: HttpRequest, queryset: models.QuerySet[SyncRun]) -> None:
        """Start or hurry a full sync of each listener."""
        now = timezone.now()
        listeners = {run.user for run in queryset.select_related("user")}
        for listener in listeners:
            start_sync(listener, now=now)
        self.message_user(request, _("%(count)s started.") % {"count": len(listeners)}, messages.SUCCESS)

    @admin.action(description=_("Release the lease of a stuck sync"), permissions=["act"])
    def release_lease(self, request: HttpRequest, queryset: models.QuerySet[SyncRun]) -> None:
        """Let another worker take the job over at once; the one that held it stops at its next page."""
        now = timezone.now()
        listeners = {run.user for run in queryset.select_related("user")}
        jobs = [job for listener in listeners for job in Job.objects.for_user(listener).live()]
        freed = sum(free_job(job, now=now) for job in jobs if job.kind in SYNC_JOBS)
        self.message_user(request, _("%(count)s released.") % {"count": freed}, messages.SUCCESS)


@admin.register(HistoryImport)
class HistoryImportAdmin(ReadOnlyAdmin):
    """Uploads of the privacy download."""

    list_display = ("created_at", "user", "file_name", "state", "rows_read", "plays_added", "finished_at")
    list_filter = ("state",)
    list_select_related = ("user",)
    search_fields = ("=user__username", "file_name")
    date_hierarchy = "created_at"
