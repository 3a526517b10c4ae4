"""How tracks, their moods and the listener's moods over time look in the API."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.rest.parameters import PageQuery
from library.models import LibraryTrack
from library.queries import SOURCES
from library.serializers import ArtistInRowSerializer, TrackInRowSerializer
from moods.insights.timeline import Step
from moods.models import Correction, MainMood, Mood
from moods.paging import SORTS
from moods.services.listener_moods import ListenerMood

MOODS, STATES = Mood.choices, MainMood.choices
LARGEST_ID = 2**63 - 1
SHARE = "0 to 1"
SPREAD = "Half the width of the 80 % interval around"


class SharesSerializer(serializers.Serializer[Any]):
    """A number for each of the six moods, and for mixed and unknown."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """One for each state."""
        return {
            state.value: serializers.FloatField(help_text=f"{state.label}, {SHARE}.") for state in MainMood
        }


class ProbabilitiesSerializer(serializers.Serializer[Any]):
    """The calibrated probability, 0 to 1, that a track is of each mood; null where it is not known."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """One for each mood."""
        words = "That it is {}."
        return {
            mood.value: serializers.FloatField(allow_null=True, help_text=words.format(mood.value))
            for mood in Mood
        }


class TrackMoodSerializer(serializers.Serializer[ListenerMood]):
    """How a track feels to the one who asks: the model's word, and the listener's own over it."""

    mood = serializers.ChoiceField(
        choices=STATES, help_text="The main mood; `mixed`: none stands out; `unknown`: nothing is known."
    )
    valence = serializers.FloatField(allow_null=True, help_text=f"Dark to bright, {SHARE}; null: unknown.")
    valence_spread = serializers.FloatField(allow_null=True, help_text=f"{SPREAD} `valence`.")
    arousal = serializers.FloatField(allow_null=True, help_text=f"Calm to lively, {SHARE}; null: unknown.")
    arousal_spread = serializers.FloatField(allow_null=True, help_text=f"{SPREAD} `arousal`.")
    probabilities = ProbabilitiesSerializer(help_text="By mood; they are independent of each other.")
    said = serializers.DictField(
        child=serializers.BooleanField(), help_text="What you said of it, by mood; empty: nothing."
    )


class LibraryTrackSerializer(serializers.ModelSerializer[LibraryTrack]):
    """A track of your library; the context has `moods` by track id."""

    id = serializers.IntegerField(source="track_id", help_text="Its number here.")
    title = serializers.CharField(source="track.title", help_text="As Spotify writes it.")
    artist = serializers.CharField(source="track.artist_name", help_text="The first artist named.")
    artists = serializers.SerializerMethodField(help_text="Everybody credited, where that is known.")
    album = serializers.CharField(source="track.album_name", help_text="Empty where it is not known.")
    isrc = serializers.CharField(source="track.isrc", help_text="Names the recording; empty: not known.")
    spotify_id = serializers.CharField(
        source="track.spotify_id", allow_null=True, help_text="Null where only names are known."
    )
    spotify_url = serializers.CharField(source="track.spotify_url", help_text="Where to hear it, or empty.")
    duration_ms = serializers.IntegerField(
        source="track.duration_ms", allow_null=True, help_text="Length; null: not known."
    )
    explicit = serializers.BooleanField(
        source="track.explicit", allow_null=True, help_text="Explicit words; null: not known."
    )
    plays = serializers.IntegerField(help_text="How often you began it.")
    listens = serializers.IntegerField(help_text="How often for thirty seconds and more.")
    ms_played = serializers.IntegerField(help_text="How long altogether, as far as that is known.")
    first_played_at = serializers.DateTimeField(allow_null=True, help_text="Null: never.")
    last_played_at = serializers.DateTimeField(allow_null=True, help_text="Null: never.")
    is_liked = serializers.BooleanField(help_text="Among your liked songs.")
    liked_at = serializers.DateTimeField(allow_null=True, help_text="Since when; null where not known.")
    mood = serializers.SerializerMethodField(help_text="How it feels.")

    class Meta:
        model = LibraryTrack
        fields = (
            *("id", "title", "artist", "artists", "album", "isrc", "spotify_id", "spotify_url"),
            *("duration_ms", "explicit", "plays", "listens", "ms_played", "first_played_at"),
            *("last_played_at", "is_liked", "liked_at", "mood"),
        )
        read_only_fields = fields

    @extend_schema_field(ArtistInRowSerializer(many=True))
    def get_artists(self, row: LibraryTrack) -> Any:
        """In the order of the credits."""
        return [self._artist.to_representation(credit.artist) for credit in row.track.credits.all()]

    @extend_schema_field(TrackMoodSerializer)
    def get_mood(self, row: LibraryTrack) -> Any:
        """For the listener whose row it is."""
        return self._mood.to_representation(self.context["moods"][row.track_id])

    @cached_property
    def _artist(self) -> ArtistInRowSerializer:
        """One for all rows: to make a serializer costs more than to use it."""
        return ArtistInRowSerializer()

    @cached_property
    def _mood(self) -> TrackMoodSerializer:
        return TrackMoodSerializer()


class ReasonSerializer(serializers.Serializer[Any]):
    """One thing that decided."""

    text = serializers.CharField(help_text="In plain words.")
    speaks_for = serializers.BooleanField(help_text="For the mood named in `explains`, or against it.")


class SourceLineSerializer(serializers.Serializer[Any]):
    """What one source told."""

    name = serializers.CharField(help_text="The source.")
    label = serializers.CharField(help_text="What it tells of.")  # type: ignore[assignment]
    text = serializers.CharField(help_text="What it told, or why nothing.")
    at = serializers.DateTimeField(allow_null=True, help_text="When it told; null: it did not.")
    again_at = serializers.DateTimeField(allow_null=True, help_text="When it is asked again; null: no need.")


class MonthOfPlaysSerializer(serializers.Serializer[Any]):
    """Plays in one month."""

    month = serializers.DateField(help_text="Its first day, on your clock.")
    plays = serializers.IntegerField(help_text="How many.")


class TrackDetailSerializer(LibraryTrackSerializer):
    """All that is known of a track of your library."""

    model_mood = serializers.ChoiceField(
        source="page.model_mood", choices=STATES, help_text="The main mood before you said anything."
    )
    explains = serializers.CharField(source="page.explained", help_text="The mood that `reasons` are about.")
    reasons = ReasonSerializer(source="page.reasons", many=True, help_text="Why, the strongest first.")
    rests_on = serializers.CharField(source="page.rests_on", help_text="What was known when it was judged.")
    sources = SourceLineSerializer(source="page.sources", many=True, help_text="Where that comes from.")
    months = MonthOfPlaysSerializer(many=True, help_text="Plays by month, the oldest first.")
    is_excluded = serializers.BooleanField(source="page.is_excluded", help_text="Never used in playlists.")

    class Meta(LibraryTrackSerializer.Meta):
        fields = (  # type: ignore[assignment]
            *LibraryTrackSerializer.Meta.fields,
            *("model_mood", "explains", "reasons", "rests_on", "sources", "months", "is_excluded"),
        )


class TrackQuery(PageQuery):
    """Which tracks, in which order."""

    search = serializers.CharField(
        required=False, max_length=200, help_text="Words of the title, an artist or the album."
    )
    mood = serializers.ChoiceField(required=False, choices=STATES, help_text="With this main mood.")
    source = serializers.ChoiceField(  # type: ignore[assignment]
        required=False, choices=list(SOURCES), help_text="Where it is in your library from."
    )
    artist_id = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, help_text="Credited to this artist."
    )
    since = serializers.DateTimeField(required=False, help_text="Played at or after this moment.")
    before = serializers.DateTimeField(required=False, help_text="Played before this moment.")
    sort = serializers.ChoiceField(
        required=False,
        choices=list(SORTS),
        default=next(iter(SORTS)),
        help_text="`recent` and `liked` leave out what was never played or liked.",
    )


class SayMoodSerializer(serializers.Serializer[Any]):
    """What you say of a track."""

    mood = serializers.ChoiceField(choices=MOODS, help_text="The mood.")
    applies = serializers.BooleanField(
        default=True, help_text="It is of this mood, and of none you named before; or it is not."
    )


class CorrectionSerializer(serializers.ModelSerializer[Correction]):
    """What you said of one mood of a track."""

    track = TrackInRowSerializer(help_text="Of which track.")
    mood = serializers.ChoiceField(choices=MOODS, help_text="Of which mood.")
    applies = serializers.BooleanField(help_text="That it is so, or that it is not.")
    created_at = serializers.DateTimeField(help_text="When.")

    class Meta:
        model = Correction
        fields = ("track", "mood", "applies", "created_at")
        read_only_fields = fields


class MoodSerializer(serializers.Serializer[Any]):
    """One mood."""

    mood = serializers.ChoiceField(choices=MOODS, help_text="Its name in this API.")
    name = serializers.CharField(help_text="Its name in your language.")
    text = serializers.CharField(help_text="What it is, in a sentence.")
    threshold = serializers.FloatField(help_text="The probability from which on a track may be called so.")
    tracks = serializers.IntegerField(help_text="Tracks of yours whose main mood it is.")
    listens = serializers.IntegerField(help_text="How often you listened to those.")


class PeriodSerializer(serializers.Serializer[Any]):
    """What was heard in some days of yours."""

    start = serializers.DateField(help_text="The first day.")
    end = serializers.DateField(help_text="The first day after it.")
    plays = serializers.IntegerField(help_text="Listens in it.")
    minutes = serializers.FloatField(help_text="For how long.")
    shares = SharesSerializer(help_text="Of the time; all 0 without plays.")
    doubts = SharesSerializer(help_text="How far each share may be off: one standard deviation.")
    known = serializers.FloatField(help_text=f"Share of the time with a known mood, {SHARE}.")
    valence = serializers.FloatField(allow_null=True, help_text=f"Mean, {SHARE}; null: unknown.")
    arousal = serializers.FloatField(allow_null=True, help_text=f"Mean, {SHARE}; null: unknown.")
    leading = serializers.ChoiceField(choices=STATES, help_text="The mood heard most.")


class ComparisonSerializer(serializers.Serializer[Any]):
    """A period beside the one before it."""

    now = PeriodSerializer(help_text="The period.")
    before = PeriodSerializer(help_text="The one before it.")
    moved = serializers.CharField(help_text="The mood whose share clearly moved most; empty: none.")
    by = serializers.FloatField(help_text="By how much its share moved, -1 to 1.")


class CoverageSerializer(serializers.Serializer[Any]):
    """Of how much the mood is known."""

    tracks = serializers.IntegerField(help_text="Tracks in your library.")
    known_tracks = serializers.IntegerField(help_text="Those with a known mood.")
    plays = serializers.IntegerField(help_text="Listens.")
    known_plays = serializers.IntegerField(help_text="Those to tracks with a known mood.")
    share_of_tracks = serializers.FloatField(help_text=SHARE)
    share_of_plays = serializers.FloatField(help_text=SHARE)


class SummarySerializer(serializers.Serializer[Any]):
    """Your mood now."""

    today = ComparisonSerializer(help_text="Today, beside the seven days before.")
    month = ComparisonSerializer(help_text="This month, beside the last.")
    coverage = CoverageSerializer(help_text="Of how much of your music the mood is known.")


class MomentSerializer(serializers.Serializer[Any]):
    """One period of a timeline."""

    start = serializers.DateField(help_text="Its first day.")
    plays = serializers.IntegerField(help_text="Listens in it.")
    minutes = serializers.FloatField(help_text="For how long.")
    shares = SharesSerializer(help_text="Of the time; all 0 without plays.")
    doubts = SharesSerializer(help_text="How far each share may be off: one standard deviation.")


class TimelineSerializer(serializers.Serializer[Any]):
    """Your mood over time."""

    step = serializers.ChoiceField(choices=[step.value for step in Step], help_text="How long each is.")
    periods = MomentSerializer(many=True, help_text="The oldest first, without holes.")


class DaysQuery(serializers.Serializer[Any]):
    """Which days, on your clock."""

    since = serializers.DateField(required=False, help_text="The first day; left out: of the first play.")
    until = serializers.DateField(required=False, help_text="The last day; left out: today.")

    def validate(self, told: dict[str, Any]) -> dict[str, Any]:
        """In order, and in our time."""
        since, until = told.get("since"), told.get("until")
        for name, day in told.items():
            if name in ("since", "until") and not 1970 <= day.year <= 2200:
                raise serializers.ValidationError({name: _("That is not in our time.")})
        if since and until and since > until:
            raise serializers.ValidationError({"until": _("This must not come before the beginning.")})
        return told


class TimelineQuery(DaysQuery):
    """Which periods."""

    step = serializers.ChoiceField(
        required=False,
        choices=[step.value for step in Step],
        default=Step.WEEK.value,
        help_text="How long each period is; weeks begin on Monday.",
    )


class HourSerializer(serializers.Serializer[Any]):
    """One hour of the week."""

    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="0 is Monday.")
    hour = serializers.IntegerField(min_value=0, max_value=23, help_text="On your clock.")
    plays = serializers.IntegerField(help_text="Listens in it.")
    mood = serializers.ChoiceField(choices=STATES, help_text="The mood heard most.")
    shares = SharesSerializer(help_text="Of the time; all 0 without plays.")


class ClockSerializer(serializers.Serializer[Any]):
    """When you hear what."""

    hours = HourSerializer(many=True, help_text="All 168 hours, from Monday midnight on.")


class MapQuery(serializers.Serializer[Any]):
    """Which songs."""

    mood = serializers.ChoiceField(required=False, choices=MOODS, help_text="Of this mood only.")


class PointSerializer(serializers.Serializer[Any]):
    """One song on the map."""

    track_id = serializers.IntegerField(help_text="Its number here.")
    valence = serializers.FloatField(help_text=f"Dark to bright, {SHARE}.")
    arousal = serializers.FloatField(help_text=f"Calm to lively, {SHARE}.")
    spread = serializers.FloatField(help_text="Half the width of the 80 % interval around it.")
    plays = serializers.IntegerField(help_text="How often you listened to it.")
    mood = serializers.ChoiceField(choices=STATES, help_text="Its main mood.")


class MapSerializer(serializers.Serializer[Any]):
    """Your songs between dark and bright, calm and lively."""

    points = PointSerializer(many=True, help_text="The thousand songs played most, the most played first.")


class SongQuery(serializers.Serializer[Any]):
    """In which order."""

    by = serializers.ChoiceField(
        required=False, choices=["plays", "fit"], default="plays", help_text="Most played, or best fit."
    )


class SongSerializer(serializers.Serializer[Any]):
    """A song of a mood."""

    track = TrackInRowSerializer(help_text="The song.")
    fit = serializers.FloatField(help_text=f"How much of it is of the mood, {SHARE}.")
    plays = serializers.IntegerField(help_text="How often you listened to it.")


class MoodPageSerializer(MoodSerializer):
    """A mood and its songs."""

    songs = SongSerializer(many=True, help_text="Up to a hundred.")
