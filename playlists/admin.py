"""Playlists as staff see them: what they are, how they stand, what is in each version."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin import ValuesFilter
from library.admin import ReadOnlyAdmin
from playlists.models import Entry, Playlist, Removal, Version
from playlists.services.publishing import ask_to_publish
from playlists.tasks import start_publishing, start_refreshing


class VersionInline(admin.TabularInline):  # type: ignore[type-arg]
    """The versions of a playlist."""

    model = Version
    extra = 0
    can_delete = False
    show_change_link = True
    fields = ("number", "reason", "created_at", "published_at")
    readonly_fields = fields
    ordering = ("-number",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Versions are written by the site."""
        return False


@admin.register(Playlist)
class PlaylistAdmin(ReadOnlyAdmin):
    """Playlists, with their state on Spotify."""

    list_display = ("name", "user", "state", "problem", "schedule", "next_refresh_at", "updated_at")
    list_filter = (
        "state",
        ("problem", ValuesFilter),
        "schedule",
        "paused",
        ("deleted_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("user",)
    search_fields = ("name", "user__username", "spotify_id")
    date_hierarchy = "created_at"
    inlines = (VersionInline,)
    actions = ("publish_again", "refresh_now")

    @admin.action(description=_("Bring to Spotify again"), permissions=["act"])
    def publish_again(self, request: HttpRequest, queryset: models.QuerySet[Playlist]) -> None:
        """Start what stopped, for those that are on Spotify or were to be."""
        wanted = queryset.kept().exclude(state=Playlist.State.LOCAL).with_user()  # type: ignore[attr-defined]
        now = timezone.now()
        for playlist in wanted:
            ask_to_publish(playlist, now=now)
            start_publishing(playlist, now=now)
        messages.success(request, _("%(count)s playlists are on their way.") % {"count": len(wanted)})

    @admin.action(description=_("Refresh now"), permissions=["act"])
    def refresh_now(self, request: HttpRequest, queryset: models.QuerySet[Playlist]) -> None:
        """Start a refresh."""
        kept = queryset.kept().with_user()  # type: ignore[attr-defined]
        for playlist in kept:
            start_refreshing(playlist, now=timezone.now())
        messages.success(request, _("%(count)s refreshes started.") % {"count": len(kept)})


class EntryInline(admin.TabularInline):  # type: ignore[type-arg]
    """The songs of a version."""

    model = Entry
    extra = 0
    can_delete = False
    fields = ("position", "track", "locked", "by_hand", "reasons")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Entries are written by the site."""
        return False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Entry]:
        """With their tracks, in one query."""
        return super().get_queryset(request).select_related("track")


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    """Versions, with their songs."""

    list_display = ("playlist", "number", "reason", "created_at", "published_at")
    list_filter = ("reason",)
    list_select_related = ("playlist",)
    search_fields = ("playlist__name", "playlist__user__username")
    inlines = (EntryInline,)


@admin.register(Removal)
class RemovalAdmin(ReadOnlyAdmin):
    """What must not come back into a playlist."""

    list_display = ("playlist", "track", "at")
    list_select_related = ("playlist", "track")
    search_fields = ("playlist__name", "track__title")
