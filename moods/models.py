"""What sources said of a track, what the model made of it, and what the listener says."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from library.models import Artist, Track


class Mood(models.TextChoices):
    """The six moods, in the order that every array of probabilities keeps."""

    HAPPY = "happy"
    SAD = "sad"
    ENERGETIC = "energetic"
    CALM = "calm"
    ANGRY = "angry"
    ROMANTIC = "romantic"


class MainMood(models.TextChoices):
    """A track's main mood: one of the six, none likely enough, or not known at all."""

    HAPPY = "happy"
    SAD = "sad"
    ENERGETIC = "energetic"
    CALM = "calm"
    ANGRY = "angry"
    ROMANTIC = "romantic"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class LookUp(models.TextChoices):
    """How the last question to a source ended."""

    HIT = "hit"
    MISS = "miss"
    RETRY = "retry"
    BLOCKED = "blocked"


class SourceRow(models.Model):
    """What every answer of a source carries: where it came from, how it ended, when to ask again."""

    source = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=LookUp)
    source_ref = models.CharField(max_length=120, blank=True)
    matched_by = models.CharField(max_length=20, blank=True)
    fetched_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)

    class Meta:
        abstract = True


class TrackFeatures(SourceRow):
    """The audio features one source gives for one track. None is unknown.

    Scales are Spotify's old ones: 0..1, `loudness` in dB, `tempo` in BPM, `key` 0..11 or -1.
    """

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="features")
    acousticness = models.FloatField(null=True, blank=True)
    danceability = models.FloatField(null=True, blank=True)
    energy = models.FloatField(null=True, blank=True)
    instrumentalness = models.FloatField(null=True, blank=True)
    key = models.SmallIntegerField(null=True, blank=True)
    liveness = models.FloatField(null=True, blank=True)
    loudness = models.FloatField(null=True, blank=True)
    mode = models.SmallIntegerField(null=True, blank=True)
    speechiness = models.FloatField(null=True, blank=True)
    tempo = models.FloatField(null=True, blank=True)
    valence = models.FloatField(null=True, blank=True)
    time_signature = models.SmallIntegerField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    title_scores = models.JSONField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["track", "source"], name="features_once_per_source"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "next_try_at"], name="features_by_next_try"),
        ]

    def __str__(self) -> str:
        return f"{self.source} on {self.track_id}: {self.status}"


class LyricsSignal(SourceRow):
    """Numbers made from a track's lyrics. The text itself is never stored.

    `scores` is `moods.classifier`'s LyricsScores as JSON; `language` is "" where unknown. `version`
    names the scorer of the words: numbers of another one cannot be used.
    """

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="lyrics")
    language = models.CharField(max_length=8, blank=True)
    instrumental = models.BooleanField(default=False)
    scores = models.JSONField(null=True, blank=True)
    title_scores = models.JSONField(null=True, blank=True)
    version = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["track", "source"], name="lyrics_once_per_source"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "next_try_at"], name="lyrics_by_next_try"),
        ]

    def __str__(self) -> str:
        return f"{self.source} on {self.track_id}: {self.status}"


class ArtistGenres(SourceRow):
    """The genres one source names for an artist."""

    artist = models.ForeignKey(Artist, on_delete=models.CASCADE, related_name="genre_rows")
    genres = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["artist", "source"], name="genres_once_per_source"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "next_try_at"], name="genres_by_next_try"),
        ]

    def __str__(self) -> str:
        return f"{self.source} on {self.artist_id}: {self.status}"


class SourceHealthQuerySet(models.QuerySet["SourceHealth"]):
    """Which sources."""

    def resting(self, now: datetime) -> "SourceHealthQuerySet":
        """Sources left alone at `now` because they did not answer; the next one to be asked first."""
        return self.filter(blocked_until__gt=now).order_by("blocked_until", "pk")


class SourceHealth(models.Model):
    """Whether a source may be asked now: its circuit breaker and its spacing, for all processes.

    `complete_up_to` is the newest library row that was there when nothing was left to ask, which was
    at `complete_at`: what came before need not be looked through again.
    """

    source = models.CharField(max_length=20, primary_key=True)
    blocked_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    next_call_at = models.DateTimeField(null=True, blank=True)
    complete_up_to = models.BigIntegerField(default=0)
    complete_at = models.DateTimeField(null=True, blank=True)

    objects = SourceHealthQuerySet.as_manager()

    def __str__(self) -> str:
        return self.source


