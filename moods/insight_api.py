"""The moods there are, and the listener's moods now, over time, by the hour and on the map."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rest.views import ListenerViewSet
from library.models import Track
from moods.classifier.taxonomy import MOODS
from moods.insights.heard import Heard, heard_by
from moods.insights.rhythm import clock
from moods.insights.songs import count_of_mood, coverage, mapped_rows, top_songs
from moods.insights.summary import summary
from moods.insights.timeline import MoodTimeline, Step, timeline
from moods.pictures.states import STATES
from moods.serializers import (
    ClockSerializer,
    DaysQuery,
    MapQuery,
    MapSerializer,
    MoodPageSerializer,
    MoodSerializer,
    SongQuery,
    SummarySerializer,
    TimelineQuery,
    TimelineSerializer,
)
from moods.services.classifying import current_model
from moods.wording import MOOD_WORDS, mood_name

MOST_PERIODS = 3700
"""Ten years of days; more would be megabytes."""
MOST_SONGS = 100


class MoodViewSet(ListenerViewSet):
    """Moods."""

    serializer_class = MoodSerializer
    pagination_class = None
    lookup_url_kwarg = "mood"
    lookup_value_regex = "|".join(MOODS)
    queries: ClassVar = {
        "retrieve": SongQuery,
        "timeline": TimelineQuery,
        "clock": DaysQuery,
        "map": MapQuery,
    }
    tagged: ClassVar = frozenset({"list", "retrieve", "summary", "timeline", "clock", "map"})

    @extend_schema(summary="The moods there are", responses=MoodSerializer(many=True), filters=False)
    def list(self, request: Request) -> Response:
        """All six, each with how many tracks of yours are of it."""
        heard = heard_by(self.listener)
        return Response(MoodSerializer([_mood(heard, mood) for mood in MOODS], many=True).data)

    @extend_schema(
        summary="One mood",
        responses=MoodPageSerializer,
        parameters=[
            OpenApiParameter("mood", str, OpenApiParameter.PATH, enum=MOODS, description="Its name.")
        ],
    )
    def retrieve(self, request: Request, mood: str) -> Response:
        """A mood and your songs of it."""
        heard = heard_by(self.listener)
        found = top_songs(heard, mood, by_plays=self.query["by"] == "plays", count=MOST_SONGS)
        tracks = Track.objects.in_bulk([song.track_id for song in found])
        songs = [{"track": tracks[song.track_id], "fit": song.fit, "plays": song.plays} for song in found]
        return Response(MoodPageSerializer({**_mood(heard, mood), "songs": songs}).data)

    @extend_schema(summary="My mood now", responses=SummarySerializer)
    @action(detail=False, pagination_class=None)
    def summary(self, request: Request) -> Response:
        """Today and this month, each beside what came before, and of how much the mood is known."""
        heard = heard_by(self.listener)
        now = summary(heard, timezone.now())
        told = {"today": now.today, "month": now.month, "coverage": coverage(heard)}
        return Response(SummarySerializer(told).data)

    @extend_schema(summary="My mood over time", responses=TimelineSerializer)
    @action(detail=False)
    def timeline(self, request: Request) -> Response:
        """Day by day, week by week or month by month."""
        heard, step = heard_by(self.listener), Step(self.query["step"])
        start, end = self._days(heard)
        found = timeline(heard, start=start, end=end, step=step)
        if len(found.starts) > MOST_PERIODS:
            raise ValidationError(
                {"step": [_("These are too many periods: take longer ones, or fewer days.")]}
            )
        return Response(TimelineSerializer({"step": step, "periods": list(_moments(found))}).data)

    @extend_schema(summary="When I hear what", responses=ClockSerializer)
    @action(detail=False)
    def clock(self, request: Request) -> Response:
        """Plays and moods by weekday and hour, on your clock."""
        heard = heard_by(self.listener)
        start, end = self._days(heard)
        found = clock(heard, start=start, end=end)
        hours = [
            {
                "weekday": day,
                "hour": hour,
                "plays": int(found.plays[day, hour]),
                "mood": found.moods[day][hour],
                "shares": _by_state(found.shares[day, hour]),
            }
            for day in range(7)
            for hour in range(24)
        ]
        return Response(ClockSerializer({"hours": hours}).data)

    @extend_schema(summary="Where my songs lie", responses=MapSerializer)
    @action(detail=False)
    def map(self, request: Request) -> Response:
        """Your most played songs between dark and bright, calm and lively."""
        heard = heard_by(self.listener)
        rows = mapped_rows(heard, mood=self.query.get("mood", ""))
        return Response(MapSerializer({"points": [_point(heard, int(row)) for row in rows]}).data)

    def _days(self, heard: Heard) -> tuple[date | None, date]:
        """The first day that was asked for, and the first one after the last."""
        today = timezone.now().astimezone(heard.zone).date()
        return self.query.get("since"), (self.query.get("until") or today) + timedelta(days=1)


def _mood(heard: Heard, mood: str) -> dict[str, Any]:
    tracks, listens = count_of_mood(heard, mood)
    thresholds = current_model().weights.thresholds
    return {
        "mood": mood,
        "name": mood_name(mood),
        "text": str(MOOD_WORDS[mood]),
        "threshold": float(thresholds[MOODS.index(mood)]),
        "tracks": tracks,
        "listens": listens,
    }


def _moments(found: MoodTimeline) -> Iterator[dict[str, Any]]:
    for place, start in enumerate(found.starts):
        yield {
            "start": start,
            "plays": int(found.plays[place]),
            "minutes": float(found.minutes[place]),
            "shares": _by_state(found.shares[place]),
            "doubts": _by_state(found.doubts[place]),
        }


def _by_state(values: Any) -> dict[str, float]:
    return dict(zip(STATES, values.tolist(), strict=True))


def _point(heard: Heard, row: int) -> dict[str, Any]:
    moods = heard.moods
    return {
        "track_id": int(moods.track_ids[row]),
        "valence": float(moods.valence[row]),
        "arousal": float(moods.arousal[row]),
        "spread": float((moods.valence_spread[row] + moods.arousal_spread[row]) / 2),
        "plays": int(heard.plays[row]),
        "mood": STATES[moods.states[row]],
    }
