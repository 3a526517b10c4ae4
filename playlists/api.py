"""Playlists in the API: build, keep, refresh, publish, go back, take away."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.routers import BaseRouter

from accounts.job_api import JobSerializer, accepted
from accounts.rest.idempotency import idempotent
from accounts.rest.parameters import PageQuery
from accounts.rest.problems import Conflict
from accounts.rest.views import ListenerViewSet
from library.models import Track
from playlists.exporting import FORMATS, exported_tracks
from playlists.models import Entry, Playlist, Totals, Version
from playlists.new_songs import show_new_songs
from playlists.problems import Problem, what_happened
from playlists.ready_made import READY_MADE
from playlists.recipes import BadRecipe, Recipe
from playlists.serializers import (
    ChangePlaylistSerializer,
    CopyPlaylistSerializer,
    DeleteQuery,
    ExportQuery,
    LeftSerializer,
    NewPlaylistSerializer,
    PlaylistDetailSerializer,
    PlaylistSerializer,
    PreviewSerializer,
    ReadyMadeSerializer,
    RefreshPlanSerializer,
    RestoreSerializer,
    VersionSerializer,
    WantedSerializer,
)
from playlists.services.building import Draft, Preview, preview
from playlists.services.managing import bring_back, delete_playlist, duplicate_playlist, rename_playlist
from playlists.services.publishing import ask_to_publish, may_write
from playlists.services.refreshing import plan_refresh, set_schedule
from playlists.services.removals import allow_again, left_lately, removals_of
from playlists.services.saving import save_playlist
from playlists.showing import show_preview, show_version
from playlists.tasks import (
    start_looking_beyond,
    start_publishing,
    start_refreshing,
    start_removing,
    start_restoring,
)

UUIDS = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
TRACK_IDS = "[0-9]{1,18}"
WRITES = ("create", "partial_update", "duplicate", "publish", "start_refresh", "restore")


class PlaylistViewSet(mixins.ListModelMixin, ListenerViewSet):
    """The listener's playlists."""

    serializer_class = PlaylistSerializer
    lookup_url_kwarg = "id"
    lookup_value_regex = UUIDS
    limits: ClassVar = dict.fromkeys(WRITES, "playlist_write")
    queries: ClassVar = {"destroy": DeleteQuery, "versions": PageQuery, "export": ExportQuery}

    def get_queryset(self) -> QuerySet[Playlist]:
        """The listener's; one that is to be brought back is a deleted one."""
        if self.action == "bring_back":
            return Playlist.objects.deleted().of_owner(self.listener)
        return Playlist.objects.for_user(self.listener).with_user()

    def get_ordering(self, request: Request) -> tuple[str, ...]:
        """Newest first, whatever is listed."""
        return ("-number",) if self.action == "versions" else ("-updated_at", "-pk")

    @extend_schema(summary="My playlists")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All of them, the one changed last first."""
        page: Sequence[Playlist] = self.paginate_queryset(self.get_queryset()) or []
        context = {"totals": _totals(page)}
        return self.get_paginated_response(PlaylistSerializer(page, many=True, context=context).data)

    @extend_schema(summary="One playlist", responses=PlaylistDetailSerializer)
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002
        """A playlist with its tracks, each with its mood and its why."""
        return Response(self._detail(self.get_object()))

    @extend_schema(
        summary="Keep a list", request=NewPlaylistSerializer, responses={201: PlaylistDetailSerializer}
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Build from a recipe and keep it here; publish it to have it on Spotify."""
        told = _read(NewPlaylistSerializer, request)
        draft: Draft = told.get("draft") or Draft()
        shown = self._preview(told["recipe"], draft)
        if not shown.track_ids:
            raise Conflict(show_preview(self.listener, shown).notices[0])
        names = {name: told.get(name, "") for name in ("name", "description")}
        playlist = save_playlist(self.listener, shown, **names, now=timezone.now())
        return self._made(playlist)

    @extend_schema(
        summary="Change a playlist", request=ChangePlaylistSerializer, responses=PlaylistDetailSerializer
    )
    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002
        """Rename, describe, or reschedule it; Spotify is told, if it is there."""
        playlist, told, now = self.get_object(), _read(ChangePlaylistSerializer, request), timezone.now()
        names = {name: told.get(name, getattr(playlist, name)) for name in ("name", "description")}
        if rename_playlist(playlist, **names, now=now):
            start_publishing(playlist, now=now)
        if told.keys() - names.keys():
            set_schedule(
                playlist,
                schedule=told.get("schedule", playlist.schedule),
                hour=told.get("schedule_hour", playlist.schedule_hour),
                weekday=told.get("schedule_weekday", playlist.schedule_weekday),
                paused=told.get("paused", playlist.paused),
                now=now,
            )
        return Response(self._detail(playlist))

    @extend_schema(
        summary="Delete a playlist",
        responses={
            204: OpenApiResponse(description="Put away; for thirty days it can be brought back."),
            202: JobSerializer,
        },
    )
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002
        """Delete it here, and with `on_spotify` there, which a worker does."""
        playlist, now = self.get_object(), timezone.now()
        delete_playlist(playlist, now=now)
        if self.query["on_spotify"] and playlist.spotify_id:
            return accepted(start_removing(playlist, now=now), request)
        return Response(status=204)

    @extend_schema(summary="Bring a playlist back", request=None, responses=PlaylistDetailSerializer)
    @action(detail=True, methods=["post"], url_path="bring-back")
    @idempotent
    def bring_back(self, request: Request, id: str) -> Response:  # noqa: A002
        """Undo a deletion of the last thirty days."""
        playlist = self.get_object()
        bring_back(playlist, now=timezone.now())
        return Response(self._detail(playlist))

    @extend_schema(
        summary="Copy a playlist", request=CopyPlaylistSerializer, responses={201: PlaylistDetailSerializer}
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def duplicate(self, request: Request, id: str) -> Response:  # noqa: A002
        """A copy of its recipe and its songs, here only."""
        playlist, told = self.get_object(), _read(CopyPlaylistSerializer, request)
        return self._made(duplicate_playlist(playlist, name=told["name"], now=timezone.now()))

    @extend_schema(summary="Look at a list", request=WantedSerializer, responses=PreviewSerializer)
    @action(detail=False, methods=["post"])
    @idempotent
    def preview(self, request: Request) -> Response:
        """What a recipe comes to; nothing is kept, and the same asked twice is the same."""
        told = _read(WantedSerializer, request)
        start_looking_beyond(self.listener, told["recipe"], now=timezone.now())
        shown = self._preview(told["recipe"], told.get("draft") or Draft())
        listing = show_preview(self.listener, shown)
        told = {
            "tracks": listing.tracks,
            "duration": listing.duration,
            "notices": listing.notices,
            "matching": shown.matching,
            "total": shown.total,
            "new_songs": show_new_songs(self.listener, shown),
            "recipe": shown.recipe,
            "draft": shown.draft,
        }
        return Response(PreviewSerializer(told).data)

    @extend_schema(summary="Ready-made recipes", responses=ReadyMadeSerializer(many=True), filters=False)
    @action(detail=False, url_path="ready-made", pagination_class=None)
    def ready_made(self, request: Request) -> Response:
        """Recipes to begin with."""
        return Response(ReadyMadeSerializer(READY_MADE, many=True).data)

    @extend_schema(summary="What a refresh would change", responses=RefreshPlanSerializer)
    @action(detail=True)
    def refresh(self, request: Request, id: str) -> Response:  # noqa: A002
        """A dry run, as far as is known here of Spotify; nothing is changed."""
        changes = plan_refresh(self.get_object(), now=timezone.now()).changes
        tracks = Track.objects.in_bulk([change.track_id for change in changes])
        told = [{"kind": one.kind, "place": one.place, "track": tracks[one.track_id]} for one in changes]
        return Response(RefreshPlanSerializer({"changes": told}).data)

    @extend_schema(summary="Refresh a playlist", request=None, responses={202: JobSerializer})
    @refresh.mapping.post
    @idempotent
    def start_refresh(self, request: Request, id: str) -> Response:  # noqa: A002
        """The same playlist with the smallest change, here and on Spotify; your own edits are kept."""
        return accepted(start_refreshing(self.get_object(), now=timezone.now()), request)

    @extend_schema(summary="Save it on Spotify", request=None, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def publish(self, request: Request, id: str) -> Response:  # noqa: A002
        """Bring its current version to Spotify. 409 where you have not allowed that yet."""
        playlist, now = self.get_object(), timezone.now()
        if not may_write(playlist):
            raise Conflict(what_happened(Problem.CONSENT), code=Problem.CONSENT.value)
        ask_to_publish(playlist, now=now)
        return accepted(start_publishing(playlist, now=now), request)

    @extend_schema(
        summary="Its versions", responses=VersionSerializer(many=True), operation_id="playlists_versions_list"
    )
    @action(detail=True)
    def versions(self, request: Request, id: str) -> Response:  # noqa: A002
        """Every state it had, the current one first."""
        found: QuerySet[Version] = self.get_object().versions.newest_first()
        page = self.paginate_queryset(found)
        return self.get_paginated_response(VersionSerializer(page, many=True).data)

    @extend_schema(summary="Go back to a version", request=RestoreSerializer, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    @idempotent
    def restore(self, request: Request, id: str) -> Response:  # noqa: A002
        """Make an earlier version the current one, here and on Spotify; nothing is lost by it."""
        playlist, number = self.get_object(), _read(RestoreSerializer, request)["version"]
        if not playlist.versions.of_number(number).exists():
            raise Http404
        return accepted(start_restoring(playlist, number=number, now=timezone.now()), request)

    @extend_schema(summary="Songs that left", responses=LeftSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def left(self, request: Request, id: str) -> Response:  # noqa: A002
        """What you took out, which stays out, and what made room in the last ten versions."""
        playlist = self.get_object()
        found = [*removals_of(playlist), *left_lately(playlist)]
        tracks = Track.objects.in_bulk([one.track_id for one in found])
        told = [{"reason": one.reason, "at": one.at, "track": tracks[one.track_id]} for one in found]
        return Response(LeftSerializer(told, many=True).data)

    @extend_schema(summary="Let a song come back", request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path=f"left/(?P<track_id>{TRACK_IDS})/let-back")
    @idempotent
    def let_back(self, request: Request, id: str, track_id: str) -> Response:  # noqa: A002
        """A song that you took out may come back with the next refresh."""
        if not allow_again(self.get_object(), int(track_id)):
            raise Http404
        return Response(status=204)

    @extend_schema(
        summary="Take a playlist away",
        responses={
            (200, kind.media_type): OpenApiTypes.OBJECT if "json" in kind.media_type else OpenApiTypes.STR
            for kind in FORMATS.values()
        },
    )
    @action(detail=True)
    def export(self, request: Request, id: str) -> HttpResponse:  # noqa: A002
        """As a file: a table, links, or what other players read."""
        playlist, chosen = self.get_object(), FORMATS[self.query["format"]]
        text = chosen.write(playlist, exported_tracks(playlist.newest_version()))
        name = f'attachment; filename="playlist.{chosen.ending}"'
        kind = f"{chosen.media_type}; charset=utf-8"
        return HttpResponse(text, content_type=kind, headers={"Content-Disposition": name})

    def _preview(self, recipe: Recipe, draft: Draft) -> Preview:
        try:
            return preview(self.listener, recipe, draft=draft, now=timezone.now())
        except BadRecipe as bad:
            raise ValidationError({f"recipe.{bad.field}": [str(bad.words)]}) from bad

    def _detail(self, playlist: Playlist) -> Any:
        recipe = Recipe.from_json(playlist.recipe)
        shown = show_version(self.listener, playlist.newest_version(), recipe)
        context = {"totals": _totals([playlist]), "shown": shown}
        return PlaylistDetailSerializer(playlist, context=context).data

    def _made(self, playlist: Playlist) -> Response:
        where = reverse("api-playlist-detail", args=[playlist.pk], request=self.request)
        return Response(self._detail(playlist), status=201, headers={"Location": where})


def register(router: BaseRouter) -> None:
    """Add the lists of rows."""
    router.register("playlists", PlaylistViewSet, basename="api-playlist")


def _read(kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    form = kind(data=request.data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def _totals(playlists: Sequence[Playlist]) -> dict[UUID, tuple[int, Totals]]:
    """By playlist: number of its newest version and how long that is; in two queries."""
    newest = Version.objects.newest_of(playlists)
    numbers = Version.objects.numbers_of(newest.values())
    totals = Entry.objects.of_versions(newest.values()).totals()
    return {
        playlist_id: (numbers[version_id], totals.get(version_id, Totals()))
        for playlist_id, version_id in newest.items()
    }