class TrackMoodQuerySet(models.QuerySet["TrackMood"]):
    """Which moods."""

    def known(self) -> "TrackMoodQuerySet":
        """Tracks about which the model could say something."""
        return self.exclude(mood=MainMood.UNKNOWN)

    def stale(self, model_version: str) -> "TrackMoodQuerySet":
        """Tracks of which something new is known, or that another model scored."""
        return self.filter(Q(is_stale=True) | ~Q(model_version=model_version))

    def of_tracks(self, track_ids: Collection[int]) -> "TrackMoodQuerySet":
        """The moods of these tracks."""
        return self.filter(track__in=track_ids)


class TrackMood(models.Model):
    """What the model makes of a track, for everybody. None is unknown, never a made-up middle.

    `valence` and `arousal` are 0..1 with an 80 % interval; the six probabilities are independent of
    each other. `inputs` names what it rests on, `evidence` holds the contributions that decided.
    `standardised` holds the 13 features as a listener's own model sees them (float16, NaN unknown).
    `is_stale` says that something was learnt since `scored_at`.
    """

    track = models.OneToOneField(Track, on_delete=models.CASCADE, related_name="mood")
    mood = models.CharField(max_length=10, choices=MainMood, default=MainMood.UNKNOWN)
    valence = models.FloatField(null=True, blank=True)
    valence_low = models.FloatField(null=True, blank=True)
    valence_high = models.FloatField(null=True, blank=True)
    arousal = models.FloatField(null=True, blank=True)
    arousal_low = models.FloatField(null=True, blank=True)
    arousal_high = models.FloatField(null=True, blank=True)
    p_happy = models.FloatField(null=True, blank=True)
    p_sad = models.FloatField(null=True, blank=True)
    p_energetic = models.FloatField(null=True, blank=True)
    p_calm = models.FloatField(null=True, blank=True)
    p_angry = models.FloatField(null=True, blank=True)
    p_romantic = models.FloatField(null=True, blank=True)
    inputs = models.JSONField(default=list, blank=True)
    evidence = models.JSONField(default=dict, blank=True)
    model_version = models.CharField(max_length=40, blank=True)
    scored_at = models.DateTimeField(default=timezone.now)
    history = models.JSONField(default=list, blank=True)
    standardised = models.BinaryField(default=bytes, blank=True)
    is_stale = models.BooleanField(default=False)

    objects = TrackMoodQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(mood="unknown", valence=None, arousal=None)
                | (~Q(mood="unknown") & Q(valence__isnull=False, arousal__isnull=False)),
                name="mood_known_or_not",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["mood"], name="mood_by_main"),
            models.Index(fields=["model_version"], name="mood_by_model"),
            models.Index(fields=["is_stale"], condition=Q(is_stale=True), name="mood_stale"),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} sounds {self.mood}"

    @property
    def known(self) -> bool:
        """Whether the model could say anything."""
        return self.mood != MainMood.UNKNOWN

    @property
    def probabilities(self) -> dict[str, float | None]:
        """Each of the six moods with its calibrated probability."""
        return {mood.value: getattr(self, f"p_{mood.value}") for mood in Mood}

    @probabilities.setter
    def probabilities(self, values: Mapping[str, float | None]) -> None:
        for mood in Mood:
            setattr(self, f"p_{mood.value}", values.get(mood.value))


class MoodStamp(models.Model):
    """Changes whenever the moods that one listener sees may have changed.

    Written in the transaction that changes a mood of the listener's library, a correction or a
    setting; arrays that were computed under another `token` are not used.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="mood_stamp"
    )
    token = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.token}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Which corrections."""

    def for_user(self, user: User) -> "CorrectionQuerySet":
        """What one listener said."""
        return self.filter(user=user)

    def of_track(self, track: Track) -> "CorrectionQuerySet":
        """What was said of one track."""
        return self.filter(track=track)

    def newest_first(self) -> "CorrectionQuerySet":
        """Latest first."""
        return self.order_by("-created_at", "-pk")


class Correction(models.Model):
    """A listener says that a track is, or is not, of a mood: for that listener only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="corrections")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="corrections")
    mood = models.CharField(max_length=10, choices=Mood)
    applies = models.BooleanField()
    created_at = models.DateTimeField(default=timezone.now)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "track", "mood"], name="correction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} is {'' if self.applies else 'not '}{self.mood}"


class PersonalModel(models.Model):
    """A listener's offset from the common model, refitted at each correction."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="personal_model"
    )
    offsets = models.JSONField(default=dict, blank=True)
    corrections = models.PositiveIntegerField(default=0)
    base_version = models.CharField(max_length=40, blank=True)
    fitted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"offset of {self.user_id} from {self.corrections} corrections"

    def is_stale(self, model_version: str) -> bool:
        """Whether it was fitted on top of another model."""
        return self.base_version != model_version
