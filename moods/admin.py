"""Features, words, genres, moods and corrections as staff see them: looked at, scored or asked for again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin import ValuesFilter
from library.admin import ReadOnlyAdmin
from moods.models import (
    ArtistGenres,
    Correction,
    LyricsSignal,
    PersonalModel,
    SourceHealth,
    TrackFeatures,
    TrackMood,
)
from moods.services.asking_again import ask_again
from moods.services.classifying import mark_stale
from moods.services.source_health import wake

_OF_A_TRACK = ("=track__spotify_id", "track__title", "track__artist_name")


class AnswerAdmin(ReadOnlyAdmin):
    """What a source answered."""

    list_filter = ("source", "status")
    actions = ("ask_again",)

    @admin.action(description=_("Ask the source again"), permissions=["act"])
    def ask_again(self, request: HttpRequest, queryset: "QuerySet[TrackFeatures]") -> None:
        """Have the chosen rows asked for at the next look."""
        asked = ask_again(queryset, now=timezone.now())
        words = ngettext("%(count)s row is asked for again.", "%(count)s rows are asked for again.", asked)
        self.message_user(request, words % {"count": asked}, messages.SUCCESS)


@admin.register(TrackFeatures)
class TrackFeaturesAdmin(AnswerAdmin):
    """How sources say that tracks sound."""

    list_display = (
        "track",
        "source",
        "status",
        "matched_by",
        "valence",
        "energy",
        "fetched_at",
        "next_try_at",
    )
    list_select_related = ("track",)
    search_fields = _OF_A_TRACK


@admin.register(LyricsSignal)
class LyricsSignalAdmin(AnswerAdmin):
    """Numbers of words; never the words."""

    list_display = ("track", "source", "status", "language", "instrumental", "fetched_at", "next_try_at")
    list_select_related = ("track",)
    search_fields = _OF_A_TRACK


@admin.register(ArtistGenres)
class ArtistGenresAdmin(AnswerAdmin):
    """Genres of artists."""

    list_display = ("artist", "source", "status", "genres", "fetched_at", "next_try_at")
    list_select_related = ("artist",)
    search_fields = ("artist__name", "=artist__spotify_id")


@admin.register(TrackMood)
class TrackMoodAdmin(ReadOnlyAdmin):
    """What the model makes of tracks, and what older models made of them."""

    list_display = ("track", "mood", "valence", "arousal", "model_version", "is_stale", "scored_at")
    list_filter = ("mood", "is_stale", ("model_version", ValuesFilter))
    list_select_related = ("track",)
    search_fields = _OF_A_TRACK
    exclude = ("standardised", "history")
    readonly_fields = ("past",)
    actions = ("score_again",)

    @admin.display(description=_("Older models"))
    def past(self, mood: TrackMood) -> SafeString:
        """One line for each older version."""
        lines = ((line["version"], line["mood"], line["at"]) for line in mood.history)
        return format_html_join("", "<div>{}: {} ({})</div>", lines)

    @admin.action(description=_("Score again"), permissions=["act"])
    def score_again(self, request: HttpRequest, queryset: "QuerySet[TrackMood]") -> None:
        """Have the chosen tracks scored soon."""
        track_ids = list(queryset.values_list("track_id", flat=True))
        mark_stale(track_ids)
        words = ngettext(
            "%(count)s track is scored again.", "%(count)s tracks are scored again.", len(track_ids)
        )
        self.message_user(request, words % {"count": len(track_ids)}, messages.SUCCESS)


@admin.register(SourceHealth)
class SourceHealthAdmin(ReadOnlyAdmin):
    """Which sources rest, and why."""

    list_display = ("source", "blocked_until", "reason", "failures", "next_call_at", "complete_at")
    actions = ("wake_up",)

    @admin.action(description=_("Ask again now"), permissions=["act"])
    def wake_up(self, request: HttpRequest, queryset: "QuerySet[SourceHealth]") -> None:
        """End the rest of the chosen sources."""
        for health in queryset:
            wake(health.source)


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    """What listeners said."""

    list_display = ("user", "track", "mood", "applies", "created_at")
    list_filter = ("mood", "applies")
    list_select_related = ("user", "track")
    search_fields = ("user__username", *_OF_A_TRACK)


@admin.register(PersonalModel)
class PersonalModelAdmin(ReadOnlyAdmin):
    """What was learnt from it."""

    list_display = ("user", "corrections", "base_version", "fitted_at")
    list_select_related = ("user",)
    search_fields = ("user__username",)
