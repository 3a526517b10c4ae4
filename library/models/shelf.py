"""A track in one listener's library: what all that is known of it adds up to."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OrderBy, OuterRef, Q

from accounts.models import User
from library.models.catalogue import Artist, Track, TrackArtist
from library.models.listening import Play

ORDERS: dict[str, tuple[str | OrderBy, ...]] = {
    "plays": ("-listens",),
    "newest": (F("last_played_at").desc(nulls_last=True),),
    "oldest": (F("first_played_at").asc(nulls_last=True),),
    "liked": (F("liked_at").desc(nulls_last=True),),
    "title": ("track__title",),
    "artist": ("track__artist_name", "track__title"),
}
"""Every order that a page or the API may ask for."""


class LibraryTrackQuerySet(models.QuerySet["LibraryTrack"]):
    """Which tracks of a library, in which order."""

    def for_user(self, user: User) -> "LibraryTrackQuerySet":
        """The library of one listener."""
        return self.filter(user=user)

    def matching(self, words: str) -> "LibraryTrackQuerySet":
        """Tracks in whose title, artist or album each of the words appears."""
        found = self
        for word in words.split():
            in_names = Q(track__title__icontains=word) | Q(track__artist_name__icontains=word)
            found = found.filter(in_names | Q(track__album_name__icontains=word))
        return found

    def by_artist(self, artist: Artist) -> "LibraryTrackQuerySet":
        """Tracks that credit `artist`."""
        credited = TrackArtist.objects.filter(track=OuterRef("track"), artist=artist)
        return self.filter(Exists(credited))

    def liked(self) -> "LibraryTrackQuerySet":
        """Liked songs."""
        return self.filter(is_liked=True)

    def played(self) -> "LibraryTrackQuerySet":
        """Tracks played at least once."""
        return self.filter(plays__gt=0)

    def in_top_lists(self) -> "LibraryTrackQuerySet":
        """Tracks on one of Spotify's top lists."""
        return self.filter(is_top=True)

    def in_playlists(self) -> "LibraryTrackQuerySet":
        """Tracks in a playlist that the listener has on Spotify."""
        return self.filter(in_playlist=True)

    def from_downloads(self) -> "LibraryTrackQuerySet":
        """Tracks with a play that a download told of."""
        return self.filter(has_download_plays=True)

    def played_between(
        self, *, since: datetime | None = None, before: datetime | None = None
    ) -> "LibraryTrackQuerySet":
        """Tracks with a play at or after `since` and before `before`; either may be None."""
        if since is None and before is None:
            return self
        plays = Play.objects.filter(user=OuterRef("user"), track=OuterRef("track"))
        if since is not None:
            plays = plays.filter(played_at__gte=since)
        if before is not None:
            plays = plays.filter(played_at__lt=before)
        return self.filter(Exists(plays))

    def without_details(self) -> "LibraryTrackQuerySet":
        """Tracks that only a download told of, though Spotify can be asked about them."""
        return self.filter(track__detailed_at=None, track__spotify_id__isnull=False)

    def in_order(self, name: str) -> "LibraryTrackQuerySet":
        """Sorted by one of ORDERS, ties in a fixed order; by plays where `name` is none of them."""
        return self.order_by(*ORDERS.get(name, ORDERS["plays"]), "track")

    def for_display(self) -> "LibraryTrackQuerySet":
        """With all that a row on a page shows, in a fixed number of queries."""
        return self.select_related("track__album").prefetch_related("track__credits__artist")


class LibraryTrack(models.Model):
    """One track as one listener has it, added up from plays, likes, top lists and playlists.

    Kept by `library.services.counting` in the transaction that changes what it adds up, so that a
    page can sort 200,000 tracks by plays without counting them. `ms_played` adds up known lengths.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="library")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="library_rows")
    plays = models.PositiveIntegerField(default=0)
    listens = models.PositiveIntegerField(default=0)
    ms_played = models.PositiveBigIntegerField(default=0)
    first_played_at = models.DateTimeField(null=True, blank=True)
    last_played_at = models.DateTimeField(null=True, blank=True)
    last_listen_at = models.DateTimeField(null=True, blank=True)
    is_liked = models.BooleanField(default=False)
    liked_at = models.DateTimeField(null=True, blank=True)
    is_top = models.BooleanField(default=False)
    in_playlist = models.BooleanField(default=False)
    has_api_plays = models.BooleanField(default=False)
    has_download_plays = models.BooleanField(default=False)

    objects = LibraryTrackQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "track"], name="library_track_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-listens", "track"], name="library_by_listens"),
            models.Index(fields=["user", "-last_played_at"], name="library_by_last_play"),
            # All that tells whether a library changed, to be added up without reading the rows.
            models.Index(
                fields=["user", "track", "listens", "ms_played", "last_played_at"], name="library_sums"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.track_id} in the library of {self.user_id}"


class LibraryRevision(models.Model):
    """Changes whenever a row of one listener's library may have changed.

    Written by `library.services.counting` in the transaction that changes the rows: what was worked
    out under another `token` is not used. One small row, where adding up the library reads all of it.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="library_revision"
    )
    token = models.UUIDField(default=uuid.uuid4)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.token}"
