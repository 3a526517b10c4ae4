"""What a listener keeps on Spotify: liked songs, top lists, playlists; and what we must not use."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from library.models.catalogue import Artist, Track


class SavedTrackQuerySet(models.QuerySet["SavedTrack"]):
    """Which liked songs."""

    def for_user(self, user: User) -> "SavedTrackQuerySet":
        """Liked songs of one listener."""
        return self.filter(user=user)

    def unseen_since(self, moment: datetime) -> "SavedTrackQuerySet":
        """Those that no reading of the list begun at or after `moment` has met."""
        return self.filter(Q(seen_at=None) | Q(seen_at__lt=moment))


class SavedTrack(models.Model):
    """A liked song. `seen_at` is when the reading of the list began that met it last."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_tracks")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="saves")
    added_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = SavedTrackQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "track"], name="saved_track_once"),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} liked by {self.user_id}"


class TopTrack(models.Model):
    """A place in one of Spotify's three lists of what a listener plays most."""

    class Range(models.TextChoices):
        """Over how long: about four weeks, six months, a year."""

        SHORT = "short_term"
        MEDIUM = "medium_term"
        LONG = "long_term"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="top_tracks")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="tops")
    time_range = models.CharField(max_length=12, choices=Range)
    rank = models.PositiveSmallIntegerField()
    fetched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "time_range", "rank"], name="top_track_once_per_rank"),
        ]

    def __str__(self) -> str:
        return f"{self.time_range} #{self.rank} of {self.user_id}"


class OwnPlaylistQuerySet(models.QuerySet["OwnPlaylist"]):
    """Which playlists."""

    def for_user(self, user: User) -> "OwnPlaylistQuerySet":
        """Playlists of one listener."""
        return self.filter(user=user)

    def unseen_since(self, moment: datetime) -> "OwnPlaylistQuerySet":
        """Those that no reading of the list begun at or after `moment` has met."""
        return self.filter(Q(seen_at=None) | Q(seen_at__lt=moment))

    def changed(self) -> "OwnPlaylistQuerySet":
        """Those whose tracks Spotify gives out and that are not as they were when last read.

        Without a snapshot id there is no telling, so such a playlist is read each time.
        """
        unread = Q(snapshot_id="") | ~Q(read_snapshot_id=F("snapshot_id"))
        return self.filter(unread, is_readable=True)


class OwnPlaylist(models.Model):
    """A playlist that a listener has on Spotify, whoever made it. Ours are in `playlists`.

    Spotify gives out the tracks of those the listener owns or shares in: `is_readable`.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="own_playlists")
    spotify_id = models.CharField(max_length=64)
    name = models.CharField(max_length=500)
    owned = models.BooleanField(default=False)
    is_readable = models.BooleanField(default=False)
    snapshot_id = models.CharField(max_length=200, blank=True)
    read_snapshot_id = models.CharField(max_length=200, blank=True)
    total = models.PositiveIntegerField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = OwnPlaylistQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "spotify_id"], name="own_playlist_once"),
        ]

    def __str__(self) -> str:
        return self.name


class OwnPlaylistTrack(models.Model):
    """A track in such a playlist."""

    playlist = models.ForeignKey(OwnPlaylist, on_delete=models.CASCADE, related_name="entries")
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="playlist_entries")
    position = models.PositiveIntegerField()
    added_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["playlist", "position"], name="own_playlist_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} at {self.position} of {self.playlist_id}"


class ExclusionQuerySet(models.QuerySet["Exclusion"]):
    """Which exclusions."""

    def for_user(self, user: User) -> "ExclusionQuerySet":
        """What one listener does not want used."""
        return self.filter(user=user)

    def newest_first(self) -> "ExclusionQuerySet":
        """Latest first, with the names of what is excluded."""
        return self.select_related("track", "artist").order_by("-created_at", "-pk")


class Exclusion(models.Model):
    """Never use this track, or anything by this artist, in a playlist of mine."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exclusions")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, null=True, blank=True)
    artist = models.ForeignKey(Artist, on_delete=models.CASCADE, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ExclusionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "track"], name="excluded_track_once"),
            models.UniqueConstraint(fields=["user", "artist"], name="excluded_artist_once"),
            models.CheckConstraint(
                condition=Q(track=None, artist__isnull=False) | Q(track__isnull=False, artist=None),
                name="exclusion_names_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"never {self.track or self.artist}"
