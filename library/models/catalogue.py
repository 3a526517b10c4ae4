"""Artists, albums and tracks: shared by all listeners, because a song is the same song for all."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone


class Artist(models.Model):
    """Who made it. Known by Spotify's id, or by name only where a download is all there is."""

    spotify_id = models.CharField(max_length=64, null=True, blank=True)
    name = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["spotify_id"], name="artist_once_per_spotify_id"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(spotify_id=None), name="artist_once_per_name"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["name"], name="artist_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def spotify_url(self) -> str:
        """Where to find more by them on Spotify, or nothing."""
        return f"https://open.spotify.com/artist/{self.spotify_id}" if self.spotify_id else ""


class Album(models.Model):
    """What it appeared on. `release_date` is as precise as Spotify knows: 2011, 2011-05, 2011-05-20."""

    spotify_id = models.CharField(max_length=64, null=True, blank=True)
    name = models.CharField(max_length=1000, blank=True)
    release_date = models.CharField(max_length=10, blank=True)
    release_year = models.PositiveSmallIntegerField(null=True, blank=True)
    image_url = models.URLField(max_length=500, blank=True)
    image_small_url = models.URLField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["spotify_id"], name="album_once_per_spotify_id"),
        ]

    def __str__(self) -> str:
        return self.name


class TrackQuerySet(models.QuerySet["Track"]):
    """Which tracks, for whom. (Per-listener reads live in `library.queries`.)"""

    def with_spotify_id(self) -> "TrackQuerySet":
        """Tracks that Spotify, and so most sources, can be asked about."""
        return self.exclude(spotify_id=None)

    def without_details(self) -> "TrackQuerySet":
        """Tracks that only a download told of, though Spotify can be asked about them."""
        return self.with_spotify_id().filter(detailed_at=None)

    def detailed_before(self, moment: datetime) -> "TrackQuerySet":
        """Tracks whose details Spotify last gave before `moment`."""
        return self.filter(detailed_at__lt=moment)

    def for_display(self) -> "TrackQuerySet":
        """With all that a row on a page shows, in two queries."""
        return self.select_related("album").prefetch_related("credits__artist")


class Track(models.Model):
    """A recording as Spotify lists it; without `spotify_id` it is known by artist and title only.

    `artist_name` is the primary artist as written, kept here because lists show and search it.
    `name_key` is the SHA-256 of artist and title exactly as written, so that rows without an id
    meet each other and nothing else.
    """

    spotify_id = models.CharField(max_length=64, null=True, blank=True)
    isrc = models.CharField(max_length=16, blank=True)
    title = models.CharField(max_length=1000)
    artist_name = models.CharField(max_length=500)
    name_key = models.CharField(max_length=64)
    album_name = models.CharField(max_length=1000, blank=True)
    album = models.ForeignKey(Album, on_delete=models.SET_NULL, null=True, blank=True, related_name="tracks")
    artists = models.ManyToManyField(Artist, through="TrackArtist", related_name="tracks")
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    explicit = models.BooleanField(null=True, blank=True)
    is_playable = models.BooleanField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    detailed_at = models.DateTimeField(null=True, blank=True)

    objects = TrackQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["spotify_id"], name="track_once_per_spotify_id"),
            models.UniqueConstraint(
                fields=["name_key"], condition=Q(spotify_id=None), name="track_once_per_name"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["isrc"], condition=~Q(isrc=""), name="track_by_isrc"),
            models.Index(fields=["name_key"], name="track_by_name_key"),
            models.Index(fields=["detailed_at"], name="track_by_details"),
        ]

    def __str__(self) -> str:
        return f"{self.artist_name} – {self.title}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("track", args=[self.pk])

    @property
    def song_key(self) -> str:
        """What all recordings that are the same song share: the ISRC, or artist and title."""
        return self.isrc or self.name_key

    @property
    def spotify_url(self) -> str:
        """Where to hear it on Spotify, or nothing."""
        return f"https://open.spotify.com/track/{self.spotify_id}" if self.spotify_id else ""

    @property
    def spotify_uri(self) -> str:
        """What Spotify's API calls it, or nothing."""
        return f"spotify:track:{self.spotify_id}" if self.spotify_id else ""


class TrackArtist(models.Model):
    """One credit of a track; `position` 0 is the primary artist."""

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="credits")
    artist = models.ForeignKey(Artist, on_delete=models.CASCADE, related_name="credits")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["track", "artist"], name="credit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} by {self.artist_id}"
