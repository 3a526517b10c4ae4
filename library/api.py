"""Plays, syncs, gaps and exclusions in the API."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from accounts.job_api import JobSerializer, accepted
from accounts.rest.idempotency import idempotent
from accounts.rest.problems import Conflict
from accounts.rest.views import ListenerViewSet
from library.import_api import ImportViewSet
from library.models import Exclusion, Gap, Play, SyncRun
from library.queries import artist_in_library, plays_of, track_in_library
from library.serializers import (
    ExclusionSerializer,
    GapSerializer,
    NewExclusionSerializer,
    PlayQuery,
    PlaySerializer,
    SyncSerializer,
)
from library.services.exclusions import exclude_artist, exclude_track
from library.tasks import start_sync


class PlayViewSet(mixins.ListModelMixin, ListenerViewSet):
    """What was listened to, and when."""

    serializer_class = PlaySerializer
    queries: ClassVar = {"list": PlayQuery}
    tagged: ClassVar = frozenset({"list"})
    ordering: ClassVar = ("-played_at", "-pk")

    def get_queryset(self) -> QuerySet[Play]:
        """The listener's, narrowed by the query."""
        narrowed = {name: value for name, value in self.query.items() if name not in ("cursor", "page_size")}
        return plays_of(self.listener, **narrowed)

    @extend_schema(summary="My plays")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Every play that is known, however short, the latest first."""
        return super().list(request, *args, **kwargs)


class SyncViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ListenerViewSet):
    """Readings of what Spotify has of you."""

    serializer_class = SyncSerializer
    ordering: ClassVar = ("-started_at", "-pk")

    def get_queryset(self) -> QuerySet[SyncRun]:
        """The listener's."""
        return SyncRun.objects.for_user(self.listener)

    @extend_schema(summary="My syncs")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What was read from Spotify and what goes on, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="One sync")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How one went, list by list."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(summary="Sync now", request=None, responses={202: JobSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Have everything read from Spotify now, or the sync that waits go on. Needs a connection."""
        if self.listener.connection_or_none() is None:
            raise Conflict(_("Connect Spotify first."))
        return accepted(start_sync(self.listener, now=timezone.now()), request)


class GapViewSet(mixins.ListModelMixin, ListenerViewSet):
    """Times in which plays may be missing; Spotify's download fills them."""

    serializer_class = GapSerializer
    ordering: ClassVar = ("-from_at", "-pk")

    def get_queryset(self) -> QuerySet[Gap]:
        """The listener's, filled ones too."""
        return Gap.objects.for_user(self.listener)

    @extend_schema(summary="Gaps in my history")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The latest first; import your Spotify download to fill them."""
        return super().list(request, *args, **kwargs)


class ExclusionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ListenerViewSet):
    """Tracks and artists that are never used."""

    serializer_class = ExclusionSerializer
    ordering: ClassVar = ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[Exclusion]:
        """The listener's."""
        return Exclusion.objects.for_user(self.listener).newest_first()

    @extend_schema(summary="What is never used")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Tracks and artists kept out of your playlists, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(summary="One exclusion")
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What is kept out."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(
        summary="Never use this", request=NewExclusionSerializer, responses={201: ExclusionSerializer}
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Keep a track of your library, or everything by an artist, out of your playlists."""
        form = NewExclusionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(ExclusionSerializer(self._exclude(**form.validated_data)).data, status=201)

    @extend_schema(summary="Use it again", responses={204: OpenApiResponse(description="It may be used.")})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take an exclusion back."""
        self.get_object().delete()
        return Response(status=204)

    def _exclude(self, track_id: int | None = None, artist_id: int | None = None) -> Exclusion:
        user, now = self.listener, timezone.now()
        if track_id is not None and (track := track_in_library(user, track_id)):
            return exclude_track(user, track, now=now)
        if artist_id is not None and (artist := artist_in_library(user, artist_id)):
            return exclude_artist(user, artist, now=now)
        raise Http404


def register(router: BaseRouter) -> None:
    """Add the lists of rows."""
    router.register("plays", PlayViewSet, basename="api-play")
    router.register("syncs", SyncViewSet, basename="api-sync")
    router.register("gaps", GapViewSet, basename="api-gap")
    router.register("imports", ImportViewSet, basename="api-import")
    router.register("exclusions", ExclusionViewSet, basename="api-exclusion")
