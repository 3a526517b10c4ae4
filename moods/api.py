"""Tracks with their moods, corrections, and the moods of a listener over time in the API."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import BaseRouter

from accounts.rest.idempotency import idempotent
from accounts.rest.views import ListenerViewSet
from library.models import LibraryTrack, TrackArtist
from library.models.shelf import LibraryTrackQuerySet
from library.queries import artist_in_library, library_of, plays_by_month
from moods.insight_api import MoodViewSet
from moods.insights.heard import heard_by
from moods.insights.local_time import zone_named
from moods.insights.songs import songs_mainly
from moods.library_pages import LibraryPages
from moods.models import Correction, Mood
from moods.overviews.keeping import keeping_of, kept
from moods.overviews.track import track_page
from moods.serializers import (
    CorrectionSerializer,
    LibraryTrackSerializer,
    SayMoodSerializer,
    TrackDetailSerializer,
    TrackMoodSerializer,
    TrackQuery,
)
from moods.services.corrections import correct_mood, reset_corrections, set_mood, undo_corrections
from moods.services.listener_moods import mood_key, moods_for


class TrackViewSet(mixins.ListModelMixin, ListenerViewSet):
    """The listener's whole library."""

    serializer_class = LibraryTrackSerializer
    pagination_class = LibraryPages
    lookup_field = "track"
    lookup_url_kwarg = "id"
    queries: ClassVar = {"list": TrackQuery}
    tagged: ClassVar = frozenset({"list", "retrieve"})

    def get_queryset(self) -> LibraryTrackQuerySet:
        """The listener's, narrowed by the query where there is one."""
        credited = Prefetch("track__credits", TrackArtist.objects.select_related("artist"))
        if self.action != "list":
            rows = LibraryTrack.objects.for_user(self.listener).prefetch_related(credited)
            return rows.select_related("track__album", "track__mood")
        wanted = {
            name: self.query[name] for name in ("search", "source", "since", "before") if name in self.query
        }
        return library_of(self.listener, artist=self._artist(), **wanted)

    def tracks_of_mood(self) -> npt.NDArray[np.int64] | None:
        """The tracks whose main mood was asked for; None: any."""
        mood = self.query.get("mood")
        return songs_mainly(heard_by(self.listener), mood) if mood else None

    @extend_schema(summary="My tracks")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Your library, each track with its mood and its plays; the most played first."""
        user, address = self.listener, request.build_absolute_uri()
        keeping = keeping_of(user, mood_key(user), now=timezone.now(), about=address)
        page = kept(keeping, "api-tracks", self._page, seconds=keeping.names_s)
        return Response(page)

    def _page(self) -> Any:
        rows = self.paginate_queryset(self.get_queryset()) or []
        moods = moods_for(self.listener, [row.track for row in rows])
        serializer = LibraryTrackSerializer(rows, many=True, context={"moods": moods})
        return self.get_paginated_response(list(map(dict, serializer.data))).data

    @extend_schema(summary="One track", responses=TrackDetailSerializer)
    def retrieve(self, request: Request, id: str) -> Response:  # noqa: A002
        """A track of your library: its mood, why, where that is known from, its plays over time."""
        row: Any = self.get_object()
        with timezone.override(zone_named(self.listener.time_zone)):
            months = plays_by_month(self.listener, row.track)
        row.page = track_page(self.listener, row)
        row.months = [{"month": month, "plays": plays} for month, plays in months]
        context = {"moods": {row.track_id: row.page.mood}}
        return Response(TrackDetailSerializer(row, context=context).data)

    @extend_schema(summary="Say how a track feels", request=SayMoodSerializer, responses=TrackMoodSerializer)
    @action(detail=True, methods=["put"])
    def mood(self, request: Request, id: str) -> Response:  # noqa: A002
        """Overrule the model for yourself; your other songs learn from it."""
        track, form = self.get_object().track, SayMoodSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        mood, now = Mood(form.validated_data["mood"]), timezone.now()
        if form.validated_data["applies"]:
            set_mood(self.listener, track, mood=mood, now=now)
        else:
            correct_mood(self.listener, track, mood=mood, applies=False, now=now)
        return Response(TrackMoodSerializer(moods_for(self.listener, [track])[track.pk]).data)

    @extend_schema(summary="Take it back", responses={204: OpenApiResponse(description="Forgotten.")})
    @mood.mapping.delete
    def forget_mood(self, request: Request, id: str) -> Response:  # noqa: A002
        """Forget what you said of the track: the model's word counts again."""
        undo_corrections(self.listener, self.get_object().track, now=timezone.now())
        return Response(status=204)

    def _artist(self) -> Any:
        artist_id = self.query.get("artist_id")
        if artist_id is None:
            return None
        artist = artist_in_library(self.listener, artist_id)
        if artist is None:
            raise Http404
        return artist


class CorrectionViewSet(mixins.ListModelMixin, ListenerViewSet):
    """What the listener said of tracks."""

    serializer_class = CorrectionSerializer
    ordering: ClassVar = ("-created_at", "-pk")

    def get_queryset(self) -> QuerySet[Correction]:
        """The listener's."""
        return Correction.objects.for_user(self.listener).select_related("track")

    @extend_schema(summary="My corrections")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Everything you said of how tracks feel, the newest first."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Forget all corrections",
        request=None,
        responses={204: OpenApiResponse(description="The model's word counts everywhere again.")},
    )
    @action(detail=False, methods=["post"])
    @idempotent
    def reset(self, request: Request) -> Response:
        """Forget everything you ever said of how tracks feel."""
        reset_corrections(self.listener, now=timezone.now())
        return Response(status=204)


def register(router: BaseRouter) -> None:
    """Add the lists of rows."""
    router.register("tracks", TrackViewSet, basename="api-track")
    router.register("corrections", CorrectionViewSet, basename="api-correction")
    router.register("moods", MoodViewSet, basename="api-mood")
