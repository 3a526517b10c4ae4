"""What of a listener's library a source has yet to be asked about, most played first."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Sum

from library.models import LibraryTrack, TrackArtist
from moods.classifier.lyrics_scores import LYRICS_VERSION
from moods.models import ArtistGenres, LookUp, LyricsSignal, SourceHealth, TrackFeatures

RECCOBEATS, LRCLIB, MUSICBRAINZ = "reccobeats", "lrclib", "musicbrainz"

AT_ONCE = 2000
"""So many are listed for one listener in one unit of work."""

UNCOMMITTED = 2000
"""So many of the newest library rows may have a neighbour that a running transaction is yet to show."""

LOOK_THROUGH_ALL = timedelta(days=1)
"""However sure we are that nothing is left to ask, everything is looked through once a day."""

Shelf = QuerySet[LibraryTrack]


def waiting_for_sound(now: datetime) -> Shelf:
    """Library rows whose track ReccoBeats can be asked about now."""
    settled = TrackFeatures.objects.filter(_settled(RECCOBEATS, now), track=OuterRef("track"))
    shelf = LibraryTrack.objects.exclude(track__spotify_id=None)
    return shelf.exclude(Exists(settled))


def waiting_for_words(now: datetime) -> Shelf:
    """Library rows whose track LRCLIB can be asked about now, or again for a newer scorer."""
    settled = LyricsSignal.objects.filter(_settled(LRCLIB, now), track=OuterRef("track"))
    outdated = Q(status=LookUp.HIT, instrumental=False) & ~Q(version=LYRICS_VERSION)
    shelf = LibraryTrack.objects.exclude(track__title="").exclude(track__artist_name="")
    return shelf.exclude(Exists(settled.exclude(outdated)))


def waiting_for_genres(now: datetime) -> Shelf:
    """Library rows with an ISRC whose primary artist MusicBrainz can be asked about now."""
    settled = ArtistGenres.objects.filter(_settled(MUSICBRAINZ, now), artist=OuterRef("artist"))
    unasked = TrackArtist.objects.filter(position=0, track=OuterRef("track"))
    unasked = unasked.exclude(Exists(settled))
    return LibraryTrack.objects.exclude(track__isrc="").filter(Exists(unasked))


WAITING = {RECCOBEATS: waiting_for_sound, LRCLIB: waiting_for_words, MUSICBRAINZ: waiting_for_genres}
"""By source, which library rows wait for it."""


def listeners_waiting(source: str, *, now: datetime) -> list[int]:
    """Who has something to ask `source` about; those who were here last come first."""
    rows = WAITING[source](now).order_by().values("user_id")
    seen = rows.annotate(seen_at=Max("user__last_seen_at"))
    return [row["user_id"] for row in seen.order_by(F("seen_at").desc(nulls_last=True), "user_id")]


def tracks_waiting(source: str, *, user_id: int, now: datetime) -> list[int]:
    """The listener's tracks to ask about: most played, then on a top list, then newest first."""
    rows = WAITING[source](now).filter(user=user_id).order_by(*_by_worth())
    return list(rows.values_list("track_id", flat=True)[:AT_ONCE])


def artists_waiting(*, user_id: int, now: datetime) -> list[int]:
    """The listener's primary artists to ask MusicBrainz about, most played first."""
    rows = waiting_for_genres(now).filter(user=user_id, track__credits__position=0).order_by()
    played = rows.values("track__credits__artist").annotate(played=Sum("listens"))
    ranked = played.order_by("-played", "track__credits__artist")
    return [row["track__credits__artist"] for row in ranked[:AT_ONCE]]


def looked_through_up_to() -> int:
    """The library row up to which a look sees everything: rows near the newest may still be unwritten."""
    newest = LibraryTrack.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return max(0, int(newest) - UNCOMMITTED)


def is_worth_asking(source: str, *, now: datetime) -> bool:
    """Whether `source` is free and, as far as can be told cheaply, has something to be asked."""
    health = SourceHealth.objects.filter(pk=source).first() or SourceHealth(pk=source)
    if health.blocked_until and health.blocked_until > now:
        return False
    looked_at = health.complete_at
    if looked_at is None or looked_at < now - LOOK_THROUGH_ALL:
        return True
    is_new = WAITING[source](now).filter(pk__gt=health.complete_up_to).exists()
    return bool(is_new) or _fell_due(source, since=looked_at, until=now)


def _by_worth() -> Iterable[Any]:
    last = partial(F.desc, nulls_last=True)
    return ("-listens", "-is_top", last(F("last_played_at")), last(F("liked_at")), "track_id")


def _settled(source: str, now: datetime) -> Q:
    """Answers of `source` after which nothing is asked at `now`."""
    return Q(source=source) & (Q(next_try_at=None) | Q(next_try_at__gt=now))


def _fell_due(source: str, *, since: datetime, until: datetime) -> bool:
    due = Q(source=source, next_try_at__gt=since, next_try_at__lte=until)
    if source == RECCOBEATS:
        return TrackFeatures.objects.filter(due).exists()
    if source == LRCLIB:
        return LyricsSignal.objects.filter(due).exists()
    return ArtistGenres.objects.filter(due).exists()
